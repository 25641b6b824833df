// Dates as text, UTC, without the process's time zone.
#pragma once

#include <cstdint>
#include <string>

namespace valise {

std::string MinuteText(std::int64_t ms);   // "2012-05-16 08:10"
std::string InstantText(std::int64_t ms);  // "2012-05-16T08:10:19.000Z" (RFC 3339)

}  // namespace valise
