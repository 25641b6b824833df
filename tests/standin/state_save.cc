// The whole model as one JSON text. Times are milliseconds since 1970; ids are as in the REST API.
#include "tests/standin/base64.h"
#include "tests/standin/json_writer.h"
#include "tests/standin/model.h"
#include "tests/standin/state.h"
#include "tests/standin/state_parts.h"

namespace valise::standin {
namespace {

template <typename List>
void Strings(JsonWriter& out, const char* name, const List& list) {
  out.Key(name).Open('[');
  for (const std::string& one : list) out.String(one);
  out.Close(']');
}

void Numbers(JsonWriter& out, const char* name, const std::vector<std::uint64_t>& list) {
  out.Key(name).Open('[');
  for (const std::uint64_t one : list) out.Int(static_cast<std::int64_t>(one));
  out.Close(']');
}

void Id(JsonWriter& out, const char* name, std::uint64_t id) {
  out.FieldInt(name, static_cast<std::int64_t>(id));
}

void RawMap(JsonWriter& out, const char* name, const std::map<std::string, std::string>& map) {
  out.Key(name).Open('{');
  for (const auto& [key, json] : map) out.FieldRaw(key, json);
  out.Close('}');
}

void Users(JsonWriter& out, const Model& model) {
  out.Key("users").Open('[');
  for (const auto& [key, user] : model.users) {
    out.Open('{').Field("name", user.name).Field("key", key);
    out.Field("displayName", user.display_name).Field("emailAddress", user.email);
    out.Field("timeZone", user.time_zone).FieldBool("active", user.active);
    out.FieldIf("language", user.language);
    Strings(out, "permissions", user.permissions);
    Strings(out, "roles", user.roles);
    Strings(out, "groups", user.groups);
    out.Close('}');
  }
  out.Close(']');
  Strings(out, "expiredTokens", model.expired_tokens);
}

void Catalog(JsonWriter& out, const Model& model) {
  out.Key("types").Open('[');
  for (const IssueType& t : model.types) {
    out.Open('{').Field("id", t.id).Field("name", t.name).Field("description", t.description);
    out.FieldBool("subtask", t.subtask).Close('}');
  }
  out.Close(']').Key("statuses").Open('[');
  for (const Status& s : model.statuses) {
    out.Open('{').Field("id", s.id).Field("name", s.name).Field("description", s.description);
    out.FieldInt("category", s.category).Close('}');
  }
  out.Close(']').Key("priorities").Open('[');
  for (const Priority& p : model.priorities) {
    out.Open('{').Field("id", p.id).Field("name", p.name).Close('}');
  }
  out.Close(']').Key("resolutions").Open('[');
  for (const Resolution& r : model.resolutions) {
    out.Open('{').Field("id", r.id).Field("name", r.name);
    out.Field("description", r.description).Close('}');
  }
  out.Close(']').Key("linkTypes").Open('[');
  for (const LinkType& t : model.link_types) {
    out.Open('{').Field("id", t.id).Field("name", t.name).Field("inward", t.inward);
    out.Field("outward", t.outward).Close('}');
  }
  out.Close(']');
}

void ProjectParts(JsonWriter& out, const Model& model) {
  out.Key("versions").Open('[');
  for (const Version& v : model.versions) {
    out.Open('{').Field("id", v.id).Field("name", v.name).Field("description", v.description);
    out.Field("startDate", v.start_date).Field("releaseDate", v.release_date);
    out.FieldBool("archived", v.archived).FieldBool("released", v.released).Close('}');
  }
  out.Close(']').Key("components").Open('[');
  for (const Component& c : model.components) {
    out.Open('{').Field("id", c.id).Field("name", c.name).Field("description", c.description);
    out.Field("lead", c.lead).Field("assigneeType", c.assignee_type).Close('}');
  }
  out.Close(']');
}

void ScreenFields(JsonWriter& out, const Action& action) {
  out.Key("fields").Open('[');
  for (const ScreenField& one : action.fields) {
    out.Open('{').Field("field", one.field).FieldBool("required", one.required);
    out.FieldBool("validated", one.validated).Close('}');
  }
  out.Close(']');
}

void Workflow(JsonWriter& out, const Model& model) {
  out.Field("initialStatus", model.initial_status);
  out.Key("actions").Open('[');
  for (const Action& action : model.actions) {
    out.Open('{').FieldInt("id", action.id).Field("name", action.name).Field("to", action.to);
    out.FieldInt("screen", static_cast<int>(action.screen));
    out.FieldBool("clearsResolution", action.clears_resolution);
    out.FieldBool("onlyAssignee", action.only_assignee);
    Strings(out, "permissions", action.permissions);
    Strings(out, "roles", action.roles);
    ScreenFields(out, action);
    Strings(out, "from", action.from);
    out.Key("postFunctions").Open('[');
    for (const PostFunction& function : action.post_functions) {
      out.Open('{').Field("field", function.field).Field("value", function.value).Close('}');
    }
    out.Close(']').Close('}');
  }
  out.Close(']').Key("refusals").Open('[');
  for (const Refusal& r : model.refusals) {
    out.Open('{').Field("field", r.field).Field("part", r.part).Field("message", r.message);
    out.Close('}');
  }
  out.Close(']');
}

void Comments(JsonWriter& out, const Issue& issue) {
  out.Key("comments").Open('[');
  for (const auto& c : issue.comments) {
    out.Open('{');
    Id(out, "id", c->id);
    out.Field("author", c->author).Field("updateAuthor", c->update_author).Field("body", c->body);
    out.FieldInt("created", c->created_ms).FieldInt("updated", c->updated_ms);
    out.FieldIf("visibilityType", c->visibility.type);
    out.FieldIf("visibilityValue", c->visibility.value);
    RawMap(out, "properties", c->properties);
    out.Close('}');
  }
  out.Close(']');
}

void Maybe(JsonWriter& out, const char* name, const std::optional<std::string>& value) {
  if (value.has_value()) out.Field(name, *value);
}

void Histories(JsonWriter& out, const Issue& issue) {
  out.Key("histories").Open('[');
  for (const auto& h : issue.histories) {
    out.Open('{');
    Id(out, "id", h->id);
    out.Field("author", h->author).FieldInt("created", h->created_ms).Key("items").Open('[');
    for (const ChangeItem& item : h->items) {
      out.Open('{').Field("field", item.field).Field("fieldtype", item.fieldtype);
      Maybe(out, "from", item.from);
      Maybe(out, "fromString", item.from_string);
      Maybe(out, "to", item.to);
      Maybe(out, "toString", item.to_string);
      out.Close('}');
    }
    out.Close(']');
    if (!h->metadata.empty()) out.FieldRaw("metadata", h->metadata);
    out.Close('}');
  }
  out.Close(']');
}

// Bytes in a store are only named, bytes made up follow from the id.
void Bytes(JsonWriter& out, const Attachment& attachment) {
  const ContentPtr& content = attachment.content;
  if (content == nullptr || content->is_made_up()) return;
  if (content->stored_name().empty())
    out.Field("bytes", ToBase64(WholeOf(*content)));
  else
    out.Field("stored", content->stored_name());
}

void Custom(JsonWriter& out, const Issue& issue) {
  out.Key("custom").Open('{');
  for (const auto& [id, value] : issue.custom) {
    out.Key(id).Open('{').Field("text", value.text).Key("number").Number(value.number);
    out.FieldInt("time", value.time_ms);
    Strings(out, "items", value.items);
    out.Close('}');
  }
  out.Close('}').Key("attachments").Open('[');
  for (const Attachment& a : issue.attachments) {
    out.Open('{');
    Id(out, "id", a.id);
    out.Field("filename", a.filename).Field("author", a.author).Field("mimeType", a.mime_type);
    out.FieldInt("created", a.created_ms).FieldInt("size", a.size);
    Bytes(out, a);
    out.Close('}');
  }
  out.Close(']');
}

void WholeIssue(JsonWriter& out, const Issue& issue) {
  out.Open('{');
  Id(out, "id", issue.id);
  out.Field("key", issue.key).Field("type", issue.type).Field("status", issue.status);
  out.Field("priority", issue.priority).Field("resolution", issue.resolution);
  out.FieldIf("project", issue.project).FieldIf("archivedBy", issue.archived_by);
  if (issue.archived_ms != 0) out.FieldInt("archived", issue.archived_ms);
  if (!issue.former_keys.empty()) Strings(out, "formerKeys", issue.former_keys);
  out.FieldIf("security", issue.security).Field("summary", issue.summary);
  Maybe(out, "description", issue.description);
  Maybe(out, "environment", issue.environment);
  out.Field("assignee", issue.assignee).Field("reporter", issue.reporter);
  out.Field("creator", issue.creator).Field("dueDate", issue.due_date);
  out.FieldInt("created", issue.created_ms).FieldInt("updated", issue.updated_ms);
  out.FieldInt("resolved", issue.resolved_ms);
  Strings(out, "labels", issue.labels);
  Strings(out, "components", issue.components);
  Strings(out, "versions", issue.versions);
  Strings(out, "fixVersions", issue.fix_versions);
  Id(out, "parent", issue.parent);
  Numbers(out, "links", issue.links);
  Numbers(out, "subtasks", issue.subtasks);
  Strings(out, "watchers", issue.watchers);
  RawMap(out, "properties", issue.properties);
  Custom(out, issue);
  SaveParts(out, issue);
  Comments(out, issue);
  Histories(out, issue);
  out.Close('}');
}

void Counters(JsonWriter& out, const Model& model) {
  Id(out, "nextIssue", model.next_issue);
  Id(out, "nextComment", model.next_comment);
  Id(out, "nextHistory", model.next_history);
  Id(out, "nextOther", model.next_other);
  Id(out, "nextAttachment", model.next_attachment);
  Id(out, "nextWorklog", model.next_worklog);
  Id(out, "nextRemoteLink", model.next_remote_link);
  Id(out, "nextKey", model.next_key);
}

}  // namespace

std::string SaveModel(const Model& model) {
  JsonWriter out;
  out.Open('{').FieldInt("format", 1).Field("project", model.options.project);
  out.Field("projectId", model.project_id).Field("projectName", model.options.project_name);
  Counters(out, model);
  Users(out, model);
  Catalog(out, model);
  ProjectParts(out, model);
  Workflow(out, model);
  SaveDeletedWorklogs(out, model);
  SaveSecurityLevels(out, model);
  SaveSprints(out, model);
  SaveProjects(out, model);
  out.Key("links").Open('[');
  for (const auto& [id, link] : model.links) {
    out.Open('{');
    Id(out, "id", id);
    Id(out, "source", link.source);
    Id(out, "destination", link.destination);
    out.Field("type", link.type).Close('}');
  }
  out.Close(']').Key("issues").Open('[');
  for (const auto& [id, issue] : model.issues) WholeIssue(out, *issue);
  return out.Close(']').Close('}').Take();
}

}  // namespace valise::standin
