#include "tests/standin/auth.h"

namespace valise::standin {
namespace {

constexpr int kFailuresBeforeCaptcha = 3;

int Digit64(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : (c == '/' ? 63 : -1);
}

std::string DecodeBase64(const std::string& text) {
  std::string decoded;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    const int digit = Digit64(c);
    if (digit < 0) break;
    bits = (bits << 6) | static_cast<unsigned>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    decoded += static_cast<char>((bits >> count) & 0xFF);
  }
  return decoded;
}

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
  const std::string pair = DecodeBase64(encoded);
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
  if (value.starts_with("Bearer ")) return ByToken(model, value.substr(7));
  if (value.starts_with("Basic ")) return ByPassword(model, value.substr(6));
  return {nullptr, "", "", 0};
}

bool PassesXsrf(const Request& request, Response* failure) {
  if (request.method == "GET" || request.method == "HEAD") return true;
  const bool unchecked = Header(request, "x-atlassian-token") == "no-check";
  const bool browser = Header(request, "user-agent").find("Mozilla") != std::string::npos;
  const std::string type = Header(request, "content-type");
  if (!unchecked && (browser || (!request.body.empty() && IsFormLike(type)))) {
    *failure = XsrfFailed();
    return false;
  }
  if (request.method == "DELETE" && request.body.empty()) return true;
  if (request.body.empty() && type.empty()) return true;
  if (IsJson(type)) return true;
  *failure = Json(415, R"({"status-code":415,"message":"Unsupported Media Type"})");
  return false;
}

}  // namespace valise::standin
