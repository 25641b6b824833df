#include "tests/standin/edit.h"

#include <algorithm>

#include "tests/standin/json_writer.h"
#include "tests/standin/render.h"
#include "tests/standin/security.h"
#include "tests/standin/time_tracking.h"
#include "tests/standin/zone.h"

namespace valise::standin {

const char kTooLong[] =
    "The entered text is too long. It exceeds the allowed limit of 32,767 characters.";

namespace {

using K = FieldKind;

// Jira counts UTF-16 units, as Java does.
std::size_t JavaLength(std::string_view text) {
  std::size_t length = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) ++length;
    if (byte >= 0xF0) ++length;
  }
  return length;
}

void SetText(Edit& edit, const Field& field, const JsonValue& value,
             std::optional<std::string>* text) {
  if (value.IsNull() || (value.IsString() && value.text.empty())) {
    text->reset();
  } else if (!value.IsString()) {
    edit.errors.fields[field.id] = "Operation value must be a string";
  } else if (IsTooLong(edit.model, value.text)) {
    edit.errors.fields[field.id] = kTooLong;
  } else {
    *text = value.text;
  }
}

void SetSummary(Edit& edit, const JsonValue& value) {
  std::string& error = edit.errors.fields["summary"];
  const bool blank = value.text.find_first_not_of(" \t\r\n") == std::string::npos;
  if (!value.IsNull() && !value.IsString()) {
    error = "Operation value must be a string";
  } else if (value.IsNull() || blank) {
    error = "You must specify a summary of the issue.";
  } else if (value.text.find_first_of("\r\n") != std::string::npos) {
    error = "The summary is invalid because it contains newline characters.";
  } else if (JavaLength(value.text) > 255) {
    error = "Summary must be less than 255 characters.";
  } else {
    edit.errors.fields.erase("summary");
    edit.draft.summary = value.text;
  }
}

// Finds {"id":...} or {"name":...}; `what` names the thing in the error, as "Priority".
template <typename T>
const T* Pick(Edit& edit, const Field& field, const std::vector<T>& all, const JsonValue& value,
              const std::string& what) {
  const std::string id = value.Text("id"), name = value.Text("name");
  const T* one = !id.empty() ? ById(all, id) : ByName(all, name);
  if (one != nullptr) return one;
  std::string& error = edit.errors.fields[field.id];
  if (!value.IsObject()) {
    error = "data was not an object";
  } else if (id.empty() && name.empty()) {
    error = "Could not find valid 'id' or 'name' in " + Lower(what) + " object.";
  } else {
    error = what + (id.empty() ? " name '" + name : " id '" + id) + "' is not valid";
  }
  return nullptr;
}

template <typename T>
void SetOne(Edit& edit, const Field& field, const std::vector<T>& all, const JsonValue& value,
            const std::string& what, std::string* target) {
  if (value.IsNull()) {
    target->clear();
    return;
  }
  const T* one = Pick(edit, field, all, value, what);
  if (one != nullptr) *target = one->id;
}

void SetType(Edit& edit, const Field& field, const JsonValue& value) {
  const IssueType* type = Pick(edit, field, edit.model.types, value, "Issue type");
  if (type == nullptr) return;
  const IssueType* current = edit.model.TypeById(edit.draft.type);
  if (current != nullptr && current->subtask != type->subtask) {
    edit.errors.fields[field.id] = "The issue type selected is invalid.";  // pitfall 24
    return;
  }
  edit.draft.type = type->id;
}

void SetUser(Edit& edit, const Field& field, const JsonValue& value, std::string* target) {
  bool is_null = false;
  const bool automatic = field.kind == K::kAssignee && value.Text("name") == "-1";
  if (automatic) {
    target->clear();  // no project lead takes issues here
    return;
  }
  const User* user = ReadUser(edit, field, value, &is_null);
  if (is_null && field.kind == K::kReporter) {
    edit.errors.fields[field.id] = "Reporter is required.";
  } else if (is_null) {
    target->clear();
  } else if (user != nullptr && field.kind == K::kAssignee &&
             !user->permissions.contains("ASSIGNABLE_USER")) {
    edit.errors.fields[field.id] = "User '" + user->name + "' cannot be assigned issues.";
  } else if (user != nullptr) {
    *target = user->key;
  }
}

void SetDueDate(Edit& edit, const JsonValue& value) {
  if (value.IsNull() || (value.IsString() && value.text.empty())) {
    edit.draft.due_date.clear();
  } else if (!value.IsString() || !IsDate(value.text)) {
    edit.errors.fields["duedate"] = "Error parsing date string: " + value.text;
  } else {
    edit.draft.due_date = value.text;
  }
}

// Lists of components or versions; ids kept in the order given, without repeats.
template <typename T>
void ApplyList(Edit& edit, const Field& field, Operation operation, const JsonValue& value,
               const std::vector<T>& all, const std::string& what,
               std::vector<std::string>* target) {
  if (operation == Operation::kSet) {
    target->clear();
    if (!value.IsNull() && !value.IsArray()) edit.errors.fields[field.id] = "data was not an array";
    for (const JsonValue& one : value.items) {
      ApplyList(edit, field, Operation::kAdd, one, all, what, target);
    }
    return;
  }
  const T* one = Pick(edit, field, all, value, what);
  if (one == nullptr) return;
  const auto place = std::find(target->begin(), target->end(), one->id);
  if (operation == Operation::kRemove) {
    if (place != target->end()) target->erase(place);
  } else if (place == target->end()) {
    target->push_back(one->id);
  }
}

