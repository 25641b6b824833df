// The drop folder between two simulated sites: it drops, duplicates, delays, reorders and corrupts.
#pragma once

#include <list>
#include <string>

#include "tests/simulation/faults.h"
#include "tests/simulation/random.h"
#include "tests/simulation/trace.h"
#include "transport/transport.h"

namespace valise::simulation {

// One direction.
struct Lane {
  struct Item {
    std::string name;
    Bytes sealed;
    std::int64_t visible_at = 0;
  };
  std::list<Item> items;
  std::uint64_t sent = 0, corrupted = 0;
};

class SimFolder final : public Transport {
 public:
  SimFolder(Lane& out, Lane& in, Random& random, Trace& trace, std::string name,
            const std::int64_t& now_ms)
      : out_(out),
        in_(in),
        random_(random),
        trace_(trace),
        name_(std::move(name)),
        now_ms_(now_ms) {}

  Result<void> Send(std::string_view sealed) override;
  Result<std::vector<Arrival>> Receive(std::size_t count_max) override;
  Result<void> Remove(const std::string& handle) override;

  void set_faults(const Faults& faults) { faults_ = faults; }
  void set_is_dead(bool is_dead) { is_dead_ = is_dead; }

 private:
  void Put(Bytes sealed);

  Lane& out_;
  Lane& in_;
  Random& random_;
  Trace& trace_;
  std::string name_;
  const std::int64_t& now_ms_;
  Faults faults_;
  bool is_dead_ = false;
};

}  // namespace valise::simulation
