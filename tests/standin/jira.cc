#include "tests/standin/jira.h"

#include <algorithm>
#include <stdexcept>

#include "tests/standin/auth.h"
#include "tests/standin/control.h"
#include "tests/standin/dump.h"
#include "tests/standin/model.h"
#include "tests/standin/router.h"
#include "tests/standin/security.h"
#include "tests/standin/state.h"
#include "tests/standin/zone.h"

namespace valise::standin {
namespace {

constexpr std::uint64_t kWholeBytesMax = 16 << 20;

bool Changes(const Request& request) { return request.method == "POST" || request.method == "PUT"; }

Response Refused(const Login& login) {
  Response response;
  response.status = login.status;
  response.headers["Content-Type"] = "text/html;charset=UTF-8";
  response.headers["WWW-Authenticate"] = "OAuth realm=\"http%3A%2F%2Flocalhost\"";
  response.body = "<html><head><title>Unauthorized (" + std::to_string(login.status) +
                  ")</title></head><body>Basic Authentication Failure - Reason : " + login.reason +
                  "</body></html>";
  return response;
}

Response Answer(Model& model, const Request& request, const Login& login, std::int64_t now_ms) {
  if (login.status != 0) return Refused(login);
  Response failure;
  if (!PassesXsrf(request, &failure)) return failure;
  Target target;
  if (!ParseTarget(request.target, model.options.context, &target)) {
    return Json(404, R"({"message":"no such page","status-code":404})");
  }
  Call call{model, request, now_ms, login.user, std::move(target.query), {}, {}};
  const bool is_json = !IsMultipart(Header(request, "content-type"));
  if (Changes(request) && is_json && !request.body.empty()) {
    std::string error;
    auto body = ParseJson(request.body, &error);
    if (!body.has_value()) return Fail(400, "Unexpected character: " + error);
    call.body = std::move(*body);
  }
  return Route(call, target.segments);
}

}  // namespace

Jira::Jira(Options options, std::function<std::int64_t()> now_ms)
    : model_(std::make_unique<Model>()), now_ms_(std::move(now_ms)) {
  if (!IsKnownZone(options.time_zone)) {
    throw std::invalid_argument("unknown time zone " + options.time_zone);
  }
  for (const std::string& level : options.security_levels) {
    SecurityLevel read;
    if (!ReadSecurityLevel(level, &read)) throw std::invalid_argument("bad level " + level);
  }
  model_->options = std::move(options);
  AddDefaults(*model_);
}

Jira::Jira(const Jira& other)
    : model_(std::make_unique<Model>(*other.model_)),
      now_ms_(other.now_ms_),
      content_store_(other.content_store_) {}

Jira& Jira::operator=(const Jira& other) {
  if (this != &other) *model_ = *other.model_;
  now_ms_ = other.now_ms_;
  content_store_ = other.content_store_;
  return *this;
}

Jira::Jira(Jira&&) noexcept = default;
Jira& Jira::operator=(Jira&&) noexcept = default;
Jira::~Jira() = default;

Response Jira::Handle(const Request& request) {
  const std::string type = Header(request, "content-type");
  if (!IsMultipart(type) || request.body.empty()) return HandleRead(request);
  Request read = request;
  MemoryStore store;
  MultipartReader reader(BoundaryOf(type), store, UINT64_MAX);
  reader.Feed(request.body);
  const bool is_whole = reader.Finish(&read.parts);
  return is_whole ? HandleRead(read) : Fail(400, "The multipart body has no closing boundary.");
}

// A small download is given as the body, so that only a rim with a store must know of pieces.
Response Jira::HandleRead(const Request& request) {
  const std::int64_t now_ms = now_ms_();
  model_->CatchUpIndex(now_ms);
  ++model_->requests;
  const Login login = Authenticate(*model_, request);
  Response response = Answer(*model_, request, login, now_ms);
  const std::string id = std::to_string(model_->requests);
  const bool is_in_memory = response.content != nullptr &&
                            response.content->stored_name().empty() &&
                            response.content->size() <= kWholeBytesMax;
  if (is_in_memory) {
    response.body = WholeOf(*response.content);
    response.content = nullptr;
  }
  response.headers["Date"] = FormatHttpDate(now_ms);
  response.headers["X-AREQUESTID"] = id + "x" + id + "x1";
  response.headers["X-AUSERNAME"] = login.user == nullptr ? "anonymous" : login.user->name;
  if (!login.reason.empty()) response.headers["X-Seraph-LoginReason"] = login.reason;
  if (!login.denied.empty()) response.headers["X-Authentication-Denied-Reason"] = login.denied;
  return response;
}

std::string Jira::LoadDump(const std::vector<std::string>& lines) {
  return ReadDump(*model_, lines, true);
}

std::string Jira::LoadSchema(const std::vector<std::string>& lines) {
  return ReadDump(*model_, lines, false);
}

std::string Jira::SaveState() const { return SaveModel(*model_); }

std::string Jira::LoadState(const std::string& text) {
  auto fresh = std::make_unique<Model>();
  fresh->options = model_->options;
  AddDefaults(*fresh);
  const std::string error = LoadModel(text, content_store_, fresh.get());
  if (error.empty()) model_ = std::move(fresh);
  return error;
}

void Jira::set_clock(std::function<std::int64_t()> now_ms) { now_ms_ = std::move(now_ms); }

void Jira::set_index_lag(std::int64_t lag_ms) { model_->options.index_lag_ms = lag_ms; }

void Jira::RefuseValue(const std::string& field, const std::string& part,
                       const std::string& message) {
  model_->refusals.push_back({field, part, message});
}

std::string Jira::Control(const std::string& json) {
  std::string error;
  const auto request = ParseJson(json, &error);
  return request.has_value() ? RunControl(*model_, now_ms_(), *request) : error;
}

void Jira::AcceptAllValues() { model_->refusals.clear(); }

void Jira::AddPostFunction(int action_id, const std::string& field, const std::string& value) {
  for (Action& action : model_->actions) {
    if (action.id == action_id) action.post_functions.push_back({field, value});
  }
}

void Jira::ExpireToken(const std::string& token) { model_->expired_tokens.insert(token); }

void Jira::RestoreToken(const std::string& token) { model_->expired_tokens.erase(token); }

void Jira::AddSecurityLevel(const std::string& text) {
  if (!model_->AddSecurityLevel(text)) throw std::invalid_argument("bad level " + text);
}

void Jira::SetUserZone(const std::string& user, const std::string& time_zone) {
  const User* found = model_->UserByName(user);
  if (found == nullptr || !IsKnownZone(time_zone)) {
    throw std::invalid_argument("no user " + user + " or no time zone " + time_zone);
  }
  User changed = *found;
  changed.time_zone = time_zone;
  model_->AddUser(std::move(changed));
}

void Jira::Grant(const std::string& user, const std::string& permission) {
  model_->users.at(model_->user_key_by_name.at(Lower(user))).permissions.insert(permission);
}

void Jira::Revoke(const std::string& user, const std::string& permission) {
  model_->users.at(model_->user_key_by_name.at(Lower(user))).permissions.erase(permission);
}

std::vector<std::string> Jira::issue_keys() const {
  std::vector<std::string> keys;
  for (const auto& [id, issue] : model_->issues) {
    if (issue->project.empty()) keys.push_back(issue->key);
  }
  return keys;
}

std::size_t Jira::issue_count() const { return model_->issues.size(); }

std::size_t Jira::comment_count() const { return model_->issue_by_comment.size(); }

const Options& Jira::options() const { return model_->options; }

}  // namespace valise::standin
