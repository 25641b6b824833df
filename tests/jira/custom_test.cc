// Custom fields by schema.custom (pitfall 18), and the two that need their own reading: sprints and
// epic links (pitfall 19).
#include <algorithm>

#include "agent/core/words.h"
#include "agent/jira/answers.h"
#include "agent/jira/fields.h"
#include "agent/jira/requests.h"
#include "tests/jira/doctest.h"
#include "tests/jira/support.h"

namespace valise::jira {
namespace {

using K = ValueKind;
using F = JsonForm;

constexpr const char* kStandard = "com.atlassian.jira.plugin.system.customfieldtypes:";
constexpr const char* kAgile = "com.pyxis.greenhopper.jira:";

FieldInfo Field(const std::string& custom, const char* type, const char* items = "") {
  return {"customfield_1", "My field", true, type, items, "", custom};
}

struct Row {
  const char* prefix;
  const char* name;
  std::vector<std::pair<const char*, const char*>> schemas;  // type and items, as Jiras say
  std::vector<K> kinds;
  F form = F::kString;
};

const std::vector<Row>& Rows() {
  static const std::vector<Row> rows = {
      {kStandard, "textfield", {{"string", ""}}, {K::kLine, K::kUrl}, F::kString},
      {kStandard, "textarea", {{"string", ""}}, {K::kText}, F::kString},
      {kStandard, "float", {{"number", ""}}, {K::kNumber}, F::kNumber},
      {kStandard, "importid", {{"number", ""}}, {K::kNumber}, F::kNumber},
      {kStandard, "datepicker", {{"date", ""}}, {K::kDate}, F::kString},
      {kStandard, "datetime", {{"datetime", ""}}, {K::kDatetime}, F::kString},
      {kStandard, "select", {{"option", ""}, {"string", ""}}, {K::kOption, K::kFlag}, F::kValue},
      {kStandard,
       "radiobuttons",
       {{"option", ""}, {"string", ""}},
       {K::kOption, K::kFlag},
       F::kValue},
      {kStandard,
       "multiselect",
       {{"array", "option"}, {"array", "string"}},
       {K::kOptions, K::kFlag},
       F::kValueArray},
      {kStandard,
       "multicheckboxes",
       {{"array", "option"}, {"array", "string"}},
       {K::kOptions, K::kFlag},
       F::kValueArray},
      {kStandard,
       "cascadingselect",
       {{"option-with-child", ""}, {"array", "string"}},
       {K::kCascade},
       F::kCascade},
      {kStandard, "labels", {{"array", "string"}}, {K::kSet}, F::kStringArray},
      {kStandard, "url", {{"string", ""}}, {K::kUrl, K::kLine}, F::kString},
      {kStandard, "userpicker", {{"user", ""}}, {K::kPerson}, F::kUser},
      {kStandard, "multiuserpicker", {{"array", "user"}}, {K::kPeople}, F::kUserArray},
      {kStandard, "grouppicker", {{"group", ""}}, {K::kOption}, F::kName},
      {kStandard, "multigrouppicker", {{"array", "group"}}, {K::kSet}, F::kNameArray},
      {kStandard, "project", {{"project", ""}}, {K::kOption}, F::kKey},
      {kStandard, "version", {{"version", ""}}, {K::kOption}, F::kName},
      {kStandard, "multiversion", {{"array", "version"}}, {K::kSet}, F::kNameArray},
      {kStandard, "readonlyfield", {{"string", ""}}, {}},
      {kAgile,
       "gh-sprint",
       {{"array", "json"}, {"array", "string"}},
       {K::kSprint},
       F::kSprint},
      {kAgile, "gh-epic-link", {{"any", ""}, {"string", ""}}, {K::kIssue}, F::kString},
      {kAgile, "gh-epic-label", {{"string", ""}}, {K::kLine}, F::kString},
      {kAgile, "gh-epic-color", {{"string", ""}}, {K::kLine}, F::kString},
      {kAgile, "gh-epic-status", {{"option", ""}, {"string", ""}}, {K::kOption}, F::kValue},
      {kAgile, "gh-lexo-rank", {{"any", ""}}, {}},
      {"com.atlassian.jpo:", "jpo-custom-field-baseline-start", {{"date", ""}}, {}},
      {"com.atlassian.jira.plugins.jira-development-integration-plugin:",
       "devsummary",
       {{"any", ""}, {"string", ""}},
       {}},
      {"com.atlassian.servicedesk:", "sd-request-participants", {{"array", "user"}}, {}}};
  return rows;
}

TEST_CASE("every custom type carries its kinds and no others, however old its schema is (18)") {
  for (const Row& row : Rows()) {
    for (const auto& [type, items] : row.schemas) {
      for (int kind = 0; kind <= static_cast<int>(K::kSprint); ++kind) {
        const auto one = static_cast<K>(kind);
        const Result<FieldShape> shape =
            ShapeOf(Field(std::string(row.prefix) + row.name, type, items), one);
        const bool fits = std::count(row.kinds.begin(), row.kinds.end(), one) > 0;
        CAPTURE(row.name);
        CAPTURE(NameOf(one));
        REQUIRE(shape.ok() == fits);
        if (fits) CHECK(shape.value().form == row.form);
      }
    }
  }
}

TEST_CASE("a field that Jira keeps by itself is refused in those words (pitfall 18)") {
  const Error error = ShapeOf(Field(std::string(kAgile) + "gh-lexo-rank", "any"), K::kLine).error();
  CHECK(error.code == "VAL-BINDING-KIND");
  CHECK(error.message ==
        "Jira field customfield_1 \"My field\" is of type any (gh-lexo-rank), which Jira keeps by "
        "itself, and cannot carry kind line; bind another field or leave this one unbound");
}

TEST_CASE("a type of an app that is not known goes by its schema") {
  CHECK(ShapeOf(Field("com.example.app:thing", "option"), K::kOption).value().form == F::kValue);
  CHECK(ShapeOf(Field("com.example.app:select", "string"), K::kLine).value().form == F::kString);
  CHECK(!ShapeOf(Field("com.example.app:thing", "any"), K::kLine).ok());
}

FieldShape Sprint() { return Shape("customfield_5", K::kSprint, F::kSprint, "Sprint"); }

Result<LocalField> ReadSprints(const std::string& json) {
  std::string text = IssueText();
  const std::string at = "\"customfield_5\":";
  text.replace(text.find(at), at.size(), at + json + ",\"x\":");
  const std::vector<FieldShape> shapes = {Sprint()};
  const Result<LocalIssue> issue = ParseIssue(Answered(text), shapes);
  if (!issue.ok()) return issue.error();
  return issue.value().fields.at("customfield_5");
}

TEST_CASE("of a sprint only the id is taken, wherever it stands and whatever it is called (19)") {
  const std::string head = "\"com.atlassian.greenhopper.service.sprint.Sprint@1f2e[";
  const auto one = [&](const std::string& inside) {
    return ReadSprints("[" + head + inside + "]\"]");
  };
  CHECK(one("id=5,rapidViewId=1,state=ACTIVE,name=A,goal=,sequence=5").value() == Just("5"));
  CHECK(one("id=5,rapidViewId=1,name=x,id=7,y,goal=[id=8]").value() == Just("5"));
  CHECK(one("rapidViewId=1,state=CLOSED,name=A [b] = c,id=76,goal=<null>").value() == Just("76"));
  CHECK(one("goal=none,id=76").value() == Just("76"));
  CHECK(ReadSprints("[" + head + "id=79,name=a]\"," + head + "id=76,name=b]\"]").value() ==
        Many({"76", "79"}));
  CHECK(ReadSprints("null").value() == LocalField{});
  CHECK(ReadSprints("[]").value() == LocalField{});
  CHECK(ReadSprints(R"([{"id":5,"name":"A"},6])").value() == Many({"5", "6"}));
  // Two that could be it: rather none. It hides only itself.
  CHECK(one("name=x,id=7,y,id=5").value() == Just(""));
  CHECK(one("name=x,rapidViewId=7").value() == Just(""));
  CHECK(one("id=,name=x").value() == Just(""));
  CHECK(ReadSprints("[\"Sprint 5\"]").value() == Just(""));
  CHECK(ReadSprints("[\"\"]").error().code == "VAL-JIRA-FIELD");
  CHECK(ReadSprints("\"5\"").error().code == "VAL-JIRA-FIELD");
  CHECK(ReadSprints(R"([{"id":"1e1","name":"A"}])").error().code == "VAL-JIRA-FIELD");
}

TEST_CASE("a sprint is written as a number, not an array (pitfall 19)") {
  const auto body = [](const LocalField& field) {
    const std::vector<FieldWrite> writes = {{Sprint(), field}};
    return EditIssue("1", writes, "");
  };
  CHECK(body(Just("76")).value().body == R"({"fields":{"customfield_5":76}})");
  CHECK(body({}).value().body == R"({"fields":{"customfield_5":null}})");
  CHECK(body(Many({"76", "79"})).error().code == "VAL-JIRA-VALUE");
  CHECK(body(Just("Sprint 1")).error().code == "VAL-JIRA-VALUE");
}

TEST_CASE("votes and watchers are counts that are read and never written") {
  for (const auto& [type, form] : {std::pair{"votes", F::kVotes}, {"watches", F::kWatches}}) {
    FieldInfo field;
    field.id = field.system = field.type = type;
    for (const K kind : {K::kNumber, K::kLine}) {
      const FieldShape shape = ShapeOf(field, kind).value();
      CHECK(shape.form == form);
      const std::vector<FieldWrite> writes = {{shape, Just("3")}};
      CHECK(EditIssue("1", writes, "").error().code == "VAL-JIRA-VALUE");
      std::string text = IssueText();
      text.replace(text.find("\"fields\":{"), 10, "\"fields\":{\"" + std::string(type) +
                                                      "\":{\"votes\":3,\"watchCount\":3},");
      const std::vector<FieldShape> shapes = {shape};
      CHECK(ParseIssue(Answered(text), shapes).value().fields.at(type) == Just("3"));
    }
    CHECK(!ShapeOf(field, K::kText).ok());
    CHECK(!ShapeForText(field).ok());
  }
}

TEST_CASE("an epic link is the key of the epic (pitfall 19)") {
  const FieldShape link =
      ShapeOf(Field(std::string(kAgile) + "gh-epic-link", "any"), K::kIssue).value();
  const std::vector<FieldWrite> writes = {{link, Just("PROJ-1")}};
  CHECK(EditIssue("1", writes, "").value().body == R"({"fields":{"customfield_1":"PROJ-1"}})");
}

}  // namespace
}  // namespace valise::jira
