// Versions and components that this project lacks: what an issue does about them.
#include "agent/core/plan_parts.h"
#include "agent/core/project.h"

namespace valise {
namespace {

constexpr char kMissing[] = "missing";

bool IsMissing(const std::string& held) { return held.substr(0, held.find(':')) == kMissing; }

std::optional<std::string> NameOf(const Terms& terms, const FieldBinding& binding,
                                  const RegisterKey& key) {
  const auto local = ToLocalField(terms, binding, Value{key.element, ""}, terms.own_site);
  if (!local || local->values.empty()) return std::nullopt;
  return local->values.front().text;
}

// The issue goes without it. It is seen as absent, so it never leaves as a deletion.
void Ignore(const RegisterKey& key, Plan& plan) {
  RegisterBase& reg = plan.base.registers[key];
  SettleRegister(reg, SeenDigest(std::string()));
  plan.findings.push_back({"ignored", key, Value{key.element, ""}, reg.version, kMissing});
}

}  // namespace

std::set<std::pair<std::string, std::string>> NamesAskedFor(const Terms& terms,
                                                            const IssueBase& base) {
  std::set<std::pair<std::string, std::string>> names;
  for (const auto& [key, reg] : base.registers) {
    const bool is_asked = key.kind == RegisterKind::kElement && reg.is_pending && reg.agreed;
    const auto binding = terms.binding.fields.find(key.field);
    if (!is_asked || binding == terms.binding.fields.end()) continue;
    if (!ListOf(binding->second.field)) continue;
    const auto name = NameOf(terms, binding->second, key);
    if (name) names.emplace(binding->second.field, *name);
  }
  return names;
}

bool MayShow(const FieldBinding& binding, const std::string& name, const RegisterKey& key,
             const Neighbours& neighbours, Plan& plan) {
  const auto offered = neighbours.offered.find(binding.field);
  if (offered == neighbours.offered.end() || offered->second.here.contains(name)) return true;
  if (binding.missing == MissingValue::kIgnore) {
    Ignore(key, plan);
    return false;
  }
  const auto refused = offered->second.refused.find(name);
  const bool is_refused = refused != offered->second.refused.end();
  if (binding.missing == MissingValue::kCreate && !is_refused) {
    plan.wanted[binding.field].insert(name);
    return false;
  }
  HoldRegister(plan.base, key, is_refused ? kMissing + (":" + refused->second) : kMissing,
               plan.findings);
  return false;
}

void FreeNames(const Terms& terms, const Neighbours& neighbours, IssueBase& base) {
  for (auto& [key, reg] : base.registers) {
    const auto binding = terms.binding.fields.find(key.field);
    if (!IsMissing(reg.held) || binding == terms.binding.fields.end()) continue;
    const auto offered = neighbours.offered.find(binding->second.field);
    const auto name = NameOf(terms, binding->second, key);
    if (offered == neighbours.offered.end() || !name) continue;
    if (!offered->second.here.contains(*name)) continue;
    reg.held.clear();
    reg.is_pending = true;
  }
}

}  // namespace valise
