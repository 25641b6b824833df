// What the Jira as a whole has: its fields, priorities, statuses and so on.
#include "tests/standin/handlers.h"
#include "tests/standin/json_writer.h"
#include "tests/standin/languages.h"

namespace valise::standin {
namespace {

template <typename T>
Response All(const std::vector<T>& all) {
  JsonWriter out;
  out.Open('[');
  for (const T& one : all) out.Raw(one.json);
  return Json(200, out.Close(']').Take());
}

template <typename T>
const T* ByIdOrName(const std::vector<T>& all, const std::string& wanted) {
  const T* one = ById(all, wanted);
  return one == nullptr ? ByName(all, wanted) : one;
}

template <typename T>
Response One(const std::vector<T>& all, const std::string& wanted, const std::string& what) {
  const T* one = ByIdOrName(all, wanted);
  if (one != nullptr) return Json(200, one->json);
  return Fail(404, "The " + what + " with id '" + wanted + "' does not exist");
}

void WriteField(JsonWriter& out, const Call& call, const Field& field) {
  const bool custom = !field.custom_type.empty();
  out.Open('{')
      .Field("id", field.id)
      .Field("name", NameFor(call.model, field, call.user))
      .FieldBool("custom", custom);
  out.FieldBool("orderable", field.on_create || field.on_edit);
  out.FieldBool("navigable", field.navigable).FieldBool("searchable", field.searchable);
  out.Key("clauseNames").Open('[');
  if (custom)
    out.String("cf[" + std::to_string(field.custom_id) + "]").String(field.name);
  else
    out.String(field.id);
  out.Close(']').FieldRaw("schema", field.schema_json).Close('}');
}

struct Build {
  std::string full, numbers;
  std::int64_t number = 0;
};

Build BuildOf(const std::string& version) {
  const std::size_t dot = version.find('.');
  const std::string major = version.substr(0, dot), minor = version.substr(dot + 1);
  const std::string patch = major == "10" ? "24" : "30";
  return {version + "." + patch, "[" + major + "," + minor + "," + patch + "]",
          std::stoll(major) * 1000000 + std::stoll(minor) * 10000 + std::stoll(patch)};
}

}  // namespace

Response GetServerInfo(Call& call) {
  const Model& model = call.model;
  const Build build = BuildOf(model.options.version);
  JsonWriter out;
  out.Open('{').Field("baseUrl", model.options.base_url).Field("version", build.full);
  out.FieldRaw("versionNumbers", build.numbers).Field("deploymentType", "Server");
  out.FieldInt("buildNumber", build.number);
  out.Field("buildDate", model.Time(1700000000000)).FieldInt("databaseBuildNumber", build.number);
  if (call.user != nullptr) out.Field("serverTime", model.Time(call.now_ms));
  out.Field("scmInfo", "0000000000000000000000000000000000000000");
  out.Field("serverTitle", "Stand-in Jira").Close('}');
  return Json(200, out.Take());
}

Response GetFields(Call& call) {
  JsonWriter out;
  out.Open('[');
  // Jira lists the key among the fields though it is none; its schema is absent.
  out.Raw(R"({"id":"issuekey","name":"Key","custom":false,"orderable":false,"navigable":true,)"
          R"("searchable":false,"clauseNames":["id","issue","issuekey","key"]})");
  for (const Field& field : call.model.fields) {
    const bool is_there = field.kind != FieldKind::kSecurity || !call.model.security_levels.empty();
    if (is_there) WriteField(out, call, field);
  }
  return Json(200, out.Close(']').Take());
}

Response GetPriorities(Call& call) {
  JsonWriter out;
  out.Open('[');
  for (const Priority& priority : call.model.priorities) {
    std::string json = priority.json;
    json.pop_back();
    out.Raw(json + R"(,"statusColor":"#cc0000","description":""})");
  }
  return Json(200, out.Close(']').Take());
}

Response GetPriority(Call& call) { return One(call.model.priorities, call.args[0], "priority"); }
Response GetStatuses(Call& call) { return All(call.model.statuses); }
Response GetStatus(Call& call) { return One(call.model.statuses, call.args[0], "status"); }
Response GetResolutions(Call& call) { return All(call.model.resolutions); }
Response GetResolution(Call& call) {
  return One(call.model.resolutions, call.args[0], "resolution");
}
Response GetIssueTypes(Call& call) { return All(call.model.types); }
Response GetIssueType(Call& call) { return One(call.model.types, call.args[0], "issue type"); }

Response GetStatusCategories(Call& call) {
  struct Row {
    int id;
    const char *key, *color, *name;
  };
  const Row rows[] = {{1, "undefined", "medium-gray", "No Category"},
                      {2, "new", "blue-gray", "To Do"},
                      {4, "indeterminate", "yellow", "In Progress"},
                      {3, "done", "green", "Done"}};
  JsonWriter out;
  out.Open('[');
  for (const Row& row : rows) {
    out.Open('{').Field("self", call.model.Rest("/statuscategory/" + std::to_string(row.id)));
    out.FieldInt("id", row.id).Field("key", row.key).Field("colorName", row.color);
    out.Field("name", row.name).Close('}');
  }
  return Json(200, out.Close(']').Take());
}

Response GetConfiguration(Call&) {
  JsonWriter out;
  out.Open('{').FieldBool("votingEnabled", true).FieldBool("watchingEnabled", true);
  out.FieldBool("unassignedIssuesAllowed", true).FieldBool("subTasksEnabled", true);
  out.FieldBool("issueLinkingEnabled", true).FieldBool("timeTrackingEnabled", true);
  out.FieldBool("attachmentsEnabled", true).Key("timeTrackingConfiguration").Open('{');
  out.FieldRaw("workingHoursPerDay", "8.0").FieldRaw("workingDaysPerWeek", "5.0");
  out.Field("timeFormat", "pretty").Field("defaultUnit", "minute").Close('}').Close('}');
  return Json(200, out.Take());
}

}  // namespace valise::standin
