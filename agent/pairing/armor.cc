#include "agent/pairing/armor.h"

#include <optional>

namespace valise {

namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBegin = "-----BEGIN VALISE ";
constexpr std::string_view kVersion = " 1-----";
constexpr std::size_t kLineBytes = 64;

Error Refused(const char* code, const std::string& message) {
  return {Recovery::kRejectPacket, code, message};
}

std::string Base64(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? static_cast<std::uint8_t>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      const bool is_padding = i + k > bytes.size();
      text += is_padding ? '=' : kDigits[group >> (18 - 6 * k) & 63];
    }
  }
  return text;
}

// Strict: no other characters, padding only at the end, unused bits zero, so that one body has one
// text.
std::optional<Bytes> FromBase64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t digits = text.size();
  while (digits > 0 && text.size() - digits < 2 && text[digits - 1] == '=') --digits;
  Bytes bytes;
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const std::size_t digit = kDigits.find(text[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    group = (group << 6 | static_cast<std::uint32_t>(digit)) & 0xffffff;
    const std::uint32_t spare = static_cast<std::uint32_t>(6 * (i % 4 + 1)) % 8;
    if (i % 4 != 0) bytes += static_cast<char>(group >> spare & 0xff);
    if (i + 1 == digits && digits != text.size() && (group & ((1U << spare) - 1)) != 0) {
      return std::nullopt;
    }
  }
  return bytes;
}

std::string_view Trimmed(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

std::string_view TakeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = Trimmed(text.substr(0, end));
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

std::string Armor(std::string_view kind, std::string_view body) {
  std::string text = std::string(kBegin) + std::string(kind) + std::string(kVersion) + "\n";
  const std::string base64 = Base64(body);
  for (std::size_t i = 0; i < base64.size(); i += kLineBytes) {
    text += base64.substr(i, kLineBytes) + "\n";
  }
  return text + "-----END VALISE " + std::string(kind) + std::string(kVersion) + "\n";
}

Result<Armored> Unarmor(std::string_view text) {
  std::string_view head;
  while (!text.empty() && !head.starts_with(kBegin)) head = TakeLine(text);
  if (!head.starts_with(kBegin)) {
    return Refused("VAL-PAIR-FORMAT", "this is neither an invitation nor a reply");
  }
  head.remove_prefix(kBegin.size());
  Armored armored;
  armored.kind = head.substr(0, head.find(' '));
  if (head.substr(armored.kind.size()) != kVersion) {
    return Refused("VAL-PAIR-VERSION", "made by another version of valise; upgrade this site");
  }
  const std::string end = std::string("-----END VALISE ") + armored.kind + std::string(kVersion);
  std::string base64;
  for (;;) {
    if (text.empty()) return Refused("VAL-PAIR-ALTERED", "its end is missing; fetch it again");
    const std::string_view line = TakeLine(text);
    if (line == end) break;
    base64 += line;
  }
  auto body = FromBase64(base64);
  if (!body) return Refused("VAL-PAIR-ALTERED", "damaged on the way; fetch it again");
  armored.body = std::move(*body);
  return armored;
}

}  // namespace valise
