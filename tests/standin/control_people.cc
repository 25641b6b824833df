// Users, and what they may do.
#include "tests/standin/control.h"
#include "tests/standin/languages.h"
#include "tests/standin/zone.h"

namespace valise::standin {
namespace {

using Change = void (*)(const Call&, User*);

std::string ChangeUser(Call& call, Change change) {
  const std::string name = call.body.Text("user");
  const User* found = call.model.UserByName(name);
  if (found == nullptr) return "no user '" + name + "'";
  User user = *found;
  change(call, &user);
  call.model.AddUser(std::move(user));
  return "";
}

// Role or group, whichever the request names.
std::set<std::string>& PlaceOf(const Call& call, User* user) {
  return call.body.Find("role") != nullptr ? user->roles : user->groups;
}

std::string PlaceName(const Call& call) {
  return call.body.Text(call.body.Find("role") != nullptr ? "role" : "group");
}

}  // namespace

std::string GrantVerb(Call& call) {
  return ChangeUser(
      call, [](const Call& c, User* user) { user->permissions.insert(c.body.Text("permission")); });
}

std::string RevokeVerb(Call& call) {
  return ChangeUser(
      call, [](const Call& c, User* user) { user->permissions.erase(c.body.Text("permission")); });
}

std::string JoinVerb(Call& call) {
  return ChangeUser(call, [](const Call& c, User* user) { PlaceOf(c, user).insert(PlaceName(c)); });
}

std::string LeaveVerb(Call& call) {
  return ChangeUser(call, [](const Call& c, User* user) { PlaceOf(c, user).erase(PlaceName(c)); });
}

// A new name under the same key (pitfall 17), another zone or language, an account switched off.
std::string UserVerb(Call& call) {
  const std::string zone = call.body.Text("timeZone"), rename = call.body.Text("rename");
  if (!zone.empty() && !IsKnownZone(zone)) return "unknown time zone " + zone;
  const std::string language = call.body.Text("language");
  if (!language.empty() && !IsKnownLanguage(language)) return "unknown language " + language;
  const User* taken = call.model.UserByName(rename);
  if (!rename.empty() && taken != nullptr) return "the name " + rename + " is taken";
  const std::string former = call.body.Text("user");
  const std::string error = ChangeUser(call, [](const Call& c, User* user) {
    const JsonValue& body = c.body;
    if (!body.Text("rename").empty()) user->name = body.Text("rename");
    if (!body.Text("timeZone").empty()) user->time_zone = body.Text("timeZone");
    if (!body.Text("language").empty()) user->language = body.Text("language");
    user->active = body.Flag("active", user->active);
  });
  if (!error.empty() || rename.empty()) return error;
  call.model.user_key_by_name.erase(Lower(former));
  for (auto& [token, name] : call.model.tokens) {
    if (Lower(name) == Lower(former)) name = rename;
  }
  return "";
}

}  // namespace valise::standin
