// Parsers of what hangs on an issue besides comments: work logs, attachments, links.
#include <algorithm>
#include <set>

#include "agent/jira/answers.h"
#include "agent/jira/parse.h"
#include "agent/jira/requests.h"
#include "agent/jira/values.h"

namespace valise::jira {
namespace {

constexpr std::string_view kDownloads = "/secure/attachment/";

// What may not stand in a request line; what is percent-encoded already stays as it is.
std::string WithoutBareOctets(std::string_view path) {
  std::string safe;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_bare = byte <= ' ' || byte >= 0x7F;
    if (is_bare) {
      safe += PercentEncode({&c, 1});
    } else {
      safe += c;
    }
  }
  return safe;
}

bool IsStepUp(std::string_view step) {
  std::string plain;
  for (std::size_t i = 0; i < step.size();) {
    const bool is_dot =
        step[i] == '%' && (step.substr(i, 3) == "%2e" || step.substr(i, 3) == "%2E");
    plain += is_dot ? '.' : step[i];
    i += is_dot ? 3 : 1;
  }
  return plain == "." || plain == "..";
}

bool HasStepUp(std::string_view path) {
  path = path.substr(0, path.find('?'));
  for (;;) {
    const std::size_t slash = path.find('/');
    if (IsStepUp(path.substr(0, slash))) return true;
    if (slash == std::string_view::npos) return false;
    path.remove_prefix(slash + 1);
  }
}

// Jira 5 gives an attachment of an issue no id but the URL of its own.
std::string IdOf(const Json& json) {
  if (!json["id"].String().empty()) return json["id"].String();
  const std::string& self = json["self"].String();
  return self.substr(self.rfind('/') + 1);
}

Result<void> ReadObjectHead(const Json& json, const char* what, LocalObject& object) {
  object.id = IdOf(json);
  if (object.id.empty()) return BadMember(what, "id");
  object.author = ReadUser(json["author"]);
  object.editor = ReadUser(json["updateAuthor"]).name;
  object.created_ms = TRY(ReadTime(json, "created", what));
  object.updated_ms = TRY(ReadOptionalTime(json, "updated", what));
  if (object.updated_ms == 0) object.updated_ms = object.created_ms;
  object.is_restricted = !json["visibility"].is_null();
  object.visible_to = ReadVisibility(json["visibility"]);
  return Ok();
}

Result<LinkType> ReadLinkType(const Json& json) {
  LinkType type{json["id"].String(), json["name"].String(), json["inward"].String(),
                json["outward"].String()};
  if (type.name.empty()) return BadMember("link type", "name");
  return type;
}

}  // namespace

std::string DownloadPath(std::string_view content, std::string_view id, std::string_view name) {
  content = content.substr(0, content.find('#'));
  const std::size_t at = content.substr(0, content.find('?')).find(kDownloads);
  if (at != std::string_view::npos && !HasStepUp(content.substr(at))) {
    return WithoutBareOctets(content.substr(at));
  }
  // Jira looks at the id; the name is for people.
  return std::string(kDownloads) + PercentEncode(id) + "/" +
         (name.empty() || IsStepUp(name) ? "file" : PercentEncode(name));
}

Result<LocalObject> ReadWorkLogJson(const Json& json) {
  LocalObject work_log;
  work_log.kind = ObjectKind::kWorkLog;
  TRY(ReadObjectHead(json, "work log", work_log));
  work_log.body = json["comment"].String();
  work_log.started_ms = TRY(ReadTime(json, "started", "work log"));
  const std::optional<std::int64_t> seconds = json["timeSpentSeconds"].Integer();
  if (!seconds) return BadMember("work log", "timeSpentSeconds");
  work_log.seconds = *seconds;
  return work_log;
}

