// What a carrier has to say beside packets, kept for `valise status`: what stands, what was a hint,
// how much was put aside.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "agent/log.h"
#include "agent/store/store.h"
#include "transport/transport.h"

namespace valise {

class CarrierWatch {
 public:
  CarrierWatch(Store& store, Log& log) : store_(store), log_(log) {}

  void Load();  // what a former run was told
  void Hear(CarrierNews news, std::int64_t now_ms);
  void ClampTimes(std::int64_t now_ms) { hint_at_ms_ = std::min(hint_at_ms_, now_ms); }

  const std::optional<Error>& impaired() const { return impaired_; }
  // Stands until the peer has acknowledged everything and was heard of since.
  const std::optional<Error>& hint() const { return hint_; }

 private:
  void Count(std::uint64_t set_aside);

  Store& store_;
  Log& log_;
  std::optional<Error> impaired_, hint_;
  std::int64_t hint_at_ms_ = 0;
};

}  // namespace valise
