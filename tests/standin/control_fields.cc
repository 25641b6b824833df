// Field configuration: names, what is required, what is on which screen (pitfalls 18, 21).
#include "tests/standin/control.h"

namespace valise::standin {

std::string FieldVerb(Call& call) {
  const JsonValue& body = call.body;
  for (Field& field : call.model.fields) {
    if (field.id != body.Text("field")) continue;
    if (!body.Text("name").empty()) field.name = body.Text("name");
    field.required = body.Flag("required", field.required);
    field.on_create = body.Flag("onCreate", field.on_create);
    field.on_edit = body.Flag("onEdit", field.on_edit);
    return "";
  }
  return "no field '" + body.Text("field") + "'";
}

}  // namespace valise::standin
