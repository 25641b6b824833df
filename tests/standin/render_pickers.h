// Custom fields that pick a group, a project or a version, as shown.
#pragma once

#include <string>

#include "tests/standin/model.h"

namespace valise::standin {

class JsonWriter;

bool IsPicker(FieldKind kind);
bool IsMultiPicker(FieldKind kind);

void WritePickers(JsonWriter& out, const Model& model, const Field& field, const FieldValue& value);

// As in a history item.
struct PickedShown {
  std::string id, text;
};
PickedShown ShowPicked(const Model& model, const Field& field, const FieldValue& value);

}  // namespace valise::standin
