#include "agent/cli/state.h"

#include "agent/durable_file.h"

namespace valise::cli {

std::string DatabaseFile(const Config& config) { return config.state_dir + "/valise.db"; }

Result<std::unique_ptr<Store>> OpenForReading(const Config& config) {
  if (!Exists(DatabaseFile(config))) {
    return Error{Recovery::kAskOperator, "VAL-STATE-NONE",
                 "nothing has run in " + config.state_dir + " yet; type: valise run"};
  }
  return Store::Open(DatabaseFile(config), Store::Mode::kReadOnly);
}

std::optional<Id> FindIssue(const Store& store, const std::string& name) {
  if (const auto by_key = store.IssueByKey(name)) return by_key;
  if (const auto by_jira_id = store.IssueByJiraId(name)) return by_jira_id;
  const auto id = IdFromText(name);
  return id && store.LoadIssue(*id) ? id : std::nullopt;
}

std::string IssueName(const Store& store, const Id& issue_id) {
  if (issue_id.is_zero()) return "-";
  const auto issue = store.LoadIssue(issue_id);
  return issue && !issue->jira_key.empty() ? issue->jira_key : Text(issue_id);
}

std::string DescribeHere(const Store& store, const RegisterKey& key) {
  if (key.kind != RegisterKind::kLinkPresence) return Describe(key);
  return "link " + key.field + " to " + IssueName(store, key.object);
}

Result<void> CheckRead(const Store& store) {
  const auto error = store.first_error();
  if (error) return *error;
  return Ok();
}

}  // namespace valise::cli
