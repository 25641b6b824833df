// The parser child. `valise parse-child` is started once by the agent (child_process.h) with the
// control socket as descriptor 0 and an empty environment, and sees nothing of the agent's memory.
// It parses nothing itself: for every job it forks a worker that locks itself in (sandbox.h), does
// that one job and ends. Forking a warm process costs a fraction of starting the program anew, and
// one packet's worker cannot touch the next packet.
#pragma once

#include <string_view>

namespace valise {

inline constexpr std::string_view kParseChildArgument = "parse-child";

// For tests: what a worker does, inside the walls, for Operation::kTest.
using TestOperation = void (*)(std::string_view request);

// Serves jobs until the control socket is closed; then 0, the process's exit code.
int ParseChildMain(TestOperation test_operation = nullptr);

}  // namespace valise
