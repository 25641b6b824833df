// What a Jira says about one project, as values: the material for a binding, a contract, or a
// preflight. Read by agent/cli/jira_facts.cc.
#pragma once

#include <string>
#include <vector>

#include "agent/jira/answers.h"

namespace valise {

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
  std::vector<jira::IssueTypeInfo> workflows;  // with the statuses of each type
  std::vector<jira::CreateType> screens;       // the create screen of each type, as it came
  std::vector<std::string> priorities;
  std::vector<std::string> resolutions;
  std::vector<jira::LinkType> link_types;  // none: linking is switched off
  jira::AttachmentLimits attachments;
  std::vector<FieldFact> fields;  // all of Jira's; those of the create screens know more
};

// Allowed values: of a select field its screen's, of priority and resolution Jira's.
std::vector<std::string> AllowedOf(const JiraFacts& facts, const FieldFact& field);

}  // namespace valise
