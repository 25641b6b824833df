#include <doctest/doctest.h>

#include "tests/standin/driver.h"
#include "tests/standin/zone.h"

namespace valise::standin {
namespace {

constexpr std::int64_t kInstant = 1'553'868'897'310;  // 2019-03-29T14:14:57.310Z

TEST_CASE("dates end in the server's offset, without a colon") {
  CHECK(FormatJiraTime(kInstant, "America/New_York", true) == "2019-03-29T10:14:57.310-0400");
  CHECK(FormatJiraTime(kInstant, "Asia/Kolkata", true) == "2019-03-29T19:44:57.310+0530");
  CHECK(FormatJiraTime(kInstant, "UTC", false) == "2019-03-29T14:14:57.000+0000");
}

TEST_CASE("written dates read back, and colons in the offset are refused (pitfall 14)") {
  CHECK(ParseJiraTime("2019-03-29T10:14:57.310-0400") == kInstant);
  CHECK(ParseJiraTime("2019-03-29T14:14:57.310+0000") == kInstant);
  CHECK(ParseJiraTime("2019-03-29T10:14:57.310-04:00") == std::nullopt);
  CHECK(ParseJiraTime("2019-03-29") == std::nullopt);
  CHECK(ParseJiraTime("2019-13-29T10:14:57.310-0400") == std::nullopt);
  CHECK(ParseJiraTime("") == std::nullopt);
  const std::string whole = "2019-03-29T10:14:57.310-0400";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CHECK(ParseJiraTime(whole.substr(0, length)) == std::nullopt);
  }
}

TEST_CASE("at a fold JQL means the later instant, in a gap it moves on (pitfall 1)") {
  // New York, 2023-11-05: 01:30 happens at 05:30Z and again at 06:30Z.
  const std::int64_t fold = FromWallTime({2023, 11, 5, 1, 30, 0}, "America/New_York");
  CHECK(FormatJiraTime(fold, "UTC", true) == "2023-11-05T06:30:00.000+0000");
  // 2023-03-12: 02:30 does not exist; it becomes 03:30 daylight time.
  const std::int64_t gap = FromWallTime({2023, 3, 12, 2, 30, 0}, "America/New_York");
  CHECK(FormatJiraTime(gap, "America/New_York", true) == "2023-03-12T03:30:00.000-0400");
}

TEST_CASE("JQL dates are read in the searching user's zone, JSON dates in the server's (1)") {
  Options options;
  options.time_zone = "America/New_York";
  Driver d(options);
  d.jira().SetUserZone("alice", "Europe/Vienna");
  d.Create("x");  // at 22:13:20Z = 17:13:20 in New York = 23:13:20 in Vienna
  CHECK(d.Field("PROJ-1", "created") == R"("2023-11-14T17:13:20.000-0500")");
  CHECK(d.Get("/myself", "alice-token").body.Text("timeZone") == "Europe/Vienna");
  CHECK(d.Find("created >= '2023-11-14 17:13'").size() == 1);
  CHECK(d.Find("created >= '2023-11-14 17:14'").empty());
  CHECK(d.Find("created >= '2023-11-14 23:13'", "alice-token").size() == 1);
  CHECK(d.Find("created >= '2023-11-14 23:14'", "alice-token").empty());
}

TEST_CASE("an unknown time zone is refused at once") {
  Options options;
  options.time_zone = "Mars/Olympus";
  CHECK_THROWS(Driver(options));
}

}  // namespace
}  // namespace valise::standin
