// Leaves a server alone for a while after it failed, twice as long each time: what is asked for
// meanwhile fails at once with the same error, so that the agent's one thread does not wait.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "packet/result.h"

namespace valise {

class Backoff {
 public:
  using Clock = std::chrono::steady_clock;
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds most)
      : first_(first), most_(most) {}

  // The error that stands, if it is too early to try again.
  std::optional<Error> Standing(Clock::time_point now) const {
    if (!error_ || now >= again_at_) return std::nullopt;
    return error_;
  }
  void Failed(Error error, Clock::time_point now) {
    delay_ = error_ ? std::min(delay_ * 2, most_) : first_;
    again_at_ = now + delay_;
    error_ = std::move(error);
  }
  void Worked() { error_.reset(); }

 private:
  std::chrono::milliseconds first_, most_, delay_{0};
  std::optional<Error> error_;
  Clock::time_point again_at_{};
};

}  // namespace valise
