#include "agent/jira/verdict.h"

#include "agent/jira/requests.h"
#include "tests/jira/doctest.h"
#include "tests/jira/support.h"

namespace valise::jira {
namespace {

const HttpRequest kRead{"GET", "/rest/api/2/issue/10001?fields=summary", "", kReadTimeout};
const HttpRequest kSearch{"POST", "/rest/api/2/search", "{}", kReadTimeout};
const HttpRequest kCreate{"POST", "/rest/api/2/issue", "{}", kWriteTimeout};
const HttpRequest kEdit{"PUT", "/rest/api/2/issue/10001", "{}", kWriteTimeout};
const HttpRequest kHop{"POST", "/rest/api/2/issue/10001/transitions", "{}", kWriteTimeout};
const HttpRequest kComment{"POST", "/rest/api/2/issue/10001/comment", "{}", kWriteTimeout};
const HttpRequest kDelete{"DELETE", "/rest/api/2/issue/10001/comment/5", "", kWriteTimeout};

const char kPage[] = "<html><body>Service</body></html>";
const char kLoginPage[] =
    "<html><form id=\"login-form\"><input name=\"os_username\"></form></html>";
const char kErrors[] = R"({"errorMessages":["a","b"],"errors":{"summary":"too long","x\ny":"z"}})";

using Headers = std::map<std::string, std::string>;

Verdict On(const HttpRequest& request, int status, std::string body = "{}", Headers headers = {}) {
  return Judge(request, Arrived(status, std::move(body), std::move(headers))).verdict;
}

std::string CodeOn(const HttpRequest& request, int status, std::string body = "{}",
                   Headers headers = {}) {
  return Judge(request, Arrived(status, std::move(body), std::move(headers))).error.code;
}

HttpAnswer Lost(HttpFailure failure) {
  HttpAnswer answer;
  answer.failure = failure;
  answer.reason = "connection refused";
  return answer;
}

TEST_CASE("a good answer is ok; creates must say what they made, other writes may be silent") {
  CHECK(On(kRead, 200) == Verdict::kOk);
  CHECK(On(kSearch, 200) == Verdict::kOk);
  CHECK(On(kCreate, 201) == Verdict::kOk);
  CHECK(On(kEdit, 204, "") == Verdict::kOk);
  CHECK(On(kHop, 204, "") == Verdict::kOk);
  CHECK(On(kDelete, 204, "") == Verdict::kOk);
  CHECK(On(kCreate, 201, "") == Verdict::kUnknown);
  CHECK(On(kComment, 201, "") == Verdict::kUnknown);
  CHECK(On(kRead, 200, "") == Verdict::kLater);
}

TEST_CASE("a request that never left is safe to retry, one that was cut may have been applied") {
  for (const HttpRequest& request : {kRead, kSearch, kCreate, kEdit, kHop, kDelete}) {
    CHECK(Judge(request, Lost(HttpFailure::kNotSent)).verdict == Verdict::kNotSent);
  }
  CHECK(Judge(kRead, Lost(HttpFailure::kUnknown)).verdict == Verdict::kLater);
  CHECK(Judge(kSearch, Lost(HttpFailure::kUnknown)).verdict == Verdict::kLater);
  for (const HttpRequest& request : {kCreate, kEdit, kHop, kComment, kDelete}) {
    const Judged judged = Judge(request, Lost(HttpFailure::kUnknown));
    CHECK(judged.verdict == Verdict::kUnknown);
    CHECK(judged.error.code == "VAL-JIRA-DOWN");
    CHECK(judged.error.recovery == Recovery::kRetryLater);
  }
}

TEST_CASE("the definite noes of a write are those and no others") {
  for (const int status : {400, 405, 411, 413, 415, 422}) {
    CHECK(On(kEdit, status) == Verdict::kRefused);
    CHECK(On(kCreate, status) == Verdict::kRefused);
  }
  CHECK(On(kEdit, 401) == Verdict::kAuth);
  CHECK(On(kEdit, 403) == Verdict::kForbidden);
  CHECK(On(kEdit, 404) == Verdict::kGone);
  CHECK(On(kEdit, 409) == Verdict::kLater);
  CHECK(On(kEdit, 429) == Verdict::kLater);
  for (const int status : {100, 302, 307, 402, 408, 410, 418, 500, 501, 502, 503, 504, 599, 0}) {
    CAPTURE(status);
    CHECK(On(kEdit, status) == Verdict::kUnknown);
    CHECK(On(kCreate, status) == Verdict::kUnknown);
  }
}

TEST_CASE("a read is tried again where a write would be in doubt") {
  for (const int status : {408, 500, 502, 503, 504}) CHECK(On(kRead, status) == Verdict::kLater);
  CHECK(On(kRead, 400) == Verdict::kRefused);
  CHECK(On(kSearch, 400) == Verdict::kRefused);
  CHECK(Judge(kSearch, Arrived(400, "{}")).error.message.find("scope") != std::string::npos);
  CHECK(On(kRead, 410) == Verdict::kRefused);
}

TEST_CASE("429 and 503 say when to come back (pitfall 29)") {
  const auto wait = [](const char* value) {
    return Judge(kEdit, Arrived(429, "", {{"retry-after", value}})).retry_after;
  };
  CHECK(wait("30") == std::chrono::seconds(30));
  CHECK(wait("0") == std::chrono::seconds(0));
  CHECK(wait("999999") == std::chrono::hours(1));
  CHECK(!wait("-5").has_value());
  CHECK(!wait("Wed, 21 Oct 2015 07:28:00 GMT").has_value());
  CHECK(CodeOn(kEdit, 429) == "VAL-JIRA-LIMIT");
  CHECK(Judge(kRead, Arrived(503, kPage, {{"retry-after", "60"}})).retry_after ==
        std::chrono::seconds(60));
}

TEST_CASE("an expired token that answers as anonymous stops reads (pitfall 26)") {
  const Headers anonymous = {{"x-ausername", "anonymous"}};
  const Headers failed = {{"x-seraph-loginreason", "AUTHENTICATED_FAILED"}};
  for (const Headers& headers : {anonymous, failed}) {
    CHECK(On(kRead, 200, "{}", headers) == Verdict::kAuth);
    CHECK(On(kSearch, 200, R"({"issues":[]})", headers) == Verdict::kAuth);
    for (const int status : {400, 401, 403, 404}) {
      CHECK(On(kRead, status, "{}", headers) == Verdict::kAuth);
      CHECK(On(kEdit, status, "{}", headers) == Verdict::kAuth);
    }
    CHECK(On(kCreate, 201, "{}", headers) == Verdict::kOk);  // it was made
  }
  CHECK(CodeOn(kRead, 200, "{}", anonymous) == "VAL-JIRA-AUTH");
  CHECK(On(kRead, 200, "{}", {{"X-AUSERNAME", "anonymous"}}) == Verdict::kAuth);
  CHECK(On(kRead, 200, "{}", {{"x-ausername", "bot"}, {"x-seraph-loginreason", "OK"}}) ==
        Verdict::kOk);
}

TEST_CASE("401 to somebody who is logged in concerns the thing, not the login (pitfall 7)") {
  CHECK(On(kRead, 401, "{}", {{"x-ausername", "bot"}}) == Verdict::kForbidden);
  CHECK(On(kRead, 401) == Verdict::kAuth);
}

TEST_CASE("a CAPTCHA stops everything at once (pitfall 27)") {
  const Headers reason = {{"x-authentication-denied-reason", "CAPTCHA_CHALLENGE; login-url=x"}};
  const Headers seraph = {{"x-seraph-loginreason", "AUTHENTICATION_DENIED"}};
  for (const Headers& headers : {reason, seraph}) {
    for (const int status : {401, 403}) {
      CHECK(On(kEdit, status, "", headers) == Verdict::kAuth);
      CHECK(CodeOn(kRead, status, "", headers) == "VAL-JIRA-CAPTCHA");
    }
  }
}

TEST_CASE("XSRF refusals stop the writing (pitfall 28)") {
  CHECK(CodeOn(kEdit, 403, "XSRF check failed") == "VAL-JIRA-XSRF");
  CHECK(On(kEdit, 403, "XSRF check failed") == Verdict::kAuth);
}

TEST_CASE("HTML with 200 is a login page, or a proxy's; a write stays in doubt (pitfall 30)") {
  CHECK(On(kRead, 200, kLoginPage) == Verdict::kAuth);
  CHECK(On(kRead, 200, kPage) == Verdict::kLater);
  CHECK(On(kRead, 200, "hello", {{"content-type", "text/html;charset=UTF-8"}}) == Verdict::kLater);
  CHECK(CodeOn(kRead, 200, kPage) == "VAL-JIRA-HTML");
  CHECK(On(kCreate, 200, kLoginPage) == Verdict::kUnknown);
  CHECK(On(kEdit, 200, kPage) == Verdict::kUnknown);
}

TEST_CASE("a proxy's 404 page does not prove that an issue is gone") {
  CHECK(On(kRead, 404, kPage) == Verdict::kLater);
  CHECK(On(kEdit, 404, kPage) == Verdict::kLater);
  CHECK(On(kRead, 404, R"({"errorMessages":["Issue Does Not Exist"],"errors":{}})") ==
        Verdict::kGone);
}

TEST_CASE("redirects are never followed: a login for reads, doubt for writes (pitfall 30)") {
  const Headers to_login = {{"location", "https://sso/login"}};
  CHECK(On(kRead, 302, "", to_login) == Verdict::kAuth);
  CHECK(On(kCreate, 302, "", to_login) == Verdict::kUnknown);
  CHECK(CodeOn(kCreate, 302, "", to_login) == "VAL-JIRA-AUTH");
}

TEST_CASE("JSON that is cut anywhere is noticed") {
  const std::string text = IssueText();
  for (std::size_t cut = 0; cut < text.size(); ++cut) {
    const std::string part = text.substr(0, cut);
    REQUIRE(On(kRead, 200, part) == Verdict::kLater);
    REQUIRE(On(kCreate, 201, part) == Verdict::kUnknown);
  }
  CHECK(CodeOn(kRead, 200, text.substr(0, 100)) == "VAL-JIRA-BODY");
}

TEST_CASE("field errors are handed over, and stay out of the message") {
  const Judged judged = Judge(kEdit, Arrived(400, kErrors));
  CHECK(judged.verdict == Verdict::kRefused);
  CHECK(judged.error.recovery == Recovery::kAskOperator);
  CHECK(judged.field_errors.at("summary") == "too long");
  CHECK(judged.message_count == 2);
  CHECK(judged.error.message == "PUT /rest/api/2/issue/10001 answered 400 with " +
                                    std::to_string(sizeof kErrors - 1) +
                                    " bytes: Jira refuses it as it is, field summary, field x?y");
  CHECK(Judge(kEdit, Arrived(400, "[[[")).field_errors.empty());
}

TEST_CASE("no message ever holds body text, a query or a header") {
  for (const int status : {200, 302, 400, 401, 403, 404, 409, 413, 429, 500, 503}) {
    for (const char* body :
         {"<html>SECRET os_username</html>", "SECRET", R"({"errors":{"a":"SECRET"}})"}) {
      const Judged judged = Judge(kRead, Arrived(status, body, {{"location", "SECRET"}}));
      CHECK(judged.error.message.find("SECRET") == std::string::npos);
      CHECK(judged.error.message.find("fields=") == std::string::npos);
      const bool has_code = judged.error.code.starts_with("VAL-JIRA-");
      CHECK(has_code == (judged.verdict != Verdict::kOk));
    }
  }
}

TEST_CASE("only GET and search are reads") {
  CHECK(IsRead(kRead));
  CHECK(IsRead(kSearch));
  for (const HttpRequest& request : {kCreate, kEdit, kHop, kComment, kDelete}) {
    CHECK(!IsRead(request));
  }
}

TEST_CASE("every verdict has a name") {
  for (int verdict = 0; verdict <= static_cast<int>(Verdict::kUnknown); ++verdict) {
    CHECK(!VerdictName(static_cast<Verdict>(verdict)).empty());
  }
}

struct Ignored final : BodySink {
  Result<void> Write(std::string_view) override { return Ok(); }
};

TEST_CASE("a download that did not go into its sink was a page (pitfall 15)") {
  const HttpRequest download = DownloadAttachment("/secure/attachment/1/a",
                                                  std::make_shared<Ignored>());
  const Headers named = {{"x-ausername", "bot"}};
  CHECK(On(download, 200, "") == Verdict::kOk);
  CHECK(On(download, 200, kLoginPage) == Verdict::kAuth);
  CHECK(CodeOn(download, 200, kLoginPage) == "VAL-JIRA-HTML");
  CHECK(On(download, 200, kPage) == Verdict::kLater);
  CHECK(On(download, 200, "{}") == Verdict::kLater);
  CHECK(On(download, 200, "", {{"x-ausername", "anonymous"}}) == Verdict::kAuth);
  CHECK(On(download, 302, "") == Verdict::kAuth);
}

TEST_CASE("Jira answers a missing attachment with a page: gone, if it names the account") {
  const HttpRequest download = DownloadAttachment("/secure/attachment/1/a",
                                                  std::make_shared<Ignored>());
  CHECK(On(download, 404, kPage, {{"x-ausername", "bot"}}) == Verdict::kGone);
  CHECK(On(download, 404, kPage) == Verdict::kLater);  // perhaps a proxy's
  CHECK(On(download, 404, kPage, {{"x-ausername", "anonymous"}}) == Verdict::kAuth);
  CHECK(On(download, 403, kPage, {{"x-ausername", "bot"}}) == Verdict::kForbidden);
  CHECK(On(kRead, 404, kPage, {{"x-ausername", "bot"}}) == Verdict::kLater);
}

TEST_CASE("too large is refused under its own code, by Jira or a proxy (pitfall 15)") {
  HttpRequest upload{"POST", "/rest/api/2/issue/1/attachments", "", kWriteTimeout};
  CHECK(On(upload, 413, kErrors) == Verdict::kRefused);
  CHECK(CodeOn(upload, 413, kErrors) == "VAL-JIRA-LARGE");
  CHECK(CodeOn(upload, 413, kPage) == "VAL-JIRA-LARGE");
  CHECK(On(upload, 200, "[]") == Verdict::kOk);
  CHECK(On(upload, 200, "") == Verdict::kUnknown);
  CHECK(On(upload, 500, kPage) == Verdict::kUnknown);
  HttpRequest log{"POST", "/rest/api/2/issue/1/worklog?adjustEstimate=leave", "", kWriteTimeout};
  CHECK(On(log, 201, "") == Verdict::kUnknown);
  CHECK(On({"POST", "/rest/api/2/issueLink", "{}", kWriteTimeout}, 201, "") == Verdict::kOk);
}

}  // namespace
}  // namespace valise::jira
