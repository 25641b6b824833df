#include "tests/simulation/jira_port.h"

#include <algorithm>

#include "agent/jira/verdict.h"

namespace valise::simulation {
namespace {

constexpr std::int64_t kNever = INT64_MAX / 4;

}  // namespace

HttpResponse Ask(standin::Jira& jira, const HttpRequest& request, const std::string& token) {
  standin::Request asked;
  asked.method = request.method;
  asked.target = "/jira" + request.path;
  asked.body = request.body;
  asked.headers["authorization"] = "Bearer " + token;
  asked.headers["x-atlassian-token"] = "no-check";
  asked.headers["user-agent"] = "valise";
  asked.headers["accept"] = "application/json";
  if (!request.body.empty()) asked.headers["content-type"] = "application/json";
  standin::Response told = jira.Handle(asked);
  HttpResponse response;
  response.status = told.status;
  response.body = std::move(told.body);
  for (auto& [header, value] : told.headers) {
    std::string lower = header;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    response.headers[lower] = value;
  }
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

std::uint64_t SimJiraPort::Start(const HttpRequest& request) {
  const std::uint64_t id = ++next_id_;
  if (is_dead_) return id;
  Pending& pending = pending_[id];
  pending.request = request;
  pending.answer.request = id;
  Draw(pending);
  trace_.Note(now_ms_, name_ + " > " + request.method + " " + request.path + " " + request.body);
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
    if (pending.executes) {
      HttpResponse response = Ask(jira_, pending.request, "valise-token");
      trace_.Note(now_ms_, name_ + " < " + pending.request.method + " " + pending.request.path +
                               " " + std::to_string(response.status));
      if (pending.keeps_answer) pending.answer.response = std::move(response);
    }
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
