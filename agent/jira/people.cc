#include "agent/jira/people.h"

#include "agent/jira/build.h"
#include "agent/jira/parse.h"
#include "agent/jira/requests.h"

namespace valise::jira {
namespace {

HttpRequest GetAssignable(const char* scope, std::string_view id, std::string_view text) {
  return Get("user/assignable/search?" + std::string(scope) + "=" + PercentEncode(id) +
             "&username=" + PercentEncode(text) + "&maxResults=" + std::to_string(kUsersPerPage));
}

Result<UserInfo> ReadUserInfo(const Json& json, const char* what) {
  UserInfo user{json["name"].String(), json["key"].String(), json["displayName"].String(),
                json["emailAddress"].String()};
  if (user.name.empty()) return BadMember(what, "name");
  user.is_active = json["active"].is_null() || json["active"].IsTrue();
  return user;
}

}  // namespace

HttpRequest SearchUsers(std::string_view text, std::uint64_t start_at) {
  return Get("user/search?username=" + PercentEncode(text) + "&startAt=" +
             std::to_string(start_at) + "&maxResults=" + std::to_string(kUsersPerPage));
}

HttpRequest SearchAssignable(std::string_view project_key, std::string_view text,
                             std::uint64_t start_at) {
  HttpRequest request = GetAssignable("project", project_key, text);
  if (start_at > 0) request.path += "&startAt=" + std::to_string(start_at);
  return request;
}

HttpRequest SearchAssignableTo(std::string_view issue_key, std::string_view text) {
  return GetAssignable("issueKey", issue_key, text);
}

Result<std::vector<UserInfo>> ParseUsers(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  if (!json.is_array()) return BadMember("list of users", "[]");
  std::vector<UserInfo> users;
  for (const Json& item : json.items) {
    users.push_back(TRY(ReadUserInfo(item, "list of users")));
  }
  return users;
}

Result<UserInfo> ParseUserInfo(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  return ReadUserInfo(json, "user");
}

HttpRequest FindGroups(std::string_view text) {
  return Get("groups/picker?query=" + PercentEncode(text));
}

Result<std::vector<std::string>> ParseGroups(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  if (!json["groups"].is_array()) return BadMember("list of groups", "groups");
  std::vector<std::string> names;
  for (const Json& item : json["groups"].items) {
    if (item["name"].String().empty()) return BadMember("list of groups", "name");
    names.push_back(item["name"].String());
  }
  return names;
}

}  // namespace valise::jira
