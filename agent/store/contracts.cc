#include "agent/store/columns.h"
#include "agent/store/store.h"

namespace valise {

void Store::PutContract(const KnownContract& contract) {
  database().Run("INSERT OR REPLACE INTO contract VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", contract);
}

ContractBook Store::Contracts() const {
  return ContractBook(
      database().All<KnownContract>("SELECT * FROM contract ORDER BY version, site, digest"));
}

ContractBook Store::ContractRows() const {
  return ContractBook(database().All<KnownContract>(
      "SELECT digest, version, x'', state, site, is_asked_back, at_ms FROM contract "
      "ORDER BY version, site, digest"));
}

void Store::DropContract(const Digest& digest) {
  database().Run("DELETE FROM contract WHERE digest = ?1", digest);
}

void Store::DropFieldRegisters(const std::string& field) {
  database().Run("DELETE FROM register WHERE field = ?1 AND kind IN (?2, ?3)", field,
                 RegisterKind::kField, RegisterKind::kElement);
  database().Run(
      "UPDATE listed SET is_open = 0 WHERE is_open = 1 AND listed_kind = 'held' AND field = ?1 "
      "AND kind IN (?2, ?3)",
      field, RegisterKind::kField, RegisterKind::kElement);
}

std::vector<std::string> Store::FieldsWithRegisters() const {
  return database().All<std::string>("SELECT DISTINCT field FROM register WHERE kind IN (?1, ?2)",
                                     RegisterKind::kField, RegisterKind::kElement);
}

}  // namespace valise
