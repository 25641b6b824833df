#include "agent/jira/answers.h"

#include "agent/jira/times.h"
#include "tests/jira/doctest.h"
#include "tests/jira/support.h"

namespace valise::jira {
namespace {

LocalIssue Parsed() {
  const std::vector<FieldShape> shapes = AllShapes();
  return ParseIssue(Answered(IssueText()), shapes).value();
}

std::string Replaced(std::string text, const std::string& part, const std::string& by) {
  const std::size_t at = text.find(part);
  REQUIRE(at != std::string::npos);
  return text.replace(at, part.size(), by);
}

TEST_CASE("an issue reads with its head, people and marker") {
  const LocalIssue issue = Parsed();
  CHECK(issue.id == "10001");
  CHECK(issue.key == "PROJ-7");
  CHECK(issue.created_ms == 1553868897310);
  CHECK(issue.updated_ms == 1553868897000);
  CHECK(issue.project == "PROJ");
  CHECK(issue.type == "Bug");
  CHECK(issue.status == "In Progress");
  CHECK(issue.parent_id == "9999");
  CHECK(issue.parent_key == "PROJ-1");
  CHECK(issue.reporter == LocalUser{"bob", "Bob Ärmel"});
  CHECK(issue.marker == "abcdef");
}

TEST_CASE("every form of field reads into its normal form; CRLF stays (pitfall 16)") {
  const auto fields = Parsed().fields;
  CHECK(fields.at("summary") == Just("Größe \"falsch\" 😀"));
  CHECK(fields.at("description") == Just("line one\r\nline two\r\n"));
  CHECK(fields.at("environment") == LocalField{});
  CHECK(fields.at("customfield_1") == Just("1.5"));
  CHECK(fields.at("duedate") == Just("2024-02-29"));
  CHECK(fields.at("customfield_2") == Just("2012-04-12T12:26:00.123Z"));
  CHECK(fields.at("priority") == Just("Major"));
  CHECK(fields.at("customfield_3") == Just("High"));
  CHECK(fields.at("customfield_4") == Many({"Linux", "Windows"}));
  CHECK(fields.at("customfield_5") == Just("Europe", "Spain"));
  CHECK(fields.at("labels") == Many({"a", "b"}));
  CHECK(fields.at("fixVersions") == Many({"1.0", "2.0"}));
  CHECK(fields.at("assignee") == Just("carol", "Carol"));
  CHECK(fields.at("customfield_6") == LocalField{{{"amy", "Amy"}, {"zoe", "Zoe"}}});
  CHECK(fields.at("customfield_7") == Just("OTHER"));
  CHECK(fields.at("customfield_8") == Just("https://example.org/"));
  CHECK(fields.at("customfield_9") == Just("Impediment"));
  CHECK(fields.at("customfield_10") == Just("5"));
}

TEST_CASE("fields come as asked for: null is empty, left out is absent, others stay unread") {
  const std::vector<FieldShape> shapes = {
      Shape("environment", ValueKind::kText, JsonForm::kString),
      Shape("customfield_99", ValueKind::kLine, JsonForm::kString)};
  const LocalIssue issue = ParseIssue(Answered(IssueText()), shapes).value();
  CHECK(issue.fields.size() == 1);
  CHECK(issue.fields.at("environment").values.empty());
}

TEST_CASE("comments: restricted ones are flagged, authors may be absent (pitfalls 11, 12)") {
  const LocalIssue issue = Parsed();
  REQUIRE(issue.comments.size() == 3);
  CHECK(issue.comments[0].body == "first\r\nsecond");
  CHECK(!issue.comments[0].is_restricted);
  CHECK(issue.comments[1].is_restricted);
  CHECK(issue.comments[1].updated_ms - issue.comments[1].created_ms == 86400000);
  CHECK(issue.comments[2].author == LocalUser{});
  CHECK(issue.has_all_comments);
  const std::vector<FieldShape> none;
  const std::string cut =
      Replaced(IssueText(), "\"total\":3,\"comments\"", "\"total\":4,\"comments\"");
  CHECK(!ParseIssue(Answered(cut), none).value().has_all_comments);
}

TEST_CASE("one comment: marker, internal flag of a service desk, no body (pitfall 13)") {
  const auto comment = [](const std::string& more) {
    return ParseComment(
               Answered(R"({"id":"7","created":"2019-04-01T00:00:00.000+0000")" + more + "}"))
        .value();
  };
  CHECK(comment("").body.empty());
  CHECK(comment("").updated_ms == comment("").created_ms);
  CHECK(comment(R"(,"updateAuthor":{"name":"zoe"})").editor == "zoe");
  CHECK(comment(R"(,"properties":[{"key":"valise.origin","value":"m"}])").marker == "m");
  CHECK(comment(R"(,"properties":[{"key":"sd.public.comment","value":{"internal":true}}])")
            .is_restricted);
  CHECK(comment(R"(,"properties":[{"key":"sd.public.comment","value":{"internal":"True"}}])")
            .is_restricted);
  CHECK(comment(R"(,"properties":[{"key":"sd.public.comment","value":"{\"internal\":true}"}])")
            .is_restricted);
  CHECK(!comment(R"(,"properties":[{"key":"sd.public.comment","value":{"internal":false}}])")
             .is_restricted);
  CHECK(comment(R"(,"jsdPublic":false)").is_restricted);
  CHECK(!comment(R"(,"jsdPublic":true)").is_restricted);
}

TEST_CASE("the marker is read flat and nested, and only as a string") {
  const std::vector<FieldShape> none;
  const std::string nested = R"({"properties":{"valise.origin":"abcdef"}})";
  const auto marker = [&](const std::string& properties) {
    return ParseIssue(Answered(Replaced(IssueText(), nested, properties)), none).value().marker;
  };
  CHECK(marker(R"({"valise.origin":"flat"})") == "flat");
  CHECK(marker(R"({"valise.origin":{"a":1}})").empty());
  CHECK(marker("null").empty());
  CHECK(ParseCommentMarker(Answered(R"({"key":"valise.origin","value":"m"})")).value() == "m");
  CHECK(!ParseCommentMarker(Answered(R"({"key":"other","value":"m"})")).ok());
}

TEST_CASE("the changelog is sorted by id and carries our write id (pitfalls 9, 10)") {
  const LocalIssue issue = Parsed();
  REQUIRE(issue.histories.size() == 3);
  CHECK(issue.histories[0].id == 1001);
  CHECK(issue.histories[1].write_id == "w1");
  CHECK(issue.histories[2].author.empty());
}

TEST_CASE("an issue without what every issue has is an error that names the member") {
  const std::vector<FieldShape> shapes = AllShapes();
  for (const char* member : {"\"id\":\"10001\"", "\"key\":\"PROJ-7\"", "\"created\"", "\"status\"",
                             "\"issuetype\"", "\"project\"", "\"updated\"", "\"fields\""}) {
    const std::string text =
        Replaced(IssueText(), member,
                 "\"x\":1,\"y\"" +
                     std::string(std::string(member).find(':') == std::string::npos ? "" : ":1"));
    const Result<LocalIssue> issue = ParseIssue(Answered(text), shapes);
    CAPTURE(member);
    REQUIRE(!issue.ok());
    CHECK(issue.error().code == "VAL-JIRA-FORMAT");
  }
}

TEST_CASE("a value of another form than its type promises names the field, not the value") {
  const std::vector<FieldShape> shapes = AllShapes();
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"\"labels\":[\"b\",\"a\"]", "\"labels\":\"b\""},
      {"\"labels\":[\"b\",\"a\"]", "\"labels\":[1]"},
      {"\"duedate\":\"2024-02-29\"", "\"duedate\":\"2024-02-30\""},
      {"\"customfield_1\":1.50", "\"customfield_1\":\"many\""},
      {"\"customfield_2\":\"2012-04-12T14:26:00.123+0200\"", "\"customfield_2\":\"today\""},
      {"\"priority\":{", "\"priority\":[],\"z\":{"},
      {"\"summary\":\"Gr", "\"summary\":{},\"z\":\"Gr"}};
  for (const auto& [from, to] : wrong) {
    const Result<LocalIssue> issue = ParseIssue(Answered(Replaced(IssueText(), from, to)), shapes);
    CAPTURE(to);
    REQUIRE(!issue.ok());
    CHECK(issue.error().code == "VAL-JIRA-FIELD");
    const std::string field = from.substr(1, from.find('"', 1) - 1);
    CHECK(issue.error().message.find(field) != std::string::npos);
    CHECK(issue.error().message.find("many") == std::string::npos);
  }
}

