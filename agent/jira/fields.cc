#include "agent/jira/fields.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include "agent/core/words.h"
#include "agent/jira/json.h"
#include "agent/jira/parse.h"

namespace valise::jira {
namespace {

using std::string_literals::operator""s;

using MaybeForm = std::optional<JsonForm>;

// The last part of schema.custom: "select". Empty for system fields.
std::string_view CustomType(const FieldInfo& field) {
  const std::string_view custom = field.custom;
  const std::size_t colon = custom.rfind(':');
  return colon == std::string_view::npos ? custom : custom.substr(colon + 1);
}

bool IsText(const FieldInfo& field) {
  return field.system == "description" || field.system == "environment" ||
         CustomType(field) == "textarea";
}

// Types whose values are one line and cannot keep line ends.
bool IsLine(const FieldInfo& field) {
  return field.system == "summary" || CustomType(field) == "textfield";
}

MaybeForm StringForm(const FieldInfo& field, ValueKind kind) {
  const std::string_view custom = CustomType(field);
  if (field.type != "string") return std::nullopt;
  if (kind == ValueKind::kUrl && (custom == "url" || custom == "textfield")) {
    return JsonForm::kString;
  }
  if (kind == ValueKind::kLine && !IsText(field)) return JsonForm::kString;
  if (kind == ValueKind::kText && !IsLine(field) && custom != "url") return JsonForm::kString;
  return std::nullopt;
}

MaybeForm ArrayForm(const FieldInfo& field, ValueKind kind) {
  if (field.type != "array") return std::nullopt;
  const std::string& items = field.items;
  const bool is_named = items == "version" || items == "component" || items == "group";
  switch (kind) {
    case ValueKind::kOptions:
    case ValueKind::kFlag:
      if (items == "option") return JsonForm::kValueArray;
      break;
    case ValueKind::kPeople:
      if (items == "user") return JsonForm::kUserArray;
      break;
    case ValueKind::kSet:
      if (is_named) return JsonForm::kNameArray;
      if (items == "string") return JsonForm::kStringArray;
      break;
    default:
      break;
  }
  return std::nullopt;
}

MaybeForm OptionForm(const FieldInfo& field) {
  if (field.type == "option") return JsonForm::kValue;
  if (field.type == "project") return JsonForm::kKey;
  const bool is_named = field.type == "priority" || field.type == "resolution" ||
                        field.type == "version" || field.type == "group" ||
                        field.type == "securitylevel";
  return is_named ? MaybeForm(JsonForm::kName) : std::nullopt;
}

constexpr std::string_view kStandard = "com.atlassian.jira.plugin.system.customfieldtypes:";
constexpr std::string_view kAgile = "com.pyxis.greenhopper.jira:";

struct CustomForm {
  std::string_view type;
  std::vector<ValueKind> kinds;
  JsonForm form;
};

// Jira's own custom types (pitfall 18). What schema.type says of them changed over the years: a
// select was once a "string", check boxes an array of "string", an epic link is "any".
const std::vector<CustomForm>& StandardForms() {
  using K = ValueKind;
  static const std::vector<CustomForm> forms = {
      {"textfield", {K::kLine, K::kUrl}, JsonForm::kString},
      {"textarea", {K::kText}, JsonForm::kString},
      {"float", {K::kNumber}, JsonForm::kNumber},
      {"importid", {K::kNumber}, JsonForm::kNumber},
      {"datepicker", {K::kDate}, JsonForm::kString},
      {"datetime", {K::kDatetime}, JsonForm::kString},
      {"select", {K::kOption, K::kFlag}, JsonForm::kValue},
      {"radiobuttons", {K::kOption, K::kFlag}, JsonForm::kValue},
      {"multiselect", {K::kOptions, K::kFlag}, JsonForm::kValueArray},
      {"multicheckboxes", {K::kOptions, K::kFlag}, JsonForm::kValueArray},
      {"cascadingselect", {K::kCascade}, JsonForm::kCascade},
      {"labels", {K::kSet}, JsonForm::kStringArray},
      {"url", {K::kUrl, K::kLine}, JsonForm::kString},
      {"userpicker", {K::kPerson}, JsonForm::kUser},
      {"multiuserpicker", {K::kPeople}, JsonForm::kUserArray},
      {"grouppicker", {K::kOption}, JsonForm::kName},
      {"multigrouppicker", {K::kSet}, JsonForm::kNameArray},
      {"project", {K::kOption}, JsonForm::kKey},
      {"version", {K::kOption}, JsonForm::kName},
      {"multiversion", {K::kSet}, JsonForm::kNameArray},
      {"readonlyfield", {}, JsonForm::kString}};
  return forms;
}

// Those of Jira Software.
const std::vector<CustomForm>& AgileForms() {
  using K = ValueKind;
  static const std::vector<CustomForm> forms = {
      {"gh-sprint", {K::kSprint}, JsonForm::kSprint},
      {"gh-epic-link", {K::kIssue}, JsonForm::kString},
      {"gh-epic-label", {K::kLine}, JsonForm::kString},
      {"gh-epic-color", {K::kLine}, JsonForm::kString},
      {"gh-epic-status", {K::kOption}, JsonForm::kValue},
      {"gh-lexo-rank", {}, JsonForm::kString}};
  return forms;
}

const CustomForm* FindCustom(const FieldInfo& field) {
  const std::string_view custom = field.custom;
  const bool is_standard = custom.starts_with(kStandard);
  if (!is_standard && !custom.starts_with(kAgile)) return nullptr;
  for (const CustomForm& form : is_standard ? StandardForms() : AgileForms()) {
    if (form.type == CustomType(field)) return &form;
  }
  return nullptr;
}

// Kept by Jira or an app: a value that is written would be refused, or lost.
bool IsReadOnly(const FieldInfo& field) {
  const CustomForm* known = FindCustom(field);
  if (known != nullptr) return known->kinds.empty();
  const std::string_view type = CustomType(field);
  return field.custom.starts_with("com.atlassian.jpo:") || type.starts_with("sd-") ||
         type == "devsummary" || type == "devsummarycf";
}

// Counts that Jira keeps: they can be read, and are never written.
MaybeForm CountForm(const FieldInfo& field) {
  if (field.type == "votes") return JsonForm::kVotes;
  return field.type == "watches" ? MaybeForm(JsonForm::kWatches) : std::nullopt;
}

bool IsEstimate(const std::string& system_field) {
  return system_field == "timeoriginalestimate" || system_field == "timeestimate";
}

MaybeForm FormByType(const FieldInfo& field, ValueKind kind) {
  const auto when = [&](const char* type, JsonForm form) {
    return field.type == type ? MaybeForm(form) : std::nullopt;
  };
  switch (kind) {
    case ValueKind::kLine:
      if (const MaybeForm count = CountForm(field)) return count;
      return StringForm(field, kind);
    case ValueKind::kText:
    case ValueKind::kUrl:
      return StringForm(field, kind);
    case ValueKind::kNumber:
      if (const MaybeForm count = CountForm(field)) return count;
      return when("number", JsonForm::kNumber);
    case ValueKind::kDate:
      return when("date", JsonForm::kString);
    case ValueKind::kDatetime:
      return when("datetime", JsonForm::kString);
    case ValueKind::kOption:
      return OptionForm(field);
    case ValueKind::kPerson:
      return when("user", JsonForm::kUser);
    case ValueKind::kFlag:
      if (field.type == "option") return JsonForm::kValue;
      return ArrayForm(field, kind);
    case ValueKind::kCascade:
      return when("option-with-child", JsonForm::kCascade);
    case ValueKind::kOptions:
    case ValueKind::kSet:
    case ValueKind::kPeople:
      return ArrayForm(field, kind);
    case ValueKind::kDuration:
      if (IsEstimate(field.system)) return JsonForm::kEstimate;
      break;
    case ValueKind::kIssue:
    case ValueKind::kSprint:
      break;
  }
  return std::nullopt;
}

MaybeForm FormOf(const FieldInfo& field, ValueKind kind) {
  if (IsReadOnly(field)) return std::nullopt;
  const CustomForm* known = FindCustom(field);
  if (known == nullptr) return FormByType(field, kind);
  const bool fits = std::find(known->kinds.begin(), known->kinds.end(), kind) != known->kinds.end();
  return fits ? MaybeForm(known->form) : std::nullopt;
}

std::string Describe(const FieldInfo& field) {
  std::string text = field.type.empty() ? "unknown" : field.type;
  if (!field.items.empty()) text += " of " + field.items;
  const std::string_view custom = CustomType(field);
  if (!custom.empty()) text += " (" + std::string(custom) + ")";
  return text;
}

}  // namespace

FieldInfo ReadFieldInfo(const Json& json) {
  const Json& schema = json["schema"];
  FieldInfo field;
  field.id = json["id"].String();
  if (field.id.empty()) field.id = json["fieldId"].String();
  field.name = json["name"].String();
  field.type = schema["type"].String();
  field.items = schema["items"].String();
  field.system = schema["system"].String();
  field.custom = schema["custom"].String();
  field.is_custom = json["custom"].IsTrue() || !field.custom.empty();
  return field;
}

Result<std::vector<FieldInfo>> ParseFields(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  if (!json.is_array()) {
    return Error{Recovery::kRetryLater, "VAL-JIRA-FORMAT", "list of fields is no array"};
  }
  std::vector<FieldInfo> fields;
  for (const Json& item : json.items) {
    FieldInfo field = ReadFieldInfo(item);
    if (!field.id.empty()) fields.push_back(std::move(field));
  }
  return fields;
}

Result<FieldShape> ShapeOf(const FieldInfo& field, ValueKind kind) {
  const MaybeForm form = FormOf(field, kind);
  if (!form) {
    return Error{Recovery::kAskOperator, "VAL-BINDING-KIND",
                 "Jira field " + field.id + " \"" + field.name + "\" is of type " +
                     Describe(field) +
                     (IsReadOnly(field) ? ", which Jira keeps by itself,"s : ""s) +
                     " and cannot carry kind " + NameOf(kind) +
                     "; bind another field or leave this one unbound"};
  }
  return FieldShape{field.id, kind, *form,
                    field.is_custom ? field.name : SystemHistoryName(field.id)};
}

Result<FieldShape> ShapeForText(const FieldInfo& field) {
  using K = ValueKind;
  for (const K kind : {K::kOption, K::kNumber, K::kDate, K::kDatetime, K::kPerson, K::kCascade,
                       K::kOptions, K::kPeople, K::kSet, K::kLine, K::kText, K::kIssue,
                       K::kSprint}) {
    if (FormOf(field, kind) && !CountForm(field)) return ShapeOf(field, kind);
  }
  return ShapeOf(field, K::kUrl);
}

LocalField FieldOfText(const FieldShape& shape, const std::string& text) {
  constexpr std::string_view kBetween = " / ";
  const std::size_t at = text.find(kBetween);
  LocalField field;
  if (shape.kind == ValueKind::kCascade && at != std::string::npos) {
    field.values.push_back(Value{text.substr(0, at), text.substr(at + kBetween.size())});
  } else {
    field.values.push_back(Value{text, ""});
  }
  return field;
}

std::string ScreenFieldOf(const std::string& field_id) {
  return IsEstimate(field_id) ? kTimeTracking : field_id;
}

std::string SystemHistoryName(const std::string& field_id) {
  static const std::map<std::string, std::string> kNames = {
      {"fixVersions", "Fix Version"}, {"versions", "Version"}, {"components", "Component"},
      {"parent", "Parent"},           {"issuelinks", "Link"},  {"attachment", "Attachment"}};
  const auto found = kNames.find(field_id);
  return found == kNames.end() ? field_id : found->second;
}

}  // namespace valise::jira
