// Capture: local changes out of a whole read. A local change is a register whose local value
// differs from `seen` and whose translation differs from `agreed` (design, section 8).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "agent/core/base.h"
#include "agent/core/history.h"
#include "agent/core/local.h"
#include "agent/core/objects.h"
#include "agent/core/terms.h"
#include "agent/core/view.h"

namespace valise {

// Something for people to look at; the agent turns it into a row of the list.
struct Finding {
  std::string kind;        // "conflict-lost", "altered", "unmapped", "held", "filtered", …
  RegisterKey key;
  std::optional<Value> value;
  Version version;
  std::string reason_code;
  bool operator==(const Finding&) const = default;
};

// What of one issue leaves, before it gets op ids and is cut into records.
struct LocalChange {
  bool is_birth = false;
  std::vector<ObjectOrigin> objects;
  std::vector<Register> registers;
  bool empty() const { return !is_birth && objects.empty() && registers.empty(); }
};

struct Captured {
  IssueBase base;
  LocalChange change;
  std::vector<Finding> findings;
};

// Comments, work logs and attachments that base knows in this Jira and the read does not show:
// candidates only. The agent asks for each by id; what answers 404 is proven gone. Absence alone is
// never taken for deletion.
std::vector<ObjectRef> MissingObjects(const Terms& terms, const IssueBase& base,
                                      const LocalIssue& local);

struct CaptureInput {
  const LocalIssue& local;
  const Directory& directory;
  std::set<ObjectRef> gone;      // proven
  std::set<ObjectRef> ignored;   // twins of our own, nobody's objects
  std::int64_t now_ms = 0;
  std::string_view origin_key;   // derives the objects' ids
  PeerKeys keys = {};
};
Captured Capture(const Terms& terms, IssueBase base, const CaptureInput& input);
// Of registers alone, by the same rules: the project's (project.h).
Captured CaptureView(const Terms& terms, IssueBase base, const LocalView& view,
                     std::int64_t now_ms);

// The base of an issue seen for the first time, born at this site.
IssueBase NewBase(const Terms& terms, const LocalIssue& local, std::string_view origin_key,
                  const Id& parent);

// Ids that are the same after any restore: KeyedId over "issue" | "comment" | "work log" |
// "attachment", Jira's id and `created`.
Id IssueIdOf(std::string_view origin_key, const std::string& jira_id, std::int64_t created_ms);
Id ObjectIdOf(std::string_view origin_key, ObjectKind kind, const std::string& jira_id,
              std::int64_t created_ms);

// A version for an edit made here: newer than everything known of the register, not more than a day
// ahead of our clock.
Version NextVersion(const Terms& terms, const RegisterBase& base, std::int64_t at_ms,
                    std::int64_t now_ms);

// Whether the wire can carry it: bounded, UTF-8, without the characters that names must not have.
bool IsSendable(const RegisterKey& key, const std::optional<Value>& value);

// Jira shows an older state of the issue than was read before, or another issue under its id: it
// was restored from a backup, or the URL leads to another Jira. Nothing of it may leave.
bool WentBack(const IssueBase& base, const LocalIssue& local);

// Registers one local edit: base, version and what leaves.
void RecordLocalEdit(const Terms& terms, RegisterBase& base, const RegisterKey& key,
                     const std::optional<Value>& value, const Given& given, std::int64_t now_ms,
                     LocalChange& change);

// An edit made here beside a value of the peer's that it did not see: the conflict rule decides
// between the two, the loser is listed, and the edit leaves in any case, so that the peer decides
// and lists alike. `seen` is the peer's newest version that the person could have seen.
// Returns whether the local edit stands.
bool RecordConcurrentEdit(const Terms& terms, RegisterBase& base, Register edit,
                          std::int64_t now_ms, LocalChange& change,
                          std::vector<Finding>& findings);

}  // namespace valise
