// Versions, components, security levels, people, boards and sprints: requests and parsers.
#include "agent/jira/project.h"

#include "agent/jira/agile.h"
#include "agent/jira/people.h"
#include "agent/jira/requests.h"
#include "agent/jira/verdict.h"
#include "tests/jira/doctest.h"
#include "tests/jira/support.h"

namespace valise::jira {
namespace {

TEST_CASE("versions read with their attributes, and days with or without a time") {
  const auto versions = ParseVersions(Answered(R"([{"id":"1","name":"1.0","description":"first",
    "released":true,"archived":false,"startDate":"2019-01-02","releaseDate":"2019-03-04"},
    {"id":2,"name":"2.0","description":null,"releaseDate":"2010-08-25T00:00:00.000+0200"}])"))
                            .value();
  REQUIRE(versions.size() == 2);
  CHECK(versions[0] == VersionInfo{"1", "1.0", "first", true, false, "2019-01-02", "2019-03-04"});
  CHECK(versions[1] == VersionInfo{"2", "2.0", "", false, false, "", "2010-08-25"});
  for (const char* bad : {"{}", R"([{"name":"1"}])", R"([{"id":"1"}])",
                          R"([{"id":"1","name":"1","releaseDate":"25/Aug/10"}])"}) {
    CAPTURE(bad);
    CHECK(ParseVersions(Answered(bad)).error().code == "VAL-JIRA-FORMAT");
  }
  CHECK(ParseVersion(Answered(R"({"id":"1","name":"1.0"})")).value().name == "1.0");
}

TEST_CASE("a version is made without what it lacks, and edited in what is given") {
  const VersionInfo version{"7", "1.0", "", true, false, "", "2019-03-04"};
  const HttpRequest made = CreateVersion("PROJ", version).value();
  CHECK(made.method == "POST");
  CHECK(made.path == "/rest/api/2/version");
  CHECK(made.body == R"({"project":"PROJ","name":"1.0","description":"","released":true,)"
                     R"("archived":false,"releaseDate":"2019-03-04"})");
  VersionEdit change;
  change.is_released = false;
  change.start_date = "";
  change.release_date = "2019-03-05";
  const HttpRequest edit = EditVersion("7", change).value();
  CHECK(edit.method == "PUT");
  CHECK(edit.path == "/rest/api/2/version/7");
  CHECK(edit.body == R"({"released":false,"startDate":null,"releaseDate":"2019-03-05"})");
  CHECK(ReadVersion("7").path == "/rest/api/2/version/7");
  VersionInfo wrong = version;
  wrong.start_date = "soon";
  CHECK(CreateVersion("PROJ", wrong).error().code == "VAL-JIRA-VALUE");
  change.release_date = "soon";
  CHECK(EditVersion("7", change).error().code == "VAL-JIRA-VALUE");
  CHECK(Judge(made, Arrived(201, "")).verdict == Verdict::kUnknown);  // it says what it made
}

TEST_CASE("components read and are made with description and lead") {
  const auto components = ParseComponents(Answered(R"([{"id":"1","name":"UI",
    "description":"what shows","lead":{"name":"bob","displayName":"Bob"}},
    {"id":"2","name":"Core"}])"))
                              .value();
  REQUIRE(components.size() == 2);
  CHECK(components[0] == ComponentInfo{"1", "UI", "what shows", {"bob", "Bob"}});
  CHECK(components[1] == ComponentInfo{"2", "Core", "", {}});
  CHECK(!ParseComponents(Answered("{}")).ok());
  CHECK(!ParseComponent(Answered(R"({"id":"1"})")).ok());
  CHECK(CreateComponent("PROJ", components[0]).value().body ==
        R"({"project":"PROJ","name":"UI","description":"what shows","leadUserName":"bob"})");
  CHECK(CreateComponent("PROJ", components[1]).value().body ==
        R"({"project":"PROJ","name":"Core","description":""})");
  CHECK(EditComponent("2", "inside").value().method == "PUT");
  CHECK(EditComponent("2", "inside").value().path == "/rest/api/2/component/2");
  CHECK(EditComponent("2", "inside").value().body == R"({"description":"inside"})");
  CHECK(CreateComponent("PROJ", components[1]).value().path == "/rest/api/2/component");
}

TEST_CASE("security levels are those of the project (pitfall 24)") {
  CHECK(ReadSecurityLevels("PROJ").path == "/rest/api/2/project/PROJ/securitylevel");
  CHECK(ParseSecurityLevels(Answered(R"({"levels":[{"id":"10","name":"Inner"}]})")).value() ==
        std::vector<NamedThing>{{"10", "Inner"}});
  CHECK(ParseSecurityLevels(Answered(R"({"levels":[]})")).value().empty());
  CHECK(!ParseSecurityLevels(Answered("[]")).ok());
}

