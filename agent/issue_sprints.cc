// Sprints: their names for the numbers that issues show, and the open ones that an issue can be put
// into (pitfall 19). No sprint is ever made.
#include <algorithm>

#include "agent/core/agile.h"
#include "agent/core/view.h"
#include "agent/issue_operation.h"
#include "agent/jira/agile.h"

namespace valise {

using jira::Verdict;

namespace {

bool IsDefiniteNo(Verdict verdict) {
  return verdict == Verdict::kGone || verdict == Verdict::kForbidden ||
         verdict == Verdict::kRefused;
}

// Names of sprints that are to be shown, or wait for one.
std::set<std::string> NamesWanted(const Terms& terms, const IssueBase& base) {
  std::set<std::string> names;
  for (const FieldBinding* binding : BoundOf(terms, ValueKind::kSprint)) {
    const auto found = base.registers.find(FieldKey(binding->name));
    if (found == base.registers.end() || !found->second.agreed) continue;
    const bool waits = found->second.is_pending || IsSprintHold(found->second.held);
    if (waits) names.insert(found->second.agreed->text);
  }
  return names;
}

}  // namespace

Task<Result<void>> IssueOperation::LearnSprint(std::string id) {
  jira::Sprint sprint;
  sprint.id = id;
  if (!id.empty()) {
    JiraAnswer answer = co_await jira_.Send(jira::ReadSprint(id));
    if (!answer.ok() && !IsDefiniteNo(answer.judged.verdict)) co_return answer.judged.error;
    if (answer.ok()) {
      Result<jira::Sprint> read = jira::ParseSprint(answer.response);
      if (!read.ok()) co_return read.error();
      sprint = std::move(read).value();
    }
  }
  jira_.sprints.Note(std::move(sprint));
  co_return KeepSprints();
}

// Before a name is compared with anything: what is not kept could not be told from an edit later.
Result<void> IssueOperation::KeepSprints() {
  const auto rows = jira_.sprints.TakeUnsaved();
  if (rows.empty()) return Ok();
  world_.store.Begin();
  for (const auto& [name, text] : rows) world_.store.PutMeta(name, text);
  return world_.store.Commit();
}

// Only the number in Jira's text can be trusted, so each is asked for once.
Task<Result<void>> IssueOperation::NameSprints(LocalIssue& local) {
  for (const FieldBinding* binding : BoundOf(terms_, ValueKind::kSprint)) {
    const auto field = local.fields.find(binding->field);
    if (field == local.fields.end()) continue;
    for (const Value& number : field->second.values) {
      if (jira_.sprints.Knows(number.text)) continue;
      Result<void> learnt = co_await LearnSprint(number.text);
      if (!learnt.ok()) co_return learnt;
    }
    field->second = jira_.sprints.Named(field->second);
  }
  co_return Ok();
}

// The list is not older than a poll when something is written by it; a name that it lacks may have
// come since.
Task<Result<void>> IssueOperation::LearnSprints(const IssueBase& base) {
  const std::set<std::string> names = NamesWanted(terms_, base);
  if (names.empty()) co_return Ok();
  const std::int64_t age_ms = world_.clock.NowMs() - jira_.sprints.read_at_ms();
  const auto& open = jira_.sprints.Open().by_name;
  const bool is_fresh = jira_.sprints.is_read() && age_ms < terms_.settings.poll_every_ms;
  const bool has_all = std::all_of(names.begin(), names.end(),
                                   [&](const auto& name) { return open.contains(name); });
  if (is_fresh && has_all) co_return Ok();
  co_return co_await ReadOpenSprints();
}

Task<Result<std::vector<std::string>>> IssueOperation::ReadScrumBoards() {
  using Out = Result<std::vector<std::string>>;
  std::vector<std::string> scrum;
  std::uint64_t start_at = 0;
  while (true) {
    JiraAnswer answer =
        co_await jira_.Send(jira::ReadBoards(terms_.binding.project, start_at));
    if (!answer.ok()) {
      const bool is_no = IsDefiniteNo(answer.judged.verdict);
      Error error = answer.judged.error;
      if (is_no) error.code = "VAL-JIRA-GONE";
      co_return Out(std::move(error));
    }
    const auto page = jira::ParseBoards(answer.response);
    if (!page.ok()) co_return Out(page.error());
    for (const jira::Board& board : page.value().values) {
      if (board.type == "scrum") scrum.push_back(board.id);
    }
    start_at += page.value().values.size();
    if (page.value().is_last) co_return Out(std::move(scrum));
  }
}

// A board that may not be read is left out: its sprints are unknown here.
Task<Result<void>> IssueOperation::ReadSprintsOf(std::string board,
                                                 std::map<std::string, jira::Sprint>& open) {
  std::uint64_t start_at = 0;
  while (true) {
    JiraAnswer answer = co_await jira_.Send(jira::ReadOpenSprints(board, start_at));
    if (IsDefiniteNo(answer.judged.verdict)) co_return Ok();
    if (!answer.ok()) co_return answer.judged.error;
    const auto page = jira::ParseSprints(answer.response);
    if (!page.ok()) co_return page.error();
    for (const jira::Sprint& sprint : page.value().values) open[sprint.id] = sprint;
    start_at += page.value().values.size();
    if (page.value().is_last) co_return Ok();
  }
}

Task<Result<void>> IssueOperation::ReadOpenSprints() {
  if (BoundOf(terms_, ValueKind::kSprint).empty()) co_return Ok();
  const auto boards = co_await ReadScrumBoards();
  if (!boards.ok() && boards.error().code != "VAL-JIRA-GONE") co_return boards.error();
  if (!boards.ok()) {
    jira_.sprints.TakeNoAgile(world_.clock.NowMs());
    co_return Ok();
  }
  std::map<std::string, jira::Sprint> open;
  for (const std::string& board : boards.value()) {
    Result<void> read = co_await ReadSprintsOf(board, open);
    if (!read.ok()) co_return read;
  }
  const SprintBook::Moved moved = jira_.sprints.TakeOpen(open, world_.clock.NowMs());
  TouchAll(IssuesOfSprints(moved), "sprint");
  co_return KeepSprints();
}

// Those that wait for a sprint which is there once by now, those of a sprint that was renamed, and
// those that show one whose name Jira did not tell.
std::vector<Id> IssueOperation::IssuesOfSprints(const SprintBook::Moved& moved) const {
  std::set<Id> issues;
  for (const Store::OpenRegister& open : world_.store.OpenRegisters()) {
    if (!IsSprintHold(open.held)) continue;
    const auto base = world_.store.LoadIssue(open.issue_id);
    const auto& agreed = base->registers.at(open.key).agreed;
    const auto& by_name = jira_.sprints.Open().by_name;
    const auto found = agreed ? by_name.find(agreed->text) : by_name.end();
    if (found != by_name.end() && found->second.size() == 1) issues.insert(open.issue_id);
  }
  for (const FieldBinding* binding : BoundOf(terms_, ValueKind::kSprint)) {
    for (const std::string& name : moved.names) {
      for (const Id& id : world_.store.IssuesAgreeing(binding->name, name)) issues.insert(id);
    }
    for (const std::string& sprint : moved.hidden) {
      const Id seen = SeenDigest(SprintBook::Hidden(sprint));
      for (const Id& id : world_.store.IssuesSeeing(binding->name, seen)) issues.insert(id);
    }
  }
  return {issues.begin(), issues.end()};
}

}  // namespace valise
