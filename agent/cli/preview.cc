#include "agent/cli/commands.h"
#include "agent/cli/verbs.h"

namespace valise::cli {

namespace {

Exit Preview(const Invocation& call) {
  return Fail(call, {Recovery::kAskOperator, "VAL-INTERNAL-UNBUILT", "preview is not built yet"});
}

}  // namespace

const Command kPreview{
    "preview", "what would leave, field by field; writes nothing", {}, {}, Preview};

}  // namespace valise::cli
