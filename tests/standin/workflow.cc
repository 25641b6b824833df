#include "tests/standin/workflow.h"

#include <algorithm>

#include "tests/standin/security.h"

namespace valise::standin {
namespace {

using K = FieldKind;

// A sub-task has its parent's level, sprint and epic.
bool FollowsParent(const Field& field) {
  return field.kind == K::kSecurity || field.kind == K::kSprint || field.kind == K::kEpicLink;
}

bool IsOffered(const Action& action, const Issue& issue, const User* user) {
  const bool leads_from =
      action.from.empty() ? action.to != issue.status : action.from.contains(issue.status);
  if (!leads_from || user == nullptr) return false;
  if (!user->permissions.contains("TRANSITION_ISSUES") || issue.archived_ms != 0) return false;
  if (action.only_assignee && issue.assignee != user->key) return false;
  const auto has = [&](const std::string& one) { return user->permissions.contains(one); };
  const auto is_in = [&](const std::string& one) { return user->roles.contains(one); };
  const auto& roles = action.roles;
  return std::all_of(action.permissions.begin(), action.permissions.end(), has) &&
         (roles.empty() || std::any_of(roles.begin(), roles.end(), is_in));
}

}  // namespace

bool IsEditableStep(const Model& model, const Issue& issue) {
  if (issue.archived_ms != 0) return false;
  return !(model.options.closed_is_frozen && issue.status == "6");
}

bool MayEdit(const Model& model, const Issue& issue, const User* user) {
  if (user == nullptr || !user->permissions.contains("EDIT_ISSUES")) return false;
  return IsEditableStep(model, issue);
}

bool MayWrite(const Model& model, const Field& field, const User* user) {
  if (user == nullptr) return false;
  switch (field.kind) {
    case K::kSecurity:
      return !LevelsFor(model, user).empty();
    case K::kReporter:
      return user->permissions.contains("MODIFY_REPORTER");  // pitfall 17
    case K::kAssignee:
      return user->permissions.contains("ASSIGN_ISSUES");
    case K::kDueDate:
      return user->permissions.contains("SCHEDULE_ISSUES");
    default:
      return true;
  }
}

bool HasField(const Field& field, const std::string& type_id) {
  return (field.only_type.empty() || field.only_type == type_id) && field.not_type != type_id;
}

bool IsOnEditScreen(const Field& field, const Issue& issue) {
  if (FollowsParent(field) && issue.parent != 0) return false;
  if (!HasField(field, issue.type)) return false;
  return field.on_edit && !(field.kind == K::kParent && issue.parent == 0);
}

bool IsOnCreateScreen(const Field& field, const IssueType& type) {
  if (FollowsParent(field) && type.subtask) return false;
  if (!HasField(field, type.id)) return false;
  return field.on_create && (field.kind != K::kParent || type.subtask);
}

bool IsOnScreen(const Field& field, const Action& action) {
  const auto is_it = [&](const ScreenField& one) { return one.field == field.id; };
  if (std::any_of(action.fields.begin(), action.fields.end(), is_it)) return true;
  switch (field.kind) {
    case K::kResolution:
    case K::kFixVersions:
      return action.screen == Screen::kResolve;
    case K::kAssignee:
      return action.screen != Screen::kNone;
    default:
      return false;
  }
}

bool IsRequired(const Field& field, const Action& action) {
  if (field.kind == K::kResolution && action.screen == Screen::kResolve) return true;
  return std::any_of(action.fields.begin(), action.fields.end(),
                     [&](const ScreenField& one) { return one.field == field.id && one.required; });
}

std::vector<const Action*> ActionsFor(const Model& model, const Issue& issue, const User* user) {
  std::vector<const Action*> offered;
  for (const Action& action : model.actions) {
    if (IsOffered(action, issue, user)) offered.push_back(&action);
  }
  return offered;
}

void AddStatusToWorkflow(Model& model, const Status& status) {
  int id = 811;
  for (Action& action : model.actions) {
    if (action.id >= id) id = action.id + 10;
    // On from the new status: start or stop progress, resolve, close.
    const bool leads_on = action.id == 4 || action.id == 301 || action.id == 5 || action.id == 2;
    if (leads_on) action.from.insert(status.id);
  }
  model.actions.push_back(
      {id, status.name, status.id, Screen::kNone, false, false, {}, {}, {}, {}, {}});
}

}  // namespace valise::standin
