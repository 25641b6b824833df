#include <algorithm>

#include "tests/standin/base64.h"
#include "tests/standin/json_value.h"
#include "tests/standin/model.h"
#include "tests/standin/state.h"
#include "tests/standin/state_parts.h"

namespace valise::standin {
namespace {

std::int64_t Int(const JsonValue& value, const char* name) {
  const std::string text = value.Text(name);
  if (text.empty() || text.size() > 18) return 0;
  return text.find_first_not_of("-0123456789") == std::string::npos ? std::stoll(text) : 0;
}

std::uint64_t Id(const JsonValue& value, const char* name) {
  return static_cast<std::uint64_t>(Int(value, name));
}

std::vector<std::string> Strings(const JsonValue& value, const char* name) {
  std::vector<std::string> strings;
  for (const JsonValue& one : value.At(name).items) strings.push_back(one.text);
  return strings;
}

std::set<std::string> Set(const JsonValue& value, const char* name) {
  const std::vector<std::string> strings = Strings(value, name);
  return {strings.begin(), strings.end()};
}

std::vector<std::uint64_t> Ids(const JsonValue& value, const char* name) {
  std::vector<std::uint64_t> ids;
  for (const JsonValue& one : value.At(name).items)
    ids.push_back(static_cast<std::uint64_t>(one.number));
  return ids;
}

std::map<std::string, std::string> RawMap(const JsonValue& value, const char* name) {
  std::map<std::string, std::string> map;
  for (const auto& [key, member] : value.At(name).members) map[key] = ToText(member);
  return map;
}

std::optional<std::string> Maybe(const JsonValue& value, const char* name) {
  const JsonValue* member = value.Find(name);
  if (member == nullptr) return std::nullopt;
  return member->text;
}

void Users(const JsonValue& state, Model& model) {
  for (const JsonValue& v : state.At("users").items) {
    User user;
    user.name = v.Text("name");
    user.key = v.Text("key");
    user.display_name = v.Text("displayName");
    user.email = v.Text("emailAddress");
    user.time_zone = v.Text("timeZone");
    user.active = v.Flag("active", true);
    user.language = v.Text("language");
    user.permissions = Set(v, "permissions");
    user.roles = Set(v, "roles");
    user.groups = Set(v, "groups");
    model.AddUser(std::move(user));
  }
  model.expired_tokens = Set(state, "expiredTokens");
}

void Catalog(const JsonValue& state, Model& model) {
  for (const JsonValue& v : state.At("types").items) {
    model.AddType(
        {v.Text("id"), v.Text("name"), v.Text("description"), v.Flag("subtask", false), ""});
  }
  for (const JsonValue& v : state.At("statuses").items) {
    model.AddStatus({v.Text("id"), v.Text("name"), v.Text("description"),
                     static_cast<int>(Int(v, "category")), ""});
  }
  for (const JsonValue& v : state.At("priorities").items) {
    model.AddPriority({v.Text("id"), v.Text("name"), ""});
  }
  for (const JsonValue& v : state.At("resolutions").items) {
    model.AddResolution({v.Text("id"), v.Text("name"), v.Text("description"), ""});
  }
  model.link_types.clear();
  for (const JsonValue& v : state.At("linkTypes").items) {
    model.link_types.push_back({v.Text("id"), v.Text("name"), v.Text("inward"), v.Text("outward")});
  }
}

void ProjectParts(const JsonValue& state, Model& model) {
  for (const JsonValue& v : state.At("versions").items) {
    model.AddVersion({v.Text("id"), v.Text("name"), v.Text("description"), v.Text("startDate"),
                      v.Text("releaseDate"), v.Flag("archived", false), v.Flag("released", false),
                      ""});
  }
  for (const JsonValue& v : state.At("components").items) {
    Component component{v.Text("id"), v.Text("name"), v.Text("description"), v.Text("lead"), ""};
    const std::string type = v.Text("assigneeType");
    if (!type.empty()) component.assignee_type = type;
    model.AddComponent(std::move(component));
  }
}

void Workflow(const JsonValue& state, Model& model) {
  if (state.Find("initialStatus") != nullptr) model.initial_status = state.Text("initialStatus");
  model.actions.clear();
  for (const JsonValue& v : state.At("actions").items) {
    Action action{static_cast<int>(Int(v, "id")),
                  v.Text("name"),
                  v.Text("to"),
                  static_cast<Screen>(Int(v, "screen")),
                  v.Flag("clearsResolution", false),
                  v.Flag("onlyAssignee", false),
                  Set(v, "from"),
                  {},
                  Set(v, "permissions"),
                  Set(v, "roles"),
                  {}};
    for (const JsonValue& f : v.At("fields").items) {
      action.fields.push_back(
          {f.Text("field"), f.Flag("required", false), f.Flag("validated", false)});
    }
    for (const JsonValue& f : v.At("postFunctions").items) {
      action.post_functions.push_back({f.Text("field"), f.Text("value")});
    }
    model.actions.push_back(std::move(action));
  }
  for (const JsonValue& v : state.At("refusals").items) {
    model.refusals.push_back({v.Text("field"), v.Text("part"), v.Text("message")});
  }
}

void Comments(const JsonValue& v, Issue* issue) {
  for (const JsonValue& c : v.At("comments").items) {
    issue->comments.push_back(std::make_shared<const Comment>(
        Comment{Id(c, "id"),
                c.Text("author"),
                c.Text("updateAuthor"),
                c.Text("body"),
                Int(c, "created"),
                Int(c, "updated"),
                {c.Text("visibilityType"), c.Text("visibilityValue")},
                RawMap(c, "properties")}));
  }
}

void Histories(const JsonValue& v, Issue* issue) {
  for (const JsonValue& h : v.At("histories").items) {
    History history{Id(h, "id"), h.Text("author"), Int(h, "created"), {}, ""};
    for (const JsonValue& i : h.At("items").items) {
      history.items.push_back({i.Text("field"), i.Text("fieldtype"), Maybe(i, "from"),
                               Maybe(i, "fromString"), Maybe(i, "to"), Maybe(i, "toString")});
    }
    if (h.Find("metadata") != nullptr) history.metadata = ToText(h.At("metadata"));
    issue->histories.push_back(std::make_shared<const History>(std::move(history)));
  }
}

ContentPtr Bytes(const JsonValue& v, ContentStore* store) {
  const std::string stored = v.Text("stored");
  if (!stored.empty()) return store == nullptr ? nullptr : store->Open(stored);
  return v.Find("bytes") == nullptr ? nullptr : InMemory(FromBase64(v.Text("bytes")));
}

void Custom(const JsonValue& v, ContentStore* store, Issue* issue) {
  for (const auto& [id, value] : v.At("custom").members) {
    issue->custom[id] = {value.Text("text"), value.At("number").number, Int(value, "time"),
                         Strings(value, "items")};
  }
  for (const JsonValue& a : v.At("attachments").items) {
    issue->attachments.push_back({Id(a, "id"), a.Text("filename"), a.Text("author"),
                                  a.Text("mimeType"), Int(a, "created"), Int(a, "size"),
                                  Bytes(a, store)});
  }
}

Issue ReadIssue(const JsonValue& v, ContentStore* store) {
  Issue issue;
  issue.id = Id(v, "id");
  issue.key = v.Text("key");
  issue.type = v.Text("type");
  issue.status = v.Text("status");
  issue.priority = v.Text("priority");
  issue.resolution = v.Text("resolution");
  issue.project = v.Text("project");
  issue.archived_by = v.Text("archivedBy");
  issue.archived_ms = Int(v, "archived");
  issue.former_keys = Strings(v, "formerKeys");
  issue.security = v.Text("security");
  issue.summary = v.Text("summary");
  issue.description = Maybe(v, "description");
  issue.environment = Maybe(v, "environment");
  issue.assignee = v.Text("assignee");
  issue.reporter = v.Text("reporter");
  issue.creator = v.Text("creator");
  issue.due_date = v.Text("dueDate");
  issue.created_ms = Int(v, "created");
  issue.updated_ms = Int(v, "updated");
  issue.resolved_ms = Int(v, "resolved");
  issue.labels = Strings(v, "labels");
  issue.components = Strings(v, "components");
  issue.versions = Strings(v, "versions");
  issue.fix_versions = Strings(v, "fixVersions");
  issue.parent = Id(v, "parent");
  issue.links = Ids(v, "links");
  issue.subtasks = Ids(v, "subtasks");
  issue.watchers = Set(v, "watchers");
  issue.properties = RawMap(v, "properties");
  Custom(v, store, &issue);
  LoadParts(v, &issue);
  Comments(v, &issue);
  Histories(v, &issue);
  return issue;
}

void Issues(const JsonValue& state, ContentStore* store, Model& model) {
  for (const JsonValue& v : state.At("links").items) {
    const Link link{Id(v, "id"), Id(v, "source"), Id(v, "destination"), v.Text("type")};
    model.links[link.id] = link;
  }
  for (const JsonValue& v : state.At("issues").items) {
    auto issue = std::make_shared<const Issue>(ReadIssue(v, store));
    for (const auto& comment : issue->comments) model.issue_by_comment[comment->id] = issue->id;
    for (const Attachment& one : issue->attachments) {
      model.issue_by_attachment[one.id] = issue->id;
      model.next_attachment = std::max(model.next_attachment, one.id + 1);
    }
    for (const auto& worklog : issue->worklogs) {
      model.issue_by_worklog[worklog->id] = issue->id;
      model.next_worklog = std::max(model.next_worklog, worklog->id + 1);
    }
    for (const std::string& key : issue->former_keys) model.id_by_key[key] = issue->id;
    model.id_by_key[issue->key] = issue->id;
    model.issues[issue->id] = issue;
    model.index[issue->id] = issue;
  }
}

}  // namespace

std::string LoadModel(const std::string& text, ContentStore* store, Model* model) {
  std::string error;
  const auto state = ParseJson(text, &error);
  if (!state.has_value()) return error;
  if (Int(*state, "format") != 1) return "no state of a stand-in Jira (format 1)";
  if (state->Text("project") != model->options.project) {
    return "the state is of project " + state->Text("project") + ", not " + model->options.project;
  }
  model->options.project_name = state->Text("projectName");
  model->project_id = state->Text("projectId");
  model->next_issue = Id(*state, "nextIssue");
  model->next_comment = Id(*state, "nextComment");
  model->next_history = Id(*state, "nextHistory");
  model->next_other = Id(*state, "nextOther");
  model->next_key = Id(*state, "nextKey");
  model->next_attachment = std::max(model->next_attachment, Id(*state, "nextAttachment"));
  model->next_remote_link = std::max(model->next_remote_link, Id(*state, "nextRemoteLink"));
  model->next_worklog = std::max(model->next_worklog, Id(*state, "nextWorklog"));
  Users(*state, *model);
  Catalog(*state, *model);
  ProjectParts(*state, *model);
  Workflow(*state, *model);
  LoadDeletedWorklogs(*state, model);
  LoadSecurityLevels(*state, model);
  LoadSprints(*state, model);
  LoadProjects(*state, model);
  Issues(*state, store, *model);
  return "";
}

}  // namespace valise::standin
