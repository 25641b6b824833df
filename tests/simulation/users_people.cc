// People who put people into fields: one assignee, a team. And who vote for issues and watch them.
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

// Neither moves `updated` (pitfall 8). Where only the other site's people count, somebody may
// write over the number that is shown.
void Users::Count(SimSite& site, const LocalIssue& issue) {
  Random& random = world_.random;
  const bool are_votes = site.index == 0;
  if (random.Chance(150)) {
    const char* const theirs = are_votes ? "watchers" : "votes";
    Write(site, issue, theirs, kCountField, LocalField{{Value{"77", ""}}});
    return;
  }
  const std::string who = OneOfThem(random);
  HttpRequest request;
  request.method = random.Chance(650) ? "POST" : "DELETE";
  request.path = "/rest/api/2/issue/" + issue.id + (are_votes ? "/votes" : "/watchers");
  if (!are_votes && request.method == "DELETE") request.path += "?username=" + who;
  if (AskAs(site, request, (who + "-token").c_str()).status != 204) return;
  ++edit_counts_[CountKey(site.index, IssueOf(site, issue), are_votes ? "votes" : "watchers")];
}

void Users::CountAgain() {
  for (SimSite* site : {&hq_, &field_}) {
    for (const std::string& key : Keys(*site)) {
      const auto issue = Read(*site, key);
      if (issue && world_.random.Chance(500)) Count(*site, *issue);
    }
  }
}

}  // namespace valise::simulation
