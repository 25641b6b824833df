#include "tests/simulation/jira_port.h"

#include <algorithm>

#include "agent/jira/stream.h"
#include "agent/jira/verdict.h"
#include "packet/check.h"
#include "tests/jira/exchange.h"

namespace valise::simulation {
namespace {

constexpr std::int64_t kNever = INT64_MAX / 4;

}  // namespace

HttpResponse Ask(standin::Jira& jira, const HttpRequest& request, const std::string& token) {
  const Result<standin::Request> asked = jira::ToStandin(request, token);
  HttpResponse response = jira::FromStandin(jira.Handle(asked.value()));
  CHECK(jira::Deliver(request, response).ok());
  return response;
}

void SimJiraPort::Draw(Pending& pending) {
  const bool is_write = !jira::IsRead(pending.request);
  pending.execute_at = now_ms_ + 20 + random_.Below(600);
  pending.answer_at = pending.execute_at + 20 + random_.Below(600);
  const std::int64_t gives_up = now_ms_ + pending.request.timeout.count();
  if (random_.Chance(faults_.jira_not_sent)) {
    pending.executes = false;
    pending.answer.failure = HttpFailure::kNotSent;
    pending.keeps_answer = false;
  } else if (random_.Chance(faults_.jira_limit)) {
    pending.executes = false;
    pending.keeps_answer = false;
    pending.answer.response.status = 429;
    pending.answer.response.headers["retry-after"] = std::to_string(random_.Below(20));
  } else if (random_.Chance(faults_.jira_refused_before)) {
    pending.executes = false;
    pending.keeps_answer = false;
    pending.answer.response.status = 503;
  } else if (random_.Chance(faults_.jira_lost_answer)) {
    pending.answer_at = gives_up;
    pending.answer.failure = HttpFailure::kUnknown;
    pending.keeps_answer = false;
  } else if (is_write && random_.Chance(faults_.jira_late_apply)) {
    pending.answer_at = gives_up;
    pending.execute_at = gives_up + random_.Below(60'000);  // shorter than every settle time
    pending.answer.failure = HttpFailure::kUnknown;
    pending.keeps_answer = false;
  } else if (is_write && random_.Chance(faults_.jira_error_after)) {
    pending.keeps_answer = false;
    pending.answer.response.status = 502;
  }
}

// A file is read as it is sent: one that Jira executes late, it got in time. One that cannot be
// read breaks off the request within its body, so Jira never acts on it.
void SimJiraPort::ReadRequest(Pending& pending) {
  Result<standin::Request> asked = jira::ToStandin(pending.request, "valise-token");
  if (asked.ok()) {
    pending.asked = std::move(asked).value();
    return;
  }
  pending.executes = false;
  pending.keeps_answer = false;
  pending.answer.failure = HttpFailure::kUnknown;
  pending.answer.reason = asked.error().message;
  pending.answer.response = {};
}

void SimJiraPort::Execute(Pending& pending) {
  const bool is_absent = !has_agile_ && pending.request.path.starts_with("/rest/agile/");
  HttpResponse response;
  if (is_absent) response.status = 404;
  else response = jira::FromStandin(jira_.Handle(pending.asked));
  trace_.Note(now_ms_, name_ + " < " + pending.request.method + " " + pending.request.path + " " +
                           std::to_string(response.status));
  if (pending.keeps_answer) {
    pending.answer.response = std::move(response);
  } else if (pending.request.sink != nullptr) {
    pending.broken = std::move(response);
  }
}

// The sink gets its bytes as the answer arrives; of an answer that is lost, it has got some.
void SimJiraPort::Fill(Pending& pending) {
  if (pending.request.sink == nullptr) return;
  HttpAnswer& answer = pending.answer;
  if (answer.failure != HttpFailure::kNone) {
    const auto bytes = static_cast<std::int64_t>(pending.broken.body.size());
    const auto got = static_cast<std::size_t>(random_.Below(bytes + 1));
    (void)jira::Deliver(pending.request, pending.broken, got).ok();
    return;
  }
  const Result<void> taken = jira::Deliver(pending.request, answer.response);
  if (taken.ok()) return;
  answer.failure = HttpFailure::kUnknown;
  answer.reason = taken.error().message;
  answer.response = {};
}

std::uint64_t SimJiraPort::Start(const HttpRequest& request) {
  const std::uint64_t id = ++next_id_;
  if (is_dead_) return id;
  const bool has_changelog = request.path.find("changelog") != std::string::npos;
  if (request.method == "GET" && has_changelog) ++issue_reads_;
  Pending& pending = pending_[id];
  pending.request = request;
  pending.answer.request = id;
  Draw(pending);
  ReadRequest(pending);
  trace_.Note(now_ms_, name_ + " > " + request.method + " " + request.path + " " +
                           (request.file == nullptr ? request.body : request.file_name));
  return id;
}

void SimJiraPort::Run() {
  // In the order in which Jira gets to them, not in the order of sending.
  std::vector<std::pair<std::int64_t, std::uint64_t>> due;
  for (const auto& [id, pending] : pending_) {
    if (!pending.is_executed && pending.execute_at <= now_ms_) {
      due.emplace_back(pending.execute_at, id);
    }
  }
  std::sort(due.begin(), due.end());
  for (const auto& [at, id] : due) {
    Pending& pending = pending_[id];
    pending.is_executed = true;
    if (pending.executes) Execute(pending);
    if (!pending.is_awaited) pending_.erase(id);
  }
}

std::vector<HttpAnswer> SimJiraPort::Collect(std::chrono::milliseconds) {
  std::vector<HttpAnswer> answers;
  if (is_dead_) return answers;
  for (auto at = pending_.begin(); at != pending_.end();) {
    Pending& pending = at->second;
    if (!pending.is_awaited || pending.answer_at > now_ms_) {
      ++at;
      continue;
    }
    Fill(pending);
    answers.push_back(pending.answer);
    pending.is_awaited = false;
    if (pending.is_executed || !pending.executes) at = pending_.erase(at); else ++at;
  }
  return answers;
}

void SimJiraPort::Forget() {
  for (auto at = pending_.begin(); at != pending_.end();) {
    at->second.is_awaited = false;
    if (at->second.is_executed || !at->second.executes) at = pending_.erase(at); else ++at;
  }
}

std::int64_t SimJiraPort::NextAt() const {
  std::int64_t next = kNever;
  for (const auto& [id, pending] : pending_) {
    if (!pending.is_executed && pending.executes) next = std::min(next, pending.execute_at);
    if (pending.is_awaited) next = std::min(next, pending.answer_at);
  }
  return next;
}

std::optional<std::pair<std::string, std::string>> SimJiraPort::PendingWrite() const {
  for (const auto& [id, pending] : pending_) {
    const bool is_open = !pending.is_executed && pending.executes;
    if (is_open && pending.request.method == "PUT") {
      return std::make_pair(pending.request.path, pending.request.body);
    }
  }
  return std::nullopt;
}

bool SimJiraPort::has_answer() const {
  return std::any_of(pending_.begin(), pending_.end(), [&](const auto& pair) {
    return pair.second.is_awaited && pair.second.answer_at <= now_ms_;
  });
}

}  // namespace valise::simulation
