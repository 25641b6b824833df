// simulate [--first SEED] [--seeds N] [--replay SEED] [--prove]
//
// Runs seeds; a failing one is named with the command that replays it with its whole trace.
// --prove switches each rule off, and plants each bug, and demands that the checker notices.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "tests/simulation/simulation.h"

namespace {

using valise::Switches;
using valise::simulation::Outcome;
using valise::simulation::Plan;
using valise::simulation::Run;

struct Totals {
  std::uint64_t failed = 0, requests = 0, crashes = 0, packets = 0, corrupted = 0, deeds = 0,
                renewals = 0, links = 0, wishes = 0;
};

void PrintFailure(std::uint64_t seed, const Outcome& outcome) {
  std::printf("seed %llu FAILED (replay: simulate --replay %llu)\n",
              static_cast<unsigned long long>(seed), static_cast<unsigned long long>(seed));
  for (std::size_t i = 0; i < outcome.violations.size() && i < 8; ++i) {
    std::printf("  %s\n", outcome.violations[i].c_str());
  }
}

int RunSeeds(std::uint64_t first, std::uint64_t count) {
  constexpr std::uint64_t kTwice = 20;  // of these many seeds the trace hash is compared
  const auto begun = std::chrono::steady_clock::now();
  Totals totals;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    Plan plan;
    plan.seed = seed;
    const Outcome outcome = Run(plan);
    bool has_failed = !outcome.violations.empty();
    if (has_failed) PrintFailure(seed, outcome);
    if (seed < first + kTwice && Run(plan).trace_hash != outcome.trace_hash) {
      std::printf("seed %llu FAILED: two runs, two traces\n",
                  static_cast<unsigned long long>(seed));
      has_failed = true;
    }
    totals.failed += has_failed ? 1 : 0;
    totals.requests += outcome.jira_requests;
    totals.crashes += outcome.crashes;
    totals.packets += outcome.packets;
    totals.corrupted += outcome.corrupted;
    totals.renewals += outcome.renewals;
    totals.links += outcome.links;
    totals.wishes += outcome.wishes;
    totals.deeds += outcome.deeds;
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  std::printf(
      "%llu seeds, %llu failed; %llu deeds, %llu Jira requests, %llu packets "
      "(%llu corrupted), %llu crashes, %llu new contracts, %llu linked pairs, "
      "%llu values written anew; %.1f s\n",
      static_cast<unsigned long long>(count), static_cast<unsigned long long>(totals.failed),
      static_cast<unsigned long long>(totals.deeds),
      static_cast<unsigned long long>(totals.requests),
      static_cast<unsigned long long>(totals.packets),
      static_cast<unsigned long long>(totals.corrupted),
      static_cast<unsigned long long>(totals.crashes),
      static_cast<unsigned long long>(totals.renewals),
      static_cast<unsigned long long>(totals.links),
      static_cast<unsigned long long>(totals.wishes), seconds);
  return totals.failed == 0 ? 0 : 1;
}

struct Planted {
  const char* name;
  bool Switches::*flag;
  bool value;
};

// The rules of section 8 of the design, and bugs from the reliability catalogue.
constexpr Planted kPlanted[] = {
    {"rule versions off", &Switches::versions, false},
    {"rule seen off", &Switches::seen, false},
    {"rule set elements off", &Switches::set_elements, false},
    {"rule one-way off", &Switches::one_way, false},
    {"rule intent off", &Switches::intent, false},
    {"rule marker off", &Switches::marker, false},
    {"rule capture before write off", &Switches::capture_before_write, false},
    {"rule changelog check off", &Switches::changelog_check, false},
    {"rule flip hold off", &Switches::flip_hold, false},
    {"bug 1: blind retry", &Switches::bug_blind_retry, true},
    {"bug 3: probe without settle", &Switches::bug_probe_without_settle, true},
    {"bug 5: ack before commit", &Switches::bug_ack_before_commit, true},
    {"bug 31: a refused write sent again", &Switches::bug_retry_refused, true},
    {"bug 33: poison blocks the channel", &Switches::bug_poison_blocks, true},
    {"bug 39: private comment leaves", &Switches::bug_private_comment, true},
};

int Prove(std::uint64_t first, std::uint64_t seeds_max) {
  int missed = 0;
  for (const Planted& planted : kPlanted) {
    std::uint64_t tried = 0;
    bool is_caught = false;
    for (; tried < seeds_max && !is_caught; ++tried) {
      Plan plan;
      plan.seed = first + tried;
      plan.switches.*planted.flag = planted.value;
      const Outcome outcome = Run(plan);
      // What fails with every rule on as well proves nothing.
      is_caught = !outcome.violations.empty() && Run({plan.seed, {}, false}).violations.empty();
      if (is_caught) {
        std::printf("%-36s caught at seed %llu: %s\n", planted.name,
                    static_cast<unsigned long long>(plan.seed), outcome.violations.front().c_str());
      }
    }
    if (!is_caught) {
      std::printf("%-36s NOT CAUGHT within %llu seeds\n", planted.name,
                  static_cast<unsigned long long>(tried));
      ++missed;
    }
    std::fflush(stdout);
  }
  std::printf("prove: %zu planted, %d missed\n", std::size(kPlanted), missed);
  return missed == 0 ? 0 : 1;
}

int Usage() {
  std::fprintf(stderr, "usage: simulate [--first SEED] [--seeds N] [--replay SEED] [--prove]\n");
  return 64;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t first = 1, seeds = 100;
  bool is_prove = false;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--prove") {
      is_prove = true;
      continue;
    }
    if (i + 1 == argc) return Usage();
    const std::uint64_t number = std::strtoull(argv[++i], nullptr, 10);
    if (option == "--first") first = number;
    else if (option == "--seeds") seeds = number;
    else if (option == "--replay") {
      Plan plan;
      plan.seed = number;
      plan.is_shown = true;
      const Outcome outcome = Run(plan);
      std::printf("trace %s\n", valise::Text(outcome.trace_hash).c_str());
      if (!outcome.violations.empty()) PrintFailure(number, outcome);
      return outcome.violations.empty() ? 0 : 1;
    } else {
      return Usage();
    }
  }
  return is_prove ? Prove(first, 500) : RunSeeds(first, seeds);
}
