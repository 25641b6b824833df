// Writing field values as the REST API gives them onto a copy of an issue, and telling afterwards
// what changed. Problems are collected, not thrown: Jira answers all of them at once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/standin/call.h"
#include "tests/standin/model.h"

namespace valise::standin {

struct Edit {
  const Model& model;
  const User& user;
  Issue& draft;
  Errors& errors;
};

enum class Operation { kSet, kAdd, kRemove };

// Applies one operation to one field that is known to be on the screen.
void ApplyValue(Edit& edit, const Field& field, Operation operation, const JsonValue& value);

// Used by ApplyValue for the custom kinds.
void ApplyCustomValue(Edit& edit, const Field& field, Operation operation, const JsonValue& value);

// Applies body.fields and body.update; `is_allowed` says which fields the screen has. A field not
// there gives the "appropriate screen" error (pitfall 21). update.comment is left to the caller.
template <typename Predicate>
void ApplyBody(Edit& edit, const JsonValue& body, Predicate is_allowed);

// Used by ApplyCustomValue for fields that pick a group, a project or a version.
FieldValue ReadPicked(Edit& edit, const Field& field, const JsonValue& value);

// The user named by {"name": ...}; null and an error if there is none, null alone for null.
const User* ReadUser(Edit& edit, const Field& field, const JsonValue& value, bool* is_null);

bool IsTooLong(const Model& model, std::string_view text);
extern const char kTooLong[];

// History items for every difference, in the form pitfall 9 describes.
std::vector<ChangeItem> Differences(const Model& model, const Issue& before, const Issue& after);

// Adds or removes the name in a list that stays sorted; replaces it on kSet.
void ApplyLabels(Edit& edit, const Field& field, Operation operation, const JsonValue& value,
                 std::vector<std::string>* labels);

// Fails what RefuseValue forbids: the fields that differ are compared as rendered.
void CheckRefusals(const Model& model, const Issue& before, const Issue& after, Errors& errors);

// Whether the field shows null or an empty list.
bool IsEmptyField(const Model& model, const Issue& issue, const Field& field);

const char kNotOnScreen[] = "It is not on the appropriate screen, or unknown.";

template <typename Predicate>
void ApplyBody(Edit& edit, const JsonValue& body, Predicate is_allowed) {
  const JsonValue& fields = body.At("fields");
  const JsonValue& update = body.At("update");
  const auto field_for = [&](const std::string& id) -> const Field* {
    const Field* field = edit.model.FieldById(id);
    if (field != nullptr && is_allowed(*field)) return field;
    edit.errors.fields[id] = "Field '" + id + "' cannot be set. " + kNotOnScreen;
    return nullptr;
  };
  for (const auto& [id, value] : fields.members) {
    const Field* field = field_for(id);
    if (field != nullptr) ApplyValue(edit, *field, Operation::kSet, value);
  }
  for (const auto& [id, operations] : update.members) {
    if (id == "comment") continue;
    if (fields.Find(id) != nullptr) {
      edit.errors.fields[id] = "Field '" + id + "' cannot be set in both 'fields' and 'update'.";
      continue;
    }
    const Field* field = field_for(id);
    if (field == nullptr) continue;
    for (const JsonValue& one : operations.items) {
      for (const auto& [name, value] : one.members) {
        if (name == "set")
          ApplyValue(edit, *field, Operation::kSet, value);
        else if (name == "add")
          ApplyValue(edit, *field, Operation::kAdd, value);
        else if (name == "remove")
          ApplyValue(edit, *field, Operation::kRemove, value);
        else
          edit.errors.fields[id] = "Field '" + id + "' does not support operation '" + name + "'";
      }
    }
  }
}

}  // namespace valise::standin
