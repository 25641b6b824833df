#include "tests/standin/render_pickers.h"

#include "tests/standin/json_writer.h"
#include "tests/standin/render_parts.h"

namespace valise::standin {
namespace {

void WritePicked(JsonWriter& out, const Model& model, const Field& field, const std::string& item) {
  switch (field.kind) {
    case FieldKind::kGroupPicker:
    case FieldKind::kMultiGroupPicker:
      out.Open('{').Field("name", item);
      out.Field("self", model.Rest("/group?groupname=" + item)).Close('}');
      break;
    case FieldKind::kProjectPicker:
      WriteProject(out, model, ProjectById(model, item));
      break;
    default:
      WriteNamed(out, model.versions, item);
  }
}

std::string NameOfPicked(const Model& model, const Field& field, const std::string& item) {
  if (field.kind == FieldKind::kProjectPicker) return ProjectById(model, item).name;
  const Version* version = ById(model.versions, item);
  return version == nullptr ? item : version->name;
}

}  // namespace

bool IsPicker(FieldKind kind) {
  return kind == FieldKind::kGroupPicker || kind == FieldKind::kProjectPicker ||
         kind == FieldKind::kVersionPicker || IsMultiPicker(kind);
}

bool IsMultiPicker(FieldKind kind) {
  return kind == FieldKind::kMultiGroupPicker || kind == FieldKind::kMultiVersion;
}

void WritePickers(JsonWriter& out, const Model& model, const Field& field,
                  const FieldValue& value) {
  if (!IsMultiPicker(field.kind)) {
    WritePicked(out, model, field, value.items.at(0));
    return;
  }
  out.Open('[');
  for (const std::string& item : value.items) WritePicked(out, model, field, item);
  out.Close(']');
}

PickedShown ShowPicked(const Model& model, const Field& field, const FieldValue& value) {
  if (!IsMultiPicker(field.kind)) {
    return {value.items.at(0), NameOfPicked(model, field, value.items.at(0))};
  }
  PickedShown shown;
  for (const std::string& item : value.items) {
    shown.id += (shown.id.empty() ? "[" : ", ") + item;
    shown.text += (shown.text.empty() ? "" : ", ") + NameOfPicked(model, field, item);
  }
  shown.id += "]";
  return shown;
}

}  // namespace valise::standin
