// The trace of a run: a hash over every event, and the events themselves when a person replays it.
#pragma once

#include <cstdio>
#include <string>

#include "packet/bytes.h"

namespace valise::simulation {

class Trace {
 public:
  explicit Trace(bool is_shown) : is_shown_(is_shown) {}
  void Note(std::int64_t at_ms, const std::string& event) {
    if (is_shown_) std::printf("%10.3f  %s\n", static_cast<double>(at_ms) / 1000.0, event.c_str());
    pending_ += std::to_string(at_ms) + " " + event + "\n";
    if (pending_.size() > 65536) Fold();
  }
  Digest hash() {
    Fold();
    return hash_;
  }

 private:
  void Fold() {
    hash_ = Hash(View(hash_), pending_);
    pending_.clear();
  }

  bool is_shown_;
  std::string pending_;
  Digest hash_;
};

}  // namespace valise::simulation
