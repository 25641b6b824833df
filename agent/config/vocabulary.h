// The words of contract.toml and what Jira's own fields can carry.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/core/contract.h"

namespace valise {

std::optional<ValueKind> KindNamed(const std::string& name);
const char* NameOf(ValueKind kind);
const std::vector<std::string>& KindNames();

// Names that no [fields.X] may take: "type", "status", "parent".
bool IsReservedField(const std::string& name);

// The kind of one of Jira's own fields ("summary", "duedate"); nullopt: a custom field or unknown.
std::optional<ValueKind> KindOfSystemField(const std::string& jira_field);
// Why this Jira field cannot be bound ("status": use [bind.statuses]); empty: it can.
std::string WhyUnbindable(const std::string& jira_field);

}  // namespace valise
