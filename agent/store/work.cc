#include <algorithm>
#include <tuple>

#include "agent/store/columns.h"
#include "agent/store/store.h"

namespace valise {

namespace {

using WorkRow = std::tuple<std::int64_t, Store::Work>;

// The rows that mean the same issue: at most one under its issue id, then those that know only the
// Jira id. Named by Jira id alone, the row of an issue with that Jira id is meant too.
std::vector<WorkRow> SameIssue(Database& database, const Store::Work& work) {
  return database.All<WorkRow>(
      "SELECT row, jira_id, issue_id, not_before_ms, why, failures FROM work "
      "WHERE issue_id = ?1 AND issue_id <> x'' "
      "UNION SELECT row, jira_id, issue_id, not_before_ms, why, failures FROM work "
      "WHERE jira_id = ?2 AND jira_id <> '' AND (issue_id = x'' OR ?1 = x'') "
      "ORDER BY 3 DESC, 1",
      work.issue_id, work.jira_id);
}

void WriteWork(Database& database, const std::vector<WorkRow>& stored, const Store::Work& work) {
  if (stored.empty()) {
    database.Run("INSERT INTO work VALUES (NULL, ?1, ?2, ?3, ?4, ?5)", work);
    return;
  }
  // Others go first: the issue id may stand in only one row.
  for (std::size_t index = 1; index < stored.size(); ++index) {
    database.Run("DELETE FROM work WHERE row = ?1", std::get<0>(stored[index]));
  }
  const auto& [row, before] = stored.front();
  if (stored.size() == 1 && Columns(before) == Columns(work)) return;
  database.Run(
      "UPDATE work SET jira_id = ?1, issue_id = ?2, not_before_ms = ?3, why = ?4, failures = ?5 "
      "WHERE row = ?6",
      work, row);
}

// What `work` leaves out is taken from what is stored.
Store::Work Complete(Store::Work work, const std::vector<WorkRow>& stored) {
  for (const auto& [row, before] : stored) {
    if (work.jira_id.empty()) work.jira_id = before.jira_id;
    if (work.issue_id.is_zero()) work.issue_id = before.issue_id;
    if (work.why.empty()) work.why = before.why;
  }
  return work;
}

}  // namespace

void Store::PutWork(const Work& work) {
  std::vector<WorkRow> stored = SameIssue(database(), work);
  Work merged = Complete(work, stored);
  for (const auto& [row, before] : stored) {
    // One more reason to look does not forgive the failures before it.
    merged.failures = std::max(merged.failures, before.failures);
    if (before.not_before_ms > merged.not_before_ms) continue;
    merged.not_before_ms = before.not_before_ms;
    if (!before.why.empty()) merged.why = before.why;
  }
  WriteWork(database(), stored, merged);
}

void Store::DeferWork(const Work& work) {
  std::vector<WorkRow> stored = SameIssue(database(), work);
  WriteWork(database(), stored, Complete(work, stored));
}

void Store::DropWork(const Work& work) {
  if (!work.issue_id.is_zero()) {
    database().Run("DELETE FROM work WHERE issue_id = ?1 AND issue_id <> x''", work.issue_id);
  }
  if (!work.jira_id.empty()) {
    database().Run("DELETE FROM work WHERE jira_id = ?1 AND jira_id <> '' AND issue_id = x''",
                   work.jira_id);
  }
}

std::vector<Store::Work> Store::DueWork(std::int64_t now_ms, std::size_t count_max) const {
  return database().All<Work>(
      "SELECT jira_id, issue_id, not_before_ms, why, failures FROM work "
      "WHERE not_before_ms <= ?1 ORDER BY not_before_ms, row LIMIT ?2",
      now_ms, count_max);
}

std::optional<std::int64_t> Store::NextWorkAt() const {
  return database().One<std::int64_t>(
      "SELECT not_before_ms FROM work ORDER BY not_before_ms LIMIT 1");
}

std::size_t Store::WorkCount() const {
  return database().One<std::size_t>("SELECT count(*) FROM work").value_or(0);
}

void Store::ClampTimes(std::int64_t latest_ms) {
  database().Run("UPDATE work SET not_before_ms = ?1 WHERE not_before_ms > ?1", latest_ms);
  database().Run("UPDATE packet SET next_send_at_ms = ?1 WHERE next_send_at_ms > ?1", latest_ms);
  database().Run("UPDATE intent SET settle_at_ms = ?1 WHERE settle_at_ms > ?1", latest_ms);
}

}  // namespace valise
