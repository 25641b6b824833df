// Settling a write whose outcome Jira left unknown: wait longer than any request can run there,
// then look in the database, twice. Never the index; never a blind retry (jira-rest 7).
#include <algorithm>

#include "agent/core/text.h"
#include "agent/core/view.h"
#include "agent/issue_operation.h"
#include "packet/codec.h"

namespace valise {

using jira::Verdict;

namespace {

constexpr std::int64_t kAbsentInARow = 20;   // keys may be skipped by failed creates
constexpr std::uint32_t kProbesNeeded = 2;
constexpr std::uint32_t kAttemptsMax = 2;    // the write and one retry, then a hold

std::vector<Register> TargetsOf(const Intent& intent) {
  // Not readable: written by a version that bounded it otherwise. The registers are still pending,
  // and the next round writes them again.
  const Result<Record> record = DecodeRecord(intent.targets);
  return record.ok() ? std::get<Change>(record.value()).registers : std::vector<Register>{};
}

}  // namespace

Task<IssueOperation::Step> IssueOperation::SettleIntents() {
  if (issue_id_.is_zero()) co_return Again();
  for (const Intent& intent : world_.store.IntentsOf(issue_id_)) {
    if (intent.state == WriteState::kDone) continue;
    Step step = co_await Settle(intent);
    if (step.next != Next::kAgain) co_return step;
  }
  co_return Again();
}

Task<IssueOperation::Step> IssueOperation::Settle(Intent intent) {
  const std::int64_t now_ms = world_.clock.NowMs();
  if (intent.state == WriteState::kSent) {
    // Found after a restart: the request may have run for as long as we would have waited, and may
    // still be running at Jira.
    intent.state = WriteState::kUnknown;
    intent.settle_at_ms =
        intent.sent_at_ms + terms_.settings.write_timeout_ms + SettleMs(intent.kind);
    if (terms_.switches.bug_probe_without_settle) intent.settle_at_ms = now_ms;
    const Result<void> kept = CommitIntent(intent);
    if (!kept.ok()) co_return Later(terms_.settings.poll_every_ms, kept.error().code);
  }
  if (intent.settle_at_ms > now_ms) co_return Later(intent.settle_at_ms - now_ms, "settling");
  const Found found = co_await Probe(intent);
  if (found == Found::kYes) co_return SettledDone(std::move(intent));
  if (found == Found::kCannotTell) co_return Later(terms_.settings.probe_gap_ms, "probe");
  if (++intent.probes >= kProbesNeeded) co_return SettledNot(std::move(intent));
  intent.settle_at_ms = now_ms + terms_.settings.probe_gap_ms;
  const Result<void> kept = CommitIntent(intent);
  if (!kept.ok()) co_return Later(terms_.settings.poll_every_ms, kept.error().code);
  co_return Later(terms_.settings.probe_gap_ms, "probe");
}

Task<IssueOperation::Found> IssueOperation::Probe(Intent& intent) {
  switch (intent.kind) {
    case WriteKind::kCreate:
      co_return co_await ProbeCreate(intent);
    case WriteKind::kCommentAdd:
      co_return co_await ProbeComment(intent);
    default:
      co_return co_await ProbeEdit(intent);
  }
}

// The key walk: every issue made since, by number, until a run of numbers that do not exist.
Task<IssueOperation::Found> IssueOperation::ProbeCreate(Intent& intent) {
  const std::string marker = MarkerOf(intent.issue_id);
  std::int64_t absent = 0;
  const std::int64_t known = world_.store.MetaNumber("jira.highest_number", 0);
  for (std::int64_t number = intent.before_mark + 1; absent < kAbsentInARow || number <= known;
       ++number) {
    const std::string key = terms_.binding.project + "-" + std::to_string(number);
    JiraAnswer answer = co_await jira_.Send(jira::ReadMarker(key));
    if (answer.judged.verdict == Verdict::kGone) {
      ++absent;
      continue;
    }
    if (!answer.ok()) co_return Found::kCannotTell;
    absent = 0;
    const Result<jira::MarkedIssue> issue = jira::ParseMarker(answer.response);
    if (!issue.ok()) co_return Found::kCannotTell;
    if (issue.value().marker == marker && terms_.switches.marker) {
      intent.jira_id = issue.value().id;
      created_key_ = issue.value().key;
      co_return Found::kYes;
    }
  }
  co_return Found::kNo;
}

Task<IssueOperation::Found> IssueOperation::ProbeComment(Intent& intent) {
  const auto base = world_.store.LoadIssue(intent.issue_id);
  if (!base) co_return Found::kCannotTell;
  const std::string marker = MarkerOf(intent.object);
  std::vector<std::string> ours;
  std::uint64_t read = 0;
  while (true) {
    JiraAnswer answer = co_await jira_.Send(jira::ReadComments(base->jira_id, read, 100, true));
    if (answer.judged.verdict == Verdict::kGone) co_return Found::kNo;
    if (!answer.ok()) co_return Found::kCannotTell;
    const Result<jira::CommentPage> page = jira::ParseComments(answer.response);
    if (!page.ok()) co_return Found::kCannotTell;
    for (const LocalComment& comment : page.value().comments) {
      if (!terms_.switches.marker || comment.author.name != terms_.own_user) continue;
      std::string shown = comment.marker;
      if (shown.empty()) {  // a Jira that does not serve expand=properties
        JiraAnswer asked = co_await jira_.Send(jira::ReadCommentMarker(comment.id));
        if (asked.judged.verdict == Verdict::kGone) continue;
        if (!asked.ok()) co_return Found::kCannotTell;
        shown = jira::ParseCommentMarker(asked.response).ok()
                    ? jira::ParseCommentMarker(asked.response).value() : "";
      }
      if (shown == marker) ours.push_back(comment.id);
    }
    read += page.value().comments.size();
    if (page.value().comments.empty() || read >= page.value().total) break;
  }
  if (ours.empty()) co_return Found::kNo;
  intent.jira_id = ours.front();
  for (std::size_t twin = 1; twin < ours.size(); ++twin) {  // keep the lowest id
    JiraAnswer deleted = co_await jira_.Send(jira::DeleteComment(base->jira_id, ours[twin]));
    (void)deleted;  // a twin that stays is found again by the next whole read
  }
  co_return Found::kYes;
}

// Edits, transitions, comment edits and deletes are absolute: done if our entry is in the
// changelog or Jira shows what we wrote; otherwise they may be planned anew.
Task<IssueOperation::Found> IssueOperation::ProbeEdit(Intent& intent) {
  const auto base = world_.store.LoadIssue(intent.issue_id);
  if (!base || base->jira_id.empty()) co_return Found::kCannotTell;
  std::optional<Result<LocalIssue>> read = co_await ReadWhole(base->jira_id);
  if (!read) co_return Found::kNo;
  if (!read->ok()) co_return Found::kCannotTell;
  const LocalIssue& local = read->value();
  const std::string write_id = Text(intent.write_id);
  for (const LocalHistory& history : local.histories) {
    if (history.write_id == write_id) co_return Found::kYes;
  }
  if (intent.kind == WriteKind::kCommentEdit || intent.kind == WriteKind::kCommentDelete) {
    const auto shown = std::find_if(local.comments.begin(), local.comments.end(),
                                    [&](const auto& c) { return c.id == intent.jira_id; });
    const bool is_gone = shown == local.comments.end();
    if (intent.kind == WriteKind::kCommentDelete) co_return is_gone ? Found::kYes : Found::kNo;
    const bool is_written = !is_gone && WithUnixLineEnds(shown->body) == intent.body_sent;
    co_return is_written ? Found::kYes : Found::kNo;
  }
  const LocalView view = ViewOf(terms_, *base, local, jira_.directory());
  for (const Register& target : TargetsOf(intent)) {
    const auto entry = view.find(target.key);
    if (entry == view.end() || entry->second.shared != target.value) co_return Found::kNo;
  }
  co_return Found::kYes;
}

// The result is committed; the read that follows absorbs it.
IssueOperation::Step IssueOperation::SettledDone(Intent intent) {
  intent.state = WriteState::kDone;
  auto base = world_.store.LoadIssue(intent.issue_id);
  if (!base) return Done();
  if (intent.kind == WriteKind::kCreate) {
    base->jira_id = intent.jira_id;
    base->jira_key = created_key_;
    base->state = IssueState::kMapped;
    // Base is what the create wrote, never what is found later: the rest was left empty.
    for (auto& [key, reg] : base->registers) {
      if (reg.has_seen) continue;
      reg.has_seen = true;
      reg.seen = SeenDigest(LocalField{});
    }
    for (const Register& target : TargetsOf(intent)) {
      const auto binding = terms_.binding.fields.find(target.key.field);
      if (binding == terms_.binding.fields.end()) continue;
      RegisterBase& reg = base->registers[target.key];
      if (target.key.kind == RegisterKind::kElement) {
        reg.seen = SeenDigest(std::string("present"));
      } else if (const auto local = ToLocalField(terms_, binding->second, target.value)) {
        reg.seen = SeenDigest(*local);
      }
    }
  }
  if (intent.kind == WriteKind::kCommentAdd) {
    base->objects[intent.object].jira_id = intent.jira_id;
    RegisterBase& text = base->registers[CommentTextKey(intent.object)];
    text.has_seen = true;
    text.seen = SeenDigest(intent.body_sent);
  }
  if (intent.kind == WriteKind::kCommentDelete) base->objects[intent.object].jira_id.clear();
  const std::string tries_key = "tries." + Text(intent.issue_id);
  world_.store.Begin();
  if (world_.store.MetaNumber(tries_key, 0) > 0) world_.store.PutMetaNumber(tries_key, 0);
  world_.store.SaveIssue(*base);
  world_.store.PutIntent(intent);
  Journal(intent.issue_id, Id{}, "written", intent.method + " done");
  const Result<void> kept = world_.store.Commit();
  if (!kept.ok()) return Later(terms_.settings.poll_every_ms, kept.error().code);
  return Again();
}

// Proved not applied. Everything is still pending, so the plan makes it anew, once; then a hold.
IssueOperation::Step IssueOperation::SettledNot(Intent intent) {
  auto base = world_.store.LoadIssue(intent.issue_id);
  if (!base) return Done();
  const std::string tries_key = "tries." + Text(intent.issue_id);
  const std::int64_t tries = world_.store.MetaNumber(tries_key, 0) + 1;
  std::vector<Finding> findings;
  world_.store.Begin();
  if (tries >= kAttemptsMax && !terms_.switches.bug_blind_retry) {
    if (intent.kind == WriteKind::kCreate) base->held = "unknown";
    for (const Register& target : TargetsOf(intent)) {
      HoldRegister(*base, target.key, "unknown", findings);
    }
    world_.store.PutMetaNumber(tries_key, 0);
  } else {
    world_.store.PutMetaNumber(tries_key, tries);
  }
  world_.store.RemoveIntent(intent.write_id);
  world_.store.SaveIssue(*base);
  AppendFindings(base->issue_id, findings);
  ReportOutcomes(*base);
  Journal(intent.issue_id, Id{}, "not written", "proved by two probes");
  const Result<void> kept = world_.store.Commit();
  if (!kept.ok()) return Later(terms_.settings.poll_every_ms, kept.error().code);
  return Again();
}

}  // namespace valise
