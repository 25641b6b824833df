// Work logs and estimates (pitfall 14).
#include <doctest/doctest.h>

#include "tests/standin/driver.h"
#include "tests/standin/time_tracking.h"

namespace valise::standin {
namespace {

Answer Log(Driver& d, const std::string& key, const std::string& body,
           const std::string& query = "", const std::string& token = "valise-token") {
  return d.Post("/issue/" + key + "/worklog" + query, body, token);
}

std::string Remaining(Driver& d, const std::string& key) { return d.Field(key, "timeestimate"); }

const char kHour[] = R"({"timeSpentSeconds":3600})";

TEST_CASE("durations: weeks of 5 days of 8 hours, a bare number is minutes") {
  CHECK(ReadDuration("1w 2d 3h 4m").value() == (((5 + 2) * 8 + 3) * 60 + 4) * 60);
  CHECK(ReadDuration("90").value() == 5400);
  CHECK(WriteDuration(5400) == "1h 30m");
  CHECK(WriteDuration(0) == "0m");
  CHECK(WriteDuration(5 * 8 * 3600) == "1w");
  for (const char* bad : {"", "h", "1x", "-1h", "99999999999h"}) {
    CAPTURE(bad);
    CHECK_FALSE(ReadDuration(bad).has_value());
  }
}

TEST_CASE("a work log reads back, moves the time spent, and stands in the history") {
  Driver d;
  const std::string key = d.Create("x");
  d.Advance(1000);
  const Answer made = Log(d, key,
                          R"({"comment":"worked","started":"2023-11-10T09:00:00.000+0200",
                              "timeSpent":"1h 30m","visibility":{"type":"role","value":"Users"}})");
  CHECK(made.status == 201);
  CHECK(made.body.Text("id") == "10000");
  CHECK(made.body.Text("started") == "2023-11-10T07:00:00.000+0000");
  CHECK(made.body.Text("timeSpentSeconds") == "5400");
  CHECK(made.body.At("visibility").Text("value") == "Users");
  CHECK(d.Field(key, "timespent") == "5400");
  CHECK(d.Get("/issue/" + key + "/worklog/10000").text == made.text);
  const Answer read = d.Get("/issue/" + key + "?fields=updated&expand=changelog");
  CHECK(read.body.At("fields").Text("updated") == "2023-11-14T22:13:21.000+0000");
  CHECK(ToText(read.body.At("changelog").At("histories").items.at(0).At("items")) ==
        R"([{"field":"timeestimate","fieldtype":"jira","from":null,"fromString":null,"to":"0",)"
        R"("toString":"0"},{"field":"timespent","fieldtype":"jira","from":null,)"
        R"("fromString":null,"to":"5400","toString":"5400"},{"field":"WorklogId",)"
        R"("fieldtype":"jira","from":"10000","fromString":"10000","to":null,"toString":null}])");
}

TEST_CASE("started: a colon in the offset or missing milliseconds are refused (pitfall 14)") {
  for (const std::string version : {"8.20", "10.3"}) {
    Options options;
    options.version = version;
    Driver d(options);
    const std::string key = d.Create("x");
    for (const std::string started : {"2023-11-10T09:00:00.000+02:00", "2023-11-10T09:00:00+0200",
                                      "2023-11-10T09:00:00.000Z", "2023-11-10", "1699603200000"}) {
      const Answer answer = Log(d, key, R"({"timeSpentSeconds":60,"started":")" + started + "\"}");
      CHECK(answer.status == (version == "8.20" ? 500 : 400));
    }
    CHECK(d.Get("/issue/" + key + "/worklog").body.Text("total") == "0");
  }
}

