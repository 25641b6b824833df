#include "tests/simulation/memory_contents.h"

namespace valise::simulation {
namespace {

Error Missing(const std::string& name) {
  return {Recovery::kRetryLater, "VAL-CONTENT-IO", "no file " + name};
}

}  // namespace

Result<void> MemoryContents::MayChange() const {
  if (store_ == nullptr || !store_->has_crashed()) return Ok();
  return Error{Recovery::kRetryLater, "VAL-SIMULATED-CRASH", "dead"};
}

Result<void> MemoryContents::Write(const std::string& name, std::uint64_t offset,
                                   std::string_view bytes) {
  TRY(MayChange());
  const std::uint64_t size = SizeOf(name).value_or(0);
  if (is_full_ && offset + bytes.size() > size) {
    return Error{Recovery::kRetryLater, "VAL-CONTENT-FULL", "no room for " + name};
  }
  Bytes& file = files_[name].bytes;
  if (file.size() < offset + bytes.size()) file.resize(offset + bytes.size(), '\0');
  file.replace(offset, bytes.size(), bytes);
  return Ok();
}

Result<Bytes> MemoryContents::Read(const std::string& name, std::uint64_t offset,
                                   std::size_t bytes_max) const {
  const auto file = files_.find(name);
  if (file == files_.end()) return Missing(name);
  if (offset >= file->second.bytes.size()) return Bytes();
  return file->second.bytes.substr(offset, bytes_max);
}

Result<void> MemoryContents::Sync(const std::string& name) {
  TRY(MayChange());
  const auto file = files_.find(name);
  if (file == files_.end()) return Missing(name);
  if (!is_lazy_) file->second.durable = file->second.bytes;
  return Ok();
}

Result<void> MemoryContents::Rename(const std::string& from, const std::string& to) {
  TRY(MayChange());
  const auto file = files_.find(from);
  if (file == files_.end()) return Missing(from);
  File moved = std::move(file->second);
  files_.erase(file);
  if (!moved.durable) moved.durable.emplace();
  files_[to] = std::move(moved);
  return Ok();
}

Result<void> MemoryContents::Remove(const std::string& name) {
  TRY(MayChange());
  files_.erase(name);
  return Ok();
}

std::optional<std::uint64_t> MemoryContents::SizeOf(const std::string& name) const {
  const auto file = files_.find(name);
  if (file == files_.end()) return std::nullopt;
  return file->second.bytes.size();
}

std::vector<std::string> MemoryContents::Names() const {
  std::vector<std::string> names;
  for (const auto& [name, file] : files_) names.push_back(name);
  return names;
}

void MemoryContents::Crash() {
  std::erase_if(files_, [](const auto& entry) { return !entry.second.durable; });
  for (auto& [name, file] : files_) file.bytes = *file.durable;
}

void MemoryContents::Spoil(const std::string& name, std::uint64_t offset) {
  File& file = files_.at(name);
  file.bytes.at(offset) = static_cast<char>(file.bytes.at(offset) ^ 1);
  file.durable = file.bytes;
}

}  // namespace valise::simulation
