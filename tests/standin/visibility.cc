#include "tests/standin/visibility.h"

#include "tests/standin/json_writer.h"

namespace valise::standin {
namespace {

// Roles and groups that exist, whoever is in them.
bool IsKnownPlace(const Model& model, const Visibility& visibility) {
  for (const auto& [key, user] : model.users) {
    const auto& mine = visibility.type == "role" ? user.roles : user.groups;
    if (mine.contains(visibility.value)) return true;
  }
  return false;
}

}  // namespace

bool MaySee(const Visibility& visibility, const User* viewer) {
  if (visibility.type.empty()) return true;
  if (viewer == nullptr) return false;
  const auto& mine = visibility.type == "role" ? viewer->roles : viewer->groups;
  return mine.contains(visibility.value);
}

void ReadVisibility(const Call& call, const JsonValue& value, Visibility* visibility,
                    Errors* errors) {
  if (value.IsNull()) {
    *visibility = {};
    return;
  }
  *visibility = {Lower(value.Text("type")), value.Text("value")};
  std::string& error = errors->fields["commentLevel"];
  const bool is_role = visibility->type == "role";
  const auto& mine = is_role ? call.user->roles : call.user->groups;
  if (!is_role && visibility->type != "group") {
    error = "Invalid visibility type.";
  } else if (!IsKnownPlace(call.model, *visibility)) {
    error = (is_role ? "Role: " : "Group: ") + visibility->value + " does not exist.";
  } else if (!mine.contains(visibility->value)) {
    error = std::string("You are currently not a member of the ") +
            (is_role ? "project role: " : "group: ") + visibility->value + ".";
  } else {
    errors->fields.erase("commentLevel");
  }
}

void WriteVisibility(JsonWriter& out, const Visibility& visibility) {
  if (visibility.type.empty()) return;
  out.Key("visibility").Open('{').Field("type", visibility.type);
  out.Field("value", visibility.value).Close('}');
}

}  // namespace valise::standin
