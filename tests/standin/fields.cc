// The table of fields: system fields as Jira names them, and one custom field of each plain kind
// with a fixed id (pitfall 18).
#include "tests/standin/json_writer.h"
#include "tests/standin/model.h"

namespace valise::standin {

void AddDefaultFields(Model& model);

namespace {

using K = FieldKind;

constexpr int kCreate = 1, kEdit = 2, kRequired = 4, kHidden = 8;  // kHidden: not navigable

struct SystemRow {
  const char *id, *name;
  FieldKind kind;
  const char *type, *element;
  int flags;
};

const SystemRow kSystemFields[] = {
    {"issuetype", "Issue Type", K::kIssueType, "issuetype", "", kCreate | kEdit | kRequired},
    {"timespent", "Time Spent", K::kSeconds, "number", "", 0},
    {"project", "Project", K::kProject, "project", "", kCreate | kRequired},
    {"fixVersions", "Fix Version/s", K::kFixVersions, "array", "version", kCreate | kEdit},
    {"aggregatetimespent", "\u03a3 Time Spent", K::kSeconds, "number", "", 0},
    {"resolution", "Resolution", K::kResolution, "resolution", "", 0},
    {"resolutiondate", "Resolved", K::kResolutionDate, "datetime", "", 0},
    {"workratio", "Work Ratio", K::kWorkRatio, "number", "", 0},
    {"lastViewed", "Last Viewed", K::kLastViewed, "datetime", "", 0},
    {"watches", "Watchers", K::kWatches, "watches", "", 0},
    {"created", "Created", K::kCreated, "datetime", "", 0},
    {"priority", "Priority", K::kPriority, "priority", "", kCreate | kEdit},
    {"labels", "Labels", K::kLabels, "array", "string", kCreate | kEdit},
    {"timeestimate", "Remaining Estimate", K::kSeconds, "number", "", 0},
    {"aggregatetimeoriginalestimate", "\u03a3 Original Estimate", K::kSeconds, "number", "", 0},
    {"versions", "Affects Version/s", K::kVersions, "array", "version", kCreate | kEdit},
    {"issuelinks", "Linked Issues", K::kIssueLinks, "array", "issuelinks", 0},
    {"assignee", "Assignee", K::kAssignee, "user", "", kCreate | kEdit},
    {"updated", "Updated", K::kUpdated, "datetime", "", 0},
    {"status", "Status", K::kStatus, "status", "", 0},
    {"components", "Component/s", K::kComponents, "array", "component", kCreate | kEdit},
    {"timeoriginalestimate", "Original Estimate", K::kSeconds, "number", "", 0},
    {"description", "Description", K::kDescription, "string", "", kCreate | kEdit},
    {"timetracking", "Time Tracking", K::kTimeTracking, "timetracking", "",
     kCreate | kEdit | kHidden},
    {"attachment", "Attachment", K::kAttachment, "array", "attachment", kHidden},
    {"aggregatetimeestimate", "\u03a3 Remaining Estimate", K::kSeconds, "number", "", 0},
    {"summary", "Summary", K::kSummary, "string", "", kCreate | kEdit | kRequired},
    {"creator", "Creator", K::kCreator, "user", "", 0},
    {"subtasks", "Sub-Tasks", K::kSubtasks, "array", "issuelinks", 0},
    {"reporter", "Reporter", K::kReporter, "user", "", kCreate | kEdit | kRequired},
    {"aggregateprogress", "\u03a3 Progress", K::kProgress, "progress", "", 0},
    {"environment", "Environment", K::kEnvironment, "string", "", kCreate | kEdit},
    {"duedate", "Due Date", K::kDueDate, "date", "", kCreate | kEdit},
    {"progress", "Progress", K::kProgress, "progress", "", 0},
    {"comment", "Comment", K::kComment, "comments-page", "", kHidden},
    {"votes", "Votes", K::kVotes, "votes", "", 0},
    {"archiveddate", "Archived", K::kArchivedDate, "datetime", "", 0},
    {"archivedby", "Archiver", K::kArchivedBy, "user", "", 0},
    {"security", "Security Level", K::kSecurity, "securitylevel", "", kCreate | kEdit},
    {"worklog", "Log Work", K::kWorklog, "array", "worklog", kHidden},
    {"parent", "Parent", K::kParent, "issuelink", "", kCreate},
};

struct CustomRow {
  int id;
  const char* name;
  FieldKind kind;
  const char *custom_type, *type, *element;
  std::vector<const char*> options;  // ">x": below the last option without ">"; "~x": disabled
  int flags = kCreate | kEdit;
  const char *only_type = "", *not_type = "";
};

const std::vector<CustomRow>& CustomFields() {
  static const std::vector<CustomRow> kRows = {
      {10100, "External reference", K::kTextField, "textfield", "string", "", {}},
      {10101, "Background", K::kTextArea, "textarea", "string", "", {}},
      {10102, "Story Points", K::kFloat, "float", "number", "", {}},
      {10103, "Target date", K::kDatePicker, "datepicker", "date", "", {}},
      {10104, "Observed at", K::kDateTime, "datetime", "datetime", "", {}},
      {10105,
       "Severity",
       K::kSelect,
       "select",
       "option",
       "",
       {"Minor", "Major", "Critical", "Blocker", "~Trivial"}},
      {10106,
       "Platforms",
       K::kMultiSelect,
       "multiselect",
       "array",
       "option",
       {"Linux", "Windows", "macOS", "Embedded"}},
      {10107,
       "Region",
       K::kCascadingSelect,
       "cascadingselect",
       "option-with-child",
       "",
       {"Europe", ">Austria", ">Spain", ">Norway", "Americas", ">Canada", ">Chile", "Antarctica"}},
      {10108, "Reviewer", K::kUserPicker, "userpicker", "user", "", {}},
      {10109, "Tags", K::kCustomLabels, "labels", "array", "string", {}},
      {10110, "Reference link", K::kUrl, "url", "string", "", {}},
      {10111,
       "Reproducible",
       K::kRadioButtons,
       "radiobuttons",
       "option",
       "",
       {"Always", "Sometimes", "Never"}},
      {10112,
       "Checks done",
       K::kMultiCheckboxes,
       "multicheckboxes",
       "array",
       "option",
       {"Unit test", "Manual test", "Documentation"}},
      {10113, "Team", K::kMultiUserPicker, "multiuserpicker", "array", "user", {}},
      {10114, "Owning group", K::kGroupPicker, "grouppicker", "group", "", {}},
      {10115, "Informed groups", K::kMultiGroupPicker, "multigrouppicker", "array", "group", {}},
      {10116, "Source project", K::kProjectPicker, "project", "project", "", {}},
      {10117, "Found in", K::kVersionPicker, "version", "version", "", {}},
      {10118, "Backported to", K::kMultiVersion, "multiversion", "array", "version", {}},
      {10119, "Imported by", K::kReadOnly, "readonlyfield", "string", "", {}, 0},
      {10126, "Import id", K::kFloat, "importid", "number", "", {}, 0},
  };
  return kRows;
}

// Jira Software's own (pitfall 19). An epic has no epic, and only an epic has an epic's name.
const std::vector<CustomRow>& AgileFields() {
  static const std::string kPrefix = "com.pyxis.greenhopper.jira:";
  static const std::string kSprint = kPrefix + "gh-sprint", kLink = kPrefix + "gh-epic-link",
                           kLabel = kPrefix + "gh-epic-label", kStatus = kPrefix + "gh-epic-status",
                           kColor = kPrefix + "gh-epic-color", kRank = kPrefix + "gh-lexo-rank";
  static const char* const kEpic = "6";
  static const std::vector<CustomRow> kRows = {
      {10120, "Sprint", K::kSprint, kSprint.c_str(), "array", "string", {}},
      {10121, "Epic Link", K::kEpicLink, kLink.c_str(), "any", "", {}, kCreate | kEdit, "", kEpic},
      {10122,
       "Epic Name",
       K::kTextField,
       kLabel.c_str(),
       "string",
       "",
       {},
       kCreate | kEdit | kRequired,
       kEpic},
      {10123,
       "Epic Status",
       K::kSelect,
       kStatus.c_str(),
       "option",
       "",
       {"To Do", "In Progress", "Done"},
       kEdit,
       kEpic},
      {10124, "Epic Colour", K::kTextField, kColor.c_str(), "string", "", {}, 0, kEpic},
      {10125, "Rank", K::kRank, kRank.c_str(), "any", "", {}, 0},
  };
  return kRows;
}

std::string SchemaJson(const Field& field) {
  JsonWriter out;
  out.Open('{').Field("type", field.type).FieldIf("items", field.element);
  if (field.custom_type.empty()) {
    out.Field("system", field.id);
  } else {
    const bool is_whole = field.custom_type.find(':') != std::string::npos;
    const std::string prefix = is_whole ? "" : "com.atlassian.jira.plugin.system.customfieldtypes:";
    out.Field("custom", prefix + field.custom_type).FieldInt("customId", field.custom_id);
  }
  return out.Close('}').Take();
}

Field MakeSystemField(const SystemRow& row) {
  Field field;
  field.id = row.id;
  field.name = row.name;
  field.kind = row.kind;
  field.type = row.type;
  field.element = row.element;
  field.on_create = (row.flags & kCreate) != 0;
  field.on_edit = (row.flags & kEdit) != 0;
  field.required = (row.flags & kRequired) != 0;
  field.navigable = (row.flags & kHidden) == 0;
  field.operations = {"set"};
  const bool plain_list = field.type == "array" && (field.on_edit || field.on_create);
  if (plain_list) field.operations = {"set", "add", "remove"};
  field.schema_json = SchemaJson(field);
  return field;
}

void AddOptions(Field& field, const CustomRow& row) {
  // Option ids are unique over all fields, as in Jira.
  int id = 11000 + (row.id - 10100) * 20;
  std::string parent;
  for (const std::string value : row.options) {
    const bool below = value[0] == '>', disabled = value[0] == '~';
    field.options.push_back({std::to_string(id++), below || disabled ? value.substr(1) : value,
                             below ? parent : "", disabled});
    if (!below) parent = field.options.back().id;
  }
}

Field MakeCustomField(const CustomRow& row) {
  Field field;
  field.id = "customfield_" + std::to_string(row.id);
  field.name = row.name;
  field.kind = row.kind;
  field.type = row.type;
  field.element = row.element;
  field.custom_type = row.custom_type;
  field.custom_id = row.id;
  field.on_create = (row.flags & kCreate) != 0;
  field.on_edit = (row.flags & kEdit) != 0;
  field.required = (row.flags & kRequired) != 0;
  field.only_type = row.only_type;
  field.not_type = row.not_type;
  field.operations = {"set"};
  if (field.type == "array" && field.kind != K::kSprint)
    field.operations = {"add", "set", "remove"};
  AddOptions(field, row);
  field.schema_json = SchemaJson(field);
  return field;
}

}  // namespace

void AddDefaultFields(Model& model) {
  for (const SystemRow& row : kSystemFields) model.fields.push_back(MakeSystemField(row));
  for (Field& field : model.fields) {
    if (field.kind == K::kResolution) field.on_edit = model.options.resolution_on_edit;
  }
  for (const CustomRow& row : CustomFields()) model.fields.push_back(MakeCustomField(row));
  if (!model.options.agile) return;
  for (const CustomRow& row : AgileFields()) model.fields.push_back(MakeCustomField(row));
  model.boards.push_back({"1", model.options.project + " board", "scrum"});
  model.boards.push_back({"2", model.options.project + " flow", "kanban"});
}

}  // namespace valise::standin
