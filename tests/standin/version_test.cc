// Versions and components with everything that they have.
#include <doctest/doctest.h>

#include "tests/standin/driver.h"

namespace valise::standin {
namespace {

std::string MakeVersion(Driver& d, const std::string& name) {
  return d.Post("/version", R"({"project":"PROJ","name":")" + name + "\"}", "admin-token")
      .body.Text("id");
}

TEST_CASE("a version keeps its dates, description and state") {
  Driver d;
  const Answer made = d.Post("/version",
                             R"({"project":"PROJ","name":"1.0","description":"first",
                  "startDate":"2024-01-01","releaseDate":"2024-02-29","archived":true})",
                             "admin-token");
  CHECK(made.status == 201);
  const std::string path = "/version/" + made.body.Text("id");
  d.Put(path, R"({"released":true,"archived":false})", "admin-token");
  const Answer read = d.Get(path);
  CHECK(read.body.Text("description") == "first");
  CHECK(read.body.Text("startDate") == "2024-01-01");
  CHECK(read.body.Text("releaseDate") == "2024-02-29");
  CHECK(read.body.Flag("released", false));
  CHECK_FALSE(read.body.Flag("archived", true));
  CHECK(d.Put(path, R"({"releaseDate":"2023-12-31"})", "admin-token").status == 400);
  CHECK(d.Put(path, R"({"releaseDate":"soon"})", "admin-token").status == 400);
  CHECK(d.Put(path, R"({"name":"2.0"})").status == 403);
  CHECK(d.Post("/version", R"({"name":"x"})", "admin-token").status == 400);
}

TEST_CASE("a deleted version leaves its issues, or is replaced there; history tells") {
  Driver d;
  const std::string one = MakeVersion(d, "1.0"), two = MakeVersion(d, "2.0");
  const std::string key = d.Create("x");
  d.Put("/issue/" + key, R"({"fields":{"fixVersions":[{"name":"1.0"}],"versions":[{"name":"1.0"}],
                             "customfield_10118":[{"name":"1.0"},{"name":"2.0"}]}})");
  CHECK(d.Delete("/version/" + one).status == 403);
  CHECK(d.Delete("/version/" + one + "?moveFixIssuesTo=99", "admin-token").status == 400);
  CHECK(d.Delete("/version/" + one + "?moveFixIssuesTo=" + two, "admin-token").status == 204);
  CHECK(d.Field(key, "fixVersions").find("2.0") != std::string::npos);
  CHECK(d.Field(key, "versions") == "[]");
  CHECK(d.Field(key, "customfield_10118").find("1.0") == std::string::npos);
  CHECK(d.Get("/version/" + one).status == 404);
  const Answer read = d.Get("/issue/" + key + "?expand=changelog");
  CHECK(
      read.body.At("changelog").At("histories").items.at(1).At("items").items.at(0).Text("field") ==
      "Version");
  const std::string three = MakeVersion(d, "3.0");
  CHECK(d.Post("/version/" + two + "/removeAndSwap", R"({"moveFixIssuesTo":)" + three + "}",
               "admin-token")
            .status == 204);
  CHECK(d.Field(key, "fixVersions").find("3.0") != std::string::npos);
}

TEST_CASE("a component has a lead and somebody who gets its issues") {
  Driver d;
  const Answer made = d.Post("/component",
                             R"({"project":"PROJ","name":"core","description":"d",
                  "leadUserName":"alice","assigneeType":"COMPONENT_LEAD"})",
                             "admin-token");
  CHECK(made.status == 201);
  CHECK(made.body.At("lead").Text("name") == "alice");
  CHECK(made.body.At("realAssignee").Text("name") == "alice");
  CHECK(made.body.Flag("isAssigneeTypeValid", false));
  const std::string path = "/component/" + made.body.Text("id");
  CHECK(d.Put(path, R"({"leadUserName":"nobody"})", "admin-token").status == 400);
  CHECK(d.Put(path, R"({"assigneeType":"ANYBODY"})", "admin-token").status == 400);
  CHECK(d.Put(path, R"({"leadUserName":""})", "admin-token").body.Find("lead") == nullptr);
  const std::string key = d.Create("x");
  d.Put("/issue/" + key, R"({"fields":{"components":[{"name":"core"}]}})");
  Driver other;
  REQUIRE(other.jira().LoadState(d.jira().SaveState()) == "");
  CHECK(other.jira().SaveState() == d.jira().SaveState());
  CHECK(d.Delete(path).status == 403);
  CHECK(d.Delete(path, "admin-token").status == 204);
  CHECK(d.Field(key, "components") == "[]");
  CHECK(d.Delete(path, "admin-token").status == 404);
}

}  // namespace
}  // namespace valise::standin
