#include "agent/jira/times.h"

#include "agent/jira/jql.h"
#include "agent/jira/zone.h"
#include "tests/jira/doctest.h"

namespace valise::jira {
namespace {

constexpr std::int64_t kMarch = 1553868897310;  // 2019-03-29T14:14:57.310Z
constexpr std::int64_t kHourMs = 3600000;

std::int64_t Utc(const char* text) { return ParseJiraTime(text).value(); }

std::string Jql(const char* utc, const char* zone) { return JqlTime(Utc(utc), zone).value(); }

TEST_CASE("the Date of an answer is read in its one form that is sent today") {
  CHECK(ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT") == 784111777000);
  CHECK(ParseHttpDate("Thu, 29 Feb 2024 23:59:59 GMT") == 1709251199000);
  for (const char* bad : {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
                          "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 ovD 1994 08:49:37 GMT",
                          "Sun, 30 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
                          "Sun, 06 Nov 1994 08:49:37 GMT "}) {
    CAPTURE(bad);
    CHECK(!ParseHttpDate(bad));
  }
}

TEST_CASE("dates of any offset, with or without milliseconds, are the same instant") {
  for (const char* text : {"2019-03-29T10:14:57.310-0400", "2019-03-29T14:14:57.310+0000",
                           "2019-03-29T14:14:57.310Z", "2019-03-29T15:14:57.310+01:00",
                           "2019-03-29T15:14:57.31+01", "2019-03-29T19:59:57.310999+0545"}) {
    CHECK(ParseJiraTime(text) == kMarch);
  }
  CHECK(Utc("2019-03-29T14:14:57+0000") == kMarch - 310);
  CHECK(Utc("1969-12-31T23:59:59.999Z") == -1);
  CHECK(Utc("2024-02-29T00:00:00.000+0000") == 1709164800000);
}

TEST_CASE("what is no date is refused") {
  for (const char* text : {"",
                           "2019",
                           "2019-03-29",
                           "2019-03-29T10:14",
                           "2019-02-29T00:00:00.000Z",
                           "2019-13-01T00:00:00.000Z",
                           "2019-00-01T00:00:00.000Z",
                           "2019-03-29T24:00:00.000Z",
                           "2019-03-29T10:60:00.000Z",
                           "2019-03-29T10:14:57.310",
                           "2019-03-29T10:14:57.310+",
                           "2019-03-29T10:14:57.310+4",
                           "2019-03-29T10:14:57.310+9900",
                           "2019-03-29T10:14:57.Z",
                           "2019-03-29T10:14:57.310Zx",
                           " 2019-03-29T10:14:57.310Z",
                           "2019-03-29 10:14:57.310Z",
                           "0000-01-01T00:00:00.000+0100",
                           "9999-12-31T23:59:59.999-0100",
                           "29/Mar/19 10:14 AM",
                           "-019-03-29T10:14:57.310Z"}) {
    CAPTURE(text);
    CHECK(!ParseJiraTime(text).has_value());
  }
}

TEST_CASE("instants are written in UTC without a colon in the offset (pitfall 14)") {
  CHECK(JiraTime(kMarch) == "2019-03-29T14:14:57.310+0000");
  CHECK(NormalTime(kMarch) == "2019-03-29T14:14:57.310Z");
  CHECK(NormalTime(-1) == "1969-12-31T23:59:59.999Z");
  for (const std::int64_t instant : {std::int64_t{0}, kMarch, std::int64_t{1709164800000}}) {
    CHECK(ParseJiraTime(JiraTime(instant)) == instant);
    CHECK(ParseJiraTime(NormalTime(instant)) == instant);
  }
}

TEST_CASE("days are checked against the calendar") {
  CHECK(IsDate("2024-02-29"));
  for (const char* text : {"2023-02-29", "2024-2-29", "2024-02-29T00", "", "tomorrow"}) {
    CHECK(!IsDate(text));
  }
}

TEST_CASE("numbers have one shortest form without exponent") {
  const std::vector<std::pair<const char*, const char*>> table = {
      {"1", "1"},         {"1.0", "1"},
      {"0", "0"},         {"-0.0", "0"},
      {"1.50", "1.5"},    {"1e3", "1000"},
      {"1.25E1", "12.5"}, {"12e-3", "0.012"},
      {"-7.0E0", "-7"},   {"100", "100"},
      {"0.1", "0.1"},     {"1E+2", "100"},
      {"0.000", "0"},     {"10.010", "10.01"},
      {"1e-9999", "?"},   {"9007199254740993", "9007199254740993"}};
  for (const auto& [text, normal] : table) {
    CAPTURE(text);
    CHECK(NormalNumber(text).value_or("?") == normal);
  }
  for (const char* text : {"", "-", ".5", "1.", "1e", "1e+", "0x1", "NaN", "1 ", "1e99999"}) {
    CHECK(!NormalNumber(text).has_value());
  }
  CHECK(!NormalNumber(std::string(500, '1')).has_value());
}

TEST_CASE("JQL times are floored to the minute in the searcher's zone (pitfall 1)") {
  CHECK(Jql("2024-01-15T12:34:56.789Z", "UTC") == "2024-01-15 12:34");
  CHECK(Jql("2024-01-15T12:34:56.789Z", "Europe/Berlin") == "2024-01-15 13:34");
  CHECK(Jql("2024-07-15T23:34:56.789Z", "Europe/Berlin") == "2024-07-16 01:34");
  CHECK(Jql("2024-01-15T02:00:00.000Z", "America/New_York") == "2024-01-14 21:00");
  CHECK(Jql("2024-01-15T12:34:00.000Z", "Asia/Kathmandu") == "2024-01-15 18:19");
  CHECK(Jql("1969-12-31T23:59:59.999Z", "UTC") == "1969-12-31 23:59");
  CHECK(Jql("2024-01-15T12:34:56.000Z", "GMT+05:30") == "2024-01-15 18:04");
}

TEST_CASE("at a DST fold the JQL time goes back so that nothing is skipped (pitfall 1)") {
  // Berlin, 2024-10-27: 03:00 summer time becomes 02:00 at 01:00Z. 02:30 happens twice, and Jira
  // may take it for the second: an instant of the first must be rendered an hour earlier.
  CHECK(Jql("2024-10-26T23:59:00.000Z", "Europe/Berlin") == "2024-10-27 01:59");
  CHECK(Jql("2024-10-27T00:00:00.000Z", "Europe/Berlin") == "2024-10-27 01:00");
  CHECK(Jql("2024-10-27T00:30:00.000Z", "Europe/Berlin") == "2024-10-27 01:30");
  CHECK(Jql("2024-10-27T01:30:00.000Z", "Europe/Berlin") == "2024-10-27 02:30");
  CHECK(Jql("2024-10-27T02:00:00.000Z", "Europe/Berlin") == "2024-10-27 03:00");
  // Lord Howe Island folds by half an hour.
  CHECK(Jql("2024-04-06T14:45:00.000Z", "Australia/Lord_Howe") == "2024-04-07 00:45");
  CHECK(Jql("2024-04-06T15:15:00.000Z", "Australia/Lord_Howe") == "2024-04-07 01:45");
}

TEST_CASE("no JQL time ever means a later instant than asked, whichever reading Jira takes") {
  for (const char* name : {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC",
                           "America/Sao_Paulo", "Asia/Kathmandu", "Africa/Casablanca"}) {
    const Zone zone = Zone::Load(name).value();
    for (std::int64_t at = Utc("2023-01-01T00:07:30.000Z"); at < Utc("2026-02-01T00:00:00.000Z");
         at += 53 * kHourMs / 60) {
      const std::string text = JqlTime(at, name).value();
      const std::int64_t wall = Utc((text.substr(0, 10) + "T" + text.substr(11) + ":00Z").c_str());
      std::int64_t latest = 0;
      for (std::int64_t offset = -14 * 3600; offset <= 14 * 3600; offset += 900) {
        const std::int64_t meant = wall / 1000 - offset;
        if (zone.OffsetAt(meant) == offset) latest = std::max(latest, meant);
      }
      REQUIRE(latest * 1000 <= at);
      REQUIRE(latest * 1000 > at - 2 * kHourMs - 60000);
    }
  }
}

TEST_CASE("zones have their offsets, today and beyond the end of the tables") {
  const Zone berlin = Zone::Load("Europe/Berlin").value();
  CHECK(berlin.OffsetAt(Utc("2024-03-31T00:59:59Z") / 1000) == 3600);
  CHECK(berlin.OffsetAt(Utc("2024-03-31T01:00:00Z") / 1000) == 7200);
  CHECK(berlin.OffsetAt(Utc("2060-07-01T00:00:00Z") / 1000) == 7200);
  CHECK(berlin.OffsetAt(Utc("2060-12-01T00:00:00Z") / 1000) == 3600);
  const Zone sydney = Zone::Load("Australia/Sydney").value();
  CHECK(sydney.OffsetAt(Utc("2070-01-10T00:00:00Z") / 1000) == 11 * 3600);
  CHECK(sydney.OffsetAt(Utc("2070-07-10T00:00:00Z") / 1000) == 10 * 3600);
  CHECK(Zone::Load("Asia/Tokyo").value().OffsetAt(0) == 9 * 3600);
  CHECK(Zone::Load("GMT-03:00").value().OffsetAt(0) == -3 * 3600);
}

TEST_CASE("a zone that is none is refused by name, and no name leaves the zone folder") {
  for (const char* name : {"", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", "Europe", "GMT+",
                           "Europe/../Europe/Berlin", "a\nb", "tzdata.zi"}) {
    const Result<std::string> time = JqlTime(0, name);
    REQUIRE(!time.ok());
    CHECK(time.error().code == "VAL-JIRA-ZONE");
    CHECK(time.error().message.find('\n') == std::string::npos);
  }
}

TEST_CASE("a damaged zone file is refused or read, never overrun") {
  std::string file;
  for (const char c : std::string("TZif2")) file += c;
  file += std::string(15, '\0') + std::string(24, '\0');
  file[39] = 0x7F;
  CHECK(!Zone::Parse(file, "x").ok());
  for (std::size_t cut = 0; cut < file.size(); ++cut) {
    CHECK(!Zone::Parse(std::string_view(file).substr(0, cut), "x").ok());
  }
}

TEST_CASE("JQL values cannot break out of their quotes") {
  CHECK(JqlQuote("PROJ") == "\"PROJ\"");
  CHECK(JqlQuote("a\"b\\c") == "\"a\\\"b\\\\c\"");
  CHECK(JqlQuote("a\nb\tc\rd") == "\"a\\nb\\tc\\rd\"");
  CHECK(JqlQuote(std::string("a\0b", 3)) == "\"a b\"");
}

TEST_CASE("the polls ask in an order that survives changes while paging (pitfall 3)") {
  CHECK(JqlChangedSince("P", "labels = shared OR x = y", "2024-01-15 12:34") ==
        "project = \"P\" AND (labels = shared OR x = y) AND updated >= \"2024-01-15 12:34\" "
        "ORDER BY updated ASC, id ASC");
  CHECK(JqlChangedSince("P", "", "") == "project = \"P\" ORDER BY updated ASC, id ASC");
  CHECK(JqlCensus("P", "", "") == "project = \"P\" ORDER BY id ASC");
  CHECK(JqlCensus("P", "s", "17") == "project = \"P\" AND (s) AND id > 17 ORDER BY id ASC");
  CHECK(JqlScopeCheck("P", "s", {"1", "P-2"}) ==
        "project = \"P\" AND (s) AND id in (1, \"P-2\") ORDER BY id ASC");
}

}  // namespace
}  // namespace valise::jira
