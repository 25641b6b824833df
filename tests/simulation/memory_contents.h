// Contents in memory, with the one property of a disk that bites: what was not made durable is gone
// after a crash.
#pragma once

#include <map>

#include "agent/contents.h"
#include "agent/store/store.h"

namespace valise::simulation {

class MemoryContents final : public Contents {
 public:
  // Once the store has crashed nothing changes here either, until it is revived.
  explicit MemoryContents(const Store* store = nullptr) : store_(store) {}

  Result<void> Write(const std::string& name, std::uint64_t offset,
                     std::string_view bytes) override;
  Result<Bytes> Read(const std::string& name, std::uint64_t offset,
                     std::size_t bytes_max) const override;
  Result<void> Sync(const std::string& name) override;
  Result<void> Rename(const std::string& from, const std::string& to) override;
  Result<void> Remove(const std::string& name) override;
  std::optional<std::uint64_t> SizeOf(const std::string& name) const override;
  std::vector<std::string> Names() const override;

  // Back to what is durable. A file that took a new name unsynced keeps the name, not the bytes.
  void Crash();
  void set_is_full(bool is_full) { is_full_ = is_full; }  // no file can grow
  void set_is_lazy(bool is_lazy) { is_lazy_ = is_lazy; }  // Sync lies
  // Damage, as a disk does it.
  void Spoil(const std::string& name, std::uint64_t offset);

 private:
  struct File {
    Bytes bytes;
    std::optional<Bytes> durable;  // none: the name itself is not durable
  };
  Result<void> MayChange() const;

  const Store* store_;
  std::map<std::string, File> files_;
  bool is_full_ = false;
  bool is_lazy_ = false;
};

}  // namespace valise::simulation
