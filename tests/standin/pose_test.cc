// The same Jira as other administrators have it: versions, languages, keys, zones (pitfalls 1, 4,
// 17, 18, 20, 26, 30).
#include <doctest/doctest.h>

#include "tests/standin/base64.h"
#include "tests/standin/driver.h"

namespace valise::standin {
namespace {

Response As(Driver& d, const std::string& path, const std::string& authorization) {
  return d.jira().Handle({"GET",
                          d.jira().options().context + "/rest/api/2" + path,
                          {{"authorization", authorization}},
                          ""});
}

std::string Basic(const std::string& name) { return "Basic " + ToBase64(name + ":" + name); }

TEST_CASE("createmeta: old only, both, two-step only, by version (pitfall 20)") {
  struct Row {
    const char* version;
    int old_form, two_steps;
  };
  for (const Row& row : {Row{"8.3", 200, 404}, Row{"8.13", 200, 200}, Row{"8.20", 200, 200},
                         Row{"9.12", 404, 200}, Row{"10.3", 404, 200}}) {
    CAPTURE(row.version);
    Options options;
    options.version = row.version;
    Driver d(options);
    CHECK(As(d, "/issue/createmeta", Basic("valise")).status == row.old_form);
    const Response types = As(d, "/issue/createmeta/PROJ/issuetypes", Basic("valise"));
    CHECK(types.status == row.two_steps);
    if (row.two_steps == 404) CHECK(types.body.find("Issue Does Not Exist") != std::string::npos);
    const Response info = As(d, "/serverInfo", Basic("valise"));
    CHECK(info.body.find("\"version\":\"" + std::string(row.version) + ".") != std::string::npos);
  }
}

TEST_CASE("tokens since 8.14: before, a Bearer header is anonymous; passwords may be off (26)") {
  Options options;
  options.version = "8.13";
  Driver old(options);
  CHECK(As(old, "/myself", Basic("valise")).status == 200);
  const Response nobody = As(old, "/search?jql=", "Bearer valise-token");
  CHECK(nobody.status == 200);
  CHECK(nobody.headers.at("X-AUSERNAME") == "anonymous");
  CHECK(As(old, "/myself", "Bearer valise-token").status == 401);
  options.version = "10.3";
  options.basic_allowed = false;
  Driver strict(options);
  CHECK(As(strict, "/myself", Basic("valise")).status == 403);
  CHECK(As(strict, "/myself", "Bearer valise-token").status == 200);
}

TEST_CASE("any context path, none too (pitfall 30)") {
  for (const std::string context : {"", "/jira", "/tools/jira"}) {
    Options options;
    options.context = context;
    options.base_url = "http://localhost:8080" + context;
    Driver d(options);
    const std::string key = d.Create("x");
    CHECK(d.Get("/issue/" + key).body.Text("self") ==
          "http://localhost:8080" + context + "/rest/api/2/issue/10000");
    d.Upload(key, {{"f", "1"}});
    CHECK(d.Get("/secure/attachment/10000/f").text == "1");
  }
}

TEST_CASE("a search gives less than was asked for and says so (pitfall 4)") {
  Options options;
  options.max_results = 3;
  Driver d(options);
  for (int i = 0; i < 5; ++i) d.Create("x");
  const Answer page = d.Get("/search?jql=&maxResults=100");
  CHECK(page.body.At("issues").items.size() == 3);
  CHECK(page.body.Text("maxResults") == "3");
  CHECK(page.body.Text("total") == "5");
}

TEST_CASE("user keys that tell nothing: JIRAUSER10100 (pitfall 17)") {
  Options options;
  options.keys_are_ids = true;
  Driver d(options);
  CHECK(d.Get("/user?username=alice").body.Text("key") == "JIRAUSER10100");
  CHECK(d.Get("/user?key=JIRAUSER10101").body.Text("name") == "bob");
  const std::string key = d.Create("x");
  CHECK(d.Put("/issue/" + key, R"({"fields":{"assignee":{"name":"bob"}}})").status == 204);
  const Answer read = d.Get("/issue/" + key + "?expand=changelog");
  CHECK(read.body.At("changelog").At("histories").items.at(0).At("items").items.at(0).Text("to") ==
        "JIRAUSER10101");
  CHECK(d.Find("assignee = bob") == std::vector<std::string>{key});
  d.Do(R"({"do":"user","user":"bob","rename":"robert"})");
  CHECK(d.Field(key, "assignee").find(R"("name":"robert","key":"JIRAUSER10101")") !=
        std::string::npos);
}

TEST_CASE("field names follow the user's language, ids do not (pitfall 18)") {
  Driver d;
  d.Do(R"({"do":"user","user":"valise","language":"zh"})");
  d.Do(R"({"do":"user","user":"bob","language":"de"})");
  const auto name_of = [&](const std::string& id, const std::string& token) {
    for (const JsonValue& field : d.Get("/field", token).body.items) {
      if (field.Text("id") == id) return field.Text("name");
    }
    return std::string();
  };
  CHECK(name_of("summary", "alice-token") == "Summary");
  CHECK(name_of("summary", "bob-token") == "Zusammenfassung");
  CHECK(name_of("summary", "valise-token") == "概要");
  CHECK(name_of("customfield_10105", "bob-token") == "Schweregrad");
  const std::string key = d.Create("x");
  const Answer meta = d.Get("/issue/" + key + "/editmeta", "bob-token");
  CHECK(meta.body.At("fields").At("priority").Text("name") == "Priorität");
  CHECK(d.Get("/issue/" + key + "?expand=names").body.At("names").Text("status") == "状态");
  CHECK(d.Get("/myself", "bob-token").body.Text("locale") == "de_DE");
  Options options;
  options.language = "de";
  Driver german(options);
  const std::string other = german.Create("x");
  german.Put("/issue/" + other, R"({"fields":{"customfield_10105":{"value":"Major"}}})");
  const Answer read = german.Get("/issue/" + other + "?expand=changelog");
  CHECK(
      read.body.At("changelog").At("histories").items.at(0).At("items").items.at(0).Text("field") ==
      "Schweregrad");  // pitfall 9
}

TEST_CASE("a search reads dates in the searching user's zone, through a DST fold (pitfall 1)") {
  Driver d;
  d.Do(R"({"do":"user","user":"valise","timeZone":"Europe/Berlin"})");
  d.set_now(1698537600000);  // 2023-10-29T00:00Z, 02:00 in Berlin for the first time
  const std::string first = d.Create("first");
  d.Advance(3'600'000);  // 02:00 for the second time
  const std::string second = d.Create("second");
  CHECK(d.Find("created >= '2023-10-29 02:00'") == std::vector<std::string>{second});
  CHECK(d.Find("created >= '2023-10-29 01:59' ORDER BY created ASC").size() == 2);
  CHECK(d.Find("created >= '2023-10-29 00:00'", "bob-token").size() == 2);  // he is in UTC
}

TEST_CASE("an administrator renames, requires and removes fields (pitfalls 18, 21)") {
  Driver d;
  d.Do(R"({"do":"field","field":"customfield_10105","name":"Region","required":true})");
  d.Do(R"({"do":"field","field":"environment","onEdit":false})");
  const std::string body =
      R"({"fields":{"project":{"key":"PROJ"},"issuetype":{"name":"Bug"},"summary":"s")";
  CHECK(d.Post("/issue", body + "}}").body.At("errors").Text("customfield_10105") ==
        "Region is required.");
  const std::string key =
      d.Post("/issue", body + R"(,"customfield_10105":{"value":"Minor"}}})").body.Text("key");
  CHECK(key == "PROJ-1");
  CHECK(d.Put("/issue/" + key, R"({"fields":{"customfield_10105":null}})").status == 400);
  CHECK(d.Put("/issue/" + key, R"({"fields":{"environment":"e"}})").status == 400);
  const Answer meta = d.Get("/issue/createmeta/PROJ/issuetypes/1?maxResults=100");
  int named = 0;
  for (const JsonValue& field : meta.body.At("values").items) {
    named += field.Text("name") == "Region" ? 1 : 0;
    if (field.Text("fieldId") == "customfield_10105") CHECK(field.Flag("required", false));
  }
  CHECK(named == 2);  // names are not unique
  Driver other;
  REQUIRE(other.jira().LoadState(d.jira().SaveState()) == "");
  CHECK(other.jira().SaveState() == d.jira().SaveState());
}

}  // namespace
}  // namespace valise::standin
