#include "agent/core/plan.h"

#include <algorithm>
#include <set>

#include "agent/core/plan_parts.h"
#include "agent/core/text.h"

namespace valise {
namespace {

constexpr std::size_t kElementsMax = 500;  // of one set in one write; the rest in the next round
// Of the values of one write: what it writes is kept as one record, whose bound is limits.h's.
constexpr std::size_t kWriteBytesMax = 256U << 10;
constexpr char kResolution[] = "resolution";
// A summary is what no Jira creates an issue without: one refused value must not hold the issue.
constexpr char kSummary[] = "summary";
constexpr char kHeldSummary[] = "(summary held by valise)";

// Room in one write. The first value always has it; what has none waits for the next round.
class Room {
 public:
  bool Take(std::size_t bytes) {
    if (taken_ > 0 && taken_ + bytes > kWriteBytesMax) return false;
    taken_ += bytes;
    return true;
  }

 private:
  std::size_t taken_ = 0;
};

std::size_t BytesOf(const RegisterKey& key, const RegisterBase& base) {
  const std::size_t value = base.agreed ? base.agreed->text.size() + base.agreed->detail.size() : 0;
  return key.field.size() + key.element.size() + value + 64;
}

class Planner {
 public:
  Planner(const Terms& terms, IssueBase base, const LocalIssue& local, const Directory& directory,
          const Neighbours& neighbours)
      : terms_(terms), local_(local), directory_(directory), neighbours_(neighbours) {
    plan_.base = std::move(base);
  }

  Plan Run() {
    FreeNames(terms_, neighbours_, plan_.base);
    PlanFields();
    PlanStatus();
    PlanType();
    AddWrites();
    return std::move(plan_);
  }

  // The rest of a create: everything that cannot go into the POST itself.
  Plan RunAfterCreate() {
    PlanStatus();
    AddWrites();
    return std::move(plan_);
  }

 private:
  RegisterBase* Pending(const RegisterKey& key) { return PendingRegister(plan_.base, key); }

  void Hold(const RegisterKey& key, const std::string& reason) {
    HoldRegister(plan_.base, key, reason, plan_.findings);
  }

  static void Settle(RegisterBase& base, const Id& seen) { SettleRegister(base, seen); }

  void PlanFields() {
    for (const auto& [name, binding] : terms_.binding.fields) {
      const auto shown = local_.fields.find(binding.field);
      const LocalField* local = shown == local_.fields.end() ? nullptr : &shown->second;
      if (IsSet(binding.kind)) {
        PlanSet(name, binding, local);
      } else if (RegisterBase* base = Pending(FieldKey(name))) {
        PlanScalar(FieldKey(name), *base, binding, local);
      }
    }
  }

  void PlanScalar(const RegisterKey& key, RegisterBase& base, const FieldBinding& binding,
                  const LocalField* local) {
    auto wanted = ToLocalField(terms_, binding, base.agreed);
    if (!wanted) return Hold(key, "value");
    static const LocalField kEmpty;
    if (binding.kind == ValueKind::kText && base.agreed && local && !local->values.empty()) {
      wanted->values.front().text = TextToLocalKeeping(
          base.agreed->text, local->values.front().text, terms_, directory_);
    }
    if (Shows(binding, local ? *local : kEmpty, base, *wanted)) {
      return Settle(base, SeenDigest(local ? *local : kEmpty));
    }
    if (!room_.Take(BytesOf(key, base))) return;
    edit_.fields[binding.field] = *wanted;
    edit_.keys.push_back(key);
  }

  // Already there: the wanted value, or another local value of the same shared one.
  bool Shows(const FieldBinding& binding, const LocalField& local, const RegisterBase& base,
             const LocalField& wanted) const {
    if (SeenDigest(local) == SeenDigest(wanted)) return true;
    if (local.values.empty() != !base.agreed) return false;
    const ViewEntry entry = ToSharedField(terms_, binding, local, base.agreed, Directory{});
    return binding.kind != ValueKind::kText && entry.is_mapped && entry.shared == base.agreed;
  }

