#include "agent/core/template.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace valise {
namespace {

TEST_CASE("a template frames a value and gives it back") {
  const std::string frame = "From {site} ({site}): {value} [{site}]";
  CHECK(InTemplate(frame, "field", "it leaks") == "From field (field): it leaks [field]");
  CHECK(OutOfTemplate(frame, "field", "From field (field): it leaks [field]") == "it leaks");
  CHECK(InTemplate(frame, "field", "").empty());
  CHECK(OutOfTemplate(frame, "field", "") == "");
}

TEST_CASE("a frame that a person took apart is somebody's own text") {
  const std::string frame = "<{value}>";
  for (const char* shown : {"a", "<a", "a>", "<", " <a>"}) {
    CHECK_FALSE_MESSAGE(OutOfTemplate(frame, "hq", shown).has_value(), shown);
  }
  CHECK_FALSE(OutOfTemplate("aa{value}aa", "hq", "aaa").has_value());  // ends may not overlap
}

TEST_CASE("what went in comes out, places in values and site names included") {
  const bool holds = rc::check([](const std::string& value, const std::string& site) {
    for (const std::string frame :
         {"{value}", "{site}: {value}", "{value} ({site})", "a{value}a"}) {
      RC_ASSERT(OutOfTemplate(frame, site, InTemplate(frame, site, value)) == value);
      const std::string placed = value + "{value}{site}";
      RC_ASSERT(OutOfTemplate(frame, site, InTemplate(frame, site, placed)) == placed);
    }
  });
  CHECK(holds);
}

TEST_CASE("a template that cannot be taken off again, or says nothing, is refused") {
  CHECK(FaultOfTemplate("From {site}: {value}", false).empty());
  CHECK(FaultOfTemplate("{value}\n--\n{site}", true).empty());
  CHECK(FaultOfTemplate("", false) == "holds no {value}");
  CHECK(FaultOfTemplate("From {site}", false) == "holds no {value}");
  CHECK(FaultOfTemplate("{value} {value}", false) == "holds {value} twice");
  CHECK(FaultOfTemplate("{value}\n{site}", false) == "is more than one line");
  CHECK(FaultOfTemplate("{value}\x1b", true) == "holds a control character");
  CHECK(FaultOfTemplate("{value} ", true).find("Jira would take it off") != std::string::npos);
  CHECK(FaultOfTemplate("{noformat}{value}{noformat}", true).find("macro") != std::string::npos);
  CHECK(FaultOfTemplate("{key} {value}", false) == "holds {key}; use {site} and {value}");
  CHECK(FaultOfTemplate("{value} {", false) == "holds {; use {site} and {value}");
  CHECK(FaultOfTemplate(std::string(500, 'a') + "{value}", false) == "is longer than 500 bytes");
}

}  // namespace
}  // namespace valise
