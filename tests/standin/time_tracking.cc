#include "tests/standin/time_tracking.h"

#include <algorithm>

#include "tests/standin/edit.h"
#include "tests/standin/json_writer.h"

namespace valise::standin {
namespace {

using Seconds = std::optional<std::int64_t>;

constexpr std::int64_t kMinute = 60, kHour = 60 * kMinute, kDay = 8 * kHour, kWeek = 5 * kDay;

std::int64_t UnitOf(char letter) {
  switch (letter) {
    case 'w':
      return kWeek;
    case 'd':
      return kDay;
    case 'h':
      return kHour;
    case 'm':
      return kMinute;
    default:
      return 0;
  }
}

void WriteSeconds(JsonWriter& out, const Seconds& seconds) {
  if (seconds.has_value())
    out.Int(*seconds);
  else
    out.Null();
}

Seconds Sum(const Seconds& a, const Seconds& b) {
  if (!a.has_value()) return b;
  return b.has_value() ? *a + *b : *a;
}

TimeTracking WithSubtasks(const Model& model, const Issue& issue) {
  TimeTracking sum = issue.time;
  for (const std::uint64_t id : issue.subtasks) {
    const auto found = model.issues.find(id);
    if (found == model.issues.end()) continue;
    const TimeTracking& one = found->second->time;
    sum = {Sum(sum.original, one.original), Sum(sum.remaining, one.remaining),
           Sum(sum.spent, one.spent)};
  }
  return sum;
}

void WriteTimeTracking(JsonWriter& out, const TimeTracking& time) {
  out.Open('{');
  const auto write = [&](const char* name, const char* seconds_name, const Seconds& seconds) {
    if (!seconds.has_value()) return;
    out.Field(name, WriteDuration(*seconds)).FieldInt(seconds_name, *seconds);
  };
  write("originalEstimate", "originalEstimateSeconds", time.original);
  write("remainingEstimate", "remainingEstimateSeconds", time.remaining);
  write("timeSpent", "timeSpentSeconds", time.spent);
  out.Close('}');
}

void WriteProgress(JsonWriter& out, const TimeTracking& time) {
  const std::int64_t done = time.spent.value_or(0), total = done + time.remaining.value_or(0);
  out.Open('{').FieldInt("progress", done).FieldInt("total", total);
  if (total > 0) out.FieldInt("percent", done * 100 / total);
  out.Close('}');
}

void ReadEstimate(Edit& edit, const JsonValue& value, const char* name, Seconds* target) {
  const JsonValue* member = value.Find(name);
  if (member == nullptr) return;
  const bool is_empty = member->IsNull() || (member->IsString() && member->text.empty());
  const Seconds seconds = is_empty ? Seconds() : ReadDuration(member->text);
  if (!is_empty && !seconds.has_value()) {
    edit.errors.fields["timetracking"] = "Invalid time duration entered.";
    return;
  }
  *target = seconds;
}

}  // namespace

std::optional<std::int64_t> ReadDuration(std::string_view text) {
  std::int64_t sum = 0;
  bool any = false;
  while (!text.empty()) {
    if (text.front() == ' ') {
      text.remove_prefix(1);
      continue;
    }
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0 || digits > 9) return std::nullopt;
    const std::int64_t count = std::stoll(std::string(text.substr(0, digits)));
    text.remove_prefix(digits);
    const bool is_bare = text.empty() || text.front() == ' ';
    const std::int64_t unit = is_bare ? kMinute : UnitOf(text.front());
    if (unit == 0) return std::nullopt;
    if (!is_bare) text.remove_prefix(1);
    sum += count * unit;
    any = true;
  }
  return any ? Seconds(sum) : std::nullopt;
}

std::string WriteDuration(std::int64_t seconds) {
  std::string text;
  for (const auto& [letter, unit] :
       {std::pair{"w", kWeek}, std::pair{"d", kDay}, std::pair{"h", kHour}, {"m", kMinute}}) {
    if (seconds < unit) continue;
    text += (text.empty() ? "" : " ") + std::to_string(seconds / unit) + letter;
    seconds %= unit;
  }
  return text.empty() ? "0m" : text;
}

void WriteTimeField(JsonWriter& out, const Model& model, const Issue& issue, const Field& field) {
  const bool is_sum = field.id.starts_with("aggregate");
  const TimeTracking time = is_sum ? WithSubtasks(model, issue) : issue.time;
  if (field.id == "timetracking") {
    WriteTimeTracking(out, time);
  } else if (field.id.ends_with("progress")) {
    WriteProgress(out, time);
  } else if (field.id == "workratio") {
    const std::int64_t original = time.original.value_or(0);
    out.Int(original > 0 ? time.spent.value_or(0) * 100 / original : -1);
  } else if (field.id.ends_with("timespent")) {
    WriteSeconds(out, time.spent);
  } else if (field.id.ends_with("originalestimate")) {
    WriteSeconds(out, time.original);
  } else {
    WriteSeconds(out, time.remaining);
  }
}

void SetTimeTracking(Edit& edit, const JsonValue& value) {
  if (!value.IsObject()) {
    edit.errors.fields["timetracking"] = "data was not an object";
    return;
  }
  TimeTracking& time = edit.draft.time;
  ReadEstimate(edit, value, "originalEstimate", &time.original);
  ReadEstimate(edit, value, "remainingEstimate", &time.remaining);
  // The first estimate of an issue is also what remains.
  const bool remains = !time.remaining.has_value() && !time.spent.has_value();
  if (remains && value.Find("remainingEstimate") == nullptr) time.remaining = time.original;
}

}  // namespace valise::standin
