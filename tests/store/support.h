// What the tests of the store share: ids by number, a store in memory, one in a folder that goes.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "agent/store/store.h"

#undef CHECK  // in tests it is doctest's
#include <doctest/doctest.h>

namespace valise {

inline Id IdOf(std::uint8_t number) {
  Id id;
  id.bytes[0] = number;
  id.bytes[15] = 1;
  return id;
}

inline Digest DigestOf(std::uint8_t number) {
  Digest digest;
  digest.bytes[0] = number;
  digest.bytes[31] = 1;
  return digest;
}

inline RegisterKey Field(std::string name) {
  RegisterKey key;
  key.field = std::move(name);
  return key;
}

// Octets that a text column or a C string would cut.
inline Bytes Octets(std::size_t count, char first = '\0') {
  Bytes bytes(count, first);
  for (std::size_t index = 1; index < count; ++index) {
    bytes[index] = static_cast<char>(index % 256);
  }
  return bytes;
}

inline std::unique_ptr<Store> InMemory() {
  auto store = Store::OpenInMemory();
  REQUIRE(store.ok());
  return std::move(store).value();
}

inline void RequireCommit(Store& store) {
  auto committed = store.Commit();
  REQUIRE_MESSAGE(committed.ok(), (committed.ok() ? "" : committed.error().message));
}

// One transaction.
template <typename Action>
void Commit(Store& store, Action action) {
  store.Begin();
  action();
  RequireCommit(store);
}

inline void PutMeta(Store& store, const std::string& name, const std::string& value) {
  Commit(store, [&] { store.PutMeta(name, value); });
}

class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "store-test-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string File() const { return path_ + "/valise.db"; }

 private:
  std::string path_;
};

inline std::unique_ptr<Store> OnDisk(const std::string& file,
                                     Store::Mode mode = Store::Mode::kReadWrite) {
  auto store = Store::Open(file, mode);
  REQUIRE_MESSAGE(store.ok(), (store.ok() ? "" : store.error().message));
  return std::move(store).value();
}

}  // namespace valise
