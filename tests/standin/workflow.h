// Who may do what to an issue in its present status, and which fields which screen takes.
#pragma once

#include <vector>

#include "tests/standin/model.h"

namespace valise::standin {

// False in a step that the workflow has closed to edits, attachments included.
bool IsEditableStep(const Model& model, const Issue& issue);
bool MayEdit(const Model& model, const Issue& issue, const User* user);
// Fields that need a permission of their own; without it they are on no screen (pitfall 21).
bool MayWrite(const Model& model, const Field& field, const User* user);
bool IsOnEditScreen(const Field& field, const Issue& issue);
bool IsOnCreateScreen(const Field& field, const IssueType& type);
// Whether issues of that type have the field at all.
bool HasField(const Field& field, const std::string& type_id);
bool IsOnScreen(const Field& field, const Action& action);
// Whether expand=transitions.fields says that it needs a value.
bool IsRequired(const Field& field, const Action& action);

// The transitions this user is offered, in the order of the workflow (pitfall 22).
std::vector<const Action*> ActionsFor(const Model& model, const Issue& issue, const User* user);

// Adds a status that the classic workflow lacks: a transition of its name leads to it from
// everywhere, and from it the classic ones lead on, so that every status stays reachable.
void AddStatusToWorkflow(Model& model, const Status& status);

}  // namespace valise::standin
