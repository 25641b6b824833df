#include <tuple>

#include "agent/store/columns.h"
#include "agent/store/store.h"

namespace valise {

namespace {

using OutgoingRow = std::tuple<OutgoingChange, std::uint8_t, std::string>;  // + outcome's own

OutgoingChange WithOutcome(Database& database, OutgoingRow row) {
  auto& [change, result, reason_code] = row;
  if (result == 0) return std::move(change);
  Outcome outcome{change.op_id, static_cast<OutcomeResult>(result), std::move(reason_code), {}};
  outcome.registers = database.All<RegisterOutcome>(
      "SELECT kind, field, element, object, result, reason_code FROM outcome_register "
      "WHERE op_id = ?1 ORDER BY row",
      change.op_id);
  change.outcome = std::move(outcome);
  return std::move(change);
}

std::vector<OutgoingChange> WithOutcomes(Database& database, std::vector<OutgoingRow> rows) {
  std::vector<OutgoingChange> changes;
  changes.reserve(rows.size());
  for (OutgoingRow& row : rows) changes.push_back(WithOutcome(database, std::move(row)));
  return changes;
}

}  // namespace

// --- outgoing -----------------------------------------------------------------------------------

void Store::AppendOutgoing(const OutgoingChange& change) {
  database().Run("INSERT INTO outgoing VALUES (NULL, ?2, ?3, ?4, ?5, ?6, ?7, 0, '')", change);
  if (change.outcome) PutOutcomeOf(change.op_id, *change.outcome);
}

std::vector<OutgoingChange> Store::UnpackedChanges(std::size_t count_max) const {
  return WithOutcomes(
      database(),
      database().All<OutgoingRow>("SELECT * FROM outgoing WHERE sequence = 0 ORDER BY row LIMIT ?1",
                                  count_max));
}

void Store::MarkPacked(const Id& op_id, const Bytes& record, std::uint32_t epoch_number,
                       std::uint64_t sequence) {
  database().Run(
      "UPDATE outgoing SET record = ?2, epoch_number = ?3, sequence = ?4 WHERE op_id = ?1", op_id,
      Blob{record}, epoch_number, sequence);
}

void Store::PutOutcomeOf(const Id& op_id, const Outcome& outcome) {
  // No such row is no error: after a restore the peer may speak of changes unknown here.
  if (!database().Run(
          "UPDATE outgoing SET outcome_result = ?2, outcome_reason = ?3 WHERE op_id = ?1", op_id,
          outcome.result, outcome.reason_code)) {
    return;
  }
  database().Run("DELETE FROM outcome_register WHERE op_id = ?1", op_id);
  for (const RegisterOutcome& each : outcome.registers) {
    database().Run("INSERT INTO outcome_register VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7)", op_id,
                   each);
  }
}

std::optional<OutgoingChange> Store::OutgoingByOp(const Id& op_id) const {
  ReadView view(database());
  auto row = database().One<OutgoingRow>("SELECT * FROM outgoing WHERE op_id = ?1", op_id);
  if (!row) return std::nullopt;
  return WithOutcome(database(), *std::move(row));
}

std::vector<OutgoingChange> Store::OutgoingOf(const Id& issue_id) const {
  ReadView view(database());
  return WithOutcomes(database(),
                      database().All<OutgoingRow>(
                          "SELECT * FROM outgoing WHERE issue_id = ?1 ORDER BY row", issue_id));
}

std::size_t Store::UnpackedCount() const {
  return database()
      .One<std::size_t>("SELECT count(*) FROM outgoing WHERE sequence = 0")
      .value_or(0);
}

void Store::PruneOutgoing(std::int64_t captured_before_ms) {
  database().Run("DELETE FROM outgoing WHERE captured_at_ms < ?1 AND outcome_result <> 0",
                 captured_before_ms);
}

// --- incoming -----------------------------------------------------------------------------------

void Store::AppendIncoming(const IncomingChange& change) {
  database().Run(
      "INSERT INTO incoming VALUES (NULL, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)", change);
}

std::vector<IncomingChange> Store::IncomingOf(const Id& issue_id) const {
  return database().All<IncomingChange>(
      "SELECT * FROM incoming WHERE issue_id = ?1 ORDER BY issue_sequence, row", issue_id);
}

std::vector<IncomingChange> Store::AllIncoming(std::size_t count_max) const {
  return database().All<IncomingChange>("SELECT * FROM incoming ORDER BY row LIMIT ?1", count_max);
}

void Store::UpdateIncoming(const IncomingChange& change) {
  database().Run("UPDATE incoming SET state = ?2, waiting = ?3 WHERE row = ?1", change.row,
                 change.state, change.waiting);
}

void Store::ReplaceIncoming(std::int64_t row, const Bytes& record) {
  database().Run("UPDATE incoming SET record = ?2 WHERE row = ?1", row, Blob(record));
}

void Store::RemoveIncoming(std::int64_t row) {
  database().Run("DELETE FROM incoming WHERE row = ?1", row);
}

std::vector<Id> Store::IssuesWithIncoming() const {
  return database().All<Id>("SELECT DISTINCT issue_id FROM incoming ORDER BY issue_id");
}

// --- records waiting to be packed ---------------------------------------------------------------

void Store::AppendRecord(const Bytes& record) {
  database().Run("INSERT INTO waiting_record VALUES (NULL, ?1)", Blob{record});
}

std::vector<Store::WaitingRecord> Store::WaitingRecords(std::size_t count_max) const {
  return database().All<WaitingRecord>("SELECT * FROM waiting_record ORDER BY row LIMIT ?1",
                                       count_max);
}

void Store::RemoveWaitingRecord(std::int64_t row) {
  database().Run("DELETE FROM waiting_record WHERE row = ?1", row);
}

}  // namespace valise
