// Issue keys in texts, where the contract shares keys. A key of the own project that stands free in
// a line crosses as a token, "[HQ-12|valise-key:0]": the key, and the position in the contract of
// the site whose key it is, as both sites' projects may have the same key. At the other site it
// becomes the key of the same issue there; while there is none, the word it was. No token is ever
// shown by a Jira. Every rewrite stays inside its line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/base.h"
#include "agent/core/terms.h"
#include "agent/core/view.h"

namespace valise {

// More different ones in one issue stay words: each costs a look into the store.
inline constexpr std::size_t kKeysOfIssueMax = 500;

// Keys of binding.project become tokens, but not inside an address, a path, a file name, an image
// or attachment reference, a mention or a longer word. As they are where keys are not shared.
std::string KeysToShared(std::string_view local, const Terms& terms);

// Tokens become keys: of this site as they are, of the peer's by `keys`. A peer's that is not there
// stays a word; where the projects have the same key it gets a non-breaking hyphen (U+2011), or
// this Jira would link another issue. What only looks like a token stays. The result has no token.
std::string KeysToLocal(std::string_view shared, const Terms& terms, const PeerKeys& keys);

// `local` with each free key that is some value of `keys` as the word that stood for it before: two
// lines that differ only by keys rewritten or not yet are equal in this form.
std::string WithKeysAsWords(std::string_view local, const Terms& terms, const PeerKeys& keys);

// The peer's keys that tokens of `shared` name.
std::set<std::string> PeerKeysIn(std::string_view shared, const Terms& terms);

// A register whose text is translated: a bound field of kind line or text, a comment, a work log.
bool HoldsKeys(const Terms& terms, const RegisterKey& key);

// The peer's keys in all agreed texts of an issue, at most kKeysOfIssueMax.
std::set<std::string> PeerKeysOf(const Terms& terms, const IssueBase& base);

// Registers of texts that name one of `keys` and that Jira shows as agreed, though perhaps with
// words or former keys in place of keys. What a person edited, is held, or still to be written is
// not among them. `base`: captured from the read that `view` is of.
std::vector<RegisterKey> TextsToRewrite(const Terms& terms, const IssueBase& base,
                                        const LocalView& view, const std::set<std::string>& keys);

// Whether `local` is over what one line or text of Jira's takes (255, and 32,767 less what may
// stand around a value; UTF-16 units, as Java counts). Keys that would bring it there stay words.
bool IsOverLine(std::string_view local);
bool IsOverText(std::string_view local);

}  // namespace valise
