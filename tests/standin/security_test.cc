// Security levels (pitfalls 7, 24) and the fields that need a permission of their own (17, 21).
#include <doctest/doctest.h>

#include "tests/standin/driver.h"

namespace valise::standin {
namespace {

Driver WithLevels(const std::string& default_level = "") {
  Options options;
  options.security_levels = {"Internal=role:Administrators,reporter", "Team=role:Developers"};
  options.default_security_level = default_level;
  Driver d(options);
  d.jira().Grant("admin", "SET_ISSUE_SECURITY");
  d.jira().Grant("valise", "SET_ISSUE_SECURITY");
  return d;
}

int SetLevel(Driver& d, const std::string& key, const std::string& level,
             const std::string& token = "admin-token") {
  return d.Put("/issue/" + key, R"({"fields":{"security":)" + level + "}}", token).status;
}

TEST_CASE("a project without levels has no field for them") {
  Driver d;
  d.jira().Grant("valise", "SET_ISSUE_SECURITY");
  const std::string key = d.Create("x");
  CHECK(d.Get("/issue/" + key).body.At("fields").Find("security") == nullptr);
  CHECK(d.Get("/field").text.find("\"security\"") == std::string::npos);
  CHECK(SetLevel(d, key, R"({"name":"Internal"})") == 400);
  CHECK(d.Get("/project/PROJ/securitylevel").text == R"({"levels":[]})");
}

TEST_CASE("an issue above one's level is gone: 404, no search, no link, no attachment (7, 24)") {
  Driver d = WithLevels();
  const std::string key = d.Create("x", "alice-token"), other = d.Create("y", "alice-token");
  d.Post("/issueLink", R"({"type":{"name":"Relates"},"inwardIssue":{"key":")" + key +
                           R"("},"outwardIssue":{"key":")" + other + "\"}}");
  d.Upload(key, {{"f", "1"}});
  const std::string comment =
      d.Post("/issue/" + key + "/comment", R"({"body":"c"})").body.Text("id");
  CHECK(d.Field(other, "issuelinks") != "[]");
  CHECK(SetLevel(d, key, R"({"name":"Internal"})") == 204);
  CHECK(d.Field(other, "issuelinks") == "[]");
  CHECK(d.Get("/issue/" + key).status == 404);
  CHECK(d.Get("/attachment/10000").status == 404);
  CHECK(d.Get("/comment/" + comment + "/properties").status == 404);
  CHECK(d.Find("project = PROJ") == std::vector<std::string>{other});
  CHECK(d.Get("/search?jql=key%3D" + key).status == 400);
  CHECK(d.Get("/issue/" + key, "alice-token").status == 200);  // the reporter is in it
  CHECK(d.Find("level = Internal", "admin-token") == std::vector<std::string>{key});
  const Answer read = d.Get("/issue/" + key + "?expand=changelog", "admin-token");
  CHECK(read.body.At("fields").At("security").Text("name") == "Internal");
  CHECK(read.body.At("changelog")
            .At("histories")
            .items.back()
            .At("items")
            .items.at(0)
            .Text("toString") == "Internal");
  CHECK(SetLevel(d, key, "null") == 204);
  CHECK(d.Get("/issue/" + key).status == 200);
}

TEST_CASE("only with Set Issue Security, and only levels that one is in (pitfall 24)") {
  Driver d = WithLevels();
  const std::string key = d.Create("x", "alice-token");
  CHECK(SetLevel(d, key, R"({"name":"Team"})", "bob-token") == 400);
  CHECK(SetLevel(d, key, R"({"name":"Nonsense"})") == 400);
  const Answer meta = d.Get("/issue/" + key + "/editmeta");
  // As reporter of an issue of one's own one is in "Internal" too.
  CHECK(meta.body.At("fields").At("security").At("allowedValues").items.size() == 2);
  CHECK(d.Get("/issue/" + key + "/editmeta", "bob-token").body.At("fields").Find("security") ==
        nullptr);
  CHECK(d.Get("/project/PROJ/securitylevel").body.At("levels").items.size() == 2);
  CHECK(d.Get("/project/PROJ/securitylevel", "bob-token").body.At("levels").items.empty());
  CHECK(d.Get("/securitylevel/10101").body.Text("name") == "Team");
  CHECK(d.Get("/securitylevel/10101", "bob-token").status == 404);
  CHECK(d.Get("/project/PROJ/issuesecuritylevelscheme").status == 403);
  CHECK(d.Get("/project/PROJ/issuesecuritylevelscheme", "admin-token")
            .body.At("levels")
            .items.size() == 2);
}

TEST_CASE("the default level hides what was made without one; 403 on request (pitfalls 7, 24)") {
  Driver d = WithLevels("Internal");
  const std::string key = d.Create("x", "alice-token");
  CHECK(d.Get("/issue/" + key).status == 404);
  CHECK(d.Get("/issue/" + key, "alice-token").status == 200);
  Options options;
  options.security_levels = {"Internal=role:Administrators"};
  options.default_security_level = "Internal";
  options.hidden_is_forbidden = true;
  Driver strict(options);
  const std::string hidden = strict.Create("x", "admin-token");
  CHECK(strict.Get("/issue/" + hidden).status == 403);
  CHECK(strict.Get("/issue/PROJ-99").status == 404);
}

TEST_CASE("a sub-task has the level of its parent") {
  Driver d = WithLevels();
  const std::string key = d.Create("x", "admin-token");
  const std::string child = d.Post("/issue",
                                   R"({"fields":{"project":{"key":"PROJ"},"summary":"child",
                                       "issuetype":{"name":"Sub-task"},"parent":{"key":")" +
                                       key + "\"}}}",
                                   "admin-token")
                                .body.Text("key");
  CHECK(SetLevel(d, child, R"({"name":"Internal"})") == 400);
  CHECK(SetLevel(d, key, R"({"name":"Internal"})") == 204);
  CHECK(d.Get("/issue/" + child).status == 404);
  CHECK(d.Get("/issue/" + child, "admin-token").body.At("fields").At("security").Text("name") ==
        "Internal");
}

TEST_CASE("reporter, assignee and due date need their permission (pitfalls 17, 21)") {
  for (const auto& [permission, field, value] :
       {std::tuple{"MODIFY_REPORTER", "reporter", R"({"name":"bob"})"},
        std::tuple{"ASSIGN_ISSUES", "assignee", R"({"name":"bob"})"},
        std::tuple{"SCHEDULE_ISSUES", "duedate", R"("2024-01-31")"}}) {
    Driver d;
    const std::string key = d.Create("x");
    const std::string body = R"({"fields":{")" + std::string(field) + "\":" + value + "}}";
    CHECK(d.Put("/issue/" + key, body).status == 204);
    d.jira().Revoke("valise", permission);
    const Answer refused = d.Put("/issue/" + key, body);
    CHECK(refused.body.At("errors").Text(field).find("appropriate screen") != std::string::npos);
    CHECK(d.Get("/issue/" + key + "/editmeta").body.At("fields").Find(field) == nullptr);
  }
}

TEST_CASE("a saved state keeps levels and who is in them") {
  Driver d = WithLevels();
  const std::string key = d.Create("x", "alice-token");
  SetLevel(d, key, R"({"name":"Internal"})");
  Driver other;
  REQUIRE(other.jira().LoadState(d.jira().SaveState()) == "");
  CHECK(other.jira().SaveState() == d.jira().SaveState());
  CHECK(other.Get("/issue/" + key).status == 404);
  CHECK(other.Get("/issue/" + key, "alice-token").status == 200);
}

}  // namespace
}  // namespace valise::standin
