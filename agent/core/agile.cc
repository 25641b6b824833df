#include "agent/core/agile.h"

#include <algorithm>

#include "agent/core/view.h"

namespace valise {
namespace {

constexpr char kNoName = '\x1f';

LocalField One(const std::string& text, const std::string& detail = "") {
  return LocalField{{Value{text, detail}}};
}

}  // namespace

LocalField ShownSprint(const LocalField& sprints, const RegisterBase& base) {
  const auto newest = [&](const char* state, const auto& counts) {
    const auto found = std::find_if(
        sprints.values.rbegin(), sprints.values.rend(),
        [&](const Value& sprint) { return sprint.detail == state && counts(sprint.text); });
    return found == sprints.values.rend() ? nullptr : &*found;
  };
  const auto any = [](const std::string&) { return true; };
  const auto is_agreed = [&](const std::string& name) { return name == base.agreed->text; };
  const auto was_seen = [&](const std::string& name) {
    return base.has_seen && SeenDigest(name) == base.seen;
  };
  const Value* shown = newest(kSprintOpen, any);
  if (!shown && base.agreed) shown = newest(kSprintClosed, is_agreed);
  if (!shown && base.agreed) shown = newest(kSprintClosed, was_seen);
  if (shown) return One(shown->text);
  shown = newest(kSprintHidden, any);
  return shown ? One(shown->text, shown->detail) : LocalField{};
}

RegisterKey UnsharedKey(const std::string& field, const std::string& jira_key) {
  return ElementKey(field, kNoName + jira_key);
}

std::string UnsharedTarget(const Terms& terms, const RegisterKey& key) {
  const bool is_named = key.kind == RegisterKind::kElement && key.element.starts_with(kNoName);
  const auto binding = terms.binding.fields.find(key.field);
  if (!is_named || binding == terms.binding.fields.end()) return "";
  return binding->second.kind == ValueKind::kIssue ? key.element.substr(1) : "";
}

std::vector<const FieldBinding*> BoundOf(const Terms& terms, ValueKind kind) {
  std::vector<const FieldBinding*> bound;
  for (const auto& [name, binding] : terms.binding.fields) {
    if (binding.kind == kind) bound.push_back(&binding);
  }
  return bound;
}

}  // namespace valise
