// Jira's fields: what a field is (GET field), and the shape in which its value is read and written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/core/contract.h"
#include "agent/core/local.h"
#include "agent/jira/http.h"
#include "packet/result.h"

namespace valise::jira {

// The JSON a field's value has, reading and writing. An empty field is null, or [] in arrays.
enum class JsonForm : std::uint8_t {
  kString,       // "text"; dates and datetimes too, converted by kind
  kNumber,       // 1.5
  kName,         // {"name": "Major"}
  kValue,        // {"value": "Red"}
  kKey,          // {"key": "PROJ"}
  kCascade,      // {"value": "parent", "child": {"value": "child"}}
  kUser,         // {"name": "bob"}
  kNameArray,    // [{"name": "1.0"}]
  kValueArray,   // [{"value": "Red"}]
  kStringArray,  // ["label"]
  kUserArray,    // [{"name": "bob"}]
  kVotes,        // read: {"votes": 3}; Jira keeps it by itself
  kWatches,      // read: {"watchCount": 3}; likewise
  kSprint,       // read: ids, of past sprints too, from ["...Sprint@1f[id=5,...]"]; written: 5
  kEstimate      // read: 5400, in seconds; written: "90m", as a member of kTimeTracking
};

// One field as GET field, createmeta and editmeta describe it. `name` is localised (pitfall 18).
struct FieldInfo {
  std::string id;  // "summary", "customfield_10105"
  std::string name;
  bool is_custom = false;
  std::string type;    // schema.type: "string", "option", "array", ...
  std::string items;   // schema.items, of arrays
  std::string system;  // schema.system
  std::string custom;  // schema.custom: "com.atlassian.jira.plugin.system.customfieldtypes:select"
  bool operator==(const FieldInfo&) const = default;
};

// How one bound field is read and written.
struct FieldShape {
  std::string id;
  ValueKind kind = ValueKind::kLine;
  JsonForm form = JsonForm::kString;
  std::string history_name;  // as the changelog names it: "Fix Version", a custom field's name
  bool operator==(const FieldShape&) const = default;
};

// GET field. Errors: kRetryLater "VAL-JIRA-FORMAT".
Result<std::vector<FieldInfo>> ParseFields(const HttpResponse& response);

// By schema.custom where that type is known (pitfall 18: never by name), else by schema.type.
// Errors: kAskOperator "VAL-BINDING-KIND" when a field of that type cannot carry the kind, or when
// Jira or an app keeps it by itself (rank, devsummary, read-only fields).
// kFlag fits check boxes and selects: its local value is the option that is ticked, which the
// binding names. A sprint
// has ids for values, an empty one where Jira's text hides it, and an epic link the epic's key: the
// caller says what they stand for (pitfall 19).
Result<FieldShape> ShapeOf(const FieldInfo& field, ValueKind kind);

// The shape in which a value that a person wrote as text is written: by the first kind that a field
// of this type carries. Errors: "VAL-BINDING-KIND" when Jira keeps the field by itself.
Result<FieldShape> ShapeForText(const FieldInfo& field);
// "parent / child" in a cascade; elsewhere the text is the value.
LocalField FieldOfText(const FieldShape& shape, const std::string& text);

// The field by which Jira takes both estimates; read, each is a field of its own.
inline constexpr char kTimeTracking[] = "timetracking";
// The field that stands on screens for this one, and that Jira blames when it refuses a value.
std::string ScreenFieldOf(const std::string& field_id);

// The changelog's name of a system field ("fixVersions" -> "Fix Version"); others: the id itself.
std::string SystemHistoryName(const std::string& field_id);

}  // namespace valise::jira
