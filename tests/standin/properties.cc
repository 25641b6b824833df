// Entity properties of issues and comments (pitfall 13). They move no `updated` and leave no
// history (pitfall 8).
#include <algorithm>
#include <functional>

#include "tests/standin/edit.h"
#include "tests/standin/handlers.h"
#include "tests/standin/json_writer.h"
#include "tests/standin/render.h"

namespace valise::standin {
namespace {

using Properties = std::map<std::string, std::string>;

constexpr std::size_t kKeyBytesMax = 255, kValueBytesMax = 32768;

// "" or why the property cannot be stored.
std::string Refuse(const std::string& key, const std::string& value) {
  if (key.empty() || key.size() > kKeyBytesMax) {
    return "The property key cannot be longer than 255 characters.";
  }
  if (value.size() > kValueBytesMax) {
    return "The property value cannot be longer than 32768 characters.";
  }
  return "";
}

Response Keys(const Call& call, const Properties& properties, const std::string& self) {
  JsonWriter out;
  out.Open('{').Key("keys").Open('[');
  for (const auto& [key, value] : properties) {
    out.Open('{').Field("self", call.model.Rest(self + "/properties/" + key)).Field("key", key);
    out.Close('}');
  }
  return Json(200, out.Close(']').Close('}').Take());
}

Response NoProperty(const std::string& key) {
  return Fail(404, "The property with key '" + key + "' does not exist.");
}

Response Value(const Properties& properties, const std::string& key) {
  const auto found = properties.find(key);
  if (found == properties.end()) return NoProperty(key);
  JsonWriter out;
  out.Open('{').Field("key", key).FieldRaw("value", found->second).Close('}');
  return Json(200, out.Take());
}

// Stores the body under the key; 201 when new, 200 when changed.
Response Put(const Call& call, Properties* properties, const std::string& key) {
  const std::string value = ToText(call.body);
  const std::string refusal = Refuse(key, value);
  if (!refusal.empty()) return Fail(400, refusal);
  const bool is_new = !properties->contains(key);
  (*properties)[key] = value;
  return Empty(is_new ? 201 : 200);
}

Response Erase(Properties* properties, const std::string& key) {
  return properties->erase(key) == 0 ? NoProperty(key) : Empty(204);
}

using Change = std::function<Response(Properties*, const std::string& key)>;

Response ChangeIssueProperty(Call& call, const Change& change) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  if (!call.May("EDIT_ISSUES")) {
    return Forbidden(call, "You do not have permission to edit issues in this project.");
  }
  Issue draft = *issue;
  Response response = change(&draft.properties, call.args[1]);
  if (response.status < 300) call.model.Commit(std::move(draft), call.now_ms);
  return response;
}

// The comment named by the first argument alone, with its issue.
std::shared_ptr<const Comment> SeenComment(Call& call, IssuePtr* issue) {
  const std::string& id = call.args[0];
  const bool is_number = id.size() < 19 && id.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number || !call.May("BROWSE_PROJECTS")) return nullptr;
  const auto owner = call.model.issue_by_comment.find(std::stoull(id));
  if (owner == call.model.issue_by_comment.end()) return nullptr;
  *issue = call.model.issues.at(owner->second);
  if (!MaySee(call.model, **issue, call.user)) return nullptr;
  for (const auto& comment : (*issue)->comments) {
    if (comment->id == owner->first && MaySee(*comment, call.user)) return comment;
  }
  return nullptr;
}

Response NoComment(const Call& call) {
  return Fail(404, "Can not find a comment for the id: " + call.args[0] + ".");
}

Response ChangeCommentProperty(Call& call, const Change& change) {
  IssuePtr issue;
  const auto comment = SeenComment(call, &issue);
  if (comment == nullptr) return NoComment(call);
  const bool own = comment->author == call.user->key;
  if (!call.May("EDIT_ALL_COMMENTS") && !(own && call.May("EDIT_OWN_COMMENTS"))) {
    return Forbidden(call, "You do not have the permission to edit this comment.");
  }
  if (issue->archived_ms != 0) return Fail(403, "An archived issue cannot be changed.");
  Comment changed = *comment;
  Response response = change(&changed.properties, call.args[1]);
  if (response.status >= 300) return response;
  Issue draft = *issue;
  const auto place = std::find(draft.comments.begin(), draft.comments.end(), comment);
  *place = std::make_shared<const Comment>(std::move(changed));
  call.model.Commit(std::move(draft), call.now_ms);
  return response;
}

}  // namespace

void ReadProperties(const JsonValue& list, Properties* properties, Errors* errors) {
  for (const JsonValue& one : list.items) {
    const std::string key = one.Text("key"), value = ToText(one.At("value"));
    const std::string refusal = Refuse(key, value);
    if (refusal.empty())
      (*properties)[key] = value;
    else
      errors->messages.push_back(refusal);
  }
}

Response GetIssuePropertyKeys(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  return Keys(call, issue->properties, "/issue/" + issue->key);
}

Response GetIssueProperty(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  return issue == nullptr ? failure : Value(issue->properties, call.args[1]);
}

Response PutIssueProperty(Call& call) {
  return ChangeIssueProperty(call, [&](Properties* properties, const std::string& key) {
    return Put(call, properties, key);
  });
}

Response DeleteIssueProperty(Call& call) { return ChangeIssueProperty(call, Erase); }

Response GetCommentPropertyKeys(Call& call) {
  IssuePtr issue;
  const auto comment = SeenComment(call, &issue);
  if (comment == nullptr) return NoComment(call);
  return Keys(call, comment->properties, "/comment/" + call.args[0]);
}

Response GetCommentProperty(Call& call) {
  IssuePtr issue;
  const auto comment = SeenComment(call, &issue);
  return comment == nullptr ? NoComment(call) : Value(comment->properties, call.args[1]);
}

Response PutCommentProperty(Call& call) {
  return ChangeCommentProperty(call, [&](Properties* properties, const std::string& key) {
    return Put(call, properties, key);
  });
}

Response DeleteCommentProperty(Call& call) { return ChangeCommentProperty(call, Erase); }

}  // namespace valise::standin