// What a sweep compares is the same in a hit and in a whole read, whatever their order.
TEST_CASE("silent changes show in the digest of what hangs on an issue (pitfalls 8, 14)") {
  const auto digest = [](const std::string& fields) {
    const std::string hit = R"({"issues":[{"id":"1","key":"P-1","fields":{)" + fields + "}}]}";
    return ParseSearch(Answered(hit), {"Blocks", "Relates"}).value().hits.at(0);
  };
  const std::string log = R"({"id":"7","updated":"2019-04-01T00:00:00.000+0000"})";
  const std::string logs = R"("worklog":{"total":1,"worklogs":[)" + log + "]}";
  const std::string files = R"("attachment":[{"id":"3"},{"id":"4"}])";
  const std::string links =
      R"("issuelinks":[{"id":"5","type":{"name":"Blocks"},"outwardIssue":{"id":"2"}},)"
      R"({"id":"6","type":{"name":"Blocks"},"inwardIssue":{"id":"3"}},)"
      R"({"id":"8","type":{"name":"Unbound"},"outwardIssue":{"id":"2"}}])";
  const std::string all = logs + "," + files + "," + links;
  const Digest before = digest(all).parts;
  CHECK(digest("\"updated\":null").parts == Digest{});
  CHECK(digest(R"("worklog":{"total":0,"worklogs":[]},"attachment":[],"issuelinks":[])").parts ==
        Digest{});
  for (const auto& [was, is] :
       {std::pair{"2019-04-01T00:00:00.000+0000", "2019-04-01T00:00:01.000+0000"},
        std::pair{R"({"id":"7")", R"({"id":"8")"}, std::pair{R"("total":1)", R"("total":2)"},
        std::pair{R"({"id":"3"},)", ""}, std::pair{R"({"id":"5")", R"({"id":"9")"},
        std::pair{R"("Unbound")", R"("Relates")"}}) {  // it was read without a word, and has one
    std::string other = all;
    other.replace(other.find(was), std::string(was).size(), is);
    CHECK_MESSAGE(digest(other).parts != before, other);
  }
  std::string same = all;
  same.replace(same.find(R"({"id":"3"},{"id":"4"})"), 21, R"({"id":"4"},{"id":"3"})");
  CHECK(digest(same).parts == before);
  same.replace(same.find("T00:00:00.000+0000"), 18, "T02:00:00.000+0200");  // the same moment
  CHECK(digest(same).parts == before);
  same.replace(same.find(R"({"id":"6")"), 9, R"({"id":"1")");  // its source tells of that one
  CHECK(digest(same).parts == before);
  same.replace(same.find(R"({"id":"8")"), 9, R"({"id":"1")");  // nobody's
  CHECK(digest(same).parts == before);
  same.replace(same.find(R"("Blocks")"), 8, R"("Relates")");
  CHECK(digest(same).parts == before);
  CHECK(digest(all).has_all_work_logs);
  CHECK_FALSE(digest(R"("worklog":{"total":21,"worklogs":[]})").has_all_work_logs);
  const std::string head =
      R"("project":{"key":"P"},"issuetype":{"name":"Bug"},"status":{"name":"Open"},)"
      R"("created":"2019-04-01T00:00:00.000+0000","updated":"2019-04-01T00:00:00.000+0000")";
  const std::string whole_log =
      R"({"id":"7","updated":"2019-04-01T00:00:00.000+0000",)"
      R"("created":"2019-04-01T00:00:00.000+0000",)"
      R"("started":"2019-04-01T00:00:00.000+0000","timeSpentSeconds":60})";
  const std::string whole = R"({"id":"1","key":"P-1","fields":{)" + head +
                            R"(,"worklog":{"total":1,"worklogs":[)" + whole_log + "]}}}";
  CHECK(ParseIssue(Answered(whole), {}).value().parts == digest(logs).parts);
}

