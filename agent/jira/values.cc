#include "agent/jira/values.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "agent/core/times.h"
#include "agent/core/words.h"
#include "agent/jira/times.h"

namespace valise::jira {
namespace {

Error Unreadable(const FieldShape& shape) {
  return {Recovery::kRetryLater, "VAL-JIRA-FIELD",
          "field " + shape.id + " does not hold a " + NameOf(shape.kind) +
              " in the form its type promises; check the binding against the field's type"};
}

Error Unwritable(const FieldShape& shape, const char* why) {
  return {Recovery::kAskOperator, "VAL-JIRA-VALUE", "field " + shape.id + ": " + why};
}

using MaybeValue = std::optional<Value>;

// A text without which the value is not what its form promises.
MaybeValue TextOf(const Json& json) {
  if (json.String().empty()) return std::nullopt;
  return Value{json.String(), ""};
}

MaybeValue ReadCascade(const Json& json) {
  if (json["value"].String().empty()) return std::nullopt;
  return Value{json["value"].String(), json["child"]["value"].String()};
}

MaybeValue ReadPerson(const Json& json) {
  const LocalUser user = ReadUser(json);
  if (user.name.empty()) return std::nullopt;
  return Value{user.name, user.display_name};
}

MaybeValue ReadPlain(const Json& json, ValueKind kind) {
  const std::string& text = json.String();
  if (kind == ValueKind::kDate) {
    return IsDate(text) ? MaybeValue(Value{text, ""}) : std::nullopt;
  }
  if (kind == ValueKind::kDatetime) {
    const std::optional<std::int64_t> instant = ParseJiraTime(text);
    return instant ? MaybeValue(Value{NormalTime(*instant), ""}) : std::nullopt;
  }
  return TextOf(json);
}

MaybeValue ReadNumber(const Json& json) {
  const std::optional<std::string> number = NormalNumber(json.String());
  return number ? MaybeValue(Value{*number, ""}) : std::nullopt;
}

// Runs of digits behind `name` that a comma or bracket ends.
std::set<std::string> NumbersAfter(std::string_view text, std::string_view name) {
  std::set<std::string> numbers;
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at)) {
    at += name.size();
    const std::size_t end = std::min(text.find_first_not_of("0123456789", at), text.size());
    const bool is_ended = end < text.size() && (text[end] == ',' || text[end] == ']');
    if (end > at && is_ended) numbers.insert(std::string(text.substr(at, end - at)));
  }
  return numbers;
}

// The id of "com.atlassian...Sprint@1f2[id=5,rapidViewId=1,state=...,name=...]". The order of the
// members varies, and a name or goal may hold anything (pitfall 19): the first member is the one
// that nobody can forge; elsewhere, an id that is not the only one is no id.
MaybeValue ReadSprint(const Json& json) {
  const Json& plain = json.is_object() ? json["id"] : json;
  const std::string_view text = plain.String();
  if (text.find_first_not_of("0123456789") == std::string_view::npos) return TextOf(plain);
  if (json.is_object()) return std::nullopt;
  const std::size_t open = text.find('[');
  if (open == std::string_view::npos) return std::nullopt;
  const std::string_view first = text.substr(open, text.find_first_of(",]", open) + 1 - open);
  std::set<std::string> ids = NumbersAfter(first, "[id=");
  if (ids.empty()) ids = NumbersAfter(text.substr(open), ",id=");
  if (ids.size() != 1) return std::nullopt;
  return Value{*ids.begin(), ""};
}

MaybeValue ReadOne(const Json& json, const FieldShape& shape) {
  switch (shape.form) {
    case JsonForm::kString:
      return ReadPlain(json, shape.kind);
    case JsonForm::kNumber:
    case JsonForm::kEstimate:
      return ReadNumber(json);
    case JsonForm::kName:
    case JsonForm::kNameArray:
      return TextOf(json["name"]);
    case JsonForm::kValue:
    case JsonForm::kValueArray:
      return TextOf(json["value"]);
    case JsonForm::kKey:
      return TextOf(json["key"]);
    case JsonForm::kCascade:
      return ReadCascade(json);
    case JsonForm::kStringArray:
      return json.is_string() ? TextOf(json) : std::nullopt;
    case JsonForm::kUser:
    case JsonForm::kUserArray:
      return ReadPerson(json);
    case JsonForm::kVotes:
      return ReadNumber(json["votes"]);
    case JsonForm::kWatches:
      return ReadNumber(json["watchCount"]);
    case JsonForm::kSprint:
      return ReadSprint(json);
  }
  return std::nullopt;
}

bool IsArray(JsonForm form) {
  return form == JsonForm::kNameArray || form == JsonForm::kValueArray ||
         form == JsonForm::kStringArray || form == JsonForm::kUserArray;
}

