// Users and what they may do.
#include "tests/standin/handlers.h"
#include "tests/standin/json_writer.h"
#include "tests/standin/languages.h"

namespace valise::standin {
namespace {

// A user's own resource tells more than a mention inside an issue.
std::string WholeUser(const Model& model, const User& user) {
  std::string json = user.json;
  json.pop_back();
  JsonWriter more;
  more.Open('{').FieldBool("deleted", false).Field("locale", LocaleOf(LanguageOf(model, &user)));
  more.Key("groups").Open('{').FieldInt("size", static_cast<std::int64_t>(user.groups.size()));
  more.Key("items").Open('[').Close(']').Close('}');
  more.Key("applicationRoles").Open('{').FieldInt("size", 1).Key("items").Open('[').Close(']');
  more.Close('}').Field("expand", "groups,applicationRoles").Close('}');
  return json + ',' + more.Take().substr(1);
}

Response NotLoggedIn() {
  return Json(401, R"({"message":"Client must be authenticated to access this resource.",)"
                   R"("status-code":401})");
}

// By the start of the name, the mail address, or any word of the displayed name.
bool Matches(const User& user, const std::string& wanted) {
  if (wanted.empty() || wanted == ".") return true;
  const std::string lower = Lower(wanted);
  return Lower(user.name).starts_with(lower) || Lower(user.email).starts_with(lower) ||
         (' ' + Lower(user.display_name)).find(' ' + lower) != std::string::npos;
}

template <typename Predicate>
Response ListUsers(const Call& call, Predicate wanted) {
  const std::uint64_t start = call.QueryNumber("startAt", 0);
  const std::uint64_t size = std::min<std::uint64_t>(call.QueryNumber("maxResults", 50), 1000);
  std::uint64_t at = 0;
  JsonWriter out;
  out.Open('[');
  for (const auto& [key, user] : call.model.users) {
    if (!wanted(user) || at++ < start) continue;
    if (at - start > size) break;
    out.Raw(user.json);
  }
  return Json(200, out.Close(']').Take());
}

struct PermissionRow {
  const char *id, *key, *name, *type;
};

const PermissionRow kPermissions[] = {
    {"0", "ADMINISTER", "Jira Administrators", "GLOBAL"},
    {"44", "SYSTEM_ADMIN", "Jira System Administrators", "GLOBAL"},
    {"27", "USER_PICKER", "Browse Users", "GLOBAL"},
    {"23", "ADMINISTER_PROJECTS", "Administer Projects", "PROJECT"},
    {"10", "BROWSE_PROJECTS", "Browse Projects", "PROJECT"},
    {"11", "CREATE_ISSUES", "Create Issues", "PROJECT"},
    {"12", "EDIT_ISSUES", "Edit Issues", "PROJECT"},
    {"46", "TRANSITION_ISSUES", "Transition Issues", "PROJECT"},
    {"13", "ASSIGN_ISSUES", "Assign Issues", "PROJECT"},
    {"17", "ASSIGNABLE_USER", "Assignable User", "PROJECT"},
    {"14", "RESOLVE_ISSUES", "Resolve Issues", "PROJECT"},
    {"18", "CLOSE_ISSUES", "Close Issues", "PROJECT"},
    {"16", "DELETE_ISSUES", "Delete Issues", "PROJECT"},
    {"21", "LINK_ISSUES", "Link Issues", "PROJECT"},
    {"28", "SCHEDULE_ISSUES", "Schedule Issues", "PROJECT"},
    {"30", "MODIFY_REPORTER", "Modify Reporter", "PROJECT"},
    {"15", "ADD_COMMENTS", "Add Comments", "PROJECT"},
    {"34", "EDIT_ALL_COMMENTS", "Edit All Comments", "PROJECT"},
    {"35", "EDIT_OWN_COMMENTS", "Edit Own Comments", "PROJECT"},
    {"36", "DELETE_ALL_COMMENTS", "Delete All Comments", "PROJECT"},
    {"37", "DELETE_OWN_COMMENTS", "Delete Own Comments", "PROJECT"},
    {"19", "CREATE_ATTACHMENTS", "Create Attachments", "PROJECT"},
    {"38", "DELETE_ALL_ATTACHMENTS", "Delete All Attachments", "PROJECT"},
    {"39", "DELETE_OWN_ATTACHMENTS", "Delete Own Attachments", "PROJECT"},
    {"20", "WORK_ON_ISSUES", "Work On Issues", "PROJECT"},
    {"40", "EDIT_OWN_WORKLOGS", "Edit Own Worklogs", "PROJECT"},
    {"41", "EDIT_ALL_WORKLOGS", "Edit All Worklogs", "PROJECT"},
    {"42", "DELETE_OWN_WORKLOGS", "Delete Own Worklogs", "PROJECT"},
    {"43", "DELETE_ALL_WORKLOGS", "Delete All Worklogs", "PROJECT"},
    {"48", "ARCHIVE_ISSUES", "Archive Issues", "PROJECT"},
    {"49", "RESTORE_ISSUES", "Restore Issues", "PROJECT"},
    {"50", "MANAGE_SPRINTS_PERMISSION", "Manage Sprints", "PROJECT"},
    {"26", "SET_ISSUE_SECURITY", "Set Issue Security", "PROJECT"},
    {"32", "MANAGE_WATCHERS", "Manage Watchers", "PROJECT"},
    {"31", "VIEW_VOTERS_AND_WATCHERS", "View Voters and Watchers", "PROJECT"},
    {"25", "MOVE_ISSUES", "Move Issues", "PROJECT"},
};

}  // namespace

Response GetMyself(Call& call) {
  return call.user == nullptr ? NotLoggedIn() : Json(200, WholeUser(call.model, *call.user));
}

Response GetMyPermissions(Call& call) {
  const std::string key = call.Query("projectKey"), id = call.Query("projectId");
  const std::string issue_key = call.Query("issueKey"), issue = call.Query("issueId");
  if ((!key.empty() && key != call.model.options.project) ||
      (!id.empty() && id != call.model.project_id)) {
    return Fail(404, "No project could be found with key '" + key + id + "'.");
  }
  const std::string wanted = issue_key.empty() ? issue : issue_key;
  const IssuePtr named = call.model.FindIssue(wanted);
  if (!wanted.empty() && (named == nullptr || !MaySee(call.model, *named, call.user))) {
    return Fail(404, "Issue Does Not Exist");
  }
  JsonWriter out;
  out.Open('{').Key("permissions").Open('{');
  for (const PermissionRow& row : kPermissions) {
    out.Key(row.key).Open('{').Field("id", row.id).Field("key", row.key).Field("name", row.name);
    out.Field("type", row.type)
        .Field("description", "")
        .FieldBool("havePermission", call.May(row.key));
    out.Close('}');
  }
  return Json(200, out.Close('}').Close('}').Take());
}

Response GetUser(Call& call) {
  if (call.user == nullptr) return NotLoggedIn();
  const std::string name = call.Query("username"), key = call.Query("key");
  if (name.empty() && key.empty()) {
    return Fail(400, "Either the 'username' or the 'key' query parameters need to be provided");
  }
  const User* user = name.empty() ? call.model.UserByKey(key) : call.model.UserByName(name);
  if (user != nullptr) return Json(200, WholeUser(call.model, *user));
  const std::string what = name.empty() ? "key" : "username";
  return Fail(404, "The user with the " + what + " '" + name + key + "' does not exist");
}

Response SearchUsers(Call& call) {
  if (call.user == nullptr) return NotLoggedIn();
  const std::string wanted = call.Query("username");
  if (!call.query.contains("username")) {
    return FailField("username", "The username query parameter was not provided");
  }
  const bool inactive_too = Lower(call.Query("includeInactive")) == "true";
  return ListUsers(call, [&](const User& user) {
    return (user.active || inactive_too) && Matches(user, wanted);
  });
}

Response SearchAssignable(Call& call) {
  if (call.user == nullptr) return NotLoggedIn();
  const std::string project = call.Query("project"), issue = call.Query("issueKey");
  if (project.empty() && issue.empty()) {
    return Fail(400, "Either the 'project' or the 'issueKey' query parameters need to be provided");
  }
  const std::string wanted = call.Query("username");
  return ListUsers(call, [&](const User& user) {
    return user.active && user.permissions.contains("ASSIGNABLE_USER") && Matches(user, wanted);
  });
}

}  // namespace valise::standin
