// The highest position sent, outside the database: a database that knows less was restored from a
// backup (agent/DESIGN.md, "Restore"). Written before sending.
#pragma once

#include <cstdint>
#include <string>

#include "packet/result.h"

namespace valise {

struct FencePosition {
  std::uint32_t epoch_number = 0;
  std::uint64_t sequence = 0;
  auto operator<=>(const FencePosition&) const = default;
};

class Fence {
 public:
  virtual ~Fence() = default;
  virtual Result<FencePosition> Read() = 0;  // zero if never written
  virtual Result<void> Write(const FencePosition& position) = 0;
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
