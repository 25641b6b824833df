#include "tests/standin/render_parts.h"

#include "tests/standin/call.h"
#include "tests/standin/handlers.h"
#include "tests/standin/render.h"

namespace valise::standin {
namespace {

// As Java's URLEncoder: a space is a plus, also in a path, as in the links of every real Jira.
std::string FormEncoded(const std::string& name) {
  std::string encoded;
  for (const char c : name) encoded += c == ' ' ? "+" : PercentEncoded(std::string_view(&c, 1));
  return encoded;
}

}  // namespace

void WriteUser(JsonWriter& out, const Model& model, const std::string& key) {
  const User* user = model.UserByKey(key);
  if (user == nullptr) {
    out.Null();
  } else {
    out.Raw(user->json);
  }
}

void WriteProject(JsonWriter& out, const Model& model, const ProjectNames& names) {
  const std::string& base = model.options.base_url;
  const std::string avatar = base + "/secure/projectavatar?";
  out.Open('{').Field("self", model.Rest("/project/" + names.id));
  out.Field("id", names.id).Field("key", names.key);
  out.Field("name", names.name).Field("projectTypeKey", "software");
  out.Key("avatarUrls").Open('{').Field("48x48", avatar + "avatarId=10324");
  out.Field("24x24", avatar + "size=small&avatarId=10324");
  out.Field("16x16", avatar + "size=xsmall&avatarId=10324");
  out.Field("32x32", avatar + "size=medium&avatarId=10324").Close('}').Close('}');
}

void WriteStub(JsonWriter& out, const Model& model, std::uint64_t id) {
  const auto found = model.issues.find(id);
  if (found == model.issues.end()) {
    out.Null();
    return;
  }
  const Issue& issue = *found->second;
  out.Open('{').Field("id", std::to_string(id)).Field("key", issue.key);
  out.Field("self", model.Rest("/issue/" + std::to_string(id)));
  out.Key("fields").Open('{').Field("summary", issue.summary).Key("status");
  WriteNamed(out, model.statuses, issue.status);
  if (!issue.priority.empty()) {
    out.Key("priority");
    WriteNamed(out, model.priorities, issue.priority);
  }
  out.Key("issuetype");
  WriteNamed(out, model.types, issue.type);
  out.Close('}').Close('}');
}

void WriteLinks(JsonWriter& out, const Model& model, const Issue& issue, const User* viewer) {
  out.Open('[');
  for (const std::uint64_t id : issue.links) {
    const auto found = model.links.find(id);
    if (found == model.links.end()) continue;
    const Link& link = found->second;
    const LinkType* type = ById(model.link_types, link.type);
    const bool is_source = link.source == issue.id;
    const std::uint64_t other = is_source ? link.destination : link.source;
    const auto end = model.issues.find(other);
    if (type == nullptr || end == model.issues.end()) continue;
    if (!MaySee(model, *end->second, viewer)) continue;
    out.Open('{').Field("id", std::to_string(id));
    out.Field("self", model.Rest("/issueLink/" + std::to_string(id)));
    out.Key("type").Open('{').Field("id", type->id).Field("name", type->name);
    out.Field("inward", type->inward).Field("outward", type->outward);
    out.Field("self", model.Rest("/issueLinkType/" + type->id)).Close('}');
    out.Key(is_source ? "outwardIssue" : "inwardIssue");  // pitfall 23
    WriteStub(out, model, other);
    out.Close('}');
  }
  out.Close(']');
}

void WriteSubtasks(JsonWriter& out, const Model& model, const Issue& issue, const User* viewer) {
  out.Open('[');
  for (const std::uint64_t id : issue.subtasks) {
    const auto found = model.issues.find(id);
    const bool is_seen = found != model.issues.end() && MaySee(model, *found->second, viewer);
    if (is_seen) WriteStub(out, model, id);
  }
  out.Close(']');
}

void WriteComments(JsonWriter& out, const Model& model, const Issue& issue, const User* viewer) {
  std::int64_t seen = 0;
  for (const auto& comment : issue.comments) seen += MaySee(*comment, viewer) ? 1 : 0;
  out.Open('{').Key("comments").Open('[');
  for (const auto& comment : issue.comments) {
    if (MaySee(*comment, viewer)) WriteComment(out, model, issue, *comment, false, false);
  }
  out.Close(']').FieldInt("maxResults", seen).FieldInt("total", seen).FieldInt("startAt", 0);
  out.Close('}');
}

void WriteAttachment(JsonWriter& out, const Model& model, const Attachment& attachment,
                     bool with_id) {
  const std::string id = std::to_string(attachment.id), &base = model.options.base_url;
  const std::string name = FormEncoded(attachment.filename);
  out.Open('{').Field("self", model.Rest("/attachment/" + id));
  if (with_id) out.Field("id", id);
  out.Field("filename", attachment.filename);
  if (model.UserByKey(attachment.author) != nullptr) {
    out.Key("author");
    WriteUser(out, model, attachment.author);
  }
  out.Field("created", model.Time(attachment.created_ms)).FieldInt("size", attachment.size);
  out.Field("mimeType", attachment.mime_type);
  out.Field("content", base + "/secure/attachment/" + id + "/" + name);
  if (attachment.mime_type.starts_with("image/")) {
    out.Field("thumbnail", base + "/secure/thumbnail/" + id + "/_thumb_" + id + ".png");
  }
  out.Close('}');
}

void WriteAttachments(JsonWriter& out, const Model& model, const Issue& issue) {
  out.Open('[');
  for (const Attachment& one : issue.attachments) WriteAttachment(out, model, one, true);
  out.Close(']');
}

}  // namespace valise::standin
