// Moved, archived, converted, hidden (pitfalls 7, 24, 25).
#include <doctest/doctest.h>

#include <stdexcept>

#include "tests/standin/driver.h"

namespace valise::standin {
namespace {

std::string CreateChild(Driver& d, const std::string& parent) {
  return d
      .Post("/issue", R"({"fields":{"project":{"key":"PROJ"},"summary":"child",
                          "issuetype":{"name":"Sub-task"},"parent":{"key":")" +
                          parent + "\"}}}")
      .body.Text("key");
}

std::vector<JsonValue> LastItems(Driver& d, const std::string& key) {
  return d.Get("/issue/" + key + "?expand=changelog", "admin-token")
      .body.At("changelog")
      .At("histories")
      .items.back()
      .At("items")
      .items;
}

TEST_CASE("a moved issue answers its old key with the new one; history tells (pitfall 7)") {
  Driver d;
  const std::string key = d.Create("x"), child = CreateChild(d, key);
  const std::string id = d.Get("/issue/" + key).body.Text("id");
  d.Do(R"({"do":"move","issue":")" + key + R"(","project":"OTHER"})");
  const Answer read = d.Get("/issue/" + key);
  CHECK(read.status == 200);
  CHECK(read.body.Text("key") == "OTHER-1");
  CHECK(read.body.Text("id") == id);
  CHECK(read.body.At("fields").At("project").Text("key") == "OTHER");
  CHECK(d.Get("/issue/" + child).body.Text("key") == "OTHER-2");
  CHECK(d.Find("project = PROJ").empty());
  CHECK(d.Find("project = OTHER").size() == 2);
  CHECK(LastItems(d, key).at(0).Text("field") == "project");
  CHECK(ToText(LastItems(d, key).at(1)) ==
        R"({"field":"Key","fieldtype":"jira","from":null,"fromString":"PROJ-1","to":null,)"
        R"("toString":"OTHER-1"})");
  CHECK(d.Create("next") == "PROJ-3");
  d.Do(R"({"do":"move","issue":"OTHER-1","project":"PROJ"})");
  CHECK(d.Get("/issue/" + id).body.Text("key") == "PROJ-4");
}

TEST_CASE("moved to a project that one may not see, it is gone (pitfall 7)") {
  Driver d;
  const std::string key = d.Create("x"), id = d.Get("/issue/" + key).body.Text("id");
  d.Do(R"({"do":"move","issue":")" + key + R"(","project":"SECRET","hidden":true})");
  CHECK(d.Get("/issue/" + key).status == 404);
  CHECK(d.Get("/issue/" + id).status == 404);
  CHECK(d.Get("/search?jql=project%3DSECRET").status == 400);
  CHECK(d.Get("/issue/" + id, "admin-token").body.Text("key") == "SECRET-1");
}

TEST_CASE("an archived issue is read, not found, not changed; restored it is as before (7)") {
  Driver d;
  const std::string key = d.Create("x"), child = CreateChild(d, key), other = d.Create("y");
  const std::string comment =
      d.Post("/issue/" + key + "/comment", R"({"body":"c"})").body.Text("id");
  d.Upload(key, {{"f", "1"}});
  CHECK(d.Put("/issue/" + key + "/archive", "").status == 403);
  CHECK(d.Put("/issue/" + key + "/archive", "", "admin-token").status == 204);
  const Answer read = d.Get("/issue/" + key);
  CHECK(read.status == 200);
  CHECK(read.body.At("fields").At("archivedby").Text("name") == "admin");
  CHECK(d.Find("project = PROJ") == std::vector<std::string>{other});
  const std::string path = "/issue/" + key;
  CHECK(d.Put(path, R"({"fields":{"summary":"y"}})").status == 403);
  CHECK(d.Post(path + "/comment", R"({"body":"c"})").status == 403);
  CHECK(d.Put(path + "/comment/" + comment, R"({"body":"d"})").status == 403);
  CHECK(d.Put("/comment/" + comment + "/properties/p", "1").status == 403);
  CHECK(d.Post(path + "/worklog", R"({"timeSpent":"1h"})").status == 403);
  CHECK(d.Upload(key, {{"g", "1"}}).status == 403);
  CHECK(d.Delete("/attachment/10000").status == 403);
  CHECK(d.Get(path + "/transitions").body.At("transitions").items.empty());
  CHECK(d.Get(path + "/editmeta").body.At("fields").members.empty());
  CHECK(d.Post("/issueLink", R"({"type":{"name":"Relates"},"inwardIssue":{"key":")" + key +
                                 R"("},"outwardIssue":{"key":")" + other + "\"}}")
            .status == 403);
  CHECK(d.Put("/issue/" + child, R"({"fields":{"summary":"y"}})").status == 403);
  CHECK(d.Put(path + "/restore", "", "admin-token").status == 204);
  CHECK(d.Put(path, R"({"fields":{"summary":"y"}})").status == 204);
  CHECK(d.Find("project = PROJ").size() == 3);
}

TEST_CASE("PUT changes neither the parent nor the kind; the web pages do (pitfall 24)") {
  Driver d;
  const std::string a = d.Create("a"), b = d.Create("b"), child = CreateChild(d, a);
  const Answer parent = d.Put("/issue/" + child, R"({"fields":{"parent":{"key":")" + b + "\"}}}");
  CHECK(parent.body.At("errors").Text("parent").find("appropriate screen") != std::string::npos);
  CHECK(d.Put("/issue/" + child, R"({"fields":{"issuetype":{"name":"Bug"}}})").status == 400);
  CHECK(d.Put("/issue/" + a, R"({"fields":{"issuetype":{"name":"Story"}}})").status == 204);
  CHECK(LastItems(d, a).at(0).Text("field") == "issuetype");
  d.Do(R"({"do":"convert","issue":")" + child + R"(","parent":")" + b + "\"}");
  CHECK(d.Field(child, "parent").find(b) != std::string::npos);
  CHECK(d.Field(a, "subtasks") == "[]");
  CHECK(LastItems(d, child).at(0).Text("field") == "Parent");
  CHECK(LastItems(d, child).at(0).Text("toString") == b);
  d.Do(R"({"do":"convert","issue":")" + child + R"(","type":"Task"})");
  CHECK(d.Get("/issue/" + child).body.At("fields").Find("parent") == nullptr);
  CHECK(d.Field(b, "subtasks") == "[]");
  CHECK_THROWS_AS(d.Do(R"({"do":"convert","issue":")" + child + R"(","type":"Sub-task"})"),
                  std::invalid_argument);
}

