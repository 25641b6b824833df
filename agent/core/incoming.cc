#include "agent/core/incoming.h"

#include <algorithm>

#include "agent/core/view.h"

namespace valise {
namespace {

const std::optional<Value>* AgreedOf(const IssueBase& issue, const RegisterKey& key) {
  const auto found = issue.registers.find(key);
  return found == issue.registers.end() ? nullptr : &found->second.agreed;
}

// A condition that names nothing holds.
bool Holds(const std::set<std::string>& wanted, const IssueBase& issue, const char* field) {
  if (wanted.empty()) return true;
  const auto* agreed = AgreedOf(issue, FieldKey(field));
  return agreed && *agreed && wanted.contains((*agreed)->text);
}

bool HasOneOf(const IssueBase& issue, const std::string& field,
              const std::set<std::string>& wanted) {
  const auto* scalar = AgreedOf(issue, FieldKey(field));
  if (scalar && *scalar && wanted.contains((*scalar)->text)) return true;
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& element) {
    const auto* agreed = AgreedOf(issue, ElementKey(field, element));
    return agreed && agreed->has_value();
  });
}

}  // namespace

bool IsTaken(const IncomingConditions& conditions, const IssueBase& issue) {
  if (!conditions.types.empty() && !conditions.types.contains(TypeOf(issue))) return false;
  if (!Holds(conditions.statuses, issue, kStatusField)) return false;
  return std::all_of(conditions.fields.begin(), conditions.fields.end(), [&](const auto& one) {
    return HasOneOf(issue, one.first, one.second);
  });
}

}  // namespace valise
