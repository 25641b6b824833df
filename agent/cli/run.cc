#include "agent/cli/commands.h"
#include "agent/cli/verbs.h"

namespace valise::cli {

namespace {

Exit Run(const Invocation& call) {
  return Fail(call, {Recovery::kAskOperator, "VAL-INTERNAL-UNBUILT", "run is not built yet"});
}

}  // namespace

const Command kRun{"run",
                   "keep the channel in step until stopped",
                   {{"--once", nullptr, "do everything that is due once, then end"}},
                   {},
                   Run};

}  // namespace valise::cli
