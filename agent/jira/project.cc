#include "agent/jira/project.h"

#include "agent/jira/build.h"
#include "agent/jira/parse.h"
#include "agent/jira/requests.h"
#include "agent/jira/times.h"
#include "agent/jira/values.h"

namespace valise::jira {
namespace {

// Old versions of Jira print a time behind the day.
Result<std::string> ReadDay(const Json& json, const char* member) {
  if (json[member].is_null() || json[member].String().empty()) return std::string();
  const std::string day = json[member].String().substr(0, 10);
  if (!IsDate(day)) return BadMember("version", member);
  return day;
}

Result<VersionInfo> ReadVersionJson(const Json& json) {
  VersionInfo version;
  version.id = json["id"].String();
  version.name = json["name"].String();
  if (version.id.empty()) return BadMember("version", "id");
  if (version.name.empty()) return BadMember("version", "name");
  version.description = json["description"].String();
  version.is_released = json["released"].IsTrue();
  version.is_archived = json["archived"].IsTrue();
  version.start_date = TRY(ReadDay(json, "startDate"));
  version.release_date = TRY(ReadDay(json, "releaseDate"));
  return version;
}

Result<ComponentInfo> ReadComponentJson(const Json& json) {
  ComponentInfo component{json["id"].String(), json["name"].String(), json["description"].String(),
                          ReadUser(json["lead"])};
  if (component.id.empty()) return BadMember("component", "id");
  if (component.name.empty()) return BadMember("component", "name");
  return component;
}

template <typename T>
Result<std::vector<T>> ReadList(const HttpResponse& response, Result<T> (*read)(const Json&),
                                const char* what) {
  const Json json = TRY(ParseJson(response.body));
  if (!json.is_array()) return BadMember(what, "[]");
  std::vector<T> things;
  for (const Json& item : json.items) things.push_back(TRY(read(item)));
  return things;
}

// Null clears a date that is set.
Result<void> WriteDay(const char* member, const std::string& day, bool is_edit,
                      JsonWriter& writer) {
  if (!day.empty() && !IsDate(day)) {
    return Error{Recovery::kAskOperator, "VAL-JIRA-VALUE",
                 std::string("version: ") + member + " is no date (yyyy-mm-dd)"};
  }
  if (!day.empty()) writer.Member(member, day);
  if (day.empty() && is_edit) writer.Name(member).Null();
  return Ok();
}

Result<void> WriteEdit(const VersionEdit& edit, JsonWriter& writer) {
  if (edit.description) writer.Member("description", *edit.description);
  if (edit.is_released) writer.Name("released").Bool(*edit.is_released);
  if (edit.is_archived) writer.Name("archived").Bool(*edit.is_archived);
  if (edit.start_date) TRY(WriteDay("startDate", *edit.start_date, true, writer));
  return edit.release_date ? WriteDay("releaseDate", *edit.release_date, true, writer) : Ok();
}

}  // namespace

Result<HttpRequest> CreateVersion(std::string_view project_key, const VersionInfo& version) {
  JsonWriter writer;
  writer.BeginObject().Member("project", project_key);
  writer.Member("name", version.name).Member("description", version.description);
  writer.Name("released").Bool(version.is_released);
  writer.Name("archived").Bool(version.is_archived);
  TRY(WriteDay("startDate", version.start_date, false, writer));
  TRY(WriteDay("releaseDate", version.release_date, false, writer));
  writer.EndObject();
  return Write("POST", "version", std::move(writer));
}

Result<HttpRequest> EditVersion(std::string_view version_id, const VersionEdit& edit) {
  JsonWriter writer;
  writer.BeginObject();
  TRY(WriteEdit(edit, writer));
  writer.EndObject();
  return Write("PUT", "version/" + PercentEncode(version_id), std::move(writer));
}

HttpRequest ReadVersion(std::string_view version_id) {
  return Get("version/" + PercentEncode(version_id));
}

Result<std::vector<VersionInfo>> ParseVersions(const HttpResponse& response) {
  return ReadList(response, ReadVersionJson, "list of versions");
}

Result<VersionInfo> ParseVersion(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  return ReadVersionJson(json);
}

Result<HttpRequest> CreateComponent(std::string_view project_key, const ComponentInfo& component) {
  JsonWriter writer;
  writer.BeginObject().Member("project", project_key).Member("name", component.name);
  writer.Member("description", component.description);
  if (!component.lead.name.empty()) writer.Member("leadUserName", component.lead.name);
  writer.EndObject();
  return Write("POST", "component", std::move(writer));
}

Result<HttpRequest> EditComponent(std::string_view component_id, const std::string& description) {
  JsonWriter writer;
  writer.BeginObject().Member("description", description).EndObject();
  return Write("PUT", "component/" + PercentEncode(component_id), std::move(writer));
}

HttpRequest ReadComponent(std::string_view component_id) {
  return Get("component/" + PercentEncode(component_id));
}

Result<std::vector<ComponentInfo>> ParseComponents(const HttpResponse& response) {
  return ReadList(response, ReadComponentJson, "list of components");
}

Result<ComponentInfo> ParseComponent(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  return ReadComponentJson(json);
}

HttpRequest ReadSecurityLevels(std::string_view project_key) {
  return Get(ProjectPath(project_key) + "/securitylevel");
}

Result<std::vector<NamedThing>> ParseSecurityLevels(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  if (!json["levels"].is_array()) return BadMember("list of security levels", "levels");
  std::vector<NamedThing> levels;
  for (const Json& item : json["levels"].items) {
    if (item["name"].String().empty()) return BadMember("list of security levels", "name");
    levels.push_back({item["id"].String(), item["name"].String()});
  }
  return levels;
}

HttpRequest ReadProjectRoles(std::string_view project_key) {
  return Get(ProjectPath(project_key) + "/role");
}

Result<std::vector<std::string>> ParseProjectRoles(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  if (!json.is_object()) return BadMember("list of roles", "{}");
  return json.names;
}

}  // namespace valise::jira
