// The rules, held against this source tree, without exceptions.
#include <doctest/doctest.h>

#include "tests/tidy/rules.h"

namespace valise::tidy {
namespace {

const std::vector<Source>& Product() {
  static const std::vector<Source> sources =
      ReadTree(VALISE_SOURCE_DIR, {"packet", "transport", "agent"});
  return sources;
}

const std::vector<Source>& Everything() {
  static const std::vector<Source> sources =
      ReadTree(VALISE_SOURCE_DIR, {"packet", "transport", "agent", "tests"});
  return sources;
}

const Source& SwitchesHeader() {
  for (const Source& source : Product()) {
    if (source.path == "agent/core/switches.h") return source;
  }
  FAIL("agent/core/switches.h is not there");
  return Product().front();
}

template <typename Rule>
void Hold(Rule rule, const std::vector<Source>& sources) {
  REQUIRE(sources.size() > 100);
  for (const Source& source : sources) {
    for (const std::string& fault : rule(source)) FAIL_CHECK(fault);
  }
}

}  // namespace

TEST_CASE("layers") { Hold(CheckLayers, Product()); }

TEST_CASE("banned calls") { Hold(CheckBanned, Product()); }

TEST_CASE("headers begin with #pragma once") { Hold(CheckPragmaOnce, Everything()); }

TEST_CASE("no notes for later") { Hold(CheckNoTodo, Everything()); }

TEST_CASE("lines of at most 100 columns") {
  const auto rule = [](const Source& source) { return CheckLongLines(source, kColumnsMax); };
  Hold(rule, Everything());
}

TEST_CASE("files of at most 400 lines") { Hold(CheckFileLength, Everything()); }

TEST_CASE("functions of at most 60 lines") { Hold(CheckFunctionLengths, Everything()); }

TEST_CASE("production runs with every rule on and no planted bug") {
  CHECK(SwitchNames(SwitchesHeader()).size() >= 14);
  for (const std::string& fault : CheckSafeDefaults(SwitchesHeader())) FAIL_CHECK(fault);
  const std::vector<std::string> names = SwitchNames(SwitchesHeader());
  Hold([&](const Source& source) { return CheckSwitchesUnset(source, names); }, Product());
}

}  // namespace valise::tidy
