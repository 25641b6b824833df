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

}  // namespace

HttpRequest SearchUsers(std::string_view text, std::uint64_t start_at) {
  return Get("user/search?username=" + PercentEncode(text) + "&startAt=" +
             std::to_string(start_at) + "&maxResults=" + std::to_string(kUsersPerPage));
}

HttpRequest SearchAssignable(std::string_view project_key, std::string_view text) {
  return GetAssignable("project", project_key, text);
}

HttpRequest SearchAssignableTo(std::string_view issue_key, std::string_view text) {
  return GetAssignable("issueKey", issue_key, text);
}

Result<std::vector<UserInfo>> ParseUsers(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  if (!json.is_array()) return BadMember("list of users", "[]");
  std::vector<UserInfo> users;
  for (const Json& item : json.items) {
    UserInfo user{item["name"].String(), item["key"].String(), item["displayName"].String(),
                  item["emailAddress"].String()};
    if (user.name.empty()) return BadMember("list of users", "name");
    user.is_active = item["active"].is_null() || item["active"].IsTrue();
    users.push_back(std::move(user));
  }
  return users;
}

}  // namespace valise::jira
