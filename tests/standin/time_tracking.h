// Estimates and time spent: how Jira writes durations ("1w 2d 3h 20m"; a week has 5 days, a day 8
// hours) and which fields show them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace valise::standin {

class JsonWriter;
struct Edit;
struct Field;
struct Issue;
struct JsonValue;
struct Model;

// In seconds; a bare number counts minutes. Nothing for anything else.
std::optional<std::int64_t> ReadDuration(std::string_view text);
std::string WriteDuration(std::int64_t seconds);

// timetracking, timespent, the estimates, progress, the work ratio, and their sums over sub-tasks.
void WriteTimeField(JsonWriter& out, const Model& model, const Issue& issue, const Field& field);

// {"originalEstimate":"2h","remainingEstimate":"1h"}.
void SetTimeTracking(Edit& edit, const JsonValue& value);

}  // namespace valise::standin
