// A few seeds among the unit tests, so that a broken rule shows at once; CI runs thousands.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "tests/simulation/simulation.h"

#undef CHECK
#include <doctest/doctest.h>

using valise::simulation::Outcome;
using valise::simulation::Plan;
using valise::simulation::Run;

TEST_CASE("twenty seeds converge without loss, doubles or echo") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    const Outcome outcome = Run({seed, {}, false});
    CHECK(outcome.violations == std::vector<std::string>{});
  }
}

TEST_CASE("the same seed twice gives the same trace") {
  CHECK(Run({7, {}, false}).trace_hash == Run({7, {}, false}).trace_hash);
}
