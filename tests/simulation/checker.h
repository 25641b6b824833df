// The invariants (agent/DESIGN.md, "Invariants"), checked from outside the agents. Each violation
// is one line that begins with the invariant's name.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/jira/json.h"
#include "tests/simulation/users.h"

namespace valise::simulation {

// A field of the issue as Jira tells it; null: none, or no such issue.
jira::Json RawField(SimSite& site, const std::string& jira_id, const std::string& field);

// With "#" in place of each key of either site.
std::string WithoutKeys(const std::string& text);

class Checker {
 public:
  Checker(SharedWorld& world, SimSite& hq, SimSite& field, Users& users)
      : world_(world), hq_(hq), field_(field), users_(users) {}

  void AfterStep();        // I3, I4, I17 and what is cheap enough to look at all the time
  void AtQuiescence();     // I1, I7, I10, convergence
  void NoEcho(std::uint64_t hq_before, std::uint64_t field_before);  // I8
  void Report(std::string violation);
  const std::vector<std::string>& violations() const { return violations_; }
  static std::uint64_t SequenceOf(SimSite& site);

 private:
  void CheckDoubles(SimSite& site);
  void CheckAgreed();
  void CheckContract();
  void CheckShown(SimSite& site);
  void CheckEdits();
  void CheckLabels();
  void CheckCaptures(SimSite& site);
  bool HadFate(const Id& id);
  void CountRemoval(const RegisterKey& key, const Id& issue, std::map<std::string, int>& removed);
  void CheckRemovals(SimSite& site, const Id& id, const std::map<std::string, int>& removed);
  void CheckComments();
  // checker_lifecycle.cc: what is told as an end happened, and the copy is what the contract says.
  void CheckEnds();
  void CheckParents();
  void CheckEnd(const Id& id, SimSite& birth, SimSite& peer);
  void CheckCopy(const Id& id, const IssueBase& copy, SimSite& site);
  // checker_links.cc: pairs that an operator linked are one issue.
  void CheckLinks();
  void CheckLinked(const LinkedPair& pair);
  void CheckWaits(const LinkedPair& pair, bool is_shared);
  bool Rests(const Id& id);  // ended, or held as a whole at one site: its values may differ
  // checker_keys.cc: no Jira shows a token, or a key of the peer's for which it has one of its own.
  void CheckKeys(const SimSite& site, const IssueBase& base, const LocalIssue& local);
  // checker_objects.cc: both Jiras show the same work logs, files and links, none of them twice.
  void CheckObjects();
  // checker_values.cc: both Jiras show the same cascades and estimates.
  void CheckValues();
  void CheckSame(const char* name, const char* jira_field,
                 std::string (*text)(const jira::Json&));
  // checker_births.cc: what the binding says of issues that are made here.
  void CheckBirth(SimSite& site, const LocalIssue& issue);
  void CheckLevels(SimSite& site);
  void CheckTaking();
  // checker_visibility.cc: what is written for the peer is seen by whom the site wants.
  void CheckVisibility(SimSite& site);
  // People restricted the copy further: it is this site's, and not even its keys are written.
  bool IsTakenOver(const SimSite& site, const IssueBase& base, const LocalIssue& local,
                   const RegisterKey& key) const;
  bool IsLeftOut(const Id& id);  // held as not taken, and by nothing else at either site
  // checker_agile.cc: epic links and sprints; votes and watchers.
  void CheckCounts();
  void NameTargets(SimSite& site, const IssueBase& base, LocalIssue& local);
  void CheckWaiting(SimSite& site);
  void CheckAwaiting(SimSite& site, const IssueBase& base, const std::string& held);
  void CheckUnshared(SimSite& site);
  // checker_project.cc: versions and components with their attributes.
  void CheckProject(SimSite& site);
  void CheckProjectCaptures(SimSite& site);
  static bool IsIgnored(SimSite& site, const Id& issue, const RegisterKey& key);
  bool IsListed(SimSite& site, const Id& issue, const std::string& field, const std::string& value);

  SharedWorld& world_;
  SimSite& hq_;
  SimSite& field_;
  Users& users_;
  std::vector<std::string> violations_;
  std::set<std::string> known_[2];  // Jira ids
  std::size_t seen_issues_[2] = {0, 0};
  std::size_t seen_comments_[2] = {0, 0};
};

}  // namespace valise::simulation
