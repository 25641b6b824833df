// Instants and wall-clock times. Every function is pure; the zone rules come from the system's
// time zone database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace valise::standin {

struct WallTime {
  int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0;
};

bool IsKnownZone(const std::string& zone);

std::int64_t OffsetSeconds(std::int64_t instant_ms, const std::string& zone);
WallTime ToWallTime(std::int64_t instant_ms, const std::string& zone);

// What Java's calendar makes of a wall time: in a gap it moves forward by the gap, at a fold it
// takes the later instant (pitfall 1).
std::int64_t FromWallTime(const WallTime& wall, const std::string& zone);

// "2019-03-29T10:14:57.310-0400".
std::string FormatJiraTime(std::int64_t instant_ms, const std::string& zone, bool milliseconds);

// "Sun, 06 Nov 1994 08:49:37 GMT", as the header `Date` has it (RFC 9110, 5.6.7).
std::string FormatHttpDate(std::int64_t instant_ms);

// Reads the same form; milliseconds are optional, a colon in the offset is refused (pitfall 14).
std::optional<std::int64_t> ParseJiraTime(const std::string& text);

// "2019-03-29" and nothing else.
bool IsDate(const std::string& text);

}  // namespace valise::standin
