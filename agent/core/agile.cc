#include "agent/core/agile.h"

#include <algorithm>

namespace valise {
namespace {

constexpr char kNoName = '\x1f';

LocalField One(const std::string& text, const std::string& detail = "") {
  return LocalField{{Value{text, detail}}};
}

}  // namespace

LocalField ShownSprint(const LocalField& sprints, const std::optional<Value>& agreed) {
  const auto newest = [&](const char* state) {
    return std::find_if(sprints.values.rbegin(), sprints.values.rend(),
                        [&](const Value& sprint) { return sprint.detail == state; });
  };
  const auto open = newest(kSprintOpen);
  if (open != sprints.values.rend()) return One(open->text);
  const bool was_there = agreed && std::any_of(sprints.values.begin(), sprints.values.end(),
                                               [&](const Value& sprint) {
                                                 return sprint.detail == kSprintClosed &&
                                                        sprint.text == agreed->text;
                                               });
  if (was_there) return One(agreed->text);
  const auto hidden = newest(kSprintHidden);
  return hidden == sprints.values.rend() ? LocalField{} : One(hidden->text, hidden->detail);
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
