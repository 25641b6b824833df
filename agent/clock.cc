#include "agent/clock.h"

#include <chrono>

namespace valise {

std::int64_t SystemClock::NowMs() {
  using std::chrono::system_clock;
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             system_clock::now().time_since_epoch())
      .count();
}

}  // namespace valise
