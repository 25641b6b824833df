// The life cycle of an issue: a register like any other, so that versions, holds, outcomes and
// digests need no rule of their own for it. Only the site where the issue was born writes it. While
// it has a value the issue is frozen at both sites: nothing is captured, nothing but the end itself
// is carried out (agent/DESIGN.md, "Life cycle").
#pragma once

#include <string>
#include <vector>

#include "agent/core/absorb.h"
#include "agent/core/base.h"
#include "agent/core/capture.h"
#include "agent/core/local.h"
#include "agent/core/plan.h"
#include "agent/core/terms.h"
#include "agent/core/words.h"

namespace valise {

// Values of kLifecycleField; without one the issue is shared.
inline constexpr char kDeleted[] = "deleted";
inline constexpr char kMoved[] = "moved";
inline constexpr char kArchived[] = "archived";
inline constexpr char kLeftScope[] = "left-scope";

RegisterKey LifecycleKey();
bool IsEnd(const std::string& word);
std::string EndOf(const IssueBase& base);  // "": shared
Version LifecycleVersion(const IssueBase& base);
EndAction ActionFor(const Terms& terms, const std::string& end);

// After the register changed: state and the other registers follow it. What was pending is held
// with the end as its reason until the issue is shared again.
void FollowLifecycle(const Terms& terms, IssueBase& base);
// The issue is not in this Jira any more, and not to be looked for: shared again, it is made anew.
void ForgetJiraIssue(IssueBase& base);

// Ends and resumes an issue that was born here.
void RecordEnd(const Terms& terms, IssueBase& base, const std::string& end, std::int64_t now_ms,
               LocalChange& change);

// What only the store knows of a copy that is to be deleted.
struct DeleteGuard {
  bool has_unanswered = false;  // an edit made here that the birth site did not take
  bool is_agreed = false;       // the operator has asked for it all the same
};
// The write that carries out a pending end on our copy; none where Jira shows it already. A copy
// that somebody worked on is not deleted, but held as `edited`.
Plan PlanEnd(const Terms& terms, IssueBase base, const LocalIssue& local,
             const Directory& directory, DeleteGuard guard = {});
// Shared again: the same plan, and the write that takes our label off.
Plan TakeBackEnd(const Terms& terms, Plan plan, const LocalIssue& local);
// What the read after that write teaches.
void AbsorbEnd(const Terms& terms, const DoneWrite& write, const LocalIssue& local,
               IssueBase& base);
// What people did to a copy since the last look at it, that does not travel.
std::vector<Finding> EditsOfFrozen(const Terms& terms, const IssueBase& base,
                                   const LocalIssue& local, const Directory& directory);
// Names our comment that tells of the end.
Id EndCommentId(const IssueBase& base);

}  // namespace valise
