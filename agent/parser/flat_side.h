// The two sides of the flat form: a writer and a bounded reader with the same verbs, so that one
// list of fields serves both. Used by flat.cc and flat_toml.cc only.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "packet/bytes.h"
#include "packet/limits.h"
#include "packet/result.h"

namespace valise {

Error BadAnswer();  // of the child: kRejectPacket "VAL-PARSER-ANSWER"
// ASCII only: a terminal may show it. At most 1000 octets.
std::string PrintableText(std::string text);

class FlatWriter {
 public:
  static constexpr bool kIsReader = false;

  template <typename T>
  void Number(T number) {
    static_assert(std::is_integral_v<T>);
    auto rest = static_cast<std::make_unsigned_t<T>>(number);
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      bytes_ += static_cast<char>(rest & 0xff);
      if constexpr (sizeof(T) > 1) rest = static_cast<decltype(rest)>(rest >> 8);
    }
  }
  void Flag(bool flag) { Number(static_cast<std::uint8_t>(flag)); }
  template <typename T>
  void Enum(T value) {
    Number(static_cast<std::underlying_type_t<T>>(value));
  }
  template <std::size_t N>
  void Octets(const std::array<std::uint8_t, N>& octets) {
    bytes_.append(reinterpret_cast<const char*>(octets.data()), N);
  }
  void Text(std::string_view text) {
    Number(static_cast<std::uint32_t>(text.size()));
    bytes_ += text;
  }
  template <typename T, typename Item>
  void Optional(const std::optional<T>& value, Item item) {
    Flag(value.has_value());
    if (value) item(*this, *value);
  }
  template <typename T, typename Item>
  void List(const std::vector<T>& values, Item item, std::size_t = 0) {
    Number(static_cast<std::uint32_t>(values.size()));
    for (const T& value : values) item(*this, value);
  }
  Bytes Take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

// After the first breach it reads zeros and nothing grows; is_whole() says so at the end.
class FlatReader {
 public:
  static constexpr bool kIsReader = true;

  explicit FlatReader(std::string_view rest) : rest_(rest) {}

  template <typename T>
  void Number(T& number) {
    static_assert(std::is_integral_v<T>);
    std::make_unsigned_t<T> read = 0;
    const std::string_view octets = Front(sizeof(T));
    for (std::size_t i = octets.size(); i > 0; --i) {
      if constexpr (sizeof(T) > 1) read = static_cast<decltype(read)>(read << 8);
      read = static_cast<decltype(read)>(read | static_cast<std::uint8_t>(octets[i - 1]));
    }
    number = static_cast<T>(read);
  }
  void Flag(bool& flag) {
    std::uint8_t octet = 0;
    Number(octet);
    if (octet > 1) Fail();
    flag = octet == 1;
  }
  // Whether the number is one of the enumeration's is asked by packet/validate.h.
  template <typename T>
  void Enum(T& value) {
    std::underlying_type_t<T> number = 0;
    Number(number);
    value = static_cast<T>(number);
  }
  template <std::size_t N>
  void Octets(std::array<std::uint8_t, N>& octets) {
    const std::string_view read = Front(N);
    for (std::size_t i = 0; i < read.size(); ++i) octets[i] = static_cast<std::uint8_t>(read[i]);
  }
  void Text(std::string& text) {
    std::uint32_t length = 0;
    Number(length);
    text = Front(length);
  }
  template <typename T, typename Item>
  void Optional(std::optional<T>& value, Item item) {
    bool is_there = false;
    Flag(is_there);
    if (is_there) item(*this, value.emplace());
  }
  // Grows item by item as the octets prove to be there, never by the count alone.
  template <typename T, typename Item>
  void List(std::vector<T>& values, Item item, std::size_t count_max = limits::kRegistersMax) {
    std::uint32_t count = 0;
    Number(count);
    if (count > count_max) Fail();  // of most lists: the largest of all their limits
    for (std::uint32_t i = 0; i < count && !is_failed_; ++i) item(*this, values.emplace_back());
  }

  void Fail() { is_failed_ = true; }
  bool is_whole() const { return !is_failed_ && rest_.empty(); }

 private:
  std::string_view Front(std::size_t length) {
    if (length > rest_.size()) Fail();
    if (is_failed_) return {};
    const std::string_view front = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return front;
  }

  std::string_view rest_;
  bool is_failed_ = false;
};

template <typename Side, typename T>
using For = std::conditional_t<Side::kIsReader, T&, const T&>;

}  // namespace valise
