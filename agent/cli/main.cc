#include <cstdio>
#include <exception>
#include <string_view>

#include "agent/cli/commands.h"
#include "agent/parser/child.h"

int main(int argc, char** argv) {
  // Before anything else: the parser child needs nothing of the rest (agent/parser/child.h).
  if (argc == 2 && argv[1] == valise::kParseChildArgument) return valise::ParseChildMain();
  try {
    return valise::cli::RunCommandLine(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "valise: internal error: %s\n", error.what());
    return static_cast<int>(valise::cli::Exit::kInternal);
  }
}
