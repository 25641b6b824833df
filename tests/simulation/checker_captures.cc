#include "agent/core/lifecycle.h"
#include "agent/core/remote_key.h"
#include "packet/codec.h"
#include "tests/simulation/checker.h"

namespace valise::simulation {

// I8 while running: nobody captures more edits of a register than people made there.
void Checker::CheckCaptures(SimSite& site) {
  for (const Id& id : site.store->AllIssues()) {
    std::map<std::string, int> captured;
    for (const OutgoingChange& change : site.store->OutgoingOf(id)) {
      const Result<Record> record = DecodeRecord(change.record);
      if (!record.ok()) continue;
      for (const Register& reg : std::get<Change>(record.value()).registers) {
        if (reg.key.kind == RegisterKind::kField) ++captured[reg.key.field];
        if (reg.value && reg.value->text.find("CANARY") != std::string::npos) {
          Report("I17 a restricted comment left " + site.name);
        }
      }
    }
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
