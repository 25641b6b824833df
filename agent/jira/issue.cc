// ParseIssue: GET issue with changelog, objects, links and marker.
#include <algorithm>

#include "agent/jira/answers.h"
#include "agent/jira/parse.h"
#include "agent/jira/requests.h"
#include "agent/jira/values.h"

namespace valise::jira {
namespace {

Result<void> ReadHead(const Json& json, LocalIssue& issue) {
  const Json& fields = json["fields"];
  issue.id = json["id"].String();
  issue.key = json["key"].String();
  issue.project = fields["project"]["key"].String();
  issue.type = fields["issuetype"]["name"].String();
  issue.status = fields["status"]["name"].String();
  if (issue.id.empty()) return BadMember("issue", "id");
  if (issue.key.empty()) return BadMember("issue", "key");
  if (issue.project.empty()) return BadMember("issue", "fields.project");
  if (issue.type.empty()) return BadMember("issue", "fields.issuetype");
  if (issue.status.empty()) return BadMember("issue", "fields.status");
  issue.created_ms = TRY(ReadTime(fields, "created", "issue"));
  issue.updated_ms = TRY(ReadTime(fields, "updated", "issue"));
  issue.parent_id = fields["parent"]["id"].String();
  issue.parent_key = fields["parent"]["key"].String();
  issue.reporter = ReadUser(fields["reporter"]);
  issue.is_archived = !fields["archiveddate"].is_null();
  issue.marker = ReadMarkerProperty(json["properties"]);
  return Ok();
}

Result<void> ReadFields(const Json& fields, std::span<const FieldShape> shapes, LocalIssue& issue) {
  for (const FieldShape& shape : shapes) {
    if (!fields.Has(shape.id)) continue;
    issue.fields[shape.id] = TRY(ReadValue(fields[shape.id], shape));
  }
  return Ok();
}

Result<void> ReadObjectLists(const Json& fields, LocalIssue& issue) {
  const Json& comments = fields["comment"];
  issue.comments = TRY(ReadObjects(comments["comments"], ReadCommentJson));
  issue.has_all_comments = IsWhole(comments, comments["comments"]);
  const Json& work_logs = fields["worklog"];
  issue.work_logs = TRY(ReadObjects(work_logs["worklogs"], ReadWorkLogJson));
  issue.has_all_work_logs = IsWhole(work_logs, work_logs["worklogs"]);
  issue.attachments = TRY(ReadObjects(fields["attachment"], ReadAttachmentJson));
  issue.has_attachments = fields["attachment"].is_array();
  return Ok();
}

Result<void> ReadLinks(const Json& list, LocalIssue& issue) {
  issue.has_links = list.is_array();
  if (!issue.has_links) return Ok();
  for (const Json& json : list.items) issue.links.push_back(TRY(ReadLinkJson(json)));
  return Ok();
}

LocalHistoryItem ReadItem(const Json& json) {
  return {json["field"].String(), json["from"].String(), json["fromString"].String(),
          json["to"].String(), json["toString"].String()};
}

Result<LocalHistory> ReadHistory(const Json& json) {
  LocalHistory history;
  const std::optional<std::int64_t> id = json["id"].Integer();
  if (!id) return BadMember("changelog entry", "id");
  history.id = *id;
  history.author = ReadUser(json["author"]).name;
  history.created_ms = TRY(ReadTime(json, "created", "changelog entry"));
  history.write_id = json["historyMetadata"]["extraData"][kWriteIdKey].String();
  history.items.reserve(json["items"].items.size());
  for (const Json& item : json["items"].items) history.items.push_back(ReadItem(item));
  return history;
}

// Their order is not promised (pitfall 9).
Result<void> ReadHistories(const Json& changelog, LocalIssue& issue) {
  for (const Json& json : changelog["histories"].items) {
    issue.histories.push_back(TRY(ReadHistory(json)));
  }
  std::sort(issue.histories.begin(), issue.histories.end(),
            [](const LocalHistory& a, const LocalHistory& b) { return a.id < b.id; });
  return Ok();
}

}  // namespace

Result<LocalIssue> ParseIssue(const HttpResponse& response, std::span<const FieldShape> shapes,
                              const std::set<std::string>& link_types) {
  const Json json = TRY(ParseJson(response.body));
  const Json& fields = json["fields"];
  if (!fields.is_object()) return BadMember("issue", "fields");
  LocalIssue issue;
  TRY(ReadHead(json, issue));
  TRY(ReadFields(fields, shapes, issue));
  TRY(ReadObjectLists(fields, issue));
  TRY(ReadLinks(fields["issuelinks"], issue));
  TRY(ReadHistories(json["changelog"], issue));
  issue.parts = DigestOfParts(fields, link_types);
  return issue;
}

}  // namespace valise::jira
