// Jira's dates <-> milliseconds since 1970 UTC, without the process's time zone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace valise::jira {

// "2019-03-29T10:14:57.310-0400": any offset (+hhmm, +hh:mm, +hh, Z), with or without seconds'
// fraction; digits beyond ms are cut. nullopt for anything else, impossible days included.
std::optional<std::int64_t> ParseJiraTime(std::string_view text);

// The header `Date` of an HTTP answer: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7). nullopt
// for anything else, the two obsolete forms included.
std::optional<std::int64_t> ParseHttpDate(std::string_view text);

// Normal form of a datetime: "2019-03-29T14:14:57.310Z".
std::string NormalTime(std::int64_t instant_ms);
// As Jira wants it written: "2019-03-29T14:14:57.310+0000" (no colon, pitfall 14).
std::string JiraTime(std::int64_t instant_ms);

// "2019-03-29", if it is one.
bool IsDate(std::string_view text);

// A decimal of any JSON form in its shortest plain form: "1.0" and "1e0" are "1"; nullopt when it
// is no number, or longer than 400 digits.
std::optional<std::string> NormalNumber(std::string_view text);

}  // namespace valise::jira
