// One function per REST operation. router.cc says which path leads where.
#pragma once

#include "tests/standin/call.h"
#include "tests/standin/model.h"

namespace valise::standin {

// issue_read.cc, issue_write.cc, issue_meta.cc
Response GetIssue(Call& call);
Response CreateIssue(Call& call);
Response EditIssue(Call& call);
Response DeleteIssue(Call& call);
Response AssignIssue(Call& call);
Response GetTransitions(Call& call);
Response DoTransition(Call& call);
Response GetEditMeta(Call& call);
Response OldCreateMeta(Call& call);
Response CreateMetaTypes(Call& call);
Response CreateMetaFields(Call& call);

// comments.cc
Response GetComments(Call& call);
Response GetComment(Call& call);
Response AddComment(Call& call);
Response EditComment(Call& call);
Response DeleteComment(Call& call);

// properties.cc
Response GetIssuePropertyKeys(Call& call);
Response GetIssueProperty(Call& call);
Response PutIssueProperty(Call& call);
Response DeleteIssueProperty(Call& call);
Response GetCommentPropertyKeys(Call& call);
Response GetCommentProperty(Call& call);
Response PutCommentProperty(Call& call);
Response DeleteCommentProperty(Call& call);

// links.cc
Response GetLinkTypes(Call& call);
Response CreateLink(Call& call);
Response GetLink(Call& call);
Response DeleteLink(Call& call);

// remote_links.cc, votes.cc
Response GetRemoteLinks(Call& call);
Response GetRemoteLink(Call& call);
Response PutRemoteLinkByGlobalId(Call& call);
Response EditRemoteLink(Call& call);
Response DeleteRemoteLink(Call& call);
Response DeleteRemoteLinkByGlobalId(Call& call);
Response GetVotes(Call& call);
Response AddVote(Call& call);
Response DeleteVote(Call& call);
Response GetWatchers(Call& call);
Response AddWatcher(Call& call);
Response DeleteWatcher(Call& call);

// attachments.cc
Response GetAttachmentMeta(Call& call);
Response AddAttachments(Call& call);
Response GetAttachment(Call& call);
Response DeleteAttachment(Call& call);
Response Download(Call& call);

// worklogs.cc, worklog_feed.cc
Response GetWorklogs(Call& call);
Response GetWorklog(Call& call);
Response AddWorklog(Call& call);
Response EditWorklog(Call& call);
Response DeleteWorklog(Call& call);
Response UpdatedWorklogs(Call& call);
Response DeletedWorklogs(Call& call);
Response ListWorklogs(Call& call);

// search.cc
Response SearchByGet(Call& call);
Response SearchByPost(Call& call);

// names.cc: what the whole Jira has
Response GetServerInfo(Call& call);
Response GetFields(Call& call);
Response GetPriorities(Call& call);
Response GetPriority(Call& call);
Response GetStatuses(Call& call);
Response GetStatus(Call& call);
Response GetStatusCategories(Call& call);
Response GetResolutions(Call& call);
Response GetResolution(Call& call);
Response GetIssueTypes(Call& call);
Response GetIssueType(Call& call);
Response GetConfiguration(Call& call);

// project.cc, version_delete.cc
Response GetProjects(Call& call);
Response GetProject(Call& call);
Response GetProjectStatuses(Call& call);
Response GetProjectVersions(Call& call);
Response GetProjectVersionPage(Call& call);
Response GetProjectComponents(Call& call);
Response GetVersion(Call& call);
Response CreateVersion(Call& call);
Response EditVersion(Call& call);
Response DeleteVersion(Call& call);
Response SwapVersion(Call& call);
Response GetComponent(Call& call);
Response CreateComponent(Call& call);
Response EditComponent(Call& call);
Response DeleteComponent(Call& call);

// archive.cc
Response ArchiveIssue(Call& call);
Response RestoreIssue(Call& call);

// agile.cc, ranks.cc
Response GetBoards(Call& call);
Response GetBoard(Call& call);
Response GetBoardSprints(Call& call);
Response GetSprint(Call& call);
Response CreateSprint(Call& call);
Response EditSprint(Call& call);
Response MoveIssuesToSprint(Call& call);
Response MoveIssuesToBacklog(Call& call);
Response RankIssues(Call& call);

// security.cc
Response GetSecurityLevels(Call& call);
Response GetSecurityLevel(Call& call);
Response GetSecurityScheme(Call& call);

// people.cc
Response GetMyself(Call& call);
Response GetMyPermissions(Call& call);
Response GetUser(Call& call);
Response SearchUsers(Call& call);
Response SearchAssignable(Call& call);

// places.cc
Response GetProjectRoles(Call& call);
Response FindGroups(Call& call);

// Shared by several of them.

// Whether the user may know of the issue at all.
bool MaySee(const Model& model, const Issue& issue, const User* user);

// The issue named by the first argument if the caller may see it; else null and `failure` is set.
IssuePtr SeenIssue(Call& call, Response* failure);

// Whether the first argument is the project and the caller may browse it.
bool SeesProject(const Call& call, Response* failure);

// Whether the caller may change versions and components.
bool MayAdminister(const Call& call);

// Checks a comment body as sent and fills author, text, visibility and properties; id and times
// are the caller's.
void ReadComment(Call& call, const JsonValue& body, Comment* comment, Errors* errors);
// Gives it an id and adds it to the draft, which the caller commits.
const Comment& AttachComment(Call& call, Issue& draft, Comment comment);

// Reads [{key, value}] as sent with a create; problems go to errors.
void ReadProperties(const JsonValue& list, std::map<std::string, std::string>* properties,
                    Errors* errors);

// Adds a history entry for what differs, moves `updated`, commits; does nothing when nothing
// differs (pitfall 8). `metadata` is the historyMetadata sent (pitfall 10).
void CommitChange(Call& call, const Issue& before, Issue draft, const JsonValue& metadata);
// Likewise with given items. `touches`: whether `updated` moves.
void CommitItems(Call& call, Issue draft, std::vector<ChangeItem> items, const JsonValue& metadata,
                 bool touches = true);

}  // namespace valise::standin
