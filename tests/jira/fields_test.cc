#include "agent/core/words.h"
#include "agent/jira/fields.h"

#include "tests/jira/doctest.h"

namespace valise::jira {
namespace {

using K = ValueKind;
using F = JsonForm;

FieldInfo System(const char* id, const char* type, const char* items = "") {
  return {id, id, false, type, items, id, ""};
}

FieldInfo Custom(const char* custom, const char* type, const char* items = "") {
  return {"customfield_1",
          "My field",
          true,
          type,
          items,
          "",
          std::string("com.atlassian.jira.plugin.system.customfieldtypes:") + custom};
}

F FormOf(const FieldInfo& field, K kind) { return ShapeOf(field, kind).value().form; }

TEST_CASE("fields read from GET field, names localised or not (pitfall 18)") {
  HttpResponse response;
  response.body = R"([{"id":"summary","name":"Zusammenfassung","custom":false,
    "schema":{"type":"string","system":"summary"}},{"id":"customfield_10105","name":"Severity",
    "custom":true,"schema":{"type":"option","custom":"a.b:select","customId":10105}},
    {"id":"thumbnail","name":"Images","custom":false}, 7])";
  const auto fields = ParseFields(response).value();
  REQUIRE(fields.size() == 3);
  CHECK(fields[0].name == "Zusammenfassung");
  CHECK(fields[1] ==
        FieldInfo{"customfield_10105", "Severity", true, "option", "", "", "a.b:select"});
  CHECK(fields[2].type.empty());
  response.body = "{}";
  CHECK(!ParseFields(response).ok());
}

TEST_CASE("every kind finds the form of the field types that carry it") {
  CHECK(FormOf(System("summary", "string"), K::kLine) == F::kString);
  CHECK(FormOf(System("description", "string"), K::kText) == F::kString);
  CHECK(FormOf(System("environment", "string"), K::kText) == F::kString);
  CHECK(FormOf(Custom("textarea", "string"), K::kText) == F::kString);
  CHECK(FormOf(Custom("float", "number"), K::kNumber) == F::kNumber);
  CHECK(FormOf(System("duedate", "date"), K::kDate) == F::kString);
  CHECK(FormOf(Custom("datetime", "datetime"), K::kDatetime) == F::kString);
  CHECK(FormOf(System("priority", "priority"), K::kOption) == F::kName);
  CHECK(FormOf(System("resolution", "resolution"), K::kOption) == F::kName);
  CHECK(FormOf(Custom("select", "option"), K::kOption) == F::kValue);
  CHECK(FormOf(Custom("radiobuttons", "option"), K::kOption) == F::kValue);
  CHECK(FormOf(Custom("version", "version"), K::kOption) == F::kName);
  CHECK(FormOf(Custom("project", "project"), K::kOption) == F::kKey);
  CHECK(FormOf(Custom("multiselect", "array", "option"), K::kOptions) == F::kValueArray);
  CHECK(FormOf(Custom("multicheckboxes", "array", "option"), K::kOptions) == F::kValueArray);
  CHECK(FormOf(Custom("multicheckboxes", "array", "option"), K::kFlag) == F::kValueArray);
  CHECK(FormOf(Custom("cascadingselect", "option-with-child"), K::kCascade) == F::kCascade);
  CHECK(FormOf(Custom("cascadingselect", "array", "string"), K::kCascade) == F::kCascade);
  CHECK(FormOf(System("labels", "array", "string"), K::kSet) == F::kStringArray);
  CHECK(FormOf(Custom("labels", "array", "string"), K::kSet) == F::kStringArray);
  CHECK(FormOf(System("components", "array", "component"), K::kSet) == F::kNameArray);
  CHECK(FormOf(System("fixVersions", "array", "version"), K::kSet) == F::kNameArray);
  CHECK(FormOf(System("assignee", "user"), K::kPerson) == F::kUser);
  CHECK(FormOf(Custom("multiuserpicker", "array", "user"), K::kPeople) == F::kUserArray);
  CHECK(FormOf(Custom("url", "string"), K::kUrl) == F::kString);
  CHECK(FormOf(System("timeoriginalestimate", "number"), K::kDuration) == F::kEstimate);
  CHECK(FormOf(System("timeestimate", "number"), K::kDuration) == F::kEstimate);
}

TEST_CASE("a binding of the wrong kind is refused, naming the field and both types") {
  const std::vector<std::pair<FieldInfo, K>> wrong = {
      {System("summary", "string"), K::kText},
      {System("description", "string"), K::kLine},
      {Custom("float", "number"), K::kLine},
      {Custom("select", "option"), K::kSet},
      {System("labels", "array", "string"), K::kOptions},
      {System("timespent", "number"), K::kDuration},
      {System("thumbnail", ""), K::kLine}};
  for (const auto& [field, kind] : wrong) {
    const Result<FieldShape> shape = ShapeOf(field, kind);
    REQUIRE(!shape.ok());
    CHECK(shape.error().code == "VAL-BINDING-KIND");
    CHECK(shape.error().recovery == Recovery::kAskOperator);
    CHECK(shape.error().message.find(field.id) != std::string::npos);
    CHECK(shape.error().message.find(NameOf(kind)) != std::string::npos);
  }
  const std::string message = ShapeOf(Custom("float", "number"), K::kLine).error().message;
  CHECK(message ==
        "Jira field customfield_1 \"My field\" is of type number (float) and cannot "
        "carry kind line; bind another field or leave this one unbound");
}

TEST_CASE("the changelog's names: system fields by theirs, custom ones by display name") {
  CHECK(ShapeOf(System("fixVersions", "array", "version"), K::kSet).value().history_name ==
        "Fix Version");
  CHECK(ShapeOf(System("versions", "array", "version"), K::kSet).value().history_name == "Version");
  CHECK(ShapeOf(System("components", "array", "component"), K::kSet).value().history_name ==
        "Component");
  CHECK(ShapeOf(System("duedate", "date"), K::kDate).value().history_name == "duedate");
  CHECK(ShapeOf(Custom("float", "number"), K::kNumber).value().history_name == "My field");
}

}  // namespace
}  // namespace valise::jira
