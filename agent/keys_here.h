// The peer's keys that an issue's texts name, as far as their issues are in this Jira.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "agent/core/key_text.h"
#include "agent/core/terms.h"
#include "agent/store/store.h"

namespace valise {

// The peer's key of an issue that is in this Jira, and its key here.
std::optional<std::pair<std::string, std::string>> BothKeys(const Terms& terms,
                                                            const IssueBase& base);
// The key in this Jira of the issue that has `peer_key` at the peer. One that was moved to another
// project of this Jira is not here: that project is no business of the peer's, and its key would
// leave with the next edit of the text.
std::optional<std::string> KeyHere(const Terms& terms, const Store& store,
                                   const std::string& peer_key);
// Of all that the agreed texts of `base` name. A text that names its own issue gets the key that
// `base` has, though the store may hold a former one: what is written by a key that the read after
// it knows no more would look altered by Jira, and be rewritten never again.
PeerKeys KeysHere(const Terms& terms, const Store& store, const IssueBase& base);

}  // namespace valise
