// createmeta in both forms (pitfall 20).
#include <algorithm>

#include "tests/standin/handlers.h"
#include "tests/standin/json_writer.h"
#include "tests/standin/render.h"
#include "tests/standin/workflow.h"

namespace valise::standin {
namespace {

std::vector<const Field*> CreateFields(const Model& model, const IssueType& type,
                                       const User* user) {
  std::vector<const Field*> fields;
  for (const Field& field : model.fields) {
    if (IsOnCreateScreen(field, type) && MayWrite(model, field, user)) fields.push_back(&field);
  }
  return fields;
}

bool IsRequired(const Field& field) { return field.required || field.kind == FieldKind::kParent; }

struct Page {
  std::size_t start, size, end;
};

Page PageOf(const Call& call, std::size_t total) {
  const std::size_t start = std::min<std::size_t>(call.QueryNumber("startAt", 0), total);
  const std::size_t size = call.QueryNumber("maxResults", 50);
  return {start, size, std::min(start + size, total)};
}

void OpenPage(JsonWriter& out, const Page& page, std::size_t total) {
  out.Open('{').FieldInt("maxResults", static_cast<std::int64_t>(page.size));
  out.FieldInt("startAt", static_cast<std::int64_t>(page.start));
  out.FieldInt("total", static_cast<std::int64_t>(total));
  out.FieldBool("isLast", page.end >= total).Key("values").Open('[');
}

// Null when the caller may go on.
bool MayCreate(const Call& call, Response* failure) {
  if (!call.model.IsAtLeast(8, 4)) {
    *failure = Fail(404, "Issue Does Not Exist");
    return false;
  }
  const std::string& project = call.args.at(0);
  const bool known = project == call.model.options.project || project == call.model.project_id;
  if (!known || !call.May("CREATE_ISSUES")) {
    *failure = Fail(known ? 403 : 400, "No project could be found with key '" + project + "'.");
    return false;
  }
  return true;
}

void WriteOldType(JsonWriter& out, const Model& model, const IssueType& type, bool with_fields,
                  const User* user) {
  std::string json = type.json;
  json.pop_back();  // its closing bracket: more members follow
  JsonWriter more;
  if (with_fields) {
    more.Open('{').Field("expand", "fields").Key("fields").Open('{');
    for (const Field* field : CreateFields(model, type, user)) {
      more.Key(field->id);
      WriteFieldMeta(more, model, *field, IsRequired(*field), MetaOf::kCreate, type.id, user);
    }
    json += ',' + more.Close('}').Close('}').Take().substr(1);
  } else {
    json += '}';
  }
  out.Raw(json);
}

}  // namespace

Response CreateMetaTypes(Call& call) {
  Response failure;
  if (!MayCreate(call, &failure)) return failure;
  const auto& types = call.model.types;
  const Page page = PageOf(call, types.size());
  JsonWriter out;
  OpenPage(out, page, types.size());
  for (std::size_t i = page.start; i < page.end; ++i) out.Raw(types[i].json);
  return Json(200, out.Close(']').Close('}').Take());
}

Response CreateMetaFields(Call& call) {
  Response failure;
  if (!MayCreate(call, &failure)) return failure;
  const IssueType* type = call.model.TypeById(call.args.at(1));
  if (type == nullptr)
    return Fail(400, "Issue type with id '" + call.args[1] + "' does not exist.");
  const auto fields = CreateFields(call.model, *type, call.user);
  const Page page = PageOf(call, fields.size());
  JsonWriter out;
  OpenPage(out, page, fields.size());
  for (std::size_t i = page.start; i < page.end; ++i) {
    WriteFieldMeta(out, call.model, *fields[i], IsRequired(*fields[i]), MetaOf::kCreate, type->id,
                   call.user);
  }
  return Json(200, out.Close(']').Close('}').Take());
}

Response OldCreateMeta(Call& call) {
  if (call.model.IsAtLeast(9, 0)) return Fail(404, "Issue Does Not Exist");
  const Model& model = call.model;
  const auto keys = SplitList(call.Query("projectKeys"), ',');
  const bool wanted =
      keys.empty() || std::find(keys.begin(), keys.end(), model.options.project) != keys.end();
  const auto names = SplitList(call.Query("issuetypeNames"), ',');
  JsonWriter out;
  out.Open('{').Field("expand", "projects").Key("projects").Open('[');
  if (wanted && call.May("CREATE_ISSUES")) {
    out.Open('{')
        .Field("expand", "issuetypes")
        .Field("self", model.Rest("/project/" + model.project_id));
    out.Field("id", model.project_id).Field("key", model.options.project);
    out.Field("name", model.options.project_name).Key("issuetypes").Open('[');
    for (const IssueType& type : model.types) {
      const bool named = std::find(names.begin(), names.end(), type.name) != names.end();
      if (!names.empty() && !named) continue;
      WriteOldType(out, model, type, call.Expands("projects.issuetypes.fields"), call.user);
    }
    out.Close(']').Close('}');
  }
  return Json(200, out.Close(']').Close('}').Take());
}

}  // namespace valise::standin
