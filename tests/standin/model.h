// What a Jira holds. Issues, comments and history entries are immutable once stored and shared by
// pointer, so that a change keeps the former version for the late search index (pitfall 2) and a
// snapshot of the whole Jira costs little. A change copies the issue, alters the copy, commits it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/standin/field.h"
#include "tests/standin/jira.h"

namespace valise::standin {

struct User {
  std::string name, key, display_name, email, time_zone;
  bool active = true;
  std::set<std::string> permissions, roles, groups;
  std::string language;  // "de", ...; empty: the server's
  std::string json;      // as it appears inside issues; made by Model::AddUser
};

struct IssueType {
  std::string id, name, description;
  bool subtask = false;
  std::string json;
};

struct Status {
  std::string id, name, description;
  int category = 2;  // 2 new, 4 indeterminate, 3 done
  std::string json;
};

struct Priority {
  std::string id, name;
  std::string json;
};

struct Resolution {
  std::string id, name, description;
  std::string json;
};

struct Version {
  std::string id, name, description, start_date, release_date;
  bool archived = false, released = false;
  std::string json;
};

struct Component {
  std::string id, name, description, lead;  // lead: user key
  std::string json;
  std::string assignee_type = "PROJECT_DEFAULT";
};

// Where an issue of this project may have been moved to.
struct OtherProject {
  std::string id, key, name;
  std::uint64_t next_key = 1;
  bool is_hidden = false;  // from everybody but administrators
};

struct ProjectNames {
  std::string id, key, name;
};

struct Board {
  std::string id, name, type;  // "scrum" or "kanban"
};

struct Sprint {
  std::string id, board, name, goal, state = "future";  // future, active, closed
  std::int64_t start_ms = 0, end_ms = 0, complete_ms = 0;
};

struct SecurityLevel {
  std::string id, name;
  std::set<std::string> roles, groups, users;  // who is in it; users by name
  bool has_reporter = false, has_assignee = false;
};

struct LinkType {
  std::string id, name, inward, outward;
};

enum class Screen {
  kNone,     // the transition takes no fields
  kAssign,   // assignee and comment
  kResolve,  // resolution (required), fix versions, assignee, comment
};

struct PostFunction {
  std::string field, value;  // value: JSON as in PUT issue
};

// A field of a transition beside those of its screen.
struct ScreenField {
  std::string field;
  bool required = false;
  bool validated = false;  // refused without a value, though nothing says so beforehand
};

struct Action {
  int id = 0;
  std::string name, to;
  Screen screen = Screen::kNone;
  bool clears_resolution = false;
  bool only_assignee = false;
  std::set<std::string> from;  // statuses that offer it; empty: every one but `to`
  std::vector<PostFunction> post_functions;
  std::set<std::string> permissions, roles;  // all of these, one of those; empty: anyone
  std::vector<ScreenField> fields;
};

struct Visibility {
  std::string type, value;  // both empty: everyone
};

struct Comment {
  std::uint64_t id = 0;
  std::string author, update_author, body;  // users by key
  std::int64_t created_ms = 0, updated_ms = 0;
  Visibility visibility;
  std::map<std::string, std::string> properties;  // key to JSON
};

struct Worklog {
  std::uint64_t id = 0;
  std::string author, update_author, comment;  // users by key
  std::int64_t created_ms = 0, updated_ms = 0, started_ms = 0, seconds = 0;
  Visibility visibility;
};

// In seconds.
struct TimeTracking {
  std::optional<std::int64_t> original, remaining, spent;
  bool operator==(const TimeTracking&) const = default;
};

struct DeletedWorklog {
  std::uint64_t id = 0;
  std::int64_t at_ms = 0;
};

struct RemoteLink {
  std::uint64_t id = 0;
  std::string global_id, relationship, title, application, object;  // the last two: JSON
};

struct ChangeItem {
  std::string field, fieldtype = "jira";
  std::optional<std::string> from, from_string, to, to_string;
};

struct History {
  std::uint64_t id = 0;
  std::string author;
  std::int64_t created_ms = 0;
  std::vector<ChangeItem> items;
  std::string metadata;  // historyMetadata as JSON, or empty
};

struct Attachment {
  std::uint64_t id = 0;
  std::string filename, author, mime_type;
  std::int64_t created_ms = 0, size = 0;
  ContentPtr content = nullptr;  // null: bytes made up from the id, as for a record of a dump
};

struct Issue {
  std::uint64_t id = 0;
  std::string key;
  std::string type, status, priority, resolution;  // ids; the last two may be empty
  std::string summary;
  std::optional<std::string> description, environment;
  std::string assignee, reporter, creator;  // user keys, may be empty
  std::string due_date;
  std::string project;  // key of another one, or empty: the project
  std::vector<std::string> former_keys;
  std::int64_t archived_ms = 0;  // 0: not archived
  std::string archived_by;
  std::string security;  // id of a level, or empty: everyone
  std::int64_t created_ms = 0, updated_ms = 0, resolved_ms = 0;
  std::vector<std::string> labels;                              // sorted
  std::vector<std::string> components, versions, fix_versions;  // ids
  std::uint64_t parent = 0;
  std::map<std::string, FieldValue> custom;       // by field id; no empty values
  std::map<std::string, std::string> properties;  // key to JSON
  std::vector<std::shared_ptr<const Comment>> comments;
  std::vector<std::shared_ptr<const History>> histories;
  std::vector<Attachment> attachments;
  std::vector<std::shared_ptr<const Worklog>> worklogs;  // in the order of their ids
  TimeTracking time;
  std::vector<std::uint64_t> links, subtasks;
  std::vector<std::shared_ptr<const RemoteLink>> remote_links;
  std::set<std::string> watchers, voters;  // user keys
};

using IssuePtr = std::shared_ptr<const Issue>;

struct Link {
  std::uint64_t id = 0, source = 0, destination = 0;
  std::string type;
};

struct Refusal {
  std::string field, part, message;
};

// A change on its way into the search index; no issue means deleted.
struct IndexEntry {
  std::int64_t at_ms = 0;
  std::uint64_t id = 0;
  IssuePtr issue;
};

struct Model {
  Options options;
  std::string project_id;
  std::map<std::string, User> users;  // by key
  std::map<std::string, std::string> user_key_by_name;
  std::map<std::string, std::string> tokens;  // to user name
  std::set<std::string> expired_tokens;
  std::map<std::string, int> failed_logins;
  std::vector<IssueType> types;
  std::vector<Status> statuses;
  std::vector<Priority> priorities;
  std::vector<Resolution> resolutions;
  std::vector<Version> versions;
  std::vector<Component> components;
  std::vector<LinkType> link_types;
  std::vector<SecurityLevel> security_levels;
  std::vector<OtherProject> other_projects;
  std::vector<Board> boards;
  std::vector<Sprint> sprints;
  std::vector<Action> actions;
  std::vector<Field> fields;
  std::vector<Refusal> refusals;
  std::map<std::uint64_t, IssuePtr> issues;
  std::map<std::string, std::uint64_t> id_by_key;
  std::map<std::uint64_t, std::uint64_t> issue_by_comment, issue_by_attachment, issue_by_worklog;
  std::vector<DeletedWorklog> deleted_worklogs;
  std::map<std::uint64_t, Link> links;
  std::map<std::uint64_t, IssuePtr> index;
  std::deque<IndexEntry> index_queue;
  std::uint64_t next_issue = 0, next_comment = 0, next_history = 0, next_other = 0;
  std::uint64_t next_attachment = 0, next_worklog = 0, next_remote_link = 0;
  std::uint64_t next_key = 1, next_option = 0;
  std::string initial_status = "1";
  std::uint64_t requests = 0;

