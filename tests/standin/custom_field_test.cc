// Custom fields by their type (pitfall 18): what is refused, and what no screen has.
#include <doctest/doctest.h>

#include "tests/standin/driver.h"

namespace valise::standin {
namespace {

std::string Error(Driver& d, const std::string& key, const std::string& id,
                  const std::string& value) {
  const std::string field = "customfield_" + id;
  const Answer answer = d.Put("/issue/" + key, R"({"fields":{")" + field + "\":" + value + "}}");
  return answer.status == 400 ? answer.body.At("errors").Text(field) : "";
}

TEST_CASE("every type of pitfall 18 is among the fields, by its schema") {
  Driver d;
  const Answer fields = d.Get("/field");
  for (const std::string type :
       {"textfield",        "textarea",     "float",       "datepicker",      "datetime",
        "select",           "radiobuttons", "multiselect", "multicheckboxes", "cascadingselect",
        "labels",           "url",          "userpicker",  "multiuserpicker", "grouppicker",
        "multigrouppicker", "project",      "version",     "multiversion",    "readonlyfield",
        "importid"}) {
    CAPTURE(type);
    CHECK(fields.text.find("com.atlassian.jira.plugin.system.customfieldtypes:" + type + "\"") !=
          std::string::npos);
  }
  for (const std::string type : {"gh-sprint", "gh-epic-link", "gh-epic-label", "gh-epic-status",
                                 "gh-epic-color", "gh-lexo-rank"}) {
    CAPTURE(type);
    CHECK(fields.text.find("com.pyxis.greenhopper.jira:" + type + "\"") != std::string::npos);
  }
}

TEST_CASE("a disabled option is refused, by value and by id; issues that have it keep it (18)") {
  Driver d;
  const std::string key = d.Create("x");
  CHECK(Error(d, key, "10105", R"({"value":"Trivial"})") == "Option value 'Trivial' is not valid");
  CHECK(Error(d, key, "10105", R"({"id":"11104"})") == "Option id '11104' is not valid");
  CHECK(Error(d, key, "10105", R"({"value":"Major"})") == "");
  d.Do(R"({"do":"option","field":"customfield_10105","value":"Major","disabled":true})");
  CHECK(d.Field(key, "customfield_10105").find(R"("disabled":true)") != std::string::npos);
  CHECK(Error(d, key, "10105", R"({"value":"Major"})") == "Option value 'Major' is not valid");
  const Answer meta = d.Get("/issue/" + key + "/editmeta");
  CHECK(meta.body.At("fields").At("customfield_10105").At("allowedValues").items.size() == 3);
  d.Do(R"({"do":"option","field":"customfield_10105","value":"New"})");
  CHECK(Error(d, key, "10105", R"({"value":"New"})") == "");
  Driver other;
  REQUIRE(other.jira().LoadState(d.jira().SaveState()) == "");
  CHECK(other.jira().SaveState() == d.jira().SaveState());
  CHECK(other.Field(key, "customfield_10105") == d.Field(key, "customfield_10105"));
}

TEST_CASE("unknown groups, projects and versions are refused") {
  Driver d;
  const std::string key = d.Create("x");
  CHECK(Error(d, key, "10114", R"({"name":"nobody"})") ==
        "Could not find group with name 'nobody'.");
  CHECK(Error(d, key, "10115", R"([{"name":"nobody"}])") != "");
  CHECK(Error(d, key, "10116", R"({"key":"NONE"})") != "");
  CHECK(Error(d, key, "10117", R"({"name":"9"})") == "Version name '9' is not valid");
  CHECK(Error(d, key, "10118", R"([{"id":"9"}])") == "Version id '9' is not valid");
  CHECK(Error(d, key, "10118", R"({"name":"9"})") == "data was not an array");
}

TEST_CASE("read-only and imported fields are on no screen, but have values (pitfalls 18, 21)") {
  Driver d;
  const std::string key = d.Create("x");
  CHECK(Error(d, key, "10119", "\"x\"").find("appropriate screen") != std::string::npos);
  CHECK(Error(d, key, "10126", "7").find("appropriate screen") != std::string::npos);
  d.Do(R"({"do":"set","issue":")" + key + R"(","field":"customfield_10119","value":"importer"})");
  d.Do(R"({"do":"set","issue":")" + key + R"(","field":"customfield_10126","value":7})");
  CHECK(d.Field(key, "customfield_10119") == "\"importer\"");
  CHECK(d.Field(key, "customfield_10126") == "7.0");
  const Answer read = d.Get("/issue/" + key + "?expand=changelog");
  CHECK(read.body.At("changelog")
            .At("histories")
            .items.at(0)
            .At("items")
            .items.at(0)
            .Text("toString") == "importer");
}

TEST_CASE("picked things stand in the history with id and name (pitfall 9)") {
  Driver d;
  const std::string key = d.Create("x");
  const std::string id =
      d.Post("/version", R"({"name":"1.0","project":"PROJ"})", "admin-token").body.Text("id");
  CHECK(Error(d, key, "10118", R"([{"name":"1.0"}])") == "");
  const Answer read = d.Get("/issue/" + key + "?expand=changelog");
  const JsonValue& item =
      read.body.At("changelog").At("histories").items.at(0).At("items").items.at(0);
  CHECK(item.Text("field") == "Backported to");
  CHECK(item.Text("to") == "[" + id + "]");
  CHECK(item.Text("toString") == "1.0");
}

}  // namespace
}  // namespace valise::standin
