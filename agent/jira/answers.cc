#include "agent/jira/answers.h"

#include <algorithm>

#include "agent/jira/parse.h"
#include "agent/jira/requests.h"
#include "agent/jira/values.h"

namespace valise::jira {
namespace {

bool IsFilled(const Json& value) {
  const bool is_empty_list = value.is_array() && value.items.empty();
  return !value.is_null() && !is_empty_list && !(value.is_string() && value.text.empty());
}

Result<SearchHit> ReadHit(const Json& json, const std::set<std::string>& link_types) {
  SearchHit hit;
  const Json& fields = json["fields"];
  hit.id = json["id"].String();
  hit.key = json["key"].String();
  if (hit.id.empty()) return BadMember("search hit", "id");
  hit.created_ms = TRY(ReadOptionalTime(fields, "created", "search hit"));
  hit.updated_ms = TRY(ReadOptionalTime(fields, "updated", "search hit"));
  for (const auto& [field, member] : {std::pair{"votes", "votes"},
                                      std::pair{"watches", "watchCount"}}) {
    const std::string& count = fields[field][member].String();
    if (!count.empty()) hit.counts[field] = count;
  }
  const Json& comments = fields["comment"]["comments"];
  hit.has_comments = comments.is_array();
  for (const Json& comment : comments.items) hit.comment_ids.push_back(comment["id"].String());
  hit.has_all_comments =
      hit.has_comments && ReadCount(fields["comment"]["total"]) <= hit.comment_ids.size();
  const Json& work_logs = fields["worklog"];
  hit.has_all_work_logs = work_logs.is_null() || IsWhole(work_logs, work_logs["worklogs"]);
  hit.parts = DigestOfParts(fields, link_types);
  for (std::size_t i = 0; i < fields.names.size(); ++i) {
    if (IsFilled(fields.items[i])) hit.filled.insert(fields.names[i]);
  }
  return hit;
}

// A field's allowed values: options have a value, nearly everything else a name or a key.
std::string NameOf(const Json& json) {
  for (const char* member : {"value", "name", "key", "displayName"}) {
    if (!json[member].String().empty()) return json[member].String();
  }
  return json.is_string() ? json.text : std::string();
}

LocalTransition ReadTransition(const Json& json) {
  LocalTransition transition{
      json["id"].String(), json["name"].String(), json["to"]["name"].String(), {}};
  const Json& fields = json["fields"];
  for (std::size_t i = 0; i < fields.names.size(); ++i) {
    const Json& meta = fields.items[i];
    transition.fields.push_back({fields.names[i], meta["required"].IsTrue(),
                                 meta["hasDefaultValue"].IsTrue(), ReadAllowed(meta)});
  }
  std::sort(transition.fields.begin(), transition.fields.end(),
            [](const TransitionField& a, const TransitionField& b) { return a.id < b.id; });
  return transition;
}

std::vector<std::uint64_t> ReadVersion(const Json& numbers, const std::string& text) {
  std::vector<std::uint64_t> version;
  for (const Json& number : numbers.items) version.push_back(ReadCount(number));
  if (!version.empty()) return version;
  std::uint64_t part = 0;
  bool has_part = false;
  for (const char c : text.substr(0, 64) + ".") {
    if (c >= '0' && c <= '9' && part < 1000000) {
      part = part * 10 + static_cast<std::uint64_t>(c - '0');
      has_part = true;
    } else if (c == '.' && has_part) {
      version.push_back(part);
      part = 0;
      has_part = false;
    } else {
      break;
    }
  }
  return version;
}

}  // namespace

std::vector<std::string> ReadAllowed(const Json& meta) {
  // Some versions of Jira wrap the list of a version picker in another.
  const Json& list = meta["allowedValues"];
  const bool is_nested = list.items.size() == 1 && list.items.front().is_array();
  std::vector<std::string> allowed;
  for (const Json& value : (is_nested ? list.items.front() : list).items) {
    if (!value["disabled"].IsTrue()) allowed.push_back(NameOf(value));  // else 400 (pitfall 18)
  }
  return allowed;
}

Result<SearchPage> ParseSearch(const HttpResponse& response,
                               const std::set<std::string>& link_types) {
  const Json json = TRY(ParseJson(response.body));
  if (!json["issues"].is_array()) return BadMember("search answer", "issues");
  SearchPage page;
  page.start_at = ReadCount(json["startAt"]);
  page.max_results = ReadCount(json["maxResults"]);
  page.total = ReadCount(json["total"]);
  for (const Json& issue : json["issues"].items) {
    page.hits.push_back(TRY(ReadHit(issue, link_types)));
  }
  return page;
}

Result<CommentPage> ParseComments(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  if (!json["comments"].is_array()) return BadMember("page of comments", "comments");
  CommentPage page;
  page.start_at = ReadCount(json["startAt"]);
  page.max_results = ReadCount(json["maxResults"]);
  page.total = ReadCount(json["total"]);
  page.comments = TRY(ReadObjects(json["comments"], ReadCommentJson));
  return page;
}

Result<LocalComment> ParseComment(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  return ReadCommentJson(json);
}

Result<std::vector<LocalTransition>> ParseTransitions(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  if (!json["transitions"].is_array()) return BadMember("list of transitions", "transitions");
  std::vector<LocalTransition> transitions;
  for (const Json& item : json["transitions"].items) {
    transitions.push_back(ReadTransition(item));
    if (transitions.back().id.empty()) return BadMember("transition", "id");
    if (transitions.back().to_status.empty()) return BadMember("transition", "to.name");
  }
  return transitions;
}

Result<CreatedIssue> ParseCreated(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  CreatedIssue created{json["id"].String(), json["key"].String()};
  if (created.id.empty()) return BadMember("created issue", "id");
  if (created.key.empty()) return BadMember("created issue", "key");
  return created;
}

Result<MarkedIssue> ParseMarker(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  MarkedIssue issue;
  issue.id = json["id"].String();
  issue.key = json["key"].String();
  if (issue.id.empty()) return BadMember("issue", "id");
  issue.creator = ReadUser(json["fields"]["creator"]).name;
  issue.created_ms = TRY(ReadOptionalTime(json["fields"], "created", "issue"));
  issue.marker = ReadMarkerProperty(json["properties"]);
  issue.has_properties = json.Has("properties");
  return issue;
}

Result<bool> ParseCommentInternal(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  if (json["value"].is_null()) return BadMember("property", "value");
  return SaysInternal(json["value"]);
}

Result<std::string> ParseCommentMarker(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  if (json["key"].String() != kMarkerProperty) return BadMember("property", "key");
  if (!json["value"].is_string()) return BadMember("property", "value");
  return json["value"].String();
}

// Nobody is logged in when there is no name: an old Jira answers so instead of 401.
Result<AccountInfo> ParseMyself(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  if (!json.is_object()) return BadMember("account", "name");
  AccountInfo account{json["name"].String(), json["key"].String(), json["displayName"].String(),
                      json["timeZone"].String()};
  account.is_anonymous = account.name.empty() || account.name == "anonymous";
  return account;
}

Result<LocalUser> ParseUser(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  LocalUser user = ReadUser(json);
  if (user.name.empty()) return BadMember("user", "name");
  return user;
}

Result<ServerInfo> ParseServerInfo(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  ServerInfo info;
  info.version_text = json["version"].String();
  info.version = ReadVersion(json["versionNumbers"], info.version_text);
  if (info.version.empty()) return BadMember("server information", "versionNumbers");
  info.base_url = json["baseUrl"].String();
  info.server_time_ms = TRY(ReadOptionalTime(json, "serverTime", "server information"));
  return info;
}

Result<std::set<std::string>> ParsePermissions(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  const Json& permissions = json["permissions"];
  if (!permissions.is_object()) return BadMember("list of permissions", "permissions");
  std::set<std::string> granted;
  for (std::size_t i = 0; i < permissions.names.size(); ++i) {
    if (permissions.items[i]["havePermission"].IsTrue()) granted.insert(permissions.names[i]);
  }
  return granted;
}

}  // namespace valise::jira
