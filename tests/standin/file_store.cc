#include "tests/standin/file_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace valise::standin {
namespace {

// Opened for each piece: a server may hold more attachments than it may have open files.
class FileContent final : public Content {
 public:
  FileContent(std::string path, std::string stored_name, std::uint64_t size)
      : path_(std::move(path)), stored_name_(std::move(stored_name)), size_(size) {}

  std::uint64_t size() const override { return size_; }
  std::string stored_name() const override { return stored_name_; }
  std::string Read(std::uint64_t offset, std::size_t bytes_max) const override {
    const int file = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0 || offset >= size_) {
      if (file >= 0) ::close(file);
      return "";
    }
    std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(size_ - offset, bytes_max)),
                      '\0');
    const ssize_t got = ::pread(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    ::close(file);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
  }

 private:
  std::string path_, stored_name_;
  std::uint64_t size_;
};

class FileWriter final : public ContentWriter {
 public:
  FileWriter(int file, std::string path, std::string stored_name)
      : file_(file), path_(std::move(path)), stored_name_(std::move(stored_name)) {}
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  ~FileWriter() override {
    if (file_ >= 0) ::close(file_);
  }

  void Append(std::string_view bytes) override {
    while (!bytes.empty() && !is_broken_) {
      const ssize_t written = ::write(file_, bytes.data(), bytes.size());
      is_broken_ = written <= 0;
      if (is_broken_) return;
      bytes.remove_prefix(static_cast<std::size_t>(written));
      size_ += static_cast<std::uint64_t>(written);
    }
  }

  ContentPtr Finish() override {
    if (is_broken_ || file_ < 0) return nullptr;
    return std::make_shared<const FileContent>(path_, stored_name_, size_);
  }

 private:
  int file_;
  std::string path_, stored_name_;
  std::uint64_t size_ = 0;
  bool is_broken_ = false;
};

}  // namespace

FileStore::FileStore(std::string folder) : folder_(std::move(folder)) {
  if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) {
    problem_ = folder_ + ": " + std::strerror(errno);
  }
}

std::unique_ptr<ContentWriter> FileStore::Create() {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (;; ++next_) {
    const std::string name = std::to_string(next_) + ".bin", path = folder_ + "/" + name;
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    // Any other failure shows when the part is finished: nothing was kept.
    if (file >= 0 || errno != EEXIST) return std::make_unique<FileWriter>(file, path, name);
  }
}

ContentPtr FileStore::Open(const std::string& stored_name) {
  if (stored_name.empty() || stored_name.find('/') != std::string::npos) return nullptr;
  const std::string path = folder_ + "/" + stored_name;
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return nullptr;
  return std::make_shared<const FileContent>(path, stored_name,
                                             static_cast<std::uint64_t>(info.st_size));
}

}  // namespace valise::standin
