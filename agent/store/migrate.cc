#include "agent/store/migrate.h"

#include <array>

namespace valise {

extern const char* const kSchema;  // schema.sql, see CMakeLists.txt

namespace {

constexpr const char* kContractTable = R"(
  CREATE TABLE contract (
    digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
    version INTEGER NOT NULL,
    toml BLOB NOT NULL,
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
    site INTEGER NOT NULL,
    is_asked_back INTEGER NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
)";

constexpr const char* kKeysAndLists = R"(
  CREATE INDEX register_key ON register (agreed_text)
    WHERE kind = 1 AND field >= 'key:' AND field < 'key;';
  CREATE TABLE awaited_key (
    issue_id BLOB NOT NULL REFERENCES issue,
    peer_key TEXT NOT NULL,
    PRIMARY KEY (issue_id, peer_key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX awaited_key_by_key ON awaited_key (peer_key);
  DROP INDEX listed_open;
  CREATE INDEX listed_open ON listed (issue_id, listed_kind, kind, field, element, object)
    WHERE is_open = 1;
)";

constexpr int kVersion = 6;
// To change the schema: change schema.sql, raise kVersion, and add the step from the one before.
constexpr std::array<Migration, 5> kMigrations{{
    {2, R"(
      ALTER TABLE comment RENAME TO object;
      ALTER TABLE object RENAME COLUMN comment TO object;
      ALTER TABLE object ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE object ADD COLUMN name TEXT NOT NULL DEFAULT '';
      ALTER TABLE object ADD COLUMN mime TEXT NOT NULL DEFAULT '';
      ALTER TABLE object ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE object ADD COLUMN content BLOB NOT NULL DEFAULT x'';
      ALTER TABLE intent RENAME COLUMN comment_body TO body_sent;
      ALTER TABLE intent RENAME COLUMN comment TO object;
      CREATE INDEX object_by_content ON object (content) WHERE content <> x'';
      CREATE TABLE outgoing_content (
        row INTEGER PRIMARY KEY,
        content BLOB NOT NULL UNIQUE CHECK (length(content) = 32),
        bytes INTEGER NOT NULL,
        next_offset INTEGER NOT NULL,
        is_packed INTEGER NOT NULL,
        pushes INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX outgoing_content_unpacked ON outgoing_content (row) WHERE is_packed = 0;
      CREATE TABLE content_use (
        op_id BLOB NOT NULL REFERENCES outgoing (op_id) ON DELETE CASCADE,
        content BLOB NOT NULL REFERENCES outgoing_content (content) ON DELETE CASCADE,
        PRIMARY KEY (op_id, content)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX content_use_by_content ON content_use (content);
      CREATE TABLE incoming_content (
        content BLOB PRIMARY KEY CHECK (length(content) = 32),
        bytes INTEGER NOT NULL,
        state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
        arrived_at_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX incoming_content_partial ON incoming_content (state) WHERE state = 1;
      CREATE TABLE received_range (
        content BLOB NOT NULL REFERENCES incoming_content ON DELETE CASCADE,
        from_byte INTEGER NOT NULL,
        to_byte INTEGER NOT NULL,
        PRIMARY KEY (content, from_byte)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE announced_content (
        incoming INTEGER NOT NULL REFERENCES incoming (row) ON DELETE CASCADE,
        content BLOB NOT NULL,
        PRIMARY KEY (incoming, content)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX announced_by_content ON announced_content (content);
    )"},
    {3, "CREATE INDEX register_element ON register (field, element) WHERE kind = 2;"},
    {4, kContractTable},
    {5, kKeysAndLists},
    {6, "ALTER TABLE issue ADD COLUMN jira_parts BLOB NOT NULL DEFAULT x''"},
}};

// In the file's header, so that no other SQLite file is taken for ours: "VALS".
constexpr int kApplicationId = 0x56414c53;

Error CannotOpen(const Database& database, const std::string& why) {
  return {Recovery::kAskOperator, "VAL-STATE-OPEN", "cannot open " + database.file() + ": " + why};
}

struct Header {
  int version = 0;
  int application_id = 0;
  bool is_empty = true;
};

Result<Header> ReadHeader(Database& database) {
  Header header;
  header.version = database.One<int>("PRAGMA user_version").value_or(0);
  header.application_id = database.One<int>("PRAGMA application_id").value_or(0);
  header.is_empty = database.One<int>("SELECT count(*) FROM sqlite_schema").value_or(0) == 0;
  if (database.error()) return *database.error();
  return header;
}

// True: of this version already.
Result<bool> CheckHeader(const Database& database, const Header& header, const Schema& schema) {
  if (header.is_empty) return false;
  if (header.application_id != kApplicationId) {
    return CannotOpen(database, "it is no state of valise; name another state folder");
  }
  if (header.version > schema.version) {
    return Error{Recovery::kAskOperator, "VAL-STATE-NEWER",
                 database.file() + " was written by a newer valise (schema " +
                     std::to_string(header.version) + ", known here up to " +
                     std::to_string(schema.version) +
                     "): install that version again, or restore a backup made by this one"};
  }
  return header.version == schema.version;
}

Result<void> RunSteps(Database& database, int version, const Schema& schema) {
  for (const Migration& step : schema.migrations) {
    if (step.to != version + 1) continue;
    TRY(database.Execute(step.script, "VAL-STATE-OPEN"));
    version = step.to;
  }
  if (version == schema.version) return Ok();
  return CannotOpen(database, "no migration from schema " + std::to_string(version) +
                                  "; upgrade with a valise in between");
}

Result<void> BringForward(Database& database, const Schema& schema) {
  // Read again inside the transaction: another process may have been faster.
  Header header = TRY(ReadHeader(database));
  if (TRY(CheckHeader(database, header, schema))) return Ok();
  if (header.is_empty) {
    TRY(database.Execute(schema.script, "VAL-STATE-OPEN"));
  } else {
    TRY(RunSteps(database, header.version, schema));
  }
  std::string stamp = "PRAGMA user_version = " + std::to_string(schema.version) +
                      "; PRAGMA application_id = " + std::to_string(kApplicationId);
  return database.Execute(stamp.c_str(), "VAL-STATE-OPEN");
}

}  // namespace

Schema NewestSchema() { return {kVersion, kSchema, kMigrations}; }

Result<void> Migrate(Database& database, const Schema& schema) {
  Header header = TRY(ReadHeader(database));
  if (TRY(CheckHeader(database, header, schema))) return Ok();
  database.Begin();
  if (database.error()) return database.Commit();
  Result<void> done = BringForward(database, schema);
  if (done.ok()) return database.Commit();
  database.Rollback();
  return done;
}

Result<void> RequireNewest(Database& database, const Schema& schema) {
  Header header = TRY(ReadHeader(database));
  if (TRY(CheckHeader(database, header, schema))) return Ok();
  return CannotOpen(database, "it is older than this valise; `valise run` brings it forward");
}

}  // namespace valise