TEST_CASE("adjustEstimate: without `leave` the remaining estimate moves (pitfall 14)") {
  Driver d;
  const std::string key = d.Create("x");
  CHECK(d.Put("/issue/" + key, R"({"fields":{"timetracking":{"originalEstimate":"1d"}}})").status ==
        204);
  CHECK(Remaining(d, key) == "28800");
  CHECK(Log(d, key, kHour, "?adjustEstimate=leave").status == 201);
  CHECK(Remaining(d, key) == "28800");
  CHECK(Log(d, key, kHour).status == 201);
  CHECK(Remaining(d, key) == "25200");
  CHECK(Log(d, key, kHour, "?adjustEstimate=new&newEstimate=2h").status == 201);
  CHECK(Remaining(d, key) == "7200");
  CHECK(Log(d, key, kHour, "?adjustEstimate=manual&reduceBy=30m").status == 201);
  CHECK(Remaining(d, key) == "5400");
  CHECK(Log(d, key, kHour, "?adjustEstimate=new").status == 400);
  CHECK(Log(d, key, kHour, "?adjustEstimate=manual").status == 400);
  CHECK(Log(d, key, kHour, "?adjustEstimate=guess").status == 400);
  const std::string path = "/issue/" + key + "/worklog/10000";
  CHECK(d.Put(path + "?adjustEstimate=auto", R"({"timeSpentSeconds":7200})").status == 200);
  CHECK(Remaining(d, key) == "1800");
  CHECK(d.Put(path + "?adjustEstimate=manual", R"({"comment":"c"})").status == 400);
  CHECK(d.Delete(path + "?adjustEstimate=leave").status == 204);
  CHECK(Remaining(d, key) == "1800");
  CHECK(d.Delete("/issue/" + key + "/worklog/10001").status == 204);
  CHECK(Remaining(d, key) == "5400");
  CHECK(d.Delete("/issue/" + key + "/worklog/10002?adjustEstimate=manual&increaseBy=1h").status ==
        204);
  CHECK(Remaining(d, key) == "9000");
  const Answer time = d.Get("/issue/" + key + "?fields=timetracking,progress,workratio");
  CHECK(time.body.At("fields").At("timetracking").Text("timeSpent") == "1h");
  CHECK(time.body.At("fields").At("progress").Text("total") == "12600");
  CHECK(time.body.At("fields").Text("workratio") == "12");
}

TEST_CASE("an issue shows 20 work logs, its resource all of them (pitfall 14)") {
  Driver d;
  const std::string key = d.Create("x");
  for (int i = 0; i < 25; ++i) CHECK(Log(d, key, kHour).status == 201);
  const Answer read = d.Get("/issue/" + key + "?fields=worklog");
  CHECK(read.body.At("fields").At("worklog").At("worklogs").items.size() == 20);
  CHECK(read.body.At("fields").At("worklog").Text("total") == "25");
  CHECK(d.Get("/issue/" + key + "/worklog").body.At("worklogs").items.size() == 25);
}

TEST_CASE("one's own work log is edited and deleted, others' with the permission only") {
  Driver d;
  const std::string key = d.Create("x"), path = "/issue/" + key + "/worklog/10000";
  Log(d, key, kHour, "", "alice-token");
  CHECK(d.Put(path, R"({"comment":"mine?"})").status == 403);
  CHECK(d.Delete(path).status == 403);
  d.Advance(1000);
  const Answer edited = d.Put(path, R"({"comment":"longer","timeSpent":"2h"})", "alice-token");
  CHECK(edited.body.Text("comment") == "longer");
  CHECK(edited.body.Text("updated") != edited.body.Text("created"));
  CHECK(d.Field(key, "timespent") == "7200");
  d.jira().Grant("valise", "DELETE_ALL_WORKLOGS");
  CHECK(d.Delete(path).status == 204);
  CHECK(d.Get(path).status == 404);
  CHECK(d.Field(key, "timespent") == "0");
  d.jira().Revoke("valise", "WORK_ON_ISSUES");
  CHECK(Log(d, key, kHour).status == 403);
  CHECK(Log(d, key, "{}", "", "alice-token").status == 400);
}

