// Randomness is handed in: libsodium's in production, a seeded stream in tests and simulation, so
// that test vectors are real and a seed replays.
#pragma once

#include <cstdint>

#include "packet/bytes.h"

namespace valise {

class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual void Fill(void* buffer, std::size_t bytes) = 0;

  Id RandomId();
  std::uint64_t RandomU64();
};

class SystemEntropy final : public Entropy {
 public:
  void Fill(void* buffer, std::size_t bytes) override;
};

// BLAKE2b in counter mode over the seed. Never in production.
class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(std::uint64_t seed) : seed_(seed) {}
  void Fill(void* buffer, std::size_t bytes) override;

 private:
  std::uint64_t seed_;
  std::uint64_t counter_ = 0;
};

}  // namespace valise