TEST_CASE("search tells what to read and no more (pitfalls 2, 4)") {
  const SearchPage page = ParseSearch(Answered(R"({"startAt":10,"maxResults":50,"total":2,"issues":[
    {"id":"1","key":"P-1","fields":{"updated":"2019-04-01T00:00:00.000+0000",
     "comment":{"comments":[{"id":"5"},{"id":"6"}],"total":2}}},
    {"id":"2","key":"P-2","fields":{"comment":{"comments":[{"id":"5"}],"total":9},
     "customfield_1":null,"customfield_2":[],"customfield_3":"","customfield_4":{"value":"a"},
     "customfield_5":["b"],"customfield_6":0}},
    {"id":"3","key":"P-3"}]})"))
                              .value();
  CHECK(page.start_at == 10);
  CHECK(page.max_results == 50);
  CHECK(page.total == 2);
  REQUIRE(page.hits.size() == 3);
  CHECK(page.hits[0].updated_ms == 1554076800000);
  CHECK(page.hits[0].comment_ids == std::vector<std::string>{"5", "6"});
  CHECK(page.hits[0].has_all_comments);
  CHECK(!page.hits[1].has_all_comments);
  CHECK(page.hits[1].filled ==
        std::set<std::string>{"comment", "customfield_4", "customfield_5", "customfield_6"});
  CHECK(!page.hits[2].has_comments);
  CHECK(ParseSearch(Answered(R"({"issues":[],"total":0})")).value().hits.empty());
  CHECK(!ParseSearch(Answered(R"({"total":0})")).ok());
  CHECK(!ParseSearch(Answered(R"({"issues":[{"key":"P-1"}]})")).ok());
}

