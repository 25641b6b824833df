// Keeps uploaded bytes as files of one folder, so that the server's memory stays flat. A file is
// never removed: an older state may still name it.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include "tests/standin/content.h"

namespace valise::standin {

class FileStore final : public ContentStore {
 public:
  // Makes the folder if it is not there. Safe to call from many threads.
  explicit FileStore(std::string folder);

  std::unique_ptr<ContentWriter> Create() override;
  ContentPtr Open(const std::string& stored_name) override;

  // "" or why the folder cannot be used.
  std::string problem() const { return problem_; }

 private:
  std::mutex mutex_;
  std::string folder_, problem_;
  std::uint64_t next_ = 1;
};

}  // namespace valise::standin
