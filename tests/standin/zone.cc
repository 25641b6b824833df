#include "tests/standin/zone.h"

#include <date/tz.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <exception>

namespace valise::standin {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

date::sys_seconds SecondOf(std::int64_t instant_ms) {
  return date::floor<seconds>(
      date::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(instant_ms)));
}

bool IsUtc(const std::string& zone) { return zone == "UTC" || zone == "Etc/UTC" || zone == "GMT"; }

// `width` digits at `at`, or -1.
int Digits(const std::string& text, std::size_t at, std::size_t width) {
  if (at + width > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + width; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool IsRealDay(int year, int month, int day) {
  if (year < 1 || month < 1 || day < 1) return false;
  return (date::year(year) / month / day).ok();
}

}  // namespace

bool IsKnownZone(const std::string& zone) {
  if (IsUtc(zone)) return true;
  try {
    date::locate_zone(zone);
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

std::int64_t OffsetSeconds(std::int64_t instant_ms, const std::string& zone) {
  if (IsUtc(zone)) return 0;
  return date::locate_zone(zone)->get_info(SecondOf(instant_ms)).offset.count();
}

WallTime ToWallTime(std::int64_t instant_ms, const std::string& zone) {
  const auto local = SecondOf(instant_ms) + seconds(OffsetSeconds(instant_ms, zone));
  const auto midnight = date::floor<date::days>(local);
  const date::year_month_day day(midnight);
  const date::hh_mm_ss<seconds> clock(local - midnight);
  return {int(day.year()),
          static_cast<int>(unsigned(day.month())),
          static_cast<int>(unsigned(day.day())),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count())};
}

std::int64_t FromWallTime(const WallTime& wall, const std::string& zone) {
  const auto day = date::local_days(date::year(wall.year) / wall.month / wall.day);
  const auto local =
      date::local_seconds(day) + hours(wall.hour) + minutes(wall.minute) + seconds(wall.second);
  seconds offset(0);
  if (!IsUtc(zone)) {
    const auto info = date::locate_zone(zone)->get_info(local);
    offset = info.result == date::local_info::ambiguous ? info.second.offset : info.first.offset;
  }
  return (local.time_since_epoch() - offset).count() * 1000;
}

std::string FormatJiraTime(std::int64_t instant_ms, const std::string& zone, bool milliseconds) {
  const WallTime w = ToWallTime(instant_ms, zone);
  const std::int64_t offset = OffsetSeconds(instant_ms, zone) / 60;
  const auto positive = static_cast<int>(offset < 0 ? -offset : offset);
  const auto ms = static_cast<int>(((instant_ms % 1000) + 1000) % 1000);
  std::array<char, 96> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03d%c%02d%02d",
                w.year, w.month, w.day, w.hour, w.minute, w.second, milliseconds ? ms : 0,
                offset < 0 ? '-' : '+', positive / 60, positive % 60);
  return buffer.data();
}

std::string FormatHttpDate(std::int64_t instant_ms) {
  static const char* const kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static const char* const kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const WallTime w = ToWallTime(instant_ms, "UTC");
  const date::weekday weekday(date::sys_days(date::year(w.year) / w.month / w.day));
  std::array<char, 96> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                kDays[weekday.c_encoding()], w.day, kMonths[(w.month - 1) % 12], w.year, w.hour,
                w.minute, w.second);
  return buffer.data();
}

std::optional<std::int64_t> ParseJiraTime(const std::string& text) {
  if (text.size() < 24 || text[10] != 'T' || text[13] != ':' || text[16] != ':') {
    if (text.size() < 20 || text.find('.') != std::string::npos) return std::nullopt;
  }
  if (!IsDate(text.substr(0, 10))) return std::nullopt;
  WallTime w{Digits(text, 0, 4),  Digits(text, 5, 2),  Digits(text, 8, 2),
             Digits(text, 11, 2), Digits(text, 14, 2), Digits(text, 17, 2)};
  if (w.hour < 0 || w.hour > 23 || w.minute < 0 || w.minute > 59 || w.second < 0 || w.second > 59) {
    return std::nullopt;
  }
  std::size_t at = 19;
  int ms = 0;
  if (at < text.size() && text[at] == '.') {
    ms = Digits(text, at + 1, 3);
    at += 4;
  }
  if (ms < 0) return std::nullopt;
  if (text.substr(at) == "Z") return FromWallTime(w, "UTC") + ms;
  if (at + 5 != text.size() || (text[at] != '+' && text[at] != '-')) return std::nullopt;
  const int off_hours = Digits(text, at + 1, 2), off_minutes = Digits(text, at + 3, 2);
  if (off_hours < 0 || off_minutes < 0) return std::nullopt;
  const std::int64_t offset_ms = (off_hours * 60 + off_minutes) * 60000LL;
  return FromWallTime(w, "UTC") + ms - (text[at] == '-' ? -offset_ms : offset_ms);
}

bool IsDate(const std::string& text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-' &&
         IsRealDay(Digits(text, 0, 4), Digits(text, 5, 2), Digits(text, 8, 2));
}

}  // namespace valise::standin
