#include "agent/store/migrate.h"

#include <array>

#include "tests/store/support.h"

namespace valise {
namespace {

std::unique_ptr<Database> Raw(const std::string& file) {
  auto database = Database::Open(file, Database::Mode::kReadWrite);
  REQUIRE(database.ok());
  return std::move(database).value();
}

void RequireExecute(Database& database, const char* script) {
  auto done = database.Execute(script, "VAL-TEST");
  REQUIRE_MESSAGE(done.ok(), (done.ok() ? "" : done.error().message));
}

constexpr std::array<Migration, 2> kSteps{{
    {2, "ALTER TABLE thing ADD COLUMN second TEXT NOT NULL DEFAULT 'x'"},
    {3, "CREATE TABLE other (row INTEGER PRIMARY KEY) STRICT"},
}};
const Schema kFirst{1, "CREATE TABLE thing (first TEXT NOT NULL) STRICT", {}};
const Schema kThird{3,
                    "CREATE TABLE thing (first TEXT NOT NULL, second TEXT NOT NULL) STRICT;"
                    "CREATE TABLE other (row INTEGER PRIMARY KEY) STRICT",
                    kSteps};

TEST_CASE("a state of a newer valise is refused with what to do") {
  TempFolder folder;
  OnDisk(folder.File());
  RequireExecute(*Raw(folder.File()), "PRAGMA user_version = 999");
  for (auto mode : {Store::Mode::kReadWrite, Store::Mode::kReadOnly}) {
    auto store = Store::Open(folder.File(), mode);
    REQUIRE_FALSE(store.ok());
    CHECK(store.error().code == "VAL-STATE-NEWER");
    CHECK(store.error().recovery == Recovery::kAskOperator);
    CHECK(store.error().message.find("install that version again") != std::string::npos);
  }
}

TEST_CASE("someone else's database is refused and left alone") {
  TempFolder folder;
  RequireExecute(*Raw(folder.File()), "CREATE TABLE theirs (a TEXT)");
  auto store = Store::Open(folder.File(), Store::Mode::kReadWrite);
  REQUIRE_FALSE(store.ok());
  CHECK(store.error().code == "VAL-STATE-OPEN");
  CHECK(Raw(folder.File())->One<int>("SELECT count(*) FROM sqlite_schema") == 1);
}

TEST_CASE("an older schema is brought forward step by step, once") {
  TempFolder folder;
  auto database = Raw(folder.File());
  REQUIRE(Migrate(*database, kFirst).ok());
  RequireExecute(*database, "INSERT INTO thing VALUES ('kept')");
  CHECK_FALSE(RequireNewest(*database, kThird).ok());
  REQUIRE(Migrate(*database, kThird).ok());
  REQUIRE(Migrate(*database, kThird).ok());
  CHECK(RequireNewest(*database, kThird).ok());
  CHECK(database->One<std::string>("SELECT first || second FROM thing") == "keptx");
  CHECK(database->One<int>("SELECT count(*) FROM other") == 0);
  CHECK(database->One<int>("PRAGMA user_version") == 3);
  CHECK(Migrate(*database, kFirst).error().code == "VAL-STATE-NEWER");
}

TEST_CASE("a failing step leaves the state as it was") {
  TempFolder folder;
  auto database = Raw(folder.File());
  REQUIRE(Migrate(*database, kFirst).ok());
  std::array<Migration, 2> steps{kSteps[0], Migration{3, "CREATE TABLE thing (again TEXT)"}};
  auto migrated = Migrate(*database, Schema{3, "", steps});
  REQUIRE_FALSE(migrated.ok());
  CHECK(migrated.error().code == "VAL-STATE-OPEN");
  CHECK(database->One<int>("PRAGMA user_version") == 1);
  CHECK_FALSE(database->One<int>("SELECT 1 FROM pragma_table_info('thing') WHERE cid = 1"));
  CHECK(Migrate(*database, Schema{4, "", {}}).error().message.find("no migration") !=
        std::string::npos);
}

TEST_CASE("the newest schema opens under its own version") {
  TempFolder folder;
  OnDisk(folder.File());
  auto database = Raw(folder.File());
  CHECK(database->One<int>("PRAGMA user_version") == NewestSchema().version);
  CHECK(database->One<int>("PRAGMA foreign_keys") == 1);
  CHECK(database->One<int>("PRAGMA synchronous") == 2);
  CHECK(database->One<int>("PRAGMA trusted_schema") == 0);
  CHECK(database->One<int>("PRAGMA cell_size_check") == 1);
  CHECK(database->One<std::string>("PRAGMA journal_mode") == "wal");
}

}  // namespace
}  // namespace valise
