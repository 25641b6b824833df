#include "tests/standin/dump.h"

#include <algorithm>

#include "tests/standin/jql.h"
#include "tests/standin/json_value.h"
#include "tests/standin/model.h"
#include "tests/standin/workflow.h"
#include "tests/standin/zone.h"

namespace valise::standin {
namespace {

std::uint64_t Number(const std::string& text) {
  const bool ok = !text.empty() && text.size() < 19 &&
                  text.find_first_not_of("0123456789") == std::string::npos;
  return ok ? std::stoull(text) : 0;
}

std::int64_t Instant(const JsonValue& value) {
  return value.IsString() ? ParseJiraTime(value.text).value_or(0) : 0;
}

std::optional<std::int64_t> Seconds(const JsonValue& value) {
  if (!value.IsNumber()) return std::nullopt;
  return static_cast<std::int64_t>(value.number);
}

class DumpReader {
 public:
  DumpReader(Model& model, bool with_issues) : model_(model), with_issues_(with_issues) {}

  // "" or what is wrong with the line.
  std::string Take(const JsonValue& line) {
    const JsonValue& fields = line.At("fields");
    if (!fields.IsObject()) return "no object 'fields'";
    if (Number(line.Text("id")) == 0) return "no number in 'id'";
    if (KeyNumber(line.Text("key")) == 0) return "no issue key in 'key'";
    if (fields.Text("summary").empty()) return "no 'summary'";
    Issue issue;
    issue.id = Number(line.Text("id"));
    issue.key = model_.options.project + "-" + std::to_string(KeyNumber(line.Text("key")));
    Names(fields, &issue);
    People(fields, &issue);
    Comments(fields.At("comment").At("comments"), &issue);
    for (const JsonValue& link : fields.At("issuelinks").items) LinkTypeId(link.At("type"));
    if (!with_issues_) return "";
    if (model_.issues.contains(issue.id)) return "issue id " + line.Text("id") + " twice";
    Texts(fields, &issue);
    Attachments(fields.At("attachment"), &issue);
    Worklogs(fields, &issue);
    Links(fields.At("issuelinks"), issue.id);
    Store(std::move(issue));
    return "";
  }

  // Links and sub-tasks whose other end is in the dump as well.
  void Finish() {
    for (auto& [id, issue] : issues_) {
      const auto parent = issues_.find(issue.parent);
      if (parent == issues_.end())
        issue.parent = 0;
      else
        parent->second.subtasks.push_back(id);
    }
    for (const auto& [id, link] : links_) {
      if (!issues_.contains(link.source) || !issues_.contains(link.destination)) continue;
      model_.links[id] = link;
      issues_.at(link.source).links.push_back(id);
      issues_.at(link.destination).links.push_back(id);
    }
    for (auto& [id, issue] : issues_) {
      for (const auto& comment : issue.comments) model_.issue_by_comment[comment->id] = id;
      for (const auto& one : issue.worklogs) model_.issue_by_worklog[one->id] = id;
      for (const Attachment& one : issue.attachments) model_.issue_by_attachment[one.id] = id;
      // The index of a loaded Jira is complete, whatever the lag.
      model_.id_by_key[issue.key] = id;
      model_.issues[id] = std::make_shared<const Issue>(std::move(issue));
      model_.index[id] = model_.issues[id];
    }
  }

 private:
  // The id under which this Jira knows the thing: its own if it has that name, else the dump's if
  // that is free, else a new one.
  template <typename T>
  std::string IdFor(const std::vector<T>& all, const JsonValue& named, bool* is_new) {
    const std::string name = named.Text("name"), id = named.Text("id");
    *is_new = false;
    if (name.empty()) return "";
    const T* known = ByName(all, name);
    if (known != nullptr) return known->id;
    *is_new = true;
    if (Number(id) == 0 || ById(all, id) != nullptr) return model_.NewId();
    model_.next_other = std::max(model_.next_other, Number(id) + 1);
    return id;
  }

  std::string TypeId(const JsonValue& v) {
    bool is_new = false;
    const std::string id = IdFor(model_.types, v, &is_new);
    if (is_new) {
      model_.AddType({id, v.Text("name"), v.Text("description"), v.Flag("subtask", false), ""});
    }
    return id;
  }

