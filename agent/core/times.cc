#include "agent/core/times.h"

#include <chrono>

#include <fmt/format.h>

namespace valise {
namespace {

struct Civil {
  int year;
  unsigned month, day;
  std::int64_t ms_of_day;
};

Civil CivilOf(std::int64_t ms) {
  constexpr std::int64_t kDayMs = 86'400'000;
  const std::int64_t days = (ms >= 0 ? ms : ms - kDayMs + 1) / kDayMs;
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()), ms - days * kDayMs};
}

}  // namespace

std::string MinuteText(std::int64_t ms) {
  const Civil c = CivilOf(ms);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", c.year, c.month, c.day,
                     c.ms_of_day / 3'600'000, c.ms_of_day / 60'000 % 60);
}

std::string InstantText(std::int64_t ms) {
  const Civil c = CivilOf(ms);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", c.year, c.month, c.day,
                     c.ms_of_day / 3'600'000, c.ms_of_day / 60'000 % 60,
                     c.ms_of_day / 1000 % 60, c.ms_of_day % 1000);
}

}  // namespace valise
