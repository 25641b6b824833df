#include "agent/issue_targets.h"

#include "agent/core/agile.h"

namespace valise {
namespace {

std::optional<Id> AgreedTarget(const IssueBase& base, const FieldBinding& binding) {
  const auto reg = base.registers.find(FieldKey(binding.name));
  if (reg == base.registers.end() || !reg->second.agreed) return std::nullopt;
  return IdFromText(reg->second.agreed->text);
}

}  // namespace

void ResolveTargets(const Terms& terms, const Store& store, const IssueBase* base,
                    LocalIssue& local) {
  for (const FieldBinding* binding : BoundOf(terms, ValueKind::kIssue)) {
    const auto agreed = base ? AgreedTarget(*base, *binding) : std::nullopt;
    if (agreed && store.HasEnded(*agreed)) local.ended.insert(*agreed);
    const auto field = local.fields.find(binding->field);
    if (field == local.fields.end() || field->second.values.empty()) continue;
    Value& shown = field->second.values.front();
    const auto target = store.IssueByKey(shown.text);
    if (!target || (target != agreed && store.HasEnded(*target))) continue;
    shown.text = Text(*target);
  }
}

void AddTargets(const Terms& terms, const Store& store, const IssueBase& base,
                Neighbours& neighbours) {
  for (const FieldBinding* binding : BoundOf(terms, ValueKind::kIssue)) {
    const auto agreed = AgreedTarget(base, *binding);
    if (!agreed) continue;
    const RegisterBase& reg = base.registers.at(FieldKey(binding->name));
    if (!reg.is_pending && reg.held.empty()) continue;
    const auto target = store.LoadIssue(*agreed);
    if (target && target->state == IssueState::kFrozen) neighbours.ended.insert(*agreed);
    else if (target && !target->jira_key.empty()) neighbours.keys[*agreed] = target->jira_key;
  }
}

std::vector<Id> IssuesAimingAt(const Terms& terms, const Store& store, const Id& issue_id,
                               const std::string& jira_key) {
  std::vector<Id> issues = store.IssuesLinkedTo(issue_id);
  for (const FieldBinding* binding : BoundOf(terms, ValueKind::kIssue)) {
    const std::string element = UnsharedKey(binding->name, jira_key).element;
    for (const Id& id : store.IssuesWithElement(binding->name, element)) issues.push_back(id);
  }
  return issues;
}

}  // namespace valise
