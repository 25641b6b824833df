// Roles and groups: what comments, work logs and levels may be restricted to (pitfall 12).
#include "tests/standin/handlers.h"
#include "tests/standin/json_writer.h"

namespace valise::standin {
namespace {

// A role or group exists while someone is in it; the three roles of a new Jira exist always.
std::set<std::string> RolesOf(const Model& model) {
  std::set<std::string> roles = {"Administrators", "Developers", "Users"};
  for (const auto& [key, user] : model.users) roles.insert(user.roles.begin(), user.roles.end());
  return roles;
}

std::set<std::string> GroupsOf(const Model& model) {
  std::set<std::string> groups;
  for (const auto& [key, user] : model.users) {
    groups.insert(user.groups.begin(), user.groups.end());
  }
  return groups;
}

constexpr std::size_t kGroupsShown = 20;

}  // namespace

Response GetProjectRoles(Call& call) {
  Response failure;
  if (!SeesProject(call, &failure)) return failure;
  const std::string root = "/project/" + call.model.project_id + "/role/";
  std::size_t id = 10000;
  JsonWriter out;
  out.Open('{');
  for (const std::string& role : RolesOf(call.model)) {
    out.Field(role, call.model.Rest(root + std::to_string(id++)));
  }
  return Json(200, out.Close('}').Take());
}

// Whoever may not browse users gets an empty list, not an error.
Response FindGroups(Call& call) {
  if (call.user == nullptr) return Fail(401, "You must be authenticated to find groups.");
  const std::string wanted = Lower(call.Query("query"));
  std::set<std::string> found;
  for (const std::string& group : GroupsOf(call.model)) {
    if (Lower(group).find(wanted) != std::string::npos) found.insert(group);
  }
  if (!call.May("USER_PICKER")) found.clear();
  const std::size_t shown = std::min(found.size(), kGroupsShown);
  JsonWriter out;
  out.Open('{').Field("header", "Showing " + std::to_string(shown) + " of " +
                                    std::to_string(found.size()) + " matching groups");
  out.FieldInt("total", static_cast<std::int64_t>(found.size())).Key("groups").Open('[');
  std::size_t at = 0;
  for (const std::string& group : found) {
    if (at++ == shown) break;
    out.Open('{').Field("name", group).Field("html", group).Key("labels").Open('[').Close(']');
    out.Close('}');
  }
  return Json(200, out.Close(']').Close('}').Take());
}

}  // namespace valise::standin
