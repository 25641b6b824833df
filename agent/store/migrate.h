// The schema and its way forward. PRAGMA user_version holds a file's version; 0 is an empty file.
#pragma once

#include <span>

#include "agent/store/sqlite.h"
#include "packet/result.h"

namespace valise {

// Brings a file of version `to` - 1 to version `to`.
struct Migration {
  int to;
  const char* script;
};

struct Schema {
  int version;
  const char* script;  // creates all of it, at once
  std::span<const Migration> migrations;
};

Schema NewestSchema();

// Creates what is missing, in one transaction. Errors: "VAL-STATE-NEWER", "VAL-STATE-OPEN" (not a
// state of valise; no migration leads here), and those of Database.
Result<void> Migrate(Database& database, const Schema& schema);
// The same for a file that may not be written: an older one is refused.
Result<void> RequireNewest(Database& database, const Schema& schema);

}  // namespace valise
