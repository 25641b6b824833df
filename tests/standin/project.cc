// The one project, its versions and components.
#include <algorithm>

#include "tests/standin/handlers.h"
#include "tests/standin/json_writer.h"
#include "tests/standin/zone.h"

namespace valise::standin {
namespace {

bool IsTheProject(const Model& model, const std::string& id_or_key) {
  return id_or_key == model.options.project || id_or_key == model.project_id;
}

// A thing's JSON within an issue lacks the project; its own resource has it.
std::string WithMore(std::string json, const std::string& members) {
  json.pop_back();
  return json + members + '}';
}

std::string VersionJson(const Model& model, const Version& version) {
  return WithMore(version.json, ",\"projectId\":" + model.project_id);
}

// Whom a component gives its issues to; what cannot be is the project's default, nobody.
std::string ComponentJson(const Model& model, const Component& component) {
  const User* lead = model.UserByKey(component.lead);
  const User* project_lead = model.UserByName("admin");
  const std::string& type = component.assignee_type;
  const User* assignee = type == "COMPONENT_LEAD" ? lead : nullptr;
  if (type == "PROJECT_LEAD") assignee = project_lead;
  const bool is_valid = assignee != nullptr && assignee->permissions.contains("ASSIGNABLE_USER");
  JsonWriter out;
  out.Open('{').Field("assigneeType", type);
  if (assignee != nullptr) out.FieldRaw("assignee", assignee->json);
  out.Field("realAssigneeType", is_valid || type == "UNASSIGNED" ? type : "PROJECT_DEFAULT");
  if (is_valid) out.FieldRaw("realAssignee", assignee->json);
  out.FieldBool("isAssigneeTypeValid", is_valid).Field("project", model.options.project);
  out.FieldRaw("projectId", model.project_id);
  if (lead != nullptr) out.FieldRaw("lead", lead->json);
  return WithMore(component.json, ',' + out.Take().substr(1));
}

void WriteVersions(JsonWriter& out, const Model& model) {
  out.Open('[');
  for (const Version& version : model.versions) out.Raw(VersionJson(model, version));
  out.Close(']');
}

void WriteComponents(JsonWriter& out, const Model& model) {
  out.Open('[');
  for (const Component& component : model.components) out.Raw(ComponentJson(model, component));
  out.Close(']');
}

void WriteProject(JsonWriter& out, const Model& model, bool whole) {
  const std::string avatar = model.options.base_url + "/secure/projectavatar?";
  out.Open('{').Field("expand", "description,lead,url,projectKeys");
  out.Field("self", model.Rest("/project/" + model.project_id)).Field("id", model.project_id);
  out.Field("key", model.options.project).Field("name", model.options.project_name);
  if (whole) {
    out.Field("description", "").FieldRaw("lead", model.UserByName("admin")->json);
    out.Key("components");
    WriteComponents(out, model);
    out.Key("issueTypes").Open('[');
    for (const IssueType& type : model.types) out.Raw(type.json);
    out.Close(']').Field("assigneeType", "UNASSIGNED").Key("versions");
    WriteVersions(out, model);
    const std::string role = "/project/" + model.project_id + "/role/";
    out.Key("roles").Open('{').Field("Administrators", model.Rest(role + "10002"));
    out.Field("Developers", model.Rest(role + "10001")).Close('}');
  }
  out.Key("avatarUrls").Open('{').Field("48x48", avatar + "avatarId=10324");
  out.Field("16x16", avatar + "size=xsmall&avatarId=10324").Close('}');
  out.Field("projectTypeKey", "software").FieldBool("archived", false).Close('}');
}

// Reads what was sent onto the version; problems go to errors.
void ReadVersion(const Call& call, Version* version, Errors* errors) {
  const JsonValue& body = call.body;
  if (body.Find("name") != nullptr) version->name = body.Text("name");
  if (body.Find("description") != nullptr) version->description = body.Text("description");
  version->archived = body.Flag("archived", version->archived);
  version->released = body.Flag("released", version->released);
  for (auto [name, target] : {std::pair{"startDate", &version->start_date},
                              std::pair{"releaseDate", &version->release_date}}) {
    if (body.Find(name) == nullptr) continue;
    *target = body.Text(name);
    if (!target->empty() && !IsDate(*target)) {
      errors->fields[name] = "Could not parse date '" + *target + "'";
    }
  }
  const bool has_both = !version->start_date.empty() && !version->release_date.empty();
  if (has_both && version->start_date > version->release_date) {
    errors->fields["startDate"] = "The start date must be before the release date.";
  }
  if (version->name.empty()) errors->fields["name"] = "You must specify a valid version name";
  const Version* same = ByName(call.model.versions, version->name);
  if (same != nullptr && same->id != version->id) {
    errors->fields["name"] = "A version with this name already exists in this project.";
  }
}

bool NamesTheProject(const Call& call) {
  const std::string key = call.body.Text("project");
  return IsTheProject(call.model, key.empty() ? call.body.Text("projectId") : key);
}

void ReadComponent(const Call& call, Component* component, Errors* errors) {
  const JsonValue& body = call.body;
  if (body.Find("name") != nullptr) component->name = body.Text("name");
  if (body.Find("description") != nullptr) component->description = body.Text("description");
  const std::string lead_name = body.Text("leadUserName");
  const User* lead = call.model.UserByName(lead_name);
  if (lead != nullptr) component->lead = lead->key;
  if (body.Find("leadUserName") != nullptr && lead_name.empty()) component->lead.clear();
  if (!lead_name.empty() && lead == nullptr) {
    errors->fields["leadUserName"] = "The user " + lead_name + " does not exist.";
  }
  if (body.Find("assigneeType") != nullptr) component->assignee_type = body.Text("assigneeType");
  static const std::set<std::string> kTypes = {"PROJECT_DEFAULT", "COMPONENT_LEAD", "PROJECT_LEAD",
                                               "UNASSIGNED"};
  if (!kTypes.contains(component->assignee_type)) {
    errors->fields["assigneeType"] = "Unknown assignee type.";
  }
  if (component->name.empty()) {
    errors->fields["name"] = "The component name specified is invalid - cannot be an empty string.";
  }
  const Component* same = ByName(call.model.components, component->name);
  if (same != nullptr && same->id != component->id) {
    errors->fields["name"] =
        "A component with the name " + component->name + " already exists in this project.";
  }
}

}  // namespace

bool MayAdminister(const Call& call) {
  return call.May("ADMINISTER_PROJECTS") || call.May("ADMINISTER");
}

bool SeesProject(const Call& call, Response* failure) {
  if (IsTheProject(call.model, call.args.at(0)) && call.May("BROWSE_PROJECTS")) return true;
  *failure = Fail(404, "No project could be found with key '" + call.args[0] + "'.");
  return false;
}

Response GetProjects(Call& call) {
  JsonWriter out;
  out.Open('[');
  if (call.May("BROWSE_PROJECTS")) WriteProject(out, call.model, false);
  return Json(200, out.Close(']').Take());
}

Response GetProject(Call& call) {
  Response failure;
  if (!SeesProject(call, &failure)) return failure;
  JsonWriter out;
  WriteProject(out, call.model, true);
  return Json(200, out.Take());
}

Response GetProjectStatuses(Call& call) {
  Response failure;
  if (!SeesProject(call, &failure)) return failure;
  JsonWriter out;
  out.Open('[');
  for (const IssueType& type : call.model.types) {
    out.Open('{').Field("self", call.model.Rest("/issuetype/" + type.id)).Field("id", type.id);
    out.Field("name", type.name).FieldBool("subtask", type.subtask).Key("statuses").Open('[');
    for (const Status& status : call.model.statuses) out.Raw(status.json);
    out.Close(']').Close('}');
  }
  return Json(200, out.Close(']').Take());
}

Response GetProjectVersions(Call& call) {
  Response failure;
  if (!SeesProject(call, &failure)) return failure;
  JsonWriter out;
  WriteVersions(out, call.model);
  return Json(200, out.Take());
}

Response GetProjectVersionPage(Call& call) {
  Response failure;
  if (!SeesProject(call, &failure)) return failure;
  const auto& versions = call.model.versions;
  const std::uint64_t total = versions.size(), size = call.QueryNumber("maxResults", 50);
  const std::uint64_t start = std::min(call.QueryNumber("startAt", 0), total);
  const std::uint64_t end = std::min(start + size, total);
  JsonWriter out;
  out.Open('{').Field("self", call.model.Rest("/project/" + call.args[0] + "/version"));
  out.FieldInt("maxResults", static_cast<std::int64_t>(size));
  out.FieldInt("startAt", static_cast<std::int64_t>(start));
  out.FieldInt("total", static_cast<std::int64_t>(total)).FieldBool("isLast", end == total);
  out.Key("values").Open('[');
  for (std::uint64_t i = start; i < end; ++i) out.Raw(VersionJson(call.model, versions[i]));
  return Json(200, out.Close(']').Close('}').Take());
}

Response GetProjectComponents(Call& call) {
  Response failure;
  if (!SeesProject(call, &failure)) return failure;
  JsonWriter out;
  WriteComponents(out, call.model);
  return Json(200, out.Take());
}

Response GetVersion(Call& call) {
  const Version* version = ById(call.model.versions, call.args[0]);
  if (version == nullptr || !call.May("BROWSE_PROJECTS")) {
    return Fail(404, "Could not find version for id '" + call.args[0] + "'");
  }
  return Json(200, VersionJson(call.model, *version));
}

Response CreateVersion(Call& call) {
  if (!NamesTheProject(call))
    return FailField("project", "Project must be specified to create a version.");
  if (!MayAdminister(call))
    return Forbidden(call, "You do not have permission to manage versions in this project.");
  Version version;
  Errors errors;
  ReadVersion(call, &version, &errors);
  if (!errors.empty()) return Fail(400, errors);
  version.id = call.model.NewId();
  const std::string id = version.id;
  call.model.AddVersion(std::move(version));
  return Json(201, VersionJson(call.model, *ById(call.model.versions, id)));
}

Response EditVersion(Call& call) {
  const Version* found = ById(call.model.versions, call.args[0]);
  if (found == nullptr) return Fail(404, "Could not find version for id '" + call.args[0] + "'");
  if (!MayAdminister(call))
    return Forbidden(call, "You do not have permission to manage versions in this project.");
  Version version = *found;
  Errors errors;
  ReadVersion(call, &version, &errors);
  if (!errors.empty()) return Fail(400, errors);
  call.model.AddVersion(std::move(version));
  return Json(200, VersionJson(call.model, *ById(call.model.versions, call.args[0])));
}

Response GetComponent(Call& call) {
  const Component* component = ById(call.model.components, call.args[0]);
  if (component == nullptr || !call.May("BROWSE_PROJECTS")) {
    return Fail(404, "The component with id " + call.args[0] + " does not exist.");
  }
  return Json(200, ComponentJson(call.model, *component));
}

Response CreateComponent(Call& call) {
  if (!NamesTheProject(call))
    return FailField("project", "The project with key specified does not exist.");
  if (!MayAdminister(call))
    return Forbidden(call, "The user does not have permission to complete this operation.");
  Component component;
  Errors errors;
  ReadComponent(call, &component, &errors);
  if (!errors.empty()) return Fail(400, errors);
  component.id = call.model.NewId();
  const std::string id = component.id;
  call.model.AddComponent(std::move(component));
  return Json(201, ComponentJson(call.model, *ById(call.model.components, id)));
}

Response EditComponent(Call& call) {
  const Component* found = ById(call.model.components, call.args[0]);
  if (found == nullptr)
    return Fail(404, "The component with id " + call.args[0] + " does not exist.");
  if (!MayAdminister(call))
    return Forbidden(call, "The user does not have permission to complete this operation.");
  Component component = *found;
  Errors errors;
  ReadComponent(call, &component, &errors);
  if (!errors.empty()) return Fail(400, errors);
  call.model.AddComponent(std::move(component));
  return Json(200, ComponentJson(call.model, *ById(call.model.components, call.args[0])));
}

}  // namespace valise::standin
