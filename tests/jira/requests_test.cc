#include "agent/jira/requests.h"

#include "agent/jira/json.h"
#include "tests/jira/doctest.h"
#include "tests/jira/support.h"

namespace valise::jira {
namespace {

using K = ValueKind;
using F = JsonForm;

std::string Body(const Result<HttpRequest>& request) { return request.value().body; }

std::string Written(const FieldShape& shape, const LocalField& field) {
  const std::vector<FieldWrite> writes = {{shape, field}};
  const std::string body = Body(EditIssue("1", writes, ""));
  const std::string head = R"({"fields":{")" + shape.id + R"(":)";
  REQUIRE(body.starts_with(head));
  return body.substr(head.size(), body.size() - head.size() - 2);
}

TEST_CASE("reads name their fields and encode what they are given (pitfall 5)") {
  CHECK(ReadMyself().path == "/rest/api/2/myself");
  CHECK(ReadServerInfo().path == "/rest/api/2/serverInfo");
  CHECK(ReadPermissions("A&B").path == "/rest/api/2/mypermissions?projectKey=A%26B");
  const std::vector<std::string> fields = {"summary", "customfield_1", "status"};
  const HttpRequest read = ReadIssue("PROJ-1", fields);
  CHECK(read.method == "GET");
  CHECK(read.body.empty());
  CHECK(read.path ==
        "/rest/api/2/issue/PROJ-1?fields=comment,created,customfield_1,issuetype,parent,project,"
        "reporter,status,summary,updated&expand=changelog&properties=valise.origin");
  CHECK(ReadMarker("10001").path ==
        "/rest/api/2/issue/10001?fields=created,creator&properties=valise.origin");
  CHECK(ReadComments("1", 50, 100, true).path ==
        "/rest/api/2/issue/1/comment?startAt=50&maxResults=100&orderBy=created&expand=properties");
  CHECK(ReadComment("1", "2", false).path == "/rest/api/2/issue/1/comment/2");
  CHECK(ReadCommentMarker("2").path == "/rest/api/2/comment/2/properties/valise.origin");
  CHECK(ReadTransitions("1").path == "/rest/api/2/issue/1/transitions?expand=transitions.fields");
  CHECK(ReadUser("ärmel b").path == "/rest/api/2/user?username=%C3%A4rmel%20b");
  CHECK(ReadIssue("../admin", fields).path.starts_with("/rest/api/2/issue/..%2Fadmin?"));
  CHECK(ReadTransitions("..").path ==
        "/rest/api/2/issue/%2E%2E/transitions?expand=transitions.fields");
}

TEST_CASE("createmeta has a form for either side of Jira 9 (pitfall 20)") {
  CHECK(ReadCreateTypes("P", 0).path ==
        "/rest/api/2/issue/createmeta/P/issuetypes?startAt=0&maxResults=200");
  CHECK(ReadCreateFields("P", "3", 200).path ==
        "/rest/api/2/issue/createmeta/P/issuetypes/3?startAt=200&maxResults=200");
  CHECK(ReadCreateMetaOld("P").path ==
        "/rest/api/2/issue/createmeta?projectKeys=P&expand=projects.issuetypes.fields");
}

TEST_CASE("search is a POST with arrays (pitfall 6)") {
  SearchQuery query{"project = \"P\"", 0, 50, {"updated", "comment"}, {}, true};
  const Result<HttpRequest> search = Search(query);
  CHECK(search.value().method == "POST");
  CHECK(search.value().path == "/rest/api/2/search");
  CHECK(search.value().timeout == kReadTimeout);
  CHECK(Body(search) == R"({"jql":"project = \"P\"","startAt":0,"maxResults":50,)"
                        R"("fields":["updated","comment"]})");
  query.expand = {"changelog"};
  query.validate = false;
  CHECK(Body(Search(query)).ends_with(R"("expand":["changelog"],"validateQuery":false})"));
}

TEST_CASE("a create carries its marker as a plain string property") {
  CreateIssue issue{"PROJ", "Bug", "PROJ-1", "marker26", {}};
  issue.fields.push_back({Shape("summary", K::kLine, F::kString), Just("a \"b\"")});
  issue.fields.push_back({Shape("labels", K::kSet, F::kStringArray), Many({"x", "y"})});
  const Result<HttpRequest> request = CreateIssueRequest(issue);
  CHECK(request.value().method == "POST");
  CHECK(request.value().path == "/rest/api/2/issue");
  CHECK(request.value().timeout >= std::chrono::seconds(120));
  CHECK(Body(request) == R"({"fields":{"project":{"key":"PROJ"},"issuetype":{"name":"Bug"},)"
                         R"("parent":{"key":"PROJ-1"},"summary":"a \"b\"","labels":["x","y"]},)"
                         R"("properties":[{"key":"valise.origin","value":"marker26"}]})");
  issue = {"PROJ", "Bug", "", "", {}};
  CHECK(Body(CreateIssueRequest(issue)) ==
        R"({"fields":{"project":{"key":"PROJ"},"issuetype":{"name":"Bug"}}})");
}

