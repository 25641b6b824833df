// People who put people into fields: one assignee, a team.
#include <algorithm>

#include "tests/simulation/users.h"

namespace valise::simulation {
namespace {

constexpr const char* kAccounts[] = {"alice", "bob", "carol"};

const char* OneOfThem(Random& random) { return kAccounts[random.Below(3)]; }

}  // namespace

void Users::Assign(SimSite& site, const LocalIssue& issue) {
  LocalField assignee;
  if (!world_.random.Chance(250)) assignee.values.push_back({OneOfThem(world_.random), ""});
  Write(site, issue, "assignee", "assignee", std::move(assignee));
}

void Users::Gather(SimSite& site, const LocalIssue& issue) {
  LocalField team;
  const auto found = issue.fields.find("customfield_10113");
  if (found != issue.fields.end()) team = found->second;
  const std::string name = OneOfThem(world_.random);
  const auto at = std::find_if(team.values.begin(), team.values.end(),
                               [&](const Value& user) { return user.text == name; });
  if (at == team.values.end()) {
    team.values.push_back({name, ""});
  } else {
    team.values.erase(at);
  }
  Write(site, issue, "team", "customfield_10113", std::move(team));
}

}  // namespace valise::simulation
