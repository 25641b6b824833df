#include "agent/config/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace valise {

namespace {

constexpr std::size_t kSecretBytesMax = 4096;

Error Refused(const std::string& message) {
  return {Recovery::kAskOperator, "VAL-CONFIG-SECRET", message};
}

Error Unreadable(const std::string& path, int error) {
  return {Recovery::kAskOperator, "VAL-CONFIG-FILE",
          "cannot open " + path + " (" + std::strerror(error) + "); create it or correct the path"};
}

Result<void> CheckOwnerAndMode(const std::string& path, const struct stat& status,
                               const char* mode) {
  if (status.st_uid != geteuid()) {
    return Refused(path + " belongs to another user; type: chown " + std::to_string(geteuid()) +
                   " " + path);
  }
  if ((status.st_mode & 0077) != 0) {
    return Refused(path + " can be read or written by others; type: chmod " + mode + " " + path);
  }
  return Ok();
}

Result<void> CheckOpened(const std::string& path, int descriptor) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0) return Unreadable(path, errno);
  if (!S_ISREG(status.st_mode)) return Refused(path + " is not a regular file; use one");
  return CheckOwnerAndMode(path, status, "600");
}

class OpenedFile {
 public:
  // Not blocking: a FIFO in place of a secret must not stop us.
  explicit OpenedFile(const std::string& path)
      : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~OpenedFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  OpenedFile(const OpenedFile&) = delete;
  OpenedFile& operator=(const OpenedFile&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

bool IsBlank(std::uint8_t c) { return c == ' ' || c == '\t' || c == '\r'; }

Result<SecretBytes> FirstLine(const std::string& path, const SecretBytes& buffer) {
  std::size_t first = 0, end = 0;
  while (end < buffer.size() && buffer.data()[end] != '\n') ++end;
  while (first < end && IsBlank(buffer.data()[first])) ++first;
  while (end > first && IsBlank(buffer.data()[end - 1])) --end;
  if (first == end) return Refused(path + " is empty; put the secret into its first line");
  for (std::size_t i = first; i < end; ++i) {
    if (buffer.data()[i] < 0x20) return Refused(path + " holds control characters; write it anew");
  }
  SecretBytes line(end - first);
  std::memcpy(line.data(), buffer.data() + first, end - first);
  return line;
}

}  // namespace

Result<void> CheckSecretFile(const std::string& path) {
  const OpenedFile file(path);
  if (file.descriptor() < 0 && errno == EACCES) {
    return Refused(path + " cannot be read by this user; type: chown " + std::to_string(geteuid()) +
                   " " + path);
  }
  if (file.descriptor() < 0) return Unreadable(path, errno);
  return CheckOpened(path, file.descriptor());
}

Result<void> CheckSecretFolder(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return Unreadable(path, errno);
  if (!S_ISDIR(status.st_mode)) return Refused(path + " is not a folder; use one");
  return CheckOwnerAndMode(path, status, "700");
}

Result<SecretBytes> ReadSecretFile(const std::string& path, std::size_t bytes_max) {
  const OpenedFile file(path);
  if (file.descriptor() < 0) return Unreadable(path, errno);
  TRY(CheckOpened(path, file.descriptor()));
  SecretBytes buffer(bytes_max + 1);
  std::size_t bytes = 0;
  while (bytes < buffer.size()) {
    const ssize_t got = read(file.descriptor(), buffer.data() + bytes, buffer.size() - bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Unreadable(path, errno);
    if (got == 0) break;
    bytes += static_cast<std::size_t>(got);
  }
  if (bytes == 0) return Refused(path + " is empty");
  if (bytes > bytes_max)
    return Refused(path + " is larger than " + std::to_string(bytes_max) + " bytes");
  SecretBytes secret(bytes);
  std::memcpy(secret.data(), buffer.data(), bytes);
  return secret;
}

Result<SecretBytes> ReadSecretLine(const std::string& path) {
  const SecretBytes whole = TRY(ReadSecretFile(path, kSecretBytesMax));
  return FirstLine(path, whole);
}

}  // namespace valise