TEST_CASE("roles and groups are known by name (pitfall 12)") {
  CHECK(ReadProjectRoles("PROJ").path == "/rest/api/2/project/PROJ/role");
  CHECK(ParseProjectRoles(Answered(R"({"Developers":"https://j/role/1","Users":"x"})")).value() ==
        std::vector<std::string>{"Developers", "Users"});
  CHECK(!ParseProjectRoles(Answered("[]")).ok());
  CHECK(FindGroups("a b").path == "/rest/api/2/groups/picker?query=a%20b");
  CHECK(ParseGroups(Answered(R"({"header":"x","total":1,"groups":[{"name":"staff"}]})")).value() ==
        std::vector<std::string>{"staff"});
  CHECK(!ParseGroups(Answered(R"({"groups":[{}]})")).ok());
  CHECK(!ParseGroups(Answered("{}")).ok());
}

TEST_CASE("people are looked for by `username`, whatever is known of them (pitfall 17)") {
  CHECK(SearchUsers("a+b@example.org", 100).path ==
        "/rest/api/2/user/search?username=a%2Bb%40example.org&startAt=100&maxResults=100");
  CHECK(SearchAssignable("PROJ", "bob").path ==
        "/rest/api/2/user/assignable/search?project=PROJ&username=bob&maxResults=100");
  CHECK(SearchAssignable("PROJ", "", 100).path ==
        "/rest/api/2/user/assignable/search?project=PROJ&username=&maxResults=100&startAt=100");
  CHECK(SearchAssignableTo("PROJ-1", "bob").path ==
        "/rest/api/2/user/assignable/search?issueKey=PROJ-1&username=bob&maxResults=100");
  const auto users = ParseUsers(Answered(R"([{"name":"bob","key":"JIRAUSER10100",
    "displayName":"Bob","emailAddress":"bob@example.org","active":true},
    {"name":"amy","key":"amy","displayName":"Amy","active":false},{"name":"old"}])"))
                         .value();
  REQUIRE(users.size() == 3);
  CHECK(users[0] == UserInfo{"bob", "JIRAUSER10100", "Bob", "bob@example.org", true});
  CHECK(users[1] == UserInfo{"amy", "amy", "Amy", "", false});
  CHECK(users[2].is_active);
  CHECK(!ParseUsers(Answered("{}")).ok());
  CHECK(!ParseUsers(Answered(R"([{"key":"x"}])")).ok());
}

TEST_CASE("boards and sprints come in pages; ids are numbers there (pitfall 19)") {
  CHECK(ReadBoards("P&Q", 0).path == "/rest/agile/1.0/board?projectKeyOrId=P%26Q&startAt=0");
  CHECK(ReadOpenSprints("4", 50).path ==
        "/rest/agile/1.0/board/4/sprint?state=active,future&startAt=50");
  CHECK(ReadSprint("740").path == "/rest/agile/1.0/sprint/740");
  const auto boards = ParseBoards(Answered(R"({"startAt":0,"maxResults":50,"total":1,
    "isLast":true,"values":[{"id":4,"name":"Weekly","type":"scrum"}]})"))
                          .value();
  CHECK(boards.is_last);
  CHECK(boards.values == std::vector<Board>{{"4", "Weekly", "scrum"}});
  const auto sprints = ParseSprints(Answered(R"({"startAt":0,"maxResults":1,"isLast":false,
    "values":[{"id":740,"name":"a, = [b]","state":"closed","originBoardId":734}]})"))
                           .value();
  CHECK(!sprints.is_last);
  CHECK(sprints.values == std::vector<Sprint>{{"740", "a, = [b]", "closed", "734"}});
  CHECK(ParseSprint(Answered(R"({"id":1,"name":"s","state":"future"})")).value() ==
        Sprint{"1", "s", "future", ""});
  for (const char* bad : {R"({"name":"s","state":"future"})", R"({"id":1,"state":"future"})",
                          R"({"id":1,"name":"s"})"}) {
    CHECK(!ParseSprint(Answered(bad)).ok());
  }
}

TEST_CASE("issues go into a sprint and out of it (pitfall 19)") {
  const std::vector<std::string> issues = {"PROJ-1", "10002"};
  const HttpRequest in = PutIntoSprint("740", issues).value();
  CHECK(in.method == "POST");
  CHECK(in.path == "/rest/agile/1.0/sprint/740/issue");
  CHECK(in.body == R"({"issues":["PROJ-1","10002"]})");
  CHECK(Judge(in, Arrived(204, "")).verdict == Verdict::kOk);
  CHECK(PutIntoBacklog(issues).value().path == "/rest/agile/1.0/backlog/issue");
  CHECK(PutIntoBacklog(issues).value().body == in.body);
}

TEST_CASE("a Jira without Jira Software has no agile API, which is no proxy's fault (pitfall 30)") {
  const char* page = "<html>dead link</html>";
  CHECK(Judge(ReadBoards("P", 0), Arrived(404, page, {{"x-ausername", "bot"}})).verdict ==
        Verdict::kGone);
  CHECK(Judge(ReadBoards("P", 0), Arrived(404, page)).verdict == Verdict::kLater);
}

TEST_CASE("a disabled option is not among the allowed values (pitfall 18)") {
  const auto fields = ParseEditMeta(Answered(R"({"fields":{"customfield_1":{"schema":{
    "type":"option"},"allowedValues":[{"value":"Red","disabled":false},
    {"value":"Old","disabled":true},{"value":"Blue"}]}}})"))
                          .value();
  CHECK(fields.at(0).allowed == std::vector<std::string>{"Red", "Blue"});
}

TEST_CASE("an archived issue says so, when it is asked (pitfall 7)") {
  CHECK(ReadIssue("1", {}, {false, false, false, true}).path.find("fields=archiveddate,") !=
        std::string::npos);
  CHECK(!ParseIssue(Answered(IssueText()), {}).value().is_archived);
  std::string text = IssueText();
  text.replace(text.find("\"fields\":{"), 10,
               "\"fields\":{\"archiveddate\":\"2019-04-01T00:00:00.000+0000\",");
  CHECK(ParseIssue(Answered(text), {}).value().is_archived);
}

}  // namespace
}  // namespace valise::jira
