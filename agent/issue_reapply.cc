// What the operator wished of registers whose translation changed (`valise map apply`), inside the
// ordinary operation on their issue: what people did since was captured before.
#include "agent/core/reapply.h"
#include "agent/issue_operation.h"
#include "agent/wishes.h"

namespace valise {

void IssueOperation::ObeyWishes(const LocalIssue& local, IssueBase& base, LocalChange& change,
                                std::vector<Finding>& findings) {
  if (base.state == IssueState::kFrozen) return;  // they are kept for its return
  wishes_ = KeptWishes(world_.store, issue_id_);
  if (wishes_.empty()) return;
  Reapplied done = Reapply(terms_, std::move(base), ParseKept(wishes_), local, jira_.directory(),
                           world_.clock.NowMs(), keys_);
  base = std::move(done.base);
  findings.insert(findings.end(), done.findings.begin(), done.findings.end());
  change.registers.insert(change.registers.end(), done.change.registers.begin(),
                          done.change.registers.end());
}

// Inside the transaction that keeps what was done. Wishes that came meanwhile stay.
void IssueOperation::ForgetObeyedWishes() {
  if (!wishes_.empty()) ForgetWishes(world_.store, issue_id_, wishes_);
  wishes_.clear();
}

}  // namespace valise