Result<LocalObject> ReadAttachmentJson(const Json& json) {
  LocalObject attachment;
  attachment.kind = ObjectKind::kAttachment;
  TRY(ReadObjectHead(json, "attachment", attachment));
  attachment.name = json["filename"].String();
  attachment.mime = json["mimeType"].String();
  if (!json["size"].Integer()) return BadMember("attachment", "size");
  attachment.bytes = ReadCount(json["size"]);
  attachment.path = DownloadPath(json["content"].String(), attachment.id, attachment.name);
  return attachment;
}

Result<LocalLink> ReadLinkJson(const Json& json) {
  LocalLink link;
  link.id = json["id"].String();
  if (link.id.empty()) return BadMember("issue link", "id");
  link.type = json["type"]["name"].String();
  if (link.type.empty()) return BadMember("issue link", "type.name");
  // Jira shows the other end only: an outward issue is the target of this one (pitfall 23).
  link.is_source = json["outwardIssue"].is_object();
  const Json& other = json[link.is_source ? "outwardIssue" : "inwardIssue"];
  link.other_id = other["id"].String();
  link.other_key = other["key"].String();
  if (link.other_key.empty()) return BadMember("issue link", "outwardIssue.key");
  return link;
}

Result<std::vector<LocalObject>> ReadObjects(const Json& list,
                                             Result<LocalObject> (*read)(const Json&)) {
  std::vector<LocalObject> objects;
  if (!list.is_array()) return objects;
  objects.reserve(list.items.size());
  for (const Json& json : list.items) objects.push_back(TRY(read(json)));
  return objects;
}

Digest DigestOfParts(const Json& fields, const std::set<std::string>& link_types) {
  std::string shown;
  for (const Json& work_log : fields["worklog"]["worklogs"].items) {
    const auto edited = ReadOptionalTime(work_log, "updated", "work log");
    shown += "work log " + IdOf(work_log) + " " +
             std::to_string(edited.ok() ? edited.value() : 0) + "\n";
  }
  const std::uint64_t logs = ReadCount(fields["worklog"]["total"]);
  if (logs > 0) shown += "work logs " + std::to_string(logs) + "\n";
  std::set<std::string> others;  // in no promised order
  for (const Json& file : fields["attachment"].items) others.insert("file " + IdOf(file));
  for (const Json& link : fields["issuelinks"].items) {
    const bool is_from_here = link["outwardIssue"].is_object();
    const bool is_bound = link_types.contains(link["type"]["name"].String());
    if (is_from_here && is_bound) others.insert("link " + IdOf(link));
  }
  for (const std::string& other : others) shown += other + "\n";
  return shown.empty() ? Digest{} : Hash("valise parts", shown);
}

bool IsWhole(const Json& page, const Json& list) {
  return list.is_array() && ReadCount(page["total"]) <= list.items.size();
}

Result<WorkLogPage> ParseWorkLogs(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  if (!json["worklogs"].is_array()) return BadMember("page of work logs", "worklogs");
  WorkLogPage page;
  page.work_logs = TRY(ReadObjects(json["worklogs"], ReadWorkLogJson));
  page.total = std::max<std::uint64_t>(ReadCount(json["total"]), page.work_logs.size());
  return page;
}

Result<LocalObject> ParseWorkLog(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  return ReadWorkLogJson(json);
}

Result<LocalObject> ParseAttachment(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  return ReadAttachmentJson(json);
}

Result<std::vector<LocalObject>> ParseUploaded(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  if (!json.is_array()) return BadMember("list of attachments", "[]");
  return ReadObjects(json, ReadAttachmentJson);
}

Result<AttachmentLimits> ParseAttachmentLimits(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  if (!json.Has("enabled")) return BadMember("list of attachment settings", "enabled");
  return AttachmentLimits{json["enabled"].IsTrue(), ReadCount(json["uploadLimit"])};
}

Result<std::vector<LinkType>> ParseLinkTypes(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  if (!json["issueLinkTypes"].is_array()) return BadMember("list of link types", "issueLinkTypes");
  std::vector<LinkType> types;
  for (const Json& item : json["issueLinkTypes"].items) types.push_back(TRY(ReadLinkType(item)));
  return types;
}

}  // namespace valise::jira