TEST_CASE("a person hides an issue behind a level (pitfall 7)") {
  Driver d;
  const std::string key = d.Create("x");
  d.Do(R"({"do":"security-level","level":"Internal=role:Administrators"})");
  d.Do(R"({"do":"level","issue":")" + key + R"(","level":"Internal"})");
  CHECK(d.Get("/issue/" + key).status == 404);
  d.Do(R"({"do":"level","issue":")" + key + R"(","level":""})");
  CHECK(d.Get("/issue/" + key).status == 200);
}

TEST_CASE("a user gets another name under the same key, a zone, a role (pitfall 17)") {
  Driver d;
  d.Do(R"({"do":"user","user":"bob","rename":"robert","timeZone":"Europe/Berlin"})");
  CHECK(d.Get("/user?key=bob").body.Text("name") == "robert");
  CHECK(d.Get("/user?username=bob").status == 404);
  CHECK(d.Get("/myself", "bob-token").body.Text("timeZone") == "Europe/Berlin");
  d.Do(R"({"do":"join","user":"robert","role":"Administrators"})");
  d.Do(R"({"do":"revoke","user":"robert","permission":"BROWSE_PROJECTS"})");
  CHECK(d.Get("/project/PROJ", "bob-token").status == 404);
  CHECK(d.jira().Control(R"({"do":"dance"})") == "unknown verb 'dance' in \"do\"");
  CHECK(d.jira().Control("{") != "");
  CHECK(d.jira().Control(R"({"do":"grant","user":"nobody"})") == "no user 'nobody'");
}

TEST_CASE("a saved state keeps what was moved and archived") {
  Driver d;
  const std::string a = d.Create("a"), b = d.Create("b");
  d.Do(R"({"do":"move","issue":")" + a + R"(","project":"OTHER"})");
  d.Put("/issue/" + b + "/archive", "", "admin-token");
  Driver other;
  REQUIRE(other.jira().LoadState(d.jira().SaveState()) == "");
  CHECK(other.jira().SaveState() == d.jira().SaveState());
  CHECK(other.Get("/issue/" + a).body.Text("key") == "OTHER-1");
  CHECK(other.Find("project = PROJ").empty());
  CHECK(other.Get("/issue/" + b).status == 200);
}

}  // namespace
}  // namespace valise::standin
