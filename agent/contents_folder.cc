#include "agent/contents_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "packet/check.h"

namespace valise {
namespace {

// 0 or errno.
int WriteAt(int file, std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    offset += static_cast<std::uint64_t>(written);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

// 0 or errno; `bytes` is cut to what there is.
int ReadAt(int file, std::uint64_t offset, Bytes* bytes) {
  std::size_t filled = 0;
  while (filled < bytes->size()) {
    const ssize_t got = pread(file, bytes->data() + filled, bytes->size() - filled,
                              static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes->resize(filled);
  return 0;
}

}  // namespace

Result<std::unique_ptr<ContentsFolder>> ContentsFolder::Open(const std::string& folder) {
  const std::string doing = "cannot use " + folder;
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return FileError("CONTENT", doing, errno);
  }
  Descriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!opened.is_open()) return FileError("CONTENT", doing, errno);
  if (fchmod(opened.get(), 0700) != 0) return FileError("CONTENT", doing, errno);
  return std::unique_ptr<ContentsFolder>(new ContentsFolder(folder, std::move(opened)));
}

Error ContentsFolder::Failed(const char* doing, const std::string& name, int error_number) const {
  return FileError("CONTENT", std::string("cannot ") + doing + " " + folder_ + "/" + name,
                   error_number);
}

Result<void> ContentsFolder::Write(const std::string& name, std::uint64_t offset,
                                   std::string_view bytes) {
  CHECK(IsContentName(name));
  const Descriptor file(openat(opened_.get(), name.c_str(),
                               O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  const int failed = file.is_open() ? WriteAt(file.get(), offset, bytes) : errno;
  if (failed != 0) return Failed("write", name, failed);
  return Ok();
}

Result<Bytes> ContentsFolder::Read(const std::string& name, std::uint64_t offset,
                                   std::size_t bytes_max) const {
  CHECK(IsContentName(name));
  const Descriptor file(openat(opened_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.is_open()) return Failed("read", name, errno);
  Bytes bytes(bytes_max, '\0');
  const int failed = ReadAt(file.get(), offset, &bytes);
  if (failed != 0) return Failed("read", name, failed);
  return bytes;
}

// The directory too: a file whose name is lost is as lost as its bytes.
Result<void> ContentsFolder::Sync(const std::string& name) {
  CHECK(IsContentName(name));
  const Descriptor file(openat(opened_.get(), name.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.is_open() || fsync(file.get()) != 0) return Failed("make durable", name, errno);
  const int failed = SyncDirectory(opened_.get());
  if (failed != 0) return Failed("make durable", name, failed);
  return Ok();
}

// Replaces a file of that name: the name is its digest, so the bytes are the same.
Result<void> ContentsFolder::Rename(const std::string& from, const std::string& to) {
  CHECK(IsContentName(from) && IsContentName(to));
  const int directory = opened_.get();
  int failed = renameat(directory, from.c_str(), directory, to.c_str()) == 0 ? 0 : errno;
  if (failed == 0) failed = SyncDirectory(directory);
  if (failed != 0) return Failed("rename", from, failed);
  return Ok();
}

// Not synced: what a crash brings back no row names, and it goes at the next start.
Result<void> ContentsFolder::Remove(const std::string& name) {
  CHECK(IsContentName(name));
  if (unlinkat(opened_.get(), name.c_str(), 0) != 0 && errno != ENOENT) {
    return Failed("remove", name, errno);
  }
  return Ok();
}

std::optional<std::uint64_t> ContentsFolder::SizeOf(const std::string& name) const {
  CHECK(IsContentName(name));
  struct stat status {};
  const bool is_there =
      fstatat(opened_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
      S_ISREG(status.st_mode);
  if (!is_there) return std::nullopt;
  return static_cast<std::uint64_t>(status.st_size);
}

std::vector<std::string> ContentsFolder::Names() const {
  std::vector<std::string> names;
  Descriptor again(openat(opened_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  DIR* listing = again.is_open() ? fdopendir(again.get()) : nullptr;
  if (listing == nullptr) return names;
  (void)again.Release();  // closedir closes it
  while (const dirent* entry = readdir(listing)) {
    const std::string name = entry->d_name;
    if (IsContentName(name) && SizeOf(name)) names.push_back(name);
  }
  closedir(listing);
  std::ranges::sort(names);
  return names;
}

}  // namespace valise
