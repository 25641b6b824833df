#include "agent/config/units.h"

#include <algorithm>
#include <array>

namespace valise {

namespace {

struct Unit {
  const char* name;
  std::uint64_t factor;
};
constexpr std::array<Unit, 6> kDurations{{{"w", 7ULL * 24 * 3600'000},
                                          {"d", 24ULL * 3600'000},
                                          {"h", 3600'000},
                                          {"m", 60'000},
                                          {"s", 1000},
                                          {"ms", 1}}};
constexpr std::array<Unit, 8> kSizes{{{"GiB", 1ULL << 30},
                                      {"MiB", 1ULL << 20},
                                      {"KiB", 1ULL << 10},
                                      {"GB", 1'000'000'000},
                                      {"MB", 1'000'000},
                                      {"kB", 1000},
                                      {"KB", 1000},
                                      {"B", 1}}};
constexpr std::uint64_t kDurationMax = 100ULL * 366 * 24 * 3600'000;
constexpr std::uint64_t kSizeMax = 1ULL << 40;

template <std::size_t kCount>
std::optional<std::uint64_t> Measure(const std::string& text, const std::array<Unit, kCount>& units,
                                     std::uint64_t most) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0 || digits > 15) return std::nullopt;
  std::size_t unit_at = digits;
  if (unit_at < text.size() && text[unit_at] == ' ') ++unit_at;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < digits; ++i)
    count = count * 10 + static_cast<std::uint64_t>(text[i] - '0');
  for (const Unit& unit : units) {
    if (text.compare(unit_at, std::string::npos, unit.name) != 0) continue;
    if (count > most / unit.factor) return std::nullopt;
    return count * unit.factor;
  }
  return std::nullopt;
}

template <std::size_t kCount>
std::string Print(std::uint64_t value, const std::array<Unit, kCount>& units, const char* least) {
  if (value == 0) return std::string("0") + least;
  for (const Unit& unit : units) {
    if (value % unit.factor == 0) return std::to_string(value / unit.factor) + unit.name;
  }
  return std::to_string(value) + least;
}

// Edits (insert, remove, replace, swap neighbours) that turn one word into the other.
std::size_t EditDistance(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::optional<std::int64_t> DurationMs(const std::string& text) {
  const auto measured = Measure(text, kDurations, kDurationMax);
  if (!measured) return std::nullopt;
  return static_cast<std::int64_t>(*measured);
}

std::optional<std::uint64_t> SizeBytes(const std::string& text) {
  return Measure(text, kSizes, kSizeMax);
}

std::string DurationText(std::int64_t ms) {
  return Print(static_cast<std::uint64_t>(std::max<std::int64_t>(ms, 0)), kDurations, "ms");
}

std::string SizeText(std::uint64_t bytes) { return Print(bytes, kSizes, "B"); }

std::string NearestWord(const std::string& word, const std::vector<std::string>& known) {
  if (word.size() > 64) return "";
  std::string nearest;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : known) {
    if (candidate.size() > 64) continue;
    const std::size_t distance = EditDistance(word, candidate);
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string DidYouMean(const std::string& word, const std::vector<std::string>& known) {
  const std::string nearest = NearestWord(word, known);
  return nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?";
}

std::string DidYouMeanOr(const std::string& word, const std::vector<std::string>& known) {
  const std::string hint = DidYouMean(word, known);
  if (!hint.empty()) return hint;
  std::string list;
  for (const std::string& name : known) list += (list.empty() ? "; use one of " : ", ") + name;
  return list;
}

}  // namespace valise
