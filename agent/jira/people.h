// Looking for people. Requests and parser, pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/jira/http.h"
#include "packet/result.h"

namespace valise::jira {

struct UserInfo {
  std::string name, key, display_name;
  std::string email;  // empty: hidden from this account (pitfall 17)
  bool is_active = true;
  bool operator==(const UserInfo&) const = default;
};

inline constexpr std::uint64_t kUsersPerPage = 100;

// By the beginning of account name, display name or e-mail address, in pages; the inactive are not
// found (pitfall 17). The caller compares: Jira finds more than was meant.
HttpRequest SearchUsers(std::string_view text, std::uint64_t start_at);
// Of those, who can be assigned to an issue of the project, or to this issue (kUsersPerPage at
// most).
HttpRequest SearchAssignable(std::string_view project_key, std::string_view text,
                             std::uint64_t start_at = 0);
HttpRequest SearchAssignableTo(std::string_view issue_key, std::string_view text);
// Of all three. A user without a name is an error.
Result<std::vector<UserInfo>> ParseUsers(const HttpResponse& response);
Result<UserInfo> ParseUserInfo(const HttpResponse& response);  // ReadUser

// Groups whose name holds `text`; of many only the first, so ask for the whole name.
HttpRequest FindGroups(std::string_view text);
Result<std::vector<std::string>> ParseGroups(const HttpResponse& response);

}  // namespace valise::jira
