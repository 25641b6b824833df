#include "agent/fence.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace valise {
namespace {

Error FileError(const std::string& file, const char* doing) {
  return {Recovery::kRetryLater, errno == ENOSPC ? "VAL-STATE-FULL" : "VAL-STATE-WRITE",
          std::string("cannot ") + doing + " " + file + ": " + std::strerror(errno) +
              "; nothing was sent"};
}

}  // namespace

FencePosition Highest(const FencePosition& one, const FencePosition& other) {
  if (one.epoch_number != other.epoch_number) {
    return one.epoch_number > other.epoch_number ? one : other;
  }
  return {one.epoch_number, std::max(one.sequence, other.sequence),
          std::max(one.content_sequence, other.content_sequence)};
}

Result<void> Fence::Raise(const FencePosition& position) {
  const FencePosition known = TRY(Read());
  const FencePosition highest = Highest(known, position);
  if (highest == known) return Ok();
  return Write(highest);
}

Result<FencePosition> FileFence::Read() {
  std::ifstream in(file_);
  FencePosition position;
  if (!in) return position;
  if (!(in >> position.epoch_number >> position.sequence)) {
    return Error{Recovery::kAskOperator, "VAL-STATE-FENCE",
                 file_ + " is not readable as two numbers; restore it or ask for recovery"};
  }
  // A third one since there are attachments.
  if (!(in >> position.content_sequence)) position.content_sequence = 0;
  return position;
}

Result<void> FileFence::Write(const FencePosition& position) {
  const std::string text = std::to_string(position.epoch_number) + " " + std::to_string(position.sequence) +
                           " " + std::to_string(position.content_sequence) + "\n";
  const std::string part = file_ + ".part";
  const int fd = open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return FileError(part, "open");
  const bool is_written =
      write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(fd) == 0;
  const bool is_closed = close(fd) == 0;
  if (!is_written || !is_closed) return FileError(part, "write");
  if (rename(part.c_str(), file_.c_str()) != 0) return FileError(file_, "replace");
  return Ok();
}

}  // namespace valise
