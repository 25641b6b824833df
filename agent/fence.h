// The highest position sent, outside the database: a database that knows less was restored from a
// backup (agent/DESIGN.md, "Restore"). Written before sending.
#pragma once

#include <cstdint>
#include <string>

#include "packet/result.h"

namespace valise {

struct FencePosition {
  std::uint32_t epoch_number = 0;
  std::uint64_t sequence = 0;          // of the changes stream
  std::uint64_t content_sequence = 0;  // of the content stream, in the same epoch
  bool operator==(const FencePosition&) const = default;
};

// The higher of the two, stream by stream.
FencePosition Highest(const FencePosition& one, const FencePosition& other);

class Fence {
 public:
  virtual ~Fence() = default;
  virtual Result<FencePosition> Read() = 0;  // zero if never written
  virtual Result<void> Write(const FencePosition& position) = 0;
  // Writes only what is higher than what is there.
  Result<void> Raise(const FencePosition& position);
};

class FileFence final : public Fence {
 public:
  explicit FileFence(std::string file) : file_(std::move(file)) {}
  Result<FencePosition> Read() override;
  Result<void> Write(const FencePosition& position) override;

 private:
  std::string file_;
};

}  // namespace valise
