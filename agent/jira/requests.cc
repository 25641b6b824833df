#include "agent/jira/requests.h"

#include <algorithm>
#include <set>

#include "agent/jira/build.h"
#include "agent/jira/json.h"
#include "agent/jira/values.h"

namespace valise::jira {
namespace {

constexpr std::uint64_t kMetaPageResults = 200;

std::string CommentPath(std::string_view issue, std::string_view comment_id) {
  return IssuePath(issue) + "/comment/" + PercentEncode(comment_id);
}

std::string CommentMarkerPath(std::string_view comment_id) {
  return "comment/" + PercentEncode(comment_id) + "/properties/" + PercentEncode(kMarkerProperty);
}

void WriteStrings(const std::vector<std::string>& texts, JsonWriter& writer) {
  writer.BeginArray();
  for (const std::string& text : texts) writer.String(text);
  writer.EndArray();
}

// Values are plain strings: Jira takes them, and the published schema asks for them.
void WriteMarker(std::string_view marker, JsonWriter& writer) {
  if (marker.empty()) return;
  writer.Name("properties").BeginArray().BeginObject();
  writer.Member("key", kMarkerProperty).Member("value", marker);
  writer.EndObject().EndArray();
}

void WriteHistoryMetadata(std::string_view write_id, JsonWriter& writer) {
  if (write_id.empty()) return;
  writer.Name("historyMetadata").BeginObject().Member("type", "valise");
  writer.Name("extraData").BeginObject().Member(kWriteIdKey, write_id).EndObject();
  writer.EndObject();
}

bool IsEstimate(const FieldWrite& write) { return write.first.form == JsonForm::kEstimate; }

// Jira takes estimates in one field only, where what is not named stays as it is.
Result<void> WriteEstimates(std::span<const FieldWrite> fields, JsonWriter& writer) {
  if (std::none_of(fields.begin(), fields.end(), IsEstimate)) return Ok();
  writer.Name(kTimeTracking).BeginObject();
  for (const FieldWrite& write : fields) {
    if (!IsEstimate(write)) continue;
    writer.Name(write.first.id == "timeestimate" ? "remainingEstimate" : "originalEstimate");
    TRY(WriteValue(write.second, write.first, writer));
  }
  writer.EndObject();
  return Ok();
}

Result<void> WriteFields(std::span<const FieldWrite> fields, JsonWriter& writer) {
  TRY(WriteEstimates(fields, writer));
  for (const auto& [shape, value] : fields) {
    if (shape.form == JsonForm::kEstimate) continue;
    writer.Name(shape.id);
    TRY(WriteValue(value, shape, writer));
  }
  return Ok();
}

Result<HttpRequest> SetMarker(std::string path, std::string_view marker) {
  JsonWriter writer;
  writer.String(marker);
  return Write("PUT", std::move(path), std::move(writer));
}

}  // namespace

HttpRequest ReadMyself() { return Get("myself"); }

HttpRequest ReadServerInfo() { return Get("serverInfo"); }

HttpRequest ReadPermissions(std::string_view project_key) {
  return Get("mypermissions?projectKey=" + PercentEncode(project_key));
}

Result<HttpRequest> Search(const SearchQuery& query) {
  JsonWriter writer;
  writer.BeginObject().Member("jql", query.jql);
  writer.Name("startAt").Number(std::to_string(query.start_at));
  writer.Name("maxResults").Number(std::to_string(query.results_max));
  writer.Name("fields");
  WriteStrings(query.fields, writer);
  if (!query.expand.empty()) {
    writer.Name("expand");
    WriteStrings(query.expand, writer);
  }
  if (!query.validate) writer.Name("validateQuery").Bool(false);
  writer.EndObject();
  HttpRequest request = TRY(Write("POST", "search", std::move(writer)));
  request.timeout = kReadTimeout;
  return request;
}

HttpRequest ReadIssue(std::string_view issue, std::span<const std::string> field_ids,
                      const IssueParts& parts) {
  std::set<std::string> wanted = {"comment", "created",  "issuetype", "parent",
                                  "project", "reporter", "status",    "updated"};
  if (parts.has_work_logs) wanted.insert("worklog");
  if (parts.has_attachments) wanted.insert("attachment");
  if (parts.has_links) wanted.insert("issuelinks");
  if (parts.has_archive) wanted.insert("archiveddate");
  wanted.insert(field_ids.begin(), field_ids.end());
  std::string list;
  for (const std::string& id : wanted) {
    list.append(list.empty() ? "" : ",").append(PercentEncode(id));
  }
  return Get(IssuePath(issue) + "?fields=" + list +
             "&expand=changelog&properties=" + PercentEncode(kMarkerProperty));
}

HttpRequest ReadComments(std::string_view issue, std::uint64_t start_at, std::uint64_t results_max,
                         bool with_properties) {
  return Get(IssuePath(issue) + "/comment?startAt=" + std::to_string(start_at) +
             "&maxResults=" + std::to_string(results_max) + "&orderBy=created" +
             (with_properties ? "&expand=properties" : ""));
}

HttpRequest ReadComment(std::string_view issue, std::string_view comment_id, bool with_properties) {
  return Get(CommentPath(issue, comment_id) + (with_properties ? "?expand=properties" : ""));
}

HttpRequest ReadCommentInternal(std::string_view comment_id) {
  return Get("comment/" + PercentEncode(comment_id) + "/properties/sd.public.comment");
}

HttpRequest ReadCommentMarker(std::string_view comment_id) {
  return Get(CommentMarkerPath(comment_id));
}

HttpRequest ReadMarker(std::string_view issue) {
  return Get(IssuePath(issue) +
             "?fields=created,creator&properties=" + PercentEncode(kMarkerProperty));
}

HttpRequest ReadTransitions(std::string_view issue) {
  return Get(IssuePath(issue) + "/transitions?expand=transitions.fields");
}

Result<HttpRequest> CreateIssueRequest(const CreateIssue& issue) {
  JsonWriter writer;
  writer.BeginObject().Name("fields").BeginObject();
  writer.Name("project").BeginObject().Member("key", issue.project).EndObject();
  writer.Name("issuetype").BeginObject().Member("name", issue.type).EndObject();
  if (!issue.parent_key.empty()) {
    writer.Name("parent").BeginObject().Member("key", issue.parent_key).EndObject();
  }
  TRY(WriteFields(issue.fields, writer));
  writer.EndObject();
  WriteMarker(issue.marker, writer);
  writer.EndObject();
  return Write("POST", "issue", std::move(writer));
}

Result<HttpRequest> EditIssue(std::string_view issue, std::span<const FieldWrite> fields,
                              std::string_view write_id) {
  JsonWriter writer;
  writer.BeginObject().Name("fields").BeginObject();
  TRY(WriteFields(fields, writer));
  writer.EndObject();
  WriteHistoryMetadata(write_id, writer);
  writer.EndObject();
  return Write("PUT", IssuePath(issue), std::move(writer));
}

Result<HttpRequest> EditLabel(std::string_view issue, std::string_view label, bool is_there,
                              std::string_view write_id) {
  JsonWriter writer;
  writer.BeginObject().Name("update").BeginObject().Name("labels").BeginArray();
  writer.BeginObject().Member(is_there ? "add" : "remove", label).EndObject();
  writer.EndArray().EndObject();
  WriteHistoryMetadata(write_id, writer);
  writer.EndObject();
  return Write("PUT", IssuePath(issue), std::move(writer));
}

Result<HttpRequest> DoTransition(std::string_view issue, std::string_view transition_id,
                                 std::span<const FieldWrite> fields, std::string_view write_id) {
  JsonWriter writer;
  writer.BeginObject();
  writer.Name("transition").BeginObject().Member("id", transition_id).EndObject();
  if (!fields.empty()) {
    writer.Name("fields").BeginObject();
    TRY(WriteFields(fields, writer));
    writer.EndObject();
  }
  WriteHistoryMetadata(write_id, writer);
  writer.EndObject();
  return Write("POST", IssuePath(issue) + "/transitions", std::move(writer));
}

Result<HttpRequest> AddComment(std::string_view issue, std::string_view body,
                               std::string_view marker, std::string_view visible_to) {
  JsonWriter writer;
  writer.BeginObject().Member("body", body);
  WriteVisibility(visible_to, writer);
  WriteMarker(marker, writer);
  writer.EndObject();
  return Write("POST", IssuePath(issue) + "/comment", std::move(writer));
}

Result<HttpRequest> EditComment(std::string_view issue, std::string_view comment_id,
                                std::string_view body, std::string_view visible_to) {
  JsonWriter writer;
  writer.BeginObject().Member("body", body);
  WriteVisibility(visible_to, writer);
  writer.EndObject();
  return Write("PUT", CommentPath(issue, comment_id), std::move(writer));
}

HttpRequest DeleteComment(std::string_view issue, std::string_view comment_id) {
  return Delete(CommentPath(issue, comment_id));
}

HttpRequest DeleteIssue(std::string_view issue) { return Delete(IssuePath(issue)); }

Result<HttpRequest> SetIssueMarker(std::string_view issue, std::string_view marker) {
  return SetMarker(IssuePath(issue) + "/properties/" + PercentEncode(kMarkerProperty), marker);
}

Result<HttpRequest> SetCommentMarker(std::string_view comment_id, std::string_view marker) {
  return SetMarker(CommentMarkerPath(comment_id), marker);
}

HttpRequest ReadFields() { return Get("field"); }

HttpRequest ReadIssueTypes() { return Get("issuetype"); }

HttpRequest ReadProject(std::string_view project_key) { return Get(ProjectPath(project_key)); }

HttpRequest ReadStatuses() { return Get("status"); }

HttpRequest ReadProjectStatuses(std::string_view project_key) {
  return Get(ProjectPath(project_key) + "/statuses");
}

HttpRequest ReadPriorities() { return Get("priority"); }

HttpRequest ReadResolutions() { return Get("resolution"); }

HttpRequest ReadVersions(std::string_view project_key) {
  return Get(ProjectPath(project_key) + "/versions");
}

HttpRequest ReadComponents(std::string_view project_key) {
  return Get(ProjectPath(project_key) + "/components");
}

HttpRequest ReadUser(std::string_view user_name) {
  return Get("user?username=" + PercentEncode(user_name));
}

HttpRequest ReadEditMeta(std::string_view issue) { return Get(IssuePath(issue) + "/editmeta"); }

HttpRequest ReadCreateTypes(std::string_view project_key, std::uint64_t start_at) {
  return Get("issue/createmeta/" + PercentEncode(project_key) + "/issuetypes?startAt=" +
             std::to_string(start_at) + "&maxResults=" + std::to_string(kMetaPageResults));
}

HttpRequest ReadCreateFields(std::string_view project_key, std::string_view type_id,
                             std::uint64_t start_at) {
  return Get("issue/createmeta/" + PercentEncode(project_key) + "/issuetypes/" +
             PercentEncode(type_id) + "?startAt=" + std::to_string(start_at) +
             "&maxResults=" + std::to_string(kMetaPageResults));
}

HttpRequest ReadCreateMetaOld(std::string_view project_key) {
  return Get("issue/createmeta?projectKeys=" + PercentEncode(project_key) +
             "&expand=projects.issuetypes.fields");
}

}  // namespace valise::jira
