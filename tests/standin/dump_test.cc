#include <doctest/doctest.h>

#include <cstdlib>

#include "tests/standin/driver.h"
#include "tests/standin/gz_lines.h"

namespace valise::standin {
namespace {

const char kLine[] =
    R"({"id":"20007","key":"OLD-7","fields":{"summary":"from a dump","issuetype":{"id":"8",)"
    R"("name":"Technical task","subtask":true},"status":{"id":"10003","name":"In Review",)"
    R"("statusCategory":{"id":4}},"priority":{"id":"6","name":"None"},"resolution":null,)"
    R"("fixVersions":[{"id":"55","name":"1.0","released":true}],"components":[],"versions":[],)"
    R"("labels":["x"],"created":"2012-05-16T07:56:13.000+0000",)"
    R"("updated":"2014-06-22T13:23:11.000+0000","reporter":{"name":"u1","key":"k1",)"
    R"("displayName":"User One","active":true},"comment":{"comments":[{"id":"900",)"
    R"("author":{"name":"u2"},"created":"2012-05-16T08:10:19.000+0000",)"
    R"("updated":"2012-05-16T08:10:19.000+0000"}]}}})";

TEST_CASE("a dump brings its issues, with ids, dates and people, under the own project key") {
  Driver d;
  CHECK(d.jira().LoadDump({kLine, ""}) == "");
  CHECK(d.Field("PROJ-7", "created") == R"("2012-05-16T07:56:13.000+0000")");
  CHECK(d.Get("/issue/20007").body.Text("key") == "PROJ-7");
  CHECK(d.Field("PROJ-7", "description") == "null");
  CHECK(d.Get("/user?username=u1").body.Text("key") == "k1");
  const Answer comments = d.Get("/issue/PROJ-7/comment");
  CHECK(comments.body.At("comments").items.at(0).Text("id") == "900");
  CHECK(d.Create("next") == "PROJ-8");
  CHECK(d.Find("status = \"In Review\"") == std::vector<std::string>{"PROJ-7"});
}

TEST_CASE("a status that a dump brings can be reached and left") {
  Driver d;
  CHECK(d.jira().LoadSchema({kLine}) == "");
  CHECK(d.jira().issue_count() == 0);
  const std::string key = d.Create("x");
  std::string to_review;
  const Answer offered = d.Get("/issue/" + key + "/transitions");
  for (const JsonValue& one : offered.body.At("transitions").items) {
    if (one.Text("name") == "In Review") to_review = one.Text("id");
  }
  const std::string path = "/issue/" + key + "/transitions";
  CHECK(d.Post(path, R"({"transition":{"id":")" + to_review + "\"}}").status == 204);
  CHECK(d.Post(path, R"({"transition":{"id":"301"}})").status == 204);
  CHECK(d.Field(key, "status").find("Open") != std::string::npos);
}

TEST_CASE("a broken dump is told with its line") {
  Driver d;
  CHECK(d.jira().LoadDump({kLine, "{"}).starts_with("line 2: "));
  CHECK(d.jira().LoadDump({R"({"id":"1","key":"A-1"})"}) == "line 1: no object 'fields'");
}

TEST_CASE("a state saved and loaded answers the same") {
  Driver d;
  d.jira().LoadDump({kLine});
  const std::string key = d.Create("x");
  d.Put("/issue/" + key, R"({"fields":{"customfield_10102":2.5,"customfield_10109":["t"]},
                             "historyMetadata":{"type":"m"}})");
  d.Post("/issue/" + key + "/comment", R"({"body":"c","properties":[{"key":"p","value":"v"}]})");
  d.jira().RefuseValue("summary", "bad", "no");
  const std::string state = d.jira().SaveState();
  Driver other;
  other.set_now(d.now());
  CHECK(other.jira().LoadState(state) == "");
  CHECK(other.jira().SaveState() == state);
  const std::string path = "/issue/" + key + "?expand=changelog,transitions&properties=*all";
  CHECK(other.Get(path).text == d.Get(path).text);
  CHECK(other.Create("y") == d.Create("y"));
  CHECK(other.jira().LoadState("{}") != "");
  CHECK(other.jira().LoadState("") != "");
  CHECK(other.Get("/issue/" + key).status == 200);  // a bad state changes nothing
}

TEST_CASE("a copy lives on its own, and the same requests give the same bytes") {
  Driver d;
  d.Create("x");
  Jira copy = d.jira();
  d.Put("/issue/PROJ-1", R"({"fields":{"summary":"changed"}})");
  const Request read{
      "GET", "/jira/rest/api/2/issue/PROJ-1", {{"authorization", "Bearer bob-token"}}, ""};
  CHECK(copy.Handle(read).body.find("changed") == std::string::npos);
  Driver twin;
  twin.Create("x");
  CHECK(twin.jira().SaveState() != d.jira().SaveState());
  twin.Put("/issue/PROJ-1", R"({"fields":{"summary":"changed"}})");
  CHECK(twin.jira().SaveState() == d.jira().SaveState());
}

TEST_CASE("the real project loads whole") {
  const char* shared = std::getenv("VALISE_SHARED");
  if (shared == nullptr) {
    MESSAGE("skipped: data absent (VALISE_SHARED is not set)");
    return;
  }
  std::vector<std::string> lines;
  const std::string error =
      ReadLines(std::string(shared) + "/jira/samples/real-project.jsonl.gz", &lines);
  REQUIRE(error == "");
  Driver d;
  CHECK(d.jira().LoadDump(lines) == "");
  CHECK(d.jira().issue_count() == 1499);
  CHECK(d.jira().comment_count() == 4513);
  Driver again;
  CHECK(again.jira().LoadState(d.jira().SaveState()) == "");
  CHECK(again.jira().SaveState() == d.jira().SaveState());
}

}  // namespace
}  // namespace valise::standin
