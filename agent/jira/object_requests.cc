// Requests on what hangs on an issue besides comments: work logs, attachments, links.
#include <algorithm>

#include "agent/jira/build.h"
#include "agent/jira/requests.h"
#include "agent/jira/times.h"
#include "packet/check.h"

namespace valise::jira {
namespace {

constexpr std::chrono::hours kUnknownLengthTimeout{1};
constexpr std::size_t kMimeBytesMax = 127;

std::string WorkLogPath(std::string_view issue, std::string_view work_log_id) {
  return IssuePath(issue) + "/worklog/" + PercentEncode(work_log_id);
}

// Without it, the remaining estimate moves (pitfall 14).
constexpr const char* kLeaveEstimate = "?adjustEstimate=leave";

JsonWriter WorkLogBody(const WorkLogWrite& work_log) {
  JsonWriter writer;
  writer.BeginObject().Member("comment", work_log.body);
  writer.Member("started", JiraTime(work_log.started_ms));
  WriteVisibility(work_log.visible_to, writer);
  writer.Name("timeSpentSeconds").Number(std::to_string(work_log.seconds)).EndObject();
  return writer;
}

std::chrono::milliseconds StreamTime(std::uint64_t bytes) {
  return std::chrono::seconds(bytes / kStreamBytesPerSecondMin);
}

// RFC 2045 "type/subtype": anything else could end the part's header line.
bool IsMime(std::string_view mime) {
  const std::size_t slash = mime.find('/');
  if (slash == 0 || slash == std::string_view::npos || slash + 1 == mime.size()) return false;
  if (mime.size() > kMimeBytesMax) return false;
  const auto is_token = [](char c) {
    constexpr std::string_view kSpecials = "()<>@,;:\\\"/[]?=";
    return c > ' ' && c < 0x7F && kSpecials.find(c) == std::string_view::npos;
  };
  return std::all_of(mime.begin(), mime.begin() + static_cast<std::ptrdiff_t>(slash), is_token) &&
         std::all_of(mime.begin() + static_cast<std::ptrdiff_t>(slash) + 1, mime.end(), is_token);
}

void WriteIssueKey(std::string_view member, std::string_view key, JsonWriter& writer) {
  writer.Name(member).BeginObject().Member("key", key).EndObject();
}

}  // namespace

HttpRequest ReadWorkLogs(std::string_view issue) { return Get(IssuePath(issue) + "/worklog"); }

HttpRequest ReadWorkLog(std::string_view issue, std::string_view work_log_id) {
  return Get(WorkLogPath(issue, work_log_id));
}

Result<HttpRequest> AddWorkLog(std::string_view issue, const WorkLogWrite& work_log) {
  return Write("POST", IssuePath(issue) + "/worklog" + kLeaveEstimate, WorkLogBody(work_log));
}

Result<HttpRequest> EditWorkLog(std::string_view issue, std::string_view work_log_id,
                                const WorkLogWrite& work_log) {
  return Write("PUT", WorkLogPath(issue, work_log_id) + kLeaveEstimate, WorkLogBody(work_log));
}

HttpRequest DeleteWorkLog(std::string_view issue, std::string_view work_log_id) {
  return Delete(WorkLogPath(issue, work_log_id) + kLeaveEstimate);
}

HttpRequest ReadAttachment(std::string_view attachment_id) {
  return Get("attachment/" + PercentEncode(attachment_id));
}

HttpRequest DownloadAttachment(std::string_view path, std::shared_ptr<BodySink> sink,
                               std::uint64_t bytes, std::string_view mime) {
  CHECK(sink != nullptr && path.starts_with('/'));
  HttpRequest request{"GET", std::string(path), "", kReadTimeout + StreamTime(bytes)};
  if (bytes == 0) request.timeout = kUnknownLengthTimeout;
  request.file_mime = mime;
  request.sink = std::move(sink);
  return request;
}

HttpRequest UploadAttachment(std::string_view issue, std::string_view file_name,
                             std::shared_ptr<BodySource> file, std::string_view mime) {
  CHECK(file != nullptr);
  HttpRequest request = Get(IssuePath(issue) + "/attachments");
  request.method = "POST";
  request.timeout = kWriteTimeout + StreamTime(file->bytes());
  request.file_name = file_name;
  request.file_mime = IsMime(mime) ? mime : std::string_view();
  request.file = std::move(file);
  return request;
}

HttpRequest DeleteAttachment(std::string_view attachment_id) {
  return Delete("attachment/" + PercentEncode(attachment_id));
}

HttpRequest ReadAttachmentLimits() { return Get("attachment/meta"); }

Result<HttpRequest> AddLink(std::string_view type, std::string_view source_key,
                            std::string_view target_key) {
  JsonWriter writer;
  writer.BeginObject().Name("type").BeginObject().Member("name", type).EndObject();
  // The inward issue is the source: {inward A, outward B, Blocks} says "A blocks B" (pitfall 23).
  WriteIssueKey("inwardIssue", source_key, writer);
  WriteIssueKey("outwardIssue", target_key, writer);
  writer.EndObject();
  return Write("POST", "issueLink", std::move(writer));
}

HttpRequest DeleteLink(std::string_view link_id) {
  return Delete("issueLink/" + PercentEncode(link_id));
}

HttpRequest ReadLinkTypes() { return Get("issueLinkType"); }

Result<HttpRequest> PutRemoteLink(std::string_view issue, std::string_view global_id,
                                  std::string_view url, std::string_view title) {
  JsonWriter writer;
  writer.BeginObject().Member("globalId", global_id);
  writer.Name("object").BeginObject().Member("url", url).Member("title", title).EndObject();
  writer.EndObject();
  return Write("POST", IssuePath(issue) + "/remotelink", std::move(writer));
}

}  // namespace valise::jira
