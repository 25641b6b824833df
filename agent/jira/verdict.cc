#include "agent/jira/verdict.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "agent/jira/json.h"

namespace valise::jira {
namespace {

constexpr std::int64_t kRetryAfterSecondsMax = 3600;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Names should come in lower case; missing one that does not could mean missing that the login is
// gone, so this does not rely on it.
std::string Header(const HttpResponse& response, std::string_view lower_name) {
  for (const auto& [name, value] : response.headers) {
    const bool is_same = std::equal(name.begin(), name.end(), lower_name.begin(), lower_name.end(),
                                    [](char a, char b) { return Lower(a) == b; });
    if (is_same) return value;
  }
  return "";
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

bool IsPage(const HttpResponse& response) {
  const std::string_view body = Trim(response.body);
  return Contains(Header(response, "content-type"), "html") || body.substr(0, 1) == "<";
}

bool IsLoginPage(const HttpResponse& response) {
  const std::string_view body = response.body;
  for (const char* sign : {"os_username", "login.jsp", "login-form", "SAMLRequest"}) {
    if (Contains(body, sign)) return true;
  }
  return false;
}

bool IsCaptcha(const HttpResponse& response) {
  return Contains(Header(response, "x-authentication-denied-reason"), "CAPTCHA") ||
         Contains(Header(response, "x-seraph-loginreason"), "AUTHENTICATION_DENIED");
}

bool IsAnonymous(const HttpResponse& response) {
  return Header(response, "x-ausername") == "anonymous" ||
         Contains(Header(response, "x-seraph-loginreason"), "AUTHENTICATED_FAILED");
}

bool IsLoggedIn(const HttpResponse& response) {
  return !Header(response, "x-ausername").empty() && !IsAnonymous(response);
}

// Creations answer with what they made; other writes may answer with nothing.
bool NeedsBody(const HttpRequest& request) {
  if (IsRead(request)) return true;
  const std::string_view path = std::string_view(request.path).substr(0, request.path.find('?'));
  // Not so the agile API's sprint/ID/issue, which makes nothing.
  if (request.method != "POST" || !path.starts_with("/rest/api/2/")) return false;
  constexpr std::string_view kMade[] = {"/issue",       "/comment", "/worklog",
                                        "/attachments", "/version", "/component"};
  return std::any_of(std::begin(kMade), std::end(kMade),
                     [&](std::string_view end) { return path.ends_with(end); });
}

// "PUT /rest/api/2/issue/10001 answered 400 with 84 bytes"; without the query, which may name
// people.
std::string Told(const HttpRequest& request, const HttpResponse& response) {
  return request.method + " " + request.path.substr(0, request.path.find('?')) + " answered " +
         std::to_string(response.status) + " with " + std::to_string(response.body.size()) +
         " bytes";
}

// Judges one answer; every member function is one rule.
class Judgement {
 public:
  Judgement(const HttpRequest& request, const HttpAnswer& answer)
      : request_(request), answer_(answer), response_(answer.response) {}

  Judged Run() {
    if (answer_.failure != HttpFailure::kNone) return Failed();
    ReadRetryAfter();
    const int status = response_.status;
    if (status >= 200 && status < 300) return Success();
    if (status >= 300 && status < 400) return Redirect();
    if (status == 429) return Limited();
    if (status >= 400 && status < 500) return ClientError();
    return Unsure("VAL-JIRA-DOWN", kDown);
  }

 private:
  static constexpr const char* kDown = "Jira is down or busy; it is tried again";
  static constexpr const char* kLogin =
      "the credentials are not accepted; put a valid token into [jira] token_file, then: valise "
      "resume";

  Judged Give(Verdict verdict, Recovery recovery, const char* code, const std::string& message) {
    judged_.verdict = verdict;
    judged_.error = {recovery, code, message};
    return std::move(judged_);
  }
  Judged Tell(Verdict verdict, Recovery recovery, const char* code, const char* advice) {
    return Give(verdict, recovery, code, Told(request_, response_) + ": " + advice);
  }
  // A read can be repeated; a write may have been applied.
  Judged Unsure(const char* code, const char* advice) {
    return Tell(IsRead(request_) ? Verdict::kLater : Verdict::kUnknown, Recovery::kRetryLater, code,
                advice);
  }
  Judged Login(const char* code, const char* advice) {
    return Tell(Verdict::kAuth, Recovery::kAskOperator, code, advice);
  }

  Judged Failed() {
    const bool is_not_sent = answer_.failure == HttpFailure::kNotSent;
    const Verdict verdict = is_not_sent        ? Verdict::kNotSent
                            : IsRead(request_) ? Verdict::kLater
                                               : Verdict::kUnknown;
    return Give(verdict, Recovery::kRetryLater, "VAL-JIRA-DOWN",
                request_.method + " " + request_.path.substr(0, request_.path.find('?')) + ": " +
                    answer_.reason);
  }

  Judged Success() {
    // What an anonymous write made, it made; only reads are worthless (pitfall 26).
    if (IsRead(request_) && (IsAnonymous(response_) || IsCaptcha(response_))) {
      return Login("VAL-JIRA-AUTH", kLogin);
    }
    const std::string_view body = Trim(response_.body);
    if (request_.sink != nullptr) return Downloaded();
    if (body.empty() && !NeedsBody(request_)) return {};
    // Whoever reads parses it, and says what is broken; of a write nobody may look.
    if ((IsRead(request_) && IsClosed(body)) || IsJson(body)) return {};
    if (!IsPage(response_)) {
      return Unsure("VAL-JIRA-BODY", "the JSON is cut short or broken; it is tried again");
    }
    if (IsRead(request_) && IsLoginPage(response_)) return Login("VAL-JIRA-HTML", kLogin);
    return Unsure("VAL-JIRA-HTML", "a page where JSON belongs; check the URL and any proxy");
  }

  // A body that did not go into the sink is no file (stream.h): most often a login page, given with
  // 200 (pitfall 15).
  Judged Downloaded() {
    if (response_.body.empty()) return {};
    if (IsLoginPage(response_)) return Login("VAL-JIRA-HTML", kLogin);
    return Unsure("VAL-JIRA-HTML", "a page where a file belongs; check the URL and any proxy");
  }

  Judged Redirect() {
    constexpr const char* kAdvice =
        "redirected, perhaps to a login page; check the URL and single sign-on";
    if (!IsRead(request_)) return Unsure("VAL-JIRA-AUTH", kAdvice);
    return Login("VAL-JIRA-AUTH", kAdvice);
  }

  Judged Limited() {
    return Tell(Verdict::kLater, Recovery::kRetryLater, "VAL-JIRA-LIMIT",
                "over Jira's rate limit; it is tried again when Jira allows");
  }

  Judged ClientError() {
    if (IsCaptcha(response_)) {
      return Login("VAL-JIRA-CAPTCHA",
                   "Jira asks for a CAPTCHA; log in once by browser with this account");
    }
    if (Contains(response_.body, "XSRF check failed")) {
      return Login("VAL-JIRA-XSRF", "Jira refused the write as cross-site; check any proxy");
    }
    const int status = response_.status;
    if (IsAnonymous(response_)) return Login("VAL-JIRA-AUTH", kLogin);
    if (status == 401 && !IsLoggedIn(response_)) return Login("VAL-JIRA-AUTH", kLogin);
    switch (status) {
      case 401:
      case 403:
        return Forbidden();
      case 404:
        return Gone();
      case 409:
        return Tell(Verdict::kLater, Recovery::kRetryLater, "VAL-JIRA-CONFLICT",
                    "somebody else was writing; it is tried again");
      case 413:
        return TooLarge();
      case 400:
      case 405:
      case 411:
      case 415:
      case 422:
        return Refused();
      default:
        if (IsRead(request_) && status != 408) return Refused();
        return Unsure("VAL-JIRA-DOWN", kDown);
    }
  }

  Judged Forbidden() {
    ReadErrorBody();
    return Tell(Verdict::kForbidden, Recovery::kAskOperator, "VAL-JIRA-FORBIDDEN",
                "this account may not do that; check its permissions in the project");
  }

  // A proxy's 404 page says nothing about the issue. Where no REST module answers (downloads, and
  // the agile API of a Jira without Jira Software), Jira itself gives a page, to somebody it names.
  Judged Gone() {
    const bool is_other = request_.sink != nullptr || request_.path.starts_with("/rest/agile/");
    const bool is_own_page = is_other && IsLoggedIn(response_);
    if (IsPage(response_) && !is_own_page) {
      return Tell(Verdict::kLater, Recovery::kRetryLater, "VAL-JIRA-HTML",
                  "a page where JSON belongs; check the URL, its context path and any proxy");
    }
    ReadErrorBody();
    const bool is_first = request_.path.find("/myself") != std::string::npos;
    return Tell(Verdict::kGone, Recovery::kAskOperator, "VAL-JIRA-GONE",
                is_first ? "no Jira there; check [jira] url with its context path, as in /jira"
                         : "not there, or not visible to this account");
  }

  Judged Refused() {
    ReadErrorBody();
    std::string told = Told(request_, response_) + ": Jira refuses it as it is";
    for (const auto& [field, text] : judged_.field_errors) {
      told.append(", field ").append(SafeName(field));
    }
    if (request_.path.find("/search") != std::string::npos) {
      told += "; correct [jira] project or scope, a JQL condition without ORDER BY";
    }
    return Give(Verdict::kRefused, Recovery::kAskOperator, "VAL-JIRA-REFUSED", told);
  }

  Judged TooLarge() {
    ReadErrorBody();
    return Tell(Verdict::kRefused, Recovery::kAskOperator, "VAL-JIRA-LARGE",
                "larger than Jira or a proxy before it takes; raise the limit there, or lower the "
                "contract's");
  }

  static std::string SafeName(const std::string& name) {
    std::string safe;
    for (const char c : name.substr(0, 64)) safe += c > ' ' && c < 0x7F ? c : '?';
    return safe;
  }

  // {errorMessages: [...], errors: {field: text}} (pitfall 30).
  void ReadErrorBody() {
    const Result<Json> parsed = ParseJson(response_.body);
    if (!parsed.ok()) return;
    const Json& errors = parsed.value()["errors"];
    for (std::size_t i = 0; i < errors.names.size(); ++i) {
      judged_.field_errors[errors.names[i]] = errors.items[i].String();
    }
    judged_.message_count = parsed.value()["errorMessages"].items.size();
  }

  void ReadRetryAfter() {
    const std::string text = Header(response_, "retry-after");
    std::int64_t seconds = 0;
    const char* end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, seconds);
    if (text.empty() || failure != std::errc() || stop != end || seconds < 0) return;
    judged_.retry_after = std::chrono::seconds(std::min(seconds, kRetryAfterSecondsMax));
  }

  const HttpRequest& request_;
  const HttpAnswer& answer_;
  const HttpResponse& response_;
  Judged judged_;
};

}  // namespace

bool IsRead(const HttpRequest& request) {
  if (request.method == "GET" || request.method == "HEAD") return true;
  const std::string_view path = std::string_view(request.path).substr(0, request.path.find('?'));
  return request.method == "POST" && path.ends_with("/rest/api/2/search");
}

Judged Judge(const HttpRequest& request, const HttpAnswer& answer) {
  return Judgement(request, answer).Run();
}

std::string VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "ok";
    case Verdict::kNotSent:
      return "not sent";
    case Verdict::kLater:
      return "later";
    case Verdict::kRefused:
      return "refused";
    case Verdict::kGone:
      return "gone";
    case Verdict::kForbidden:
      return "forbidden";
    case Verdict::kAuth:
      return "not logged in";
    case Verdict::kUnknown:
      return "unknown";
  }
  return "unknown";
}

}  // namespace valise::jira
