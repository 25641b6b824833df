// Links to things outside this Jira. globalId makes a second POST an update: the only upsert that
// the API has.
#include <algorithm>

#include "tests/standin/edit.h"
#include "tests/standin/handlers.h"
#include "tests/standin/json_writer.h"

namespace valise::standin {
namespace {

using RemoteLinkPtr = std::shared_ptr<const RemoteLink>;

constexpr std::size_t kTextMax = 255;

// The members of `names`, as sent and if sent, in an object.
std::string Picked(const JsonValue& value, std::initializer_list<const char*> names) {
  JsonWriter out;
  out.Open('{');
  for (const char* name : names) {
    const JsonValue* member = value.Find(name);
    if (member != nullptr && !member->IsNull()) out.FieldRaw(name, ToText(*member));
  }
  return out.Close('}').Take();
}

// icon and status.icon are always there, empty if nothing was sent.
std::string ObjectJson(const JsonValue& object) {
  JsonWriter status;
  const JsonValue& sent = object.At("status");
  status.Open('{');
  if (sent.Find("resolved") != nullptr) status.FieldBool("resolved", sent.Flag("resolved", false));
  status.FieldRaw("icon", Picked(sent.At("icon"), {"url16x16", "title", "link"})).Close('}');
  JsonWriter out;
  out.Open('{').Field("url", object.Text("url")).Field("title", object.Text("title"));
  out.FieldIf("summary", object.Text("summary"));
  out.FieldRaw("icon", Picked(object.At("icon"), {"url16x16", "title", "link"}));
  return out.FieldRaw("status", status.Take()).Close('}').Take();
}

RemoteLink ReadLink(const Call& call, Errors* errors) {
  const JsonValue& object = call.body.At("object");
  RemoteLink link;
  link.global_id = call.body.Text("globalId");
  link.relationship = call.body.Text("relationship");
  link.title = object.Text("title");
  link.application = Picked(call.body.At("application"), {"type", "name"});
  link.object = ObjectJson(object);
  if (link.title.empty()) errors->fields["title"] = "'title' is required.";
  if (object.Text("url").empty()) errors->fields["url"] = "'url' is required.";
  for (const auto& [name, text] :
       {std::pair{"globalId", &link.global_id}, std::pair{"title", &link.title}}) {
    if (text->size() > kTextMax) errors->fields[name] = "The maximum length is 255 characters.";
  }
  return link;
}

std::string Self(const Model& model, const Issue& issue, const RemoteLink& link) {
  return model.Rest("/issue/" + issue.key + "/remotelink/" + std::to_string(link.id));
}

void WriteLink(JsonWriter& out, const Model& model, const Issue& issue, const RemoteLink& link) {
  out.Open('{').FieldInt("id", static_cast<std::int64_t>(link.id));
  out.Field("self", Self(model, issue, link)).FieldIf("globalId", link.global_id);
  out.FieldRaw("application", link.application).FieldIf("relationship", link.relationship);
  out.FieldRaw("object", link.object).Close('}');
}

RemoteLinkPtr ByGlobalId(const Issue& issue, const std::string& global_id) {
  for (const RemoteLinkPtr& one : issue.remote_links) {
    if (!global_id.empty() && one->global_id == global_id) return one;
  }
  return nullptr;
}

RemoteLinkPtr ByLinkId(const Issue& issue, const std::string& id) {
  for (const RemoteLinkPtr& one : issue.remote_links) {
    if (std::to_string(one->id) == id) return one;
  }
  return nullptr;
}

Response NoRemoteLink(const std::string& id) {
  return Fail(404, "The remote issue link '" + id + "' does not exist.");
}

// A change of an existing one leaves no history.
void Change(Call& call, const Issue& issue, const RemoteLinkPtr& former, RemoteLink link) {
  Issue draft = issue;
  link.id = former->id;
  *std::find(draft.remote_links.begin(), draft.remote_links.end(), former) =
      std::make_shared<const RemoteLink>(std::move(link));
  call.model.Commit(std::move(draft), call.now_ms);
}

std::string Phrase(const RemoteLink& link) {
  const auto application = ParseJson(link.application, nullptr);
  const std::string name = application.has_value() ? application->Text("name") : "";
  return "This issue links to \"" + link.title + (name.empty() ? "" : " (" + name + ")") + "\"";
}

void CommitRemote(Call& call, Issue draft, const RemoteLink& link, bool is_new) {
  const std::string id = std::to_string(link.id), phrase = Phrase(link);
  ChangeItem item{"RemoteIssueLink", "jira", id, phrase, {}, {}};
  if (is_new) item = {"RemoteIssueLink", "jira", {}, {}, id, phrase};
  CommitItems(call, std::move(draft), {item}, JsonValue(), call.model.options.remote_link_touches);
}

// The issue if the caller may link it; else null and `failure` is set.
IssuePtr LinkableIssue(Call& call, Response* failure) {
  IssuePtr issue = SeenIssue(call, failure);
  if (issue == nullptr || call.May("LINK_ISSUES")) return issue;
  *failure = Forbidden(call, "No Link Issue Permission for issue '" + issue->key + "'");
  return nullptr;
}

Response Remove(Call& call, const Issue& issue, const RemoteLinkPtr& link) {
  Issue draft = issue;
  std::erase(draft.remote_links, link);
  CommitRemote(call, std::move(draft), *link, false);
  return Empty(204);
}

}  // namespace

Response GetRemoteLinks(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  JsonWriter out;
  if (call.query.contains("globalId")) {
    const RemoteLinkPtr link = ByGlobalId(*issue, call.Query("globalId"));
    if (link == nullptr) return NoRemoteLink(call.Query("globalId"));
    WriteLink(out, call.model, *issue, *link);
    return Json(200, out.Take());
  }
  out.Open('[');
  for (const RemoteLinkPtr& one : issue->remote_links) WriteLink(out, call.model, *issue, *one);
  return Json(200, out.Close(']').Take());
}

Response GetRemoteLink(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  const RemoteLinkPtr link = ByLinkId(*issue, call.args[1]);
  if (link == nullptr) return NoRemoteLink(call.args[1]);
  JsonWriter out;
  WriteLink(out, call.model, *issue, *link);
  return Json(200, out.Take());
}

// 201 for a new one, 200 when the issue has one of that globalId.
Response PutRemoteLinkByGlobalId(Call& call) {
  Response failure;
  const IssuePtr issue = LinkableIssue(call, &failure);
  if (issue == nullptr) return failure;
  Errors errors;
  RemoteLink link = ReadLink(call, &errors);
  if (!errors.empty()) return Fail(400, errors);
  const RemoteLinkPtr former = ByGlobalId(*issue, link.global_id);
  link.id = former == nullptr ? call.model.next_remote_link++ : former->id;
  JsonWriter out;
  out.Open('{').FieldInt("id", static_cast<std::int64_t>(link.id));
  out.Field("self", Self(call.model, *issue, link)).Close('}');
  if (former == nullptr) {
    Issue draft = *issue;
    draft.remote_links.push_back(std::make_shared<const RemoteLink>(link));
    CommitRemote(call, std::move(draft), link, true);
  } else {
    Change(call, *issue, former, std::move(link));
  }
  return Json(former == nullptr ? 201 : 200, out.Take());
}

Response EditRemoteLink(Call& call) {
  Response failure;
  const IssuePtr issue = LinkableIssue(call, &failure);
  if (issue == nullptr) return failure;
  const RemoteLinkPtr former = ByLinkId(*issue, call.args[1]);
  if (former == nullptr) return NoRemoteLink(call.args[1]);
  Errors errors;
  RemoteLink link = ReadLink(call, &errors);
  const RemoteLinkPtr same = ByGlobalId(*issue, link.global_id);
  if (same != nullptr && same != former) {
    errors.fields["globalId"] = "A remote issue link already exists on this issue with that id.";
  }
  if (!errors.empty()) return Fail(400, errors);
  Change(call, *issue, former, std::move(link));
  return Empty(204);
}

Response DeleteRemoteLink(Call& call) {
  Response failure;
  const IssuePtr issue = LinkableIssue(call, &failure);
  if (issue == nullptr) return failure;
  const RemoteLinkPtr link = ByLinkId(*issue, call.args[1]);
  return link == nullptr ? NoRemoteLink(call.args[1]) : Remove(call, *issue, link);
}

Response DeleteRemoteLinkByGlobalId(Call& call) {
  Response failure;
  const IssuePtr issue = LinkableIssue(call, &failure);
  if (issue == nullptr) return failure;
  const std::string global_id = call.Query("globalId");
  if (global_id.empty()) return FailField("globalId", "'globalId' is required.");
  const RemoteLinkPtr link = ByGlobalId(*issue, global_id);
  return link == nullptr ? NoRemoteLink(global_id) : Remove(call, *issue, link);
}

}  // namespace valise::standin
