// What people give while a name of the binding is missing or another one in Jira, and what an agent
// finds of it once the name is bound.
#include "tests/simulation/scene.h"

#undef CHECK
#include <doctest/doctest.h>

namespace valise::simulation {
namespace {

constexpr std::int64_t kSoonMs = 240'000;     // a restart, a poll and the way to the peer
constexpr std::int64_t kSweepMs = 1'300'000;  // and a sweep

// HQ with three issues that FIELD has copies of, and an agent there that is not told of link types.
struct Names : Scene {
  Names() {
    RunFor(1);
    REQUIRE(hq.jira.Control(R"({"do":"touches","link":false})").empty());
    for (int i = 1; i <= 3; ++i) {
      At("POST", "issue", R"({"fields":{"project":{"key":"HQ"},"issuetype":{"name":"Bug"},)"
                          R"("summary":"one"}})");
      RunFor(70'001);  // what stands in a whole second is looked at twice
    }
    RunFor(kSweepMs);
    REQUIRE(field.jira.issue_count() == 3);
  }
  void At(const char* method, const std::string& path, const std::string& body) {
    const HttpResponse told = As(hq, method, ("/rest/api/2/" + path).c_str(), body.c_str());
    REQUIRE_MESSAGE(told.status < 300, told.body);
  }
  LocalIssue There(const std::string& key) {
    const auto ids = std::vector<std::string>{"customfield_10104"};
    const std::vector<jira::FieldShape> shapes{
        {ids[0], ValueKind::kDatetime, jira::JsonForm::kString, "Observed"}};
    const HttpRequest read = jira::ReadIssue(key, ids, {true, true, true});
    return jira::ParseIssue(Ask(field.jira, read, "alice-token"), shapes).value();
  }
  void LinkFirst(const std::string& type) {
    At("POST", "issueLink", R"({"type":{"name":")" + type + R"("},"inwardIssue":{"key":"HQ-1"},)"
                            R"("outwardIssue":{"key":"HQ-2"}})");
  }
  // HQ's operator edits the binding and starts the agent anew.
  void Bind(const Binding& binding) {
    hq.terms.binding = binding;
    hq.Crash("for another binding");
  }
};

}  // namespace

// It waited for the issue's next edit, at the peer it was missing. Seed 2048.
TEST_CASE("a link made while its type had no word crosses once it has one") {
  Names scene;
  scene.hq.Rename("blocks", "Prevents");
  scene.LinkFirst("Prevents");
  scene.RunFor(kSweepMs);
  CHECK(scene.There("FLD-1").links.empty());
  SUBCASE("by the binding, soon; what shows no such link is not read for it") {
    const std::uint64_t read = scene.hq.port.issue_reads();
    scene.hq.BindNames();
    scene.RunFor(kSoonMs);
    CHECK(scene.hq.port.issue_reads() == read + 1);
  }
  SUBCASE("as it has its former name again, by the next sweep") {
    scene.hq.Rename("blocks", "Blocks");
    scene.RunFor(kSweepMs);
  }
  REQUIRE(scene.There("FLD-1").links.size() == 1);
  CHECK(scene.There("FLD-1").links[0].type == "Blocks");
  const std::uint64_t read = scene.hq.port.issue_reads();
  scene.RunFor(2 * kSweepMs);
  CHECK(scene.hq.port.issue_reads() == read);
}

TEST_CASE("an option put in while it had no word crosses once it has one") {
  Names scene;
  scene.hq.Rename("Linux", "Gentoo");
  scene.At("PUT", "issue/HQ-1", R"({"fields":{"customfield_10106":[{"value":"Gentoo"}]}})");
  scene.RunFor(kSweepMs);
  const auto there = [&] {
    return Scene::As(scene.field, "GET", "/rest/api/2/issue/FLD-1?fields=customfield_10106", "")
        .body;
  };
  CHECK(there().find("Linux") == std::string::npos);
  const std::uint64_t read = scene.hq.port.issue_reads();
  scene.hq.BindNames();
  scene.RunFor(kSoonMs);
  CHECK_MESSAGE(there().find("Linux") != std::string::npos, there());
  CHECK(scene.hq.port.issue_reads() == read + 1);
  scene.hq.Crash("for nothing new");
  scene.RunFor(kSoonMs);
  CHECK(scene.hq.port.issue_reads() == read + 1);
}

TEST_CASE("what people gave before it was bound crosses once it is") {
  Names scene;
  const Binding whole = scene.hq.terms.binding;
  Binding less = whole;
  less.fields.erase("observed");
  less.has_comments = false;
  scene.Bind(less);
  scene.RunFor(kSoonMs);
  scene.At("PUT", "issue/HQ-1",
           R"({"fields":{"customfield_10104":"2024-03-15T10:20:30.000+0000"}})");
  scene.At("POST", "issue/HQ-2/comment", R"({"body":"before comments were bound"})");
  scene.RunFor(kSweepMs);
  CHECK(scene.There("FLD-1").fields.at("customfield_10104").values.empty());
  CHECK(scene.There("FLD-2").comments.empty());
  const std::uint64_t read = scene.hq.port.issue_reads();
  scene.Bind(whole);
  while (scene.hq.port.issue_reads() == read) scene.RunFor(1);
  scene.hq.Crash("before that sweep is whole");
  scene.RunFor(kSoonMs);
  CHECK(scene.There("FLD-1").fields.at("customfield_10104").values.size() == 1);
  CHECK(scene.There("FLD-2").comments.size() == 1);
  CHECK(scene.hq.port.issue_reads() <= read + 6);  // of these two
}

}  // namespace valise::simulation