  // One write of the whole set: absolute values computed from the read (jira-rest 7.3).
  void PlanSet(const std::string& name, const FieldBinding& binding, const LocalField* local) {
    std::vector<RegisterKey> keys;
    std::set<std::string> wanted;
    if (local) {
      for (const Value& value : local->values) wanted.insert(value.text);
    }
    const std::set<std::string> shown = wanted;
    for (auto& [key, base] : plan_.base.registers) {
      if (key.kind != RegisterKind::kElement || key.field != name || !base.is_pending) continue;
      if (keys.size() == kElementsMax) break;
      const auto element = ToLocalField(terms_, binding, Value{key.element, ""});
      if (!element) {
        Hold(key, "value");
        continue;
      }
      const std::string& text = element->values.front().text;
      const bool is_wanted = base.agreed.has_value();
      if (is_wanted == shown.contains(text)) {
        Settle(base, SeenDigest(std::string(is_wanted ? "present" : "")));
        continue;
      }
      if (is_wanted && !MayShow(binding, text, key, neighbours_, plan_)) continue;
      if (!room_.Take(BytesOf(key, base))) break;
      if (is_wanted) wanted.insert(text); else wanted.erase(text);
      keys.push_back(key);
    }
    if (keys.empty()) return;
    LocalField& field = edit_.fields[binding.field];
    for (const std::string& text : wanted) field.values.push_back(Value{text, ""});
    edit_.keys.insert(edit_.keys.end(), keys.begin(), keys.end());
  }

  void PlanStatus() {
    const RegisterKey key = FieldKey(kStatusField);
    RegisterBase* base = Pending(key);
    if (!base || local_.status.empty()) return;
    const auto binding = base->agreed ? terms_.binding.statuses.find(base->agreed->text)
                                      : terms_.binding.statuses.end();
    if (binding == terms_.binding.statuses.end() || binding->second.local.empty()) {
      return Hold(key, "value");
    }
    const auto& names = binding->second.local;
    if (std::find(names.begin(), names.end(), local_.status) != names.end()) {
      return Settle(*base, SeenDigest(local_.status));
    }
    transition_.kind = WriteKind::kTransition;
    transition_.status = names.front();
    transition_.default_resolution = binding->second.resolution;
    transition_.keys.push_back(key);
    MoveResolutionToTransition();
  }

  // Resolution is usually settable on transition screens only (pitfall 22).
  void MoveResolutionToTransition() {
    for (const auto& [name, binding] : terms_.binding.fields) {
      if (binding.field != kResolution) continue;
      const RegisterBase* base = Pending(FieldKey(name));
      if (!base) continue;
      const auto wanted = ToLocalField(terms_, binding, base->agreed);
      if (!wanted) continue;
      transition_.fields[kResolution] = *wanted;
      transition_.keys.push_back(FieldKey(name));
      edit_.fields.erase(kResolution);
      std::erase(edit_.keys, FieldKey(name));
    }
  }

  void PlanType() {
    const RegisterKey key = FieldKey(kTypeField);
    RegisterBase* base = Pending(key);
    if (!base) return;
    const auto wanted = base->agreed ? terms_.binding.types.find(base->agreed->text)
                                     : terms_.binding.types.end();
    if (wanted == terms_.binding.types.end() || wanted->second.empty()) return Hold(key, "value");
    const auto& names = wanted->second;
    if (std::find(names.begin(), names.end(), local_.type) != names.end()) {
      return Settle(*base, SeenDigest(local_.type));
    }
    edit_.type = names.front();
    edit_.keys.push_back(key);
  }

  void AddWrites() {
    if (!edit_.keys.empty()) plan_.writes.push_back(std::move(edit_));
    if (!transition_.keys.empty()) plan_.writes.push_back(std::move(transition_));
    for (PlannedWrite& write : PlanObjects(terms_, local_, directory_, neighbours_, plan_)) {
      plan_.writes.push_back(std::move(write));
    }
  }