TEST_CASE("transitions tell their fields, what is required and what is allowed (pitfall 22)") {
  const auto transitions = ParseTransitions(Answered(R"({"transitions":[{"id":"5","name":"Resolve",
    "to":{"name":"Resolved","id":"5"},"fields":{
      "resolution":{"required":true,"allowedValues":[{"id":"1","name":"Fixed"},{"name":"Dup"}]},
      "customfield_1":{"required":"True","hasDefaultValue":true,"allowedValues":[{"value":"Red"}]},
      "assignee":{"required":false}}},{"id":4,"name":"Start","to":{"name":"In Progress"}}]})"))
                               .value();
  REQUIRE(transitions.size() == 2);
  CHECK(transitions[0].to_status == "Resolved");
  REQUIRE(transitions[0].fields.size() == 3);
  CHECK(transitions[0].fields[0] == TransitionField{"assignee", false, false, {}});
  CHECK(transitions[0].fields[1] == TransitionField{"customfield_1", true, true, {"Red"}});
  CHECK(transitions[0].fields[2] == TransitionField{"resolution", true, false, {"Fixed", "Dup"}});
  CHECK(transitions[1].id == "4");
  CHECK(transitions[1].fields.empty());
}

TEST_CASE("a create's answer names what was made, a marker read says whose it is") {
  CHECK(ParseCreated(Answered(R"({"id":"10001","key":"P-1","self":"x"})", 201)).value() ==
        CreatedIssue{"10001", "P-1"});
  CHECK(!ParseCreated(Answered(R"({"id":"10001"})", 201)).ok());
  const char* marked = R"({"id":"1","key":"P-1",
    "fields":{"creator":{"name":"sync"},"created":"2019-04-01T00:00:00.000+0000"},
    "properties":{"valise.origin":"m"}})";
  CHECK(ParseMarker(Answered(marked)).value() ==
        MarkedIssue{"1", "P-1", "sync", 1554076800000, "m", true});
}

