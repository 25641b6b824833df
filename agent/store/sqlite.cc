#include "agent/store/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "packet/check.h"

namespace valise {

// --- Statement ----------------------------------------------------------------------------------

Statement::Statement(Database& database, sqlite3_stmt* statement, Use use)
    : database_(database), statement_(statement), use_(use) {
  // One text, one cursor: using it within itself would silently restart the outer one.
  CHECK(statement_ == nullptr || sqlite3_stmt_busy(statement_) == 0);
}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

bool Statement::Step() {
  if (statement_ == nullptr) return false;
  errno = 0;  // see IsFull
  int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    database_.Fail(code, use_ == Use::kRead ? "VAL-STATE-READ" : "VAL-STATE-WRITE");
  }
  return false;
}

void Statement::NoteBind(int code) {
  CHECK(code != SQLITE_RANGE && code != SQLITE_MISUSE);
  if (code != SQLITE_OK) database_.Fail(code, "VAL-STATE-WRITE");  // too big, or no memory
}

void Statement::BindInteger(std::int64_t value) {
  NoteBind(sqlite3_bind_int64(statement_, ++parameter_, value));
}

void Statement::BindText(const std::string* text) {
  auto lifetime = use_ == Use::kWrite ? SQLITE_STATIC : SQLITE_TRANSIENT;
  ++parameter_;
  NoteBind(text == nullptr ? sqlite3_bind_null(statement_, parameter_)
                           : sqlite3_bind_text64(statement_, parameter_, text->data(), text->size(),
                                                 lifetime, SQLITE_UTF8));
}

void Statement::BindBlob(std::string_view bytes) {
  auto lifetime = use_ == Use::kWrite ? SQLITE_STATIC : SQLITE_TRANSIENT;
  ++parameter_;
  // A null pointer would bind NULL, also with size 0.
  NoteBind(bytes.empty()
               ? sqlite3_bind_zeroblob(statement_, parameter_, 0)
               : sqlite3_bind_blob64(statement_, parameter_, bytes.data(), bytes.size(), lifetime));
}

void Statement::CheckAllBound() const {
  CHECK(parameter_ == sqlite3_bind_parameter_count(statement_));
}

std::int64_t Statement::ReadInteger() { return sqlite3_column_int64(statement_, column_++); }

std::string_view Statement::ReadBytes() {
  // column_blob also gives text as it is stored, zero octets included.
  const void* data = sqlite3_column_blob(statement_, column_);
  int size = sqlite3_column_bytes(statement_, column_);
  ++column_;
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

void Statement::ReadFixed(std::uint8_t* to, std::size_t size) {
  std::string_view bytes = ReadBytes();
  if (bytes.size() == size) {
    std::memcpy(to, bytes.data(), size);
    return;
  }
  std::memset(to, 0, size);
  if (!bytes.empty()) database_.FailCorrupt("an id has the wrong length");
}

void Statement::ReadValue(std::optional<Value>& value) {
  bool is_absent = sqlite3_column_type(statement_, column_) == SQLITE_NULL;
  std::string_view text = ReadBytes();
  value.reset();
  if (!is_absent) value.emplace().text = text;
  std::string_view detail = ReadBytes();
  if (!is_absent) value->detail = detail;
}

void Statement::CheckAllRead() const { CHECK(column_ == sqlite3_column_count(statement_)); }

// --- ReadView -----------------------------------------------------------------------------------

ReadView::ReadView(Database& database)
    : database_(database), is_needed_(!database.is_open() && !database.is_dead()) {
  if (is_needed_) database_.Control("BEGIN");
}

ReadView::~ReadView() {
  if (is_needed_ && sqlite3_get_autocommit(database_.connection_) == 0) database_.Control("COMMIT");
}

// --- Database -----------------------------------------------------------------------------------

namespace {

constexpr int kBusyTimeoutMs = 5000;

bool IsFull(int code, int system_error) {
  int primary = code & 0xff;
  if (primary == SQLITE_FULL) return true;
  // SQLite calls only ENOSPC of a plain write "full", and keeps no errno of a failing commit
  // (3.40): a quota, a size limit or a log that cannot be made show only in what the last call
  // left.
  bool has_system_error = primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN;
  return has_system_error &&
         (system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG);
}

// The base holds issue text: readable for the owner only. WAL and shared memory copy the mode.
void CreatePrivately(const std::string& file) {
  int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor >= 0) ::close(descriptor);  // if not, SQLite says why
}

bool IsOnDisk(const std::string& file) {
  int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  bool is_synced = ::fsync(descriptor) == 0;
  return ::close(descriptor) == 0 && is_synced;
}

}  // namespace

