#include "tests/standin/gz_lines.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace valise::standin {
namespace {

std::string Problem(const std::string& path) { return path + ": " + std::strerror(errno); }

bool WriteAll(int file, const std::string& text) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t n = ::write(file, text.data() + written, text.size() - written);
    if (n < 0 && errno != EINTR) return false;
    if (n > 0) written += static_cast<std::size_t>(n);
  }
  return ::fsync(file) == 0;
}

}  // namespace

std::string ReadText(const std::string& path, std::string* text) {
  gzFile file = gzopen(path.c_str(), "rb");  // reads plain files as they are
  if (file == nullptr) return Problem(path);
  std::array<char, 65536> buffer{};
  int n = 0;
  text->clear();
  while ((n = gzread(file, buffer.data(), buffer.size())) > 0) {
    text->append(buffer.data(), static_cast<std::size_t>(n));
  }
  int code = 0;
  const std::string error = n < 0 ? gzerror(file, &code) : "";
  gzclose(file);
  return error.empty() ? "" : path + ": " + error;
}

std::string ReadLines(const std::string& path, std::vector<std::string>* lines) {
  std::string text;
  const std::string error = ReadText(path, &text);
  if (!error.empty()) return error;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines->push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return "";
}

std::string ReplaceFile(const std::string& path, const std::string& text) {
  const std::string part = path + ".part";
  const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return Problem(part);
  const bool written = WriteAll(file, text);
  const std::string problem = written ? "" : Problem(part);
  ::close(file);
  if (!written) return problem;
  return std::rename(part.c_str(), path.c_str()) == 0 ? "" : Problem(path);
}

}  // namespace valise::standin
