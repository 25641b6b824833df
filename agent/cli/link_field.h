// Issues of this Jira that are not shared yet, by the value of one contract field.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/cli/jira_session.h"
#include "agent/cli/terminal.h"
#include "agent/config.h"
#include "agent/store/store.h"

namespace valise::cli {

struct FieldIssue {
  std::string key, jira_id;
};
using FieldPairs = std::map<std::string, std::vector<FieldIssue>>;  // by value, in contract words

// Every issue of the scope whose type is bound, without our marker, with a value. One request for
// each issue that is not shared: the index is asked which there are, never for values. `field` is
// bound. Errors: those of Jira's answers.
Result<FieldPairs> FindFieldPairs(Terminal& terminal, const Config& config, const Store& store,
                                  JiraSession& session, const std::string& field);

}  // namespace valise::cli
