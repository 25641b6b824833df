// Workflows as their administrators draw them (pitfall 22).
#include <doctest/doctest.h>

#include "tests/standin/driver.h"

namespace valise::standin {
namespace {

std::vector<std::string> Offered(Driver& d, const std::string& key,
                                 const std::string& token = "valise-token") {
  std::vector<std::string> names;
  const Answer answer = d.Get("/issue/" + key + "/transitions", token);
  for (const JsonValue& one : answer.body.At("transitions").items)
    names.push_back(one.Text("name"));
  return names;
}

Answer Do(Driver& d, const std::string& key, int id, const std::string& fields = "") {
  return d.Post("/issue/" + key + "/transitions",
                R"({"transition":{"id":")" + std::to_string(id) + "\"}" +
                    (fields.empty() ? "" : ",\"fields\":{" + fields + "}") + "}");
}

// To Do -> Doing -> Review -> Done, and back by name only.
Driver Custom() {
  Driver d;
  d.Do(R"({"do":"status","name":"To Do"})");
  d.Do(R"({"do":"status","name":"Review","category":4})");
  d.Do(R"({"do":"status","name":"Done","category":3})");
  d.Do(R"({"do":"transitions","initial":"To Do","transitions":[
      {"id":11,"name":"Begin","from":["To Do"],"to":"In Progress"},
      {"id":21,"name":"Offer","from":["In Progress"],"to":"Review",
       "fields":[{"field":"customfield_10108","required":true},{"field":"fixVersions"}],
       "postFunctions":[{"field":"assignee","value":{"name":"carol"}}]},
      {"id":31,"name":"Accept","from":["Review"],"to":"Done","screen":"resolve",
       "roles":["Administrators"]},
      {"id":41,"name":"Force","from":["Review"],"to":"Done",
       "fields":[{"field":"resolution","validated":true}],"permissions":["DELETE_ISSUES"]},
      {"id":51,"name":"Again","to":"To Do","clearsResolution":true}]})");
  return d;
}

TEST_CASE("a drawn workflow replaces the classic one; new issues begin where it says") {
  Driver d = Custom();
  const std::string key = d.Create("x");
  CHECK(d.Field(key, "status").find("To Do") != std::string::npos);
  using Names = std::vector<std::string>;
  CHECK(Offered(d, key) == Names{"Begin"});
  CHECK(Do(d, key, 11).status == 204);
  CHECK(Offered(d, key) == Names{"Offer", "Again"});
  CHECK(d.jira().Control(R"({"do":"transitions","transitions":[{"name":"x","to":"Nowhere"}]})") ==
        "no status 'Nowhere'");
  CHECK(Offered(d, key) == Names{"Offer", "Again"});
}

TEST_CASE("a transition may require custom fields, and change others after it (pitfall 22)") {
  Driver d = Custom();
  const std::string key = d.Create("x");
  Do(d, key, 11);
  const Answer meta = d.Get("/issue/" + key + "/transitions?expand=transitions.fields");
  const JsonValue& fields = meta.body.At("transitions").items.at(0).At("fields");
  CHECK(fields.At("customfield_10108").Flag("required", false));
  CHECK_FALSE(fields.At("fixVersions").Flag("required", true));
  CHECK(fields.Find("resolution") == nullptr);
  const Answer refused = Do(d, key, 21);
  CHECK(refused.status == 400);
  CHECK(refused.body.At("errors").Text("customfield_10108") == "Reviewer is required.");
  CHECK(Do(d, key, 21, R"("summary":"no")").status == 400);  // not on its screen
  CHECK(Do(d, key, 21, R"("customfield_10108":{"name":"bob"})").status == 204);
  CHECK(d.Field(key, "assignee").find("Carol") != std::string::npos);
}

TEST_CASE("conditions hide transitions; a validator refuses what nothing announced (22)") {
  Driver d = Custom();
  const std::string key = d.Create("x");
  Do(d, key, 11);
  Do(d, key, 21, R"("customfield_10108":{"name":"bob"})");
  using Names = std::vector<std::string>;
  CHECK(Offered(d, key) == Names{"Again"});
  CHECK(Offered(d, key, "alice-token") == Names{"Force", "Again"});
  CHECK(Offered(d, key, "admin-token") == Names{"Accept", "Force", "Again"});
  CHECK(Do(d, key, 41).status == 400);  // not offered to this user
  d.jira().Grant("valise", "DELETE_ISSUES");
  const Answer meta = d.Get("/issue/" + key + "/transitions?expand=transitions.fields");
  CHECK_FALSE(
      meta.body.At("transitions").items.at(0).At("fields").At("resolution").Flag("required", true));
  const Answer refused = Do(d, key, 41);
  CHECK(refused.status == 400);
  CHECK(refused.body.At("errorMessages").items.at(0).text ==
        "Resolution must have a value for this transition.");
  CHECK(Do(d, key, 41, R"("resolution":{"name":"Fixed"})").status == 204);
  CHECK(Do(d, key, 51).status == 204);
  CHECK(d.Field(key, "resolution") == "null");
}

TEST_CASE("a reopened issue may keep its resolution (pitfall 22)") {
  Driver d;
  d.Do(R"({"do":"transitions","add":true,"transitions":[{"id":900,"name":"Sloppy","to":"Open"}]})");
  const std::string key = d.Create("x");
  CHECK(Do(d, key, 5, R"("resolution":{"name":"Fixed"})").status == 204);
  CHECK(Do(d, key, 900).status == 204);
  CHECK(d.Field(key, "status").find("Open") != std::string::npos);
  CHECK(d.Field(key, "resolution").find("Fixed") != std::string::npos);
}

TEST_CASE("a saved state keeps the workflow") {
  Driver d = Custom();
  const std::string key = d.Create("x");
  Do(d, key, 11);
  Driver other;
  REQUIRE(other.jira().LoadState(d.jira().SaveState()) == "");
  CHECK(other.jira().SaveState() == d.jira().SaveState());
  CHECK(Do(other, key, 21).text == Do(d, key, 21).text);
  CHECK(other.Field(other.Create("y"), "status").find("To Do") != std::string::npos);
}

}  // namespace
}  // namespace valise::standin
