// The people of both sites: they create, edit, move, comment and delete through REST like anybody,
// and each edit of a text register has a value of its own, so that the checker can follow it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "agent/core/reapply.h"
#include "agent/link.h"
#include "tests/simulation/site.h"

namespace valise::simulation {

// One edit whose value is unique in the run, on a register that the checker follows.
struct TracedEdit {
  std::uint32_t site = 0;
  std::string issue;        // issue id as text
  std::string field;        // contract name
  std::string value;        // in contract words
  std::string replaced;     // what that Jira showed before
};

struct TracedComment {
  std::string issue;
  std::string marker_word;  // unique word in its first text
};

// Two issues that are one: FIELD's is to become the copy of HQ's.
struct LinkedPair {
  std::string issue, twin;      // HQ's id; the one that FIELD's has while it is not linked
  std::string hq_id, field_id;  // of each Jira
  std::string target;           // as the operator names HQ's
  std::string reference;        // unique
  Prefer prefer = Prefer::kNewest;
  bool is_quiet = false;        // people leave both alone
  bool is_sure = false;         // entered before the first run, and not forgotten
};

class Users {
 public:
  Users(SharedWorld& world, SimSite& hq, SimSite& field);

  void Act();  // one random deed at a random site
  void ActAt(SimSite& site);
  // Votes that no later edit brings along.
  void CountAgain();
  // Edits the very field that a PUT on its way to Jira is about to write: between read and write.
  void Ambush(SimSite& site, const std::string& path, const std::string& body);

  // An operator proposes a contract, or answers the one that waits.
  void ActOnContract(SimSite& site);

  // Two rules that do not know of each other: HQ wants nothing critical, FIELD nothing minor.
  // True: one of them wrote.
  bool RunRules();

  // users_lifecycle.cc: what people did to an issue, by "site Jira-id"; checked against what the
  // agents say of it. `has_scope`: HQ's scope leaves out what is labelled private.
  struct Fate {
    bool is_deleted = false, was_moved = false, was_archived = false, was_private = false;
  };
  bool has_fates() const { return !fates_.empty(); }
  Fate FateOf(const SimSite& site, const std::string& jira_id) const;

  const std::vector<TracedEdit>& edits() const { return edits_; }
  // People deleted it there, original or copy: what only it showed went with it.
  bool was_deleted(std::uint32_t site, const std::string& issue) const {
    return deleted_.contains(CountKey(site, issue, ""));
  }
  bool was_private(const std::string& issue) const;

  // users_binding.cc: an operator binds other words, or has what they changed written anew.
  void ActOnBinding(SimSite& site);
  void ActOnNames(SimSite& site);  // an administrator renames, or the operator binds what was
  bool ApplyAll(SimSite& site, valise::Side wanted);  // false: there was nothing to ask for

  // An operator has what a level held tried again; false: there was nothing.
  bool RetryLevels(SimSite& site);

  // users_visibility.cc: to whom people restricted a copy of a comment or work log; empty: they
  // left it as it was.
  std::string RestrictedTo(const SimSite& site, const LocalObject& copy) const;

  // users_links.cc. Before the agents start.
  void MakePairs();
  void ActOnLinks();
  const std::vector<LinkedPair>& pairs() const { return pairs_; }
  bool IsLeftAlone(const SimSite& site, const std::string& jira_id) const;
  bool IsLinked(const LinkedPair& pair) const;
  // Of either id; null: not linked, or not yet.
  const LinkedPair* LinkOf(const std::string& issue) const;
  // The id under which both sites know it.
  std::string Known(const std::string& issue) const;
  std::size_t linked() const;
  std::size_t wishes() const { return wishes_; }  // of map apply
  std::size_t created() const { return created_; }
  // "issue label", added once and not deleted by people with the issue that alone showed it.
  const std::set<std::string>& own_labels() const { return own_labels_; }
  const std::map<std::string, std::set<std::uint32_t>>& text_editors() const {
    return text_editors_;
  }
  // Human edits per (site, issue, field), an upper bound for what may be captured.
  const std::map<std::string, int>& edit_counts() const { return edit_counts_; }
  static std::string CountKey(std::uint32_t site, const std::string& issue,
                              const std::string& field);
  // In place of the field: what people took out of it.
  static std::string Removals(const std::string& field) { return field + " -"; }
  // All sprints of that Jira.
  SprintBook ReadSprints(SimSite& site) const;
  // Versions and components as that Jira shows them.
  static LocalProject ReadProject(SimSite& site);

  // The issue's id as text, from either Jira.
  std::string IssueOf(SimSite& site, const LocalIssue& issue) const;
  std::optional<LocalIssue> Read(SimSite& site, const std::string& key) const;
  std::vector<std::string> Keys(SimSite& site);

