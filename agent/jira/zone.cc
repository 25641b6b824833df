#include "agent/jira/zone.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <optional>

namespace valise::jira {
namespace {

constexpr std::string_view kFolder = "/usr/share/zoneinfo/";
constexpr std::size_t kFileBytesMax = 65536;
constexpr std::int64_t kDay = 86400;

Error BadZone(std::string_view name) {
  std::string shown;
  for (const char c : name.substr(0, 64)) shown += c > ' ' && c < 0x7F ? c : '?';
  return {Recovery::kAskOperator, "VAL-JIRA-ZONE",
          "time zone \"" + shown +
              "\" of the Jira account is not in this machine's time zone "
              "data; install tzdata, or choose another zone in the account's profile"};
}

bool IsPlainName(std::string_view name) {
  if (name.empty() || name.size() > 64 || name.front() == '/') return false;
  if (name.find("..") != std::string_view::npos) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '+' || c == '/';
  });
}

// Front-to-back reader of a POSIX TZ text and of "GMT+02:00".
class TextReader {
 public:
  explicit TextReader(std::string_view text) : rest_(text) {}

  bool Take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::optional<int> Number() {
    int value = 0;
    std::size_t count = 0;
    for (; count < rest_.size() && count < 4 && IsDigit(rest_[count]); ++count) {
      value = value * 10 + (rest_[count] - '0');
    }
    rest_.remove_prefix(count);
    return count == 0 ? std::nullopt : std::optional<int>(value);
  }
  // [+|-]hh[:mm[:ss]] in seconds.
  std::optional<std::int64_t> Time() {
    const bool is_negative = Take('-');
    if (!is_negative) Take('+');
    const std::optional<int> hours = Number();
    if (!hours) return std::nullopt;
    std::int64_t seconds = *hours * 3600LL;
    if (Take(':')) seconds += Number().value_or(0) * 60LL;
    if (Take(':')) seconds += Number().value_or(0);
    return is_negative ? -seconds : seconds;
  }
  // A zone's abbreviation: letters, or anything in <>.
  void SkipName() {
    const bool is_quoted = Take('<');
    const auto is_part = [&](char c) {
      return is_quoted ? c != '>' : (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    };
    while (!rest_.empty() && is_part(rest_.front())) rest_.remove_prefix(1);
    if (is_quoted) Take('>');
  }
  bool AtEnd() const { return rest_.empty(); }
  bool AtComma() const { return !rest_.empty() && rest_.front() == ','; }

 private:
  static bool IsDigit(char c) { return c >= '0' && c <= '9'; }
  std::string_view rest_;
};

bool TakeRuleDay(TextReader& reader, ZoneRule::Day& day) {
  if (!reader.Take(',')) return false;
  day.form = reader.Take('M') ? 'M' : reader.Take('J') ? 'J' : '0';
  const std::optional<int> first = reader.Number();
  if (!first) return false;
  day.day = *first;
  if (day.form == 'M') {
    day.month = *first;
    if (!reader.Take('.')) return false;
    day.week = reader.Number().value_or(0);
    if (!reader.Take('.')) return false;
    day.day = reader.Number().value_or(7);
    if (day.month < 1 || day.month > 12 || day.week < 1 || day.week > 5 || day.day > 6) {
      return false;
    }
  }
  if (!reader.Take('/')) return true;
  const std::optional<std::int64_t> time = reader.Time();
  day.seconds = time.value_or(0);
  return time.has_value();
}

ZoneRule ParseRule(std::string_view text) {
  ZoneRule rule;
  TextReader reader(text);
  reader.SkipName();
  const std::optional<std::int64_t> west = reader.Time();
  if (!west) return rule;
  rule.standard = -*west;
  rule.exists = true;
  if (reader.AtEnd()) return rule;
  reader.SkipName();
  rule.summer = rule.standard + 3600;
  if (!reader.AtComma()) rule.summer = -reader.Time().value_or(-rule.summer);
  rule.has_summer = TakeRuleDay(reader, rule.begin) && TakeRuleDay(reader, rule.end);
  return rule;
}

// Seconds since 1970 of a rule's day in a year, as if the zone were UTC.
std::int64_t RuleTime(const ZoneRule::Day& day, int year) {
  using std::chrono::sys_days;
  const std::chrono::year y(year);
  std::int64_t days = 0;
  if (day.form == 'M') {
    const std::chrono::weekday weekday(static_cast<unsigned>(day.day));
    const auto month = y / std::chrono::month(static_cast<unsigned>(day.month));
    const sys_days date = day.week == 5
                              ? sys_days(month / weekday[std::chrono::last])
                              : sys_days(month / weekday[static_cast<unsigned>(day.week)]);
    days = date.time_since_epoch().count();
  } else {
    days = sys_days(y / 1 / 1).time_since_epoch().count() + day.day;
    if (day.form == 'J') days += day.day >= 60 && y.is_leap() ? 0 : -1;
  }
  return days * kDay + day.seconds;
}

std::int64_t OffsetByRule(const ZoneRule& rule, std::int64_t utc_seconds) {
  if (!rule.has_summer) return rule.standard;
  const std::int64_t local_day = (utc_seconds + rule.standard) / kDay;
  const std::chrono::year_month_day date{
      std::chrono::sys_days(std::chrono::days(static_cast<int>(local_day)))};
  const int year = static_cast<int>(date.year());
  const std::int64_t begin = RuleTime(rule.begin, year) - rule.standard;
  const std::int64_t end = RuleTime(rule.end, year) - rule.summer;
  const bool is_north = begin < end;
  const bool is_inside = is_north ? utc_seconds >= begin && utc_seconds < end
                                  : utc_seconds >= begin || utc_seconds < end;
  return is_inside ? rule.summer : rule.standard;
}

std::int64_t BigEndian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  if (bytes.size() == 4) return static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
  return static_cast<std::int64_t>(value);
}

