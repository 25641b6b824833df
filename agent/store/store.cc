#include "agent/store/store.h"

#include <charconv>

#include "agent/store/columns.h"
#include "agent/store/migrate.h"
#include "packet/check.h"

namespace valise {

class Store::Impl {
 public:
  explicit Impl(std::unique_ptr<Database> opened) : database(std::move(opened)) {}

  void Crash() {
    database->Rollback();
    database->set_dead(true);
  }

  std::unique_ptr<Database> database;
  CommitWatcher* watcher = nullptr;
  std::uint64_t commits = 0;
};

namespace {

Error SimulatedCrash() {
  return {Recovery::kAskOperator, "VAL-SIMULATED-CRASH", "the simulation ended this life"};
}

Result<Bytes> EmptyImage() {
  auto database = TRY(Database::Open(":memory:", Database::Mode::kInMemory));
  TRY(Migrate(*database, NewestSchema()));
  return database->Image();
}

}  // namespace

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

Database& Store::database() const { return *impl_->database; }

Result<std::unique_ptr<Store>> Store::Open(const std::string& file, Mode mode) {
  bool is_read_only = mode == Mode::kReadOnly;
  auto database = TRY(
      Database::Open(file, is_read_only ? Database::Mode::kReadOnly : Database::Mode::kReadWrite));
  if (is_read_only) {
    TRY(RequireNewest(*database, NewestSchema()));
  } else {
    TRY(Migrate(*database, NewestSchema()));
  }
  return std::unique_ptr<Store>(new Store(std::make_unique<Impl>(std::move(database))));
}

Result<std::unique_ptr<Store>> Store::OpenInMemory() {
  static const Result<Bytes> image = EmptyImage();  // a simulation opens thousands
  if (!image.ok()) return image.error();
  auto database = TRY(Database::Open(":memory:", Database::Mode::kInMemory));
  TRY(database->BecomeCopyOf(image.value()));
  return std::unique_ptr<Store>(new Store(std::make_unique<Impl>(std::move(database))));
}

// --- transactions -------------------------------------------------------------------------------

void Store::Begin() { database().Begin(); }

Result<void> Store::Commit() {
  if (has_crashed()) return SimulatedCrash();
  CHECK(database().is_open());
  if (impl_->watcher == nullptr || database().error()) return database().Commit();
  switch (impl_->watcher->OnCommit(++impl_->commits)) {
    case CommitFate::kCommit:
      return database().Commit();
    case CommitFate::kCrashBefore:
      break;
    case CommitFate::kCrashAfter: {
      Result<void> committed = database().Commit();
      if (!committed.ok()) return committed;
      break;
    }
  }
  impl_->Crash();
  return SimulatedCrash();
}

void Store::Rollback() { database().Rollback(); }

bool Store::healthy() const { return !first_error().has_value(); }

std::optional<Error> Store::first_error() const {
  if (has_crashed()) return SimulatedCrash();
  return database().error();
}

std::string Store::path() const { return database().file(); }

std::int64_t Store::rows_changed() const { return database().rows_changed(); }

Result<void> Store::CopyTo(const std::string& file) const {
  if (has_crashed()) return SimulatedCrash();
  return database().CopyTo(file);
}

Result<void> Store::CheckIntegrity() const {
  if (has_crashed()) return SimulatedCrash();
  return database().CheckIntegrity();
}

// --- simulation ---------------------------------------------------------------------------------

void Store::set_commit_watcher(CommitWatcher* watcher) { impl_->watcher = watcher; }

bool Store::has_crashed() const { return database().is_dead(); }

void Store::Revive() {
  database().Rollback();
  database().set_dead(false);
  database().ClearError();
}

void Store::SimulateFullDisk(bool is_full) { database().SimulateFullDisk(is_full); }

// --- meta ---------------------------------------------------------------------------------------

std::optional<std::string> Store::Meta(const std::string& name) const {
  return database().One<std::string>("SELECT value FROM meta WHERE name = ?1", name);
}

void Store::PutMeta(const std::string& name, const std::string& value) {
  database().Run(
      "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value "
      "WHERE value <> excluded.value",
      name, Blob{value});
}

std::map<std::string, std::string> Store::MetaWithPrefix(const std::string& prefix) const {
  using Row = std::tuple<std::string, std::string>;
  std::map<std::string, std::string> found;
  for (auto& [name, value] : database().All<Row>(
           "SELECT name, value FROM meta WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name",
           prefix)) {
    found.emplace_hint(found.end(), std::move(name), std::move(value));
  }
  return found;
}

std::int64_t Store::MetaNumber(const std::string& name, std::int64_t missing) const {
  std::optional<std::string> text = Meta(name);
  std::int64_t number = missing;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

void Store::PutMetaNumber(const std::string& name, std::int64_t value) {
  PutMeta(name, std::to_string(value));
}

}  // namespace valise
