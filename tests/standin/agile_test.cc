// Sprints, epics and ranks (pitfall 19).
#include "tests/standin/agile.h"

#include <doctest/doctest.h>

#include "tests/standin/driver.h"

namespace valise::standin {
namespace {

const char kAgile[] = "/rest/agile/1.0";

std::string MakeSprint(Driver& d, const std::string& name, const std::string& state = "") {
  const std::string id =
      d.Post(std::string(kAgile) + "/sprint",
             R"({"originBoardId":1,"goal":"g","name":)" + name + "}", "admin-token")
          .body.Text("id");
  const std::string path = std::string(kAgile) + "/sprint/" + id;
  if (!state.empty()) d.Post(path, R"({"state":")" + state + "\"}", "admin-token");
  return id;
}

int SetField(Driver& d, const std::string& key, const std::string& id, const std::string& value) {
  return d.Put("/issue/" + key, R"({"fields":{"customfield_)" + id + "\":" + value + "}}").status;
}

std::vector<JsonValue> Items(Driver& d, const std::string& key) {
  const Answer read = d.Get("/issue/" + key + "?expand=changelog");
  return read.body.At("changelog").At("histories").items.back().At("items").items;
}

TEST_CASE("a sprint is shown as text whose members have no fixed order (pitfall 19)") {
  Driver d;
  const std::string key = d.Create("x");
  const std::string first = MakeSprint(d, R"("a, name=x [id=99] | b")", "active");
  CHECK(SetField(d, key, "10120", first) == 204);
  const std::string shown = d.Field(key, "customfield_10120");
  CHECK(shown.find("com.atlassian.greenhopper.service.sprint.Sprint@") != std::string::npos);
  CHECK(shown.find("name=a, name=x [id=99] | b,") != std::string::npos);
  CHECK(shown.find("state=ACTIVE") != std::string::npos);
  CHECK(shown.find("[rapidViewId=1,") != std::string::npos);
  const std::string second = MakeSprint(d, R"("second")");
  CHECK(SetField(d, key, "10120", second) == 204);
  CHECK(d.Field(key, "customfield_10120").find("[state=FUTURE,name=second,") != std::string::npos);
  CHECK(Items(d, key).at(0).Text("field") == "Sprint");
  CHECK(Items(d, key).at(0).Text("to") == "2");
  CHECK(d.Get(std::string(kAgile) + "/sprint/" + first).body.Text("name") ==
        "a, name=x [id=99] | b");
  CHECK(d.Get(std::string(kAgile) + "/sprint/99").status == 404);
}

TEST_CASE("a sprint is set by number, not by array; a closed one refuses and stays (19)") {
  Driver d;
  const std::string key = d.Create("x"), one = MakeSprint(d, R"("one")", "active");
  CHECK(SetField(d, key, "10120", "[" + one + "]") == 400);
  CHECK(SetField(d, key, "10120", "99") == 400);
  CHECK(SetField(d, key, "10120", one) == 204);
  d.Post(std::string(kAgile) + "/sprint/" + one, R"({"state":"closed"})", "admin-token");
  const std::string two = MakeSprint(d, R"("two")");
  CHECK(SetField(d, key, "10120", one) == 400);
  CHECK(SetField(d, key, "10120", two) == 204);
  CHECK(Items(d, key).at(0).Text("from") == "1");
  CHECK(Items(d, key).at(0).Text("to") == "1, 2");
  CHECK(SetField(d, key, "10120", "null") == 204);
  CHECK(Items(d, key).at(0).Text("to") == "1");
  CHECK(d.Find("sprint = two").empty());
  CHECK(d.Find("sprint = one") == std::vector<std::string>{key});
}

TEST_CASE("issues are moved into a sprint, 50 at most, and back to the backlog (pitfall 19)") {
  Driver d;
  const std::string one = MakeSprint(d, R"("one")"), path = std::string(kAgile) + "/sprint/" + one;
  std::string names;
  for (int i = 0; i < 51; ++i) {
    names += (i == 0 ? "" : ",") + ("\"" + d.Create("x") + "\"");
  }
  CHECK(d.Post(path + "/issue", "{\"issues\":[" + names + "]}").status == 400);
  CHECK(d.Post(path + "/issue", R"({"issues":["PROJ-1","PROJ-2"]})").status == 204);
  CHECK(d.Post(path + "/issue", R"({"issues":["PROJ-99"]})").status == 400);
  CHECK(d.Find("sprint = one").size() == 2);
  CHECK(d.Post(std::string(kAgile) + "/backlog/issue", R"({"issues":["PROJ-1"]})").status == 204);
  CHECK(d.Find("sprint = one").size() == 1);
  d.jira().Revoke("valise", "SCHEDULE_ISSUES");
  CHECK(d.Post(path + "/issue", R"({"issues":["PROJ-1"]})").status == 403);
  d.jira().Grant("valise", "SCHEDULE_ISSUES");
  d.Put(path, R"({"state":"closed"})", "admin-token");
  CHECK(d.Post(path + "/issue", R"({"issues":["PROJ-1"]})").status == 400);
}

