#include "agent/jira/times.h"

#include <chrono>
#include <cstdio>

namespace valise::jira {
namespace {

constexpr std::size_t kDigitsMax = 400;
// The years 0000 to 9999 of UTC: what can be written can be read again.
constexpr std::int64_t kFirstMs = -62'167'219'200'000;
constexpr std::int64_t kLastMs = 253'402'300'799'999;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Reads a date from the front of a text; every step fails for good once one has failed.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  int Digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (i >= rest_.size() || !IsDigit(rest_[i])) return Fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  void Expect(char c) {
    if (!Take(c)) Fail();
  }
  bool Take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // The digits after the point, as milliseconds.
  int Fraction() {
    int value = 0;
    int weight = 100;
    std::size_t count = 0;
    for (; count < rest_.size() && IsDigit(rest_[count]); ++count, weight /= 10) {
      value += (rest_[count] - '0') * weight;
    }
    if (count == 0 || count > 9) return Fail();
    rest_.remove_prefix(count);
    return value;
  }
  bool AtEnd() const { return rest_.empty(); }
  bool ok() const { return ok_; }
  int Fail() {
    ok_ = false;
    rest_ = {};
    return 0;
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::chrono::sys_days TakeDay(Cursor& cursor) {
  const int year = cursor.Digits(4);
  cursor.Expect('-');
  const int month = cursor.Digits(2);
  cursor.Expect('-');
  const int day = cursor.Digits(2);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) {
    cursor.Fail();
    return {};
  }
  return date;
}

// Minutes east of UTC: Z, +hh, +hhmm or +hh:mm.
int TakeOffset(Cursor& cursor) {
  if (cursor.Take('Z')) return 0;
  const bool is_west = cursor.Take('-');
  if (!is_west) cursor.Expect('+');
  const int hours = cursor.Digits(2);
  int minutes = 0;
  if (!cursor.AtEnd()) {
    cursor.Take(':');
    minutes = cursor.Digits(2);
  }
  if (hours > 18 || minutes > 59) return cursor.Fail();
  const int offset = hours * 60 + minutes;
  return is_west ? -offset : offset;
}

std::string Render(std::int64_t instant_ms, const char* zone) {
  const std::chrono::sys_time<std::chrono::milliseconds> instant{
      std::chrono::milliseconds(instant_ms)};
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{instant - day};
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02uT%02d:%02d:%02d.%03d%s",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
                static_cast<int>(time.subseconds().count()), zone);
  return buffer;
}

// A number's text taken apart: digits with the point after `point` of them.
struct Decimal {
  bool is_negative = false;
  std::string digits;
  long point = 0;
};

std::optional<Decimal> TakeApart(std::string_view text) {
  Decimal number;
  number.is_negative = !text.empty() && text.front() == '-';
  if (number.is_negative) text.remove_prefix(1);
  std::size_t i = 0;
  for (; i < text.size() && IsDigit(text[i]); ++i) number.digits += text[i];
  if (i == 0) return std::nullopt;
  number.point = static_cast<long>(i);
  if (i < text.size() && text[i] == '.') {
    const std::size_t first = ++i;
    for (; i < text.size() && IsDigit(text[i]); ++i) number.digits += text[i];
    if (i == first) return std::nullopt;
  }
  if (i == text.size()) return number;
  if (text[i] != 'e' && text[i] != 'E') return std::nullopt;
  ++i;
  const bool is_small = i < text.size() && text[i] == '-';
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
  if (i == text.size() || text.size() - i > 4) return std::nullopt;
  long exponent = 0;
  for (; i < text.size(); ++i) {
    if (!IsDigit(text[i])) return std::nullopt;
    exponent = exponent * 10 + (text[i] - '0');
  }
  number.point += is_small ? -exponent : exponent;
  return number;
}

}  // namespace

std::optional<std::int64_t> ParseJiraTime(std::string_view text) {
  Cursor cursor(text);
  const std::chrono::sys_days day = TakeDay(cursor);
  cursor.Expect('T');
  const int hours = cursor.Digits(2);
  cursor.Expect(':');
  const int minutes = cursor.Digits(2);
  cursor.Expect(':');
  const int seconds = cursor.Digits(2);
  const int fraction = cursor.Take('.') ? cursor.Fraction() : 0;
  const int offset = TakeOffset(cursor);
  if (!cursor.ok() || !cursor.AtEnd() || hours > 23 || minutes > 59 || seconds > 59) {
    return std::nullopt;
  }
  const std::int64_t days = day.time_since_epoch().count();
  const std::int64_t instant =
      ((days * 24 + hours) * 60 + minutes - offset) * 60000 + seconds * 1000 + fraction;
  if (instant < kFirstMs || instant > kLastMs) return std::nullopt;
  return instant;
}

std::optional<std::int64_t> ParseHttpDate(std::string_view text) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 29 || text.substr(3, 2) != ", " || !text.ends_with(" GMT")) return {};
  const std::size_t month = kMonths.find(text.substr(8, 3));
  if (month == std::string_view::npos || month % 3 != 0) return {};
  std::string iso(text.substr(12, 4));
  iso.append(month / 3 < 9 ? "-0" : "-").append(std::to_string(month / 3 + 1)).append("-");
  iso.append(text.substr(5, 2)).append("T").append(text.substr(17, 8)).append("Z");
  return ParseJiraTime(iso);
}

std::string NormalTime(std::int64_t instant_ms) { return Render(instant_ms, "Z"); }

std::string JiraTime(std::int64_t instant_ms) { return Render(instant_ms, "+0000"); }

bool IsDate(std::string_view text) {
  Cursor cursor(text);
  TakeDay(cursor);
  return cursor.ok() && cursor.AtEnd();
}

std::optional<std::string> NormalNumber(std::string_view text) {
  if (text.size() > kDigitsMax) return std::nullopt;
  std::optional<Decimal> number = TakeApart(text);
  if (!number) return std::nullopt;
  std::string& digits = number->digits;
  long point = number->point;
  if (digits.find_first_not_of('0') == std::string::npos) return "0";
  if (point > static_cast<long>(kDigitsMax) || point < -static_cast<long>(kDigitsMax)) {
    return std::nullopt;
  }
  const long size = static_cast<long>(digits.size());
  if (point > size) digits.append(static_cast<std::size_t>(point - size), '0');
  if (point < 1) {
    digits.insert(0, static_cast<std::size_t>(1 - point), '0');
    point = 1;
  }
  std::string whole = digits.substr(0, static_cast<std::size_t>(point));
  std::string part = digits.substr(static_cast<std::size_t>(point));
  const std::size_t first = whole.find_first_not_of('0');
  whole.erase(0, first == std::string::npos ? whole.size() - 1 : first);
  part.erase(part.find_last_not_of('0') + 1);
  return (number->is_negative ? "-" : "") + whole + (part.empty() ? "" : "." + part);
}

}  // namespace valise::jira
