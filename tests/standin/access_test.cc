#include <doctest/doctest.h>

#include "tests/standin/driver.h"

namespace valise::standin {
namespace {

Response Raw(Driver& d, const std::string& method, const std::string& path,
             const std::map<std::string, std::string>& headers, const std::string& body = "") {
  return d.jira().Handle({method, "/jira/rest/api/2" + path, headers, body});
}

TEST_CASE("an expired token answers as anonymous with 200 and nothing found (pitfall 26)") {
  Driver d;
  d.Create("x");
  const Answer search = d.Get("/search?jql=", "expired-token");
  CHECK(search.status == 200);
  CHECK(search.body.Text("total") == "0");
  CHECK(search.headers.at("X-AUSERNAME") == "anonymous");
  CHECK(search.headers.at("X-Seraph-LoginReason") == "AUTHENTICATED_FAILED");
  CHECK(d.Get("/myself", "expired-token").status == 401);
  d.jira().ExpireToken("valise-token");
  CHECK(d.Get("/search?jql=").body.Text("total") == "0");
  d.jira().RestoreToken("valise-token");
  CHECK(d.Get("/search?jql=").body.Text("total") == "1");
}

TEST_CASE("an unknown token is 401, a good one says whose it is (pitfall 26)") {
  Driver d;
  CHECK(d.Get("/serverInfo", "no-such-token").status == 401);
  const Answer mine = d.Get("/myself");
  CHECK(mine.headers.at("X-AUSERNAME") == "valise");
  CHECK(mine.body.Text("name") == "valise");
}

TEST_CASE("three wrong passwords bring a CAPTCHA, even for the right one (pitfall 27)") {
  Driver d;
  const std::map<std::string, std::string> wrong = {{"authorization", "Basic YWxpY2U6bm8="}};
  const std::map<std::string, std::string> right = {{"authorization", "Basic YWxpY2U6YWxpY2U="}};
  CHECK(Raw(d, "GET", "/myself", right).status == 200);
  for (int i = 0; i < 3; ++i) CHECK(Raw(d, "GET", "/myself", wrong).status == 401);
  const Response locked = Raw(d, "GET", "/myself", right);
  CHECK(locked.status == 403);
  CHECK(locked.headers.at("X-Seraph-LoginReason") == "AUTHENTICATION_DENIED");
  CHECK(locked.headers.at("X-Authentication-Denied-Reason").starts_with("CAPTCHA_CHALLENGE"));
}

TEST_CASE("browsers and forms fail the XSRF check, other types are 415 (pitfall 28)") {
  Driver d;
  const std::string token = "Bearer alice-token";
  const std::string body =
      R"({"fields":{"project":{"key":"PROJ"},"issuetype":{"name":"Bug"},"summary":"x"}})";
  CHECK(Raw(d, "POST", "/issue",
            {{"authorization", token},
             {"content-type", "application/json"},
             {"user-agent", "Mozilla/5.0"}},
            body)
            .status == 403);
  CHECK(Raw(d, "POST", "/issue",
            {{"authorization", token},
             {"content-type", "application/json"},
             {"user-agent", "Mozilla/5.0"},
             {"x-atlassian-token", "no-check"}},
            body)
            .status == 201);
  CHECK(Raw(d, "POST", "/issue", {{"authorization", token}, {"content-type", "text/plain"}}, body)
            .status == 403);
  CHECK(Raw(d, "POST", "/issue", {{"authorization", token}, {"content-type", "text/xml"}}, body)
            .status == 415);
}

TEST_CASE("a body that is no JSON is 400, an unknown path 404, a wrong method 405") {
  Driver d;
  CHECK(d.Post("/issue", "{\"fields\":").status == 400);
  CHECK(d.Get("/nonsense").status == 404);
  CHECK(d.Delete("/myself").status == 405);
  CHECK(d.jira().Handle({"GET", "/other/rest/api/2/myself", {}, ""}).status == 404);
  CHECK(
      d.jira()
          .Handle(
              {"GET", "/jira/rest/api/latest/myself", {{"authorization", "Bearer bob-token"}}, ""})
          .status == 200);
}

TEST_CASE("mypermissions tells the sync user's from the administrator's") {
  Driver d;
  const Answer mine = d.Get("/mypermissions?projectKey=PROJ");
  const JsonValue& permissions = mine.body.At("permissions");
  CHECK(permissions.At("CREATE_ISSUES").Flag("havePermission", false));
  CHECK_FALSE(permissions.At("ADMINISTER_PROJECTS").Flag("havePermission", true));
  CHECK_FALSE(permissions.At("EDIT_ALL_COMMENTS").Flag("havePermission", true));
  CHECK(d.Get("/mypermissions?projectKey=NONE").status == 404);
}

TEST_CASE("users are found by name and key; search wants the parameter username (pitfall 17)") {
  Driver d;
  CHECK(d.Get("/user?username=bob").body.Text("displayName") == "Bob Brown");
  CHECK(d.Get("/user?key=bob").status == 200);
  CHECK(d.Get("/user?username=nobody").status == 404);
  CHECK(d.Get("/user/search?username=ali").body.items.size() == 1);
  CHECK(d.Get("/user/search?query=ali").status == 400);
  CHECK(d.Get("/user/assignable/search?project=PROJ").body.items.size() == 5);
}

}  // namespace
}  // namespace valise::standin
