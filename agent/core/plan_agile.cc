// Values whose form in this Jira depends on what is here: an issue's key, a sprint's number.
#include "agent/core/agile.h"
#include "agent/core/plan_parts.h"

namespace valise {
namespace {

constexpr char kNoAgile[] = "no-agile";
constexpr char kUnknown[] = "sprint-unknown";
constexpr char kAmbiguous[] = "sprint-ambiguous";

LocalField One(const std::string& text) { return LocalField{{Value{text, ""}}}; }

// Why the sprint of that name cannot be given; empty: it can.
std::string WhyNoSprint(const OpenSprints& sprints, const std::string& name) {
  if (!sprints.has_agile) return kNoAgile;
  const auto found = sprints.by_name.find(name);
  if (found == sprints.by_name.end() || found->second.empty()) return kUnknown;
  return found->second.size() > 1 ? kAmbiguous : "";
}

std::optional<LocalField> SprintNumber(const RegisterKey& key, const std::string& name,
                                       const OpenSprints& sprints, Plan& plan) {
  const std::string why = WhyNoSprint(sprints, name);
  if (why.empty()) return One(*sprints.by_name.at(name).begin());
  HoldRegister(plan.base, key, why, plan.findings);
  return std::nullopt;
}

std::optional<LocalField> TargetKey(const RegisterKey& key, const Id& target,
                                    const Neighbours& neighbours, Plan& plan) {
  const auto found = neighbours.keys.find(target);
  if (found != neighbours.keys.end()) return One(found->second);
  const bool has_ended = neighbours.ended.contains(target);
  if (has_ended || neighbours.held_back.contains(target)) {
    const std::string reason = has_ended ? kLinkEnded : AwaitedReason(target);
    HoldRegister(plan.base, key, reason, plan.findings);
  }
  return std::nullopt;
}

bool IsFree(const Neighbours& neighbours, const RegisterBase& reg) {
  if (reg.held == kLinkEnded || IsAwaitedHold(reg.held)) {
    const auto target = reg.agreed ? IdFromText(reg.agreed->text) : std::nullopt;
    return target && IsTargetHoldOver(neighbours, reg.held, *target,
                                      neighbours.ended.contains(*target));
  }
  return IsSprintHold(reg.held) && reg.agreed &&
         WhyNoSprint(neighbours.sprints, reg.agreed->text).empty();
}

}  // namespace

std::optional<LocalField> InJirasForm(const FieldBinding& binding, const RegisterKey& key,
                                      LocalField wanted, const Neighbours& neighbours,
                                      Plan& plan) {
  if (wanted.values.empty()) return wanted;
  const std::string& text = wanted.values.front().text;
  if (binding.kind == ValueKind::kSprint) {
    return SprintNumber(key, text, neighbours.sprints, plan);
  }
  if (binding.kind != ValueKind::kIssue) return wanted;
  return TargetKey(key, IdFromText(text).value_or(Id{}), neighbours, plan);
}

void FreeTargets(const Terms& terms, const Neighbours& neighbours, IssueBase& base) {
  for (const ValueKind kind : {ValueKind::kIssue, ValueKind::kSprint}) {
    for (const FieldBinding* binding : BoundOf(terms, kind)) {
      const auto found = base.registers.find(FieldKey(binding->name));
      if (found == base.registers.end() || !IsFree(neighbours, found->second)) continue;
      found->second.held.clear();
      found->second.is_pending = true;
    }
  }
}

bool IsTargetHoldOver(const Neighbours& neighbours, const std::string& held, const Id& target,
                      bool has_ended) {
  if (held == kLinkEnded) return !has_ended;
  return IsAwaitedHold(held) && (has_ended || !neighbours.held_back.contains(target));
}

bool IsSprintHold(const std::string& reason_code) {
  return reason_code == kNoAgile || reason_code == kUnknown || reason_code == kAmbiguous;
}

}  // namespace valise
