#include "agent/agent.h"

#include <algorithm>

#include "agent/content_files.h"
#include "agent/swept_names.h"

namespace valise {
namespace {

constexpr std::int64_t kPollRetryMaxMs = 5 * 60'000;    // a Jira that is back is noticed by then
constexpr std::int64_t kLoginRetryMs = 5 * 60'000;
constexpr std::int64_t kCarrierRetryMs = 5'000;
constexpr std::int64_t kStepBackMs = 60'000;            // a clock set back by more is a jump
constexpr std::int64_t kAheadMaxMs = 24LL * 3600'000;   // no deadline is further away than this

}  // namespace

Agent::Agent(World world, const Channel& channel, Terms terms)
    : world_(world),
      channel_(channel),
      terms_(std::move(terms)),
      jira_(world_.jira, terms_),
      inbox_(world_, channel_, terms_, [this](const Store::Work& work) { Touch(work); }),
      outbox_(world_, channel_, terms_, inbox_),
      poll_(world_, terms_, jira_, [this](const Store::Work& work) { Touch(work); }),
      health_(world_.store),
      watch_(world_.store, world_.log) {
  terms_.channel_tag = Text(channel_.id).substr(0, 8);
  terms_.project_id = ProjectIdOf(channel_.id);
}

Agent::~Agent() = default;

Result<void> Agent::Start() {
  const Result<void> opened = outbox_.Open();
  if (!opened.ok()) {
    stopped_ = opened.error();
    health_.Note("stopped", stopped_, world_.clock.NowMs());
    return opened;
  }
  inbox_.Load();
  TRY(inbox_.contracts().Enter());
  SweepContentFiles(world_);
  is_paused_ = world_.store.MetaNumber("paused", 0) != 0;
  watch_.Load();
  for (const auto& [row, text] : world_.store.MetaWithPrefix(SprintBook::kRow)) {
    jira_.sprints.Recall(row, text);
  }
  const std::int64_t now_ms = world_.clock.NowMs();
  const std::int64_t half_ago_ms = now_ms - terms_.settings.sweep_every_ms / 2;
  const std::int64_t swept_ms = world_.store.MetaNumber("sweep.last_ms", half_ago_ms);
  next_sweep_ms_ = std::min(swept_ms, now_ms) + terms_.settings.sweep_every_ms;
  SweepForNewNames(now_ms);
  // Whoever waits in a queue or for an intent is looked at first.
  world_.store.Begin();
  world_.store.PutMetaNumber("sweep.last_ms", swept_ms);
  ForgetLostNames(world_.store, terms_);
  for (const Id& issue : IssuesWithNewWords(world_.store, terms_)) {
    world_.store.PutWork({"", issue, 0, "word", 0});
  }
  world_.store.ClampTimes(now_ms + kAheadMaxMs);
  for (const Id& issue : world_.store.IssuesWithIncoming()) {
    world_.store.PutWork({"", issue, 0, "start", 0});
  }
  for (const Intent& intent : world_.store.AllIntents()) {
    world_.store.PutWork({"", intent.issue_id, 0, "intent", 0});
  }
  return world_.store.Commit();
}

// What came to the binding is looked for by the first poll's sweep, not a day later.
void Agent::SweepForNewNames(std::int64_t now_ms) {
  std::string names;
  for (const std::string& name : NamesToSweep(world_.store, terms_)) {
    names += (names.empty() ? "" : ", ") + name;
  }
  if (names.empty()) return;
  next_sweep_ms_ = now_ms;
  world_.log.Write(LogLevel::kInfo, "newly bound",
                   {{"names", names}, {"what", "a sweep looks now for what was given before"}});
}

std::string Agent::KeyOf(const Store::Work& work) const {
  if (!work.issue_id.is_zero()) return Text(work.issue_id);
  const auto known = world_.store.IssueByJiraId(work.jira_id);
  return known ? Text(*known) : "jira " + work.jira_id;
}

// Inside a transaction of the caller's.
void Agent::Touch(const Store::Work& work) {
  world_.store.PutWork(work);
  const std::string key = KeyOf(work);
  for (Operation& operation : operations_) {
    const bool is_same_jira_id = !work.jira_id.empty() && operation.work.jira_id == work.jira_id;
    if (IsOf(operation, key) || is_same_jira_id) operation.is_touched = true;
  }
}

Agent::Report Agent::Step(std::chrono::milliseconds wait) {
  Report report;
  jira_.Deliver(wait, world_.clock.NowMs());
  ReapOperations();
  const std::int64_t now_ms = world_.clock.NowMs();
  if (now_ms < last_step_ms_ - kStepBackMs) ForgetDeadlines(now_ms);
  last_step_ms_ = now_ms;
  ReapPoll(now_ms);
  ObeyRequests();
  if (!stopped_ && !IsRenewing()) ReceiveStage(now_ms);
  if (!stopped_ && !IsRenewing()) JiraStage(now_ms);
  if (!stopped_ && !IsRenewing()) SendStage();
  if (IsRenewing()) ReapPoll(now_ms);
  report.is_renewal_due = IsRenewing() && is_idle();
  report.stopped = stopped_;
  report.jira_error = jira_error_;
  report.carrier_error = send_error_ ? send_error_ : receive_error_;
  report.content_error = inbox_.content_error();
  report.carrier_hint = watch_.impaired() ? watch_.impaired() : watch_.hint();
  report.is_busy = !is_idle();
  report.wake_at_ms = report.is_renewal_due ? now_ms : WakeAt(now_ms);
  NoteHealth(report, now_ms);
  return report;
}

// Under a contract that is not in force any more nothing begins; what is under way ends.
bool Agent::IsRenewing() { return inbox_.contracts().is_renewal_due(); }

// A poll that is under way says nothing yet.
void Agent::NoteHealth(const Report& report, std::int64_t now_ms) {
  health_.Note("stopped", report.stopped, now_ms);
  if (!polling_) health_.Note("jira", report.jira_error, now_ms);
  health_.Note("carrier", report.carrier_error ? report.carrier_error : watch_.impaired(),
               now_ms);
  health_.Note("delivery", watch_.hint(), now_ms);
  health_.Note("attachments", report.content_error, now_ms);
}

// The clock was set back: what was due in a time that will not come for long is due now.
void Agent::ForgetDeadlines(std::int64_t now_ms) {
  next_poll_ms_ = next_receive_ms_ = jira_retry_ms_ = carrier_retry_ms_ = 0;
  watch_.ClampTimes(now_ms);
  next_sweep_ms_ = std::min(next_sweep_ms_, now_ms + terms_.settings.sweep_every_ms);
  jira_.ForgetThrottle();
  outbox_.ForgetDeadlines();
  world_.store.Begin();
  world_.store.ClampTimes(now_ms);
  const Result<void> kept = world_.store.Commit();
  if (!kept.ok()) jira_error_ = kept.error();
}

void Agent::ReceiveStage(std::int64_t now_ms) {
  if (world_.carrier) {
    CarrierNews news = world_.carrier->News();
    if (news.has_arrivals) next_receive_ms_ = std::min(next_receive_ms_, now_ms);
    watch_.Hear(std::move(news), now_ms);
  }
  if (now_ms >= next_receive_ms_) {
    const Result<std::size_t> received = inbox_.Receive();
    receive_error_ = received.ok() ? std::nullopt : std::optional(received.error());
    const bool has_more = received.ok() && received.value() > 0;
    next_receive_ms_ = has_more ? now_ms : now_ms + terms_.settings.receive_every_ms;
  }
  const Result<std::size_t> opened = inbox_.OpenArrivals();
  if (!opened.ok() && opened.error().recovery == Recovery::kAskOperator) {
    stopped_ = opened.error();
    world_.log.Write(LogLevel::kError, "stopped",
                     {{"code", stopped_->code}, {"why", stopped_->message}});
  }
}

void Agent::JiraStage(std::int64_t now_ms) {
  if (is_paused_ || is_stopping_ || now_ms < jira_retry_ms_ || now_ms < jira_.not_before_ms()) {
    return;
  }
  if (!polling_ && (now_ms >= next_poll_ms_ || !jira_.is_connected())) {
    polling_.emplace(PollAndSweep());
    polling_->Start();
    ReapPoll(now_ms);
  }
  if (terms_.switches.bug_poison_blocks && !world_.store.AllListed(true).empty()) return;
  if (jira_.is_connected() && !jira_.login_error()) StartOperations(now_ms);
}

Task<Result<void>> Agent::PollAndSweep() {
  if (!jira_.is_connected()) {
    Result<void> connected = co_await jira_.Connect();
    if (!connected.ok()) {
      polled_ = connected;
      co_return connected;
    }
    NoteMissedPeople();
  }
  Result<void> polled = co_await poll_.Run();
  if (polled.ok() && jira_.missed_people() > 0) {
    polled = co_await jira_.FindMissedPeople();
    NoteMissedPeople();
  }
  const std::int64_t now_ms = world_.clock.NowMs();
  if (polled.ok() && now_ms >= next_sweep_ms_) {
    polled = co_await poll_.Sweep();
    if (polled.ok()) {
      world_.store.Begin();
      world_.store.PutMetaNumber("sweep.last_ms", now_ms);
      Prune(now_ms);
      polled = world_.store.Commit();
      PruneFiles(now_ms);
      next_sweep_ms_ = now_ms + terms_.settings.sweep_every_ms;
    }
  }
  polled_ = polled;
  co_return polled;
}

void Agent::NoteMissedPeople() {
  if (jira_.missed_people() == 0) return;
  world_.log.Write(LogLevel::kWarning, "people not found out",
                   {{"count", std::to_string(jira_.missed_people())},
                    {"why", "Jira failed to answer; asked again at the next poll"}});
}

// Inside a transaction. What is open, waiting or without an outcome stays, however old.
void Agent::Prune(std::int64_t now_ms) {
  world_.store.PruneAcked(now_ms - terms_.settings.spool_keep_ms);
  world_.store.PruneOutgoing(now_ms - terms_.settings.spool_keep_ms);
  world_.store.PruneStory(now_ms - terms_.settings.journal_keep_ms);
}

// What is not done now is done tomorrow.
void Agent::PruneFiles(std::int64_t now_ms) {
  const Result<void> pruned = PruneContents(world_, now_ms - terms_.settings.spool_keep_ms);
  if (!pruned.ok()) {
    world_.log.Write(LogLevel::kWarning, "not pruned", {{"code", pruned.error().code}});
  }
  if (operations_.empty()) SweepContentFiles(world_);
}

void Agent::ReapPoll(std::int64_t now_ms) {
  if (!polling_ || !polling_->is_done()) return;
  polling_.reset();
  const Result<void> polled = polled_.value_or(Ok());
  polled_.reset();
  next_poll_ms_ = now_ms + terms_.settings.poll_every_ms;
  if (polled.ok()) {
    jira_error_.reset();
    poll_failures_ = 0;
    world_.store.Begin();
    world_.store.PutMetaNumber("poll.last_ms", now_ms);
    const Result<void> kept = world_.store.Commit();
    if (!kept.ok()) jira_error_ = kept.error();
    return;
  }
  jira_error_ = polled.error();
  world_.log.Write(LogLevel::kWarning, "poll failed", {{"code", jira_error_->code}});
  const std::int64_t doubled = terms_.settings.poll_every_ms << std::min(poll_failures_++, 5U);
  const std::int64_t back_off =
      std::min(doubled, std::max(kPollRetryMaxMs, terms_.settings.poll_every_ms));
  // After a refused log-in Jira is left alone, so that no CAPTCHA is provoked (pitfall 27).
  jira_retry_ms_ = now_ms + (jira_.login_error() ? std::max(back_off, kLoginRetryMs) : back_off);
  if (jira_.login_error()) jira_.Disconnect();
}

Task<OperationEnd> Agent::RunOperation(Operation& operation) {
  OperationEnd end = co_await operation.operation->Run();
  operation.end = end;
  co_return end;
}

// An operation that began with Jira's id alone may have given the issue its own meanwhile.
bool Agent::IsOf(const Operation& operation, const std::string& key) {
  return operation.key == key || Text(operation.operation->issue_id()) == key;
}

bool Agent::IsRunning(const std::string& key) const {
  return std::any_of(operations_.begin(), operations_.end(),
                     [&](const Operation& operation) { return IsOf(operation, key); });
}

std::vector<std::string> Agent::RunningIssues() const {
  std::vector<std::string> keys;
  for (const Operation& operation : operations_) {
    const Id& issue = operation.operation->issue_id();
    if (!operation.end && !issue.is_zero()) keys.push_back(Text(issue));
  }
  return keys;
}

void Agent::StartOperations(std::int64_t now_ms) {
  const std::size_t in_flight_max = terms_.settings.requests_in_flight;
  if (operations_.size() >= in_flight_max) return;
  for (const Store::Work& work : world_.store.DueWork(now_ms, in_flight_max * 2)) {
    if (operations_.size() >= in_flight_max) break;
    const std::string key = KeyOf(work);
    if (IsRunning(key)) continue;
    Operation& operation = operations_.emplace_back();
    operation.work = work;
    operation.key = key;
    operation.operation =
        std::make_unique<IssueOperation>(
            world_, channel_, terms_, jira_, [this](const Store::Work& other) { Touch(other); },
            work);
    operation.task.emplace(RunOperation(operation));
    operation.task->Start();
  }
  ReapOperations();
}

void Agent::ReapOperations() {
  for (auto at = operations_.begin(); at != operations_.end();) {
    if (!at->end) {
      ++at;
      continue;
    }
    EndOperation(*at);
    at = operations_.erase(at);
  }
}

void Agent::EndOperation(const Operation& operation) {
  const OperationEnd& end = *operation.end;
  Store::Work work = operation.work;
  if (!end.is_done) {
    world_.log.Write(LogLevel::kInfo, "waits",
                     {{"issue", operation.key}, {"why", end.why}});
  }
  world_.store.Begin();
  if (operation.is_touched && end.is_done) {
    work.not_before_ms = world_.clock.NowMs();
    world_.store.DeferWork(work);
  } else if (end.is_done) {
    world_.store.DropWork(work);
  } else {
    work.not_before_ms = end.again_at_ms;
    work.why = end.why;
    ++work.failures;
    world_.store.DeferWork(work);
  }
  const Result<void> kept = world_.store.Commit();
  if (!kept.ok()) jira_error_ = kept.error();
}

void Agent::SendStage() {
  if (is_paused_ || !world_.carrier || last_step_ms_ < carrier_retry_ms_) return;
  const Result<std::size_t> packed = outbox_.Pack(false);
  const Result<std::size_t> sent = outbox_.Send();
  send_error_.reset();
  if (!packed.ok()) send_error_ = packed.error();
  if (!sent.ok()) send_error_ = sent.error();
  if (send_error_) carrier_retry_ms_ = last_step_ms_ + kCarrierRetryMs;
}

bool Agent::has_unsent() const {
  return world_.carrier != nullptr && (world_.store.UnpackedCount() > 0 || outbox_.has_to_send());
}

Result<BundleSource> Agent::ExportPackets() {
  TRY(outbox_.Pack(true));
  return outbox_.SealAll();
}

std::optional<Error> Agent::OpenImported() {
  while (!stopped_) {
    const Result<std::size_t> opened = inbox_.OpenArrivals();
    if (!opened.ok()) stopped_ = opened.error();
    else if (opened.value() == 0) break;
  }
  return stopped_;
}

// When work that no operation is busy with may begin.
std::int64_t Agent::NextIdleWorkAt() const {
  for (const Store::Work& work : world_.store.DueWork(INT64_MAX, operations_.size() + 1)) {
    if (!IsRunning(KeyOf(work))) return work.not_before_ms;
  }
  return INT64_MAX;
}

// What is blocked (paused, throttled, no carrier, no log-in) wakes nobody.
std::int64_t Agent::WakeAt(std::int64_t now_ms) const {
  std::int64_t at = next_receive_ms_;
  if (world_.carrier && !is_paused_) {
    at = std::min(at, std::max(outbox_.NextAt(), carrier_retry_ms_));
  }
  const std::int64_t jira_from = std::max(jira_retry_ms_, jira_.not_before_ms());
  if (!is_paused_ && !is_stopping_ && !polling_) {
    at = std::min(at, std::max(next_poll_ms_, jira_from));
  }
  const bool may_start = jira_.is_connected() && !jira_.login_error() && !is_paused_ &&
                         !is_stopping_ && operations_.size() < terms_.settings.requests_in_flight;
  if (may_start) at = std::min(at, std::max(NextIdleWorkAt(), jira_from));
  return std::max(at, now_ms);
}

}  // namespace valise
