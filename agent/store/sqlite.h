// A thin layer over SQLite's C API: typed binds and columns, one prepared statement per text and
// connection, one transaction at a time, and errors that stick. The first error since Begin is
// kept; from then on writes do nothing, and Commit rolls back and returns it. One thread only.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "packet/bytes.h"
#include "packet/model.h"
#include "packet/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace valise {

// The text of a statement. Only a constant converts, so its address can name it in the cache.
class Sql {
 public:
  consteval Sql(const char* text) : text_(text) {}
  const char* text() const { return text_; }

 private:
  const char* text_;
};

// Octets in a std::string: bound and read as BLOB instead of TEXT.
template <typename String>
struct Blob {
  String& bytes;
};
template <typename String>
Blob(String&) -> Blob<String>;

// Columns of a row in their order: references to members, and Blobs of them.
template <typename... Values>
std::tuple<Values...> Row(Values&&... values) {
  return std::tuple<Values...>(std::forward<Values>(values)...);
}

template <typename T, template <typename...> class Template>
inline constexpr bool kIsA = false;
template <template <typename...> class Template, typename... Arguments>
inline constexpr bool kIsA<Template<Arguments...>, Template> = true;

class Database;

// One execution of a cached statement; gives it back when it goes.
class Statement {
 public:
  enum class Use { kRead, kWrite };
  // `statement` null: yields no rows. kWrite binds without copying: step in the same expression.
  Statement(Database& database, sqlite3_stmt* statement, Use use);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Integers, enums, text, Blobs, ids, digests, optional values, Rows, and whatever Columns()
  // (columns.h) takes apart, from ?1 on. The number of parameters must match.
  template <typename... Values>
  void Bind(const Values&... values) {
    if (statement_ == nullptr) return;
    (BindOne(values), ...);
    CheckAllBound();
  }

  bool Step();  // true: there is a row; false: no more, or an error, which sticks

  template <typename... Values>
  void Read(Values&&... values) {
    column_ = 0;
    (ReadOne(values), ...);
    CheckAllRead();
  }

 private:
  template <typename T>
  void BindOne(const T& value) {
    if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      BindInteger(static_cast<std::int64_t>(value));
    } else if constexpr (std::is_same_v<T, std::string>) {
      BindText(&value);
    } else if constexpr (kIsA<T, Blob>) {
      BindBlob(value.bytes);
    } else if constexpr (std::is_same_v<T, Id> || std::is_same_v<T, Digest>) {
      BindBlob(value.is_zero() ? std::string_view() : View(value.bytes));
    } else if constexpr (std::is_same_v<T, std::optional<Value>>) {
      BindText(value ? &value->text : nullptr);
      BindText(value ? &value->detail : nullptr);
    } else if constexpr (kIsA<T, std::tuple>) {
      std::apply([this](const auto&... each) { (BindOne(each), ...); }, value);
    } else {
      BindOne(Columns(value));
    }
  }

  template <typename T>
  void ReadOne(T& value) {
    if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      value = static_cast<T>(ReadInteger());
    } else if constexpr (std::is_same_v<T, std::string>) {
      value = ReadBytes();
    } else if constexpr (kIsA<T, Blob>) {
      value.bytes = ReadBytes();
    } else if constexpr (std::is_same_v<T, Id> || std::is_same_v<T, Digest>) {
      ReadFixed(value.bytes.data(), value.bytes.size());
    } else if constexpr (std::is_same_v<T, std::optional<Value>>) {
      ReadValue(value);
    } else if constexpr (kIsA<std::remove_const_t<T>, std::tuple>) {
      std::apply([this](auto&... each) { (ReadOne(each), ...); }, value);
    } else {
      auto columns = Columns(value);
      ReadOne(columns);
    }
  }

  template <std::size_t size>
  static std::string_view View(const std::array<std::uint8_t, size>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), size};
  }

  void BindInteger(std::int64_t value);
  void BindText(const std::string* text);  // null: NULL
  void BindBlob(std::string_view bytes);
  void NoteBind(int code);
  void CheckAllBound() const;
  std::int64_t ReadInteger();
  std::string_view ReadBytes();
  void ReadFixed(std::uint8_t* to, std::size_t size);
  void ReadValue(std::optional<Value>& value);
  void CheckAllRead() const;

  Database& database_;
  sqlite3_stmt* statement_;
  Use use_;
  int parameter_ = 0;
  int column_ = 0;
};

