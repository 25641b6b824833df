#include "agent/issue_operation.h"

#include <algorithm>

#include "agent/core/incoming.h"
#include "agent/core/lifecycle.h"
#include "agent/core/objects.h"
#include "agent/core/text.h"
#include "agent/issue_targets.h"
#include "agent/link.h"
#include "packet/codec.h"

namespace valise {

using jira::Verdict;

namespace {

constexpr int kRoundsMax = 10;

// Holds of a whole issue that end when Jira shows it as before.
bool IsAbsence(const std::string& held) {
  const std::string word = held.substr(0, held.find(':'));
  return word == "gone" || word == "rollback" || word == "ending" || word == "ends" || IsEnd(word);
}

void Append(LocalChange more, LocalChange& change) {
  change.is_birth = more.is_birth;
  change.objects = std::move(more.objects);
  change.registers.insert(change.registers.end(), more.registers.begin(), more.registers.end());
}

Neighbours WithEdits(Neighbours neighbours, const LocalChange& change) {
  for (const Register& edit : change.registers) neighbours.edited.insert(edit.key);
  return neighbours;
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

DoneWrite IssueOperation::ToDoneWrite(const Intent& intent) const {
  DoneWrite write;
  write.write_id = Text(intent.write_id);
  write.kind = intent.kind;
  write.history_before = intent.history_before;
  write.sent_at_ms = intent.sent_at_ms;
  write.body = intent.body_sent;
  write.targets = TargetsOf(terms_, intent);
  return write;
}

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
  wishes_.clear();
  if (!issue_id_.is_zero()) base = world_.store.LoadIssue(issue_id_);
  if (!world_.store.healthy()) co_return Later(terms_.settings.poll_every_ms, "VAL-STATE-READ");
  loaded_ = base;
  woken_.clear();
  has_looked_at_keys_ = false;
  LearnKeys(base.value_or(IssueBase{}));
  if (issue_id_ == terms_.project_id) co_return co_await ProjectRound(std::move(base));
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

// A sub-task is made after its parent. Held with it if that one is: its key, once it has one, wakes
// whoever is held for it (TouchAimers).
IssueOperation::Step IssueOperation::AwaitParent(IssueBase base, std::vector<Finding> findings,
                                                 const std::optional<IssueBase>& parent) {
  const bool is_held_back = parent && IsHeldBack(*parent);
  if (is_held_back) base.held = AwaitedReason(parent->issue_id);
  if (is_held_back && (!loaded_ || loaded_->held != base.held)) {
    findings.push_back(
        {base.held, FieldKey(kStatusField), std::nullopt, Version{}, base.held});
  }
  const Plan plan{std::move(base), {}, {}, {}};
  const Result<void> kept = CommitRound(plan, {}, findings, {}, nullptr);
  if (!kept.ok()) return NotKept(kept.error());
  return is_held_back ? Done() : Later(BackOffMs(), "parent");
}

// Asked anew whenever the peer changes the issue: a hold of this kind ends by itself. What an
// operator linked is wanted here.
void IssueOperation::JudgeTaking(IssueBase& base, std::vector<Finding>& findings) const {
  const bool is_taken = IsTaken(terms_.binding.incoming, base) ||
                        LinkFor(world_.store, terms_.contract, base);
  if (is_taken && base.held == kNotTaken) base.held.clear();
  if (is_taken || !base.held.empty()) return;
  base.held = kNotTaken;
  findings.push_back({kNotTaken, FieldKey(kStatusField), std::nullopt, Version{}, kNotTaken});
}

Task<IssueOperation::Step> IssueOperation::CreateRound(IssueBase base) {
  std::vector<Finding> findings;
  MergeReady(base, findings);
  if (IsAwaitedHold(base.held)) base.held.clear();  // asked anew below
  if (!base.origin.type.empty()) JudgeTaking(base, findings);
  const bool is_frozen = base.state == IssueState::kFrozen;  // it ended before it was made here
  if (base.origin.type.empty() || !base.held.empty() || is_frozen) {  // or `created` is not here
    Result<void> kept = CommitRound(Plan{base, {}, {}, {}}, {}, findings, {}, nullptr);
    if (!kept.ok()) co_return NotKept(kept.error());
    co_return Done();
  }
  const Id parent = ParentOf(base);
  const auto mother = world_.store.LoadIssue(parent);
  if (!parent.is_zero() && (!mother || mother->jira_key.empty())) {
    co_return AwaitParent(std::move(base), std::move(findings), mother);
  }
  if (const auto link = LinkFor(world_.store, terms_.contract, base)) {
    co_return co_await AdoptRound(std::move(base), *link, std::move(findings));
  }
  if (const auto field = LinkTwice(world_.store, terms_.contract, base)) {
    const RegisterBase& reg = base.registers.at(FieldKey(*field));
    findings.push_back({"link-twice", FieldKey(*field), reg.agreed, reg.version, "link-twice"});
  }
  Result<void> known = co_await LearnWanted(base);
  if (!known.ok()) co_return Later(BackOffMs(), known.error().code);
  const auto type = terms_.binding.TypeToLocal(TypeOf(base));
  const auto initial = jira_.initial_status.find(type.value_or(""));
  Plan plan = PlanCreate(terms_, base,
                         initial == jira_.initial_status.end() ? "" : initial->second,
                         NeighboursOf(base));
  findings.insert(findings.end(), plan.findings.begin(), plan.findings.end());
  if (!plan.wanted.empty()) {
    Result<void> kept = CommitRound(plan, {}, findings, {}, nullptr);
    if (!kept.ok()) co_return NotKept(kept.error());
    co_return WaitForNames(plan.wanted);
  }
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
  const Plan plan{std::move(base), {}, {}, {}};
  const Result<void> kept = CommitRound(plan, {}, findings, {}, nullptr);
  return kept.ok() ? Done() : NotKept(kept.error());
}

Task<IssueOperation::Step> IssueOperation::ReadRound(std::string jira_id,
                                                     std::optional<IssueBase> base) {
  std::optional<Result<LocalIssue>> read = co_await ReadWhole(jira_id);
  if (!read) {
    if (!base) co_return Done();
    co_return co_await GoneRound(std::move(*base));
  }
  if (!read->ok()) {
    jira::Judged judged;
    judged.error = read->error();
    co_return AfterFailure(judged);
  }
  LocalIssue local = std::move(*read).value();
  const bool is_elsewhere = local.project != terms_.binding.project || local.is_archived;
  if (!base && is_elsewhere) co_return Done();  // since the index showed it
  if (base && WentBack(*base, local)) co_return HoldWhole(std::move(*base), "rollback");
  bool is_back = false;
  if (base) {
    Result<std::string> shown = co_await EndShown(local, *base);
    if (!shown.ok()) co_return Later(BackOffMs(), shown.error().code);
    const std::string& end = shown.value();
    const bool is_born_here = base->origin.birth_site == terms_.own_site;
    // What the binding does not name never leaves, nor is it written to.
    if (!end.empty() && !is_born_here) co_return HoldWhole(std::move(*base), end);
    if (!end.empty() && EndOf(*base) != end) co_return EndRound(std::move(*base), end);
    is_back = is_born_here && end.empty() && base->state == IssueState::kFrozen;
    if (base->state == IssueState::kFrozen && !is_back) {
      co_return co_await FrozenRound(std::move(local), std::move(*base));
    }
  }
  Result<void> internal = co_await LearnInternal(local, base);
  if (!internal.ok()) co_return Later(BackOffMs(), internal.error().code);
  Resolve(local, base);
  if (base) {
    Result<void> looked = co_await LookForTargets(local, *base);
    if (!looked.ok()) co_return Later(BackOffMs(), looked.error().code);
  }
  jira_.NotePeople(local);
  std::vector<std::string> accounts;
  for (const std::string& text : TextsOf(terms_, local)) {
    for (std::string& account : UnknownMentions(text, terms_, jira_.directory())) {
      accounts.push_back(std::move(account));
    }
  }
  Result<void> learnt = co_await jira_.LearnPeople(std::move(accounts));
  if (!learnt.ok()) co_return Later(terms_.settings.poll_every_ms, learnt.error().code);
  co_return co_await DiffRound(std::move(local), std::move(base), is_back);
}

// Our marker on an issue that is not the one we made: never captured as anybody's; a person
// decides.
IssueOperation::Step IssueOperation::ListTwin(const LocalIssue& local, const Id& marked) {
  world_.store.Begin();
  AppendFindings(marked, {{"twin", FieldKey("issue"), Value{local.key, ""}, Version{}, "twin"}});
  const Result<void> kept = world_.store.Commit();
  return kept.ok() ? Done() : Later(terms_.settings.poll_every_ms, kept.error().code);
}

// Made by a create whose answer we do not have: being there is proof enough, only absence has to
// wait. So what people do to it meanwhile is captured, and one that they delete stays deleted. Also
// by one that was given up as unknown: it was hidden from us until now.
IssueOperation::Step IssueOperation::Sighted(const LocalIssue& local, IssueBase marked) {
  const Id& id = marked.issue_id;
  const auto intents = world_.store.IntentsOf(id);
  const bool is_ours = std::any_of(intents.begin(), intents.end(), [](const Intent& intent) {
    return intent.kind == WriteKind::kCreate && intent.state != WriteState::kDone;
  });
  const bool is_given_up = intents.empty() && marked.held == kUnknownHold;
  const std::string name = SightedName(id);
  if ((is_ours || is_given_up) && world_.store.Meta(name).value_or("").empty()) {
    world_.store.Begin();
    if (is_given_up) {
      PlannedWrite create;
      create.kind = WriteKind::kCreate;
      marked.held.clear();
      world_.store.PutIntent(NewIntent(create, marked, 0));
      world_.store.SaveIssue(marked);
    }
    world_.store.PutMeta(name, local.id + " " + local.key);
    touch_({"", id, 0, "made", 0});
    const Result<void> kept = world_.store.Commit();
    if (!kept.ok()) return Later(terms_.settings.poll_every_ms, kept.error().code);
  }
  return Later(terms_.settings.poll_every_ms, "unsettled");
}

// An issue seen for the first time: ours by birth, unless its marker says that valise made it.
std::optional<IssueOperation::Step> IssueOperation::Recognise(const LocalIssue& local,
                                                              std::optional<IssueBase>& base) {
  if (!terms_.binding.TypeToShared(local.type)) return Done();  // type not bound: not shared
  // Made, or linked, by another operation since this one began: that is the one at work on it.
  if (world_.store.IssueByJiraId(local.id)) return Later(0, "known");
  if (IsReserved(world_.store, local.id)) return Done();        // waits for the peer's issue
  const auto marked = IdFromText(local.marker.substr(0, local.marker.find(':')));
  if (marked && local.marker == MarkerOf(terms_, *marked) && terms_.switches.marker) {
    const auto known = world_.store.LoadIssue(*marked);
    if (known && known->jira_id.empty()) {
      return Sighted(local, *known);
    }
    return ListTwin(local, *marked);
  }
  if (!local.parent_id.empty() && local.parent.is_zero()) {
    // Shared since this round looked: birth and register would tell different parents.
    if (world_.store.IssueByJiraId(local.parent_id)) return Again();
    return Later(BackOffMs(), "parent");
  }
  base = NewBase(terms_, local, channel_.keys.origin.view(), local.parent);
  issue_id_ = base->issue_id;
  return std::nullopt;
}

std::vector<DoneWrite> IssueOperation::DoneWrites(const LocalIssue& local, std::vector<Id>& ids) {
  std::vector<DoneWrite> done;
  for (const Intent& intent : world_.store.IntentsOf(issue_id_)) {
    if (intent.state != WriteState::kDone) continue;
    done.push_back(ToDoneWrite(intent));
    ids.push_back(intent.write_id);
    if (intent.kind == WriteKind::kCreate && local.histories.empty()) {
      jira_.initial_status[local.type] = local.status;
    }
  }
  return done;
}

// What the peer sent, and what that makes of what is shown here.
void IssueOperation::MergeBeside(const LocalIssue& local, IssueBase& base,
                                 std::vector<Finding>& findings) {
  MergeReady(base, findings);
  AdoptFiles(local, base);
  WakeTexts(base, local);
}

Task<IssueOperation::Step> IssueOperation::DiffRound(LocalIssue local,
                                                     std::optional<IssueBase> base,
                                                     bool is_back) {
  if (!base) {
    const std::optional<Step> stranger = Recognise(local, base);
    if (stranger) co_return *stranger;
  }
  LocalChange resumed;
  if (is_back) RecordEnd(terms_, *base, "", world_.clock.NowMs(), resumed);
  if (IsAbsence(base->held)) {
    base->held.clear();
    PutGate(0);
  }
  current_status_ = local.status;
  const std::set<ObjectRef> gone = co_await ProveGone(*base, local);
  const std::set<ObjectRef> twins = co_await FindTwins(*base, local);
  const std::vector<LocalObject> files = FilesToFetch(*base, local, twins);
  const std::vector<Id> sources = LinkSources(base->issue_id, local);
  std::vector<Id> done_ids;
  const std::vector<DoneWrite> done = DoneWrites(local, done_ids);
  const std::int64_t now_ms = world_.clock.NowMs();
  Absorbed absorbed =
      Absorb(terms_, std::move(*base), local, done, jira_.directory(), now_ms, keys_);
  std::vector<Finding> findings = std::move(absorbed.findings);
  LocalChange change = std::move(absorbed.change);
  change.registers.insert(change.registers.begin(), resumed.registers.begin(),
                          resumed.registers.end());

  IssueBase current = std::move(absorbed.base);
  const bool skips_capture = !terms_.switches.capture_before_write &&
                             !world_.store.IncomingOf(current.issue_id).empty();
  if (!skips_capture) {
    Captured captured = Capture(terms_, std::move(current),
                                {local, jira_.directory(), gone, twins, now_ms,
                                 channel_.keys.origin.view(), keys_});
    current = std::move(captured.base);
    findings.insert(findings.end(), captured.findings.begin(), captured.findings.end());
    Append(std::move(captured.change), change);
  }
  MergeBeside(local, current, findings);
  ObeyWishes(local, current, change, findings);
  const bool has_ended = current.state == IssueState::kFrozen;
  Result<void> known = co_await LearnWanted(current);
  if (!known.ok()) co_return Later(BackOffMs(), known.error().code);
  const Neighbours neighbours = WithEdits(NeighboursOf(current), change);
  Plan plan = PlanWrites(terms_, std::move(current), local, jira_.directory(), neighbours);
  // Labels are written whole: what was put there for an end goes in a round of its own.
  if (plan.writes.empty() && !has_ended) plan = TakeBackEnd(terms_, std::move(plan), local);
  findings.insert(findings.end(), plan.findings.begin(), plan.findings.end());
  const auto wanted = plan.wanted;
  Step step = co_await CommitAndWrite(
      std::move(plan), std::move(change), std::move(findings), std::move(done_ids), local.type,
      local.histories.empty() ? 0 : local.histories.back().id);
  if (step.next != Next::kDone) co_return step;
  if (has_ended) co_return Again();
  TouchAll(sources, "link");
  if (is_back) TouchAll(IssuesAimingAt(terms_, world_.store, issue_id_, local.key), "link");
  if (!wanted.empty()) co_return WaitForNames(wanted);
  co_return co_await FetchFiles(files);  // text never waits for them
}

}  // namespace valise
