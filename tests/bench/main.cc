// bench [NAME]: runs one bench, or all.
#include <cstdio>
#include <string_view>

#include "tests/bench/bench.h"

namespace {

struct Bench {
  std::string_view name;
  void (*run)();
};

constexpr Bench kBenches[] = {
    {"content", BenchContent},  // first: peak memory is of the whole process
    {"seal", BenchSeal},
    {"pipeline", BenchPipeline},
};

}  // namespace

int main(int argc, char** argv) {
  const std::string_view wanted = argc > 1 ? argv[1] : "";
  bool has_run = false;
  for (const Bench& bench : kBenches) {
    if (!wanted.empty() && wanted != bench.name) continue;
    bench.run();
    has_run = true;
  }
  if (has_run) return 0;
  std::fprintf(stderr, "bench: no bench of that name; there are:");
  for (const Bench& bench : kBenches)
    std::fprintf(stderr, " %.*s", static_cast<int>(bench.name.size()), bench.name.data());
  std::fprintf(stderr, "\n");
  return 2;
}
