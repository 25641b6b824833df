// Files that other people and machines can reach: opened without following links, made durable
// before they get their final name, never overwritten.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "packet/bytes.h"
#include "packet/result.h"

namespace valise {

// Owns a descriptor; -1 is none.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor() { Close(); }
  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  int Release() { return std::exchange(number_, -1); }
  void Close();

 private:
  int number_;
};

// What a system call's errno means for the caller: "VAL-<area>-FULL" (no space, quota, too large a
// file: kRetryLater), "-ACCESS" (permissions, read-only: kAskOperator), else "-IO" (kRetryLater).
Error FileError(std::string_view area, std::string_view doing, int error_number);

// All of `bytes`, or errno.
int WriteAll(int descriptor, std::string_view bytes);
// 0 or errno. File systems that cannot sync a directory (some FUSE and network ones) answer
// EINVAL; they have no better promise to give, so that counts as done.
int SyncDirectory(int directory);
// 0 or errno; EEXIST if `to` is there. Never replaces a file.
int RenameWithoutReplacing(int directory, const std::string& from, const std::string& to);

// One new file in an open directory: `name`.part is written and synced, then takes its name, then
// the directory is synced. A left-over `name`.part is replaced, a link of that name never followed.
class NewFile {
 public:
  NewFile(int directory, std::string name) : directory_(directory), name_(std::move(name)) {}
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();  // removes the .part unless Publish was reached

  int Create();  // 0 or errno, as all below
  int descriptor() const { return file_.get(); }
  int Publish();  // EEXIST: the name is taken, nothing was changed
  std::string part_name() const { return name_ + ".part"; }

 private:
  int directory_;
  std::string name_;
  Descriptor file_;
  bool is_created_ = false;
};

// Reads a regular file of an open directory, at most `bytes_max`, without following a link or
// waiting for a pipe. `problem` is empty or says in a few words why not; `is_gone` if the name
// vanished. `identity` changes when the file grows or is written anew; inode numbers are left out
// because some network file systems make them up at each look.
struct FileIdentity {
  std::uint64_t bytes = 0;
  std::int64_t modified_ns = 0;
  bool operator==(const FileIdentity&) const = default;
};
struct FileRead {
  Bytes bytes;
  FileIdentity identity;
  std::string problem;
  bool is_gone = false;
};
FileRead ReadRegularFile(int directory, const std::string& name, std::uint64_t bytes_max);
// Whether `name` is still that file, unchanged, or gone.
bool IsUnchanged(int directory, const std::string& name, const FileIdentity& identity);

}  // namespace valise
