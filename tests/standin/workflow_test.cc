#include <doctest/doctest.h>

#include "tests/standin/driver.h"

namespace valise::standin {
namespace {

std::vector<std::string> Offered(Driver& d, const std::string& key,
                                 const std::string& token = "valise-token") {
  std::vector<std::string> ids;
  const Answer answer = d.Get("/issue/" + key + "/transitions", token);
  for (const JsonValue& one : answer.body.At("transitions").items) ids.push_back(one.Text("id"));
  return ids;
}

int Do(Driver& d, const std::string& key, int id, const std::string& more = "") {
  return d
      .Post("/issue/" + key + "/transitions",
            R"({"transition":{"id":")" + std::to_string(id) + "\"}" + more + "}")
      .status;
}

const char kFixed[] = R"(,"fields":{"resolution":{"name":"Fixed"}})";

TEST_CASE("each status offers the classic workflow's transitions (pitfall 22)") {
  Driver d;
  const std::string key = d.Create("x");
  using Ids = std::vector<std::string>;
  CHECK(Offered(d, key) == Ids{"4", "5", "2"});
  CHECK(Do(d, key, 4) == 204);
  CHECK(Offered(d, key) == Ids{"301", "5", "2"});
  CHECK(Do(d, key, 5, kFixed) == 204);
  CHECK(Offered(d, key) == Ids{"701", "3"});
  CHECK(Do(d, key, 701) == 204);
  CHECK(Offered(d, key) == Ids{"3"});
  CHECK(Do(d, key, 3) == 204);
  CHECK(Offered(d, key) == Ids{"4", "5", "2"});
  CHECK(d.Field(key, "status").find("Reopened") != std::string::npos);
}

TEST_CASE("a transition not offered is refused and changes nothing") {
  Driver d;
  const std::string key = d.Create("x");
  const Answer answer = d.Post("/issue/" + key + "/transitions", R"({"transition":{"id":"3"}})");
  CHECK(answer.status == 400);
  CHECK(answer.body.At("errorMessages").items.at(0).text ==
        "Transition id '3' is not valid for this issue.");
  CHECK(d.Post("/issue/" + key + "/transitions", "{}").status == 400);
}

TEST_CASE("resolving needs a resolution, sets the date; reopening clears both (pitfall 22)") {
  Driver d;
  const std::string key = d.Create("x");
  d.Advance(1000);
  const Answer refused = d.Post("/issue/" + key + "/transitions", R"({"transition":{"id":"5"}})");
  CHECK(refused.body.At("errors").Text("resolution") == "Resolution is required.");
  CHECK(Do(d, key, 5, kFixed) == 204);
  CHECK(d.Field(key, "resolution").find("Fixed") != std::string::npos);
  CHECK(d.Field(key, "resolutiondate") == R"("2023-11-14T22:13:21.000+0000")");
  CHECK(Do(d, key, 3) == 204);
  CHECK(d.Field(key, "resolution") == "null");
  CHECK(d.Field(key, "resolutiondate") == "null");
}

TEST_CASE("status and resolution change in one history entry, with the metadata (pitfall 10)") {
  Driver d;
  const std::string key = d.Create("x");
  CHECK(Do(d, key, 2, std::string(kFixed) + R"(,"historyMetadata":{"type":"op-7"})") == 204);
  const Answer read = d.Get("/issue/" + key + "?expand=changelog");
  const auto& histories = read.body.At("changelog").At("histories").items;
  REQUIRE(histories.size() == 1);
  CHECK(histories[0].At("items").items.at(0).Text("field") == "resolution");
  CHECK(histories[0].At("items").items.at(1).Text("toString") == "Closed");
  CHECK(histories[0].At("historyMetadata").Text("type") == "op-7");
}

TEST_CASE("only the screen's fields are taken on a transition (pitfall 21)") {
  Driver d;
  const std::string key = d.Create("x");
  CHECK(Do(d, key, 4, R"(,"fields":{"assignee":{"name":"bob"}})") == 400);
  CHECK(Do(d, key, 2, R"(,"fields":{"resolution":{"name":"Done"},"summary":"no"})") == 400);
  CHECK(Do(d, key, 2, R"(,"fields":{"resolution":{"name":"Done"},"assignee":{"name":"bob"}},
                          "update":{"comment":[{"add":{"body":"bye"}}]})") == 204);
  CHECK(d.Field(key, "assignee").find("Bob") != std::string::npos);
  CHECK(d.Field(key, "comment").find("bye") != std::string::npos);
}

TEST_CASE("expand=transitions.fields tells which fields a transition needs") {
  Driver d;
  const std::string key = d.Create("x");
  const Answer answer = d.Get("/issue/" + key + "/transitions?expand=transitions.fields");
  const JsonValue& resolve = answer.body.At("transitions").items.at(1);
  CHECK(resolve.At("fields").At("resolution").Flag("required", false));
  CHECK(resolve.At("fields").At("resolution").At("allowedValues").items.size() == 6);
  const Answer inside = d.Get("/issue/" + key + "?expand=transitions.fields&fields=status");
  CHECK(inside.body.At("transitions").items.at(1).At("fields").Find("resolution") != nullptr);
}

TEST_CASE("the strict classic workflow: progress by the assignee, closed issues frozen") {
  Options options;
  options.progress_by_assignee_only = true;
  options.closed_is_frozen = true;
  Driver d(options);
  const std::string key = d.Create("x");
  CHECK(Offered(d, key) == std::vector<std::string>{"5", "2"});
  d.Put("/issue/" + key + "/assignee", R"({"name":"valise"})");
  CHECK(Offered(d, key) == std::vector<std::string>{"4", "5", "2"});
  CHECK(Do(d, key, 2, kFixed) == 204);
  CHECK(d.Put("/issue/" + key, R"({"fields":{"summary":"y"}})").status == 400);
  CHECK(d.Get("/issue/" + key + "/editmeta").body.At("fields").members.empty());
}

TEST_CASE("a post-function changes another field in the same entry (pitfall 22)") {
  Driver d;
  d.jira().AddPostFunction(4, "assignee", R"({"name":"carol"})");
  const std::string key = d.Create("x");
  CHECK(Do(d, key, 4) == 204);
  CHECK(d.Field(key, "assignee").find("Carol") != std::string::npos);
  const Answer read = d.Get("/issue/" + key + "?expand=changelog");
  const auto& histories = read.body.At("changelog").At("histories").items;
  REQUIRE(histories.size() == 1);
  CHECK(histories[0].At("items").items.size() == 2);
}

TEST_CASE("without the permission a transition is not listed (pitfall 22)") {
  Driver d;
  const std::string key = d.Create("x");
  d.jira().Revoke("valise", "CLOSE_ISSUES");
  CHECK(Offered(d, key) == std::vector<std::string>{"4", "5"});
  d.jira().Revoke("valise", "TRANSITION_ISSUES");
  CHECK(Offered(d, key).empty());
}

}  // namespace
}  // namespace valise::standin