Database::Database(std::string file, Mode mode) : file_(std::move(file)), mode_(mode) {}

Database::~Database() {
  for (auto& [text, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(connection_);
}

Result<std::unique_ptr<Database>> Database::Open(const std::string& file, Mode mode) {
  std::unique_ptr<Database> database(new Database(file, mode));
  if (mode == Mode::kReadWrite) CreatePrivately(file);
  int flags =
      mode == Mode::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  errno = 0;
  int code =
      sqlite3_open_v2(mode == Mode::kInMemory ? ":memory:" : file.c_str(), &database->connection_,
                      flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  if (code != SQLITE_OK) return database->Describe(code, "VAL-STATE-OPEN");
  TRY(database->Configure());
  return database;
}

Result<void> Database::Configure() {
  sqlite3_busy_timeout(connection_, kBusyTimeoutMs);
  sqlite3_db_config(connection_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(connection_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(connection_, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  // Else whatever compares a bound value with a partial index's column is compiled anew for each
  // value. So a query that wants such an index repeats its condition.
  sqlite3_db_config(connection_, SQLITE_DBCONFIG_ENABLE_QPSG, 1, nullptr);
  if (mode_ == Mode::kInMemory) return Ok();
  TRY(Execute("PRAGMA cell_size_check = ON", "VAL-STATE-OPEN"));
  if (mode_ == Mode::kReadOnly) return Ok();
  // FULL: with NORMAL a power cut may take back commits that were already acked to the peer.
  TRY(
      Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
              "PRAGMA journal_size_limit = 67108864",
              "VAL-STATE-OPEN"));
  std::optional<std::string> journal = One<std::string>("PRAGMA journal_mode");
  if (journal == "wal") return Ok();
  return Error{Recovery::kAskOperator, "VAL-STATE-OPEN",
               "cannot keep a write-ahead log beside " + file_ +
                   ": put the state folder on a local file system"};
}

Result<void> Database::Execute(const char* script, const char* error_code) {
  errno = 0;
  int code = sqlite3_exec(connection_, script, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return Describe(code, error_code);
  return Ok();
}

Result<void> Database::CopyTo(const std::string& file) {
  CHECK(!is_open_);
  CreatePrivately(file);  // VACUUM INTO takes an empty file and refuses any other
  ClearError();
  Statement statement(*this, Prepare("VACUUM INTO ?1"), Statement::Use::kWrite);
  statement.Bind(file);
  statement.Step();
  if (!error_ && !IsOnDisk(file)) Fail(SQLITE_IOERR_FSYNC, "VAL-STATE-WRITE");
  if (!error_) return Ok();
  return Error(*error_).WithContext("copying to " + file);
}

Result<void> Database::CheckIntegrity() {
  ClearError();
  auto finding = One<std::string>("PRAGMA integrity_check(1)");
  if (finding && *finding != "ok") FailCorrupt(finding->c_str());
  if (!error_ && One<std::string>("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1")) {
    FailCorrupt("a part has lost its whole");
  }
  if (error_) return *error_;
  return Ok();
}

Bytes Database::Image() {
  sqlite3_int64 size = 0;
  unsigned char* image = sqlite3_serialize(connection_, "main", &size, 0);
  CHECK(image != nullptr);
  Bytes bytes(reinterpret_cast<const char*>(image), static_cast<std::size_t>(size));
  sqlite3_free(image);
  return bytes;
}

Result<void> Database::BecomeCopyOf(const Bytes& image) {
  // By way of a second connection: this one stays an ordinary in-memory database with its pager.
  auto source = TRY(Open(":memory:", Mode::kInMemory));
  Bytes bytes = image;
  auto size = static_cast<sqlite3_int64>(bytes.size());
  int code = sqlite3_deserialize(source->connection_, "main",
                                 reinterpret_cast<unsigned char*>(bytes.data()), size, size,
                                 SQLITE_DESERIALIZE_READONLY);
  if (code != SQLITE_OK) return source->Describe(code, "VAL-STATE-OPEN");
  sqlite3_backup* backup = sqlite3_backup_init(connection_, "main", source->connection_, "main");
  if (backup != nullptr) sqlite3_backup_step(backup, -1);
  code = sqlite3_backup_finish(backup);
  source.reset();  // before `bytes`, which it reads
  if (code != SQLITE_OK) return Describe(code, "VAL-STATE-OPEN");
  return Ok();
}

void Database::SimulateFullDisk(bool is_full) {
  // SQLite raises a limit below the present size to that size.
  Result<void> set =
      Execute(is_full ? "PRAGMA max_page_count = 1" : "PRAGMA max_page_count = 4294967294",
              "VAL-STATE-OPEN");
  CHECK(set.ok());
}

void Database::Begin() {
  if (is_dead_) return;
  CHECK(!is_open_);
  error_.reset();
  is_open_ = true;
  // At once, not at the first write: what is read inside is what the writes rest on.
  Control(mode_ == Mode::kReadOnly ? Sql("BEGIN") : Sql("BEGIN IMMEDIATE"));
}

Result<void> Database::Commit() {
  CHECK(is_open_);
  if (!error_) Control("COMMIT");
  if (error_) {
    Error error = *error_;
    Rollback();
    return error;
  }
  is_open_ = false;
  return Ok();
}

void Database::Rollback() {
  if (!is_open_) return;
  is_open_ = false;
  // After some errors (full, I/O, no memory) SQLite has rolled back by itself.
  if (sqlite3_get_autocommit(connection_) == 0) Control("ROLLBACK");
}

std::int64_t Database::rows_changed() const { return sqlite3_total_changes64(connection_); }

bool Database::MayWrite() const {
  if (is_dead_) return false;
  CHECK(is_open_);
  return !error_.has_value();
}

sqlite3_stmt* Database::Prepare(Sql sql) {
  sqlite3_stmt*& statement = statements_[sql.text()];
  if (statement != nullptr) return statement;
  int code = sqlite3_prepare_v3(connection_, sql.text(), -1, SQLITE_PREPARE_PERSISTENT, &statement,
                                nullptr);
  if (code != SQLITE_OK) Fail(code, "VAL-STATE-READ");
  return statement;
}

std::int64_t Database::LastChanged() const { return sqlite3_changes64(connection_); }

void Database::Control(Sql sql) { Statement(*this, Prepare(sql), Statement::Use::kWrite).Step(); }

void Database::Fail(int code, const char* error_code) {
  if (!error_) error_ = Describe(code, error_code);
}

void Database::FailCorrupt(const char* what) {
  if (error_) return;
  error_ = Error{Recovery::kAskOperator, "VAL-STATE-CORRUPT",
                 file_ + " is damaged (" + what + "): stop valise and restore a backup"};
}

Error Database::Describe(int code, const char* error_code) const {
  int system_error = errno;
  std::string what = connection_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(connection_);
  if (IsFull(code, system_error)) {
    return {Recovery::kRetryLater, "VAL-STATE-FULL",
            "no space left to write " + file_ + ": free space; nothing was lost"};
  }
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Recovery::kRetryLater, "VAL-STATE-BUSY",
              file_ + " is locked by another process: wait for it, or stop it"};
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return {Recovery::kAskOperator, "VAL-STATE-CORRUPT",
              file_ + " is damaged (" + what + "): stop valise and restore a backup"};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return {Recovery::kAskOperator, error_code,
              "cannot use " + file_ + " (" + what + "): check its folder, owner and mode"};
    default:
      return {Recovery::kAskOperator, error_code,
              "cannot use " + file_ + " (" + what + "): check the disk, then start valise again"};
  }
}

}  // namespace valise
