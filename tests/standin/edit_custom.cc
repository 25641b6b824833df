// Values of custom fields, as the REST API writes them (pitfall 18).
#include <algorithm>
#include <cmath>

#include "tests/standin/agile.h"
#include "tests/standin/edit.h"
#include "tests/standin/render_pickers.h"
#include "tests/standin/zone.h"

namespace valise::standin {
namespace {

using K = FieldKind;

void Fault(Edit& edit, const Field& field, const std::string& message) {
  edit.errors.fields[field.id] = message;
}

// By id or value, among the options below `parent`; a disabled one is refused.
const FieldOption* PickOption(Edit& edit, const Field& field, const JsonValue& value,
                              const std::string& parent) {
  const std::string id = value.Text("id"), text = value.Text("value");
  if (!value.IsObject()) {
    Fault(edit, field, "Could not find valid 'id' or 'value' in the Parent Option object.");
    return nullptr;
  }
  for (const FieldOption& option : field.options) {
    const bool matches = id.empty() ? option.value == text : option.id == id;
    if (matches && option.parent == parent && !option.disabled) return &option;
  }
  if (id.empty())
    Fault(edit, field, "Option value '" + text + "' is not valid");
  else
    Fault(edit, field, "Option id '" + id + "' is not valid");
  return nullptr;
}

FieldValue ReadText(Edit& edit, const Field& field, const JsonValue& value) {
  FieldValue read;
  const bool one_line = field.kind == K::kTextField;
  if (!value.IsString())
    Fault(edit, field, "Operation value must be a string");
  else if (one_line && value.text.size() > 254)
    Fault(edit, field,
          "The entered text is too long. It exceeds the allowed limit of 255 characters.");
  else if (IsTooLong(edit.model, value.text))
    Fault(edit, field, kTooLong);
  else
    read.text = value.text;
  return read;
}

FieldValue ReadUrl(Edit& edit, const Field& field, const JsonValue& value) {
  FieldValue read = ReadText(edit, field, value);
  if (!read.text.empty() && read.text.find("://") == std::string::npos) {
    Fault(edit, field, "Not a valid URL");
  }
  return read;
}

FieldValue ReadDate(Edit& edit, const Field& field, const JsonValue& value) {
  FieldValue read;
  if (value.IsString() && IsDate(value.text))
    read.text = value.text;
  else
    Fault(edit, field, "Error parsing date string: " + value.text);
  return read;
}

FieldValue ReadDateTime(Edit& edit, const Field& field, const JsonValue& value) {
  FieldValue read;
  const auto instant = value.IsString() ? ParseJiraTime(value.text) : std::nullopt;
  if (instant.has_value())
    read.time_ms = *instant;
  else
    Fault(edit, field, "Error parsing time: " + value.text);
  read.text = "set";  // so that 1970 differs from no value
  return read;
}

FieldValue ReadNumber(Edit& edit, const Field& field, const JsonValue& value) {
  FieldValue read;
  if (!value.IsNumber() || !std::isfinite(value.number)) {
    Fault(edit, field, "Operation value must be a number");
  }
  read.number = value.number;
  read.text = "set";
  return read;
}

FieldValue ReadOption(Edit& edit, const Field& field, const JsonValue& value) {
  FieldValue read;
  const FieldOption* option = PickOption(edit, field, value, "");
  if (option == nullptr) return read;
  read.items.push_back(option->id);
  if (field.kind != K::kCascadingSelect || value.At("child").IsNull()) return read;
  const FieldOption* child = PickOption(edit, field, value.At("child"), option->id);
  if (child != nullptr) read.items.push_back(child->id);
  return read;
}

FieldValue ReadPerson(Edit& edit, const Field& field, const JsonValue& value) {
  FieldValue read;
  bool is_null = false;
  const User* user = ReadUser(edit, field, value, &is_null);
  if (user != nullptr) read.items.push_back(user->key);
  return read;
}

bool IsList(K kind) {
  return kind == K::kMultiSelect || kind == K::kMultiCheckboxes || kind == K::kMultiUserPicker ||
         IsMultiPicker(kind);
}

void ApplyItem(Edit& edit, const Field& field, Operation operation, const JsonValue& value,
               std::vector<std::string>* items) {
  const FieldValue one = field.kind == K::kMultiUserPicker ? ReadPerson(edit, field, value)
                         : IsMultiPicker(field.kind)       ? ReadPicked(edit, field, value)
                                                           : ReadOption(edit, field, value);
  if (one.items.empty()) return;
  const auto place = std::find(items->begin(), items->end(), one.items[0]);
  if (operation == Operation::kRemove && place != items->end()) items->erase(place);
  if (operation != Operation::kRemove && place == items->end()) items->push_back(one.items[0]);
}

void ApplyItems(Edit& edit, const Field& field, Operation operation, const JsonValue& value,
                FieldValue* target) {
  if (operation != Operation::kSet) {
    ApplyItem(edit, field, operation, value, &target->items);
  } else {
    target->items.clear();
    if (!value.IsNull() && !value.IsArray()) Fault(edit, field, "data was not an array");
    for (const JsonValue& one : value.items) {
      ApplyItem(edit, field, Operation::kAdd, one, &target->items);
    }
  }
  std::sort(target->items.begin(), target->items.end());
}

FieldValue ReadSingle(Edit& edit, const Field& field, const JsonValue& value) {
  const bool empty_text = value.IsString() && value.text.empty();
  if (value.IsNull() || empty_text) return {};
  switch (field.kind) {
    case K::kFloat:
      return ReadNumber(edit, field, value);
    case K::kDatePicker:
      return ReadDate(edit, field, value);
    case K::kDateTime:
      return ReadDateTime(edit, field, value);
    case K::kSelect:
    case K::kRadioButtons:
    case K::kCascadingSelect:
      return ReadOption(edit, field, value);
    case K::kUserPicker:
      return ReadPerson(edit, field, value);
    case K::kGroupPicker:
    case K::kProjectPicker:
    case K::kVersionPicker:
      return ReadPicked(edit, field, value);
    case K::kUrl:
      return ReadUrl(edit, field, value);
    default:
      return ReadText(edit, field, value);
  }
}

}  // namespace

void ApplyCustomValue(Edit& edit, const Field& field, Operation operation, const JsonValue& value) {
  if (field.kind == K::kSprint) return SetSprint(edit, field, value);
  if (field.kind == K::kEpicLink) return SetEpicLink(edit, field, value);
  FieldValue& target = edit.draft.custom[field.id];
  if (field.kind == K::kCustomLabels) {
    ApplyLabels(edit, field, operation, value, &target.items);
  } else if (IsList(field.kind)) {
    ApplyItems(edit, field, operation, value, &target);
  } else {
    target = ReadSingle(edit, field, value);
  }
  if (target == FieldValue()) edit.draft.custom.erase(field.id);
}

}  // namespace valise::standin