TEST_CASE("edits and transitions carry the write id in historyMetadata (pitfall 10)") {
  const std::vector<FieldWrite> writes = {
      {Shape("resolution", K::kOption, F::kName), Just("Fixed")}};
  const Result<HttpRequest> edit = EditIssue("10001", writes, "w1");
  CHECK(edit.value().method == "PUT");
  CHECK(edit.value().path == "/rest/api/2/issue/10001");
  CHECK(Body(edit) == R"({"fields":{"resolution":{"name":"Fixed"}},)"
                      R"("historyMetadata":{"type":"valise","extraData":{"valise_op":"w1"}}})");
  const Result<HttpRequest> hop = DoTransition("10001", "5", writes, "w2");
  CHECK(hop.value().path == "/rest/api/2/issue/10001/transitions");
  CHECK(Body(hop) == R"({"transition":{"id":"5"},"fields":{"resolution":{"name":"Fixed"}},)"
                     R"("historyMetadata":{"type":"valise","extraData":{"valise_op":"w2"}}})");
  CHECK(Body(DoTransition("1", "5", {}, "")) == R"({"transition":{"id":"5"}})");
}

TEST_CASE("comments carry their marker when they are added") {
  const Result<HttpRequest> add = AddComment("1", "one\r\ntwo", "m");
  CHECK(add.value().path == "/rest/api/2/issue/1/comment");
  CHECK(Body(add) == R"({"body":"one\u000d\ntwo",)"
                     R"("properties":[{"key":"valise.origin","value":"m"}]})");
  CHECK(Body(EditComment("1", "2", "x")) == R"({"body":"x"})");
  CHECK(EditComment("1", "2", "x").value().method == "PUT");
  CHECK(DeleteComment("1", "2").method == "DELETE");
  CHECK(DeleteComment("1", "2").path == "/rest/api/2/issue/1/comment/2");
  CHECK(Body(SetIssueMarker("1", "m")) == "\"m\"");
  CHECK(SetCommentMarker("2", "m").value().path ==
        "/rest/api/2/comment/2/properties/valise.origin");
}

TEST_CASE("every form of field is written as Jira takes it") {
  CHECK(Written(Shape("f", K::kLine, F::kString), Just("x")) == R"("x")");
  CHECK(Written(Shape("f", K::kNumber, F::kNumber), Just("0.5")) == "0.5");
  CHECK(Written(Shape("f", K::kOption, F::kName), Just("x")) == R"({"name":"x"})");
  CHECK(Written(Shape("f", K::kOption, F::kValue), Just("x")) == R"({"value":"x"})");
  CHECK(Written(Shape("f", K::kOption, F::kKey), Just("X")) == R"({"key":"X"})");
  CHECK(Written(Shape("f", K::kCascade, F::kCascade), Just("a", "b")) ==
        R"({"value":"a","child":{"value":"b"}})");
  CHECK(Written(Shape("f", K::kCascade, F::kCascade), Just("a")) == R"({"value":"a"})");
  CHECK(Written(Shape("f", K::kPerson, F::kUser), Just("bob", "Bob")) == R"({"name":"bob"})");
  CHECK(Written(Shape("f", K::kSet, F::kNameArray), Many({"1", "2"})) ==
        R"([{"name":"1"},{"name":"2"}])");
  CHECK(Written(Shape("f", K::kOptions, F::kValueArray), Many({"1"})) == R"([{"value":"1"}])");
  CHECK(Written(Shape("f", K::kSet, F::kStringArray), Many({"a"})) == R"(["a"])");
  CHECK(Written(Shape("f", K::kPeople, F::kUserArray), Just("bob", "Bob")) ==
        R"([{"name":"bob"}])");
  CHECK(Written(Shape("f", K::kDate, F::kString), Just("2024-02-29")) == R"("2024-02-29")");
  CHECK(Written(Shape("f", K::kDatetime, F::kString), Just("2019-03-29T14:14:57.310Z")) ==
        R"("2019-03-29T14:14:57.310+0000")");
}

