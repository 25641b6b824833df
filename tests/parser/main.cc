// The test program is its own parser child, as `valise` is.
#define DOCTEST_CONFIG_IMPLEMENT
#include "tests/parser/echo_child.h"
#include "tests/parser/walls.h"
#include "tests/transport/doctest.h"

int main(int argument_count, char** arguments) {
  if (argument_count == 2 && arguments[1] == valise::kParseChildArgument) {
    return valise::ParseChildMain(valise::BreakOut);
  }
  if (argument_count == 2 && std::string_view(arguments[1]) == "refuse") return 7;
  if (argument_count == 2 && std::string_view(arguments[1]) == "echo") {
    return valise::EchoChildMain();
  }
  return doctest::Context(argument_count, arguments).run();
}
