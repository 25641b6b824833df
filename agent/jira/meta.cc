// Parsers of Jira's metadata: types, fields, screens, names.
#include "agent/jira/answers.h"
#include "agent/jira/parse.h"
#include "agent/jira/values.h"

namespace valise::jira {
namespace {

IssueTypeInfo ReadType(const Json& json) {
  return {json["id"].String(), json["name"].String(), json["subtask"].IsTrue(), {}};
}

std::vector<IssueTypeInfo> ReadTypes(const Json& list) {
  std::vector<IssueTypeInfo> types;
  for (const Json& item : list.items) types.push_back(ReadType(item));
  return types;
}

// `id` is the member's name where the JSON itself lacks it (editmeta, old createmeta).
MetaField ReadMetaField(const Json& json, const std::string& id) {
  MetaField meta;
  meta.field = ReadFieldInfo(json);
  if (meta.field.id.empty()) meta.field.id = id;
  meta.is_required = json["required"].IsTrue();
  meta.has_default = json["hasDefaultValue"].IsTrue();
  meta.allowed = ReadAllowed(json);
  return meta;
}

std::vector<MetaField> ReadFieldMap(const Json& fields) {
  std::vector<MetaField> all;
  for (std::size_t i = 0; i < fields.names.size(); ++i) {
    all.push_back(ReadMetaField(fields.items[i], fields.names[i]));
  }
  return all;
}

}  // namespace

Result<std::vector<NamedThing>> ParseNames(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  if (!json.is_array()) return BadMember("list of names", "[]");
  std::vector<NamedThing> things;
  for (const Json& item : json.items) {
    if (item["name"].String().empty()) return BadMember("list of names", "name");
    things.push_back({item["id"].String(), item["name"].String()});
  }
  return things;
}

Result<std::vector<IssueTypeInfo>> ParseIssueTypes(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  if (!json.is_array()) return BadMember("list of issue types", "[]");
  return ReadTypes(json);
}

Result<std::vector<IssueTypeInfo>> ParseProjectStatuses(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  if (!json.is_array()) return BadMember("list of statuses by type", "[]");
  std::vector<IssueTypeInfo> types;
  for (const Json& item : json.items) {
    types.push_back(ReadType(item));
    for (const Json& status : item["statuses"].items) {
      types.back().statuses.push_back(status["name"].String());
    }
  }
  return types;
}

Result<ProjectInfo> ParseProject(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  ProjectInfo project{json["id"].String(), json["key"].String(), json["name"].String(),
                      ReadTypes(json["issueTypes"])};
  if (project.key.empty()) return BadMember("project", "key");
  return project;
}

Result<MetaPage<IssueTypeInfo>> ParseCreateTypes(const HttpResponse& response) {
  return ReadPage<IssueTypeInfo>(
      response, [](const Json& json) -> Result<IssueTypeInfo> { return ReadType(json); });
}

Result<MetaPage<MetaField>> ParseCreateFields(const HttpResponse& response) {
  return ReadPage<MetaField>(
      response, [](const Json& json) -> Result<MetaField> { return ReadMetaField(json, ""); });
}

Result<std::vector<CreateType>> ParseCreateMetaOld(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  if (!json["projects"].is_array()) return BadMember("createmeta", "projects");
  std::vector<CreateType> types;
  for (const Json& project : json["projects"].items) {
    for (const Json& type : project["issuetypes"].items) {
      types.push_back({ReadType(type), ReadFieldMap(type["fields"])});
    }
  }
  return types;
}

Result<std::vector<MetaField>> ParseEditMeta(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  if (!json["fields"].is_object()) return BadMember("editmeta", "fields");
  return ReadFieldMap(json["fields"]);
}

}  // namespace valise::jira
