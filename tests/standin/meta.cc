// What may be written where: field metadata of createmeta, editmeta and transitions.
#include "tests/standin/agile.h"
#include "tests/standin/json_writer.h"
#include "tests/standin/languages.h"
#include "tests/standin/model.h"
#include "tests/standin/render.h"
#include "tests/standin/render_pickers.h"
#include "tests/standin/security.h"
#include "tests/standin/workflow.h"

namespace valise::standin {
namespace {

using K = FieldKind;

template <typename T>
void WriteAll(JsonWriter& out, const std::vector<T>& all) {
  out.Key("allowedValues").Open('[');
  for (const T& one : all) out.Raw(one.json);
  out.Close(']');
}

void WriteAllowedTypes(JsonWriter& out, const Model& model, MetaOf meta,
                       const std::string& type_id) {
  const IssueType* current = model.TypeById(type_id);
  out.Key("allowedValues").Open('[');
  for (const IssueType& type : model.types) {
    // A standard issue cannot become a sub-task by an edit, nor the other way (pitfall 24).
    const bool fits =
        meta == MetaOf::kCreate ? type.id == type_id : current && type.subtask == current->subtask;
    if (fits) out.Raw(type.json);
  }
  out.Close(']');
}

void WriteAllowedVersions(JsonWriter& out, const Model& model) {
  out.Key("allowedValues").Open('[');
  for (const Version& version : model.versions) {
    if (!version.archived) out.Raw(version.json);
  }
  out.Close(']');
}

void WriteAllowedOptions(JsonWriter& out, const Model& model, const Field& field) {
  out.Key("allowedValues").Open('[');
  for (const FieldOption& option : field.options) {
    if (!option.parent.empty() || option.disabled) continue;
    if (field.kind != K::kCascadingSelect) {
      WriteOption(out, model, field, option.id);
      continue;
    }
    out.Open('{').Field("self", model.Rest("/customFieldOption/" + option.id));
    out.Field("value", option.value).Field("id", option.id).FieldBool("disabled", false);
    out.Key("children").Open('[');
    for (const FieldOption& child : field.options) {
      if (child.parent == option.id) WriteOption(out, model, field, child.id);
    }
    out.Close(']').Close('}');
  }
  out.Close(']');
}

void WriteLevels(JsonWriter& out, const Model& model, const User* viewer) {
  out.Key("allowedValues").Open('[');
  for (const SecurityLevel* level : LevelsFor(model, viewer)) out.Raw(LevelJson(model, *level));
  out.Close(']');
}

void WriteAllowed(JsonWriter& out, const Model& model, const Field& field, MetaOf meta,
                  const std::string& type_id) {
  const std::string users = "/user/assignable/search?project=" + model.options.project;
  switch (field.kind) {
    case K::kIssueType:
      WriteAllowedTypes(out, model, meta, type_id);
      break;
    case K::kPriority:
      WriteAll(out, model.priorities);
      break;
    case K::kResolution:
      WriteAll(out, model.resolutions);
      break;
    case K::kComponents:
      WriteAll(out, model.components);
      break;
    case K::kVersions:
    case K::kFixVersions:
    case K::kVersionPicker:
    case K::kMultiVersion:
      WriteAllowedVersions(out, model);
      break;
    case K::kAssignee:
      out.Field("autoCompleteUrl", model.Rest(users + "&username="));
      break;
    case K::kReporter:
    case K::kUserPicker:
    case K::kMultiUserPicker:
      out.Field("autoCompleteUrl", model.Rest("/user/search?username="));
      break;
    case K::kLabels:
    case K::kCustomLabels:
      out.Field("autoCompleteUrl", model.options.base_url + "/rest/api/1.0/labels/suggest?query=");
      break;
    case K::kGroupPicker:
    case K::kMultiGroupPicker:
      out.Field("autoCompleteUrl", model.Rest("/groups/picker?query="));
      break;
    case K::kProject:
    case K::kProjectPicker:
      out.Key("allowedValues").Open('[').Open('{').Field("id", model.project_id);
      out.Field("self", model.Rest("/project/" + model.project_id));
      out.Field("key", model.options.project).Field("name", model.options.project_name);
      out.Close('}').Close(']');
      break;
    default:
      if (!field.options.empty()) WriteAllowedOptions(out, model, field);
  }
}

void WriteUsers(JsonWriter& out, const Model& model, const std::vector<std::string>& keys) {
  out.Open('[');
  for (const std::string& key : keys) {
    const User* user = model.UserByKey(key);
    if (user != nullptr) out.Raw(user->json);
  }
  out.Close(']');
}

void WriteCascade(JsonWriter& out, const Model& model, const Field& field,
                  const std::vector<std::string>& ids) {
  if (ids.empty()) {
    out.Null();
    return;
  }
  const FieldOption* parent = ById(field.options, ids[0]);
  out.Open('{').Field("self", model.Rest("/customFieldOption/" + ids[0]));
  out.Field("value", parent == nullptr ? "" : parent->value).Field("id", ids[0]);
  out.FieldBool("disabled", parent != nullptr && parent->disabled);
  if (ids.size() > 1) {
    out.Key("child");
    WriteOption(out, model, field, ids[1]);
  }
  out.Close('}');
}

}  // namespace

void WriteOption(JsonWriter& out, const Model& model, const Field& field, std::string_view id) {
  const FieldOption* option = ById(field.options, id);
  out.Open('{').Field("self", model.Rest("/customFieldOption/" + std::string(id)));
  out.Field("value", option == nullptr ? "" : option->value).Field("id", id);
  out.FieldBool("disabled", option != nullptr && option->disabled).Close('}');
}

void WriteCustomValue(JsonWriter& out, const Model& model, const Field& field,
                      const FieldValue& value) {
  switch (field.kind) {
    case K::kFloat:
      out.Number(value.number);
      break;
    case K::kSprint:
      WriteSprints(out, model, value);
      break;
    case K::kEpicLink:
      WriteEpicLink(out, model, value);
      break;
    case K::kRank:
      WriteRank(out, value);
      break;
    case K::kDateTime:
      out.String(model.Time(value.time_ms));
      break;
    case K::kSelect:
    case K::kRadioButtons:
      WriteOption(out, model, field, value.items.at(0));
      break;
    case K::kMultiSelect:
    case K::kMultiCheckboxes:
      out.Open('[');
      for (const std::string& id : value.items) WriteOption(out, model, field, id);
      out.Close(']');
      break;
    case K::kCascadingSelect:
      WriteCascade(out, model, field, value.items);
      break;
    case K::kUserPicker: {
      const User* user = model.UserByKey(value.items.at(0));
      out.Raw(user == nullptr ? "null" : user->json);
      break;
    }
    case K::kMultiUserPicker:
      WriteUsers(out, model, value.items);
      break;
    case K::kCustomLabels:
      out.Open('[');
      for (const std::string& label : value.items) out.String(label);
      out.Close(']');
      break;
    default:
      if (IsPicker(field.kind))
        WritePickers(out, model, field, value);
      else
        out.String(value.text);
  }
}

void WriteFieldMeta(JsonWriter& out, const Model& model, const Field& field, bool required,
                    MetaOf meta, const std::string& type_id, const User* viewer) {
  out.Open('{').FieldBool("required", required).FieldRaw("schema", field.schema_json);
  out.Field("name", NameFor(model, field, viewer)).Field("fieldId", field.id);
  if (meta != MetaOf::kEdit) {
    const bool has_default = field.kind == K::kPriority || field.kind == K::kReporter;
    out.FieldBool("hasDefaultValue", has_default && meta == MetaOf::kCreate);
  }
  out.Key("operations").Open('[');
  for (const std::string& operation : field.operations) out.String(operation);
  out.Close(']');
  if (field.kind == K::kSecurity)
    WriteLevels(out, model, viewer);
  else
    WriteAllowed(out, model, field, meta, type_id);
  out.Close('}');
}

void WriteEditMeta(JsonWriter& out, const Model& model, const Issue& issue, const User* viewer) {
  out.Open('{').Key("fields").Open('{');
  for (const Field& field : model.fields) {
    if (!MayEdit(model, issue, viewer) || !IsOnEditScreen(field, issue)) continue;
    if (!MayWrite(model, field, viewer)) continue;
    out.Key(field.id);
    WriteFieldMeta(out, model, field, field.required, MetaOf::kEdit, issue.type, viewer);
  }
  out.Close('}').Close('}');
}

void WriteTransitions(JsonWriter& out, const Model& model, const Issue& issue, const User* viewer,
                      bool with_fields, const std::string& only_id) {
  out.Open('[');
  for (const Action* action : ActionsFor(model, issue, viewer)) {
    const std::string id = std::to_string(action->id);
    if (!only_id.empty() && id != only_id) continue;
    out.Open('{').Field("id", id).Field("name", action->name);
    const Status* to = model.StatusById(action->to);
    out.FieldRaw("to", to == nullptr ? "{}" : to->json);
    if (with_fields) {
      out.Key("fields").Open('{');
      for (const Field& field : model.fields) {
        if (!IsOnScreen(field, *action)) continue;
        out.Key(field.id);
        const bool required = IsRequired(field, *action);
        WriteFieldMeta(out, model, field, required, MetaOf::kTransition, issue.type, viewer);
      }
      out.Close('}');
    }
    out.Close('}');
  }
  out.Close(']');
}

}  // namespace valise::standin
