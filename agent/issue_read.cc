// An issue as this Jira shows it, whole: all its comments, and which of them are internal.
#include <algorithm>

#include "agent/core/history.h"
#include "agent/core/people.h"
#include "agent/issue_operation.h"
#include "agent/issue_targets.h"

namespace valise {

using jira::Verdict;

namespace {

constexpr std::uint64_t kCommentPage = 100;

// Comments that would leave if they are public.
std::set<std::string> NewComments(const LocalIssue& local, const std::optional<IssueBase>& base,
                                  const std::string& own_user) {
  std::set<std::string> fresh;
  for (const LocalComment& comment : local.comments) {
    const bool is_open = !comment.is_restricted && !comment.has_properties;
    if (is_open && comment.author.name != own_user) fresh.insert(comment.id);
  }
  if (!base) return fresh;
  for (const auto& [id, comment] : base->objects) fresh.erase(comment.jira_id);
  return fresh;
}

}  // namespace

Task<Result<std::vector<LocalComment>>> IssueOperation::ReadComments(std::string jira_id) {
  std::vector<LocalComment> all;
  while (true) {
    JiraAnswer answer =
        co_await jira_.Send(jira::ReadComments(jira_id, all.size(), kCommentPage, true));
    if (!answer.ok()) co_return Result<std::vector<LocalComment>>(answer.judged.error);
    Result<jira::CommentPage> page = jira::ParseComments(answer.response);
    if (!page.ok()) co_return Result<std::vector<LocalComment>>(page.error());
    const auto& comments = page.value().comments;
    all.insert(all.end(), comments.begin(), comments.end());
    if (comments.empty() || all.size() >= page.value().total) break;
  }
  co_return Result<std::vector<LocalComment>>(std::move(all));
}

Task<std::optional<Result<LocalIssue>>> IssueOperation::ReadWhole(std::string jira_id) {
  HttpRequest request = jira::ReadIssue(jira_id, jira_.field_ids(), jira_.parts());
  JiraAnswer answer = co_await jira_.Send(std::move(request));
  if (!answer.ok()) {
    if (answer.judged.verdict == Verdict::kGone) co_return std::nullopt;
    co_return Result<LocalIssue>(answer.judged.error);
  }
  Result<LocalIssue> issue =
      jira::ParseIssue(answer.response, jira_.shapes(), jira_.link_types());
  if (!issue.ok()) co_return std::move(issue);
  LocalIssue local = std::move(issue).value();
  if (!local.has_all_comments) {  // pitfall 11: the embedded page may be cut
    Result<std::vector<LocalComment>> all = co_await ReadComments(jira_id);
    if (!all.ok()) co_return Result<LocalIssue>(all.error());
    local.comments = std::move(all).value();
    local.has_all_comments = true;
  }
  if (!local.has_all_work_logs) {  // pitfall 14: the embedded page has at most 20
    auto all = co_await ReadAll(ObjectKind::kWorkLog, jira_id);
    if (!all) co_return std::nullopt;
    if (!all->ok()) co_return Result<LocalIssue>(all->error());
    local.work_logs = std::move(*all).value();
    local.has_all_work_logs = true;
  }
  Result<void> named = co_await NameSprints(local);
  if (!named.ok()) co_return Result<LocalIssue>(named.error());
  co_return Result<LocalIssue>(std::move(local));
}

// Before a link or an epic that went is anybody's edit, its other end is looked at. What this Jira
// does not show any more took them with it: what is agreed stays, and whether that is an end is
// found by its own read.
Task<Result<void>> IssueOperation::LookForTargets(LocalIssue& local, const IssueBase& base) {
  std::vector<Id> unseen;
  for (const Id& target : VanishedTargets(terms_, world_.store, base, local)) {
    const auto known = world_.store.LoadIssue(target);
    if (!known || known->state == IssueState::kFrozen) {
      local.ended.insert(target);
      continue;
    }
    if (known->jira_id.empty()) continue;  // still to be made: nothing of this Jira aims at it
    JiraAnswer answer = co_await jira_.Send(jira::ReadMarker(known->jira_id));
    if (answer.ok()) continue;
    const Verdict verdict = answer.judged.verdict;
    if (verdict != Verdict::kGone && verdict != Verdict::kForbidden) co_return answer.judged.error;
    local.ended.insert(target);
    if (known->held.empty()) unseen.push_back(target);
  }
  TouchAll(unseen, "link");
  co_return Ok();
}

// What pending values name beside the issue: people of the peer, sprints, versions, components.
Task<Result<void>> IssueOperation::LearnWanted(const IssueBase& base) {
  Result<void> found = co_await jira_.FindPeople(PeopleToFind(terms_, base));
  if (!found.ok()) co_return found;
  Result<void> sprints = co_await LearnSprints(base);
  if (!sprints.ok()) co_return sprints;
  co_return co_await LearnNames(base);
}

// A service desk marks internal comments by a property that no issue shows (pitfall 13). Asked of
// new comments only; what cannot be told is not captured: the issue is read again later.
Task<Result<void>> IssueOperation::LearnInternal(LocalIssue& local,
                                                 const std::optional<IssueBase>& base) {
  if (NewComments(local, base, terms_.own_user).empty()) co_return Ok();
  Result<std::vector<LocalComment>> all = co_await ReadComments(local.id);
  if (!all.ok()) co_return all.error();
  for (LocalComment& comment : local.comments) {
    for (const LocalComment& asked : all.value()) {
      if (asked.id != comment.id) continue;
      comment.is_restricted |= asked.is_restricted;
      comment.has_properties = asked.has_properties;
    }
  }
  const std::set<std::string> unknown = NewComments(local, base, terms_.own_user);
  for (LocalComment& comment : local.comments) {  // expand=properties is not served
    if (!unknown.contains(comment.id)) continue;
    JiraAnswer answer = co_await jira_.Send(jira::ReadCommentInternal(comment.id));
    if (answer.judged.verdict == Verdict::kGone) continue;  // no such property: public
    if (!answer.ok()) co_return answer.judged.error;
    const Result<bool> is_internal = jira::ParseCommentInternal(answer.response);
    if (!is_internal.ok()) co_return is_internal.error();
    comment.is_restricted |= is_internal.value();
  }
  co_return Ok();
}

}  // namespace valise