TEST_CASE("boards and their sprints, by project and state") {
  Driver d;
  MakeSprint(d, R"("later")");
  MakeSprint(d, R"("done")", "closed");
  MakeSprint(d, R"("now")", "active");
  const std::string agile = kAgile;
  CHECK(d.Get(agile + "/board?projectKeyOrId=PROJ").body.At("values").items.size() == 2);
  CHECK(d.Get(agile + "/board?projectKeyOrId=PROJ&type=scrum").body.At("values").items.size() == 1);
  CHECK(d.Get(agile + "/board?projectKeyOrId=NONE").status == 400);
  const Answer all = d.Get(agile + "/board/1/sprint");
  CHECK(all.body.At("values").items.at(0).Text("name") == "done");
  CHECK(all.body.At("values").items.at(2).Text("name") == "later");
  const Answer open = d.Get(agile + "/board/1/sprint?state=active,future&maxResults=1");
  CHECK(open.body.At("values").items.size() == 1);
  CHECK_FALSE(open.body.Flag("isLast", true));
  CHECK(d.Get(agile + "/board/2/sprint").status == 400);
  CHECK(d.Get("/rest/agile/latest/board/1").body.Text("type") == "scrum");
  CHECK(d.Get(agile + "/board", "").status == 401);
  CHECK(d.Post(agile + "/sprint", R"({"originBoardId":1,"name":"n"})").status == 403);
}

TEST_CASE("an epic has a name, the others have its key as epic link (pitfall 19)") {
  Driver d;
  const std::string body =
      R"({"fields":{"project":{"key":"PROJ"},"issuetype":{"name":"Epic"},"summary":"e")";
  const Answer nameless = d.Post("/issue", body + "}}");
  CHECK(nameless.body.At("errors").Text("customfield_10122") == "Epic Name is required.");
  const std::string epic =
      d.Post("/issue", body + R"(,"customfield_10122":"Big"}})").body.Text("key");
  const std::string key = d.Create("x");
  CHECK(SetField(d, key, "10121", "\"" + epic + "\"") == 204);
  CHECK(d.Field(key, "customfield_10121") == "\"" + epic + "\"");
  CHECK(Items(d, key).at(0).Text("toString") == epic);
  CHECK(d.Find("\"Epic Link\" = " + epic) == std::vector<std::string>{key});
  CHECK(SetField(d, key, "10121", "\"" + key + "\"") == 400);    // no epic
  CHECK(SetField(d, epic, "10121", "\"" + epic + "\"") == 400);  // on no screen of an epic
  CHECK(SetField(d, key, "10122", "\"n\"") == 400);
  CHECK(d.Get("/issue/" + key).body.At("fields").Find("customfield_10122") == nullptr);
  CHECK(SetField(d, key, "10121", "null") == 204);
  CHECK(d.Field(key, "customfield_10121") == "null");
}

TEST_CASE("the rank is read-only as a field, and moved by its own resource (pitfall 19)") {
  Driver d;
  const std::string a = d.Create("a"), b = d.Create("b"), c = d.Create("c");
  const auto rank = [&](const std::string& key) { return d.Field(key, "customfield_10125"); };
  CHECK(rank(a) < rank(b));
  CHECK(SetField(d, a, "10125", "\"0|i0:\"") == 400);
  const std::string updated = d.Field(c, "updated"), path = std::string(kAgile) + "/issue/rank";
  d.Advance(1000);
  CHECK(d.Put(path, R"({"issues":[")" + c + R"("],"rankBeforeIssue":")" + b + "\"}").status == 204);
  CHECK(rank(a) < rank(c));
  CHECK(rank(c) < rank(b));
  CHECK(d.Field(c, "updated") == updated);
  CHECK(Items(d, c).at(0).Text("toString") == "Ranked higher");
  const Answer partial =
      d.Put(path, R"({"issues":[")" + a + R"(","PROJ-99"],"rankAfterIssue":")" + b + "\"}");
  CHECK(partial.status == 207);
  CHECK(rank(b) < rank(a));
}

TEST_CASE("plain Jira has none of it") {
  Options options;
  options.agile = false;
  Driver d(options);
  CHECK(d.Get(std::string(kAgile) + "/board").status == 404);
  CHECK(d.Get("/field").text.find("greenhopper") == std::string::npos);
}

TEST_CASE("a saved state keeps the sprints") {
  Driver d;
  const std::string key = d.Create("x"), one = MakeSprint(d, R"("one")", "active");
  SetField(d, key, "10120", one);
  Driver other;
  REQUIRE(other.jira().LoadState(d.jira().SaveState()) == "");
  CHECK(other.jira().SaveState() == d.jira().SaveState());
  CHECK(other.Field(key, "customfield_10120") == d.Field(key, "customfield_10120"));
}

}  // namespace
}  // namespace valise::standin
