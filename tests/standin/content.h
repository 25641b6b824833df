// Bytes of an attachment: shared, immutable, and read in pieces, so that a server's memory stays
// flat however large they are. The model holds such bytes without knowing where they lie.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace valise::standin {

class Content {
 public:
  virtual ~Content() = default;
  virtual std::uint64_t size() const = 0;
  // The bytes from `offset` on, at most so many; fewer at the end, none behind it.
  virtual std::string Read(std::uint64_t offset, std::size_t bytes_max) const = 0;
  // Its name in the store it came from; "" for one that is in memory or made up.
  virtual std::string stored_name() const { return ""; }
  virtual bool is_made_up() const { return false; }
};

using ContentPtr = std::shared_ptr<const Content>;

ContentPtr InMemory(std::string bytes);

// Bytes that follow from the seed, the same every time: for records of a dump, whose bytes nobody
// has.
ContentPtr MadeUp(std::uint64_t seed, std::uint64_t size);

// The first `size` bytes of another one.
ContentPtr FirstBytes(ContentPtr content, std::uint64_t size);

std::string WholeOf(const Content& content);

// Takes bytes as they arrive.
class ContentWriter {
 public:
  virtual ~ContentWriter() = default;
  virtual void Append(std::string_view bytes) = 0;
  // Once, after the last byte. Null if the bytes could not be kept.
  virtual ContentPtr Finish() = 0;
};

// Where uploaded bytes go.
class ContentStore {
 public:
  virtual ~ContentStore() = default;
  virtual std::unique_ptr<ContentWriter> Create() = 0;
  // What was stored under that name, or null.
  virtual ContentPtr Open(const std::string& stored_name) = 0;
};

class MemoryStore final : public ContentStore {
 public:
  std::unique_ptr<ContentWriter> Create() override;
  ContentPtr Open(const std::string& stored_name) override;
};

}  // namespace valise::standin
