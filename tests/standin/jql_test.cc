#include "tests/standin/jql.h"

#include <doctest/doctest.h>

#include "tests/standin/driver.h"

namespace valise::standin {
namespace {

using Keys = std::vector<std::string>;

// PROJ-1 bug, labels a b, alice's; PROJ-2 task in progress, label b; PROJ-3 bug, resolved.
// Created a minute apart from 22:13:20 UTC on.
struct Three {
  Driver d;
  Three() {
    d.Create("first");
    d.Put("/issue/PROJ-1", R"({"fields":{"labels":["a","b"],"assignee":{"name":"alice"}}})");
    d.Advance(60'000);
    d.Post("/issue", R"({"fields":{"project":{"key":"PROJ"},"issuetype":{"name":"Task"},
                        "summary":"second","labels":["b"],
                        "customfield_10105":{"value":"Major"}}})");
    d.Post("/issue/PROJ-2/transitions", R"({"transition":{"id":"4"}})");
    d.Advance(60'000);
    d.Create("third");
    d.Post("/issue/PROJ-3/transitions",
           R"({"transition":{"id":"5"},"fields":{"resolution":{"name":"Fixed"}}})");
  }
};

TEST_CASE("JQL finds what it says") {
  Three three;
  const std::vector<std::pair<std::string, Keys>> table = {
      {"", {"PROJ-3", "PROJ-2", "PROJ-1"}},
      {"ORDER BY key", {"PROJ-1", "PROJ-2", "PROJ-3"}},
      {"project = PROJ ORDER BY created DESC", {"PROJ-3", "PROJ-2", "PROJ-1"}},
      {"project = proj and key = PROJ-2", {"PROJ-2"}},
      {"issuekey in (PROJ-1, 'PROJ-3') order by key asc", {"PROJ-1", "PROJ-3"}},
      {"id = 10001", {"PROJ-2"}},
      {"id > 10000 ORDER BY id ASC", {"PROJ-2", "PROJ-3"}},
      {"key <= PROJ-2 ORDER BY key", {"PROJ-1", "PROJ-2"}},
      {"labels = b ORDER BY key", {"PROJ-1", "PROJ-2"}},
      {"labels = a AND labels = b", {"PROJ-1"}},
      {"labels != a", {"PROJ-2"}},
      {"labels is EMPTY", {"PROJ-3"}},
      {"labels is not empty order by key", {"PROJ-1", "PROJ-2"}},
      {"status = \"In Progress\"", {"PROJ-2"}},
      {"status not in (\"In Progress\", Resolved)", {"PROJ-1"}},
      {"statusCategory = Done", {"PROJ-3"}},
      {"type = Bug ORDER BY key", {"PROJ-1", "PROJ-3"}},
      {"issuetype != Bug", {"PROJ-2"}},
      {"resolution = Fixed", {"PROJ-3"}},
      {"resolution is EMPTY ORDER BY key", {"PROJ-1", "PROJ-2"}},
      {"assignee = alice", {"PROJ-1"}},
      {"assignee is empty order by key desc", {"PROJ-3", "PROJ-2"}},
      {"reporter = currentUser()", {"PROJ-2"}},
      {"cf[10105] = Major", {"PROJ-2"}},
      {"Severity is empty and type = Task", {}},
      {"summary ~ thi", {"PROJ-3"}},
      {"NOT (type = Bug OR labels = zzz)", {"PROJ-2"}},
      {"type = Task OR type = Bug AND labels = a ORDER BY key", {"PROJ-1", "PROJ-2"}},
      {"(type = Task OR type = Bug) AND labels = a", {"PROJ-1"}},
      {"created >= \"2023-11-14 22:14\" ORDER BY key", {"PROJ-2", "PROJ-3"}},
      {"created > \"2023/11/14 22:14\" AND created < \"2023-11-14 22:15\"", {"PROJ-2"}},
      {"created <= '2023-11-14 22:13'", {}},
      {"created >= 2023-11-15", {}},
      {"created >= -1m", {"PROJ-3", "PROJ-2"}},
      {"updated >= 1700000120000", {"PROJ-3"}},
      {"created <= now() ORDER BY key ASC", {"PROJ-1", "PROJ-2", "PROJ-3"}},
      {"ORDER BY status ASC, key DESC", {"PROJ-1", "PROJ-2", "PROJ-3"}},
  };
  for (const auto& [jql, keys] : table) {
    CAPTURE(jql);
    CHECK(three.d.Find(jql) == keys);
  }
}

TEST_CASE("wrong JQL is told in Jira's words (pitfall 6)") {
  Three three;
  const std::vector<std::pair<std::string, std::string>> table = {
      {"nonsense = 1", "Field 'nonsense' does not exist or you do not have permission to view it."},
      {"ORDER BY nonsense",
       "Field 'nonsense' does not exist or you do not have permission to view it."},
      {"project = HIDDEN", "The value 'HIDDEN' does not exist for the field 'project'."},
      {"status = Nope", "The value 'Nope' does not exist for the field 'status'."},
      {"key = PROJ-99", "An issue with key 'PROJ-99' does not exist for field 'key'."},
      {"id > 5", "A value with ID '5' does not exist for the field 'id'."},
      {"issueKey in ('1')", "The issue key '1' for field 'issueKey' is invalid."},
      {"status > Open", "The operator '>' is not supported by the 'status' field."},
      {"project PROJ",
       "Error in the JQL Query: Expecting operator but got 'PROJ'. The valid operators are '=', "
       "'!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'. (line 1, "
       "character 9)"},
      {"summary ~ \"open",
       "Error in the JQL Query: The quoted string 'open' has not been completed. (line 1, "
       "character 11)"},
      {"(project = PROJ", "Error in the JQL Query: Expecting ')' before the end of the query."},
  };
  for (const auto& [jql, message] : table) {
    CAPTURE(jql);
    const Answer answer = three.d.Post(
        "/search", R"({"jql":")" + [&] {
          std::string escaped;
          for (const char c : jql) escaped += c == '"' ? std::string("\\\"") : std::string(1, c);
          return escaped;
        }() + "\"}");
    CHECK(answer.status == 400);
    REQUIRE(answer.body.At("errorMessages").items.size() == 1);
    CHECK(answer.body.At("errorMessages").items[0].text == message);
  }
}

