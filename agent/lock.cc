#include "agent/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace valise {

namespace {

// What the holder wrote; not trusted beyond its digits.
std::string HolderOf(int descriptor) {
  char buffer[16];
  const ssize_t got = pread(descriptor, buffer, sizeof buffer, 0);
  std::string pid(buffer, got > 0 ? static_cast<std::size_t>(got) : 0);
  pid.resize(std::min(pid.find_first_not_of("0123456789"), pid.size()));
  return pid.empty() ? "of unknown number" : pid;
}

// IsHeld takes a shared lock for a moment; that must not refuse a run.
bool Lock(int descriptor) {
  for (int attempt = 0; attempt < 10; ++attempt) {
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return true;
    usleep(20'000);
  }
  return false;
}

}  // namespace

bool StateLock::IsHeld(const std::string& state_dir) {
  const std::string path = state_dir + "/lock";
  const Descriptor file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  return file.is_open() && flock(file.get(), LOCK_SH | LOCK_NB) != 0;
}

Result<StateLock> StateLock::Take(const std::string& state_dir) {
  const std::string path = state_dir + "/lock";
  Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) return FileError("STATE", "cannot open " + path, errno);
  if (!Lock(file.get())) {
    return Error{Recovery::kAskOperator, "VAL-STATE-LOCKED",
                 "process " + HolderOf(file.get()) + " runs on " + state_dir +
                     "; stop it first, or use another state folder"};
  }
  const std::string pid = std::to_string(getpid()) + "\n";
  if (ftruncate(file.get(), 0) != 0) return FileError("STATE", "cannot write " + path, errno);
  const int error = WriteAll(file.get(), pid);
  if (error != 0) return FileError("STATE", "cannot write " + path, error);
  return StateLock(std::move(file));
}

}  // namespace valise
