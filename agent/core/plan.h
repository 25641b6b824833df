// Plan: the writes that make this Jira show what is agreed, from the registers that are pending.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "agent/core/base.h"
#include "agent/core/capture.h"
#include "agent/core/local.h"
#include "agent/core/terms.h"

namespace valise {

struct PlannedWrite {
  WriteKind kind = WriteKind::kEdit;
  std::vector<RegisterKey> keys;              // registers that it settles
  std::map<std::string, LocalField> fields;   // create, edit; transition: wanted on its screen
  // Transition: what its bound fields show or are to show, for a screen that insists on them.
  std::map<std::string, LocalField> standing = {};
  // Edit, instead of fields: one label that is to be there or not, beside all others.
  std::optional<std::pair<std::string, bool>> label = {};
  std::string type;                           // create, edit of the type, link: local name
  std::string status;                         // transition: local status to reach
  // Jira field id -> value as text, of the binding alone. Create: sent where `fields` has none.
  // Transition: given when its screen asks and none is agreed.
  std::map<std::string, std::string> defaults = {};
  Id object;                                  // comment, work log, attachment; link: its target
  std::string object_jira_id;                 // edit, delete; link add: the target's key; remote
                                              // link: the peer's key
  std::string body;                           // comment, work log: the text; attachment: file
                                              // name; remote link: its URL
  std::string detail;                         // work log: "STARTED SECONDS"
  std::string visible_to = {};                // comment, work log: LocalObject::visible_to
  Id shown;                                   // edit, delete: digest of the body that the plan saw
};

// The versions or components that a field can hold now.
struct OfferedNames {
  std::set<std::string> here;
  std::map<std::string, std::string> refused;  // this Jira would not make them: reason code
};

// Of the project's scrum boards; what is closed takes no issues.
struct OpenSprints {
  bool has_agile = true;  // this Jira has the agile API (Jira Software)
  std::map<std::string, std::set<std::string>> by_name;  // -> Jira's numbers
};

// What a plan needs to know beyond its issue.
struct Neighbours {
  std::set<Digest> contents;         // attachments' contents that are here, whole and verified
  std::map<Id, std::string> keys;    // issue id -> key in this Jira, of the pending links' targets
  PeerKeys peer_keys{};              // of the issues that its texts name
  std::set<Id> ended{};              // targets of issue fields that are not shared any more
  std::set<Id> held_back{};          // targets that are known and not here: IsHeldBack
  OpenSprints sprints{};
  std::set<RegisterKey> edited{};    // by people here, as this round found
  // By Jira field; a field not listed holds any name.
  std::map<std::string, OfferedNames> offered{};
};

struct Plan {
  IssueBase base;                             // pending cleared where Jira shows it already
  std::vector<PlannedWrite> writes;           // in the order in which they are done
  std::vector<Finding> findings;
  // By Jira field: names to be made first (MissingValue::kCreate); their elements stay pending.
  std::map<std::string, std::set<std::string>> wanted{};
};

// `local`: the whole read that the plan rests on.
Plan PlanWrites(const Terms& terms, IssueBase base, const LocalIssue& local,
                const Directory& directory, const Neighbours& neighbours = {});
// For an issue that is not in this Jira yet. `initial_status`: what a new issue of its type starts
// with, as learnt; empty: unknown, then the status waits for the read after the create.
// While names are wanted, the create waits too: it would be refused as a whole.
Plan PlanCreate(const Terms& terms, IssueBase base, const std::string& initial_status,
                const Neighbours& neighbours = {});
// Names that this plan will ask for: (Jira field, name) of elements that are to be shown.
std::set<std::pair<std::string, std::string>> NamesAskedFor(const Terms& terms,
                                                            const IssueBase& base);

// Held at this end before it was ever made in this Jira, or ended by then: nobody knows when it
// comes. What points to it is listed, unlike what only waits for its turn.
bool IsHeldBack(const IssueBase& issue);
// "awaited:ISSUE-ID": the hold of what points to such an issue. It ends when that one is made.
std::string AwaitedReason(const Id& target);
bool IsAwaitedHold(const std::string& reason_code);

// "not-editable:STATUS": the hold of what Jira takes in no issue of that status. It ends when the
// issue shows another one.
std::string NotEditableReason(const std::string& status);

// A hold that ends by itself when this project has one open sprint of the agreed name.
bool IsSprintHold(const std::string& reason_code);

// The Jira field that an edit or create writes a register to; empty: none, or the type.
std::string WrittenFieldOf(const Terms& terms, const RegisterKey& key);

// Everything pending becomes held for this reason: what a refused write leads to.
void HoldRegister(IssueBase& base, const RegisterKey& key, const std::string& reason_code,
                  std::vector<Finding>& findings);

}  // namespace valise
