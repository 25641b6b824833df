// Comments and work logs that are written here for the peer are restricted as bound, or as people
// here restricted them since; no edit of the peer's makes them public.
#include "agent/core/objects.h"
#include "tests/simulation/checker.h"

namespace valise::simulation {

void Checker::CheckVisibility(SimSite& site) {
  for (const std::string& key : users_.Keys(site)) {
    const auto issue = users_.Read(site, key);
    if (!issue) continue;
    for (const ObjectKind kind : {ObjectKind::kComment, ObjectKind::kWorkLog}) {
      const std::string bound = VisibilityOf(site.terms.binding, kind).Text();
      for (const LocalObject& shown : ObjectsOf(*issue, kind)) {
        if (shown.author.name != "valise") continue;
        const std::string people = users_.RestrictedTo(site, shown);
        const std::string& wanted = people.empty() ? bound : people;
        if (shown.visible_to == wanted) continue;
        Report("I17 " + key + " at " + site.name + ": " + shown.id + " is seen by '" +
               shown.visible_to + "', not by '" + wanted + "'");
      }
    }
  }
}

bool Checker::IsTakenOver(const SimSite& site, const IssueBase& base, const LocalIssue& local,
                          const RegisterKey& key) const {
  const auto object = base.objects.find(key.object);
  if (object == base.objects.end()) return false;
  const LocalObject* shown = ShownAs(local, object->second.origin.kind, object->second.jira_id);
  return shown && !users_.RestrictedTo(site, *shown).empty();
}

}  // namespace valise::simulation
