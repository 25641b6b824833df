// A person known to both sites by e-mail address, without the address: the contract holds a keyed
// digest of it, and a site compares it with those of its own users. Nobody reads an address off a
// digest, but whoever holds the contract can test a guess: the key stands beside the digests.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/base.h"
#include "agent/core/terms.h"

namespace valise {

// As a message reads it: without blanks around it, ASCII letters small. Nullopt: no address of the
// form local@domain, at most 254 octets (RFC 5321, 4.5.3.1.3).
std::optional<std::string> NormalEmail(std::string_view address);

// BLAKE2b-128 of the normal address under `email_key` (26..64 octets), 26 characters of base32.
// Nullopt: no address.
std::optional<std::string> EmailDigest(std::string_view email_key, std::string_view address);

// The alias under which the contract has the owner of `address`.
std::optional<std::string> AliasOfEmail(const Contract& contract, std::string_view address);

// The account of this Jira that a person of the contract's words is: by [bind.users], or found by
// one of the rules of [bind.people]. Nullopt: nobody.
std::optional<std::string> AccountOf(const Terms& terms, const Value& person);
// The contract's alias of an account here; nullopt: it has none.
std::optional<std::string> AliasOf(const Terms& terms, std::string_view account);
bool MatchesBy(const Binding& binding, PersonMatch match);

// A person as an element of a set: "~alias", or the display name of who has none, which never looks
// like an alias.
std::string ElementOfPerson(const Value& person);
Value PersonOfElement(const Contract& contract, const std::string& element);

// Values of registers still to be written for whom no account is known yet.
std::vector<Value> PeopleToFind(const Terms& terms, const IssueBase& base);
// "assignee: Jane Doe; tester: Bob": those of single-person fields who are nobody here
// (UnknownPerson::kText); empty: all are known.
std::string PeopleText(const Terms& terms, const IssueBase& base);

}  // namespace valise
