// Custom fields that pick a group, a project or a version (pitfall 18).
#include "tests/standin/edit.h"

namespace valise::standin {
namespace {

FieldValue Fault(Edit& edit, const Field& field, const std::string& message) {
  edit.errors.fields[field.id] = message;
  return {};
}

bool IsKnownGroup(const Model& model, const std::string& name) {
  for (const auto& [key, user] : model.users) {
    if (user.groups.contains(name)) return true;
  }
  return false;
}

FieldValue One(const std::string& item) {
  FieldValue value;
  value.items = {item};
  return value;
}

FieldValue ReadGroup(Edit& edit, const Field& field, const JsonValue& value) {
  const std::string name = value.Text("name");
  if (!value.IsObject()) return Fault(edit, field, "Could not find valid 'name' in group object.");
  if (IsKnownGroup(edit.model, name)) return One(name);
  return Fault(edit, field, "Could not find group with name '" + name + "'.");
}

FieldValue ReadProject(Edit& edit, const Field& field, const JsonValue& value) {
  const Model& model = edit.model;
  const std::string id = value.Text("id"), key = value.Text("key");
  if (id == model.project_id || key == model.options.project) return One(model.project_id);
  for (const OtherProject& other : model.other_projects) {
    if (!other.is_hidden && (other.id == id || other.key == key)) return One(other.id);
  }
  return Fault(edit, field, "Could not find project with id or key '" + id + key + "'.");
}

FieldValue ReadVersion(Edit& edit, const Field& field, const JsonValue& value) {
  const std::string id = value.Text("id"), name = value.Text("name");
  const Version* version =
      id.empty() ? ByName(edit.model.versions, name) : ById(edit.model.versions, id);
  if (version != nullptr) return One(version->id);
  return Fault(edit, field,
               id.empty() ? "Version name '" + name + "' is not valid"
                          : "Version id '" + id + "' is not valid");
}

}  // namespace

FieldValue ReadPicked(Edit& edit, const Field& field, const JsonValue& value) {
  switch (field.kind) {
    case FieldKind::kGroupPicker:
    case FieldKind::kMultiGroupPicker:
      return ReadGroup(edit, field, value);
    case FieldKind::kProjectPicker:
      return ReadProject(edit, field, value);
    default:
      return ReadVersion(edit, field, value);
  }
}

}  // namespace valise::standin
