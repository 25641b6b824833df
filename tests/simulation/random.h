// The one source of chance of a run. xorshift64*: small, and the same everywhere.
#pragma once

#include <cstdint>

namespace valise::simulation {

class Random {
 public:
  explicit Random(std::uint64_t seed)
      : state_(seed * 0x9E3779B97F4A7C15ULL + 0xD1B54A32D192ED03ULL) {}
  std::uint64_t Next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545F4914F6CDD1DULL;
  }
  std::int64_t Below(std::int64_t bound) {
    return static_cast<std::int64_t>((Next() >> 11) % static_cast<std::uint64_t>(bound));
  }
  bool Chance(int permille) { return Below(1000) < permille; }

 private:
  std::uint64_t state_;
};

}  // namespace valise::simulation
