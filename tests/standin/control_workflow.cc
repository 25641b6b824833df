// The workflow, as its administrator draws it (pitfall 22).
#include "tests/standin/control.h"

namespace valise::standin {
namespace {

const Status* StatusNamed(const Model& model, const std::string& name, std::string* error) {
  const Status* status = ByName(model.statuses, name);
  if (status == nullptr) *error = "no status '" + name + "'";
  return status;
}

Screen ScreenNamed(const std::string& name, std::string* error) {
  if (name.empty() || name == "none") return Screen::kNone;
  if (name == "assign") return Screen::kAssign;
  if (name != "resolve") *error = "unknown screen '" + name + "'";
  return Screen::kResolve;
}

std::set<std::string> Texts(const JsonValue& list) {
  std::set<std::string> texts;
  for (const JsonValue& one : list.items) texts.insert(one.text);
  return texts;
}

// {"field": id, "required": true}: on the transition's screen. {"field": id, "validated": true}:
// refused without a value, though nothing says so beforehand.
ScreenField ReadScreenField(const Model& model, const JsonValue& value, std::string* error) {
  const std::string id = value.Text("field");
  if (model.FieldById(id) == nullptr) *error = "no field '" + id + "'";
  return {id, value.Flag("required", false), value.Flag("validated", false)};
}

Action ReadAction(const Model& model, const JsonValue& value, int id, std::string* error) {
  Action action;
  action.id = value.Find("id") == nullptr ? id : static_cast<int>(NumberOf(value.Text("id")));
  action.name = value.Text("name");
  const Status* to = StatusNamed(model, value.Text("to"), error);
  if (to != nullptr) action.to = to->id;
  for (const JsonValue& from : value.At("from").items) {
    const Status* status = StatusNamed(model, from.text, error);
    if (status != nullptr) action.from.insert(status->id);
  }
  action.screen = ScreenNamed(value.Text("screen"), error);
  action.clears_resolution = value.Flag("clearsResolution", false);
  action.only_assignee = value.Flag("onlyAssignee", false);
  action.permissions = Texts(value.At("permissions"));
  action.roles = Texts(value.At("roles"));
  for (const JsonValue& one : value.At("fields").items) {
    action.fields.push_back(ReadScreenField(model, one, error));
  }
  for (const JsonValue& one : value.At("postFunctions").items) {
    action.post_functions.push_back({one.Text("field"), ToText(one.At("value"))});
  }
  return action;
}

}  // namespace

// {"name", "category": 2 new, 4 in progress, 3 done}; no transition leads to it.
std::string AddStatusVerb(Call& call) {
  const std::string name = call.body.Text("name");
  if (name.empty() || ByName(call.model.statuses, name) != nullptr) return "";
  const int category = static_cast<int>(NumberOf(call.body.Text("category")));
  call.model.AddStatus({call.model.NewId(), name, "", category == 0 ? 2 : category, ""});
  return "";
}

// Replaces the whole workflow; with "add": true what is given comes on top. "initial" names the
// status of new issues.
std::string SetTransitionsVerb(Call& call) {
  std::string error;
  Model& model = call.model;
  const std::string initial = call.body.Text("initial");
  const Status* first = initial.empty() ? nullptr : StatusNamed(model, initial, &error);
  std::vector<Action> actions;
  if (call.body.Flag("add", false)) actions = model.actions;
  for (const JsonValue& one : call.body.At("transitions").items) {
    int id = 11;
    for (const Action& action : actions) id = std::max(id, action.id + 10);
    actions.push_back(ReadAction(model, one, id, &error));
  }
  if (!error.empty()) return error;
  model.actions = std::move(actions);
  if (first != nullptr) model.initial_status = first->id;
  return "";
}

}  // namespace valise::standin
