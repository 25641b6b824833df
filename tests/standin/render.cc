#include "tests/standin/render.h"

#include <algorithm>

#include "tests/standin/json_writer.h"
#include "tests/standin/languages.h"
#include "tests/standin/model.h"
#include "tests/standin/render_parts.h"
#include "tests/standin/security.h"
#include "tests/standin/time_tracking.h"
#include "tests/standin/visibility.h"
#include "tests/standin/workflow.h"

namespace valise::standin {
namespace {

using K = FieldKind;

constexpr std::size_t kEmbeddedWorklogs = 20;  // pitfall 14

template <typename T>
void WriteNamedList(JsonWriter& out, const std::vector<T>& all,
                    const std::vector<std::string>& ids) {
  out.Open('[');
  for (const std::string& id : ids) WriteNamed(out, all, id);
  out.Close(']');
}

void WriteStrings(JsonWriter& out, const std::vector<std::string>& items) {
  out.Open('[');
  for (const std::string& item : items) out.String(item);
  out.Close(']');
}

void WriteText(JsonWriter& out, const std::optional<std::string>& text) {
  if (text.has_value()) {
    out.String(*text);
  } else {
    out.Null();
  }
}

void WriteCounters(JsonWriter& out, const Model& model, const Issue& issue, const User* viewer,
                   const Field& field) {
  const std::string self = model.Rest("/issue/" + issue.key);
  switch (field.kind) {
    case K::kWatches: {
      const bool watching = viewer != nullptr && issue.watchers.contains(viewer->key);
      out.Open('{').Field("self", self + "/watchers");
      out.FieldInt("watchCount", static_cast<std::int64_t>(issue.watchers.size()));
      out.FieldBool("isWatching", watching).Close('}');
      break;
    }
    case K::kVotes:
      out.Open('{').Field("self", self + "/votes");
      out.FieldInt("votes", static_cast<std::int64_t>(issue.voters.size()));
      out.FieldBool("hasVoted", viewer != nullptr && issue.voters.contains(viewer->key));
      out.Close('}');
      break;
    case K::kProgress:
    case K::kWorkRatio:
    case K::kTimeTracking:
    case K::kSeconds:
      WriteTimeField(out, model, issue, field);
      break;
    case K::kWorklog:
      WriteWorklogPage(out, model, issue, viewer, kEmbeddedWorklogs);
      break;
    default:
      out.Null();
  }
}

void WriteReferences(JsonWriter& out, const Model& model, const Issue& issue, const User* viewer,
                     const Field& field) {
  switch (field.kind) {
    case K::kProject:
      WriteProject(out, model, ProjectOf(model, issue));
      break;
    case K::kParent:
      WriteStub(out, model, issue.parent);
      break;
    case K::kComment:
      WriteComments(out, model, issue, viewer);
      break;
    case K::kAttachment:
      WriteAttachments(out, model, issue);
      break;
    case K::kIssueLinks:
      WriteLinks(out, model, issue, viewer);
      break;
    case K::kSubtasks:
      WriteSubtasks(out, model, issue, viewer);
      break;
    default:
      WriteCounters(out, model, issue, viewer, field);
  }
}

void WriteDates(JsonWriter& out, const Model& model, const Issue& issue, const User* viewer,
                const Field& field) {
  switch (field.kind) {
    case K::kArchivedDate:
      issue.archived_ms == 0 ? out.Null() : out.String(model.Time(issue.archived_ms));
      break;
    case K::kArchivedBy:
      WriteUser(out, model, issue.archived_by);
      break;
    case K::kDueDate:
      issue.due_date.empty() ? out.Null() : out.String(issue.due_date);
      break;
    case K::kCreated:
      out.String(model.Time(issue.created_ms));
      break;
    case K::kUpdated:
      out.String(model.Time(issue.updated_ms));
      break;
    case K::kResolutionDate:
      issue.resolved_ms == 0 ? out.Null() : out.String(model.Time(issue.resolved_ms));
      break;
    default:
      WriteReferences(out, model, issue, viewer, field);
  }
}

void WriteSystemValue(JsonWriter& out, const Model& model, const Issue& issue, const User* viewer,
                      const Field& field) {
  switch (field.kind) {
    case K::kSummary:
      out.String(issue.summary);
      break;
    case K::kDescription:
      WriteText(out, issue.description);
      break;
    case K::kEnvironment:
      WriteText(out, issue.environment);
      break;
    case K::kIssueType:
      WriteNamed(out, model.types, issue.type);
      break;
    case K::kPriority:
      WriteNamed(out, model.priorities, issue.priority);
      break;
    case K::kResolution:
      WriteNamed(out, model.resolutions, issue.resolution);
      break;
    case K::kStatus:
      WriteNamed(out, model.statuses, issue.status);
      break;
    case K::kAssignee:
      WriteUser(out, model, issue.assignee);
      break;
    case K::kReporter:
      WriteUser(out, model, issue.reporter);
      break;
    case K::kCreator:
      WriteUser(out, model, issue.creator);
      break;
    case K::kSecurity: {
      const SecurityLevel* level = LevelOf(model, issue);
      out.Raw(level == nullptr ? "null" : LevelJson(model, *level));
      break;
    }
    case K::kLabels:
      WriteStrings(out, issue.labels);
      break;
    case K::kComponents:
      WriteNamedList(out, model.components, issue.components);
      break;
    case K::kVersions:
      WriteNamedList(out, model.versions, issue.versions);
      break;
    case K::kFixVersions:
      WriteNamedList(out, model.versions, issue.fix_versions);
      break;
    default:
      WriteDates(out, model, issue, viewer, field);
  }
}

void WriteFields(JsonWriter& out, const Model& model, const Issue& issue, const User* viewer,
                 const FieldSelection& fields) {
  out.Key("fields").Open('{');
  for (const Field& field : model.fields) {
    if (!fields.Has(field)) continue;
    if (field.kind == K::kParent && issue.parent == 0) continue;
    if (!HasField(field, issue.type)) continue;
    if (field.kind == K::kSecurity && model.security_levels.empty()) continue;
    out.Key(field.id);
    if (field.custom_type.empty()) {
      WriteSystemValue(out, model, issue, viewer, field);
      continue;
    }
    const auto value = issue.custom.find(field.id);
    if (value == issue.custom.end()) {
      out.Null();
    } else {
      WriteCustomValue(out, model, field, value->second);
    }
  }
  out.Close('}');
}

void WriteOptional(JsonWriter& out, const char* name, const std::optional<std::string>& value) {
  if (value.has_value()) {
    out.Field(name, *value);
  } else {
    out.FieldNull(name);
  }
}

// Histories in ascending order, without fieldId (pitfall 9).
void WriteChangelog(JsonWriter& out, const Model& model, const Issue& issue) {
  const auto total = static_cast<std::int64_t>(issue.histories.size());
  out.Key("changelog").Open('{').FieldInt("startAt", 0).FieldInt("maxResults", total);
  out.FieldInt("total", total).Key("histories").Open('[');
  for (const auto& history : issue.histories) {
    out.Open('{').Field("id", std::to_string(history->id));
    if (model.UserByKey(history->author) != nullptr) {
      out.Key("author");
      WriteUser(out, model, history->author);
    }
    out.Field("created", model.Time(history->created_ms)).Key("items").Open('[');
    for (const ChangeItem& item : history->items) {
      out.Open('{').Field("field", item.field).Field("fieldtype", item.fieldtype);
      WriteOptional(out, "from", item.from);
      WriteOptional(out, "fromString", item.from_string);
      WriteOptional(out, "to", item.to);
      WriteOptional(out, "toString", item.to_string);
      out.Close('}');
    }
    out.Close(']');
    if (!history->metadata.empty()) out.FieldRaw("historyMetadata", history->metadata);
    out.Close('}');
  }
  out.Close(']').Close('}');
}

bool WantsProperty(const std::vector<std::string>& wanted, const std::string& key) {
  bool wants = false;
  for (const std::string& one : wanted) {
    if (one == "*all" || one == key) wants = true;
    if (one == "-" + key) return false;
  }
  return wants;
}

void WriteProperties(JsonWriter& out, const Model& model, const Issue& issue,
                     const std::vector<std::string>& wanted) {
  out.Key("properties").Open('{');
  if (!model.options.flat_properties) out.Key("properties").Open('{');
  for (const auto& [key, value] : issue.properties) {
    if (WantsProperty(wanted, key)) out.FieldRaw(key, value);
  }
  if (!model.options.flat_properties) out.Close('}');
  out.Close('}');
}

void WriteNamesAndSchema(JsonWriter& out, const Model& model, const FieldSelection& fields,
                         const IssueView& view, const User* viewer) {
  if (view.names) {
    out.Key("names").Open('{');
    for (const Field& field : model.fields) {
      if (fields.Has(field)) out.Field(field.id, NameFor(model, field, viewer));
    }
    out.Close('}');
  }
  if (!view.schema) return;
  out.Key("schema").Open('{');
  for (const Field& field : model.fields) {
    if (fields.Has(field)) out.FieldRaw(field.id, field.schema_json);
  }
  out.Close('}');
}

}  // namespace

FieldSelection::FieldSelection(std::vector<std::string> names, std::string_view fallback)
    : names_(std::move(names)) {
  bool includes = false;
  for (const std::string& name : names_) {
    if (name == "*all") all_ = true;
    if (name == "*navigable") navigable_ = true;
    if (name[0] == '-') {
      excludes_ = true;
    } else {
      includes = true;
    }
  }
  if (includes) return;
  all_ = fallback == "*all";
  navigable_ = !all_;
}

bool FieldSelection::Has(const Field& field) const {
  if (excludes_ && std::find(names_.begin(), names_.end(), "-" + field.id) != names_.end()) {
    return false;
  }
  if (all_ || (navigable_ && field.navigable)) return true;
  return std::find(names_.begin(), names_.end(), field.id) != names_.end();
}

bool MaySee(const Comment& comment, const User* viewer) {
  return MaySee(comment.visibility, viewer);
}

void WriteComment(JsonWriter& out, const Model& model, const Issue& issue, const Comment& comment,
                  bool with_properties, bool with_rendered) {
  const std::string id = std::to_string(comment.id);
  out.Open('{');
  out.Field("self", model.Rest("/issue/" + std::to_string(issue.id) + "/comment/" + id));
  out.Field("id", id);
  // The author of a comment from a removed user is absent (pitfall 17).
  if (model.UserByKey(comment.author) != nullptr) {
    out.Key("author");
    WriteUser(out, model, comment.author);
  }
  out.Field("body", comment.body);
  if (with_rendered) out.Field("renderedBody", comment.body);
  if (model.UserByKey(comment.update_author) != nullptr) {
    out.Key("updateAuthor");
    WriteUser(out, model, comment.update_author);
  }
  out.Field("created", model.Time(comment.created_ms));
  out.Field("updated", model.Time(comment.updated_ms));
  WriteVisibility(out, comment.visibility);
  if (with_properties) {
    out.Key("properties").Open('[');
    for (const auto& [key, value] : comment.properties) {
      out.Open('{').Field("key", key).FieldRaw("value", value).Close('}');
    }
    out.Close(']');
  }
  out.Close('}');
}

void WriteIssue(JsonWriter& out, const Model& model, const Issue& issue, const User* viewer,
                const FieldSelection& fields, const IssueView& view) {
  out.Open('{');
  out.Field("expand",
            "renderedFields,names,schema,operations,editmeta,changelog,"
            "versionedRepresentations,transitions");
  out.Field("id", std::to_string(issue.id));
  out.Field("self", model.Rest("/issue/" + std::to_string(issue.id))).Field("key", issue.key);
  WriteFields(out, model, issue, viewer, fields);
  if (view.rendered) out.Key("renderedFields").Open('{').Close('}');
  if (!view.properties.empty()) WriteProperties(out, model, issue, view.properties);
  WriteNamesAndSchema(out, model, fields, view, viewer);
  if (view.transitions) {
    out.Key("transitions");
    WriteTransitions(out, model, issue, viewer, view.transition_fields, "");
  }
  if (view.editmeta) {
    out.Key("editmeta");
    WriteEditMeta(out, model, issue, viewer);
  }
  if (view.changelog) WriteChangelog(out, model, issue);
  out.Close('}');
}

}  // namespace valise::standin
