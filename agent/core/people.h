// A person known to both sites by e-mail address, without the address: the contract holds a keyed
// digest of it, and a site compares it with those of its own users. Nobody reads an address off a
// digest, but whoever holds the contract can test a guess: the key stands beside the digests.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/core/contract.h"

namespace valise {

// As a message reads it: without blanks around it, ASCII letters small. Nullopt: no address of the
// form local@domain, at most 254 octets (RFC 5321, 4.5.3.1.3).
std::optional<std::string> NormalEmail(std::string_view address);

// BLAKE2b-128 of the normal address under `email_key` (26..64 octets), 26 characters of base32.
// Nullopt: no address.
std::optional<std::string> EmailDigest(std::string_view email_key, std::string_view address);

// The alias under which the contract has the owner of `address`.
std::optional<std::string> AliasOfEmail(const Contract& contract, std::string_view address);

}  // namespace valise
