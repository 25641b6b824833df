// People who choose among values that have parts, or are given in a form of their own.
#include "tests/simulation/users.h"

namespace valise::simulation {

// Beside what they do anyway.
void Users::ChooseValue(SimSite& site, const LocalIssue& issue) {
  const std::int64_t dice = world_.random.Below(100);
  if (dice < 40) PickRegion(site, issue);
  else if (dice < 80) Estimate(site, issue);
  else Restrict(site, issue);
}

// A parent with or without a child, one that has none, and nothing. Few, so that both sites give
// the same one, and so that often only the child changes.
void Users::PickRegion(SimSite& site, const LocalIssue& issue) {
  static const Value kRegions[] = {{"Europe", ""},         {"Europe", "Austria"},
                                   {"Europe", "Spain"},    {"Americas", ""},
                                   {"Americas", "Canada"}, {"Antarctica", ""}};
  LocalField region;
  const std::int64_t dice = world_.random.Below(7);
  if (dice < 6) region.values.push_back(kRegions[dice]);
  Write(site, issue, "region", kRegion, std::move(region));
}

// Who may see it, original or copy: nobody's business at the other site.
void Users::Restrict(SimSite& site, const LocalIssue& issue) {
  const std::int64_t dice = world_.random.Below(3);
  HttpRequest request;
  request.method = "PUT";
  request.path = "/rest/api/2/issue/" + issue.id;
  request.body = R"({"fields":{"security":)" +
                 (dice == 2 ? "null" : R"({"name":")" + std::string(kLevels[dice]) + R"("})") +
                 "}}";
  AskAs(site, request);
}

bool Users::RetryLevels(SimSite& site) {
  bool has_asked = false;
  for (const Id& id : site.store->AllIssues()) {
    if (site.store->LoadIssue(id)->held != "default:security") continue;
    has_asked = true;
    site.Ask("retry", Text(id));
  }
  return has_asked;
}

// In the words of Jira's own form. Jira takes the first original estimate for what remains, too.
void Users::Estimate(SimSite& site, const LocalIssue& issue) {
  const bool is_original = world_.random.Chance(650);
  const char* const words[] = {"90m", "2h", "1h 30m", "1d", "1w 2d", "0m", ""};
  HttpRequest request;
  request.method = "PUT";
  request.path = "/rest/api/2/issue/" + issue.id;
  request.body = R"({"fields":{"timetracking":{")" +
                 std::string(is_original ? "originalEstimate" : "remainingEstimate") + R"(":")" +
                 words[world_.random.Below(7)] + R"("}}})";
  if (AskAs(site, request).status != 204) return;
  const std::string id = IssueOf(site, issue);
  if (is_original) ++edit_counts_[CountKey(site.index, id, "estimate")];
  ++edit_counts_[CountKey(site.index, id, "remaining")];
}

}  // namespace valise::simulation
