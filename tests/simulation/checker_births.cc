// What the binding says of the issues that are made here for the peer: who may see them.
#include <algorithm>

#include "tests/simulation/checker.h"

namespace valise::simulation {
namespace {

std::string LevelOf(SimSite& site, const std::string& jira_id) {
  return RawField(site, jira_id, "security")["name"].String();
}

}  // namespace

// Seen for the first time, right after the request that made it: nobody had a hand in it yet.
void Checker::CheckBirth(SimSite& site, const LocalIssue& issue) {
  if (issue.marker.empty()) return;  // a person's
  const std::string& bound = site.terms.binding.security_level;
  // A sub-task has its parent's level, whatever that is (pitfall 24).
  if (issue.parent_id.empty() && LevelOf(site, issue.id) != bound) {
    Report("I17 " + issue.key + " was made at " + site.name + " without its level " + bound);
  }
}

// A level is this site's own: given with the birth, and people's from then on. Where Jira did not
// know it the issue was held, never made without, and is made now that Jira does.
void Checker::CheckLevels(SimSite& site) {
  for (const Id& id : site.store->AllIssues()) {
    const auto base = site.store->LoadIssue(id);
    if (base->held == "default:security") Report("L1 still held for its level: " + Text(id));
  }
  for (const std::string& key : users_.Keys(site)) {
    const auto issue = users_.Read(site, key);
    if (!issue) continue;
    for (const LocalHistory& history : issue->histories) {
      const bool is_of_level = std::any_of(
          history.items.begin(), history.items.end(),
          [](const LocalHistoryItem& item) { return item.field == "security"; });
      if (!is_of_level || history.author != "valise") continue;
      Report("I17 the level of " + key + " was changed at " + site.name);
    }
  }
}

}  // namespace valise::simulation
