// Time is handed in and read once per step; nothing below calls the system's clock.
#pragma once

#include <cstdint>

namespace valise {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t NowMs() = 0;  // wall clock, ms since 1970 UTC
};

class SystemClock final : public Clock {
 public:
  std::int64_t NowMs() override;
};

}  // namespace valise