  bool IsAtLeast(int major, int minor) const;     // the version it behaves like
  std::string Rest(std::string_view path) const;  // base_url + "/rest/api/2" + path
  std::string Time(std::int64_t instant_ms) const;

  const User* UserByName(std::string_view name) const;
  const User* UserByKey(const std::string& key) const;
  std::string DisplayName(const std::string& key) const;
  const IssueType* TypeById(std::string_view id) const;
  const Status* StatusById(std::string_view id) const;
  const Field* FieldById(std::string_view id) const;
  IssuePtr FindIssue(const std::string& id_or_key) const;  // numeric id, or key in any case

  // Each adds or replaces the thing with that id (user: key) and makes its JSON.
  void AddUser(User user);
  void AddType(IssueType type);
  void AddStatus(Status status);
  void AddPriority(Priority priority);
  void AddResolution(Resolution resolution);
  // False for a text of another form; see ReadSecurityLevel.
  bool AddSecurityLevel(const std::string& text);
  void AddVersion(Version version);
  void AddComponent(Component component);
  std::string NewId() { return std::to_string(next_other++); }

  // Stores a new or changed issue and sends it to the index. Deletion likewise.
  void Commit(Issue issue, std::int64_t now_ms);
  void Erase(std::uint64_t id, std::int64_t now_ms);
  // Moves everything into the index that is old enough to be seen.
  void CatchUpIndex(std::int64_t now_ms);
};

// The element with that `id` member, or null.
template <typename T>
const T* ById(const std::vector<T>& all, std::string_view id) {
  for (const T& one : all) {
    if (one.id == id) return &one;
  }
  return nullptr;
}

// Likewise by name, exactly as Jira compares them in writes.
template <typename T>
const T* ByName(const std::vector<T>& all, std::string_view name) {
  for (const T& one : all) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

ProjectNames ProjectOf(const Model& model, const Issue& issue);
// The project itself for an unknown id.
ProjectNames ProjectById(const Model& model, const std::string& id);

// Fills a new model with the users, types, statuses, workflow and fields every stand-in has.
void AddDefaults(Model& model);

std::string Lower(std::string_view text);

}  // namespace valise::standin
