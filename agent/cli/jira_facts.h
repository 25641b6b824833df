// What a Jira says about one project: the material for a binding or a contract.
#pragma once

#include <string>
#include <vector>

#include "agent/cli/jira_session.h"
#include "agent/jira/answers.h"

namespace valise::cli {

struct FieldFact {
  jira::FieldInfo info;
  std::vector<std::string> allowed;      // on create screens, over all types
  std::vector<std::string> required_by;  // issue types whose create screen requires it
  bool is_on_screen = false;
};

struct JiraFacts {
  std::string project;
  std::vector<jira::IssueTypeInfo> types;
  std::vector<std::string> statuses;
  std::vector<std::string> priorities;
  std::vector<std::string> resolutions;
  std::vector<jira::LinkType> link_types;  // none: linking is switched off
  jira::AttachmentLimits attachments;
  std::vector<FieldFact> fields;  // all of Jira's; those of the create screens know more
};

// Reads from a Jira of 7.x to 10.x; at most two requests and one a type beyond the fixed eight.
Result<JiraFacts> ReadJiraFacts(JiraSession& jira, const std::string& project);

// Allowed values: of a select field its screen's, of priority and resolution Jira's.
std::vector<std::string> AllowedOf(const JiraFacts& facts, const FieldFact& field);

}  // namespace valise::cli
