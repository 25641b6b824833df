#include <algorithm>

#include "agent/core/project.h"
#include "packet/codec.h"
#include "tests/simulation/checker.h"

namespace valise::simulation {
namespace {

const char* FieldFor(ProjectList list) {
  return list == ProjectList::kVersions ? "fixed" : "parts";
}

// Read here without the agent's own view: what is agreed and what Jira shows, as plain text.
std::string AgreedText(const RegisterBase& reg) { return reg.agreed ? reg.agreed->text : ""; }

std::string ShownText(const LocalVersion& version, VersionAttribute attribute) {
  const auto shown = version.attributes.find(attribute);
  std::string text = shown == version.attributes.end() ? "" : shown->second;
  std::erase(text, '\r');
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

}  // namespace

// Each Jira shows the agreed attributes of the versions that it has; none is there twice.
void Checker::CheckProject(SimSite& site) {
  const auto base = site.store->LoadIssue(site.terms.project_id);
  std::set<std::pair<ProjectList, std::string>> names;
  for (const LocalVersion& version : Users::ReadProject(site)) {
    if (!names.insert({version.list, version.name}).second) {
      Report("I3 version twice at " + site.name + ": " + version.name);
    }
    for (int i = 0; i < 5 && base; ++i) {
      const auto attribute = static_cast<VersionAttribute>(i);
      const RegisterKey key = AttributeKey(FieldFor(version.list), attribute, version.name);
      const auto reg = base->registers.find(key);
      if (reg == base->registers.end() || !reg->second.held.empty()) continue;
      if (reg->second.version == Version{}) continue;
      const std::string shown = ShownText(version, attribute);
      if (shown == AgreedText(reg->second)) continue;
      Report("L1 " + site.name + " shows " + Describe(key) + " as '" + shown + "', agreed '" +
             AgreedText(reg->second) + "'");
    }
  }
}

// I8: an attribute is not captured more often than people at that site touched its version.
void Checker::CheckProjectCaptures(SimSite& site) {
  std::map<RegisterKey, int> captured;
  for (const OutgoingChange& change : site.store->OutgoingOf(site.terms.project_id)) {
    const Result<Record> record = DecodeRecord(change.record);
    if (!record.ok()) continue;
    for (const Register& reg : std::get<Change>(record.value()).registers) ++captured[reg.key];
  }
  for (const auto& [key, count] : captured) {
    const std::string field = key.field.substr(0, key.field.find('.'));
    const auto made =
        users_.edit_counts().find(Users::CountKey(site.index, field, key.element));
    const int allowed = made == users_.edit_counts().end() ? 0 : made->second;
    if (count <= allowed) continue;
    Report("I8 echo: " + site.name + " captured " + Describe(key) + " " + std::to_string(count) +
           " times, people touched it " + std::to_string(allowed) + " times");
  }
}

// A name that this site lacks and does not want is taken as agreed, and listed. So is one that
// people renamed between our write and the read after it: that leaves no trace on the issue, so
// nobody can tell it from what Jira itself altered (seed 223).
bool Checker::IsIgnored(SimSite& site, const Id& issue, const RegisterKey& key) {
  const auto binding = site.terms.binding.fields.find(key.field);
  const bool is_element = key.kind == RegisterKind::kElement;
  if (!is_element || binding == site.terms.binding.fields.end()) return false;
  const std::string& field = binding->second.field;
  const bool is_renamable = field == "fixVersions" || field == "versions" || field == "components";
  const bool may_miss = binding->second.missing == MissingValue::kIgnore;
  const auto listed = site.store->ListedOf(issue);
  return std::any_of(listed.begin(), listed.end(), [&](const Listed& one) {
    const bool is_told = (is_renamable && one.kind == "altered") ||
                         (may_miss && one.kind == "ignored");
    return one.key == key && is_told;
  });
}

}  // namespace valise::simulation
