#include "agent/core/key_places.h"

#include <algorithm>
#include <string>

namespace valise {
namespace {

constexpr std::size_t kDigitsMax = 12;
constexpr std::string_view kNotBefore = "/\\.@#$%&";
constexpr std::string_view kNotBehind = "/\\@#";
constexpr std::string_view kEndOfAddress = " \t|]<>\"";
constexpr std::string_view kBeginOfAddress = " \t|[]<>\"(";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool IsOfWord(char c) { return IsDigit(c) || IsLetter(c); }
unsigned Octet(char c) { return static_cast<unsigned char>(c); }

// Quotation marks, dashes, arrows, pictures. Whatever else is not ASCII counts as a letter.
bool IsSign(std::string_view character) {
  if (character.size() < 2) return false;
  const unsigned first = Octet(character[0]), second = Octet(character[1]);
  return first == 0xC2 || (first == 0xE2 && second < 0xB0) || (first == 0xE3 && second == 0x80) ||
         (first == 0xEF && second == 0xBC) || (first == 0xF0 && second == 0x9F);
}

// The line before `at` ends with a letter or digit of any script.
bool EndsWord(std::string_view line, std::size_t at) {
  if (at == 0) return false;
  if (Octet(line[at - 1]) < 0x80) return IsOfWord(line[at - 1]);
  std::size_t from = at - 1;
  while (from > 0 && at - from < 4 && (Octet(line[from]) & 0xC0U) == 0x80U) --from;
  return !IsSign(line.substr(from, at - from));
}

bool BeginsWord(std::string_view line, std::size_t at) {
  if (at >= line.size()) return false;
  return Octet(line[at]) < 0x80 ? IsOfWord(line[at]) : !IsSign(line.substr(at, 4));
}

bool IsJoint(char c) { return c == '-' || c == '_'; }

// "_HQ-12_" is slanted, "A_HQ-12" and "X-HQ-12" are longer words.
bool IsFreeBefore(std::string_view line, std::size_t at) {
  if (at > 0 && kNotBefore.find(line[at - 1]) != std::string_view::npos) return false;
  while (at > 0 && IsJoint(line[at - 1])) --at;
  return !EndsWord(line, at);
}

bool IsFreeBehind(std::string_view line, std::size_t at) {
  if (at >= line.size()) return true;
  if (kNotBehind.find(line[at]) != std::string_view::npos) return false;
  if (line.substr(at).starts_with("://")) return false;
  if (line[at] == '.') return !BeginsWord(line, at + 1);  // a file's name; or the end of a sentence
  while (at < line.size() && IsJoint(line[at])) ++at;
  return !BeginsWord(line, at);
}

struct Span {
  std::size_t from = 0, to = 0;
};

void AddAddresses(std::string_view line, std::vector<Span>& spans) {
  for (std::size_t at = 0; (at = line.find("://", at)) != std::string_view::npos;) {
    const std::size_t before = line.find_last_of(kBeginOfAddress, at);
    const std::size_t end = std::min(line.find_first_of(kEndOfAddress, at), line.size());
    spans.push_back({before == std::string_view::npos ? 0 : before + 1, end});
    at = end;
  }
}

// "[~account]", "[^file name]", "[title|^file name]": to the bracket that closes them.
void AddReferences(std::string_view line, std::vector<Span>& spans) {
  for (std::size_t at = 1; at < line.size(); ++at) {
    const bool is_person = line[at] == '~' && line[at - 1] == '[';
    const bool is_file = line[at] == '^' && (line[at - 1] == '[' || line[at - 1] == '|');
    if (!is_person && !is_file) continue;
    const std::size_t close = line.find(']', at);
    if (close == std::string_view::npos) return;
    spans.push_back({at, close});
    at = close;
  }
}

// "a picture.png|width=9" is one; an exclamation is none.
bool IsImageName(std::string_view inside) {
  const std::string_view name = inside.substr(0, inside.find('|'));
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || name.front() == ' ') return false;
  const std::string_view ending = name.substr(dot + 1);
  return ending.size() >= 2 && ending.size() <= 5 &&
         std::all_of(ending.begin(), ending.end(), IsOfWord);
}

void AddImages(std::string_view line, std::vector<Span>& spans) {
  std::size_t open = line.find('!');
  while (open != std::string_view::npos) {
    const std::size_t close = line.find('!', open + 1);
    if (close == std::string_view::npos) return;
    const bool is_image = IsImageName(line.substr(open + 1, close - open - 1));
    if (is_image) spans.push_back({open, close});
    open = is_image ? line.find('!', close + 1) : close;
  }
}

bool IsIn(const std::vector<Span>& spans, std::size_t at) {
  const auto behind =
      std::upper_bound(spans.begin(), spans.end(), at,
                       [](std::size_t place, const Span& span) { return place < span.from; });
  return behind != spans.begin() && at < std::prev(behind)->to;
}

// Sorted, those that overlap made one.
std::vector<Span> SpansOf(std::string_view line) {
  std::vector<Span> spans;
  AddAddresses(line, spans);
  AddReferences(line, spans);
  AddImages(line, spans);
  std::sort(spans.begin(), spans.end(),
            [](const Span& a, const Span& b) { return a.from < b.from; });
  std::vector<Span> joined;
  for (const Span& span : spans) {
    if (joined.empty() || joined.back().to < span.from) joined.push_back(span);
    else joined.back().to = std::max(joined.back().to, span.to);
  }
  return joined;
}

void AddFreeKeys(std::string_view line, std::size_t offset, const std::string& prefix,
                 std::vector<KeyPlace>& places) {
  std::size_t at = line.find(prefix);
  if (at == std::string_view::npos) return;
  const std::vector<Span> spans = SpansOf(line);
  for (; at != std::string_view::npos; at = line.find(prefix, at)) {
    const std::size_t digits = NumberLength(line.substr(at + prefix.size()));
    const std::size_t end = at + prefix.size() + digits;
    const bool is_free = digits > 0 && IsFreeBefore(line, at) && IsFreeBehind(line, end) &&
                         !IsIn(spans, at);
    if (is_free) places.push_back({offset + at, end - at});
    at = end;
  }
}

}  // namespace

std::size_t NumberLength(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), IsDigit);
  const auto digits = static_cast<std::size_t>(end - text.begin());
  return digits == 0 || digits > kDigitsMax || text.front() == '0' ? 0 : digits;
}

std::vector<KeyPlace> FreeKeys(std::string_view text, std::string_view project) {
  std::vector<KeyPlace> places;
  const std::string prefix = std::string(project) + "-";
  if (project.empty() || text.find(prefix) == std::string_view::npos) return places;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    AddFreeKeys(text.substr(start, end - start), start, prefix, places);
    start = end + 1;
  }
  return places;
}

}  // namespace valise
