#include <algorithm>

#include "tests/standin/agile.h"
#include "tests/standin/edit.h"
#include "tests/standin/handlers.h"
#include "tests/standin/json_writer.h"
#include "tests/standin/languages.h"
#include "tests/standin/workflow.h"

namespace valise::standin {
namespace {

// The members Atlassian's description of HistoryMetadata knows; Jira drops the rest.
std::string KnownMetadata(const JsonValue& metadata) {
  static const char* const kNames[] = {"type",
                                       "description",
                                       "descriptionKey",
                                       "activityDescription",
                                       "activityDescriptionKey",
                                       "emailDescription",
                                       "emailDescriptionKey",
                                       "actor",
                                       "generator",
                                       "cause",
                                       "extraData"};
  if (!metadata.IsObject()) return "";
  JsonWriter out;
  out.Open('{');
  for (const char* name : kNames) {
    const JsonValue* member = metadata.Find(name);
    if (member != nullptr) out.FieldRaw(name, ToText(*member));
  }
  return out.Close('}').Take();
}

void UpdateResolutionDate(const Issue& before, Issue& draft, std::int64_t now_ms) {
  if (before.resolution == draft.resolution) return;
  draft.resolved_ms = draft.resolution.empty() ? 0 : now_ms;
}

const IssueType* ReadType(const Call& call, Errors& errors) {
  const JsonValue& value = call.body.At("fields").At("issuetype");
  const std::string id = value.Text("id"), name = value.Text("name");
  const IssueType* type = id.empty() ? ByName(call.model.types, name) : call.model.TypeById(id);
  if (type != nullptr) return type;
  errors.fields["issuetype"] =
      value.IsNull() ? "issue type is required" : "valid issue type is required";
  return nullptr;
}

void CheckProject(const Call& call, Errors& errors) {
  const JsonValue& project = call.body.At("fields").At("project");
  if (project.IsNull()) {
    errors.fields["project"] = "project is required";
    return;
  }
  const bool known = project.Text("key") == call.model.options.project ||
                     project.Text("id") == call.model.project_id;
  if (!known) errors.fields["project"] = "valid project is required";
}

Issue NewIssue(const Call& call, const IssueType& type) {
  Issue issue;
  issue.type = type.id;
  issue.status = call.model.initial_status;
  const Priority* medium = ByName(call.model.priorities, "Medium");
  issue.priority = medium == nullptr ? call.model.priorities.front().id : medium->id;
  const std::string& wanted = call.model.options.default_security_level;
  const SecurityLevel* level = ByName(call.model.security_levels, wanted);
  if (level != nullptr && !type.subtask) issue.security = level->id;
  issue.creator = issue.reporter = call.user->key;
  issue.created_ms = issue.updated_ms = call.now_ms;
  return issue;
}

void CheckRequired(const Model& model, const Issue& draft, const IssueType& type,
                   const JsonValue& body, Errors& errors) {
  if (draft.summary.empty() && !errors.fields.contains("summary")) {
    errors.fields["summary"] = "You must specify a summary of the issue.";
  }
  for (const Field& field : model.fields) {
    const bool is_asked = field.required && field.on_create && HasField(field, type.id);
    const bool is_ours = field.kind == FieldKind::kSummary || field.kind == FieldKind::kProject;
    if (!is_asked || is_ours || errors.fields.contains(field.id)) continue;
    if (IsEmptyField(model, draft, field)) {
      errors.fields[field.id] = NameIn(model.options.language, field) + " is required.";
    }
  }
  if (type.subtask && body.At("fields").At("parent").IsNull()) {
    errors.fields["issuetype"] =
        "Issue type is a sub-task but parent issue key or id not specified.";
  }
}

std::string StoreNew(Call& call, Issue draft) {
  Model& model = call.model;
  draft.id = model.options.ids_fall ? model.next_issue-- : model.next_issue++;
  draft.key = model.options.project + "-" + std::to_string(model.next_key++);
  const auto parent = model.issues.find(draft.parent);
  if (parent != model.issues.end()) {
    Issue changed = *parent->second;
    changed.subtasks.push_back(draft.id);
    model.Commit(std::move(changed), call.now_ms);
  }
  const Field* rank = FieldOfKind(model, FieldKind::kRank);
  if (rank != nullptr) draft.custom[rank->id] = {"set", NextRank(model), 0, {}};
  JsonWriter out;
  out.Open('{').Field("id", std::to_string(draft.id)).Field("key", draft.key);
  out.Field("self", model.Rest("/issue/" + std::to_string(draft.id))).Close('}');
  model.Commit(std::move(draft), call.now_ms);
  return out.Take();
}

// The comments in update.comment, checked but not yet stored.
std::vector<Comment> ReadUpdateComments(Call& call, bool allowed, Errors& errors) {
  std::vector<Comment> comments;
  const JsonValue& operations = call.body.At("update").At("comment");
  if (!operations.IsNull() && !allowed) {
    errors.fields["comment"] = std::string("Field 'comment' cannot be set. ") + kNotOnScreen;
    return comments;
  }
  for (const JsonValue& one : operations.items) {
    const JsonValue* add = one.Find("add");
    if (add == nullptr) continue;
    Comment comment;
    ReadComment(call, *add, &comment, &errors);
    comments.push_back(std::move(comment));
  }
  return comments;
}

void Store(Call& call, const Issue& before, Issue draft, std::vector<Comment> comments) {
  UpdateResolutionDate(before, draft, call.now_ms);
  for (Comment& comment : comments) AttachComment(call, draft, std::move(comment));
  if (!comments.empty()) draft.updated_ms = call.now_ms;
  const bool only_stored = draft.properties != before.properties || !comments.empty();
  if (only_stored) call.model.Commit(draft, call.now_ms);
  CommitChange(call, before, std::move(draft), call.body.At("historyMetadata"));
}

void RunPostFunctions(const Action& action, Edit& edit) {
  for (const PostFunction& function : action.post_functions) {
    const Field* field = edit.model.FieldById(function.field);
    const auto value = ParseJson(function.value, nullptr);
    if (field != nullptr && value) ApplyValue(edit, *field, Operation::kSet, *value);
  }
}

const Action* OfferedAction(const Call& call, const Issue& issue, const std::string& id) {
  for (const Action* action : ActionsFor(call.model, issue, call.user)) {
    if (std::to_string(action->id) == id) return action;
  }
  return nullptr;
}

// What the screen requires and what a validator wants besides (pitfall 22).
void CheckTransition(const Call& call, const Issue& draft, const Action& action, Errors& errors) {
  for (const Field& field : call.model.fields) {
    const auto extra = std::find_if(action.fields.begin(), action.fields.end(),
                                    [&](const ScreenField& one) { return one.field == field.id; });
    const bool is_validated = extra != action.fields.end() && extra->validated;
    if (!is_validated && !IsRequired(field, action)) continue;
    if (errors.fields.contains(field.id) || !IsEmptyField(call.model, draft, field)) continue;
    if (is_validated)
      errors.messages.push_back(NameFor(call.model, field, call.user) +
                                " must have a value for this transition.");
    else
      errors.fields[field.id] = NameFor(call.model, field, call.user) + " is required.";
  }
}

Response Perform(Call& call, const Issue& before, const Action& action) {
  Errors errors;
  Issue draft = before;
  Edit edit{call.model, *call.user, draft, errors};
  ApplyBody(edit, call.body, [&](const Field& field) {
    return IsOnScreen(field, action) && MayWrite(call.model, field, call.user);
  });
  std::vector<Comment> comments =
      ReadUpdateComments(call, action.screen != Screen::kNone || !action.fields.empty(), errors);
  CheckTransition(call, draft, action, errors);
  CheckRefusals(call.model, before, draft, errors);
  if (!errors.empty()) return Fail(400, errors);
  if (action.clears_resolution) draft.resolution.clear();
  draft.status = action.to;
  RunPostFunctions(action, edit);
  Store(call, before, std::move(draft), std::move(comments));
  return Empty(204);
}

}  // namespace

void CommitItems(Call& call, Issue draft, std::vector<ChangeItem> items, const JsonValue& metadata,
                 bool touches) {
  if (items.empty()) return;
  History history{call.model.next_history++, call.user->key, call.now_ms, std::move(items),
                  KnownMetadata(metadata)};
  draft.histories.push_back(std::make_shared<const History>(std::move(history)));
  if (touches) draft.updated_ms = call.now_ms;
  call.model.Commit(std::move(draft), call.now_ms);
}

void CommitChange(Call& call, const Issue& before, Issue draft, const JsonValue& metadata) {
  std::vector<ChangeItem> items = Differences(call.model, before, draft);
  CommitItems(call, std::move(draft), std::move(items), metadata);
}

Response CreateIssue(Call& call) {
  if (!call.May("CREATE_ISSUES")) {
    return Forbidden(call, "You do not have permission to create issues in this project.");
  }
  Errors errors;
  CheckProject(call, errors);
  const IssueType* type = ReadType(call, errors);
  if (type == nullptr || !errors.empty()) return Fail(400, errors);
  Issue draft = NewIssue(call, *type);
  Edit edit{call.model, *call.user, draft, errors};
  ApplyBody(edit, call.body, [&](const Field& field) {
    return IsOnCreateScreen(field, *type) && MayWrite(call.model, field, call.user);
  });
  CheckRequired(call.model, draft, *type, call.body, errors);
  ReadProperties(call.body.At("properties"), &draft.properties, &errors);
  std::vector<Comment> comments = ReadUpdateComments(call, true, errors);
  CheckRefusals(call.model, Issue(), draft, errors);
  if (!errors.empty()) return Fail(400, errors);
  for (Comment& comment : comments) {
    // The issue has no id before it is stored; the comment's own id does not depend on it.
    draft.id = call.model.next_issue;
    AttachComment(call, draft, std::move(comment));
  }
  return Json(201, StoreNew(call, std::move(draft)));
}

// What is required cannot be emptied; an issue that never had it may stay without.
void CheckKept(const Call& call, const Issue& before, const Issue& draft, Errors& errors) {
  for (const Field& field : call.model.fields) {
    if (!field.required || !field.on_edit || errors.fields.contains(field.id)) continue;
    const bool is_emptied =
        IsEmptyField(call.model, draft, field) && !IsEmptyField(call.model, before, field);
    if (is_emptied)
      errors.fields[field.id] = NameFor(call.model, field, call.user) + " is required.";
  }
}

Response EditIssue(Call& call) {
  Response failure;
  const IssuePtr before = SeenIssue(call, &failure);
  if (before == nullptr) return failure;
  if (!call.May("EDIT_ISSUES")) {
    return Forbidden(call, "You do not have permission to edit issues in this project.");
  }
  const bool quiet = Lower(call.Query("notifyUsers")) == "false";
  if (quiet && !call.May("ADMINISTER") && !call.May("ADMINISTER_PROJECTS")) {  // pitfall 31
    return Fail(403,
                "To discard the user notification either admin or project admin permissions "
                "are required.");
  }
  Errors errors;
  Issue draft = *before;
  Edit edit{call.model, *call.user, draft, errors};
  const bool editable = MayEdit(call.model, *before, call.user);
  ApplyBody(edit, call.body, [&](const Field& field) {
    return editable && IsOnEditScreen(field, *before) && MayWrite(call.model, field, call.user);
  });
  ReadProperties(call.body.At("properties"), &draft.properties, &errors);
  std::vector<Comment> comments = ReadUpdateComments(call, true, errors);
  CheckKept(call, *before, draft, errors);
  CheckRefusals(call.model, *before, draft, errors);
  if (!errors.empty()) return Fail(400, errors);
  Store(call, *before, std::move(draft), std::move(comments));
  return Empty(204);
}

Response DoTransition(Call& call) {
  Response failure;
  const IssuePtr before = SeenIssue(call, &failure);
  if (before == nullptr) return failure;
  const std::string id = call.body.At("transition").Text("id");
  if (id.empty()) return Fail(400, "Missing 'transition' identifier");
  const Action* action = OfferedAction(call, *before, id);
  if (action == nullptr) {
    return Fail(400, "Transition id '" + id + "' is not valid for this issue.");
  }
  return Perform(call, *before, *action);
}

Response AssignIssue(Call& call) {
  Response failure;
  const IssuePtr before = SeenIssue(call, &failure);
  if (before == nullptr) return failure;
  if (!call.May("ASSIGN_ISSUES"))
    return Forbidden(call, "You do not have permission to assign issues.");
  Errors errors;
  Issue draft = *before;
  Edit edit{call.model, *call.user, draft, errors};
  ApplyValue(edit, *call.model.FieldById("assignee"), Operation::kSet, call.body);
  if (!errors.empty()) return Fail(400, errors);
  CommitChange(call, *before, std::move(draft), JsonValue());
  return Empty(204);
}

Response DeleteIssue(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  if (!call.May("DELETE_ISSUES")) {
    return Forbidden(call, "You do not have permission to delete issues in this project.");
  }
  const bool with_subtasks = Lower(call.Query("deleteSubtasks")) == "true";
  if (!issue->subtasks.empty() && !with_subtasks) {  // pitfall 25
    return Fail(400, "The issue '" + issue->key +
                         "' has subtasks.  You must specify the "
                         "'deleteSubtasks' parameter to delete this issue and all its subtasks.");
  }
  for (const std::uint64_t id : issue->subtasks) call.model.Erase(id, call.now_ms);
  const auto parent = call.model.issues.find(issue->parent);
  if (parent != call.model.issues.end()) {
    Issue changed = *parent->second;
    std::erase(changed.subtasks, issue->id);
    call.model.Commit(std::move(changed), call.now_ms);
  }
  call.model.Erase(issue->id, call.now_ms);
  return Empty(204);
}

}  // namespace valise::standin
