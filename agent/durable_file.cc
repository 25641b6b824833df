#include "agent/durable_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "transport/file.h"

namespace valise {

namespace {

struct Names {
  std::string folder, name, part;
};

Names NamesOf(const std::string& path) {
  const std::filesystem::path whole(path);
  const std::string folder = whole.parent_path().string();
  const std::string name = whole.filename().string();
  return {folder.empty() ? "." : folder, name, name + ".part"};
}

// 0 or errno; the part file is there and durable afterwards.
int WritePart(int folder, const std::string& part, std::string_view bytes, unsigned mode) {
  unlinkat(folder, part.c_str(), 0);  // left by a crash
  const Descriptor file(
      openat(folder, part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) return errno;
  if (fchmod(file.get(), mode) != 0) return errno;
  if (const int error = WriteAll(file.get(), bytes); error != 0) return error;
  return fsync(file.get()) == 0 ? 0 : errno;
}

int Publish(int folder, const Names& names, IfThere if_there) {
  if (if_there == IfThere::kRefuse) return RenameWithoutReplacing(folder, names.part, names.name);
  return renameat(folder, names.part.c_str(), folder, names.name.c_str()) == 0 ? 0 : errno;
}

}  // namespace

Result<void> WriteDurably(const std::string& path, std::string_view bytes, unsigned mode,
                          IfThere if_there) {
  const Names names = NamesOf(path);
  const Descriptor folder(open(names.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) return FileError("FILE", "cannot open folder " + names.folder, errno);
  int error = WritePart(folder.get(), names.part, bytes, mode);
  if (error == 0) error = Publish(folder.get(), names, if_there);
  if (error == 0) error = SyncDirectory(folder.get());
  if (error == 0) return Ok();
  unlinkat(folder.get(), names.part.c_str(), 0);
  if (error == EEXIST) {
    return Error{Recovery::kAskOperator, "VAL-FILE-EXISTS",
                 path + " is there already; move it away or choose another name"};
  }
  return FileError("FILE", "cannot write " + path, error);
}

Result<std::string> ReadWhole(const std::string& path, std::size_t bytes_max) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open()) {
    return Error{Recovery::kAskOperator, errno == ENOENT ? "VAL-FILE-MISSING" : "VAL-FILE-READ",
                 "cannot open " + path + " (" + std::strerror(errno) + "); correct the path"};
  }
  struct stat status {};
  if (fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return Error{Recovery::kAskOperator, "VAL-FILE-READ", path + " is not a regular file"};
  }
  std::string bytes;
  char buffer[65536];
  for (;;) {
    const ssize_t got = read(file.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FileError("FILE", "cannot read " + path, errno);
    if (got == 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(got));
    if (bytes.size() > bytes_max) {
      return Error{Recovery::kAskOperator, "VAL-FILE-LIMIT",
                   path + " is larger than " + std::to_string(bytes_max) + " bytes"};
    }
  }
}

bool Exists(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0;
}

}  // namespace valise
