#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "tests/standin/driver.h"

namespace valise::standin {
namespace {

// One of everything a client may ask, with answers of every kind.
void ReadEverything(Driver& d, const std::string& key) {
  for (const std::string path : {"/serverInfo",
                                 "/myself",
                                 "/mypermissions?projectKey=PROJ",
                                 "/field",
                                 "/priority",
                                 "/priority/1",
                                 "/status",
                                 "/status/1",
                                 "/statuscategory",
                                 "/resolution",
                                 "/resolution/1",
                                 "/issuetype",
                                 "/issuetype/1",
                                 "/configuration",
                                 "/attachment/meta",
                                 "/project",
                                 "/project/PROJ",
                                 "/project/PROJ/statuses",
                                 "/project/PROJ/versions",
                                 "/project/PROJ/version?maxResults=2",
                                 "/project/PROJ/components",
                                 "/project/PROJ/securitylevel",
                                 "/securitylevel/10100",
                                 "/user?username=alice",
                                 "/user/search?username=a",
                                 "/user/assignable/search?project=PROJ&username=b",
                                 "/issueLinkType",
                                 "/issue/createmeta/PROJ/issuetypes",
                                 "/issue/createmeta/PROJ/issuetypes/1?startAt=2&maxResults=5",
                                 "/issue/NONE-1"}) {
    d.Get(path);
  }
  for (const std::string path :
       {"", "?expand=changelog,transitions,names,schema,editmeta,renderedFields&properties=*all",
        "?fields=summary,comment", "/transitions?expand=transitions.fields", "/editmeta",
        "/comment", "/comment?expand=properties&startAt=0&maxResults=1&orderBy=created",
        "/properties", "/properties/p", "/watchers", "/votes", "/worklog", "/remotelink"}) {
    d.Get("/issue/" + key + path);
  }
  d.Find("project = PROJ AND updated >= '2020-01-01 10:00' ORDER BY updated ASC, id ASC");
  d.Post("/search", R"({"jql":"project = PROJ","fields":["*all"],"expand":["changelog"],
                        "startAt":0,"maxResults":10,"validateQuery":true})");
  d.Get("/project/PROJ/issuesecuritylevelscheme", "admin-token");
  d.Find("nonsense = 1");
}

void UseSprints(Driver& d, const std::string& key) {
  const std::string agile = "/rest/agile/1.0", issues = R"({"issues":[")" + key + "\"]}";
  d.Get(agile + "/board?projectKeyOrId=PROJ&type=scrum&startAt=0&maxResults=5");
  d.Get(agile + "/board/1");
  const std::string sprint = d.Post(agile + "/sprint",
                                    R"({"name":"s","originBoardId":1,"goal":"g",
                  "startDate":"2023-11-10T09:00:00.000+02:00"})",
                                    "admin-token")
                                 .body.Text("id");
  d.Post(agile + "/sprint/" + sprint, R"({"state":"active"})", "admin-token");
  d.Get(agile + "/sprint/" + sprint);
  d.Get(agile + "/board/1/sprint?state=active");
  d.Post(agile + "/sprint/" + sprint + "/issue", issues);
  d.Get("/issue/" + key);
  d.Post(agile + "/backlog/issue", issues);
  d.Put(agile + "/issue/rank", R"({"issues":[")" + key + R"("],"rankBeforeIssue":"PROJ-1"})");
}

