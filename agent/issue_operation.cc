#include "agent/issue_operation.h"

#include <algorithm>

#include "agent/core/objects.h"
#include "agent/core/text.h"
#include "packet/codec.h"

namespace valise {

using jira::Verdict;

namespace {

constexpr int kRoundsMax = 10;

DoneWrite ToDoneWrite(const Terms& terms, const Intent& intent) {
  DoneWrite write;
  write.write_id = Text(intent.write_id);
  write.kind = intent.kind;
  write.history_before = intent.history_before;
  write.sent_at_ms = intent.sent_at_ms;
  write.body = intent.body_sent;
  write.targets = TargetsOf(terms, intent);
  return write;
}

std::vector<std::string> TextsOf(const Terms& terms, const LocalIssue& local) {
  std::vector<std::string> texts;
  for (const auto& [name, binding] : terms.binding.fields) {
    const auto field = local.fields.find(binding.field);
    if (binding.kind != ValueKind::kText || field == local.fields.end()) continue;
    for (const Value& value : field->second.values) texts.push_back(value.text);
  }
  for (const ObjectKind kind : kObjectKinds) {
    for (const LocalObject& object : ObjectsOf(local, kind)) texts.push_back(object.body);
  }
  return texts;
}

}  // namespace

IssueOperation::Step IssueOperation::Later(std::int64_t delay_ms, std::string why) const {
  return {Next::kLater, {false, world_.clock.NowMs() + delay_ms, std::move(why)}};
}

// A commit that found another base than the one this round began with is simply made anew.
IssueOperation::Step IssueOperation::NotKept(const Error& error) const {
  if (error.code == "VAL-ISSUE-CHANGED") return Again();
  return Later(terms_.settings.poll_every_ms, error.code);
}

IssueOperation::Step IssueOperation::AfterFailure(const jira::Judged& judged) const {
  const std::int64_t wait = judged.retry_after ? judged.retry_after->count() : 0;
  return Later(std::max(wait, BackOffMs()), judged.error.code);
}

std::int64_t IssueOperation::BackOffMs() const {
  return std::min<std::int64_t>(terms_.settings.poll_every_ms << std::min(work_.failures, 6U),
                                3'600'000);
}

void IssueOperation::Journal(const Id& issue_id, const Id& op_id, std::string event,
                             std::string detail) {
  world_.store.AppendJournal(
      {0, world_.clock.NowMs(), issue_id, op_id, std::move(event), std::move(detail)});
}

Task<OperationEnd> IssueOperation::Run() {
  issue_id_ = work_.issue_id;
  if (issue_id_.is_zero()) issue_id_ = world_.store.IssueByJiraId(work_.jira_id).value_or(Id{});
  for (int round = 0; round < kRoundsMax; ++round) {
    Step step = co_await SettleIntents();
    if (step.next == Next::kAgain) step = co_await Round();
    if (step.next == Next::kLater) co_return step.end;
    if (step.next == Next::kDone) co_return OperationEnd{};
  }
  co_return OperationEnd{false, world_.clock.NowMs() + terms_.settings.poll_every_ms, "rounds"};
}

Task<IssueOperation::Step> IssueOperation::Round() {
  std::optional<IssueBase> base;
  merged_rows_.clear();
  if (!issue_id_.is_zero()) base = world_.store.LoadIssue(issue_id_);
  if (!world_.store.healthy()) co_return Later(terms_.settings.poll_every_ms, "VAL-STATE-READ");
  loaded_ = base;
  if (!base && work_.jira_id.empty()) {
    // Known only from the peer's changes: its `created` makes the base.
    IssueBase incoming;
    incoming.issue_id = issue_id_;
    incoming.state = IssueState::kIncoming;
    co_return co_await CreateRound(std::move(incoming));
  }
  if (base && base->jira_id.empty()) co_return co_await CreateRound(std::move(*base));
  std::string jira_id = base ? base->jira_id : work_.jira_id;
  co_return co_await ReadRound(std::move(jira_id), std::move(base));
}

bool IssueOperation::IsParentHere(const Id& parent) const {
  const auto base = world_.store.LoadIssue(parent);
  return base && !base->jira_key.empty();
}

Task<IssueOperation::Step> IssueOperation::CreateRound(IssueBase base) {
  std::vector<Finding> findings;
  MergeReady(base, findings);
  if (base.origin.type.empty() || !base.held.empty()) {  // `created` is not here, or refused
    Result<void> kept = CommitRound(Plan{base, {}, {}}, {}, findings, {}, nullptr);
    if (!kept.ok()) co_return NotKept(kept.error());
    co_return Done();
  }
  if (!base.origin.parent.is_zero() && !IsParentHere(base.origin.parent)) {
    Result<void> kept = CommitRound(Plan{base, {}, {}}, {}, findings, {}, nullptr);
    if (!kept.ok()) co_return NotKept(kept.error());
    co_return Later(BackOffMs(), "parent");
  }
  const auto type = terms_.binding.TypeToLocal(base.origin.type);
  const auto initial = jira_.initial_status.find(type.value_or(""));
  Plan plan = PlanCreate(terms_, base,
                         initial == jira_.initial_status.end() ? "" : initial->second);
  findings.insert(findings.end(), plan.findings.begin(), plan.findings.end());
  if (initial != jira_.initial_status.end()) current_status_ = initial->second;
  co_return co_await CommitAndWrite(std::move(plan), {}, std::move(findings), {},
                                    type.value_or(""), 0);
}

// Nothing is captured or written; what the peer sent gets its outcome, held.
IssueOperation::Step IssueOperation::HoldWhole(IssueBase base, const std::string& reason) {
  std::vector<Finding> findings;
  if (base.held != reason) {
    findings.push_back({reason, FieldKey(kStatusField), std::nullopt, {}, reason});
  }
  base.held = reason;
  MergeReady(base, findings);
  const Result<void> kept = CommitRound(Plan{std::move(base), {}, {}}, {}, findings, {}, nullptr);
  return kept.ok() ? Done() : NotKept(kept.error());
}

Task<IssueOperation::Step> IssueOperation::ReadRound(std::string jira_id,
                                                     std::optional<IssueBase> base) {
  std::optional<Result<LocalIssue>> read = co_await ReadWhole(jira_id);
  if (!read) {
    // 404 to a user who is logged in: deleted, moved away or hidden. Never taken for a deletion.
    co_return base ? HoldWhole(std::move(*base), "gone") : Done();
  }
  if (!read->ok()) {
    jira::Judged judged;
    judged.error = read->error();
    co_return AfterFailure(judged);
  }
  LocalIssue local = std::move(*read).value();
  if (base && !local.project.empty() && local.project != terms_.binding.project) {
    co_return HoldWhole(std::move(*base), "moved");  // what the binding does not name never leaves
  }
  if (base && WentBack(*base, local)) co_return HoldWhole(std::move(*base), "rollback");
  Result<void> internal = co_await LearnInternal(local, base);
  if (!internal.ok()) co_return Later(BackOffMs(), internal.error().code);
  Resolve(local);
  jira_.NotePeople(local);
  std::vector<std::string> accounts;
  for (const std::string& text : TextsOf(terms_, local)) {
    for (std::string& account : UnknownMentions(text, terms_, jira_.directory())) {
      accounts.push_back(std::move(account));
    }
  }
  Result<void> learnt = co_await jira_.LearnPeople(std::move(accounts));
  if (!learnt.ok()) co_return Later(terms_.settings.poll_every_ms, learnt.error().code);
  co_return co_await DiffRound(std::move(local), std::move(base));
}

// Our marker on an issue that is not the one we made: never captured as anybody's; a person
// decides.
IssueOperation::Step IssueOperation::ListTwin(const LocalIssue& local, const Id& marked) {
  world_.store.Begin();
  AppendFindings(marked, {{"twin", FieldKey("issue"), Value{local.key, ""}, Version{}, "twin"}});
  const Result<void> kept = world_.store.Commit();
  return kept.ok() ? Done() : Later(terms_.settings.poll_every_ms, kept.error().code);
}

// An issue seen for the first time: ours by birth, unless its marker says that valise made it.
std::optional<IssueOperation::Step> IssueOperation::Recognise(const LocalIssue& local,
                                                              std::optional<IssueBase>& base) {
  if (!terms_.binding.TypeToShared(local.type)) return Done();  // type not bound: not shared
  const auto marked = IdFromText(local.marker.substr(0, local.marker.find(':')));
  if (marked && local.marker == MarkerOf(terms_, *marked) && terms_.switches.marker) {
    const auto known = world_.store.LoadIssue(*marked);
    if (known && known->jira_id.empty()) {
      // Made by a create whose answer we do not have yet: settling its intent finds it.
      return Later(terms_.settings.poll_every_ms, "unsettled");
    }
    return ListTwin(local, *marked);
  }
  Id parent;
  if (!local.parent_id.empty()) {
    const auto shared = world_.store.IssueByJiraId(local.parent_id);
    if (!shared) return Later(BackOffMs(), "parent");
    parent = *shared;
  }
  base = NewBase(terms_, local, channel_.keys.origin.view(), parent);
  issue_id_ = base->issue_id;
  return std::nullopt;
}

Task<IssueOperation::Step> IssueOperation::DiffRound(LocalIssue local,
                                                     std::optional<IssueBase> base) {
  if (!base) {
    const std::optional<Step> stranger = Recognise(local, base);
    if (stranger) co_return *stranger;
  }
  // It is back.
  if (base->held == "gone" || base->held == "moved" || base->held == "rollback") {
    base->held.clear();
  }
  current_status_ = local.status;
  const std::set<ObjectRef> gone = co_await ProveGone(*base, local);
  const std::set<ObjectRef> twins = co_await FindTwins(*base, local);
  const std::vector<LocalObject> files = FilesToFetch(*base, local, twins);
  const std::vector<Id> sources = LinkSources(base->issue_id, local);

  std::vector<DoneWrite> done;
  std::vector<Id> done_ids;
  for (const Intent& intent : world_.store.IntentsOf(base->issue_id)) {
    if (intent.state != WriteState::kDone) continue;
    done.push_back(ToDoneWrite(terms_, intent));
    done_ids.push_back(intent.write_id);
    if (intent.kind == WriteKind::kCreate && local.histories.empty()) {
      jira_.initial_status[local.type] = local.status;
    }
  }
  const std::int64_t now_ms = world_.clock.NowMs();
  Absorbed absorbed = Absorb(terms_, std::move(*base), local, done, jira_.directory(), now_ms);
  std::vector<Finding> findings = std::move(absorbed.findings);
  LocalChange change = std::move(absorbed.change);

  IssueBase current = std::move(absorbed.base);
  const bool skips_capture = !terms_.switches.capture_before_write &&
                             !world_.store.IncomingOf(current.issue_id).empty();
  if (!skips_capture) {
    Captured captured = Capture(terms_, std::move(current),
                                {local, jira_.directory(), gone, twins, now_ms,
                                 channel_.keys.origin.view()});
    current = std::move(captured.base);
    findings.insert(findings.end(), captured.findings.begin(), captured.findings.end());
    change.is_birth = captured.change.is_birth;
    change.objects = std::move(captured.change.objects);
    change.registers.insert(change.registers.end(), captured.change.registers.begin(),
                            captured.change.registers.end());
  }
  MergeReady(current, findings);
  const Neighbours neighbours = NeighboursOf(current);
  Plan plan = PlanWrites(terms_, std::move(current), local, jira_.directory(), neighbours);
  findings.insert(findings.end(), plan.findings.begin(), plan.findings.end());

  Step step = co_await CommitAndWrite(
      std::move(plan), std::move(change), std::move(findings), std::move(done_ids), local.type,
      local.histories.empty() ? 0 : local.histories.back().id);
  if (step.next != Next::kDone) co_return step;
  TouchAll(sources, "link");
  co_return co_await FetchFiles(files);  // text never waits for them
}

}  // namespace valise
