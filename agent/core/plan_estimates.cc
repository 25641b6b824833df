// Estimates in writes: both are parts of one field of Jira's.
#include "agent/core/plan_parts.h"

namespace valise {
namespace {

constexpr char kOriginal[] = "timeoriginalestimate";
constexpr char kRemaining[] = "timeestimate";

}  // namespace

void KeepRemaining(const Terms& terms, const std::optional<std::string>& type,
                   const LocalIssue& local, PlannedWrite& write) {
  const FieldBinding* remaining = terms.binding.ByField(kRemaining);
  const bool is_bound = remaining != nullptr && IsFieldOf(terms, remaining->name, type);
  const auto shown = local.fields.find(kRemaining);
  const bool is_set = shown != local.fields.end() && !shown->second.values.empty();
  if (!write.fields.contains(kOriginal) || !is_bound || is_set) return;
  if (!write.fields.try_emplace(kRemaining).second) return;
  write.keys.push_back(FieldKey(remaining->name));
}

}  // namespace valise
