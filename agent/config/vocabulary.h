// What Jira's own fields can carry.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/core/words.h"

namespace valise {

// The kind of one of Jira's own fields ("summary", "duedate"); nullopt: a custom field or unknown.
std::optional<ValueKind> KindOfSystemField(const std::string& jira_field);
// Why this Jira field cannot be bound ("status": use [bind.statuses]); empty: it can.
std::string WhyUnbindable(const std::string& jira_field);

// Votes and watchers: counts that Jira keeps, which can leave and never come in.
bool IsCount(const std::string& jira_field);

}  // namespace valise
