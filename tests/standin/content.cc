#include "tests/standin/content.h"

#include <algorithm>

namespace valise::standin {
namespace {

std::uint64_t Left(std::uint64_t size, std::uint64_t offset, std::size_t bytes_max) {
  return offset >= size ? 0 : std::min<std::uint64_t>(size - offset, bytes_max);
}

class MemoryContent final : public Content {
 public:
  explicit MemoryContent(std::string bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override { return bytes_.size(); }
  std::string Read(std::uint64_t offset, std::size_t bytes_max) const override {
    return offset >= bytes_.size() ? "" : bytes_.substr(offset, bytes_max);
  }

 private:
  std::string bytes_;
};

// splitmix64 of the seed and the number of the 8 bytes.
std::uint64_t Mixed(std::uint64_t seed, std::uint64_t word) {
  std::uint64_t z = (seed + 1) * 0x9E3779B97F4A7C15ULL + word * 0xD1B54A32D192ED03ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

class MadeUpContent final : public Content {
 public:
  MadeUpContent(std::uint64_t seed, std::uint64_t size) : seed_(seed), size_(size) {}
  std::uint64_t size() const override { return size_; }
  bool is_made_up() const override { return true; }
  std::string Read(std::uint64_t offset, std::size_t bytes_max) const override {
    std::string bytes(static_cast<std::size_t>(Left(size_, offset, bytes_max)), '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const std::uint64_t at = offset + i;
      bytes[i] = static_cast<char>((Mixed(seed_, at / 8) >> (at % 8 * 8)) & 0xFF);
    }
    return bytes;
  }

 private:
  std::uint64_t seed_, size_;
};

class Beginning final : public Content {
 public:
  Beginning(ContentPtr content, std::uint64_t size)
      : content_(std::move(content)), size_(std::min(size, content_->size())) {}
  std::uint64_t size() const override { return size_; }
  std::string Read(std::uint64_t offset, std::size_t bytes_max) const override {
    return content_->Read(offset, static_cast<std::size_t>(Left(size_, offset, bytes_max)));
  }

 private:
  ContentPtr content_;
  std::uint64_t size_;
};

class MemoryWriter final : public ContentWriter {
 public:
  void Append(std::string_view bytes) override { bytes_ += bytes; }
  ContentPtr Finish() override { return InMemory(std::move(bytes_)); }

 private:
  std::string bytes_;
};

}  // namespace

ContentPtr InMemory(std::string bytes) {
  return std::make_shared<const MemoryContent>(std::move(bytes));
}

ContentPtr MadeUp(std::uint64_t seed, std::uint64_t size) {
  return std::make_shared<const MadeUpContent>(seed, size);
}

ContentPtr FirstBytes(ContentPtr content, std::uint64_t size) {
  return std::make_shared<const Beginning>(std::move(content), size);
}

std::string WholeOf(const Content& content) {
  return content.Read(0, static_cast<std::size_t>(content.size()));
}

std::unique_ptr<ContentWriter> MemoryStore::Create() { return std::make_unique<MemoryWriter>(); }

ContentPtr MemoryStore::Open(const std::string&) { return nullptr; }

}  // namespace valise::standin
