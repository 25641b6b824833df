// Remote links, whose globalId is the only native upsert, and votes.
#include <doctest/doctest.h>

#include "tests/standin/driver.h"

namespace valise::standin {
namespace {

std::string Body(const std::string& global_id, const std::string& title) {
  return R"({"globalId":")" + global_id + R"(","application":{"name":"Globex"},"object":{)" +
         R"("url":"https://jira.globex.example/browse/GLX-1","title":")" + title + "\"}}";
}

std::vector<JsonValue> Histories(Driver& d, const std::string& key) {
  return d.Get("/issue/" + key + "?expand=changelog").body.At("changelog").At("histories").items;
}

TEST_CASE("a remote link is made with 201, and changed with 200 by its globalId (pitfall 23)") {
  Driver d;
  const std::string key = d.Create("x"), path = "/issue/" + key + "/remotelink";
  const Answer made = d.Post(path, Body("valise:c:1", "GLX-1"));
  CHECK(made.status == 201);
  CHECK(made.body.Text("id") == "10000");
  const Answer again = d.Post(path, Body("valise:c:1", "GLX-1 moved"));
  CHECK(again.status == 200);
  CHECK(again.body.Text("id") == "10000");
  const Answer list = d.Get(path);
  REQUIRE(list.body.items.size() == 1);
  CHECK(list.body.items[0].At("object").Text("title") == "GLX-1 moved");
  CHECK(ToText(list.body.items[0].At("object").At("status")) == R"({"icon":{}})");
  CHECK(d.Get(path + "?globalId=valise%3Ac%3A1").body.Text("id") == "10000");
  CHECK(d.Get(path + "?globalId=none").status == 404);
  REQUIRE(Histories(d, key).size() == 1);  // the change of one leaves none
  CHECK(Histories(d, key)[0].At("items").items.at(0).Text("toString") ==
        R"x(This issue links to "GLX-1 (Globex)")x");
}

TEST_CASE("without a globalId every POST is a new one; another issue has its own (pitfall 23)") {
  Driver d;
  const std::string a = d.Create("a"), b = d.Create("b");
  CHECK(d.Post("/issue/" + a + "/remotelink", Body("", "t")).status == 201);
  CHECK(d.Post("/issue/" + a + "/remotelink", Body("", "t")).status == 201);
  CHECK(d.Post("/issue/" + a + "/remotelink", Body("g", "t")).status == 201);
  CHECK(d.Post("/issue/" + b + "/remotelink", Body("g", "t")).status == 201);
  CHECK(d.Get("/issue/" + a + "/remotelink").body.items.size() == 3);
}

TEST_CASE("title and url are required, the globalId is at most 255 long") {
  Driver d;
  const std::string path = "/issue/" + d.Create("x") + "/remotelink";
  const Answer bad = d.Post(path, R"({"object":{}})");
  CHECK(bad.status == 400);
  CHECK(bad.body.At("errors").Text("title") == "'title' is required.");
  CHECK(bad.body.At("errors").Text("url") == "'url' is required.");
  CHECK(d.Post(path, Body(std::string(256, 'g'), "t")).status == 400);
  d.jira().Revoke("valise", "LINK_ISSUES");
  CHECK(d.Post(path, Body("g", "t")).status == 403);
}

TEST_CASE("remote links are changed and removed by id or globalId") {
  Driver d;
  const std::string path = "/issue/" + d.Create("x") + "/remotelink";
  d.Post(path, Body("g", "t"));
  d.Post(path, Body("h", "t"));
  CHECK(d.Put(path + "/10000", Body("h", "u")).status == 400);
  CHECK(d.Put(path + "/10000", Body("g2", "u")).status == 204);
  CHECK(d.Get(path + "/10000").body.Text("globalId") == "g2");
  CHECK(d.Put(path + "/10009", Body("x", "u")).status == 404);
  CHECK(d.Delete(path + "?globalId=g2").status == 204);
  CHECK(d.Delete(path + "?globalId=g2").status == 404);
  CHECK(d.Delete(path + "/10001").status == 204);
  CHECK(d.Get(path).text == "[]");
}

TEST_CASE("a remote link may leave `updated` alone: it is not proven that it moves (pitfall 8)") {
  for (const bool touches : {true, false}) {
    Options options;
    options.remote_link_touches = touches;
    Driver d(options);
    const std::string key = d.Create("x"), before = d.Field(key, "updated");
    d.Advance(5000);
    d.Post("/issue/" + key + "/remotelink", Body("g", "t"));
    CHECK((d.Field(key, "updated") != before) == touches);
    CHECK(Histories(d, key).size() == 1);
  }
}

TEST_CASE("so may links, work logs and the deletion of a file, from one moment to the next") {
  Driver d;
  const std::string key = d.Create("x"), other = d.Create("y");
  d.Upload(key, {{"a.txt", "a"}});
  const auto moves = [&](const auto& change) {
    const std::string before = d.Field(key, "updated");
    d.Advance(5000);
    change();
    return d.Field(key, "updated") != before;
  };
  const auto link = [&] {
    CHECK(d.Post("/issueLink", R"({"type":{"name":"Blocks"},"inwardIssue":{"key":")" + key +
                                   R"("},"outwardIssue":{"key":")" + other + "\"}}").status == 201);
  };
  const auto work = [&] {
    CHECK(d.Post("/issue/" + key + "/worklog",
                 R"({"started":"2023-11-14T03:04:05.000+0000","timeSpentSeconds":60})").status ==
          201);
  };
  const auto remove = [&] {
    const std::string files = d.Field(key, "attachment");
    const std::size_t at = files.find(R"("id":")") + 6;
    const std::string id = files.substr(at, files.find('"', at) - at);
    CHECK(d.Delete("/attachment/" + id).status == 204);
  };
  CHECK(moves(link));
  CHECK(moves(work));
  d.Do(R"({"do":"touches","link":false,"workLog":false,"attachmentDelete":false})");
  CHECK_FALSE(moves(link));
  CHECK_FALSE(moves(work));
  CHECK_FALSE(moves(remove));
  CHECK(d.Field(key, "attachment") == "[]");
  d.Do(R"({"do":"touches","link":true})");
  CHECK(moves(link));
}

TEST_CASE("votes: not for one's own issue, nor for a resolved one; `updated` stays (pitfall 8)") {
  Driver d;
  const std::string key = d.Create("x"), path = "/issue/" + key + "/votes";
  const std::string before = d.Field(key, "updated");
  d.Advance(1000);
  CHECK(d.Post(path, "", "alice-token").status == 404);  // she is the reporter
  CHECK(d.Post(path, "").status == 204);
  CHECK(d.Post(path, "", "bob-token").status == 204);
  const Answer votes = d.Get(path);
  CHECK(votes.body.Text("votes") == "2");
  CHECK(votes.body.Flag("hasVoted", false));
  CHECK(votes.body.At("voters").items.size() == 2);
  CHECK(d.Delete(path).status == 204);
  CHECK(d.Delete(path).status == 404);
  CHECK(d.Field(key, "votes").find(R"("votes":1)") != std::string::npos);
  CHECK(d.Field(key, "updated") == before);
  Driver other;
  REQUIRE(other.jira().LoadState(d.jira().SaveState()) == "");
  CHECK(other.jira().SaveState() == d.jira().SaveState());
  d.Post("/issue/" + key + "/transitions",
         R"({"transition":{"id":"5"},"fields":{"resolution":{"name":"Fixed"}}})");
  CHECK(d.Post(path, "").status == 404);
}

}  // namespace
}  // namespace valise::standin
