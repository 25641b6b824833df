// The fields an issue has, system and custom, and the value of a custom one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace valise::standin {

enum class FieldKind {
  // System fields, written through members of Issue.
  kSummary,
  kDescription,
  kEnvironment,
  kIssueType,
  kProject,
  kParent,
  kPriority,
  kResolution,
  kStatus,
  kAssignee,
  kReporter,
  kCreator,
  kDueDate,
  kLabels,
  kComponents,
  kVersions,
  kFixVersions,
  kCreated,
  kUpdated,
  kResolutionDate,
  kComment,
  kAttachment,
  kIssueLinks,
  kSubtasks,
  kWorklog,
  kWatches,
  kVotes,
  kProgress,
  kWorkRatio,
  kTimeTracking,
  kSeconds,
  kLastViewed,
  kSecurity,
  kArchivedDate,
  kArchivedBy,
  // Custom fields; the name says which type of Jira's.
  kTextField,
  kTextArea,
  kFloat,
  kDatePicker,
  kDateTime,
  kSelect,
  kMultiSelect,
  kCascadingSelect,
  kUserPicker,
  kCustomLabels,
  kUrl,
  kRadioButtons,
  kMultiCheckboxes,
  kMultiUserPicker,
  kGroupPicker,
  kMultiGroupPicker,
  kProjectPicker,
  kVersionPicker,
  kMultiVersion,
  kReadOnly,
  kSprint,
  kEpicLink,
  kRank,
};

struct FieldOption {
  std::string id, value, parent;  // parent: the option above, in a cascading select
  bool disabled = false;
};

// One custom value. Which member counts follows from the kind: text (text, area, URL, date),
// number (float), time_ms (datetime), items (option ids, parent first; user keys; labels).
struct FieldValue {
  std::string text;
  double number = 0;
  std::int64_t time_ms = 0;
  std::vector<std::string> items;
  bool operator==(const FieldValue&) const = default;
};

struct Field {
  std::string id, name;
  FieldKind kind = FieldKind::kTextField;
  std::string type, element;  // schema.type and schema.items
  std::string custom_type;    // schema.custom without Jira's own prefix; empty: a system field
  std::string only_type, not_type;  // ids: the one type that has it, the one that lacks it
  int custom_id = 0;
  bool orderable = true, navigable = true, searchable = true;
  bool on_create = false, on_edit = false, required = false;
  std::vector<std::string> operations;
  std::vector<FieldOption> options;
  std::string schema_json;  // made by AddDefaults
};

}  // namespace valise::standin
