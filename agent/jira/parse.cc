#include "agent/jira/parse.h"

#include "agent/jira/requests.h"
#include "agent/jira/times.h"
#include "agent/jira/values.h"

namespace valise::jira {

Error BadMember(const char* what, const char* member) {
  return {Recovery::kRetryLater, "VAL-JIRA-FORMAT",
          std::string("answer holds no ") + what + " as Jira sends it: member " + member +
              " is missing or of another form"};
}

Result<std::int64_t> ReadTime(const Json& object, const char* member, const char* what) {
  const std::optional<std::int64_t> time = ParseJiraTime(object[member].String());
  if (!time) return BadMember(what, member);
  return *time;
}

Result<std::int64_t> ReadOptionalTime(const Json& object, const char* member, const char* what) {
  if (object[member].is_null()) return 0;
  return ReadTime(object, member, what);
}

std::uint64_t ReadCount(const Json& json) {
  const std::optional<std::int64_t> count = json.Integer();
  return count && *count > 0 ? static_cast<std::uint64_t>(*count) : 0;
}

const Json* FindProperty(const Json& properties, std::string_view key) {
  if (properties.is_array()) {
    for (const Json& property : properties.items) {
      if (property["key"].String() == key) return &property["value"];
    }
    return nullptr;
  }
  if (properties.Has(key)) return &properties[key];
  const Json& inner = properties["properties"];
  return inner.Has(key) ? &inner[key] : nullptr;
}

std::string ReadMarkerProperty(const Json& properties) {
  const Json* value = FindProperty(properties, kMarkerProperty);
  return value != nullptr && value->is_string() ? value->text : std::string();
}

namespace {

// A service desk says by property that a comment is internal (pitfall 13).
bool IsInternal(const Json& properties) {
  const Json* value = FindProperty(properties, "sd.public.comment");
  return value != nullptr && SaysInternal(*value);
}

}  // namespace

bool SaysInternal(const Json& value) {
  if (!value.is_string()) return value["internal"].IsTrue();
  const Result<Json> inner = ParseJson(value.text);
  return inner.ok() && inner.value()["internal"].IsTrue();
}

std::string ReadVisibility(const Json& json) {
  return json.is_null() ? "" : json["type"].String() + ":" + json["value"].String();
}

Result<LocalObject> ReadCommentJson(const Json& json) {
  LocalObject comment;
  comment.kind = ObjectKind::kComment;
  comment.id = json["id"].String();
  if (comment.id.empty()) return BadMember("comment", "id");
  comment.author = ReadUser(json["author"]);
  comment.editor = ReadUser(json["updateAuthor"]).name;
  comment.body = json["body"].String();
  comment.created_ms = TRY(ReadTime(json, "created", "comment"));
  comment.updated_ms = TRY(ReadOptionalTime(json, "updated", "comment"));
  if (comment.updated_ms == 0) comment.updated_ms = comment.created_ms;
  const Json& is_public = json["jsdPublic"];
  comment.is_restricted = !json["visibility"].is_null() || IsInternal(json["properties"]) ||
                          (!is_public.is_null() && !is_public.IsTrue());
  comment.visible_to = ReadVisibility(json["visibility"]);
  comment.has_properties = !json["properties"].is_null();
  comment.marker = ReadMarkerProperty(json["properties"]);
  return comment;
}

}  // namespace valise::jira
