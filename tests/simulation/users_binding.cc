// The operator changes the words of a binding, and asks for either side to be written anew.
#include "agent/wishes.h"
#include "tests/simulation/users.h"

namespace valise::simulation {

void Users::ActOnBinding(SimSite& site) {
  if (world_.random.Chance(300)) return site.Rebind();
  ApplyAll(site, world_.random.Chance(500) ? valise::Side::kHere : valise::Side::kPeer);
}

void Users::ActOnNames(SimSite& site) {
  if (world_.random.Chance(400)) return site.BindNames();
  constexpr const char* kWords[] = {"blocks", "relates", "Linux", "Windows"};
  // FIELD's options are its words: there another name is another word.
  const char* const word = kWords[world_.random.Below(site.index == 0 ? 4 : 2)];
  site.Rename(word, Unique(std::string(word) + " "));
  if (world_.random.Chance(600)) UseName(site, word);
}

bool Users::ApplyAll(SimSite& site, valise::Side wanted) {
  bool has_asked = false;
  for (const std::string& key : Keys(site)) {
    const auto issue = Read(site, key);
    const auto id = issue ? site.store->IssueByJiraId(issue->id) : std::nullopt;
    const auto base = id ? site.store->LoadIssue(*id) : std::nullopt;
    if (!base) continue;
    std::vector<Wish> wishes;
    for (const Misfit& one : FindMisfits(site.terms, *base, *issue, {}).found) {
      const bool can_do = wanted == valise::Side::kHere ? one.CanWrite() : one.CanLeave();
      if (one.key == FieldKey("severity") && can_do) wishes.push_back(WishFor(one, wanted));
    }
    if (wishes.empty()) continue;
    has_asked = true;
    wishes_ += wishes.size();
    if (wanted == valise::Side::kPeer) {  // as good as an edit
      ++edit_counts_[CountKey(site.index, Known(IssueOf(site, *issue)), "severity")];
    }
    site.Ask("map apply", WishWords(*id, wishes));
  }
  return has_asked;
}

}  // namespace valise::simulation
