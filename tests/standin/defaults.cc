// What every stand-in starts with. The workflow is Jira's classic one: ids, names and steps as in
// its own default ("jira") workflow.
#include "tests/standin/model.h"

namespace valise::standin {
namespace {

const char* const kHumanPermissions[] = {
    "BROWSE_PROJECTS",
    "CREATE_ISSUES",
    "EDIT_ISSUES",
    "TRANSITION_ISSUES",
    "RESOLVE_ISSUES",
    "CLOSE_ISSUES",
    "ASSIGN_ISSUES",
    "ASSIGNABLE_USER",
    "SCHEDULE_ISSUES",
    "LINK_ISSUES",
    "ADD_COMMENTS",
    "EDIT_OWN_COMMENTS",
    "DELETE_OWN_COMMENTS",
    "CREATE_ATTACHMENTS",
    "DELETE_OWN_ATTACHMENTS",
    "WORK_ON_ISSUES",
    "EDIT_OWN_WORKLOGS",
    "DELETE_OWN_WORKLOGS",
    "VIEW_VOTERS_AND_WATCHERS",
    "DELETE_ISSUES",
    "MODIFY_REPORTER",
    "USER_PICKER",
};

User MakeUser(const std::string& name, const std::string& display_name) {
  User user;
  user.name = name;
  user.key = name;
  user.display_name = display_name;
  user.permissions.insert(std::begin(kHumanPermissions), std::end(kHumanPermissions));
  user.roles = {"Users", "Developers"};
  user.groups = {"jira-software-users"};
  return user;
}

// Since 8.4 a new user's key tells nothing (pitfall 17).
void Add(Model& model, User user) {
  if (model.options.keys_are_ids) {
    user.key = "JIRAUSER" + std::to_string(10100 + model.users.size());
  }
  model.AddUser(std::move(user));
}

void AddUsers(Model& model) {
  Add(model, MakeUser("alice", "Alice Adams"));
  Add(model, MakeUser("bob", "Bob Brown"));
  Add(model, MakeUser("carol", "Carol Clark"));
  User sync = MakeUser("valise", "Valise Sync");
  sync.permissions.erase("DELETE_ISSUES");
  sync.permissions.insert("DELETE_ALL_COMMENTS");
  Add(model, sync);
  User admin = MakeUser("admin", "Ada Admin");
  admin.permissions.insert({"ADMINISTER", "SYSTEM_ADMIN", "ADMINISTER_PROJECTS",
                            "EDIT_ALL_COMMENTS", "DELETE_ALL_COMMENTS", "MANAGE_WATCHERS"});
  admin.roles.insert("Administrators");
  admin.groups.insert("jira-administrators");
  Add(model, admin);
  for (const char* name : {"alice", "bob", "carol", "valise", "admin"}) {
    model.tokens[std::string(name) + "-token"] = name;
  }
  model.tokens["expired-token"] = "valise";
  model.expired_tokens.insert("expired-token");
}

void AddNames(Model& model) {
  model.AddType(
      {"1", "Bug", "A problem which impairs or prevents the functions of the product.", false, ""});
  model.AddType({"2", "New Feature", "A new feature of the product.", false, ""});
  model.AddType({"3", "Task", "A task that needs to be done.", false, ""});
  model.AddType({"4", "Improvement", "An improvement or enhancement.", false, ""});
  model.AddType({"5", "Sub-task", "The sub-task of the issue", true, ""});
  model.AddType({"6", "Epic", "A big piece of work.", false, ""});
  model.AddType({"7", "Story", "A user story.", false, ""});
  const char* const priorities[] = {"Highest", "High", "Medium", "Low", "Lowest"};
  int id = 1;
  for (const char* name : priorities) model.AddPriority({std::to_string(id++), name, ""});
  const char* const resolutions[] = {"Fixed", "Won't Fix", "Duplicate", "Incomplete",
                                     "Cannot Reproduce"};
  id = 1;
  for (const char* name : resolutions) model.AddResolution({std::to_string(id++), name, "", ""});
  model.AddResolution({"10000", "Done", "Work has been completed on this issue.", ""});
  model.link_types = {{"10000", "Blocks", "is blocked by", "blocks"},
                      {"10001", "Cloners", "is cloned by", "clones"},
                      {"10002", "Duplicate", "is duplicated by", "duplicates"},
                      {"10003", "Relates", "relates to", "relates to"}};
}

void AddWorkflow(Model& model) {
  const char* const said[] = {
      "The issue is open and ready for the assignee to start work on it.",
      "This issue is being actively worked on at the moment by the assignee.",
      "This issue was once resolved, but the resolution was deemed incorrect.",
      "A resolution has been taken, and it is awaiting verification.",
      "The issue is considered finished, the resolution is correct."};
  model.AddStatus({"1", "Open", said[0], 2, ""});
  model.AddStatus({"3", "In Progress", said[1], 4, ""});
  model.AddStatus({"4", "Reopened", said[2], 2, ""});
  model.AddStatus({"5", "Resolved", said[3], 3, ""});
  model.AddStatus({"6", "Closed", said[4], 3, ""});
  const bool strict = model.options.progress_by_assignee_only;
  const std::set<std::string> resolve = {"RESOLVE_ISSUES"}, close = {"CLOSE_ISSUES"};
  const std::set<std::string> both = {"RESOLVE_ISSUES", "CLOSE_ISSUES"};
  model.actions = {
      {4, "Start Progress", "3", Screen::kNone, true, strict, {"1", "4"}, {}, {}, {}, {}},
      {301, "Stop Progress", "1", Screen::kNone, true, strict, {"3"}, {}, {}, {}, {}},
      {5,
       "Resolve Issue",
       "5",
       Screen::kResolve,
       false,
       false,
       {"1", "3", "4"},
       {},
       resolve,
       {},
       {}},
      {2, "Close Issue", "6", Screen::kResolve, false, false, {"1", "3", "4"}, {}, both, {}, {}},
      {701, "Close Issue", "6", Screen::kAssign, false, false, {"5"}, {}, close, {}, {}},
      {3, "Reopen Issue", "4", Screen::kAssign, true, false, {"5", "6"}, {}, resolve, {}, {}},
  };
}

}  // namespace

void AddDefaultFields(Model& model);

void AddDefaults(Model& model) {
  const std::uint64_t first = model.options.first_id;
  model.next_issue = model.next_comment = model.next_history = model.next_other = first;
  model.next_attachment = model.next_worklog = model.next_remote_link = first;
  model.project_id = model.NewId();
  if (model.options.project_name.empty()) model.options.project_name = model.options.project;
  AddUsers(model);
  AddNames(model);
  AddWorkflow(model);
  AddDefaultFields(model);
  for (const std::string& level : model.options.security_levels) model.AddSecurityLevel(level);
}

std::string DescribeUsers() {
  return "Users and their personal access tokens (Authorization: Bearer TOKEN):\n"
         "  valise  valise-token   the sync user: browse, create, edit, transition, assign, "
         "comment,\n"
         "                         edit own comments, delete all comments; not an administrator\n"
         "  alice   alice-token    people: as above, delete issues, delete own comments only\n"
         "  bob     bob-token\n"
         "  carol   carol-token\n"
         "  admin   admin-token    administers Jira and the project\n"
         "          expired-token  was valise's; answers as anonymous with 200 and empty results\n"
         "Any other token: 401. Basic authentication takes NAME:NAME, as alice:alice; after three\n"
         "wrong passwords that name answers with a CAPTCHA challenge until the state is reloaded.\n"
         "Users that a dump brings are added with their name and key, without a token.\n";
}

}  // namespace valise::standin