// The six counts of a TZif header, in file order.
struct Header {
  char version = 0;
  std::size_t is_ut = 0, is_standard = 0, leaps = 0, times = 0, types = 0, names = 0;

  std::size_t BodyBytes(std::size_t time_bytes) const {
    return times * (time_bytes + 1) + types * 6 + names + leaps * (time_bytes + 4) + is_standard +
           is_ut;
  }
};
constexpr std::size_t kHeaderBytes = 44;

std::optional<Header> ReadHeader(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes || bytes.substr(0, 4) != "TZif") return std::nullopt;
  Header header;
  header.version = bytes[4];
  std::size_t* counts[] = {&header.is_ut, &header.is_standard, &header.leaps,
                           &header.times, &header.types,       &header.names};
  std::size_t at = 20;
  for (std::size_t* count : counts) {
    const std::int64_t value = BigEndian(bytes.substr(at, 4));
    if (value < 0 || static_cast<std::size_t>(value) > kFileBytesMax) return std::nullopt;
    *count = static_cast<std::size_t>(value);
    at += 4;
  }
  return header;
}

std::optional<std::int64_t> FixedOffset(std::string_view name) {
  if (name == "UTC" || name == "GMT" || name == "Etc/UTC" || name == "Z") return 0;
  if (name.size() < 5 || name.substr(0, 3) != "GMT") return std::nullopt;
  TextReader reader(name.substr(3));
  const std::optional<std::int64_t> offset = reader.Time();
  const bool is_sane = offset && reader.AtEnd() && *offset >= -18 * 3600 && *offset <= 18 * 3600;
  return is_sane ? offset : std::nullopt;
}

}  // namespace

Result<Zone> Zone::Parse(std::string_view bytes, std::string_view name) {
  std::optional<Header> header = ReadHeader(bytes);
  if (!header) return BadZone(name);
  std::size_t time_bytes = 4;
  std::string_view body = bytes.substr(kHeaderBytes);
  if (header->version >= '2') {  // a second block with 64-bit times follows the first
    if (body.size() < header->BodyBytes(4)) return BadZone(name);
    body.remove_prefix(header->BodyBytes(4));
    header = ReadHeader(body);
    if (!header) return BadZone(name);
    body.remove_prefix(kHeaderBytes);
    time_bytes = 8;
  }
  if (body.size() < header->BodyBytes(time_bytes) || header->types == 0) return BadZone(name);
  const std::string_view indexes = body.substr(header->times * time_bytes, header->times);
  const std::string_view types = body.substr(header->times * (time_bytes + 1), header->types * 6);
  Zone zone;
  zone.first_offset_ = BigEndian(types.substr(0, 4));
  for (std::size_t i = 0; i < header->times; ++i) {
    const std::size_t type = static_cast<unsigned char>(indexes[i]);
    if (type >= header->types) return BadZone(name);
    zone.times_.push_back(BigEndian(body.substr(i * time_bytes, time_bytes)));
    zone.offsets_.push_back(BigEndian(types.substr(type * 6, 4)));
  }
  if (!std::is_sorted(zone.times_.begin(), zone.times_.end())) return BadZone(name);
  std::string_view footer = body.substr(header->BodyBytes(time_bytes));
  if (footer.size() > 2 && footer.front() == '\n' && footer.back() == '\n') {
    zone.rule_ = ParseRule(footer.substr(1, footer.size() - 2));
  }
  return zone;
}

Result<Zone> Zone::Load(std::string_view name) {
  if (const std::optional<std::int64_t> offset = FixedOffset(name)) {
    Zone zone;
    zone.first_offset_ = *offset;
    return zone;
  }
  if (!IsPlainName(name)) return BadZone(name);
  std::ifstream file(std::string(kFolder) + std::string(name), std::ios::binary);
  std::string bytes(kFileBytesMax, '\0');
  if (!file.read(bytes.data(), static_cast<std::streamsize>(bytes.size())) && !file.eof()) {
    return BadZone(name);
  }
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return Parse(bytes, name);
}

std::int64_t Zone::OffsetAt(std::int64_t utc_seconds) const {
  if (times_.empty() || utc_seconds < times_.front()) {
    return times_.empty() && rule_.exists ? OffsetByRule(rule_, utc_seconds) : first_offset_;
  }
  if (utc_seconds >= times_.back() && rule_.exists) return OffsetByRule(rule_, utc_seconds);
  const auto after = std::upper_bound(times_.begin(), times_.end(), utc_seconds);
  return offsets_[static_cast<std::size_t>(after - times_.begin()) - 1];
}

}  // namespace valise::jira
