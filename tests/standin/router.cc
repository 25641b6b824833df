#include "tests/standin/router.h"

#include "tests/standin/handlers.h"

namespace valise::standin {
namespace {

struct Operation {
  const char* method;
  std::vector<std::string> path;  // below the API's root; "*" stands for any one segment
  Response (*run)(Call&);
};

std::vector<Operation> IssueOperations() {
  return {
      {"GET", {"issue", "createmeta"}, OldCreateMeta},
      {"GET", {"issue", "createmeta", "*", "issuetypes"}, CreateMetaTypes},
      {"GET", {"issue", "createmeta", "*", "issuetypes", "*"}, CreateMetaFields},
      {"POST", {"issue"}, CreateIssue},
      {"GET", {"issue", "*"}, GetIssue},
      {"PUT", {"issue", "*"}, EditIssue},
      {"DELETE", {"issue", "*"}, DeleteIssue},
      {"PUT", {"issue", "*", "assignee"}, AssignIssue},
      {"PUT", {"issue", "*", "archive"}, ArchiveIssue},
      {"PUT", {"issue", "*", "restore"}, RestoreIssue},
      {"GET", {"issue", "*", "transitions"}, GetTransitions},
      {"POST", {"issue", "*", "transitions"}, DoTransition},
      {"GET", {"issue", "*", "editmeta"}, GetEditMeta},
      {"GET", {"issue", "*", "comment"}, GetComments},
      {"POST", {"issue", "*", "comment"}, AddComment},
      {"GET", {"issue", "*", "comment", "*"}, GetComment},
      {"PUT", {"issue", "*", "comment", "*"}, EditComment},
      {"DELETE", {"issue", "*", "comment", "*"}, DeleteComment},
      {"GET", {"issue", "*", "properties"}, GetIssuePropertyKeys},
      {"GET", {"issue", "*", "properties", "*"}, GetIssueProperty},
      {"PUT", {"issue", "*", "properties", "*"}, PutIssueProperty},
      {"DELETE", {"issue", "*", "properties", "*"}, DeleteIssueProperty},
      {"GET", {"comment", "*", "properties"}, GetCommentPropertyKeys},
      {"GET", {"comment", "*", "properties", "*"}, GetCommentProperty},
      {"PUT", {"comment", "*", "properties", "*"}, PutCommentProperty},
      {"DELETE", {"comment", "*", "properties", "*"}, DeleteCommentProperty},
      {"GET", {"issue", "*", "watchers"}, GetWatchers},
      {"POST", {"issue", "*", "watchers"}, AddWatcher},
      {"DELETE", {"issue", "*", "watchers"}, DeleteWatcher},
      {"GET", {"issue", "*", "votes"}, GetVotes},
      {"GET", {"issue", "*", "worklog"}, GetWorklogs},
      {"POST", {"issue", "*", "worklog"}, AddWorklog},
      {"GET", {"issue", "*", "worklog", "*"}, GetWorklog},
      {"PUT", {"issue", "*", "worklog", "*"}, EditWorklog},
      {"DELETE", {"issue", "*", "worklog", "*"}, DeleteWorklog},
      {"GET", {"worklog", "updated"}, UpdatedWorklogs},
      {"GET", {"worklog", "deleted"}, DeletedWorklogs},
      {"POST", {"worklog", "list"}, ListWorklogs},
      {"POST", {"issue", "*", "votes"}, AddVote},
      {"DELETE", {"issue", "*", "votes"}, DeleteVote},
      {"GET", {"issue", "*", "remotelink"}, GetRemoteLinks},
      {"POST", {"issue", "*", "remotelink"}, PutRemoteLinkByGlobalId},
      {"DELETE", {"issue", "*", "remotelink"}, DeleteRemoteLinkByGlobalId},
      {"GET", {"issue", "*", "remotelink", "*"}, GetRemoteLink},
      {"PUT", {"issue", "*", "remotelink", "*"}, EditRemoteLink},
      {"DELETE", {"issue", "*", "remotelink", "*"}, DeleteRemoteLink},
      {"POST", {"issue", "*", "attachments"}, AddAttachments},
      {"GET", {"issueLinkType"}, GetLinkTypes},
      {"POST", {"issueLink"}, CreateLink},
      {"GET", {"issueLink", "*"}, GetLink},
      {"DELETE", {"issueLink", "*"}, DeleteLink},
      {"GET", {"search"}, SearchByGet},
      {"POST", {"search"}, SearchByPost},
  };
}

std::vector<Operation> OtherOperations() {
  return {
      {"GET", {"serverInfo"}, GetServerInfo},
      {"GET", {"myself"}, GetMyself},
      {"GET", {"mypermissions"}, GetMyPermissions},
      {"GET", {"field"}, GetFields},
      {"GET", {"priority"}, GetPriorities},
      {"GET", {"priority", "*"}, GetPriority},
      {"GET", {"status"}, GetStatuses},
      {"GET", {"status", "*"}, GetStatus},
      {"GET", {"statuscategory"}, GetStatusCategories},
      {"GET", {"resolution"}, GetResolutions},
      {"GET", {"resolution", "*"}, GetResolution},
      {"GET", {"issuetype"}, GetIssueTypes},
      {"GET", {"issuetype", "*"}, GetIssueType},
      {"GET", {"configuration"}, GetConfiguration},
      {"GET", {"attachment", "meta"}, GetAttachmentMeta},
      {"GET", {"attachment", "*"}, GetAttachment},
      {"DELETE", {"attachment", "*"}, DeleteAttachment},
      {"GET", {"project"}, GetProjects},
      {"GET", {"project", "*"}, GetProject},
      {"GET", {"project", "*", "statuses"}, GetProjectStatuses},
      {"GET", {"project", "*", "versions"}, GetProjectVersions},
      {"GET", {"project", "*", "version"}, GetProjectVersionPage},
      {"GET", {"project", "*", "components"}, GetProjectComponents},
      {"GET", {"project", "*", "role"}, GetProjectRoles},
      {"GET", {"project", "*", "securitylevel"}, GetSecurityLevels},
      {"GET", {"project", "*", "issuesecuritylevelscheme"}, GetSecurityScheme},
      {"GET", {"securitylevel", "*"}, GetSecurityLevel},
      {"POST", {"version"}, CreateVersion},
      {"GET", {"version", "*"}, GetVersion},
      {"PUT", {"version", "*"}, EditVersion},
      {"DELETE", {"version", "*"}, DeleteVersion},
      {"POST", {"version", "*", "removeAndSwap"}, SwapVersion},
      {"DELETE", {"component", "*"}, DeleteComponent},
      {"POST", {"component"}, CreateComponent},
      {"GET", {"component", "*"}, GetComponent},
      {"PUT", {"component", "*"}, EditComponent},
      {"GET", {"groups", "picker"}, FindGroups},
      {"GET", {"user"}, GetUser},
      {"GET", {"user", "search"}, SearchUsers},
      {"GET", {"user", "assignable", "search"}, SearchAssignable},
  };
}

// Below /rest/agile/1.0.
const std::vector<Operation>& AgileOperations() {
  static const std::vector<Operation> kAll = {
      {"GET", {"board"}, GetBoards},
      {"GET", {"board", "*"}, GetBoard},
      {"GET", {"board", "*", "sprint"}, GetBoardSprints},
      {"POST", {"sprint"}, CreateSprint},
      {"GET", {"sprint", "*"}, GetSprint},
      {"PUT", {"sprint", "*"}, EditSprint},
      {"POST", {"sprint", "*"}, EditSprint},
      {"POST", {"sprint", "*", "issue"}, MoveIssuesToSprint},
      {"POST", {"backlog", "issue"}, MoveIssuesToBacklog},
      {"PUT", {"issue", "rank"}, RankIssues},
  };
  return kAll;
}

const std::vector<Operation>& PlatformOperations() {
  static const std::vector<Operation> kAll = [] {
    std::vector<Operation> all = IssueOperations();
    for (Operation& one : OtherOperations()) all.push_back(std::move(one));
    return all;
  }();
  return kAll;
}

// The operations of the API that the path is of; empty for any other path.
const std::vector<Operation>& OperationsFor(const Model& model,
                                            const std::vector<std::string>& segments) {
  static const std::vector<Operation> kNone;
  if (segments.size() < 4 || segments[0] != "rest") return kNone;
  const bool is_latest = segments[2] == "latest";  // pitfall 30
  if (segments[1] == "api" && (is_latest || segments[2] == "2")) return PlatformOperations();
  const bool is_agile = model.options.agile && segments[1] == "agile";
  return is_agile && (is_latest || segments[2] == "1.0") ? AgileOperations() : kNone;
}

// Whether the path from segment 3 on fits; fills the variable segments.
bool Fits(const std::vector<std::string>& path, const std::vector<std::string>& segments,
          std::vector<std::string>* args) {
  if (path.size() + 3 != segments.size()) return false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != "*" && path[i] != segments[i + 3]) return false;
  }
  args->clear();
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == "*") args->push_back(segments[i + 3]);
  }
  return true;
}

// Not REST; the name at the end is for people, the id decides.
bool IsDownload(const Call& call, const std::vector<std::string>& segments) {
  return call.request.method == "GET" && segments.size() == 4 && segments[0] == "secure" &&
         segments[1] == "attachment";
}

}  // namespace

Response Route(Call& call, const std::vector<std::string>& segments) {
  if (IsDownload(call, segments)) {
    call.args = {segments[2]};
    return Download(call);
  }
  bool known = false;
  for (const Operation& operation : OperationsFor(call.model, segments)) {
    if (!Fits(operation.path, segments, &call.args)) continue;
    known = true;
    if (operation.method == call.request.method) return operation.run(call);
  }
  if (known) return Json(405, R"({"message":"HTTP 405 Method Not Allowed","status-code":405})");
  return Json(404, R"({"message":"null for uri: )" + call.model.options.base_url +
                       R"(","status-code":404})");
}

}  // namespace valise::standin