  std::string StatusId(const JsonValue& v) {
    bool is_new = false;
    const std::string id = IdFor(model_.statuses, v, &is_new);
    if (!is_new) return id;
    const double category = v.At("statusCategory").At("id").number;
    const Status status{id, v.Text("name"), v.Text("description"),
                        category > 0 ? static_cast<int>(category) : 2, ""};
    model_.AddStatus(status);
    AddStatusToWorkflow(model_, status);
    return id;
  }

  std::string PriorityId(const JsonValue& v) {
    bool is_new = false;
    const std::string id = IdFor(model_.priorities, v, &is_new);
    if (is_new) model_.AddPriority({id, v.Text("name"), ""});
    return id;
  }

  std::string ResolutionId(const JsonValue& v) {
    bool is_new = false;
    const std::string id = IdFor(model_.resolutions, v, &is_new);
    if (is_new) model_.AddResolution({id, v.Text("name"), v.Text("description"), ""});
    return id;
  }

  std::vector<std::string> VersionIds(const JsonValue& list) {
    std::vector<std::string> ids;
    for (const JsonValue& v : list.items) {
      bool is_new = false;
      const std::string id = IdFor(model_.versions, v, &is_new);
      if (is_new) {
        model_.AddVersion({id, v.Text("name"), v.Text("description"), v.Text("startDate"),
                           v.Text("releaseDate"), v.Flag("archived", false),
                           v.Flag("released", false), ""});
      }
      if (!id.empty()) ids.push_back(id);
    }
    return ids;
  }

  std::vector<std::string> ComponentIds(const JsonValue& list) {
    std::vector<std::string> ids;
    for (const JsonValue& v : list.items) {
      bool is_new = false;
      const std::string id = IdFor(model_.components, v, &is_new);
      if (is_new) model_.AddComponent({id, v.Text("name"), v.Text("description"), "", ""});
      if (!id.empty()) ids.push_back(id);
    }
    return ids;
  }

  std::string UserKey(const JsonValue& v) {
    const std::string name = v.Text("name");
    if (name.empty()) return "";
    const User* known = model_.UserByName(name);
    if (known != nullptr) return known->key;
    User user;
    user.name = name;
    user.key = v.Text("key").empty() ? name : v.Text("key");
    user.display_name = v.Text("displayName").empty() ? name : v.Text("displayName");
    user.email = v.Text("emailAddress");
    user.active = v.Flag("active", true);
    user.permissions = {"BROWSE_PROJECTS", "ASSIGNABLE_USER"};
    const std::string key = user.key;
    model_.AddUser(std::move(user));
    return key;
  }

  void Names(const JsonValue& fields, Issue* issue) {
    issue->type = TypeId(fields.At("issuetype"));
    if (issue->type.empty()) issue->type = model_.types.front().id;
    issue->status = StatusId(fields.At("status"));
    if (issue->status.empty()) issue->status = model_.initial_status;
    issue->priority = PriorityId(fields.At("priority"));
    issue->resolution = ResolutionId(fields.At("resolution"));
    issue->versions = VersionIds(fields.At("versions"));
    issue->fix_versions = VersionIds(fields.At("fixVersions"));
    issue->components = ComponentIds(fields.At("components"));
  }

  void People(const JsonValue& fields, Issue* issue) {
    issue->assignee = UserKey(fields.At("assignee"));
    issue->reporter = UserKey(fields.At("reporter"));
    issue->creator = UserKey(fields.At("creator"));
  }

  void Texts(const JsonValue& fields, Issue* issue) {
    issue->summary = fields.Text("summary");
    const std::string description = fields.Text("description");
    const std::string environment = fields.Text("environment");
    if (!description.empty()) issue->description = description;
    if (!environment.empty()) issue->environment = environment;
    issue->due_date = IsDate(fields.Text("duedate")) ? fields.Text("duedate") : "";
    issue->created_ms = Instant(fields.At("created"));
    issue->updated_ms = Instant(fields.At("updated"));
    issue->resolved_ms = Instant(fields.At("resolutiondate"));
    for (const JsonValue& label : fields.At("labels").items) issue->labels.push_back(label.text);
    std::sort(issue->labels.begin(), issue->labels.end());
    issue->parent = Number(fields.At("parent").Text("id"));
  }