Result<LocalField> ReadArray(const Json& json, const FieldShape& shape) {
  LocalField field;
  if (!json.is_array()) return Unreadable(shape);
  for (const Json& item : json.items) {
    MaybeValue value = ReadOne(item, shape);
    const bool is_text = shape.form == JsonForm::kSprint && item.is_string() && item.text != "";
    if (!value && is_text) value = Value{};  // a name that forges ids holds up nothing else
    if (!value) return Unreadable(shape);
    field.values.push_back(std::move(*value));
  }
  std::sort(field.values.begin(), field.values.end());
  field.values.erase(std::unique(field.values.begin(), field.values.end()), field.values.end());
  return field;
}

void WriteObject(std::string_view name, std::string_view text, JsonWriter& writer) {
  writer.BeginObject().Member(name, text).EndObject();
}

Result<void> WritePlain(const Value& value, const FieldShape& shape, JsonWriter& writer) {
  if (shape.kind == ValueKind::kDate && !IsDate(value.text)) {
    return Unwritable(shape, "the value is no date (yyyy-mm-dd)");
  }
  if (shape.kind != ValueKind::kDatetime) {
    writer.String(value.text);
    return Ok();
  }
  const std::optional<std::int64_t> instant = ParseJiraTime(value.text);
  if (!instant) return Unwritable(shape, "the value is no date with time");
  writer.String(JiraTime(*instant));
  return Ok();
}

Result<void> WriteNumber(const Value& value, const FieldShape& shape, JsonWriter& writer) {
  const std::optional<std::string> number = NormalNumber(value.text);
  if (!number) return Unwritable(shape, "the value is no number");
  writer.Number(*number);
  return Ok();
}

// Jira keeps estimates to the minute and has no smaller unit; a week or day of its own has as many
// hours as its administrator says.
Result<void> WriteEstimate(const Value& value, const FieldShape& shape, JsonWriter& writer) {
  const std::optional<std::int64_t> seconds = DurationSeconds(value.text);
  if (!seconds) return Unwritable(shape, "the value is no duration in seconds");
  writer.String(std::to_string(*seconds / 60) + "m");
  return Ok();
}

void WriteCascade(const Value& value, JsonWriter& writer) {
  writer.BeginObject().Member("value", value.text);
  if (!value.detail.empty()) {
    writer.Name("child");
    WriteObject("value", value.detail, writer);
  }
  writer.EndObject();
}

Result<void> WriteOne(const Value& value, const FieldShape& shape, JsonWriter& writer) {
  switch (shape.form) {
    case JsonForm::kString:
      return WritePlain(value, shape, writer);
    case JsonForm::kNumber:
    case JsonForm::kSprint:  // a number, not an array (pitfall 19)
      return WriteNumber(value, shape, writer);
    case JsonForm::kEstimate:
      return WriteEstimate(value, shape, writer);
    case JsonForm::kVotes:
    case JsonForm::kWatches:
      return Unwritable(shape, "Jira counts it by itself");
    case JsonForm::kStringArray:
      writer.String(value.text);
      break;
    case JsonForm::kValue:
    case JsonForm::kValueArray:
      WriteObject("value", value.text, writer);
      break;
    case JsonForm::kKey:
      WriteObject("key", value.text, writer);
      break;
    case JsonForm::kCascade:
      WriteCascade(value, writer);
      break;
    case JsonForm::kName:
    case JsonForm::kNameArray:
    case JsonForm::kUser:
    case JsonForm::kUserArray:
      WriteObject("name", value.text, writer);
      break;
  }
  return Ok();
}

// Jira unassigns by a user without a name (pitfall 17), and clears an estimate as its own form
// does; every other empty scalar is null.
void WriteEmpty(const FieldShape& shape, JsonWriter& writer) {
  if (shape.form == JsonForm::kEstimate) {
    writer.String("");
    return;
  }
  if (shape.id != "assignee") {
    writer.Null();
    return;
  }
  writer.BeginObject().Name("name").Null().EndObject();
}

}  // namespace

LocalUser ReadUser(const Json& json) {
  LocalUser user{json["name"].String(), json["displayName"].String()};
  if (user.name.empty()) user.name = json["key"].String();
  return user;
}

Result<LocalField> ReadValue(const Json& json, const FieldShape& shape) {
  if (json.is_null()) return LocalField{};
  const bool is_list = IsArray(shape.form) || shape.form == JsonForm::kSprint;
  if (is_list) return ReadArray(json, shape);
  if (json.is_string() && json.text.empty()) return LocalField{};
  MaybeValue value = ReadOne(json, shape);
  if (!value) return Unreadable(shape);
  return LocalField{{std::move(*value)}};
}

Result<void> WriteValue(const LocalField& field, const FieldShape& shape, JsonWriter& writer) {
  if (IsArray(shape.form)) {
    writer.BeginArray();
    for (const Value& value : field.values) TRY(WriteOne(value, shape, writer));
    writer.EndArray();
    return Ok();
  }
  if (field.values.size() > 1) return Unwritable(shape, "the field holds a single value");
  if (!field.values.empty()) return WriteOne(field.values.front(), shape, writer);
  WriteEmpty(shape, writer);
  return Ok();
}

}  // namespace valise::jira
