// Builders of Jira REST requests (api/2), pure. Every name that goes into a path or query is
// percent-encoded. A body that would not be valid UTF-8 is an Error, never a throw:
// kAskOperator "VAL-JIRA-TEXT". Idempotent writes: agent/DESIGN.md, "Writing to Jira".
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/core/local.h"
#include "agent/jira/fields.h"
#include "agent/jira/http.h"
#include "packet/result.h"

namespace valise::jira {

// Property that names our object, of issues and comments; its value is a plain string.
inline constexpr std::string_view kMarkerProperty = "valise.origin";
// Key in historyMetadata.extraData that carries the write id of an edit or transition.
inline constexpr std::string_view kWriteIdKey = "valise_op";

// Reads give up early; a write must outlast any server execution (at least 120 s). Callers may
// set HttpRequest::timeout to the configured value.
inline constexpr std::chrono::milliseconds kReadTimeout{30000};
inline constexpr std::chrono::milliseconds kWriteTimeout{120000};

// --- who and where ---
HttpRequest ReadMyself();
HttpRequest ReadServerInfo();
HttpRequest ReadPermissions(std::string_view project_key);

// --- reading issues ---
struct SearchQuery {
  std::string jql;
  std::uint64_t start_at = 0;
  std::uint64_t results_max = 100;  // 0 counts only (pitfall 4)
  std::vector<std::string> fields = {"updated"};
  std::vector<std::string> expand;
  bool validate = true;  // false: unknown names in the JQL match nothing
};
// POST with arrays (pitfall 6).
Result<HttpRequest> Search(const SearchQuery& query);

// What of an issue is read besides fields and comments; the rest costs Jira nothing.
struct IssueParts {
  bool has_work_logs = false;
  bool has_attachments = false;
  bool has_links = false;
  bool has_archive = false;  // whether it is archived (pitfall 7)
};
// The whole issue from the database, exactly `field_ids` and what LocalIssue needs besides, with
// changelog and marker. `issue` is an id or a key.
HttpRequest ReadIssue(std::string_view issue, std::span<const std::string> field_ids,
                      const IssueParts& parts = {});
// One page of comments, oldest first (pitfall 11).
HttpRequest ReadComments(std::string_view issue, std::uint64_t start_at, std::uint64_t results_max,
                         bool with_properties);
HttpRequest ReadComment(std::string_view issue, std::string_view comment_id, bool with_properties);
// Where expand=properties is not served: whether a service desk hides it; 404 when it does not say.
HttpRequest ReadCommentInternal(std::string_view comment_id);
// Where expand=properties is not served: the marker of one comment; 404 when it has none.
HttpRequest ReadCommentMarker(std::string_view comment_id);
// One step of the key walk that looks for a create of unknown outcome; database, not index.
HttpRequest ReadMarker(std::string_view issue);
// expand=transitions.fields (pitfall 22).
HttpRequest ReadTransitions(std::string_view issue);

// --- writing ---
using FieldWrite = std::pair<FieldShape, LocalField>;

struct CreateIssue {
  std::string project;     // key
  std::string type;        // name
  std::string parent_key;  // empty: not a sub-task
  std::string marker;      // empty: no property
  std::vector<FieldWrite> fields;
};
Result<HttpRequest> CreateIssueRequest(const CreateIssue& issue);
// One PUT with absolute values; `write_id` returns in the changelog (pitfall 10).
Result<HttpRequest> EditIssue(std::string_view issue, std::span<const FieldWrite> fields,
                              std::string_view write_id);
// Puts one label there, or takes it away, and leaves the others to whoever edits them meanwhile.
Result<HttpRequest> EditLabel(std::string_view issue, std::string_view label, bool is_there,
                              std::string_view write_id);
Result<HttpRequest> DoTransition(std::string_view issue, std::string_view transition_id,
                                 std::span<const FieldWrite> fields, std::string_view write_id);
// `visible_to` is LocalObject::visible_to. Given with each edit too: one without it makes a
// restricted comment public.
Result<HttpRequest> AddComment(std::string_view issue, std::string_view body,
                               std::string_view marker, std::string_view visible_to = {});
Result<HttpRequest> EditComment(std::string_view issue, std::string_view comment_id,
                                std::string_view body, std::string_view visible_to = {});
HttpRequest DeleteComment(std::string_view issue, std::string_view comment_id);

// Refused while it has sub-tasks (pitfall 25).
HttpRequest DeleteIssue(std::string_view issue);

// --- work logs (pitfall 14): the remaining estimate is left alone ---
HttpRequest ReadWorkLogs(std::string_view issue);  // all; the embedded page has at most 20
HttpRequest ReadWorkLog(std::string_view issue, std::string_view work_log_id);
struct WorkLogWrite {
  std::string_view body;
  std::int64_t started_ms = 0;
  std::int64_t seconds = 0;
  std::string_view visible_to = {};
};
Result<HttpRequest> AddWorkLog(std::string_view issue, const WorkLogWrite& work_log);
Result<HttpRequest> EditWorkLog(std::string_view issue, std::string_view work_log_id,
                                const WorkLogWrite& work_log);
HttpRequest DeleteWorkLog(std::string_view issue, std::string_view work_log_id);

// --- attachments (pitfall 15): immutable; `path` is LocalObject::path ---
// What a stream is given time for: this many bytes a second at least, and never less than an hour
// when its length is not known.
inline constexpr std::uint64_t kStreamBytesPerSecondMin = 65536;
HttpRequest ReadAttachment(std::string_view attachment_id);
// `bytes` sets the time-out, 0: not known; `mime` tells an HTML file from a login page.
HttpRequest DownloadAttachment(std::string_view path, std::shared_ptr<BodySink> sink,
                               std::uint64_t bytes = 0, std::string_view mime = {});
// A `mime` that is no "type/subtype" is left out.
HttpRequest UploadAttachment(std::string_view issue, std::string_view file_name,
                             std::shared_ptr<BodySource> file, std::string_view mime = {});
HttpRequest DeleteAttachment(std::string_view attachment_id);
HttpRequest ReadAttachmentLimits();

// --- links (pitfall 23): the source "blocks" the target ---
Result<HttpRequest> AddLink(std::string_view type, std::string_view source_key,
                            std::string_view target_key);
HttpRequest DeleteLink(std::string_view link_id);
HttpRequest ReadLinkTypes();
// Upsert by `global_id`.
Result<HttpRequest> PutRemoteLink(std::string_view issue, std::string_view global_id,
                                  std::string_view url, std::string_view title);

// PUT of the marker property of an issue or comment that exists: adopting one of unknown origin.
Result<HttpRequest> SetIssueMarker(std::string_view issue, std::string_view marker);
Result<HttpRequest> SetCommentMarker(std::string_view comment_id, std::string_view marker);

// --- metadata ---
HttpRequest ReadFields();
HttpRequest ReadIssueTypes();
HttpRequest ReadProject(std::string_view project_key);  // its issue types, versions, components
HttpRequest ReadStatuses();
HttpRequest ReadProjectStatuses(std::string_view project_key);
HttpRequest ReadPriorities();
HttpRequest ReadResolutions();
HttpRequest ReadVersions(std::string_view project_key);
HttpRequest ReadComponents(std::string_view project_key);
HttpRequest ReadUser(std::string_view user_name);
HttpRequest ReadEditMeta(std::string_view issue);
// Jira 8.4 and later, in pages; the only form from 9.0 on (pitfall 20).
HttpRequest ReadCreateTypes(std::string_view project_key, std::uint64_t start_at);
HttpRequest ReadCreateFields(std::string_view project_key, std::string_view type_id,
                             std::uint64_t start_at);
// Before 8.4, everything of one project at once.
HttpRequest ReadCreateMetaOld(std::string_view project_key);

// Everything but unreserved characters as %XX.
std::string PercentEncode(std::string_view text);

}  // namespace valise::jira
