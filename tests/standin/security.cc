#include "tests/standin/security.h"

#include <algorithm>

#include "tests/standin/handlers.h"
#include "tests/standin/json_writer.h"

namespace valise::standin {
namespace {

bool SharesOne(const std::set<std::string>& a, const std::set<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& one) { return b.contains(one); });
}

void WriteLevels(JsonWriter& out, const Model& model,
                 const std::vector<const SecurityLevel*>& levels) {
  out.Key("levels").Open('[');
  for (const SecurityLevel* level : levels) out.Raw(LevelJson(model, *level));
  out.Close(']');
}

}  // namespace

bool ReadSecurityLevel(const std::string& text, SecurityLevel* level) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos) return false;
  level->name = text.substr(0, equals);
  for (const std::string& member : SplitList(std::string_view(text).substr(equals + 1), ',')) {
    const std::size_t colon = member.find(':');
    const std::string kind = member.substr(0, colon);
    const std::string name = colon == std::string::npos ? "" : member.substr(colon + 1);
    if (kind == "role")
      level->roles.insert(name);
    else if (kind == "group")
      level->groups.insert(name);
    else if (kind == "user")
      level->users.insert(name);
    else if (kind == "reporter")
      level->has_reporter = true;
    else if (kind == "assignee")
      level->has_assignee = true;
    else
      return false;
  }
  return true;
}

bool Model::AddSecurityLevel(const std::string& text) {
  SecurityLevel level;
  if (!ReadSecurityLevel(text, &level)) return false;
  level.id = std::to_string(10100 + security_levels.size());
  security_levels.push_back(std::move(level));
  return true;
}

bool IsIn(const Model&, const SecurityLevel& level, const Issue& issue, const User& user) {
  if (level.has_reporter && issue.reporter == user.key) return true;
  if (level.has_assignee && issue.assignee == user.key) return true;
  return SharesOne(level.roles, user.roles) || SharesOne(level.groups, user.groups) ||
         level.users.contains(user.name);
}

const SecurityLevel* LevelOf(const Model& model, const Issue& issue) {
  const auto parent = model.issues.find(issue.parent);
  const Issue& deciding = parent == model.issues.end() ? issue : *parent->second;
  return ById(model.security_levels, deciding.security);
}

std::vector<const SecurityLevel*> LevelsFor(const Model& model, const User* user) {
  std::vector<const SecurityLevel*> levels;
  if (user == nullptr || !user->permissions.contains("SET_ISSUE_SECURITY")) return levels;
  Issue own;  // one that the user reports
  own.reporter = user->key;
  for (const SecurityLevel& level : model.security_levels) {
    if (IsIn(model, level, own, *user)) levels.push_back(&level);
  }
  return levels;
}

std::string LevelJson(const Model& model, const SecurityLevel& level) {
  JsonWriter out;
  out.Open('{').Field("self", model.Rest("/securitylevel/" + level.id)).Field("id", level.id);
  return out.Field("description", "").Field("name", level.name).Close('}').Take();
}

bool MaySee(const Model& model, const Issue& issue, const User* user) {
  if (user == nullptr || !user->permissions.contains("BROWSE_PROJECTS")) return false;
  for (const OtherProject& other : model.other_projects) {
    const bool is_there = other.key == issue.project && other.is_hidden;
    if (is_there && !user->permissions.contains("ADMINISTER")) return false;
  }
  const SecurityLevel* level = LevelOf(model, issue);
  return level == nullptr || IsIn(model, *level, issue, *user);
}

Response GetSecurityLevels(Call& call) {
  Response failure;
  if (!SeesProject(call, &failure)) return failure;
  JsonWriter out;
  out.Open('{');
  WriteLevels(out, call.model, LevelsFor(call.model, call.user));
  return Json(200, out.Close('}').Take());
}

Response GetSecurityLevel(Call& call) {
  for (const SecurityLevel* level : LevelsFor(call.model, call.user)) {
    if (level->id == call.args[0]) return Json(200, LevelJson(call.model, *level));
  }
  return Fail(404, "The issue security level with id '" + call.args[0] + "' does not exist");
}

Response GetSecurityScheme(Call& call) {
  Response failure;
  if (!SeesProject(call, &failure)) return failure;
  if (!call.May("ADMINISTER_PROJECTS") && !call.May("ADMINISTER")) {
    return Forbidden(call, "You do not have permission to administer this project.");
  }
  if (call.model.security_levels.empty()) return Fail(404, "There is no security scheme.");
  std::vector<const SecurityLevel*> all;
  for (const SecurityLevel& level : call.model.security_levels) all.push_back(&level);
  JsonWriter out;
  out.Open('{').Field("self", call.model.Rest("/issuesecurityschemes/10000"));
  out.FieldInt("id", 10000).Field("name", "Issue Security Scheme").Field("description", "");
  const SecurityLevel* chosen =
      ByName(call.model.security_levels, call.model.options.default_security_level);
  if (chosen != nullptr) out.FieldRaw("defaultSecurityLevelId", chosen->id);
  WriteLevels(out, call.model, all);
  return Json(200, out.Close('}').Take());
}

}  // namespace valise::standin
