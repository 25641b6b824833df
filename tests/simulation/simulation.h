// One run: two sites, people, faults; then the faults stop, the sites settle, and the checker
// looks.
#pragma once

#include <string>
#include <vector>

#include "agent/core/switches.h"
#include "packet/bytes.h"

namespace valise::simulation {

struct Outcome {
  std::vector<std::string> violations;
  Digest trace_hash;
  std::uint64_t jira_requests = 0, crashes = 0, packets = 0, corrupted = 0, deeds = 0,
                renewals = 0, links = 0, wishes = 0, renames = 0;
};

struct Plan {
  std::uint64_t seed = 1;
  Switches switches;
  bool is_shown = false;   // print the trace
};
Outcome Run(const Plan& plan);

}  // namespace valise::simulation
