// Two simulated sites for a test that says itself what happens.
#pragma once

#include <algorithm>
#include <string>

#include "tests/simulation/site.h"

namespace valise::simulation {

inline Terms OftenPolled(Terms terms) {
  terms.settings.poll_every_ms = 1'500;
  return terms;
}

// Without any fault. FIELD polls often.
struct Scene {
  SharedWorld world{1, false};
  SeededEntropy entropy{1};
  SimSite hq{world, "hq", 0, SimTerms(0, {}, 0), GenerateKeys("hq", entropy), 1};
  SimSite field{world, "field", 1, OftenPolled(SimTerms(1, {}, 0)), GenerateKeys("field", entropy),
                1};

  Scene() {
    const Id channel = entropy.RandomId();
    hq.Meet(field, channel);
    field.Meet(hq, channel);
    hq.StartAgent();
    field.StartAgent();
  }

  void RunFor(std::int64_t ms) {
    const std::int64_t until = world.now_ms + ms;
    while (world.now_ms < until) {
      const std::int64_t next = std::min({until, hq.NextAt(), field.NextAt()});
      world.now_ms = std::max(world.now_ms + 1, next);
      for (SimSite* site : {&hq, &field}) {
        site->port.Run();
        if (site->NextAt() <= world.now_ms) site->StepAgent();
      }
    }
  }

  static HttpResponse As(SimSite& site, const char* method, const char* path, const char* body,
                         const char* token = "alice-token") {
    HttpRequest request;
    request.method = method;
    request.path = path;
    request.body = body;
    return Ask(site.jira, request, token);
  }
};

}  // namespace valise::simulation
