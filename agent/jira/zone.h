// Offsets of IANA time zones, read from the system's compiled zone files. Reads nothing of the
// process's own zone and changes nothing of it; safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "packet/result.h"

namespace valise::jira {

// The rule after the last listed transition, as POSIX TZ writes it ("CET-1CEST,M3.5.0,M10.5.0/3").
struct ZoneRule {
  struct Day {
    char form = 0;  // 'M': month, week, day of the week; 'J': day 1..365, no leap day; '0': 0..365
    int month = 0, week = 0, day = 0;
    std::int64_t seconds = 7200;  // of the local day
  };
  bool exists = false;
  bool has_summer = false;
  std::int64_t standard = 0, summer = 0;  // seconds east of UTC
  Day begin, end;                         // of summer time
};

class Zone {
 public:
  // Errors: kAskOperator "VAL-JIRA-ZONE". Also takes "UTC" and "GMT+02:00" without a file.
  static Result<Zone> Load(std::string_view name);
  // The content of a zone file (TZif, version 1 to 4).
  static Result<Zone> Parse(std::string_view bytes, std::string_view name);

  std::int64_t OffsetAt(std::int64_t utc_seconds) const;  // seconds east of UTC

 private:
  std::vector<std::int64_t> times_;    // ascending
  std::vector<std::int64_t> offsets_;  // from the time of the same index on
  std::int64_t first_offset_ = 0;
  ZoneRule rule_;
};

}  // namespace valise::jira
