#include "tests/jira/support.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "agent/core/local.h"

namespace valise::jira {

HttpResponse Answered(std::string body, int status) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

HttpAnswer Arrived(int status, std::string body, std::map<std::string, std::string> headers) {
  HttpAnswer answer;
  answer.response = {status, std::move(headers), std::move(body)};
  return answer;
}

FieldShape Shape(std::string id, ValueKind kind, JsonForm form, std::string history_name) {
  std::string name = history_name.empty() ? SystemHistoryName(id) : std::move(history_name);
  return {std::move(id), kind, form, std::move(name)};
}

LocalField Just(std::string text, std::string detail) {
  return {{Value{std::move(text), std::move(detail)}}};
}

LocalField Many(std::vector<std::string> texts) {
  LocalField field;
  for (std::string& text : texts) field.values.push_back({std::move(text), ""});
  return field;
}

std::vector<FieldShape> AllShapes() {
  using K = ValueKind;
  using F = JsonForm;
  return {Shape("summary", K::kLine, F::kString),
          Shape("description", K::kText, F::kString),
          Shape("environment", K::kText, F::kString),
          Shape("customfield_1", K::kNumber, F::kNumber, "Points"),
          Shape("duedate", K::kDate, F::kString),
          Shape("customfield_2", K::kDatetime, F::kString, "When"),
          Shape("priority", K::kOption, F::kName),
          Shape("customfield_3", K::kOption, F::kValue, "Severity"),
          Shape("customfield_4", K::kOptions, F::kValueArray, "Platforms"),
          Shape("customfield_5", K::kCascade, F::kCascade, "Place"),
          Shape("labels", K::kSet, F::kStringArray),
          Shape("fixVersions", K::kSet, F::kNameArray),
          Shape("assignee", K::kPerson, F::kUser),
          Shape("customfield_6", K::kPeople, F::kUserArray, "Reviewers"),
          Shape("customfield_7", K::kOption, F::kKey, "Other project"),
          Shape("customfield_8", K::kUrl, F::kString, "Link"),
          Shape("customfield_9", K::kFlag, F::kValueArray, "Flagged"),
          Shape("customfield_10", K::kSprint, F::kSprint, "Sprint")};
}

std::string IssueText() {
  return R"({"expand":"changelog","id":"10001","self":"http://j/rest/api/2/issue/10001",
"key":"PROJ-7","fields":{
"project":{"id":"10000","key":"PROJ","name":"Project"},
"issuetype":{"id":"1","name":"Bug","subtask":false},
"status":{"id":"3","name":"In Progress","statusCategory":{"id":4,"key":"indeterminate"}},
"created":"2019-03-29T10:14:57.310-0400","updated":"2019-03-29T15:14:57.000+0100",
"reporter":{"name":"bob","key":"JIRAUSER10100","displayName":"Bob Ärmel","active":true},
"parent":{"id":"9999","key":"PROJ-1","fields":{"summary":"parent"}},
"summary":"Größe \"falsch\" 😀","description":"line one\r\nline two\r\n","environment":null,
"customfield_1":1.50,"duedate":"2024-02-29","customfield_2":"2012-04-12T14:26:00.123+0200",
"priority":{"id":"3","name":"Major","iconUrl":"http://j/major.gif"},
"customfield_3":{"self":"http://j/o/1","value":"High","id":"1"},
"customfield_4":[{"value":"Windows","id":"3"},{"value":"Linux","id":"2"},
 {"value":"Linux","id":"2"}],
"customfield_5":{"value":"Europe","id":"5","child":{"value":"Spain","id":"6"}},
"labels":["b","a"],"fixVersions":[{"id":"2","name":"2.0"},{"id":"1","name":"1.0"}],
"assignee":{"name":"carol","key":"carol","displayName":"Carol"},
"customfield_6":[{"name":"zoe","displayName":"Zoe"},{"name":"amy","displayName":"Amy"}],
"customfield_7":{"id":"10005","key":"OTHER","name":"Other"},
"customfield_8":"https://example.org/","customfield_9":[{"value":"Impediment","id":"77"}],
"customfield_10":["com.atlassian.greenhopper.service.sprint.Sprint@1f[rapidViewId=1,id=5,name=A]"],
"comment":{"startAt":0,"maxResults":3,"total":3,"comments":[
{"id":"501","author":{"name":"bob","displayName":"Bob Ärmel"},"body":"first\r\nsecond",
 "created":"2019-03-29T10:14:57.310-0400","updated":"2019-03-29T10:14:57.310-0400"},
{"id":"502","author":{"name":"amy","displayName":"Amy"},"body":"secret",
 "created":"2019-03-30T10:14:57.000+0000","updated":"2019-03-31T10:14:57.000+0000",
 "visibility":{"type":"role","value":"Administrators"}},
{"id":"503","body":"by nobody","created":"2019-04-01T00:00:00.000+0000",
 "updated":"2019-04-01T00:00:00.000+0000"}]}},
"properties":{"properties":{"valise.origin":"abcdef"}},
"changelog":{"startAt":0,"maxResults":3,"total":3,"histories":[
{"id":"1002","author":{"name":"carol"},"created":"2019-03-29T15:14:57.000+0100",
 "items":[{"field":"status","fieldtype":"jira","from":"1","fromString":"Open","to":"3",
 "toString":"In Progress"},{"field":"summary","fieldtype":"jira","from":null,
 "fromString":"old","to":null,"toString":"Größe \"falsch\" 😀"}],
 "historyMetadata":{"type":"valise","extraData":{"valise_op":"w1"}}},
{"id":"1001","author":{"name":"bob"},"created":"2019-03-29T14:14:58.000+0000",
 "items":[{"field":"labels","fieldtype":"jira","from":null,"fromString":"b","to":null,
 "toString":"a b"},{"field":"Fix Version","fieldtype":"jira","from":null,"fromString":null,
 "to":"2","toString":"2.0"},{"field":"Severity","fieldtype":"custom","from":"2",
 "fromString":"Low","to":"1","toString":"High"}]},
{"id":"1003","created":"2019-04-01T00:00:00.000+0000","items":[{"field":"summary",
 "fieldtype":"jira","from":null,"fromString":"x","to":null,"toString":"y"}]}]}})";
}

std::string FixtureFolder() {
  const char* shared = std::getenv("VALISE_SHARED");
  const std::string folder = shared == nullptr ? "" : std::string(shared) + "/jira/fixtures/";
  if (!folder.empty() && std::ifstream(folder + "jrjc/issue/valid-5.0.json")) return folder;
  std::cerr << "skipped: no recorded Jira answers (set VALISE_SHARED to their folder)\n";
  return "";
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace valise::jira
