// A carrier moves sealed packets and knows no keys, sequences, Jira or retries. Three verbs, and
// what it has to tell; one conformance suite for all carriers (tests/transport/conformance.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "packet/bytes.h"
#include "packet/result.h"

namespace valise {

struct Arrival {
  std::string handle;  // the carrier's own name of its copy, for Remove
  Bytes sealed;
};

// What a carrier has to say between two looks.
struct CarrierNews {
  bool has_arrivals = false;      // Receive is worth a call before its time
  std::optional<Error> impaired;  // as it stands: not all of it works, but packets move
  std::optional<Error> hint;      // said once: somebody should know
  std::uint64_t set_aside = 0;    // said once: so many things that are no packets were put aside
};

// One Receive takes no further packet once it has so many octets: what waits would fill the memory.
inline constexpr std::uint64_t kReceiveBytes = 8ULL << 20;

class Transport {
 public:
  virtual ~Transport() = default;
  // Durable at the carrier when it returns ok. Sending the same bytes twice is harmless.
  virtual Result<void> Send(std::string_view sealed) = 0;
  // At most `count_max` arrivals, any order, possibly repeated or foreign. The carrier keeps its
  // copies until Remove; those that it gave before and that are still there come last, so that what
  // cannot be removed hides nothing.
  virtual Result<std::vector<Arrival>> Receive(std::size_t count_max) = 0;
  // Only after the bytes are durable here (commit C).
  virtual Result<void> Remove(const std::string& handle) = 0;
  // Never waits.
  virtual CarrierNews News() { return {}; }
};

}  // namespace valise
