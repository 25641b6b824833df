#include "packet/bytes.h"

#include <algorithm>

#include "packet/sodium.h"

namespace valise {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase32Digits = "abcdefghijklmnopqrstuvwxyz234567";

int HexValue(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

int Base32Value(char digit) {
  if (digit >= 'a' && digit <= 'z') return digit - 'a';
  if (digit >= 'A' && digit <= 'Z') return digit - 'A';
  if (digit >= '2' && digit <= '7') return digit - '2' + 26;
  return -1;
}

// Length of the UTF-8 sequence at the front of `text`, 0 if it is not one (RFC 3629: no surrogates,
// no overlong forms, nothing above U+10FFFF).
std::size_t Utf8SequenceBytes(std::string_view text) {
  const auto octet = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto is_tail = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xbf) {
    return i < text.size() && octet(i) >= low && octet(i) <= high;
  };
  const unsigned lead = octet(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return is_tail(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const unsigned low = lead == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = lead == 0xed ? 0x9f : 0xbf;
    return is_tail(1, low, high) && is_tail(2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const unsigned low = lead == 0xf0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xf4 ? 0x8f : 0xbf;
    return is_tail(1, low, high) && is_tail(2) && is_tail(3) ? 4 : 0;
  }
  return 0;
}

template <typename T>
std::optional<T> FromExactBytes(std::string_view bytes) {
  T value;
  if (bytes.size() != value.bytes.size()) return std::nullopt;
  std::copy_n(Octets(bytes), bytes.size(), value.bytes.begin());
  return value;
}

}  // namespace

std::string Hex(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto octet = static_cast<std::uint8_t>(c);
    text += kHexDigits[octet >> 4];
    text += kHexDigits[octet & 15];
  }
  return text;
}

std::optional<Bytes> FromHex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = HexValue(text[i]);
    const int low = HexValue(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

std::string Base32(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() * 8 + 4) / 5);
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  for (const char c : bytes) {
    buffer = (buffer << 8 | static_cast<std::uint8_t>(c)) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += kBase32Digits[buffer >> (bits - 5) & 31];
  }
  if (bits > 0) text += kBase32Digits[buffer << (5 - bits) & 31];
  return text;
}

std::optional<Bytes> FromBase32(std::string_view text) {
  Bytes bytes;
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const int value = Base32Value(c);
    if (value < 0) return std::nullopt;
    buffer = (buffer << 5 | static_cast<std::uint32_t>(value)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(buffer >> bits & 0xff);
  }
  // One text per byte string: no whole digit to spare, and the unused bits are zero.
  if (bits >= 5 || (buffer & ((1U << bits) - 1)) != 0) return std::nullopt;
  return bytes;
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = Utf8SequenceBytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

std::string_view View(const Id& id) { return View(id.bytes); }
std::string_view View(const Digest& digest) { return View(digest.bytes); }
std::string Text(const Id& id) { return Base32(View(id)); }
std::string Text(const Digest& digest) { return Base32(View(digest)); }

std::optional<Id> IdFromBytes(std::string_view bytes) { return FromExactBytes<Id>(bytes); }
std::optional<Digest> DigestFromBytes(std::string_view bytes) {
  return FromExactBytes<Digest>(bytes);
}

std::optional<Id> IdFromText(std::string_view text) {
  const std::optional<Bytes> bytes = FromBase32(text);
  return bytes ? IdFromBytes(*bytes) : std::nullopt;
}

Digest Hash(std::string_view label, std::string_view data) {
  Digest digest;
  Hasher().Add(label).Add(data).Finish(digest.bytes);
  return digest;
}

Id KeyedId(std::string_view key, std::string_view data) {
  CHECK(key.size() >= crypto_generichash_KEYBYTES_MIN);
  CHECK(key.size() <= crypto_generichash_KEYBYTES_MAX);
  Id id;
  Hasher(id.bytes.size(), key).Add(data).Finish(id.bytes);
  return id;
}

}  // namespace valise
