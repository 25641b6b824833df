#include <doctest/doctest.h>

#include "tests/standin/driver.h"

namespace valise::standin {
namespace {

Driver Of(const std::string& version) {
  Options options;
  options.version = version;
  return Driver(options);
}

TEST_CASE("createmeta: the old form is gone since 9.0, two steps since 8.4 (pitfall 20)") {
  Driver old = Of("8.20");
  const Answer whole = old.Get("/issue/createmeta?expand=projects.issuetypes.fields");
  CHECK(whole.status == 200);
  const JsonValue& bug = whole.body.At("projects").items.at(0).At("issuetypes").items.at(0);
  CHECK(bug.At("fields").At("summary").Flag("required", false));
  CHECK(old.Get("/issue/createmeta/PROJ/issuetypes").status == 200);
  Driver young = Of("9.12");
  const Answer gone = young.Get("/issue/createmeta");
  CHECK(gone.status == 404);
  CHECK(gone.body.At("errorMessages").items.at(0).text == "Issue Does Not Exist");
  const Answer types = young.Get("/issue/createmeta/PROJ/issuetypes?maxResults=3");
  CHECK(types.body.At("values").items.size() == 3);
  CHECK_FALSE(types.body.Flag("isLast", true));
  const Answer fields = young.Get("/issue/createmeta/PROJ/issuetypes/1?maxResults=100");
  CHECK(fields.body.At("values").items.at(0).Text("fieldId") == "issuetype");
  CHECK(fields.body.Flag("isLast", false));
}

TEST_CASE("editmeta lists what PUT takes, with operations and allowed values") {
  Driver d;
  const std::string key = d.Create("x");
  const Answer meta = d.Get("/issue/" + key + "/editmeta");
  const JsonValue& fields = meta.body.At("fields");
  CHECK(fields.Find("resolution") == nullptr);
  CHECK(ToText(fields.At("labels").At("operations")) == R"(["set","add","remove"])");
  CHECK(fields.At("priority").At("allowedValues").items.size() == 5);
  const JsonValue& region = fields.At("customfield_10107");
  CHECK(region.At("schema").Text("custom") ==
        "com.atlassian.jira.plugin.system.customfieldtypes:cascadingselect");  // pitfall 18
  CHECK(region.At("allowedValues").items.at(0).At("children").items.size() == 3);
}

TEST_CASE("serverInfo tells the version it behaves like") {
  for (const std::string version : {"8.20", "9.12", "10.3"}) {
    Driver d = Of(version);
    CHECK(d.Get("/serverInfo").body.Text("version").starts_with(version + "."));
  }
}

TEST_CASE("versions and components: made and changed by an administrator only") {
  Driver d;
  const std::string version = R"({"name":"1.0","project":"PROJ","releaseDate":"2024-01-31"})";
  CHECK(d.Post("/version", version).status == 403);
  const Answer made = d.Post("/version", version, "admin-token");
  CHECK(made.status == 201);
  CHECK(d.Post("/version", version, "admin-token").body.At("errors").Text("name") ==
        "A version with this name already exists in this project.");
  const std::string id = made.body.Text("id");
  CHECK(d.Put("/version/" + id, R"({"released":true})", "admin-token").status == 200);
  CHECK(d.Get("/project/PROJ/versions").body.items.at(0).Flag("released", false));
  const std::string component = R"({"name":"core","project":"PROJ"})";
  CHECK(d.Post("/component", component, "admin-token").status == 201);
  const std::string key = d.Create("x");
  CHECK(d.Put("/issue/" + key, R"({"fields":{"fixVersions":[{"name":"1.0"}],
                                   "components":[{"name":"core"}]}})")
            .status == 204);
  const Answer read = d.Get("/issue/" + key + "?expand=changelog");
  const JsonValue& items = read.body.At("changelog").At("histories").items.at(0).At("items");
  CHECK(items.items.at(0).Text("field") == "Component");
  CHECK(items.items.at(1).Text("field") == "Fix Version");
}

TEST_CASE("links: the inward issue is the source, 201 without a body, both ends (pitfall 23)") {
  Driver d;
  const std::string a = d.Create("a"), b = d.Create("b");
  const Answer made = d.Post("/issueLink", R"({"type":{"name":"Blocks"},"inwardIssue":{"key":")" +
                                               a + R"("},"outwardIssue":{"key":")" + b + "\"}}");
  CHECK(made.status == 201);
  CHECK(made.text.empty());
  const Answer from = d.Get("/issue/" + a + "?fields=issuelinks");
  const JsonValue& link = from.body.At("fields").At("issuelinks").items.at(0);
  CHECK(link.At("outwardIssue").Text("key") == b);
  CHECK(d.Field(b, "issuelinks").find("inwardIssue") != std::string::npos);
  CHECK(d.Delete("/issueLink/" + link.Text("id")).status == 204);
  CHECK(d.Field(a, "issuelinks") == "[]");
}

TEST_CASE("every custom kind takes its value, gives it back and can be emptied (pitfall 18)") {
  Driver d;
  d.Post("/version", R"({"name":"1.0","project":"PROJ"})", "admin-token");
  d.Post("/version", R"({"name":"2.0","project":"PROJ"})", "admin-token");
  const std::string key = d.Create("x");
  const std::vector<std::pair<std::string, std::string>> table = {
      {"10100", R"("EXT-1")"},
      {"10101", R"("long\ntext")"},
      {"10102", "1.5"},
      {"10103", R"("2024-02-29")"},
      {"10104", R"("2024-01-02T03:04:05.678+0000")"},
      {"10105", R"({"value":"Critical"})"},
      {"10106", R"([{"value":"macOS"},{"id":"11120"}])"},
      {"10107", R"({"value":"Antarctica"})"},
      {"10108", R"({"name":"bob"})"},
      {"10109", R"(["z","y"])"},
      {"10110", R"("https://example.com/x")"},
      {"10111", R"({"value":"Never"})"},
      {"10112", R"([{"value":"Unit test"}])"},
      {"10113", R"([{"name":"alice"},{"name":"carol"}])"},
      {"10114", R"({"name":"jira-software-users"})"},
      {"10115", R"([{"name":"jira-software-users"},{"name":"jira-administrators"}])"},
      {"10116", R"({"key":"PROJ"})"},
      {"10117", R"({"name":"1.0"})"},
      {"10118", R"([{"name":"2.0"},{"name":"1.0"}])"},
  };
  for (const auto& [id, value] : table) {
    const std::string field = "customfield_" + id;
    CAPTURE(field);
    const std::string body = R"({"fields":{")" + field + "\":";
    CHECK(d.Put("/issue/" + key, body + value + "}}").status == 204);
    const std::string read = d.Field(key, field);
    CHECK(read != "null");
    // What GET gives, PUT takes, and it changes nothing.
    const std::size_t before = d.Get("/issue/" + key + "?expand=changelog")
                                   .body.At("changelog")
                                   .At("histories")
                                   .items.size();
    CHECK(d.Put("/issue/" + key, body + read + "}}").status == 204);
    const std::size_t after = d.Get("/issue/" + key + "?expand=changelog")
                                  .body.At("changelog")
                                  .At("histories")
                                  .items.size();
    CHECK(before == after);
    CHECK(d.Put("/issue/" + key, body + "null}}").status == 204);
    CHECK(d.Field(key, field) == "null");
  }
}

}  // namespace
}  // namespace valise::standin
