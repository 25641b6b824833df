#include "agent/core/wanted.h"

#include "agent/core/decide.h"
#include "agent/core/template.h"
#include "agent/core/text.h"
#include "agent/core/view.h"

namespace valise {
namespace {

// A user that Jira shows has a display name besides.
bool IsSamePerson(const LocalField& shown, const LocalField& wanted) {
  if (shown.values.size() != 1 || wanted.values.size() != 1) return false;
  return shown.values.front().text == wanted.values.front().text;
}

std::string KeepLines(const Terms& terms, const FieldBinding& binding, const RegisterBase& reg,
                      const std::string& shown, const Directory& directory,
                      const PeerKeys& keys) {
  std::string text = TextToLocalKeeping(reg.agreed->text, WithoutTemplate(terms, binding, shown),
                                        terms, directory, keys);
  const bool is_framed = reg.version.site == terms.peer_site && !binding.text_template.empty();
  if (!is_framed) return text;
  return InTemplate(binding.text_template, terms.contract.sites[terms.peer_site], text);
}

}  // namespace

std::optional<LocalField> WantedField(const Terms& terms, const FieldBinding& binding,
                                      const RegisterBase& reg, const LocalField& shown,
                                      const Directory& directory, const PeerKeys& keys) {
  auto wanted = ToLocalField(terms, binding, reg.agreed, reg.version.site, keys);
  if (wanted && binding.kind == ValueKind::kText && reg.agreed && !shown.values.empty()) {
    wanted->values.front().text =
        KeepLines(terms, binding, reg, shown.values.front().text, directory, keys);
  }
  return wanted;
}

bool Shows(const Terms& terms, const FieldBinding& binding, const LocalField& shown,
           const RegisterBase& reg, const LocalField& wanted) {
  if (SeenDigest(shown) == SeenDigest(wanted)) return true;
  if (binding.kind == ValueKind::kPerson && IsSamePerson(shown, wanted)) return true;
  if (shown.values.empty() != !reg.agreed) return false;
  const ViewEntry entry = ToSharedField(terms, binding, shown, std::nullopt, Directory{});
  return binding.kind != ValueKind::kText && entry.is_mapped && entry.shared == reg.agreed;
}

bool IsWantedElsewhere(const Terms& terms, const IssueBase& base, const RegisterKey& gone,
                       const FieldBinding& binding, const std::string& local) {
  const auto first = base.registers.lower_bound(ElementKey(gone.field, ""));
  for (auto at = first; at != base.registers.end() && IsElementOf(at->first, gone.field); ++at) {
    const auto& [key, reg] = *at;
    if (!reg.agreed) continue;
    const auto element = ToLocalField(terms, binding, Value{key.element, ""}, reg.version.site);
    if (element && !element->values.empty() && element->values.front().text == local) return true;
  }
  return false;
}

}  // namespace valise