TEST_CASE("both estimates are written in the one field by which Jira takes them, in minutes") {
  const FieldShape original = Shape("timeoriginalestimate", K::kDuration, F::kEstimate);
  const FieldShape remaining = Shape("timeestimate", K::kDuration, F::kEstimate);
  const auto body = [](const std::vector<FieldWrite>& writes) {
    return Body(EditIssue("1", writes, ""));
  };
  CHECK(body({{original, Just("5400")}}) ==
        R"({"fields":{"timetracking":{"originalEstimate":"90m"}}})");
  CHECK(body({{original, Just("0")},
              {Shape("summary", K::kLine, F::kString), Just("x")},
              {remaining, {}}}) ==
        R"({"fields":{"timetracking":{"originalEstimate":"0m","remainingEstimate":""},)"
        R"("summary":"x"}})");
}

TEST_CASE("an empty field is null, an empty list, or nobody (pitfall 17)") {
  CHECK(Written(Shape("f", K::kLine, F::kString), {}) == "null");
  CHECK(Written(Shape("f", K::kCascade, F::kCascade), {}) == "null");
  CHECK(Written(Shape("f", K::kPerson, F::kUser), {}) == "null");
  CHECK(Written(Shape("assignee", K::kPerson, F::kUser), {}) == R"({"name":null})");
  CHECK(Written(Shape("f", K::kSet, F::kNameArray), {}) == "[]");
}

TEST_CASE("a value that does not fit its field is an error that names the field") {
  const std::vector<FieldWrite> wrong = {{Shape("due", K::kDate, F::kString), Just("tomorrow")},
                                         {Shape("when", K::kDatetime, F::kString), Just("now")},
                                         {Shape("points", K::kNumber, F::kNumber), Just("1}")},
                                         {Shape("timeestimate", K::kDuration, F::kEstimate),
                                          Just("1h")},
                                         {Shape("line", K::kLine, F::kString), Many({"a", "b"})}};
  for (const FieldWrite& write : wrong) {
    const Result<HttpRequest> request = EditIssue("1", std::span(&write, 1), "w");
    REQUIRE(!request.ok());
    CHECK(request.error().code == "VAL-JIRA-VALUE");
    CHECK(request.error().message.find(write.first.id) != std::string::npos);
  }
}

TEST_CASE("text that is no UTF-8 is an error, not a throw") {
  for (const char* bad : {"\xFF", "a\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xE0\x80\x80", "\x80", "\xF0\x82\x82\xAC"}) {
    CHECK(!IsUtf8(bad));
    const Result<HttpRequest> comment = AddComment("1", bad, "m");
    REQUIRE(!comment.ok());
    CHECK(comment.error().code == "VAL-JIRA-TEXT");
  }
  CHECK(IsUtf8("ä € 😀 \xED\x9F\xBF \xEE\x80\x80 \xF4\x8F\xBF\xBF"));
  CHECK(Body(AddComment("1", "😀", "")) == "{\"body\":\"😀\"}");
}

TEST_CASE("whatever is written reads back as the same text") {
  std::string all;
  for (int c = 1; c < 128; ++c) all += static_cast<char>(c);
  const Result<Json> json = ParseJson(Body(AddComment("1", all + "€😀", "")));
  CHECK(json.value()["body"].String() == all + "€😀");
}

}  // namespace
}  // namespace valise::jira
