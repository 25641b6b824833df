// A carrier moves sealed packets and knows no keys, sequences, Jira or retries. Three verbs; one
// conformance suite for all carriers (tests/transport/conformance.h).
#pragma once

#include <string>
#include <vector>

#include "packet/bytes.h"
#include "packet/result.h"

namespace valise {

struct Arrival {
  std::string handle;  // the carrier's own name of its copy, for Remove
  Bytes sealed;
};

class Transport {
 public:
  virtual ~Transport() = default;
  // Durable at the carrier when it returns ok. Sending the same bytes twice is harmless.
  virtual Result<void> Send(std::string_view sealed) = 0;
  // At most `count_max` arrivals, any order, possibly repeated or foreign. The carrier keeps its
  // copies until Remove.
  virtual Result<std::vector<Arrival>> Receive(std::size_t count_max) = 0;
  // Only after the bytes are durable here (commit C).
  virtual Result<void> Remove(const std::string& handle) = 0;
};

}  // namespace valise
