// People who put people into fields: one assignee, a team; what one of them observed. And who vote
// for issues and watch them.
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
  Toggle(site, issue, "team", "customfield_10113", OneOfThem(world_.random));
}

// Ticks the box that both sites share, or takes it off; some tick one that stays at home.
void Users::Check(SimSite& site, const LocalIssue& issue) {
  const char* const box = world_.random.Chance(800) ? kCheckHere[site.index] : "Manual test";
  Toggle(site, issue, "checked", kChecks, box);
}

// What was checked, when it was seen, or on which platforms.
void Users::Observe(SimSite& site, const LocalIssue& issue) {
  Random& random = world_.random;
  if (random.Chance(300)) return Check(site, issue);
  if (random.Chance(600)) {
    const char* const word = random.Chance(500) ? "Linux" : "Windows";
    return Toggle(site, issue, "platforms", kPlatforms, site.option_names.at(word));
  }
  const std::string month = std::to_string(1 + random.Below(9));
  Write(site, issue, "observed", "customfield_10104",
        LocalField{{Value{"2024-0" + month + "-15T10:20:30.000Z", ""}}});
}

// Puts it into the set, or takes it out.
void Users::Toggle(SimSite& site, const LocalIssue& issue, const std::string& name,
                   const std::string& jira_field, const std::string& element) {
  LocalField set;
  const auto found = issue.fields.find(jira_field);
  if (found != issue.fields.end()) set = found->second;
  const auto at = std::find_if(set.values.begin(), set.values.end(),
                               [&](const Value& one) { return one.text == element; });
  const bool is_taken_out = at != set.values.end();
  if (is_taken_out) set.values.erase(at);
  else set.values.push_back({element, ""});
  const bool is_done = Write(site, issue, name, jira_field, std::move(set));
  if (is_done && is_taken_out) {
    ++edit_counts_[CountKey(site.index, IssueOf(site, issue), Removals(name))];
  }
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
