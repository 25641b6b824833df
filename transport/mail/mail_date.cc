#include "transport/mail/mail_date.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace valise {
namespace {

constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

struct Parts {
  std::chrono::year_month_day date;
  std::chrono::weekday weekday;
  std::chrono::hh_mm_ss<std::chrono::seconds> time;
  const char* month() const { return kMonths[static_cast<unsigned>(date.month()) - 1]; }
};

Parts PartsOf(std::int64_t ms) {
  using namespace std::chrono;
  const sys_time<seconds> instant = floor<seconds>(sys_time<milliseconds>(milliseconds(ms)));
  const sys_days day = floor<days>(instant);
  return {day, weekday(day), hh_mm_ss<seconds>(instant - day)};
}

}  // namespace

std::string MailDate(std::int64_t ms) {
  const Parts parts = PartsOf(ms);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %u %s %d %02ld:%02ld:%02ld +0000",
                kDays[parts.weekday.c_encoding()], static_cast<unsigned>(parts.date.day()),
                parts.month(), static_cast<int>(parts.date.year()), parts.time.hours().count(),
                parts.time.minutes().count(), static_cast<long>(parts.time.seconds().count()));
  return text.data();
}

std::string ImapDate(std::int64_t ms) {
  const Parts parts = PartsOf(ms);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%u-%s-%d", static_cast<unsigned>(parts.date.day()),
                parts.month(), static_cast<int>(parts.date.year()));
  return text.data();
}

}  // namespace valise
