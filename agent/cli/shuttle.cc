#include "agent/cli/commands.h"
#include "agent/cli/verbs.h"

namespace valise::cli {

namespace {

Exit Export(const Invocation& call) {
  return Fail(call, {Recovery::kAskOperator, "VAL-INTERNAL-UNBUILT", "export is not built yet"});
}

Exit Import(const Invocation& call) {
  return Fail(call, {Recovery::kAskOperator, "VAL-INTERNAL-UNBUILT", "import is not built yet"});
}

}  // namespace

const Command kExport{"export",
                      "write all that waits into one bundle file",
                      {},
                      {{"FILE", true, "bundle to write"}},
                      Export};
const Command kImport{
    "import", "take a bundle file in", {}, {{"FILE", true, "bundle to read"}}, Import};

}  // namespace valise::cli
