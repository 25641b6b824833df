#include "agent/store/migrate.h"

#include <array>
#include <fstream>
#include <sstream>

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

std::string TextOf(const std::string& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  REQUIRE_MESSAGE(!text.str().empty(), file);
  return text.str();
}

// Every column of every table, and every index with what it holds.
std::vector<std::string> ShapeOf(Database& database) {
  std::vector<std::string> shape = database.All<std::string>(
      "SELECT t.name || '.' || c.cid || ' ' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || "
      "' ' || c.pk FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' "
      "ORDER BY 1");
  for (std::string& index : database.All<std::string>(
           "SELECT i.name || ' ' || i.tbl_name || ' ' || p.\"unique\" || ' ' || p.partial || ' ' "
           "|| group_concat(ifnull(c.name, ''), ',') FROM sqlite_schema i, "
           "pragma_index_list(i.tbl_name) p ON p.name = i.name, pragma_index_info(i.name) c "
           "WHERE i.type = 'index' GROUP BY i.name ORDER BY 1")) {
    shape.push_back(std::move(index));
  }
  return shape;
}

TEST_CASE("a state of version 1 becomes what the newest schema makes") {
  TempFolder folder;
  const std::string script = TextOf(std::string(STORE_TEST_DIRECTORY) + "/schema_1.sql");
  auto old = Raw(folder.path() + "/old.db");
  REQUIRE(Migrate(*old, Schema{1, script.c_str(), {}}).ok());
  REQUIRE(Migrate(*old, NewestSchema()).ok());
  OnDisk(folder.File());
  const auto newest = ShapeOf(*Raw(folder.File()));
  CHECK(newest.size() > 100);
  CHECK(ShapeOf(*old) == newest);
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
