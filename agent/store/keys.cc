#include "agent/store/columns.h"
#include "agent/store/store.h"

namespace valise {

// Of a Jira restored from a backup, the issue that is not frozen has the key.
std::optional<std::string> Store::KeyHereOf(const std::string& key_field,
                                            const std::string& peer_key) const {
  return database().One<std::string>(
      "SELECT i.jira_key FROM register r JOIN issue i ON i.issue_id = r.issue_id "
      "WHERE r.kind = 1 AND r.field >= 'key:' AND r.field < 'key;' AND r.agreed_text = ?2 "
      "AND r.field = ?1 AND i.jira_key <> '' ORDER BY i.state = 2, i.issue_id LIMIT 1",
      key_field, peer_key);
}

std::set<std::string> Store::AwaitedKeys(const Id& issue_id) const {
  const auto all = database().All<std::string>(
      "SELECT peer_key FROM awaited_key WHERE issue_id = ?1", issue_id);
  return {all.begin(), all.end()};
}

void Store::PutAwaitedKeys(const Id& issue_id, const std::set<std::string>& peer_keys) {
  const std::set<std::string> stored = AwaitedKeys(issue_id);
  for (const std::string& key : stored) {
    if (peer_keys.contains(key)) continue;
    database().Run("DELETE FROM awaited_key WHERE issue_id = ?1 AND peer_key = ?2", issue_id, key);
  }
  for (const std::string& key : peer_keys) {
    if (stored.contains(key)) continue;
    database().Run("INSERT INTO awaited_key VALUES (?1, ?2)", issue_id, key);
  }
}

std::vector<Id> Store::IssuesAwaiting(const std::string& peer_key) const {
  return database().All<Id>(
      "SELECT issue_id FROM awaited_key WHERE peer_key = ?1 ORDER BY issue_id", peer_key);
}

}  // namespace valise
