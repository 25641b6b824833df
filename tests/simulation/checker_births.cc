// What the binding says of the issues that are made here for the peer: who may see them, and
// which are made at all.
#include <algorithm>

#include "agent/core/incoming.h"
#include "agent/core/lifecycle.h"
#include "tests/simulation/checker.h"

namespace valise::simulation {
namespace {

std::string LevelOf(SimSite& site, const std::string& jira_id) {
  return RawField(site, jira_id, "security")["name"].String();
}

std::string Agreed(const IssueBase& base, const char* field) {
  const auto reg = base.registers.find(FieldKey(field));
  return reg == base.registers.end() || !reg->second.agreed ? "" : reg->second.agreed->text;
}

// Told apart from the agent's own IsTaken.
bool Fits(const IncomingConditions& wanted, const IssueBase& base) {
  const std::string type = Agreed(base, "type");
  if (!wanted.types.empty() && !wanted.types.contains(type.empty() ? base.origin.type : type)) {
    return false;
  }
  if (!wanted.statuses.empty() && !wanted.statuses.contains(Agreed(base, "status"))) return false;
  for (const auto& [field, names] : wanted.fields) {
    bool has_one = names.contains(Agreed(base, field.c_str()));
    for (const auto& [key, reg] : base.registers) {
      const bool is_element = key.kind == RegisterKind::kElement && key.field == field;
      has_one |= is_element && reg.agreed && names.contains(key.element);
    }
    if (!has_one) return false;
  }
  return true;
}

}  // namespace

// Seen for the first time, right after the request that made it: nobody had a hand in it yet.
void Checker::CheckBirth(SimSite& site, const LocalIssue& issue) {
  if (issue.marker.empty()) return;  // a person's
  // Nothing is merged between the commit that plans a create and its outcome: what is agreed now is
  // what it was made of.
  const auto base = site.store->LoadIssue(*IdFromText(users_.IssueOf(site, issue)));
  if (base && !Fits(site.terms.binding.incoming, *base)) {
    Report("made though no condition takes it: " + issue.key + " at " + site.name);
  }
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

bool Checker::IsLeftOut(const Id& id) {
  const auto here = hq_.store->LoadIssue(id), there = field_.store->LoadIssue(id);
  const bool is_shared = here && here->held.empty() && here->state != IssueState::kFrozen;
  return is_shared && there && there->held == kNotTaken && there->state != IssueState::kFrozen;
}

// What is left out fits no condition, and was never made; what fits is made, or held for something
// else, which AtQuiescence looks at.
void Checker::CheckTaking() {
  for (SimSite* site : {&hq_, &field_}) {
    for (const Id& id : site->store->AllIssues()) {
      const auto base = site->store->LoadIssue(id);
      if (base->held != kNotTaken) continue;
      const std::string what = Text(id) + " at " + site->name;
      if (!base->jira_id.empty()) Report("taken once, and held as not taken: " + what);
      if (Fits(site->terms.binding.incoming, *base)) Report("L1 fits and is not taken: " + what);
    }
  }
}

}  // namespace valise::simulation
