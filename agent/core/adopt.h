// An issue of the peer's that exists in this Jira already (`valise link`): the two become one. What
// is equal is known; what differs is decided as the operator asked.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/core/base.h"
#include "agent/core/local.h"
#include "agent/core/terms.h"

namespace valise {

enum class Prefer : std::uint8_t {
  kNewest,  // the contract's rules, as for edits made at the same time; losers are listed
  kOurs,    // this Jira's values leave
  kPeers    // the peer's values are written here
};
std::optional<Prefer> PreferNamed(const std::string& word);  // "newest", "ours", "peer"
const char* NameOf(Prefer prefer);

// `base` is known from the peer only. Objects of equal content become one, sets are united, the
// rest of what either side has crosses like anything new.
struct AdoptInput {
  const LocalIssue& local;
  const Directory& directory;
  Prefer prefer = Prefer::kNewest;
  std::string_view origin_key;
  PeerKeys keys = {};
};
IssueBase Adopt(const Terms& terms, IssueBase base, const AdoptInput& input);
// Files come after their issue: those that were here before the link stay at home, and one that the
// peer sends under the same name and size is taken for the one here.
void AdoptFiles(const LocalIssue& local, IssueBase& base);

}  // namespace valise