// Remote links, votes, work logs, attachments.
void ChangeParts(Driver& d, const std::string& issue, const std::string& key) {
  const std::string remote =
      R"({"globalId":"valise:1","relationship":"r","application":{"type":"t","name":"n"},
          "object":{"url":"https://example.com/1","title":"GLX-1","summary":"s",
                    "icon":{"url16x16":"https://example.com/i","title":"t"},
                    "status":{"resolved":true}}})";
  const std::string link = d.Post(issue + "/remotelink", remote).body.Text("id");
  d.Post(issue + "/remotelink", remote);
  d.Put(issue + "/remotelink/" + link, remote);
  d.Get(issue + "/remotelink/" + link);
  d.Get(issue + "/remotelink");
  d.Delete(issue + "/remotelink?globalId=valise%3A1");
  d.Post(issue + "/votes", "", "bob-token");
  d.Get(issue + "/votes");
  d.Delete(issue + "/votes", "bob-token");
  const std::string worklog = d.Post(issue + "/worklog?adjustEstimate=leave",
                                     R"({"comment":"w","timeSpentSeconds":3600,
                   "started":"2023-11-10T09:00:00.000+0200",
                   "visibility":{"type":"role","value":"Users"}})")
                                  .body.Text("id");
  d.Put(issue + "/worklog/" + worklog + "?adjustEstimate=new&newEstimate=2h",
        R"({"timeSpent":"2h"})");
  d.Get(issue + "/worklog/" + worklog);
  d.Post("/worklog/list", R"({"ids":[)" + worklog + "]}");
  d.Advance(61'000);
  d.Get("/worklog/updated?since=0");
  d.Delete(issue + "/worklog/" + worklog + "?adjustEstimate=manual&increaseBy=1h");
  d.Advance(61'000);
  d.Get("/worklog/deleted?since=0");
  d.Upload(key, {{"a.txt", "text"}, {"b.png", "picture"}});
  d.Get("/attachment/10000");
  d.Delete("/attachment/10000");
}

void ChangeEverything(Driver& d, const std::string& key) {
  const std::string issue = "/issue/" + key;
  d.Put(issue, R"({"fields":{"summary":"y","customfield_10102":3},
                   "update":{"labels":[{"add":"l"}]},
                   "historyMetadata":{"type":"t","actor":{"id":"valise","type":"app"},
                                      "extraData":{"valise_op":"1"}}})");
  d.Put(issue, R"({"fields":{"resolution":null}})");
  const std::string comment = d.Post(issue + "/comment?expand=properties",
                                     R"({"body":"b","properties":[{"key":"k","value":"v"}],
                 "visibility":{"type":"role","value":"Users"}})")
                                  .body.Text("id");
  d.Get(issue + "/comment/" + comment + "?expand=properties");
  d.Put(issue + "/comment/" + comment, R"({"body":"c"})");
  d.Put("/comment/" + comment + "/properties/k2", R"("w")");
  d.Get("/comment/" + comment + "/properties");
  d.Get("/comment/" + comment + "/properties/k2");
  d.Delete("/comment/" + comment + "/properties/k2");
  d.Put(issue + "/properties/p", R"("a string")");
  d.Put(issue + "/assignee", R"({"name":"alice"})");
  d.Post(issue + "/transitions",
         R"({"transition":{"id":"5"},"fields":{"resolution":{"name":"Fixed"}},
             "update":{"comment":[{"add":{"body":"done"}}]}})");
  const Answer version = d.Post("/version", R"({"name":"v1","project":"PROJ"})", "admin-token");
  d.Put("/version/" + version.body.Text("id"), R"({"released":true})", "admin-token");
  d.Get("/version/" + version.body.Text("id"));
  const Answer component = d.Post("/component", R"({"name":"c1","project":"PROJ"})", "admin-token");
  d.Put("/component/" + component.body.Text("id"), R"({"description":"d"})", "admin-token");
  d.Get("/component/" + component.body.Text("id"));
  d.Post("/component",
         R"({"name":"c2","project":"PROJ","leadUserName":"alice","assigneeType":"COMPONENT_LEAD"})",
         "admin-token");
  d.Get("/project/PROJ/components");
  d.Delete("/component/" + component.body.Text("id"), "admin-token");
  d.Delete("/version/" + version.body.Text("id"), "admin-token");
  ChangeParts(d, issue, key);
  UseSprints(d, key);
  d.Put(issue + "/archive", "", "admin-token");
  d.Get(issue);
  d.Put(issue + "/restore", "", "admin-token");
  const std::string other = d.Create("other");
  d.Post("/issueLink", R"({"type":{"name":"Relates"},"inwardIssue":{"key":")" + key +
                           R"("},"outwardIssue":{"key":")" + other + "\"}}");
  d.Delete("/issue/" + other + "?deleteSubtasks=true", "admin-token");
}

TEST_CASE("all traffic fits Atlassian's own descriptions of the API") {
  const char* shared = std::getenv("VALISE_SHARED");
  if (shared == nullptr) {
    MESSAGE("skipped: data absent (VALISE_SHARED is not set)");
    return;
  }
  const std::string file = "standin-traffic.jsonl";
  std::ofstream out(file, std::ios::trunc);
  for (const std::string version : {"8.20", "9.12", "10.3"}) {
    Options options;
    options.version = version;
    options.time_zone = "America/New_York";
    options.security_levels = {"Team=role:Developers"};
    options.default_security_level = "Team";
    Driver d(options);
    d.jira().Grant("valise", "SET_ISSUE_SECURITY");
    d.Get("/issue/createmeta?expand=projects.issuetypes.fields");
    const std::string key = d.Create("x");
    ReadEverything(d, key);
    ChangeEverything(d, key);
    ReadEverything(d, key);
    for (const std::string& line : d.traffic()) out << line << '\n';
  }
  out.close();
  const std::string checker = std::string(shared) + "/jira/tools/check_traffic.py";
  const std::string command = "/usr/bin/python3 '" + checker + "' '" + file + "' --base-path /jira";
  CHECK(std::system(command.c_str()) == 0);
}

}  // namespace
}  // namespace valise::standin
