#include "transport/mail/decode.h"

#include "packet/base64.h"
#include "packet/limits.h"
#include "packet/seal.h"
#include "transport/mail/format.h"
#include "transport/mail/text.h"

namespace valise {
namespace {

// Digits of base64 that give enough octets to see the magic.
constexpr std::size_t kProbeDigits = 12;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool BeginsLikePacketInBase64(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (digits.size() == kProbeDigits) break;
    if (!IsBlank(c)) digits += c;
  }
  const auto front = FromBase64(digits);
  return front && HasPacketMagic(*front);
}

std::optional<FoundPacket> FindInBase64(std::string_view text) {
  if (!BeginsLikePacketInBase64(text)) return std::nullopt;
  auto sealed = FromBase64Lines(text);
  if (!sealed) return FoundPacket{"", true};
  return FoundPacket{std::move(*sealed)};
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool IsLiteral(char c) { return c == '\t' || (c >= ' ' && c <= '~'); }

// One line without its end. `is_soft`: it ended with a '=', and so goes on with the next one.
bool DecodeQuotedLine(std::string_view line, Bytes* bytes, bool* is_soft) {
  *is_soft = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '=') {
      if (!IsLiteral(line[i])) return false;
      *bytes += line[i];
      continue;
    }
    if (i + 1 == line.size()) {
      *is_soft = true;
      return true;
    }
    const int high = HexDigit(line[i + 1]);
    const int low = i + 2 < line.size() ? HexDigit(line[i + 2]) : -1;
    if (high < 0 || low < 0) return false;
    *bytes += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return true;
}

// Blanks at the end of a line were added on the way and are not part of it (6.7, rule 3).
std::string_view WithoutTrailingBlanks(std::string_view line) {
  const std::size_t last = line.find_last_not_of(" \t");
  return line.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

std::string TransferEncoding(const MailEntity& leaf) {
  const std::string_view value = leaf.header.Find("content-transfer-encoding");
  return LowerCase(value.substr(0, value.find_first_of(" \t;(")));
}

// What a person's or a gateway's mail program puts between the lines of armour: quote marks and
// HTML tags. A '<' without its '>' stays, and is no base64.
std::string WithoutMarkup(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const std::size_t mark = text.find_first_of("<>");
    plain += text.substr(0, mark);
    if (mark == std::string_view::npos) break;
    const std::size_t end = text.find('>', mark);
    if (end == std::string_view::npos) return plain += text.substr(mark);
    text.remove_prefix(end + 1);
  }
  return plain;
}

}  // namespace

std::optional<Bytes> FromQuotedPrintable(std::string_view text) {
  Bytes bytes;
  bool is_soft = false;
  while (!text.empty()) {
    const bool has_end = text.find('\n') != std::string_view::npos;
    const std::string_view line = WithoutTrailingBlanks(TakeLine(&text));
    if (!DecodeQuotedLine(line, &bytes, &is_soft)) return std::nullopt;
    if (has_end && !is_soft) bytes += "\r\n";
  }
  return bytes;
}

std::optional<std::string_view> DecodeBody(const MailEntity& leaf, Bytes* storage) {
  const std::string encoding = TransferEncoding(leaf);
  std::optional<Bytes> decoded;
  if (encoding == "base64") {
    decoded = FromBase64Lines(leaf.body);
  } else if (encoding == "quoted-printable") {
    decoded = FromQuotedPrintable(leaf.body);
  } else {
    return leaf.body;
  }
  if (!decoded) return std::nullopt;
  *storage = std::move(*decoded);
  return *storage;
}

std::optional<FoundPacket> FindAttachedPacket(const MailEntity& leaf) {
  if (TransferEncoding(leaf) == "base64") return FindInBase64(leaf.body);
  Bytes storage;
  const auto decoded = DecodeBody(leaf, &storage);
  if (!decoded || !HasPacketMagic(*decoded)) return std::nullopt;
  return FoundPacket{Bytes(*decoded)};
}

std::vector<FoundPacket> FindArmoredPackets(std::string_view text) {
  std::vector<FoundPacket> found;
  while (found.size() <= limits::kMailPacketsMax) {
    const std::size_t begin = text.find(kMailArmorBegin);
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin + kMailArmorBegin.size());
    const std::size_t end = text.find(kMailArmorEnd);
    auto packet = FindInBase64(WithoutMarkup(text.substr(0, end)));
    if (packet && end == std::string_view::npos) packet = FoundPacket{"", true};  // cut short
    if (packet) found.push_back(std::move(*packet));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
  }
  return found;
}

}  // namespace valise