  void Comments(const JsonValue& list, Issue* issue) {
    for (const JsonValue& v : list.items) {
      Comment comment;
      comment.id = Number(v.Text("id"));
      comment.author = UserKey(v.At("author"));
      comment.update_author = UserKey(v.At("updateAuthor"));
      comment.body = v.Text("body");
      comment.created_ms = Instant(v.At("created"));
      comment.updated_ms = Instant(v.At("updated"));
      const JsonValue& visibility = v.At("visibility");
      comment.visibility = {visibility.Text("type"), visibility.Text("value")};
      if (with_issues_) model_.next_comment = std::max(model_.next_comment, comment.id + 1);
      issue->comments.push_back(std::make_shared<const Comment>(std::move(comment)));
    }
  }

  void Attachments(const JsonValue& list, Issue* issue) {
    for (const JsonValue& v : list.items) {
      const std::uint64_t id = Number(v.Text("id"));
      if (with_issues_) model_.next_attachment = std::max(model_.next_attachment, id + 1);
      issue->attachments.push_back({id, v.Text("filename"), UserKey(v.At("author")),
                                    v.Text("mimeType"), Instant(v.At("created")),
                                    static_cast<std::int64_t>(v.At("size").number)});
    }
  }

  void Worklogs(const JsonValue& fields, Issue* issue) {
    for (const JsonValue& v : fields.At("worklog").At("worklogs").items) {
      const JsonValue& place = v.At("visibility");
      const Worklog worklog{Number(v.Text("id")),
                            UserKey(v.At("author")),
                            UserKey(v.At("updateAuthor")),
                            v.Text("comment"),
                            Instant(v.At("created")),
                            Instant(v.At("updated")),
                            Instant(v.At("started")),
                            static_cast<std::int64_t>(v.At("timeSpentSeconds").number),
                            {place.Text("type"), place.Text("value")}};
      if (with_issues_) model_.next_worklog = std::max(model_.next_worklog, worklog.id + 1);
      issue->worklogs.push_back(std::make_shared<const Worklog>(worklog));
    }
    issue->time = {Seconds(fields.At("timeoriginalestimate")), Seconds(fields.At("timeestimate")),
                   Seconds(fields.At("timespent"))};
  }

  std::string LinkTypeId(const JsonValue& v) {
    const LinkType* known = ByName(model_.link_types, v.Text("name"));
    if (known != nullptr) return known->id;
    const std::string id = model_.NewId();
    model_.link_types.push_back({id, v.Text("name"), v.Text("inward"), v.Text("outward")});
    return id;
  }

  void Links(const JsonValue& list, std::uint64_t issue_id) {
    for (const JsonValue& v : list.items) {
      const std::uint64_t id = Number(v.Text("id"));
      const std::uint64_t outward = Number(v.At("outwardIssue").Text("id"));
      const std::uint64_t inward = Number(v.At("inwardIssue").Text("id"));
      const Link link{id, outward != 0 ? issue_id : inward, outward != 0 ? outward : issue_id,
                      LinkTypeId(v.At("type"))};
      links_[id] = link;
      model_.next_other = std::max(model_.next_other, id + 1);
    }
  }

  void Store(Issue issue) {
    model_.next_issue = std::max(model_.next_issue, issue.id + 1);
    model_.next_key = std::max(model_.next_key, KeyNumber(issue.key) + 1);
    const std::uint64_t id = issue.id;
    issues_.emplace(id, std::move(issue));
  }

  Model& model_;
  bool with_issues_;
  std::map<std::uint64_t, Issue> issues_;
  std::map<std::uint64_t, Link> links_;
};

}  // namespace

std::string ReadDump(Model& model, const std::vector<std::string>& lines, bool with_issues) {
  DumpReader reader(model, with_issues);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    std::string error;
    const auto line = ParseJson(lines[i], &error);
    if (line.has_value()) error = reader.Take(*line);
    if (!error.empty()) return "line " + std::to_string(i + 1) + ": " + error;
  }
  reader.Finish();
  return "";
}

}  // namespace valise::standin