 private:
  struct Side {
    std::vector<jira::FieldShape> shapes;
    std::vector<std::string> ids;
    std::vector<std::string> away, archived;  // Jira ids
  };
  void Create(SimSite& site);
  LocalIssue MakeOne(SimSite& site, const std::string& summary, const std::string& reference);
  void EditIssue(SimSite& site, const LocalIssue& issue);
  void ChangeType(SimSite& site, const LocalIssue& issue);
  void EditLabels(SimSite& site, const LocalIssue& issue);
  void Move(SimSite& site, const LocalIssue& issue);
  void Comment(SimSite& site, const LocalIssue& issue);
  // users_visibility.cc
  void RestrictMore(SimSite& site, const LocalIssue& issue, const LocalObject& copy);
  // users_objects.cc
  void WorkLog(SimSite& site, const LocalIssue& issue);
  void File(SimSite& site, const LocalIssue& issue);
  void Link(SimSite& site, const LocalIssue& issue);
  void AddLink(SimSite& site, const LocalIssue& issue, const std::string& other,
               const std::string& type);
  void UseName(SimSite& site, const std::string& word);
  // users_people.cc
  void Assign(SimSite& site, const LocalIssue& issue);
  void Gather(SimSite& site, const LocalIssue& issue);
  void Check(SimSite& site, const LocalIssue& issue);
  void Observe(SimSite& site, const LocalIssue& issue);
  void Toggle(SimSite& site, const LocalIssue& issue, const std::string& name,
              const std::string& jira_field, const std::string& element);
  void Count(SimSite& site, const LocalIssue& issue);
  // users_values.cc
  void ChooseValue(SimSite& site, const LocalIssue& issue);
  void Estimate(SimSite& site, const LocalIssue& issue);
  void Restrict(SimSite& site, const LocalIssue& issue);
  void PickRegion(SimSite& site, const LocalIssue& issue);
  // users_agile.cc
  void Agile(SimSite& site, const LocalIssue& issue);
  void SetEpic(SimSite& site, const LocalIssue& issue);
  void SetSprint(SimSite& site, const LocalIssue& issue);
  void ChangeSprints(SimSite& site);
  void RenameSprint(SimSite& site);
  // users_versions.cc
  void Versions(SimSite& site, const LocalIssue& issue);
  void AddVersion(SimSite& site, ProjectList list);
  void EditVersion(SimSite& site, const LocalVersion& version);
  void EndVersion(SimSite& site, const LocalVersion& version);
  void Pick(SimSite& site, const LocalIssue& issue);
  void CountVersion(SimSite& site, ProjectList list, const std::string& name);
  // users_lifecycle.cc
  bool IsOfFamily(SimSite& site, const LocalIssue& issue);
  std::string SomeParent(SimSite& site, const std::string& but);
  void Reparent(SimSite& site, const LocalIssue& issue);
  void ChangeLife(SimSite& site, const LocalIssue& issue);
  void BringBack(SimSite& site);
  bool Ask204(SimSite& site, const std::string& method, const std::string& path);
  void MoveTo(SimSite& site, const std::string& issue, const std::string& project);
  void ForgetLabels(SimSite& site, const LocalIssue& issue);
  void ToggleLabel(SimSite& site, const LocalIssue& issue, const std::string& label);
  bool Write(SimSite& site, const LocalIssue& issue, const std::string& field_name,
             const std::string& jira_field, LocalField value,
             const char* token = "alice-token");
  std::string Unique(const std::string& what);
  std::string SomeText(SimSite& site, const std::string& before);
  std::string SomeKeys(SimSite& site);
  HttpResponse AskAs(SimSite& site, const HttpRequest& request,
                     const char* token = "alice-token");
  Side& side(const SimSite& site) { return sides_[site.index]; }
  const Side& side(const SimSite& site) const { return sides_[site.index]; }

  SharedWorld& world_;
  SimSite& hq_;
  SimSite& field_;
  const bool plans_releases_;  // people of this seed are mostly busy with versions
  const bool plans_sprints_;   // or with epics and sprints
  Side sides_[2];
  std::map<std::string, Fate> fates_;
  std::set<std::string> private_, deleted_;
  std::vector<LinkedPair> pairs_;
  std::map<std::string, std::string> restricted_;  // "site kind Jira-id" -> LocalObject::visible_to
  std::map<std::string, std::string> former_names_[2];  // of sprints, by id: lines
  std::vector<TracedEdit> edits_;
  std::map<std::string, int> edit_counts_;
  std::set<std::string> own_labels_;
  std::map<std::string, std::set<std::uint32_t>> text_editors_;
  std::size_t created_ = 0, wishes_ = 0;
  int serial_ = 0;
};

}  // namespace valise::simulation