TEST_CASE("accounts, servers and permissions read into their values (pitfall 26)") {
  const char* account = R"({"name":"bot","key":"JIRAUSER1","displayName":"Bot",
    "timeZone":"Europe/Berlin"})";
  CHECK(ParseMyself(Answered(account)).value() ==
        AccountInfo{"bot", "JIRAUSER1", "Bot", "Europe/Berlin", false});
  CHECK(ParseMyself(Answered("{}")).value().is_anonymous);
  CHECK(ParseUser(Answered(account)).value() == LocalUser{"bot", "Bot"});
  const char* server = R"({"baseUrl":"https://j","version":"9.12.4","versionNumbers":[9,12,4],
    "serverTime":"2019-04-01T00:00:00.000+0000"})";
  const ServerInfo info = ParseServerInfo(Answered(server)).value();
  CHECK(info.version == std::vector<std::uint64_t>{9, 12, 4});
  CHECK(info.server_time_ms == 1554076800000);
  CHECK(ParseServerInfo(Answered(R"({"version":"10.3-rc1"})")).value().version ==
        std::vector<std::uint64_t>{10});
  const char* permissions = R"({"permissions":{"A":{"havePermission":true},
    "B":{"havePermission":false}}})";
  CHECK(ParsePermissions(Answered(permissions)).value() == std::set<std::string>{"A"});
}

TEST_CASE("lists of names, types and statuses read into their values") {
  CHECK(ParseNames(Answered(R"([{"id":"1","name":"Open"},{"name":"Done"}])")).value() ==
        std::vector<NamedThing>{{"1", "Open"}, {"", "Done"}});
  CHECK(!ParseNames(Answered("{}")).ok());
  const char* by_type = R"([{"id":"1","name":"Bug","subtask":false,
    "statuses":[{"name":"Open"},{"name":"Done"}]}])";
  CHECK(ParseProjectStatuses(Answered(by_type)).value() ==
        std::vector<IssueTypeInfo>{{"1", "Bug", false, {"Open", "Done"}}});
  const char* project = R"({"id":"1","key":"P","name":"N",
    "issueTypes":[{"id":"5","name":"Sub","subtask":true}]})";
  CHECK(ParseProject(Answered(project)).value().types[0].is_subtask);
}

TEST_CASE("what a screen wants reads from all four forms of it (pitfalls 20, 21)") {
  const char* fields = R"({"startAt":0,"maxResults":1,"total":2,"isLast":false,
    "values":[{"fieldId":"summary","name":"Summary","required":true,"hasDefaultValue":false,
    "schema":{"type":"string","system":"summary"}}]})";
  const MetaPage<MetaField> page = ParseCreateFields(Answered(fields)).value();
  CHECK(!page.is_last);
  CHECK(page.values[0].field.id == "summary");
  CHECK(page.values[0].is_required);
  const char* types = R"({"startAt":0,"total":1,"values":[{"id":"1","name":"Bug"}]})";
  CHECK(ParseCreateTypes(Answered(types)).value().is_last);
  const char* old = R"({"projects":[{"issuetypes":[{"id":"1","name":"Bug","fields":{"priority":
    {"required":false,"allowedValues":[{"name":"Major"}],"schema":{"type":"priority"}}}}]}]})";
  const CreateType bug = ParseCreateMetaOld(Answered(old)).value().at(0);
  CHECK(bug.fields[0].field.id == "priority");
  CHECK(bug.fields[0].allowed == std::vector<std::string>{"Major"});
  const char* edit = R"({"fields":{"labels":{"name":"Labels",
    "schema":{"type":"array","items":"string"}}}})";
  CHECK(ParseEditMeta(Answered(edit)).value()[0].field.items == "string");
}

}  // namespace
}  // namespace valise::jira
