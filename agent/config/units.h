// Durations and sizes with units, and the nearest known word for a misspelt one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace valise {

// "250ms", "30s", "15m", "24h", "7d", "2w". Nullopt: no such duration, or beyond 100 years.
std::optional<std::int64_t> DurationMs(const std::string& text);
// "512B", "25kB", "25KiB", "25MB", "25MiB", "1GB", "1GiB". Nullopt: no such size, beyond 1 TiB.
std::optional<std::uint64_t> SizeBytes(const std::string& text);

std::string DurationText(std::int64_t ms);  // "15m": the largest unit that divides it
std::string SizeText(std::uint64_t bytes);  // "25MiB"

// The known word nearest to `word`; empty if none is near enough to be a slip of the finger.
std::string NearestWord(const std::string& word, const std::vector<std::string>& known);
// `; did you mean "x"?`, or empty.
std::string DidYouMean(const std::string& word, const std::vector<std::string>& known);
// Likewise, but all known words where none is near: "; use one of a, b".
std::string DidYouMeanOr(const std::string& word, const std::vector<std::string>& known);

}  // namespace valise
