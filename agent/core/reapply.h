// A changed binding rewrites nothing and sends nothing by itself (design, section 8; sync-rules
// 19). This finds the registers that this Jira shows otherwise than the binding, as it is now,
// would write them, and does what the operator wished of them (`valise map apply`).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/base.h"
#include "agent/core/capture.h"
#include "agent/core/local.h"
#include "agent/core/terms.h"

namespace valise {

enum class Side : std::uint8_t {
  kHere,  // what is agreed is written into this Jira
  kPeer   // what this Jira shows counts as an edit made now, and leaves
};

// A register that nobody touched since it was read last, and that the binding translates otherwise.
// Of fields, type, status and elements of sets; comments, work logs and links stay as they are.
struct Misfit {
  RegisterKey key;
  Version version;                    // of `agreed`
  Id seen;                            // of what Jira shows
  std::string shown;                  // as Jira shows it; several values: with ", "
  std::optional<Value> agreed;
  std::optional<Value> shared;        // what the binding makes of `shown` ...
  bool is_mapped = true;              // ... if it has a word for it
  std::optional<std::string> wanted;  // what would be written for `agreed`; nullopt: no local value
  bool may_leave = true;              // the field's direction lets an edit of this site leave
  std::string held;
  bool CanWrite() const { return wanted.has_value(); }
  bool CanLeave() const { return may_leave && is_mapped; }
};

struct Misfits {
  std::vector<Misfit> found;
  std::vector<RegisterKey> edited;    // changed since they were read last: captured first
};
Misfits FindMisfits(const Terms& terms, const IssueBase& base, const LocalIssue& local,
                    const Directory& directory, const PeerKeys& keys = {});

// What the operator saw and wants done; void when either value changed since.
struct Wish {
  RegisterKey key;
  Version version;
  Id seen;
  Side side = Side::kHere;
  bool operator==(const Wish&) const = default;
};
Wish WishFor(const Misfit& misfit, Side side);

struct Reapplied {
  IssueBase base;                     // registers to be written here are pending
  LocalChange change;                 // what leaves
  std::vector<Finding> findings;      // "not-applied": value, direction, changed
};
// After Capture and Merge of the same read. Once more changes nothing.
Reapplied Reapply(const Terms& terms, IssueBase base, const std::vector<Wish>& wishes,
                  const LocalIssue& local, const Directory& directory, std::int64_t now_ms,
                  const PeerKeys& keys = {});

}  // namespace valise