TEST_CASE("unknown role or group: 400; a restricted work log is invisible to others (12)") {
  Driver d;
  const std::string key = d.Create("x");
  CHECK(
      Log(d, key, R"({"timeSpent":"1h","visibility":{"type":"group","value":"nobody"}})").status ==
      400);
  CHECK(Log(d, key, R"({"timeSpent":"1h","visibility":{"type":"role","value":"Administrators"}})",
            "", "admin-token")
            .status == 201);
  CHECK(d.Get("/issue/" + key + "/worklog").body.Text("total") == "0");
  CHECK(d.Get("/issue/" + key + "/worklog/10000").status == 404);
  CHECK(d.Get("/issue/" + key + "/worklog", "admin-token").body.Text("total") == "1");
  CHECK(d.Post("/worklog/list", R"({"ids":[10000]})").text == "[]");
  CHECK(d.Field(key, "timespent") == "3600");
}

TEST_CASE("the feeds: nothing of the last minute, 1000 at once, then the next page (14)") {
  Driver d;
  const std::string key = d.Create("x");
  for (int i = 0; i < 1005; ++i) {
    Log(d, key, kHour);
    d.Advance(10);
  }
  CHECK(d.Get("/worklog/updated?since=0").body.At("values").items.empty());
  d.Advance(60'000);
  const Answer first = d.Get("/worklog/updated?since=0");
  CHECK(first.body.At("values").items.size() == 1000);
  CHECK_FALSE(first.body.Flag("lastPage", true));
  const std::string next = first.body.Text("nextPage");
  const Answer second = d.Get(next.substr(next.find("/worklog/")));
  CHECK(second.body.At("values").items.size() == 6);  // the last of before comes again
  CHECK(second.body.Flag("lastPage", false));
  CHECK(d.Delete("/issue/" + key + "/worklog/10003").status == 204);
  CHECK(d.Get("/worklog/deleted?since=0").body.At("values").items.empty());
  d.Advance(60'000);
  CHECK(d.Get("/worklog/deleted?since=0").body.At("values").items.at(0).Text("worklogId") ==
        "10003");
  CHECK(d.Get("/worklog/updated?since=0").body.At("values").items.at(3).Text("worklogId") ==
        "10004");
  const Answer list = d.Post("/worklog/list", R"({"ids":[10003,10004,77]})");
  CHECK(list.body.items.size() == 1);
  CHECK(d.Get("/worklog/updated?since=0", "").status == 401);
}

TEST_CASE("the estimate is refused when it is no duration; sub-tasks add up") {
  Driver d;
  const std::string key = d.Create("x");
  const Answer bad =
      d.Put("/issue/" + key, R"({"fields":{"timetracking":{"originalEstimate":"soon"}}})");
  CHECK(bad.body.At("errors").Text("timetracking") == "Invalid time duration entered.");
  const std::string child = d.Post("/issue",
                                   R"({"fields":{"project":{"key":"PROJ"},"summary":"child",
                 "issuetype":{"name":"Sub-task"},"timetracking":{"originalEstimate":"2h"},
                 "parent":{"key":")" + key +
                                       "\"}}}")
                                .body.Text("key");
  Log(d, key, kHour);
  Log(d, child, kHour);
  CHECK(d.Field(key, "timespent") == "3600");
  CHECK(d.Field(key, "aggregatetimespent") == "7200");
  CHECK(d.Field(key, "aggregatetimeoriginalestimate") == "7200");
}

TEST_CASE("a saved state keeps work logs, estimates and what was deleted") {
  Driver d;
  const std::string key = d.Create("x");
  Log(d, key, kHour);
  Log(d, key, kHour);
  d.Delete("/issue/" + key + "/worklog/10000");
  d.Advance(61'000);
  Driver other;
  other.set_now(d.now());
  REQUIRE(other.jira().LoadState(d.jira().SaveState()) == "");
  CHECK(other.jira().SaveState() == d.jira().SaveState());
  for (const std::string path : {"/worklog/updated", "/worklog/deleted", "/issue/PROJ-1/worklog"}) {
    CHECK(other.Get(path).text == d.Get(path).text);
  }
  CHECK(Log(other, key, kHour).text == Log(d, key, kHour).text);
}

}  // namespace
}  // namespace valise::standin
