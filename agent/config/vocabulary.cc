#include "agent/config/vocabulary.h"

#include <array>
#include <utility>

namespace valise {

namespace {

constexpr std::array<std::pair<const char*, ValueKind>, 11> kSystemFields{{
    {"summary", ValueKind::kLine},
    {"description", ValueKind::kText},
    {"environment", ValueKind::kText},
    {"duedate", ValueKind::kDate},
    {"priority", ValueKind::kOption},
    {"resolution", ValueKind::kOption},
    {"labels", ValueKind::kSet},
    {"components", ValueKind::kSet},
    {"fixVersions", ValueKind::kSet},
    {"versions", ValueKind::kSet},
    {"assignee", ValueKind::kPerson},
}};

constexpr std::array<std::pair<const char*, const char*>, 12> kUnbindable{{
    {"status", "statuses are bound in [bind.statuses]"},
    {"issuetype", "issue types are bound in [bind.types]"},
    {"project", "the project is set in [jira] project"},
    {"comment", "comments are switched on by [comments] in the contract"},
    {"parent", "the parent travels with its issue type"},
    {"attachment", "attachments are switched on by [attachments] in the contract"},
    {"worklog", "work logs are switched on by [worklogs] in the contract"},
    {"issuelinks", "link types are bound in [bind.links]"},
    {"created", "Jira sets it itself"},
    {"updated", "Jira sets it itself"},
    {"resolutiondate", "Jira sets it itself"},
    {"creator", "Jira sets it itself"},
}};

}  // namespace

std::optional<ValueKind> KindOfSystemField(const std::string& jira_field) {
  for (const auto& [name, kind] : kSystemFields) {
    if (jira_field == name) return kind;
  }
  if (jira_field == "reporter") return ValueKind::kPerson;
  return std::nullopt;
}

std::string WhyUnbindable(const std::string& jira_field) {
  for (const auto& [name, reason] : kUnbindable) {
    if (jira_field == name) return reason;
  }
  return "";
}

bool IsCount(const std::string& jira_field) {
  return jira_field == "votes" || jira_field == "watches";
}

}  // namespace valise