void SetProject(Edit& edit, const JsonValue& value) {
  const bool same =
      value.Text("key") == edit.model.options.project || value.Text("id") == edit.model.project_id;
  if (!same) edit.errors.fields["project"] = "valid project is required";
}

// Only levels that the user is in are there for the user.
void SetSecurity(Edit& edit, const Field& field, const JsonValue& value) {
  std::vector<SecurityLevel> mine;
  for (const SecurityLevel* level : LevelsFor(edit.model, &edit.user)) mine.push_back(*level);
  SetOne(edit, field, mine, value, "Security level", &edit.draft.security);
}

void SetParent(Edit& edit, const JsonValue& value) {
  const std::string id = value.Text("id");
  const IssuePtr parent = edit.model.FindIssue(id.empty() ? value.Text("key") : id);
  if (parent == nullptr || parent->parent != 0) {
    edit.errors.fields["parent"] = "Could not find issue by id or key.";
  } else {
    edit.draft.parent = parent->id;
  }
}

}  // namespace

bool IsTooLong(const Model& model, std::string_view text) {
  const std::uint64_t limit = model.options.text_limit;
  return limit != 0 && JavaLength(text) > limit;
}

const User* ReadUser(Edit& edit, const Field& field, const JsonValue& value, bool* is_null) {
  const JsonValue& name = value.At("name");
  const JsonValue& key = value.At("key");
  *is_null = value.IsNull() || (value.IsObject() && name.IsNull() && key.IsNull()) ||
             (name.IsString() && name.text.empty());
  if (*is_null) return nullptr;
  const User* user =
      name.IsString() ? edit.model.UserByName(name.text) : edit.model.UserByKey(key.text);
  if (user != nullptr) return user;
  const std::string shown = name.IsString() ? name.text : key.text;
  std::string& error = edit.errors.fields[field.id];
  if (!value.IsObject())
    error = "expected Object";
  else if (field.kind == K::kReporter)
    error = "The reporter specified is not a user.";
  else
    error = "User '" + shown + "' does not exist.";
  return nullptr;
}

void ApplyLabels(Edit& edit, const Field& field, Operation operation, const JsonValue& value,
                 std::vector<std::string>* labels) {
  if (operation == Operation::kSet) {
    labels->clear();
    if (!value.IsNull() && !value.IsArray()) edit.errors.fields[field.id] = "data was not an array";
    for (const JsonValue& one : value.items) {
      ApplyLabels(edit, field, Operation::kAdd, one, labels);
    }
    return;
  }
  const std::string& label = value.text;
  if (!value.IsString()) {
    edit.errors.fields[field.id] = "string expected at index 0";
  } else if (label.find(' ') != std::string::npos) {
    edit.errors.fields[field.id] = "The label '" + label + "' contains spaces which is invalid.";
  } else if (JavaLength(label) > 255) {
    edit.errors.fields[field.id] = "The label '" + label + "' exceeds the maximum length allowed.";
  } else if (!label.empty()) {
    const auto place = std::lower_bound(labels->begin(), labels->end(), label);
    const bool present = place != labels->end() && *place == label;
    if (operation == Operation::kRemove && present) labels->erase(place);
    if (operation == Operation::kAdd && !present) labels->insert(place, label);
  }
}

void ApplyValue(Edit& edit, const Field& field, Operation operation, const JsonValue& value) {
  Issue& draft = edit.draft;
  const Model& model = edit.model;
  switch (field.kind) {
    case K::kSummary:
      SetSummary(edit, value);
      break;
    case K::kDescription:
      SetText(edit, field, value, &draft.description);
      break;
    case K::kEnvironment:
      SetText(edit, field, value, &draft.environment);
      break;
    case K::kIssueType:
      SetType(edit, field, value);
      break;
    case K::kPriority:
      SetOne(edit, field, model.priorities, value, "Priority", &draft.priority);
      break;
    case K::kResolution:
      SetOne(edit, field, model.resolutions, value, "Resolution", &draft.resolution);
      break;
    case K::kAssignee:
      SetUser(edit, field, value, &draft.assignee);
      break;
    case K::kReporter:
      SetUser(edit, field, value, &draft.reporter);
      break;
    case K::kDueDate:
      SetDueDate(edit, value);
      break;
    case K::kLabels:
      ApplyLabels(edit, field, operation, value, &draft.labels);
      break;
    case K::kComponents:
      ApplyList(edit, field, operation, value, model.components, "Component", &draft.components);
      break;
    case K::kVersions:
      ApplyList(edit, field, operation, value, model.versions, "Version", &draft.versions);
      break;
    case K::kFixVersions:
      ApplyList(edit, field, operation, value, model.versions, "Version", &draft.fix_versions);
      break;
    case K::kProject:
      SetProject(edit, value);
      break;
    case K::kSecurity:
      SetSecurity(edit, field, value);
      break;
    case K::kTimeTracking:
      SetTimeTracking(edit, value);
      break;
    case K::kParent:
      SetParent(edit, value);
      break;
    default:
      ApplyCustomValue(edit, field, operation, value);
  }
}

}  // namespace valise::standin
