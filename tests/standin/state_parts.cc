#include "tests/standin/state_parts.h"

namespace valise::standin {
namespace {

using Seconds = std::optional<std::int64_t>;

void MaybeInt(JsonWriter& out, const char* name, const Seconds& value) {
  if (value.has_value()) out.FieldInt(name, *value);
}

Seconds MaybeInt(const JsonValue& saved, const char* name) {
  const JsonValue* member = saved.Find(name);
  if (member == nullptr) return std::nullopt;
  return static_cast<std::int64_t>(member->number);
}

// Milliseconds since 1970 have fewer bits than a double keeps.
std::int64_t Int(const JsonValue& saved, const char* name) {
  return static_cast<std::int64_t>(saved.At(name).number);
}

void SaveRemoteLinks(JsonWriter& out, const Issue& issue) {
  out.Key("remoteLinks").Open('[');
  for (const auto& link : issue.remote_links) {
    out.Open('{').FieldInt("id", static_cast<std::int64_t>(link->id));
    out.Field("globalId", link->global_id).Field("relationship", link->relationship);
    out.Field("title", link->title).Field("application", link->application);
    out.Field("object", link->object).Close('}');
  }
  out.Close(']').Key("voters").Open('[');
  for (const std::string& voter : issue.voters) out.String(voter);
  out.Close(']');
}

void LoadRemoteLinks(const JsonValue& saved, Issue* issue) {
  for (const JsonValue& v : saved.At("remoteLinks").items) {
    issue->remote_links.push_back(std::make_shared<const RemoteLink>(RemoteLink{
        static_cast<std::uint64_t>(Int(v, "id")), v.Text("globalId"), v.Text("relationship"),
        v.Text("title"), v.Text("application"), v.Text("object")}));
  }
  for (const JsonValue& voter : saved.At("voters").items) issue->voters.insert(voter.text);
}

}  // namespace

void SaveParts(JsonWriter& out, const Issue& issue) {
  out.Key("time").Open('{');
  MaybeInt(out, "original", issue.time.original);
  MaybeInt(out, "remaining", issue.time.remaining);
  MaybeInt(out, "spent", issue.time.spent);
  out.Close('}').Key("worklogs").Open('[');
  for (const auto& w : issue.worklogs) {
    out.Open('{').FieldInt("id", static_cast<std::int64_t>(w->id)).Field("author", w->author);
    out.Field("updateAuthor", w->update_author).Field("comment", w->comment);
    out.FieldInt("created", w->created_ms).FieldInt("updated", w->updated_ms);
    out.FieldInt("started", w->started_ms).FieldInt("seconds", w->seconds);
    out.FieldIf("visibilityType", w->visibility.type);
    out.FieldIf("visibilityValue", w->visibility.value).Close('}');
  }
  out.Close(']');
  SaveRemoteLinks(out, issue);
}

void LoadParts(const JsonValue& saved, Issue* issue) {
  LoadRemoteLinks(saved, issue);
  const JsonValue& time = saved.At("time");
  issue->time = {MaybeInt(time, "original"), MaybeInt(time, "remaining"), MaybeInt(time, "spent")};
  for (const JsonValue& w : saved.At("worklogs").items) {
    issue->worklogs.push_back(std::make_shared<const Worklog>(
        Worklog{static_cast<std::uint64_t>(Int(w, "id")),
                w.Text("author"),
                w.Text("updateAuthor"),
                w.Text("comment"),
                Int(w, "created"),
                Int(w, "updated"),
                Int(w, "started"),
                Int(w, "seconds"),
                {w.Text("visibilityType"), w.Text("visibilityValue")}}));
  }
}

// In the form in which they are given.
void SaveSecurityLevels(JsonWriter& out, const Model& model) {
  out.Key("securityLevels").Open('[');
  for (const SecurityLevel& level : model.security_levels) {
    std::string text = level.name + "=";
    for (const std::string& role : level.roles) text += "role:" + role + ",";
    for (const std::string& group : level.groups) text += "group:" + group + ",";
    for (const std::string& user : level.users) text += "user:" + user + ",";
    if (level.has_reporter) text += "reporter,";
    if (level.has_assignee) text += "assignee,";
    out.String(text);
  }
  out.Close(']');
}

void LoadSecurityLevels(const JsonValue& saved, Model* model) {
  if (saved.Find("securityLevels") == nullptr) return;
  model->security_levels.clear();
  for (const JsonValue& level : saved.At("securityLevels").items) {
    model->AddSecurityLevel(level.text);
  }
}

void SaveSprints(JsonWriter& out, const Model& model) {
  out.Key("sprints").Open('[');
  for (const Sprint& s : model.sprints) {
    out.Open('{').Field("id", s.id).Field("board", s.board).Field("name", s.name);
    out.Field("goal", s.goal).Field("state", s.state).FieldInt("start", s.start_ms);
    out.FieldInt("end", s.end_ms).FieldInt("complete", s.complete_ms).Close('}');
  }
  out.Close(']');
}

void LoadSprints(const JsonValue& saved, Model* model) {
  for (const JsonValue& s : saved.At("sprints").items) {
    model->sprints.push_back({s.Text("id"), s.Text("board"), s.Text("name"), s.Text("goal"),
                              s.Text("state"), Int(s, "start"), Int(s, "end"), Int(s, "complete")});
  }
}

void SaveProjects(JsonWriter& out, const Model& model) {
  out.Key("otherProjects").Open('[');
  for (const OtherProject& p : model.other_projects) {
    out.Open('{').Field("id", p.id).Field("key", p.key).Field("name", p.name);
    out.FieldInt("nextKey", static_cast<std::int64_t>(p.next_key));
    out.FieldBool("hidden", p.is_hidden).Close('}');
  }
  out.Close(']').FieldInt("nextOption", static_cast<std::int64_t>(model.next_option));
  out.Key("fields").Open('{');
  for (const Field& field : model.fields) {
    out.Key(field.id).Open('{').Field("name", field.name).FieldBool("required", field.required);
    out.FieldBool("onCreate", field.on_create).FieldBool("onEdit", field.on_edit).Close('}');
  }
  out.Close('}').Key("options").Open('{');
  for (const Field& field : model.fields) {
    if (field.options.empty()) continue;
    out.Key(field.id).Open('[');
    for (const FieldOption& option : field.options) {
      out.Open('{').Field("id", option.id).Field("value", option.value);
      out.FieldIf("parent", option.parent).FieldBool("disabled", option.disabled).Close('}');
    }
    out.Close(']');
  }
  out.Close('}');
}

void LoadProjects(const JsonValue& saved, Model* model) {
  for (const JsonValue& p : saved.At("otherProjects").items) {
    model->other_projects.push_back({p.Text("id"), p.Text("key"), p.Text("name"),
                                     static_cast<std::uint64_t>(Int(p, "nextKey")),
                                     p.Flag("hidden", false)});
  }
  model->next_option = static_cast<std::uint64_t>(Int(saved, "nextOption"));
  for (Field& field : model->fields) {
    const JsonValue& settings = saved.At("fields").At(field.id);
    if (!settings.IsNull()) field.name = settings.Text("name");
    field.required = settings.Flag("required", field.required);
    field.on_create = settings.Flag("onCreate", field.on_create);
    field.on_edit = settings.Flag("onEdit", field.on_edit);
    const JsonValue* options = saved.At("options").Find(field.id);
    if (options == nullptr) continue;
    field.options.clear();
    for (const JsonValue& o : options->items) {
      field.options.push_back(
          {o.Text("id"), o.Text("value"), o.Text("parent"), o.Flag("disabled", false)});
    }
  }
}

void SaveDeletedWorklogs(JsonWriter& out, const Model& model) {
  out.Key("deletedWorklogs").Open('[');
  for (const DeletedWorklog& one : model.deleted_worklogs) {
    out.Open('{').FieldInt("id", static_cast<std::int64_t>(one.id));
    out.FieldInt("at", one.at_ms).Close('}');
  }
  out.Close(']');
}

void LoadDeletedWorklogs(const JsonValue& saved, Model* model) {
  for (const JsonValue& one : saved.At("deletedWorklogs").items) {
    model->deleted_worklogs.push_back({static_cast<std::uint64_t>(Int(one, "id")), Int(one, "at")});
  }
}

}  // namespace valise::standin
