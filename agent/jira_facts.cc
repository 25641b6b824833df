#include "agent/jira_facts.h"

namespace valise {

std::vector<std::string> AllowedOf(const JiraFacts& facts, const FieldFact& field) {
  if (field.info.id == "priority") return facts.priorities;
  if (field.info.id == "resolution") return facts.resolutions;
  return field.allowed;
}

}  // namespace valise
