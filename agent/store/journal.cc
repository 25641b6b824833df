#include <algorithm>

#include "agent/store/columns.h"
#include "agent/store/store.h"

namespace valise {

// --- journal: only ever added to ----------------------------------------------------------------

void Store::AppendJournal(const JournalEntry& entry) {
  database().Run("INSERT INTO journal VALUES (NULL, ?2, ?3, ?4, ?5, ?6)", entry);
}

std::vector<JournalEntry> Store::JournalOf(const Id& issue_id) const {
  return database().All<JournalEntry>("SELECT * FROM journal WHERE issue_id = ?1 ORDER BY row",
                                      issue_id);
}

std::vector<JournalEntry> Store::JournalTail(std::size_t count_max) const {
  auto entries =
      database().All<JournalEntry>("SELECT * FROM journal ORDER BY row DESC LIMIT ?1", count_max);
  std::reverse(entries.begin(), entries.end());
  return entries;
}

// --- lists for people ---------------------------------------------------------------------------

void Store::DismissListed(std::int64_t row) {
  database().Run(
      "UPDATE listed SET is_open = 0 WHERE is_open = 1 AND listed_kind <> 'held' AND "
      "(?1 = 0 OR row = ?1)",
      row);
}

void Store::PruneStory(std::int64_t before_ms) {
  database().Run("DELETE FROM journal WHERE at_ms < ?1", before_ms);
  database().Run("DELETE FROM listed WHERE at_ms < ?1 AND is_open = 0", before_ms);
  database().Run("DELETE FROM taken WHERE taken_at_ms < ?1", before_ms);
}

void Store::AppendListed(const Listed& listed) {
  database().Run(
      "INSERT INTO listed VALUES (NULL, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
      listed);
}

void Store::SettleListed(const Id& issue_id, const RegisterKey& key, const std::string& kind) {
  database().Run(
      // Named: SQLite takes the index over all open rows otherwise, of a hundred thousand issues.
      "UPDATE listed INDEXED BY listed_open SET is_open = 0 "
      "WHERE is_open = 1 AND issue_id = ?1 AND listed_kind = ?2 "
      "AND kind = ?3 AND field = ?4 AND element = ?5 AND object = ?6",
      issue_id, kind, key);
}

std::vector<Listed> Store::ListedOf(const Id& issue_id) const {
  return database().All<Listed>("SELECT * FROM listed WHERE issue_id = ?1 ORDER BY row", issue_id);
}

std::vector<Listed> Store::AllListed(bool open_only) const {
  if (open_only) {
    return database().All<Listed>("SELECT * FROM listed WHERE is_open = 1 ORDER BY row");
  }
  return database().All<Listed>("SELECT * FROM listed ORDER BY row");
}

// --- requests of commands beside the agent ------------------------------------------------------

void Store::AppendRequest(const OperatorRequest& request) {
  database().Run("INSERT INTO request VALUES (NULL, ?2, ?3, ?4)", request);
}

std::vector<OperatorRequest> Store::Requests() const {
  return database().All<OperatorRequest>("SELECT * FROM request ORDER BY row");
}

void Store::RemoveRequest(std::int64_t row) {
  database().Run("DELETE FROM request WHERE row = ?1", row);
}

}  // namespace valise