// Several reads that see one state, also outside of a transaction.
class ReadView {
 public:
  explicit ReadView(Database& database);
  ~ReadView();
  ReadView(const ReadView&) = delete;
  ReadView& operator=(const ReadView&) = delete;

 private:
  Database& database_;
  bool is_needed_;
};

// One connection.
class Database {
 public:
  enum class Mode { kReadWrite, kReadOnly, kInMemory };
  // Errors: VAL-STATE-OPEN, or one of Describe().
  static Result<std::unique_ptr<Database>> Open(const std::string& file, Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // A script of our own outside of the sticky errors: settings and schema.
  Result<void> Execute(const char* script, const char* error_code);

  // See store.h.
  Result<void> CopyTo(const std::string& file);
  Result<void> CheckIntegrity();
  // The whole file, and becoming such a file: quicker than to create a schema anew.
  Bytes Image();
  Result<void> BecomeCopyOf(const Bytes& image);
  void SimulateFullDisk(bool is_full);

  void Begin();  // CHECKs that none is open
  Result<void> Commit();
  void Rollback();  // nothing open: nothing happens
  bool is_open() const { return is_open_; }
  const std::optional<Error>& error() const { return error_; }
  void ClearError() { error_.reset(); }
  // A dead database does nothing and holds nothing, until it is revived.
  void set_dead(bool is_dead) { is_dead_ = is_dead; }
  bool is_dead() const { return is_dead_; }
  const std::string& file() const { return file_; }
  std::int64_t rows_changed() const;  // since it was opened

  // A write; true if it changed at least one row. Outside of a transaction it is a bug.
  template <typename... Values>
  bool Run(Sql sql, const Values&... values) {
    if (!MayWrite()) return false;
    Statement statement(*this, Prepare(sql), Statement::Use::kWrite);
    statement.Bind(values...);
    statement.Step();
    return !error_ && LastChanged() > 0;
  }

  // The first row of a query, if there is one.
  template <typename T, typename... Values>
  std::optional<T> One(Sql sql, const Values&... values) {
    Statement statement(*this, PrepareRead(sql), Statement::Use::kRead);
    statement.Bind(values...);
    if (!statement.Step()) return std::nullopt;
    T row{};
    statement.Read(row);
    return row;
  }

  template <typename T, typename... Values>
  std::vector<T> All(Sql sql, const Values&... values) {
    Statement statement(*this, PrepareRead(sql), Statement::Use::kRead);
    statement.Bind(values...);
    std::vector<T> rows;
    while (statement.Step()) statement.Read(rows.emplace_back());
    return rows;
  }

 private:
  friend class Statement;
  friend class ReadView;

  Database(std::string file, Mode mode);
  Result<void> Configure();
  bool MayWrite() const;
  sqlite3_stmt* Prepare(Sql sql);  // null: an error, which sticks
  sqlite3_stmt* PrepareRead(Sql sql) { return is_dead_ ? nullptr : Prepare(sql); }
  std::int64_t LastChanged() const;
  void Control(Sql sql);  // BEGIN, COMMIT, ROLLBACK
  void Fail(int code, const char* error_code);
  void FailCorrupt(const char* what);
  Error Describe(int code, const char* error_code) const;

  std::string file_;
  Mode mode_;
  sqlite3* connection_ = nullptr;
  // Few entries and short lives in the simulation: looked up by address, not by text.
  std::map<const char*, sqlite3_stmt*> statements_;
  std::optional<Error> error_;
  bool is_open_ = false;
  bool is_dead_ = false;
};

}  // namespace valise
