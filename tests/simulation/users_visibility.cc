// People who restrict what is written for the peer further: that is theirs from then on.
#include "tests/simulation/users.h"

namespace valise::simulation {
namespace {

std::string CopyKey(const SimSite& site, const LocalObject& copy) {
  return site.name + " " + std::to_string(static_cast<int>(copy.kind)) + " " + copy.id;
}

}  // namespace

void Users::RestrictMore(SimSite& site, const LocalIssue& issue, const LocalObject& copy) {
  const std::string role = "role:" + std::string(kRoles[1]);
  const Result<HttpRequest> request = jira::EditComment(issue.id, copy.id, copy.body, role);
  CHECK(request.ok());
  if (AskAs(site, request.value(), "admin-token").status == 200) {
    restricted_[CopyKey(site, copy)] = role;
  }
}

std::string Users::RestrictedTo(const SimSite& site, const LocalObject& copy) const {
  const auto found = restricted_.find(CopyKey(site, copy));
  return found == restricted_.end() ? "" : found->second;
}

}  // namespace valise::simulation
