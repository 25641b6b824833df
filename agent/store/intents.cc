#include "agent/store/columns.h"
#include "agent/store/store.h"

namespace valise {

void Store::PutIntent(const Intent& intent) {
  // An upsert keeps the row, and with it the place in the order.
  database().Run(
      "INSERT INTO intent VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
      "?14, ?15, ?16, ?17) ON CONFLICT (write_id) DO UPDATE SET issue_id = ?2, kind = ?3, "
      "state = ?4, method = ?5, path = ?6, body = ?7, targets = ?8, history_before = ?9, "
      "body_sent = ?10, probes = ?11, object = ?12, before_mark = ?13, sent_at_ms = ?14, "
      "settle_at_ms = ?15, attempts = ?16, jira_id = ?17",
      intent);
}

std::vector<Intent> Store::IntentsOf(const Id& issue_id) const {
  return database().All<Intent>(
      "SELECT write_id, issue_id, kind, state, method, path, body, targets, history_before, "
      "body_sent, probes, object, before_mark, sent_at_ms, settle_at_ms, attempts, jira_id "
      "FROM intent "
      "WHERE issue_id = ?1 ORDER BY row",
      issue_id);
}

std::vector<Intent> Store::AllIntents() const {
  return database().All<Intent>(
      "SELECT write_id, issue_id, kind, state, method, path, body, targets, history_before, "
      "body_sent, probes, object, before_mark, sent_at_ms, settle_at_ms, attempts, jira_id "
      "FROM intent ORDER BY row");
}

void Store::RemoveIntent(const Id& write_id) {
  database().Run("DELETE FROM intent WHERE write_id = ?1", write_id);
}

}  // namespace valise
