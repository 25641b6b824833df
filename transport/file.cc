#include "transport/file.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace valise {
namespace {

FileIdentity IdentityOf(const struct stat& status) {
  return {
      static_cast<std::uint64_t>(status.st_size),
      static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec};
}

std::string KindProblem(mode_t mode) {
  if (S_ISDIR(mode)) return "is a directory";
  if (S_ISLNK(mode)) return "is a link";
  return "is not a regular file";
}

std::string SizeProblem(std::uint64_t bytes, std::uint64_t bytes_max) {
  return std::to_string(bytes) + " bytes, more than " + std::to_string(bytes_max);
}

// Reads to the end, but never more than one byte beyond what fstat promised.
int ReadThrough(int descriptor, std::uint64_t promised, Bytes* bytes) {
  bytes->resize(static_cast<std::size_t>(promised) + 1);
  std::size_t filled = 0;
  while (filled < bytes->size()) {
    const ssize_t got = read(descriptor, bytes->data() + filled, bytes->size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes->resize(filled);
  return 0;
}

FileRead Problem(std::string problem) {
  FileRead result;
  result.problem = std::move(problem);
  return result;
}

FileRead Failed(int error_number) {
  FileRead result;
  result.is_gone = error_number == ENOENT;
  result.problem = std::string("cannot be read: ") + std::strerror(error_number);
  return result;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    Close();
    number_ = std::exchange(other.number_, -1);
  }
  return *this;
}

void Descriptor::Close() {
  if (number_ >= 0) close(number_);
  number_ = -1;
}

Error FileError(std::string_view area, std::string_view doing, int error_number) {
  const std::string prefix = "VAL-" + std::string(area);
  const std::string message = std::string(doing) + ": " + std::strerror(error_number);
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return {Recovery::kRetryLater, prefix + "-FULL", message + "; make room there"};
    case EACCES:
    case EPERM:
    case EROFS:
      return {Recovery::kAskOperator, prefix + "-ACCESS",
              message + "; give this user the right to read, write and delete there"};
    default:
      return {Recovery::kRetryLater, prefix + "-IO", message};
  }
}

int WriteAll(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

int SyncDirectory(int directory) {
  if (fsync(directory) == 0 || errno == EINVAL || errno == EOPNOTSUPP) return 0;
  return errno;
}

int RenameWithoutReplacing(int directory, const std::string& from, const std::string& to) {
  const long renamed =
      syscall(SYS_renameat2, directory, from.c_str(), directory, to.c_str(), RENAME_NOREPLACE);
  if (renamed == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP) return errno;
  // Not every network file system knows the flag. Between look and rename another writer can
  // come, but only with the same bytes: the name is their digest.
  struct stat status {};
  if (fstatat(directory, to.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return EEXIST;
  if (errno != ENOENT) return errno;
  return renameat(directory, from.c_str(), directory, to.c_str()) == 0 ? 0 : errno;
}

NewFile::~NewFile() {
  if (is_created_) unlinkat(directory_, part_name().c_str(), 0);
}

int NewFile::Create() {
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  // Sealed bytes are no secret; whoever moves the files often has the group only.
  file_ = Descriptor(openat(directory_, part_name().c_str(), flags, 0640));
  if (!file_.is_open() && errno == EEXIST) {
    // Ours, from a crash: the name is taken from the content. Unlinking follows no link either.
    if (unlinkat(directory_, part_name().c_str(), 0) != 0) return errno;
    file_ = Descriptor(openat(directory_, part_name().c_str(), flags, 0640));
  }
  if (!file_.is_open()) return errno;
  is_created_ = true;
  (void)fchmod(file_.get(), 0640);  // the umask of a service is 0077; FAT has no modes
  return 0;
}

int NewFile::Publish() {
  if (fsync(file_.get()) != 0) return errno;
  file_.Close();
  const int renamed = RenameWithoutReplacing(directory_, part_name(), name_);
  if (renamed != 0) return renamed;
  is_created_ = false;
  return SyncDirectory(directory_);
}

FileRead ReadRegularFile(int directory, const std::string& name, std::uint64_t bytes_max) {
  struct stat status {};
  // Looked at before opening: opening a device or a pipe can itself have effects.
  if (fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return Failed(errno);
  if (!S_ISREG(status.st_mode)) return Problem(KindProblem(status.st_mode));
  const Descriptor file(
      openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file.is_open()) return Failed(errno);
  if (fstat(file.get(), &status) != 0) return Failed(errno);
  if (!S_ISREG(status.st_mode)) return Problem(KindProblem(status.st_mode));
  const auto promised = static_cast<std::uint64_t>(status.st_size);
  if (promised == 0) return Problem("is empty; perhaps still being copied");
  if (promised > bytes_max) return Problem(SizeProblem(promised, bytes_max));
  FileRead result;
  result.identity = IdentityOf(status);
  const int failed = ReadThrough(file.get(), promised, &result.bytes);
  if (failed != 0) return Failed(failed);
  if (result.bytes.size() != promised) return Problem("changed while it was read");
  return result;
}

bool IsUnchanged(int directory, const std::string& name, const FileIdentity& identity) {
  struct stat status {};
  if (fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return true;
  return IdentityOf(status) == identity;
}

}  // namespace valise
