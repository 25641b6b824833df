#include "agent/core/lifecycle.h"
#include "agent/core/remote_key.h"
#include "packet/codec.h"
#include "tests/simulation/checker.h"

namespace valise::simulation {

// People ended one of the two, and with it the link, or linked it to another issue.
bool Checker::HadFate(const Id& id) {
  for (SimSite* site : {&hq_, &field_}) {
    const auto base = site->store->LoadIssue(id);
    if (!base || base->jira_id.empty()) return true;
    const Users::Fate fate = users_.FateOf(*site, base->jira_id);
    if (fate.is_deleted || fate.was_moved || fate.was_archived || fate.was_private) return true;
  }
  return Rests(id) || users_.LinkOf(Text(id)) != nullptr;
}

// What has a name that an administrator may change, as removals of which field.
void Checker::CountRemoval(const RegisterKey& key, const Id& issue,
                           std::map<std::string, int>& removed) {
  if (HadFate(issue)) return;
  if (key.kind == RegisterKind::kElement && key.field == "platforms") ++removed[key.field];
  if (key.kind == RegisterKind::kLinkPresence && !HadFate(key.object)) ++removed["links"];
}

// I1: nobody took away what only has another name by now.
void Checker::CheckRemovals(SimSite& site, const Id& id,
                            const std::map<std::string, int>& removed) {
  for (const auto& [field, count] : removed) {
    const auto made = users_.edit_counts().find(
        Users::CountKey(site.index, Text(id), Users::Removals(field)));
    const int allowed = made == users_.edit_counts().end() ? 0 : made->second;
    if (count <= allowed) continue;
    Report("I1 " + site.name + " took " + std::to_string(count) + " out of " + field + " of " +
           Text(id) + ", people did " + std::to_string(allowed) + " times");
  }
}

// I8 while running: nobody captures more edits of a register than people made there.
void Checker::CheckCaptures(SimSite& site) {
  for (const Id& id : site.store->AllIssues()) {
    std::map<std::string, int> captured, removed;
    for (const OutgoingChange& change : site.store->OutgoingOf(id)) {
      const Result<Record> record = DecodeRecord(change.record);
      if (!record.ok()) continue;
      for (const Register& reg : std::get<Change>(record.value()).registers) {
        if (reg.key.kind == RegisterKind::kField) ++captured[reg.key.field];
        if (!reg.value) CountRemoval(reg.key, id, removed);
        if (reg.value && reg.value->text.find("CANARY") != std::string::npos) {
          Report("I17 a restricted comment left " + site.name);
        }
      }
    }
    CheckRemovals(site, id, removed);
    const auto base = site.store->LoadIssue(id);
    for (const auto& [field, count] : captured) {
      if (field == "status" || field == "type" || field == "resolution") continue;
      if (field == kLifecycleField) continue;  // CheckEnds
      // Born at both sites whenever a contract brings it, which no person's edit explains.
      if (field == kSpareFields[0] || field == kSpareFields[1]) continue;
      const auto made = users_.edit_counts().find(Users::CountKey(site.index, Text(id), field));
      int allowed = made == users_.edit_counts().end() ? 0 : made->second;
      if (base && base->origin.birth_site == site.index) ++allowed;  // the birth itself
      if (const LinkedPair* link = users_.LinkOf(Text(id)); link && site.index == 1) {
        const auto as_twin = users_.edit_counts().find(Users::CountKey(1, link->twin, field));
        allowed += 1 + (as_twin == users_.edit_counts().end() ? 0 : as_twin->second);
      }
      // A copy has votes and watchers of its own, none at first, which its birth did not tell.
      if (field == "votes" || field == "watchers") ++allowed;
      if (field == "sprint") {
        const auto renames = users_.edit_counts().find(Users::CountKey(site.index, "", "sprint"));
        if (renames != users_.edit_counts().end()) allowed += renames->second;
      }
      // Keys stay what they are, but of issues that are moved or made anew.
      if (SiteOfKeyField(site.terms.contract, field)) allowed = users_.has_fates() ? count : 1;
      if (count > allowed) {
        Report("I8 echo: " + site.name + " captured " + field + " " + std::to_string(count) +
               " times, people edited it " + std::to_string(allowed) + " times");
      }
    }
  }
}

}  // namespace valise::simulation
