// Recorded answers of real Jira servers, read where VALISE_SHARED says. They stay outside the
// repository.
#include <algorithm>
#include <filesystem>

#include "agent/jira/answers.h"
#include "agent/jira/fields.h"
#include "agent/jira/verdict.h"
#include "tests/jira/doctest.h"
#include "tests/jira/support.h"

namespace valise::jira {
namespace {

HttpResponse Recorded(const std::string& path) {
  const std::string text = ReadFile(FixtureFolder() + path);
  REQUIRE(!text.empty());
  return Answered(text);
}

TEST_CASE("recorded issues parse, with changelog and comments") {
  if (FixtureFolder().empty()) return;
  const std::vector<FieldShape> shapes = {
      Shape("summary", ValueKind::kLine, JsonForm::kString),
      Shape("description", ValueKind::kText, JsonForm::kString),
      Shape("priority", ValueKind::kOption, JsonForm::kName),
      Shape("resolution", ValueKind::kOption, JsonForm::kName),
      Shape("fixVersions", ValueKind::kSet, JsonForm::kNameArray),
      Shape("components", ValueKind::kSet, JsonForm::kNameArray),
      Shape("labels", ValueKind::kSet, JsonForm::kStringArray),
      Shape("assignee", ValueKind::kPerson, JsonForm::kUser),
      Shape("duedate", ValueKind::kDate, JsonForm::kString)};
  int read = 0;
  const std::filesystem::path folder = FixtureFolder() + "jrjc/issue";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const Result<LocalIssue> issue = ParseIssue(Answered(ReadFile(entry.path())), shapes);
    if (!issue.ok()) MESSAGE(entry.path().filename().string() << ": " << issue.error().message);
    read += issue.ok() ? 1 : 0;
    if (issue.ok()) CHECK(!issue.value().fields.at("summary").values.empty());
  }
  CHECK(read >= 18);
}

TEST_CASE("a recorded changelog reads with its people, times and both sides of each item") {
  if (FixtureFolder().empty()) return;
  const std::vector<FieldShape> shapes = {
      Shape("customfield_10001", ValueKind::kDatetime, JsonForm::kString, "Date Field"),
      Shape("customfield_10002", ValueKind::kOption, JsonForm::kValue, "Radio Field")};
  const LocalIssue issue =
      ParseIssue(Recorded("jrjc/issue/valid-5.0-with-changelog.json"), shapes).value();
  CHECK(issue.key == "HST-1");
  REQUIRE(issue.histories.size() == 4);
  CHECK(issue.histories[0].author == "user1");
  CHECK(issue.histories[0].items.size() == 2);
  CHECK(issue.fields.at("customfield_10001") == Just("2012-04-12T12:26:00.000Z"));
  CHECK(issue.fields.at("customfield_10002") == Just("Two"));
}

TEST_CASE("recorded restricted comments are flagged (pitfall 12)") {
  if (FixtureFolder().empty()) return;
  const std::vector<FieldShape> none;
  const LocalIssue issue = ParseIssue(Recorded("jrjc/issue/valid-visibility.json"), none).value();
  const auto restricted = std::count_if(issue.comments.begin(), issue.comments.end(),
                                        [](const LocalComment& c) { return c.is_restricted; });
  CHECK(restricted > 0);
  CHECK(static_cast<std::size_t>(restricted) < issue.comments.size());
}

TEST_CASE("recorded searches, transitions, lists and errors parse") {
  if (FixtureFolder().empty()) return;
  CHECK(ParseSearch(Recorded("jrjc/search/issues1.json")).value().hits.size() > 0);
  CHECK(ParseSearch(Recorded("jrjc/search/many-issues.json")).value().hits.size() == 8);
  CHECK(ParseTransitions(Recorded("go-jira/transitions.json")).value().size() > 0);
  CHECK(ParseNames(Recorded("go-jira/all_statuses.json")).value().size() > 10);
  CHECK(ParseNames(Recorded("go-jira/all_priorities.json")).value().size() > 3);
  CHECK(ParseNames(Recorded("go-jira/all_resolutions.json")).value().size() > 3);
  CHECK(ParseProject(Recorded("go-jira/project.json")).value().types.size() > 0);
  CHECK(ParseFields(Recorded("go-jira/all_fields.json")).value().size() == 2);
  CHECK(ParseFields(Recorded("jrjc/field/valid-multiple-fields.json")).value().size() > 10);
  CHECK(ParseServerInfo(Recorded("jrjc/serverInfo/valid.json")).value().server_time_ms > 0);
  CHECK(ParsePermissions(Recorded("jrjc/mypermission/valid.json")).value().size() > 0);
  CHECK(ParseUser(Recorded("jrjc/user/valid.json")).ok());
  CHECK(ParseCreateMetaOld(Recorded("jrjc/createmeta/valid-with-fields-expanded.json"))
            .value()[0]
            .fields.size() > 5);
  const HttpRequest edit{"PUT", "/rest/api/2/issue/1", "{}", {}};
  HttpAnswer refused;
  refused.response = Recorded("jrjc/error/valid4.json");
  refused.response.status = 400;
  CHECK(Judge(edit, refused).field_errors.size() == 2);
  CHECK(Judge(edit, refused).message_count == 2);
}

TEST_CASE("every recorded answer goes through every parser without harm") {
  if (FixtureFolder().empty()) return;
  const std::vector<FieldShape> shapes = AllShapes();
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(FixtureFolder())) {
    if (entry.path().extension() != ".json") continue;
    const HttpResponse response = Answered(ReadFile(entry.path()));
    ++files;
    (void)ParseIssue(response, shapes).ok();
    (void)ParseSearch(response).ok();
    (void)ParseComments(response).ok();
    (void)ParseTransitions(response).ok();
    (void)ParseNames(response).ok();
    (void)ParseFields(response).ok();
    (void)ParseEditMeta(response).ok();
    (void)ParseCreateMetaOld(response).ok();
  }
  CHECK(files > 150);
}

}  // namespace
}  // namespace valise::jira
