#include "tests/standin/control.h"

#include <algorithm>

#include "tests/standin/edit.h"
#include "tests/standin/handlers.h"

namespace valise::standin {
namespace {

IssuePtr Named(const Call& call, const char* member, std::string* error) {
  const std::string name = call.body.Text(member);
  IssuePtr issue = call.model.FindIssue(name);
  if (issue == nullptr) *error = "no issue '" + name + "' in '" + member + "'";
  return issue;
}

OtherProject& ProjectFor(Model& model, const std::string& key, bool is_hidden) {
  for (OtherProject& project : model.other_projects) {
    if (project.key == key) return project;
  }
  const std::string id = std::to_string(20000 + model.other_projects.size());
  model.other_projects.push_back({id, key, "Project " + key, 1, is_hidden});
  return model.other_projects.back();
}

// The old key goes on to lead to it; history tells "Key" and "project" (pitfall 7).
void MoveOne(Call& call, const Issue& issue, const std::string& key, bool is_hidden) {
  Model& model = call.model;
  Issue draft = issue;
  const ProjectNames before = ProjectOf(model, issue);
  const bool is_back = key == model.options.project;
  std::uint64_t& next = is_back ? model.next_key : ProjectFor(model, key, is_hidden).next_key;
  draft.project = is_back ? "" : key;
  draft.former_keys.push_back(issue.key);
  draft.key = key + "-" + std::to_string(next++);
  const ProjectNames after = ProjectOf(model, draft);
  const ChangeItem project{"project", "jira", before.id, before.name, after.id, after.name};
  const ChangeItem moved{"Key", "jira", {}, issue.key, {}, draft.key};
  CommitItems(call, std::move(draft), {project, moved}, JsonValue());
}

std::string MoveVerb(Call& call) {
  std::string error;
  const IssuePtr issue = Named(call, "issue", &error);
  const std::string key = call.body.Text("project");
  if (issue == nullptr) return error;
  if (key.empty()) return "'project' is missing";
  if (issue->parent != 0) return "a sub-task moves with its parent";
  const bool is_hidden = call.body.Flag("hidden", false);
  MoveOne(call, *issue, key, is_hidden);
  for (const std::uint64_t id : issue->subtasks) {
    MoveOne(call, *call.model.issues.at(id), key, is_hidden);
  }
  return "";
}

void LeaveParent(Call& call, const Issue& issue) {
  const auto parent = call.model.issues.find(issue.parent);
  if (parent == call.model.issues.end()) return;
  Issue draft = *parent->second;
  std::erase(draft.subtasks, issue.id);
  call.model.Commit(std::move(draft), call.now_ms);
}

void JoinParent(Call& call, std::uint64_t parent_id, std::uint64_t id) {
  Issue draft = *call.model.issues.at(parent_id);
  draft.subtasks.push_back(id);
  call.model.Commit(std::move(draft), call.now_ms);
}

ChangeItem ParentItem(const Issue* before, const Issue* after) {
  ChangeItem item{"Parent", "jira", {}, {}, {}, {}};
  if (before != nullptr) item.from = std::to_string(before->id);
  if (before != nullptr) item.from_string = before->key;
  if (after != nullptr) item.to = std::to_string(after->id);
  if (after != nullptr) item.to_string = after->key;
  return item;
}

// Type and parent as only the web pages change them (pitfall 24): to a sub-task of `parent`, to a
// standard issue, or to another parent.
std::string ConvertVerb(Call& call) {
  std::string error;
  const IssuePtr issue = Named(call, "issue", &error);
  if (issue == nullptr) return error;
  const std::string name = call.body.Text("type");
  const IssueType* type =
      name.empty() ? call.model.TypeById(issue->type) : ByName(call.model.types, name);
  if (type == nullptr) return "no issue type '" + name + "'";
  const bool has_parent = call.body.Find("parent") != nullptr;
  const IssuePtr parent = has_parent ? Named(call, "parent", &error) : nullptr;
  if (!error.empty()) return error;
  if (type->subtask != (parent != nullptr)) return "a sub-task, and only it, has a parent";
  const auto former = call.model.issues.find(issue->parent);
  const Issue* before = former == call.model.issues.end() ? nullptr : former->second.get();
  Issue draft = *issue;
  draft.type = type->id;
  draft.parent = parent == nullptr ? 0 : parent->id;
  std::vector<ChangeItem> items = Differences(call.model, *issue, draft);
  if (before != parent.get()) items.push_back(ParentItem(before, parent.get()));
  LeaveParent(call, *issue);
  if (parent != nullptr) JoinParent(call, parent->id, issue->id);
  CommitItems(call, std::move(draft), std::move(items), JsonValue());
  return "";
}

std::string FirstError(const Errors& errors) {
  if (!errors.messages.empty()) return errors.messages.front();
  return errors.fields.empty() ? "" : errors.fields.begin()->second;
}

// Any field, on a screen or not: what an importer, an app or the database may do.
std::string SetVerb(Call& call) {
  std::string error;
  const IssuePtr issue = Named(call, "issue", &error);
  if (issue == nullptr) return error;
  const Field* field = call.model.FieldById(call.body.Text("field"));
  if (field == nullptr) return "no field '" + call.body.Text("field") + "'";
  Errors errors;
  Issue draft = *issue;
  Edit edit{call.model, *call.user, draft, errors};
  ApplyValue(edit, *field, Operation::kSet, call.body.At("value"));
  if (!errors.empty()) return FirstError(errors);
  CommitChange(call, *issue, std::move(draft), JsonValue());
  return "";
}

std::string LevelVerb(Call& call) {
  std::string error;
  const IssuePtr issue = Named(call, "issue", &error);
  if (issue == nullptr) return error;
  const std::string name = call.body.Text("level");
  const SecurityLevel* level = ByName(call.model.security_levels, name);
  if (level == nullptr && !name.empty()) return "no security level '" + name + "'";
  Issue draft = *issue;
  draft.security = level == nullptr ? "" : level->id;
  CommitChange(call, *issue, std::move(draft), JsonValue());
  return "";
}

std::string AddLevelVerb(Call& call) {
  const std::string text = call.body.Text("level");
  return call.model.AddSecurityLevel(text) ? "" : "bad level '" + text + "'";
}

// An option of a select field: added, disabled, or enabled again. Issues keep a disabled one.
std::string OptionVerb(Call& call) {
  const std::string id = call.body.Text("field"), value = call.body.Text("value");
  for (Field& field : call.model.fields) {
    if (field.id != id) continue;
    for (FieldOption& option : field.options) {
      if (option.value != value) continue;
      option.disabled = call.body.Flag("disabled", false);
      const std::string rename = call.body.Text("rename");
      if (!rename.empty()) option.value = rename;  // without an entry in any issue's history
      return "";
    }
    const std::string next = std::to_string(12000 + call.model.next_option++);
    field.options.push_back({next, value, "", call.body.Flag("disabled", false)});
    return "";
  }
  return "no field '" + id + "'";
}

std::string LinkTypeVerb(Call& call) {
  for (LinkType& type : call.model.link_types) {
    if (type.name != call.body.Text("name")) continue;
    type.name = call.body.Text("rename");
    return "";
  }
  return "no link type '" + call.body.Text("name") + "'";
}

std::string PostFunctionVerb(Call& call) {
  for (Action& action : call.model.actions) {
    if (std::to_string(action.id) != call.body.Text("transition")) continue;
    action.post_functions.push_back({call.body.Text("field"), ToText(call.body.At("value"))});
    return "";
  }
  return "no transition '" + call.body.Text("transition") + "'";
}

// Which changes move `updated` from now on, where nobody has proven it (pitfall 8).
std::string TouchesVerb(Call& call) {
  Options& options = call.model.options;
  const std::pair<const char*, bool*> kinds[] = {
      {"workLog", &options.worklog_touches},
      {"link", &options.link_touches},
      {"attachmentDelete", &options.attachment_delete_touches},
      {"commentDelete", &options.comment_delete_touches},
      {"remoteLink", &options.remote_link_touches},
  };
  for (const auto& [name, touches] : kinds) *touches = call.body.Flag(name, *touches);
  return "";
}

struct Verb {
  const char* name;
  std::string (*run)(Call&);
};

const Verb kVerbs[] = {
    {"move", MoveVerb},
    {"convert", ConvertVerb},
    {"set", SetVerb},
    {"level", LevelVerb},
    {"security-level", AddLevelVerb},
    {"option", OptionVerb},
    {"link-type", LinkTypeVerb},
    {"touches", TouchesVerb},
    {"field", FieldVerb},
    {"post-function", PostFunctionVerb},
    {"status", AddStatusVerb},
    {"transitions", SetTransitionsVerb},
    {"grant", GrantVerb},
    {"revoke", RevokeVerb},
    {"join", JoinVerb},
    {"leave", LeaveVerb},
    {"user", UserVerb},
};

}  // namespace

std::string RunControl(Model& model, std::int64_t now_ms, const JsonValue& request) {
  const std::string name = request.Text("do"), by = request.Text("by");
  const User* user = model.UserByName(by.empty() ? "admin" : by);
  if (user == nullptr) return "no user '" + by + "'";
  const Request none;
  Call call{model, none, now_ms, user, {}, {}, request};
  for (const Verb& verb : kVerbs) {
    if (name == verb.name) return verb.run(call);
  }
  return "unknown verb '" + name + "' in \"do\"";
}

}  // namespace valise::standin
