#include "tests/standin/auth.h"

#include "tests/standin/base64.h"
#include "tests/standin/multipart.h"

namespace valise::standin {
namespace {

constexpr int kFailuresBeforeCaptcha = 3;

Login ByToken(const Model& model, const std::string& token) {
  const auto found = model.tokens.find(token);
  if (model.expired_tokens.contains(token)) {
    // Not refused: the request goes on as anonymous (pitfall 26).
    return {nullptr, "AUTHENTICATED_FAILED", "", 0};
  }
  if (found == model.tokens.end()) return {nullptr, "AUTHENTICATED_FAILED", "", 401};
  return {model.UserByName(found->second), "OK", "", 0};
}

Login ByPassword(Model& model, const std::string& encoded) {
  const std::string pair = FromBase64(encoded);
  const std::size_t colon = pair.find(':');
  const std::string name = pair.substr(0, colon);
  const std::string password = colon == std::string::npos ? "" : pair.substr(colon + 1);
  int& failures = model.failed_logins[Lower(name)];
  if (failures >= kFailuresBeforeCaptcha) {
    const std::string url = model.options.base_url + "/login.jsp";
    return {nullptr, "AUTHENTICATION_DENIED", "CAPTCHA_CHALLENGE; login-url=" + url, 403};
  }
  const User* user = model.UserByName(name);
  const bool known = user != nullptr && model.tokens.contains(user->name + "-token");
  if (!known || password != user->name) {
    ++failures;
    return {nullptr, "AUTHENTICATED_FAILED", "", 401};
  }
  failures = 0;
  return {user, "OK", "", 0};
}

bool IsJson(const std::string& type) { return Lower(type).starts_with("application/json"); }

bool IsFormLike(const std::string& type) {
  const std::string lower = Lower(type);
  return lower.starts_with("application/x-www-form-urlencoded") ||
         lower.starts_with("multipart/form-data") || lower.starts_with("text/plain");
}

// Uploads are guarded whatever their type (pitfall 15).
bool IsUpload(const Request& request) {
  return request.method == "POST" &&
         request.target.substr(0, request.target.find('?')).ends_with("/attachments");
}

Response XsrfFailed() {
  Response response;
  response.status = 403;
  response.headers["Content-Type"] = "text/html;charset=UTF-8";
  response.body = "XSRF check failed";
  return response;
}

}  // namespace

std::string Header(const Request& request, const std::string& name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? "" : found->second;
}

Login Authenticate(Model& model, const Request& request) {
  const std::string value = Header(request, "authorization");
  // Before 8.14 nobody looks at a token: the request is anonymous, not refused (pitfall 26).
  const bool has_tokens = model.IsAtLeast(8, 14);
  if (value.starts_with("Bearer ") && has_tokens) return ByToken(model, value.substr(7));
  if (!value.starts_with("Basic ")) return {nullptr, "", "", 0};
  if (!model.options.basic_allowed) return {nullptr, "AUTHENTICATED_FAILED", "", 403};
  return ByPassword(model, value.substr(6));
}

bool PassesXsrf(const Request& request, Response* failure) {
  if (request.method == "GET" || request.method == "HEAD") return true;
  const bool unchecked = Header(request, "x-atlassian-token") == "no-check";
  const bool browser = Header(request, "user-agent").find("Mozilla") != std::string::npos;
  const std::string type = Header(request, "content-type");
  const bool has_body = !request.body.empty() || !request.parts.empty();
  if (!unchecked && (browser || IsUpload(request) || (has_body && IsFormLike(type)))) {
    *failure = XsrfFailed();
    return false;
  }
  if (request.method == "DELETE" && request.body.empty()) return true;
  if (!has_body && type.empty()) return true;
  if (IsJson(type) || IsUpload(request)) return true;
  *failure = Json(415, R"({"status-code":415,"message":"Unsupported Media Type"})");
  return false;
}

}  // namespace valise::standin
