#include "agent/core/times.h"

#include "tests/agent/support.h"

namespace valise {

TEST_CASE("instants as text, UTC") {
  const struct {
    std::int64_t ms;
    const char* text;
  } rows[] = {
      {0, "1970-01-01T00:00:00.000Z"},
      {-1, "1969-12-31T23:59:59.999Z"},
      {-86'400'000, "1969-12-31T00:00:00.000Z"},
      {1'337'155'819'000, "2012-05-16T08:10:19.000Z"},
      {951'782'400'000, "2000-02-29T00:00:00.000Z"},
      {4'107'542'399'999, "2100-02-28T23:59:59.999Z"},
      {4'107'542'400'000, "2100-03-01T00:00:00.000Z"},
      {253'402'300'799'999, "9999-12-31T23:59:59.999Z"},
  };
  for (const auto& row : rows) CHECK(InstantText(row.ms) == row.text);
  CHECK(MinuteText(1'337'155'819'000) == "2012-05-16 08:10");
  CHECK(MinuteText(-1) == "1969-12-31 23:59");
}

}  // namespace valise