TEST_CASE("dates are refused unless they have a form Jira knows") {
  Three three;
  for (const char* bad : {"2023-11-14T22:14", "2023-11-14 22:14:05", "2023-02-30", "yesterday"}) {
    const Keys keys = three.d.Find("updated >= '" + std::string(bad) + "'");
    REQUIRE(keys.size() == 1);
    CHECK(keys[0].find("Valid formats include") != std::string::npos);
  }
}

TEST_CASE("validateQuery=false turns unknown names into warnings (pitfall 6)") {
  Three three;
  const Answer answer =
      three.d.Post("/search", R"({"jql":"labels = a OR nonsense = 1","validateQuery":false})");
  CHECK(answer.status == 200);
  CHECK(answer.body.Text("total") == "1");
  CHECK(answer.body.At("warningMessages").items.size() == 1);
}

TEST_CASE("maxResults is cut silently, and 0 only counts (pitfall 4)") {
  Options options;
  options.max_results = 2;
  Driver d(options);
  for (int i = 0; i < 5; ++i) d.Create("x");
  Answer answer = d.Get("/search?maxResults=100&startAt=1");
  CHECK(answer.body.Text("maxResults") == "2");
  CHECK(answer.body.At("issues").items.size() == 2);
  CHECK(answer.body.Text("total") == "5");
  answer = d.Get("/search?maxResults=0");
  CHECK(answer.body.At("issues").items.empty());
  CHECK(answer.body.Text("total") == "5");
}

TEST_CASE("search gives navigable fields unless told otherwise, GET gives all (pitfall 5)") {
  Three three;
  Answer answer = three.d.Get("/search?jql=key=PROJ-1");
  const JsonValue& found = answer.body.At("issues").items.at(0).At("fields");
  CHECK(found.Find("summary") != nullptr);
  CHECK(found.Find("comment") == nullptr);
  answer = three.d.Get("/issue/PROJ-1?fields=*all,-comment");
  CHECK(answer.body.At("fields").Find("comment") == nullptr);
  CHECK(answer.body.At("fields").Find("worklog") != nullptr);
  answer = three.d.Post("/search", R"({"jql":"key=PROJ-1","fields":["summary"],
                                       "expand":["changelog"]})");
  const JsonValue& one = answer.body.At("issues").items.at(0);
  CHECK(one.At("fields").members.size() == 1);
  CHECK(one.At("changelog").At("histories").items.size() == 1);
}

TEST_CASE("POST search wants fields and expand as arrays (pitfall 6)") {
  Driver d;
  CHECK(d.Post("/search", R"({"jql":"","fields":"summary"})").status == 400);
  CHECK(d.Post("/search", R"({"jql":"","expand":"changelog"})").status == 400);
}

TEST_CASE("search sees changes late, GET at once; a deleted issue lingers (pitfalls 2 and 7)") {
  Options options;
  options.index_lag_ms = 10'000;
  Driver d(options);
  d.Create("x");
  CHECK(d.Get("/issue/PROJ-1").status == 200);
  CHECK(d.Find("").empty());
  d.Advance(9'999);
  CHECK(d.Find("").empty());
  d.Advance(1);
  CHECK(d.Find("") == Keys{"PROJ-1"});
  d.Put("/issue/PROJ-1", R"({"fields":{"labels":["new"]}})");
  CHECK(d.Field("PROJ-1", "labels") == R"(["new"])");
  CHECK(d.Find("labels = new").empty());
  d.Advance(10'000);
  CHECK(d.Find("labels = new") == Keys{"PROJ-1"});
  CHECK(d.Delete("/issue/PROJ-1", "admin-token").status == 204);
  CHECK(d.Get("/issue/PROJ-1").status == 404);
  CHECK(d.Find("") == Keys{"PROJ-1"});
  d.Advance(10'000);
  CHECK(d.Find("").empty());
}

TEST_CASE("no JQL, however broken, harms the parser") {
  Three three;
  const std::string whole =
      "NOT (labels in (a, 'b') AND updated >= -5d) OR key = PROJ-1 ORDER BY id";
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    std::string error;
    const auto query = ParseJql(whole.substr(0, length), &error);
    CHECK(query.has_value() == error.empty());
  }
  std::string error;
  CHECK_FALSE(ParseJql(std::string(5000, '('), &error).has_value());
}

}  // namespace
}  // namespace valise::standin
