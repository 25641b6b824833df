#include "agent/issue_targets.h"

#include <algorithm>

#include "agent/core/agile.h"
#include "agent/core/view.h"

namespace valise {
namespace {

std::optional<Id> AgreedTarget(const IssueBase& base, const FieldBinding& binding) {
  const auto reg = base.registers.find(FieldKey(binding.name));
  if (reg == base.registers.end() || !reg->second.agreed) return std::nullopt;
  return IdFromText(reg->second.agreed->text);
}

bool HadValue(const RegisterBase& reg) {
  return reg.has_seen && reg.seen != SeenDigest(std::string());
}

// The target that was seen, of all that could have been: `seen` is but its digest. Mostly it is the
// one that is agreed; another one is agreed where the peer's is not written yet.
std::optional<Id> SeenTarget(const Store& store, const RegisterBase& reg) {
  const auto was_seen = [&](const Id& id) { return SeenDigest(Text(id)) == reg.seen; };
  if (!reg.agreed || !HadValue(reg)) return std::nullopt;
  const auto agreed = IdFromText(reg.agreed->text);
  if (agreed && was_seen(*agreed)) return agreed;
  const std::vector<Id> all = store.AllIssues();
  const auto found = std::find_if(all.begin(), all.end(), was_seen);
  return found == all.end() ? std::nullopt : std::optional(*found);
}

std::set<Id> VanishedLinks(const IssueBase& base, const LocalIssue& local) {
  std::set<Id> vanished;
  for (const auto& [key, reg] : base.registers) {
    const bool is_link = key.kind == RegisterKind::kLinkPresence;
    if (is_link && reg.agreed && HadValue(reg)) vanished.insert(key.object);
  }
  for (const LocalLink& link : local.links) vanished.erase(link.other);
  return vanished;
}

void AddTarget(const IssueBase& target, Neighbours& neighbours) {
  if (!target.jira_key.empty()) neighbours.keys[target.issue_id] = target.jira_key;
  else if (IsHeldBack(target)) neighbours.held_back.insert(target.issue_id);
}

}  // namespace

std::set<Id> VanishedTargets(const Terms& terms, const Store& store, const IssueBase& base,
                             const LocalIssue& local) {
  std::set<Id> vanished;
  if (local.has_links) vanished = VanishedLinks(base, local);
  for (const FieldBinding* binding : BoundOf(terms, ValueKind::kIssue)) {
    const auto reg = base.registers.find(FieldKey(binding->name));
    const auto field = local.fields.find(binding->field);
    if (reg == base.registers.end() || field == local.fields.end()) continue;
    if (!field->second.values.empty()) continue;
    if (const auto target = SeenTarget(store, reg->second)) vanished.insert(*target);
  }
  return vanished;
}

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
    else if (target) AddTarget(*target, neighbours);
  }
  for (const auto& [key, reg] : base.registers) {
    if (key.kind != RegisterKind::kLinkPresence) continue;
    if (!reg.is_pending && !IsAwaitedHold(reg.held)) continue;
    if (const auto target = store.LoadIssue(key.object)) AddTarget(*target, neighbours);
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
