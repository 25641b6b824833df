#include "tests/standin/faults.h"

#include "tests/standin/json_value.h"

namespace valise::standin {
namespace {

using K = FaultKind;

struct NamedKind {
  const char* name;
  FaultKind kind;
};

const NamedKind kNames[] = {
    {"none", K::kNone},
    {"429", K::kTooManyRequests},
    {"error_before", K::kErrorBefore},
    {"error_after", K::kErrorAfter},
    {"cut_before", K::kCutBefore},
    {"cut_after", K::kCutAfter},
    {"html_200", K::kHtml},
    {"captcha_403", K::kCaptcha},
    {"truncated", K::kTruncated},
    {"cut_body", K::kCutBody},
    {"expired_token", K::kExpiredToken},
};

const char kHtmlPage[] =
    "<!DOCTYPE html><html><head><title>Log in</title></head><body><form>...</form></body></html>";

Response Page(int status, const std::string& text) {
  Response response;
  response.status = status;
  response.headers["Content-Type"] = "text/html;charset=UTF-8";
  response.body = text;
  return response;
}

Response TooMany(const FaultRule& rule) {
  Response response = Page(429, "");
  response.headers["retry-after"] = std::to_string(rule.retry_after_s);
  response.headers["X-RateLimit-Limit"] = "10";
  response.headers["X-RateLimit-Remaining"] = "0";
  response.headers["X-RateLimit-FillRate"] = "5";
  response.headers["X-RateLimit-Interval-Seconds"] = "1";
  return response;
}

Response Captcha(const Jira& jira) {
  Response response = Page(403, kHtmlPage);
  const std::string url = jira.options().base_url + "/login.jsp";
  response.headers["X-Seraph-LoginReason"] = "AUTHENTICATION_DENIED";
  response.headers["X-Authentication-Denied-Reason"] = "CAPTCHA_CHALLENGE; login-url=" + url;
  return response;
}

// As anonymous, with the header that tells it.
Response Expired(Jira& jira, Request request) {
  request.headers["authorization"] = "Bearer expired-token";
  return jira.Handle(request);
}

std::string ReadRule(const JsonValue& value, FaultRule* rule) {
  static const char* const kMembers[] = {"fault", "probability", "every",       "method",
                                         "path",  "status",      "retry_after", "limit"};
  for (const auto& [name, member] : value.members) {
    bool known = false;
    for (const char* one : kMembers) known = known || name == one;
    if (!known) return "unknown member '" + name + "' in a rule";
  }
  const std::string name = value.Text("fault");
  bool found = false;
  for (const NamedKind& one : kNames) {
    if (name != one.name) continue;
    rule->kind = one.kind;
    found = true;
  }
  if (!found) return "unknown fault '" + name + "'";
  rule->probability = value.At("probability").number;
  rule->every = static_cast<std::uint64_t>(value.At("every").number);
  rule->method = value.Text("method");
  rule->path = value.Text("path");
  if (value.Find("status") != nullptr) rule->status = static_cast<int>(value.At("status").number);
  if (value.Find("retry_after") != nullptr) {
    rule->retry_after_s = static_cast<std::int64_t>(value.At("retry_after").number);
  }
  rule->limit = static_cast<std::uint64_t>(value.At("limit").number);
  return "";
}

}  // namespace

std::string NameOf(FaultKind kind) {
  for (const NamedKind& one : kNames) {
    if (one.kind == kind) return one.name;
  }
  return "none";
}

std::string ReadFaultPlan(const std::string& text, FaultPlan* plan) {
  std::string error;
  const auto value = ParseJson(text, &error);
  if (!value.has_value()) return error;
  if (!value->IsObject()) return "not a JSON object";
  FaultPlan read;
  for (const auto& [name, member] : value->members) {
    if (name == "seed")
      read.seed = static_cast<std::uint64_t>(member.number);
    else if (name == "latency_ms")
      read.latency_ms = static_cast<std::int64_t>(member.number);
    else if (name == "index_lag_ms")
      read.index_lag_ms = static_cast<std::int64_t>(member.number);
    else if (name != "rules")
      return "unknown member '" + name + "'";
  }
  for (const JsonValue& one : value->At("rules").items) {
    error = ReadRule(one, &read.rules.emplace_back());
    if (!error.empty()) return error;
  }
  *plan = std::move(read);
  return "";
}

void FaultInjector::SetPlan(FaultPlan plan) {
  plan_ = std::move(plan);
  state_ = plan_.seed * 0x9E3779B97F4A7C15ULL + 1;
  seen_.assign(plan_.rules.size(), 0);
  struck_.assign(plan_.rules.size(), 0);
}

// splitmix64: small, and the same everywhere.
double FaultInjector::Next() {
  state_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  z ^= z >> 31;
  return static_cast<double>(z >> 11) * 0x1.0p-53;
}

FaultRule FaultInjector::Decide(const Request& request) {
  const bool is_spared = request.target.find("/rest/") == std::string::npos &&
                         request.target.find("/secure/") == std::string::npos;
  if (is_spared) return {};
  for (std::size_t i = 0; i < plan_.rules.size(); ++i) {
    const FaultRule& rule = plan_.rules[i];
    if (!rule.method.empty() && rule.method != request.method) continue;
    if (request.target.find(rule.path) == std::string::npos) continue;
    ++seen_[i];
    const bool spent = rule.limit != 0 && struck_[i] >= rule.limit;
    const bool strikes = rule.every != 0 ? seen_[i] % rule.every == 0 : Next() < rule.probability;
    if (spent || !strikes) continue;
    ++struck_[i];
    ++counts_[NameOf(rule.kind)];
    return rule;
  }
  return {};
}

FaultedResponse HandleWithFault(Jira& jira, const Request& request, const FaultRule& rule) {
  switch (rule.kind) {
    case K::kNone:
      return {jira.Handle(request), false, false, true};
    case K::kTooManyRequests:
      return {TooMany(rule), false, true, false};
    case K::kErrorBefore:
      return {Page(rule.status, kHtmlPage), false, true, false};
    case K::kErrorAfter:
      jira.Handle(request);
      return {Page(rule.status, kHtmlPage), false, true, true};
    case K::kCutBefore:
      return {{}, true, true, false};
    case K::kCutAfter:
      return {jira.Handle(request), true, true, true};
    case K::kHtml:
      return {Page(200, kHtmlPage), false, true, false};
    case K::kCaptcha:
      return {Captcha(jira), false, true, false};
    case K::kTruncated: {
      Response response = jira.Handle(request);
      response.body.resize(response.body.size() / 2);
      if (response.content != nullptr) {
        response.content = FirstBytes(response.content, response.content->size() / 2);
      }
      return {std::move(response), false, true, true};
    }
    case K::kCutBody:
      return {jira.Handle(request), false, true, true, true};
    case K::kExpiredToken:
      return {Expired(jira, request), false, true, true};
  }
  return {};
}

}  // namespace valise::standin
