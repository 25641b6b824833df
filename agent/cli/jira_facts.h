// Reads what a Jira says about one project.
#pragma once

#include <string>

#include "agent/cli/jira_session.h"
#include "agent/jira_facts.h"

namespace valise::cli {

// Reads from a Jira of 7.x to 10.x; at most two requests and one a type beyond the fixed eight.
Result<JiraFacts> ReadJiraFacts(JiraSession& jira, const std::string& project);

}  // namespace valise::cli
