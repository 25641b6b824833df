#include <array>

#include "agent/cli/terminal.h"

namespace valise::cli {

namespace {

struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 0;  // 0: no UTF-8 here
};

std::size_t LengthOf(std::uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
}

Character Next(std::string_view text) {
  constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  const auto octet = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  const std::size_t bytes = LengthOf(octet(0));
  if (bytes == 0 || bytes > text.size()) return {};
  if (bytes == 1) return {octet(0), 1};
  std::uint32_t code = octet(0) & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((octet(i) & 0xc0) != 0x80) return {};
    code = code << 6 | (octet(i) & 0x3fU);
  }
  const bool is_surrogate = code >= 0xd800 && code < 0xe000;
  if (code < kLeast[bytes] || is_surrogate || code > 0x10ffff) return {};
  return {code, bytes};
}

struct Interval {
  std::uint32_t first, through;
};
// Bidirectional controls, zero-width and other invisible format characters, separators, tags.
constexpr std::array<Interval, 12> kHidden{{{0x80, 0x9f},
                                            {0xad, 0xad},
                                            {0x61c, 0x61c},
                                            {0x180e, 0x180e},
                                            {0x200b, 0x200f},
                                            {0x2028, 0x202e},
                                            {0x2060, 0x206f},
                                            {0xfe00, 0xfe0e},
                                            {0xfeff, 0xfeff},
                                            {0xfff0, 0xfffb},
                                            {0xe0000, 0xe0fff},
                                            {0xf0000, 0x10ffff}}};

bool IsHidden(std::uint32_t code) {
  if (code < 0x20 || code == 0x7f) return true;
  for (const Interval& interval : kHidden) {
    if (code >= interval.first && code <= interval.through) return true;
  }
  return false;
}

std::string Escape(std::uint32_t code, std::size_t digits) {
  std::string text = digits == 2 ? "\\x" : digits == 4 ? "\\u" : "\\U";
  for (std::size_t i = digits; i > 0; --i) text += "0123456789abcdef"[code >> 4 * (i - 1) & 15];
  return text;
}

std::string EscapeHidden(std::uint32_t code) {
  if (code == '\n') return "\\n";
  if (code == '\t') return "\\t";
  if (code == '\r') return "\\r";
  return Escape(code, code < 0x10000 ? 4 : 8);
}

std::string Cleaned(std::string_view text, bool keeps_lines) {
  std::string clean;
  while (!text.empty()) {
    const Character next = Next(text);
    if (next.bytes == 0) {
      clean += Escape(static_cast<std::uint8_t>(text.front()), 2);
    } else if (IsHidden(next.code) && !(keeps_lines && next.code == '\n')) {
      clean += EscapeHidden(next.code);
    } else {
      clean += text.substr(0, next.bytes);
    }
    text.remove_prefix(next.bytes == 0 ? 1 : next.bytes);
  }
  return clean;
}

}  // namespace

std::string Printable(std::string_view text) { return Cleaned(text, false); }
std::string PrintableLines(std::string_view text) { return Cleaned(text, true); }

std::string ValidUtf8(std::string_view text) {
  std::string valid;
  while (!text.empty()) {
    const Character next = Next(text);
    if (next.bytes == 0) {
      valid += "\xef\xbf\xbd";
    } else {
      valid += text.substr(0, next.bytes);
    }
    text.remove_prefix(next.bytes == 0 ? 1 : next.bytes);
  }
  return valid;
}

}  // namespace valise::cli
