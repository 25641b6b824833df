#include "packet/base64.h"

#include <array>

namespace valise {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoDigit = 64;
constexpr std::uint8_t kBlank = 65;
constexpr std::uint8_t kPadding = 66;

constexpr std::array<std::uint8_t, 256> MakeValues() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (std::size_t i = 0; i < kDigits.size(); ++i) {
    values[static_cast<std::uint8_t>(kDigits[i])] = static_cast<std::uint8_t>(i);
  }
  for (const char blank : {' ', '\t', '\r', '\n'}) {
    values[static_cast<std::uint8_t>(blank)] = kBlank;
  }
  values['='] = kPadding;
  return values;
}
constexpr std::array<std::uint8_t, 256> kValues = MakeValues();

// Digits in, octets out, in groups of four and three.
class Decoder {
 public:
  explicit Decoder(std::size_t text_bytes) { bytes_.reserve(text_bytes / 4 * 3 + 3); }

  bool TakeDigit(std::uint32_t value) {
    if (padding_ > 0) return false;
    group_ = group_ << 6 | value;
    if (++digits_ == 4) Put(3);
    return true;
  }
  bool TakePadding() { return ++padding_ <= 2; }
  // The last group may be short: two or three digits, filled up by padding, the rest of the bits
  // zero.
  bool Finish() {
    if (digits_ + padding_ == 0) return true;
    if (digits_ + padding_ != 4 || digits_ < 2) return false;
    const std::uint32_t octets = digits_ - 1;
    group_ <<= 6 * padding_;
    if ((group_ & ((1U << (8 * (3 - octets))) - 1)) != 0) return false;
    Put(octets);
    return true;
  }
  Bytes Take() { return std::move(bytes_); }

 private:
  void Put(std::uint32_t octets) {
    for (std::uint32_t i = 0; i < octets; ++i) {
      bytes_ += static_cast<char>(group_ >> (16 - 8 * i) & 0xff);
    }
    group_ = digits_ = 0;
  }

  Bytes bytes_;
  std::uint32_t group_ = 0;
  std::uint32_t digits_ = 0;  // in the group
  std::uint32_t padding_ = 0;
};

std::optional<Bytes> Decode(std::string_view text, bool has_lines) {
  Decoder decoder(text.size());
  for (const char c : text) {
    const std::uint8_t value = kValues[static_cast<std::uint8_t>(c)];
    bool is_good = false;
    if (value < kNoDigit) is_good = decoder.TakeDigit(value);
    if (value == kPadding) is_good = decoder.TakePadding();
    if (value == kBlank) is_good = has_lines;
    if (!is_good) return std::nullopt;
  }
  if (!decoder.Finish()) return std::nullopt;
  return decoder.Take();
}

}  // namespace

std::string Base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? static_cast<std::uint8_t>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += i + k > bytes.size() ? '=' : kDigits[group >> (18 - 6 * k) & 63];
    }
  }
  return text;
}

std::optional<Bytes> FromBase64(std::string_view text) { return Decode(text, false); }
std::optional<Bytes> FromBase64Lines(std::string_view text) { return Decode(text, true); }

}  // namespace valise
