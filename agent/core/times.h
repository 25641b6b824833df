// Dates as text, UTC, without the process's time zone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace valise {

std::string MinuteText(std::int64_t ms);   // "2012-05-16 08:10"
std::string InstantText(std::int64_t ms);  // "2012-05-16T08:10:19.000Z" (RFC 3339)
// Exactly the form of InstantText; nullopt for anything else, impossible days included.
std::optional<std::int64_t> ParseInstant(std::string_view text);

// A duration in its shared form: seconds, decimal, at most 15 digits, no leading zeros; nullopt
// for anything else.
std::optional<std::int64_t> DurationSeconds(std::string_view text);

}  // namespace valise