  const Terms& terms_;
  const LocalIssue& local_;
  const Directory& directory_;
  const Neighbours& neighbours_;
  Plan plan_;
  PlannedWrite edit_, transition_;
  Room room_;
};

// What the POST itself can carry: every pending field with a local value.
PlannedWrite CreateOf(const Terms& terms, const Neighbours& neighbours, Plan& plan) {
  IssueBase& base = plan.base;
  PlannedWrite create;
  Room room;
  create.kind = WriteKind::kCreate;
  for (const auto& [name, binding] : terms.binding.fields) {
    if (binding.field == kResolution) continue;  // on transition screens only
    LocalField field;
    std::vector<RegisterKey> keys;
    for (auto& [key, reg] : base.registers) {
      const bool is_element = key.kind == RegisterKind::kElement;
      if (key.field != name || !reg.is_pending || !reg.agreed) continue;
      if (!is_element && key.kind != RegisterKind::kField) continue;
      if (keys.size() == kElementsMax) break;
      if (binding.field != kSummary && !room.Take(BytesOf(key, reg))) continue;
      const auto local = ToLocalField(terms, binding,
                                      is_element ? Value{key.element, ""} : *reg.agreed);
      if (!local) {
        HoldRegister(base, key, "value", plan.findings);
        continue;
      }
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
  return create;
}

}  // namespace

RegisterBase* PendingRegister(IssueBase& base, const RegisterKey& key) {
  const auto found = base.registers.find(key);
  if (found == base.registers.end() || !found->second.is_pending) return nullptr;
  return &found->second;
}

void SettleRegister(RegisterBase& base, const Id& seen) {
  base.is_pending = false;
  base.has_seen = true;
  base.seen = seen;
}

void HoldRegister(IssueBase& base, const RegisterKey& key, const std::string& reason_code,
                  std::vector<Finding>& findings) {
  RegisterBase& reg = base.registers[key];
  reg.is_pending = false;
  reg.held = reason_code;
  findings.push_back({"held", key, reg.agreed, reg.version, reason_code});
}

Plan PlanWrites(const Terms& terms, IssueBase base, const LocalIssue& local,
                const Directory& directory, const Neighbours& neighbours) {
  if (base.state == IssueState::kFrozen) return Plan{std::move(base), {}, {}, {}};
  return Planner(terms, std::move(base), local, directory, neighbours).Run();
}

Plan PlanCreate(const Terms& terms, IssueBase base, const std::string& initial_status,
                const Neighbours& neighbours) {
  const auto type = terms.binding.types.find(base.origin.type);
  if (type == terms.binding.types.end() || type->second.empty()) {
    base.held = "type";
    return Plan{
        std::move(base), {}, {{"held", FieldKey(kTypeField), std::nullopt, Version{}, "type"}}, {}};
  }
  Plan begun{std::move(base), {}, {}, {}};
  FreeNames(terms, neighbours, begun.base);
  PlannedWrite create = CreateOf(terms, neighbours, begun);
  if (!begun.wanted.empty()) return begun;
  base = std::move(begun.base);
  const std::vector<Finding> findings = std::move(begun.findings);
  create.type = type->second.front();
  if (base.registers[FieldKey(kTypeField)].is_pending) create.keys.push_back(FieldKey(kTypeField));

  LocalIssue fresh;
  fresh.status = initial_status;
  const Directory nobody;
  const Neighbours none;  // files and links wait for the read after the create
  Plan plan = Planner(terms, std::move(base), fresh, nobody, none).RunAfterCreate();
  plan.writes.insert(plan.writes.begin(), std::move(create));
  plan.findings.insert(plan.findings.begin(), findings.begin(), findings.end());
  return plan;
}

}  // namespace valise
