// How an issue ends where it was born, and what becomes of its copy. An end is told only with
// proof, after two looks some time apart, and not before the operator agrees when many come at
// once.
#include <algorithm>

#include "agent/core/lifecycle.h"
#include "agent/issue_operation.h"
#include "agent/issue_targets.h"
#include "agent/jira/jql.h"
#include "packet/codec.h"

namespace valise {

using jira::Verdict;

namespace {

constexpr std::int64_t kAgreed = -1;
constexpr char kBrowse[] = "BROWSE_PROJECTS";

bool IsUntaken(OutcomeResult result) {
  return result == OutcomeResult::kHeld || result == OutcomeResult::kRefused;
}

bool IsUnanswered(const OutgoingChange& change) {
  if (!change.outcome || IsUntaken(change.outcome->result)) return true;
  const auto& registers = change.outcome->registers;
  return std::any_of(registers.begin(), registers.end(),
                     [](const RegisterOutcome& one) { return IsUntaken(one.result); });
}

bool IsOfEnd(const DoneWrite& write) {
  return !write.targets.empty() && write.targets.front().key == LifecycleKey();
}

}  // namespace

// --- at the birth site: is this the end? --------------------------------------------------------

// Beyond the 404: the login holds, the project is there under its key and we may browse it, and no
// issue shows that this Jira went back in time (pitfalls 7, 26). Jira answers the same for what it
// hides from us; should that be seen again, it is simply shared again.
Task<Result<bool>> IssueOperation::IsProvenGone() {
  using Out = Result<bool>;
  Result<void> login = co_await jira_.CheckLogin();
  if (!login.ok()) co_return Out(login.error());
  Result<bool> is_there = co_await IsProjectThere();
  if (!is_there.ok() || !is_there.value()) co_return is_there;
  JiraAnswer answer = co_await jira_.Send(jira::ReadPermissions(terms_.binding.project));
  if (!answer.ok()) co_return Out(answer.judged.error);
  const Result<std::set<std::string>> permissions = jira::ParsePermissions(answer.response);
  if (!permissions.ok()) co_return Out(permissions.error());
  if (!permissions.value().contains(kBrowse)) co_return Out(false);
  const std::vector<Listed> open = world_.store.AllListed(true);
  co_return Out(std::none_of(open.begin(), open.end(),
                             [](const Listed& row) { return row.kind == "rollback"; }));
}

// A project that got another key leads its old key to the new one.
Task<Result<bool>> IssueOperation::IsProjectThere() {
  JiraAnswer answer = co_await jira_.Send(jira::ReadProject(terms_.binding.project));
  if (answer.judged.verdict == Verdict::kGone) co_return Result<bool>(false);
  if (!answer.ok()) co_return Result<bool>(answer.judged.error);
  const Result<jira::ProjectInfo> project = jira::ParseProject(answer.response);
  if (!project.ok()) co_return Result<bool>(project.error());
  co_return Result<bool>(project.value().key == terms_.binding.project);
}

// 404 to a user who is logged in: deleted, moved away or hidden.
Task<IssueOperation::Step> IssueOperation::GoneRound(IssueBase base) {
  if (base.state == IssueState::kFrozen) co_return FrozenGone(std::move(base));
  // What happens to a copy is never an end.
  if (base.origin.birth_site != terms_.own_site) co_return HoldWhole(std::move(base), "gone");
  Result<bool> proven = co_await IsProvenGone();
  if (!proven.ok()) co_return Later(BackOffMs(), proven.error().code);
  if (!proven.value()) co_return HoldWhole(std::move(base), "gone");
  co_return EndRound(std::move(base), kDeleted);
}

// How this Jira shows that the issue ended; "": it did not.
Task<Result<std::string>> IssueOperation::EndShown(const LocalIssue& local,
                                                   const IssueBase& base) {
  using Out = Result<std::string>;
  const bool is_born_here = base.origin.birth_site == terms_.own_site;
  if (!local.project.empty() && local.project != terms_.binding.project) {
    Result<bool> is_there = co_await IsProjectThere();
    if (!is_there.ok()) co_return Out(is_there.error());
    if (is_there.value()) co_return Out(kMoved);
    co_return Out(Error{Recovery::kAskOperator, "VAL-JIRA-PROJECT",
                        "project " + terms_.binding.project + " has another key now; correct "
                        "[jira] project"});
  }
  if (local.is_archived) co_return Out(kArchived);
  const bool is_doubted = jira_.scope_doubts.contains(local.id) || !base.held.empty() ||
                          base.state == IssueState::kFrozen;
  if (terms_.binding.scope.empty() || !is_born_here || !is_doubted) co_return Out("");
  Result<bool> is_out = co_await IsOutOfScope(local);
  if (!is_out.ok()) co_return Out(is_out.error());
  jira_.scope_doubts.erase(local.id);
  co_return Out(is_out.value() ? kLeftScope : "");
}

// Only the index knows the scope's words. It is believed when it knows the issue as it is now.
Task<Result<bool>> IssueOperation::IsOutOfScope(const LocalIssue& local) {
  for (const std::string& scope : {terms_.binding.scope, std::string()}) {
    jira::SearchQuery query;
    query.jql = jira::JqlScopeCheck(terms_.binding.project, scope, {local.id});
    Result<HttpRequest> request = jira::Search(query);
    if (!request.ok()) co_return Result<bool>(request.error());
    JiraAnswer answer = co_await jira_.Send(std::move(request).value());
    if (!answer.ok()) co_return Result<bool>(answer.judged.error);
    Result<jira::SearchPage> page = jira::ParseSearch(answer.response);
    if (!page.ok()) co_return Result<bool>(page.error());
    const auto& hits = page.value().hits;
    const bool is_current = !hits.empty() && hits.front().updated_ms == local.updated_ms;
    if (!is_current && (scope.empty() || !hits.empty())) {
      co_return Result<bool>(Error{Recovery::kRetryLater, "VAL-JIRA-INDEX",
                                   "the index does not show the issue as it is; asked again"});
    }
    if (is_current) co_return Result<bool>(scope.empty());
  }
  co_return Result<bool>(false);
}

// --- the two looks ------------------------------------------------------------------------------

std::string IssueOperation::GateName() const { return "ending." + Text(issue_id_); }

void IssueOperation::PutGate(std::int64_t value) {
  if (world_.store.MetaNumber(GateName(), 0) == value) return;
  world_.store.Begin();
  world_.store.PutMetaNumber(GateName(), value);
  (void)world_.store.Commit().ok();  // not kept: the next look is the first one again
}

std::int64_t IssueOperation::GateLeftMs() const {
  const std::int64_t since_ms = world_.store.MetaNumber(GateName(), 0);
  const std::int64_t now_ms = world_.clock.NowMs();
  if (since_ms == 0 || since_ms > now_ms) return terms_.settings.end_proof_ms;
  return std::max<std::int64_t>(0, since_ms + terms_.settings.end_proof_ms - now_ms);
}

// The first look waits for the second, so that what comes at once is counted before any of it is
// told or carried out.
IssueOperation::Gate IssueOperation::AskGate() {
  const std::int64_t since_ms = world_.store.MetaNumber(GateName(), 0);
  if (since_ms == kAgreed) return Gate::kGo;
  if (since_ms == 0 || since_ms > world_.clock.NowMs()) PutGate(world_.clock.NowMs());
  if (GateLeftMs() > 0) return Gate::kWait;
  const std::size_t at_once_max = terms_.binding.lifecycle.at_once_max;
  return world_.store.EndsUnderWay() > at_once_max ? Gate::kAsk : Gate::kGo;
}

IssueOperation::Step IssueOperation::EndRound(IssueBase base, const std::string& end) {
  issue_id_ = base.issue_id;
  const Gate gate = AskGate();
  if (gate == Gate::kAsk) return HoldWhole(std::move(base), "ends:" + end);
  std::vector<Finding> findings;
  std::vector<Id> writes_done;
  LocalChange change;
  base.held = gate == Gate::kWait ? "ending:" + end : "";
  MergeReady(base, findings);
  if (gate == Gate::kGo) {
    RecordEnd(terms_, base, end, world_.clock.NowMs(), change);
    if (end == kDeleted) writes_done = DoneIntents();  // no read will absorb them
  }
  const Result<void> kept =
      CommitRound(Plan{std::move(base), {}, {}, {}}, change, findings, writes_done, nullptr);
  if (!kept.ok()) return NotKept(kept.error());
  if (gate == Gate::kWait) return Later(GateLeftMs(), "ending");
  PutGate(0);
  return Done();
}

// --- a frozen issue -----------------------------------------------------------------------------

std::vector<Id> IssueOperation::DoneIntents() const {
  std::vector<Id> done;
  for (const Intent& intent : world_.store.IntentsOf(issue_id_)) {
    if (intent.state == WriteState::kDone) done.push_back(intent.write_id);
  }
  return done;
}

// Nothing is left to carry out: we deleted it, or a person here did.
IssueOperation::Step IssueOperation::FrozenGone(IssueBase base) {
  RegisterBase& lifecycle = base.registers[LifecycleKey()];
  const bool is_ours = lifecycle.version.site == terms_.peer_site;
  const bool is_deleted = is_ours && ActionFor(terms_, EndOf(base)) == EndAction::kDelete;
  lifecycle.is_pending = false;
  lifecycle.held.clear();
  if (is_deleted) ForgetJiraIssue(base);
  std::vector<Finding> findings;
  MergeReady(base, findings);
  const bool is_back = base.state != IssueState::kFrozen;
  const Plan plan{std::move(base), {}, {}, {}};
  const Result<void> kept = CommitRound(plan, {}, findings, DoneIntents(), nullptr);
  if (!kept.ok()) return NotKept(kept.error());
  PutGate(0);
  return is_back ? Again() : Done();
}

bool IssueOperation::HasUnansweredEdit() const {
  const std::vector<OutgoingChange> sent = world_.store.OutgoingOf(issue_id_);
  return std::any_of(sent.begin(), sent.end(), IsUnanswered);
}

void IssueOperation::ListEdits(IssueBase& base, const LocalIssue& local,
                               std::vector<Finding>& findings) {
  const bool is_copy = base.origin.birth_site != terms_.own_site;
  const bool is_edited =
      local.updated_ms != base.jira_updated_ms || local.parts != base.jira_parts;
  if (is_copy && is_edited) {
    findings = EditsOfFrozen(terms_, base, local, jira_.directory());
  }
  base.jira_updated_ms = local.updated_ms;
  base.jira_parts = local.parts;
  base.jira_key = local.key;
  if (!local.histories.empty()) base.history_through = local.histories.back().id;
}

// Nothing is captured. What the end asks for is written, once its gate is open.
Task<IssueOperation::Step> IssueOperation::FrozenRound(LocalIssue local, IssueBase base) {
  current_status_ = local.status;
  Resolve(local, base);
  std::vector<Id> done_ids;
  for (const Intent& intent : world_.store.IntentsOf(base.issue_id)) {
    const DoneWrite write = ToDoneWrite(intent);
    if (intent.state != WriteState::kDone || !IsOfEnd(write)) continue;
    AbsorbEnd(terms_, write, local, base);
    done_ids.push_back(intent.write_id);
  }
  std::vector<Finding> findings;
  ListEdits(base, local, findings);
  MergeReady(base, findings);
  const bool is_frozen = base.state == IssueState::kFrozen;
  const bool is_pending = base.registers[LifecycleKey()].is_pending;
  const Gate gate = is_frozen && is_pending ? AskGate() : Gate::kWait;
  if (gate == Gate::kAsk) HoldRegister(base, LifecycleKey(), "ends", findings);
  if (gate != Gate::kGo) {
    Result<void> kept = CommitRound(Plan{base, {}, {}, {}}, {}, findings, done_ids, nullptr);
    if (!kept.ok()) co_return NotKept(kept.error());
    if (!is_frozen) {
      TouchAll(IssuesAimingAt(terms_, world_.store, base.issue_id, base.jira_key), "link");
    }
    if (!is_frozen) co_return Again();  // shared again
    if (is_pending && gate == Gate::kWait) co_return Later(GateLeftMs(), "ending");
    PutGate(0);
    co_return Done();
  }
  const bool is_agreed = world_.store.MetaNumber(GateName(), 0) == kAgreed;
  Plan plan = PlanEnd(terms_, std::move(base), local, jira_.directory(),
                      {HasUnansweredEdit(), is_agreed});
  findings.insert(findings.end(), plan.findings.begin(), plan.findings.end());
  const std::int64_t history = local.histories.empty() ? 0 : local.histories.back().id;
  co_return co_await CommitAndWrite(std::move(plan), {}, std::move(findings),
                                    std::move(done_ids), local.type, history);
}

}  // namespace valise
