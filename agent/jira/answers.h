// Parsers of Jira's answers, pure. They are called after Judge (verdict.h) said kOk. Input is
// capped (limits::kJsonBytesMax, kJsonDepthMax) and may be anything: errors are kRetryLater
// "VAL-JIRA-FORMAT" (not JSON, or not the shape), naming the member but never its value.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/local.h"
#include "agent/jira/fields.h"
#include "agent/jira/http.h"
#include "packet/result.h"

namespace valise::jira {

// GET issue. Each of `shapes` that Jira sent is in `fields` (null: an empty LocalField); one that
// Jira left out altogether (hidden in this project) is absent. Line ends stay as they are. An
// unreadable value of one field fails the issue with "VAL-JIRA-FIELD", naming the field. Work logs,
// attachments and links are there when ReadIssue asked for them; where Jira sent none of a sort,
// has_all_work_logs, has_attachments or has_links is false, and nothing follows for those known.
// `link_types`: whose links count in `parts`, by Jira's names.
Result<LocalIssue> ParseIssue(const HttpResponse& response, std::span<const FieldShape> shapes,
                              const std::set<std::string>& link_types = {});

// What a search tells: enough to decide what to read. Index answers are never diffed.
struct SearchHit {
  std::string id, key;
  std::int64_t created_ms = 0;  // 0: not asked for
  std::int64_t updated_ms = 0;  // 0: not asked for
  bool has_comments = false;    // the answer carried `comment`, so comment_ids counts
  bool has_all_comments = false;
  std::vector<std::string> comment_ids;
  std::map<std::string, std::string> counts = {};  // "votes", "watches": as asked for
  std::set<std::string> filled = {};  // fields that were asked for and are not empty
  Digest parts = {};                // as LocalIssue::parts, if the same was asked for
  bool has_all_work_logs = true;    // false: `parts` tells nothing of those that were cut off
  bool operator==(const SearchHit&) const = default;
};
struct SearchPage {
  std::uint64_t start_at = 0;
  std::uint64_t max_results = 0;  // as Jira cut it (pitfall 4): advance by hits.size()
  std::uint64_t total = 0;
  std::vector<SearchHit> hits;
  bool operator==(const SearchPage&) const = default;
};
Result<SearchPage> ParseSearch(const HttpResponse& response,
                               const std::set<std::string>& link_types = {});

struct CommentPage {
  std::uint64_t start_at = 0;
  std::uint64_t max_results = 0;
  std::uint64_t total = 0;
  std::vector<LocalComment> comments;
  bool operator==(const CommentPage&) const = default;
};
Result<CommentPage> ParseComments(const HttpResponse& response);
Result<LocalComment> ParseComment(const HttpResponse& response);  // GET, POST and PUT comment

// ReadWorkLogs. `total` may exceed what is there.
struct WorkLogPage {
  std::uint64_t total = 0;
  std::vector<LocalObject> work_logs;
  bool operator==(const WorkLogPage&) const = default;
};
Result<WorkLogPage> ParseWorkLogs(const HttpResponse& response);
Result<LocalObject> ParseWorkLog(const HttpResponse& response);  // GET, POST and PUT work log
Result<LocalObject> ParseAttachment(const HttpResponse& response);
Result<std::vector<LocalObject>> ParseUploaded(const HttpResponse& response);  // an array (15)
struct AttachmentLimits {
  bool is_enabled = false;
  std::uint64_t bytes_max = 0;
  bool operator==(const AttachmentLimits&) const = default;
};
Result<AttachmentLimits> ParseAttachmentLimits(const HttpResponse& response);
struct LinkType {
  std::string id, name, inward, outward;
  bool operator==(const LinkType&) const = default;
};
Result<std::vector<LinkType>> ParseLinkTypes(const HttpResponse& response);

struct TransitionField {
  std::string id;
  bool is_required = false;
  bool has_default = false;
  std::vector<std::string> allowed;  // names or values; empty: free, or not listed
  bool operator==(const TransitionField&) const = default;
};
struct LocalTransition {
  std::string id, name;
  std::string to_status;
  std::vector<TransitionField> fields;  // by id
  bool operator==(const LocalTransition&) const = default;
};
Result<std::vector<LocalTransition>> ParseTransitions(const HttpResponse& response);

struct CreatedIssue {
  std::string id, key;
  bool operator==(const CreatedIssue&) const = default;
};
Result<CreatedIssue> ParseCreated(const HttpResponse& response);

// ReadMarker. `marker` is empty when the issue carries no property of ours.
struct MarkedIssue {
  std::string id, key, creator;
  std::int64_t created_ms = 0;
  std::string marker;
  bool has_properties = false;  // the answer has a place for them: this Jira shows properties
  bool operator==(const MarkedIssue&) const = default;
};
Result<MarkedIssue> ParseMarker(const HttpResponse& response);
Result<bool> ParseCommentInternal(const HttpResponse& response);       // ReadCommentInternal
Result<std::string> ParseCommentMarker(const HttpResponse& response);  // ReadCommentMarker

struct AccountInfo {
  std::string name, key, display_name, time_zone;
  bool is_anonymous = false;  // an expired token may answer so (pitfall 26)
  bool operator==(const AccountInfo&) const = default;
};
Result<AccountInfo> ParseMyself(const HttpResponse& response);
Result<LocalUser> ParseUser(const HttpResponse& response);

struct ServerInfo {
  std::vector<std::uint64_t> version;  // {9, 12, 4}
  std::string version_text;
  std::string base_url;
  std::int64_t server_time_ms = 0;  // 0: not told
  bool operator==(const ServerInfo&) const = default;
};
Result<ServerInfo> ParseServerInfo(const HttpResponse& response);

// Keys of the permissions that this account has: "BROWSE_PROJECTS", ...
Result<std::set<std::string>> ParsePermissions(const HttpResponse& response);

// --- metadata ---
struct NamedThing {  // status, priority, resolution, version, component
  std::string id, name;
  bool operator==(const NamedThing&) const = default;
};
Result<std::vector<NamedThing>> ParseNames(const HttpResponse& response);

struct IssueTypeInfo {
  std::string id, name;
  bool is_subtask = false;
  std::vector<std::string> statuses;  // ReadProjectStatuses only
  bool operator==(const IssueTypeInfo&) const = default;
};
Result<std::vector<IssueTypeInfo>> ParseIssueTypes(const HttpResponse& response);
Result<std::vector<IssueTypeInfo>> ParseProjectStatuses(const HttpResponse& response);

struct ProjectInfo {
  std::string id, key, name;
  std::vector<IssueTypeInfo> types;
  bool operator==(const ProjectInfo&) const = default;
};
Result<ProjectInfo> ParseProject(const HttpResponse& response);

struct MetaField {
  FieldInfo field;
  bool is_required = false;
  bool has_default = false;
  std::vector<std::string> allowed;
  bool operator==(const MetaField&) const = default;
};
template <typename T>
struct MetaPage {
  std::uint64_t start_at = 0;
  std::uint64_t total = 0;
  bool is_last = true;
  std::vector<T> values;
};
Result<MetaPage<IssueTypeInfo>> ParseCreateTypes(const HttpResponse& response);
Result<MetaPage<MetaField>> ParseCreateFields(const HttpResponse& response);
struct CreateType {
  IssueTypeInfo type;
  std::vector<MetaField> fields;
};
Result<std::vector<CreateType>> ParseCreateMetaOld(const HttpResponse& response);
Result<std::vector<MetaField>> ParseEditMeta(const HttpResponse& response);

}  // namespace valise::jira
