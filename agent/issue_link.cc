// The peer's issue arrives and a link waits for it: the issue that is here becomes its copy.
#include "agent/issue_operation.h"
#include "agent/link.h"

namespace valise {

// The marker makes the pair known to whoever looks into this Jira later; a Jira that keeps no
// properties is linked all the same.
Task<IssueOperation::Step> IssueOperation::AdoptRound(IssueBase base, PendingLink link,
                                                      std::vector<Finding> findings) {
  const std::string jira_id = link.jira_id;
  std::optional<Result<LocalIssue>> read = co_await ReadWhole(jira_id);
  const bool is_here = read && read->ok() && !world_.store.IssueByJiraId(jira_id) &&
                       read->value().project == terms_.binding.project;
  if (read && !read->ok()) co_return Later(BackOffMs(), read->error().code);
  if (!is_here) co_return HoldWhole(std::move(base), "link");
  LocalIssue local = std::move(*read).value();
  Resolve(local, base);
  jira_.NotePeople(local);
  const Result<HttpRequest> mark =
      jira::SetIssueMarker(jira_id, MarkerOf(terms_, base.issue_id));
  if (mark.ok() && terms_.switches.marker) {
    JiraAnswer answer = co_await jira_.Send(mark.value());
    (void)answer;
  }
  base = Adopt(terms_, std::move(base),
               {local, jira_.directory(), link.prefer, channel_.keys.origin.view(), keys_});
  Result<void> kept = CommitRound(Plan{base, {}, {}, {}}, {}, findings, {}, nullptr);
  if (!kept.ok()) co_return NotKept(kept.error());
  world_.store.Begin();
  TakeLink(world_.store, jira_id);
  Journal(base.issue_id, Id{}, "linked", base.jira_key);
  (void)world_.store.Commit().ok();  // not kept: a link of a shared issue is never looked at
  co_return Again();
}

}  // namespace valise
