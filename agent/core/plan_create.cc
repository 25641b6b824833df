// The write that makes an issue: what the POST can carry, and what comes right after it.
#include "agent/core/plan_parts.h"

namespace valise {
namespace {

constexpr char kResolution[] = "resolution";
// A summary is what no Jira creates an issue without: one refused value must not hold the issue.
constexpr char kSummary[] = "summary";
constexpr char kHeldSummary[] = "(summary held by valise)";

// What the POST itself can carry: every pending field with a local value.
PlannedWrite CreateOf(const Terms& terms, const Neighbours& neighbours, Plan& plan) {
  IssueBase& base = plan.base;
  PlannedWrite create;
  Room room;
  create.kind = WriteKind::kCreate;
  for (const auto& [name, binding] : terms.binding.fields) {
    if (binding.field == kResolution) continue;  // on transition screens only
    if (!IsFieldOf(terms, name, TypeOf(base))) {
      SetAside(name, base);
      continue;
    }
    LocalField field;
    std::vector<RegisterKey> keys;
    for (auto& [key, reg] : base.registers) {
      const bool is_element = key.kind == RegisterKind::kElement;
      if (key.field != name || !reg.is_pending || !reg.agreed) continue;
      if (!is_element && key.kind != RegisterKind::kField) continue;
      if (keys.size() == kElementsMax) break;
      if (binding.field != kSummary && !room.Take(key, reg)) continue;
      auto local = ToLocalField(terms, binding,
                                is_element ? Value{key.element, ""} : *reg.agreed,
                                reg.version.site, neighbours.peer_keys);
      if (!local) {
        const bool is_person =
            binding.kind == ValueKind::kPerson || binding.kind == ValueKind::kPeople;
        HoldRegister(base, key, is_person ? "person" : "value", plan.findings);
        continue;
      }
      local = InJirasForm(binding, key, std::move(*local), neighbours, plan);
      if (!local) continue;  // a target that is not here yet is written once it is
      if (local->values.empty()) continue;  // a person who is nobody here
      if (is_element && !MayShow(binding, local->values.front().text, key, neighbours, plan)) {
        continue;
      }
      field.values.insert(field.values.end(), local->values.begin(), local->values.end());
      keys.push_back(key);
    }
    if (field.values.empty() && !binding.default_value.empty()) {
      field.values.push_back(Value{binding.default_value, ""});
    }
    if (field.values.empty()) continue;
    create.fields[binding.field] = std::move(field);
    create.keys.insert(create.keys.end(), keys.begin(), keys.end());
  }
  if (!create.fields.contains(kSummary)) {
    create.fields[kSummary].values.push_back(Value{kHeldSummary, ""});
  }
  KeepRemaining(terms, TypeOf(base), LocalIssue{}, create);
  create.defaults = terms.binding.defaults;
  // Without the level more people would see the issue than may: refused, the create is held. A
  // sub-task has its parent's, and no field for one of its own (pitfall 24).
  if (!terms.binding.security_level.empty() && ParentOf(base).is_zero()) {
    create.defaults[kSecurityField] = terms.binding.security_level;
  }
  return create;
}

}  // namespace

Plan PlanCreate(const Terms& terms, IssueBase base, const std::string& initial_status,
                const Neighbours& neighbours) {
  const auto type = terms.binding.types.find(TypeOf(base));
  if (type == terms.binding.types.end() || type->second.empty()) {
    base.held = "type";
    return Plan{
        std::move(base), {}, {{"held", FieldKey(kTypeField), std::nullopt, Version{}, "type"}}, {}};
  }
  Plan begun{std::move(base), {}, {}, {}};
  FreeNames(terms, neighbours, begun.base);
  FreeTargets(terms, neighbours, begun.base);
  PlannedWrite create = CreateOf(terms, neighbours, begun);
  if (!begun.wanted.empty()) return begun;
  base = std::move(begun.base);
  const std::vector<Finding> findings = std::move(begun.findings);
  create.type = type->second.front();
  for (const char* field : {kTypeField, kParentField}) {
    if (PendingRegister(base, FieldKey(field))) create.keys.push_back(FieldKey(field));
  }

  Plan plan = PlanAfterCreate(terms, std::move(base), initial_status, neighbours);
  for (PlannedWrite& write : plan.writes) {
    if (write.kind == WriteKind::kTransition) write.standing = create.fields;
  }
  plan.writes.insert(plan.writes.begin(), std::move(create));
  plan.findings.insert(plan.findings.begin(), findings.begin(), findings.end());
  return plan;
}

}  // namespace valise
