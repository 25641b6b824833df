// Byte strings, fixed-size ids and their printable forms.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace valise {

using Bytes = std::string;  // octets, not text

// 16 bytes: issue, comment, channel, site, operation and write ids. All zero means "none".
struct Id {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const Id&) const = default;
  bool is_zero() const { return *this == Id{}; }
};

// 32 bytes: a BLAKE2b-256 digest, or a public key.
struct Digest {
  std::array<std::uint8_t, 32> bytes{};
  auto operator<=>(const Digest&) const = default;
  bool is_zero() const { return *this == Digest{}; }
};

std::string Hex(std::string_view bytes);
std::optional<Bytes> FromHex(std::string_view text);  // nullopt unless all of it is hex
std::string Base32(std::string_view bytes);           // RFC 4648 lower case, no padding
std::optional<Bytes> FromBase32(std::string_view text);

bool IsUtf8(std::string_view text);  // RFC 3629: no surrogates, no overlong forms

std::string_view View(const Id& id);
std::string_view View(const Digest& digest);
std::string Text(const Id& id);                                 // 26 characters of base32
std::string Text(const Digest& digest);                         // 52 characters of base32
std::optional<Id> IdFromBytes(std::string_view bytes);          // exactly 16 bytes
std::optional<Digest> DigestFromBytes(std::string_view bytes);  // exactly 32 bytes
std::optional<Id> IdFromText(std::string_view text);

// BLAKE2b-256 of label || data; the label keeps uses apart (reference: domain separation).
Digest Hash(std::string_view label, std::string_view data);
// BLAKE2b-128, keyed: ids that only the holder of `key` (16..64 bytes) can derive.
Id KeyedId(std::string_view key, std::string_view data);

}  // namespace valise
