#include <doctest/doctest.h>

#include "tests/standin/driver.h"

namespace valise::standin {
namespace {

const char kNotOnScreen[] = "cannot be set. It is not on the appropriate screen, or unknown.";

std::string ErrorOf(const Answer& answer, const std::string& field) {
  return answer.body.At("errors").Text(field);
}

TEST_CASE("a created issue reads back with its fields and defaults") {
  Driver d;
  const Answer created =
      d.Post("/issue",
             R"({"fields":{"project":{"key":"PROJ"},"issuetype":{"name":"Bug"},"summary":"First",
          "description":"one\r\ntwo","labels":["b","a"],"duedate":"2024-02-29",
          "customfield_10102":3,"customfield_10105":{"value":"Major"},
          "customfield_10107":{"value":"Europe","child":{"value":"Spain"}},
          "customfield_10104":"2024-01-02T03:04:05.678+0100",
          "customfield_10106":[{"value":"Windows"},{"value":"Linux"}]},
          "properties":[{"key":"valise.origin","value":"abc"}]})");
  CHECK(created.status == 201);
  CHECK(created.body.Text("key") == "PROJ-1");
  CHECK(d.Field("PROJ-1", "description") == R"("one\r\ntwo")");  // CRLF stays (pitfall 16)
  CHECK(d.Field("PROJ-1", "labels") == R"(["a","b"])");
  CHECK(d.Field("PROJ-1", "duedate") == R"("2024-02-29")");
  CHECK(d.Field("PROJ-1", "customfield_10102") == "3.0");
  CHECK(d.Field("PROJ-1", "customfield_10104") == R"("2024-01-02T02:04:05.678+0000")");
  CHECK(d.Field("PROJ-1", "customfield_10107").find(R"("value":"Spain")") != std::string::npos);
  CHECK(d.Field("PROJ-1", "priority").find("Medium") != std::string::npos);
  CHECK(d.Field("PROJ-1", "created") == R"("2023-11-14T22:13:20.000+0000")");
  const Answer read = d.Get("/issue/PROJ-1?fields=summary&properties=valise.origin");
  CHECK(read.body.At("properties").At("properties").Text("valise.origin") == "abc");
}

TEST_CASE("fields that are not on the screen are refused (pitfall 21)") {
  Driver d;
  const std::string key = d.Create("x");
  for (const std::string field : {"resolution", "status", "created", "nonsense"}) {
    const Answer answer = d.Put("/issue/" + key, R"({"fields":{")" + field + R"(":null}})");
    CHECK(answer.status == 400);
    CHECK(ErrorOf(answer, field) == "Field '" + field + "' " + kNotOnScreen);
  }
}

TEST_CASE("a PUT is atomic: one bad field and nothing is written (pitfall 21)") {
  Driver d;
  const std::string key = d.Create("before");
  const Answer answer =
      d.Put("/issue/" + key, R"({"fields":{"summary":"after","priority":{"name":"Nope"}}})");
  CHECK(answer.status == 400);
  CHECK(ErrorOf(answer, "priority") == "Priority name 'Nope' is not valid");
  CHECK(d.Field(key, "summary") == R"("before")");
}

TEST_CASE("wrong values give Jira's own messages") {
  Driver d;
  const std::string key = d.Create("x");
  const std::vector<std::vector<std::string>> table = {
      {"summary", "\"\"", "You must specify a summary of the issue."},
      {"summary", "5", "Operation value must be a string"},
      {"labels", "[\"a b\"]", "The label 'a b' contains spaces which is invalid."},
      {"assignee", "{\"name\":\"nobody\"}", "User 'nobody' does not exist."},
      {"components", "[{\"name\":\"C\"}]", "Component name 'C' is not valid"},
      {"fixVersions", "[{\"id\":\"7\"}]", "Version id '7' is not valid"},
      {"duedate", "\"tomorrow\"", "Error parsing date string: tomorrow"},
      {"customfield_10102", "\"3\"", "Operation value must be a number"},
      {"customfield_10104", "\"2024-01-02T03:04:05+01:00\"",
       "Error parsing time: 2024-01-02T03:04:05+01:00"},
      {"customfield_10105", "{\"value\":\"Huge\"}", "Option value 'Huge' is not valid"},
      {"customfield_10110", "\"nonsense\"", "Not a valid URL"},
  };
  for (const auto& row : table) {
    const Answer answer =
        d.Put("/issue/" + key, R"({"fields":{")" + row[0] + R"(":)" + row[1] + "}}");
    CHECK(answer.status == 400);
    CHECK(ErrorOf(answer, row[0]) == row[2]);
  }
}

TEST_CASE("text longer than 32,767 characters is refused, counted as Java counts (pitfall 16)") {
  Driver d;
  const std::string key = d.Create("x");
  const std::string fits(32767, 'a');
  CHECK(d.Put("/issue/" + key, R"({"fields":{"description":")" + fits + "\"}}").status == 204);
  const Answer answer = d.Put("/issue/" + key, R"({"fields":{"description":")" + fits + "b\"}}");
  CHECK(ErrorOf(answer, "description") ==
        "The entered text is too long. It exceeds the allowed limit of 32,767 characters.");
}

