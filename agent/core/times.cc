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

// The number at [at, at + digits); -1 if there is none.
std::int64_t NumberAt(std::string_view text, std::size_t at, std::size_t digits) {
  std::int64_t number = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

}  // namespace

std::optional<std::int64_t> ParseInstant(std::string_view text) {
  const std::chrono::year_month_day date{
      std::chrono::year{static_cast<int>(NumberAt(text, 0, 4))},
      std::chrono::month{static_cast<unsigned>(NumberAt(text, 5, 2))},
      std::chrono::day{static_cast<unsigned>(NumberAt(text, 8, 2))}};
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  const std::int64_t minutes = NumberAt(text, 11, 2) * 60 + NumberAt(text, 14, 2);
  const std::int64_t seconds = minutes * 60 + NumberAt(text, 17, 2);
  const std::int64_t ms = days * 86'400'000 + seconds * 1000 + NumberAt(text, 20, 3);
  return InstantText(ms) == text ? std::optional(ms) : std::nullopt;
}

std::optional<std::int64_t> DurationSeconds(std::string_view text) {
  constexpr std::size_t kDigitsMax = 15;
  const bool has_leading_zero = text.size() > 1 && text.front() == '0';
  if (text.empty() || text.size() > kDigitsMax || has_leading_zero) return std::nullopt;
  const std::int64_t seconds = NumberAt(text, 0, text.size());
  return seconds < 0 ? std::nullopt : std::optional(seconds);
}

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