TEST_CASE("edits leave history with from and to, without fieldId, and the metadata (9, 10)") {
  Driver d;
  const std::string key = d.Create("old");
  d.Advance(1000);
  CHECK(d.Put("/issue/" + key,
              R"({"fields":{"summary":"new","assignee":{"name":"bob"}},
                  "historyMetadata":{"type":"valise","extraData":{"valise_op":"42"}}})")
            .status == 204);
  const Answer read = d.Get("/issue/" + key + "?expand=changelog");
  const auto& histories = read.body.At("changelog").At("histories").items;
  REQUIRE(histories.size() == 1);
  CHECK(ToText(histories[0].At("items")) ==
        R"([{"field":"summary","fieldtype":"jira","from":null,"fromString":"old","to":null,)"
        R"("toString":"new"},{"field":"assignee","fieldtype":"jira","from":null,)"
        R"("fromString":null,"to":"bob","toString":"Bob Brown"}])");
  CHECK(histories[0].At("historyMetadata").At("extraData").Text("valise_op") == "42");
  CHECK(histories[0].At("author").Text("name") == "valise");
  CHECK(d.Field(key, "updated") == R"("2023-11-14T22:13:21.000+0000")");
}

TEST_CASE("an edit that changes nothing moves nothing and leaves no history (pitfall 8)") {
  Driver d;
  const std::string key = d.Create("same");
  d.Advance(5000);
  CHECK(d.Put("/issue/" + key, R"({"fields":{"summary":"same"}})").status == 204);
  CHECK(d.Field(key, "updated") == R"("2023-11-14T22:13:20.000+0000")");
  const Answer read = d.Get("/issue/" + key + "?expand=changelog");
  CHECK(read.body.At("changelog").At("histories").items.empty());
}

TEST_CASE("labels are added and removed one by one, and not twice in one request") {
  Driver d;
  const std::string key = d.Create("x");
  CHECK(d.Put("/issue/" + key, R"({"update":{"labels":[{"add":"b"},{"add":"a"}]}})").status == 204);
  CHECK(d.Put("/issue/" + key, R"({"update":{"labels":[{"remove":"b"}]}})").status == 204);
  CHECK(d.Field(key, "labels") == R"(["a"])");
  CHECK(d.Put("/issue/" + key, R"({"fields":{"labels":[]},"update":{"labels":[{"add":"c"}]}})")
            .status == 400);
}

TEST_CASE("an issue that does not exist, or that anonymous may not see (pitfall 7)") {
  Driver d;
  const std::string key = d.Create("x");
  CHECK(d.Get("/issue/PROJ-99").status == 404);
  CHECK(d.Get("/issue/PROJ-99").body.At("errorMessages").items.at(0).text ==
        "Issue Does Not Exist");
  CHECK(d.Get("/issue/" + key, "").status == 401);
  CHECK(d.Get("/issue/" + key + "/comment", "").status == 401);
}

TEST_CASE("notifyUsers=false needs an administrator (pitfall 31)") {
  Driver d;
  const std::string key = d.Create("x");
  const std::string body = R"({"fields":{"summary":"y"}})";
  CHECK(d.Put("/issue/" + key + "?notifyUsers=false", body).status == 403);
  CHECK(d.Put("/issue/" + key + "?notifyUsers=false", body, "admin-token").status == 204);
}

TEST_CASE("deleting an issue with sub-tasks needs deleteSubtasks=true (pitfall 25)") {
  Driver d;
  const std::string key = d.Create("parent");
  const Answer child = d.Post("/issue",
                              R"({"fields":{"project":{"key":"PROJ"},"summary":"child",
                                  "issuetype":{"name":"Sub-task"},"parent":{"key":")" +
                                  key + "\"}}}");
  CHECK(child.status == 201);
  CHECK(d.Delete("/issue/" + key, "admin-token").status == 400);
  CHECK(d.Delete("/issue/" + key, "valise-token").status == 403);
  CHECK(d.Delete("/issue/" + key + "?deleteSubtasks=true", "admin-token").status == 204);
  CHECK(d.Get("/issue/" + child.body.Text("key")).status == 404);
  CHECK(d.Find("project = PROJ").empty());
}

TEST_CASE("a refused value answers 400 as a site's validator would") {
  Driver d;
  const std::string key = d.Create("x");
  d.jira().RefuseValue("summary", "forbidden", "No such words here.");
  const Answer answer = d.Put("/issue/" + key, R"({"fields":{"summary":"a forbidden one"}})");
  CHECK(ErrorOf(answer, "summary") == "No such words here.");
  CHECK(d.Put("/issue/" + key, R"({"fields":{"summary":"fine"}})").status == 204);
}

}  // namespace
}  // namespace valise::standin
