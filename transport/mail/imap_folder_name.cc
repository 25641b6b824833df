// Folder names other than ASCII, as IMAP wants them: "Indésirables" is "Ind&AOk-sirables".
#include "packet/check.h"
#include "transport/mail/imap_reader.h"

namespace valise {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

// UTF-16 in big-endian octets.
void AppendUtf16(std::uint32_t point, std::string* octets) {
  const auto unit = [octets](std::uint32_t value) {
    *octets += static_cast<char>(value >> 8);
    *octets += static_cast<char>(value & 0xff);
  };
  if (point < 0x10000) return unit(point);
  unit(0xd800 + ((point - 0x10000) >> 10));
  unit(0xdc00 + ((point - 0x10000) & 0x3ff));
}

// The code point at `at`, which moves on; the text is UTF-8.
std::uint32_t PointAt(const std::string& text, std::size_t* at) {
  const auto first = static_cast<unsigned char>(text[(*at)++]);
  const int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
  std::uint32_t point = more == 0 ? first : first & (0x3fU >> more);
  for (int i = 0; i < more; ++i)
    point = point << 6 | (static_cast<unsigned char>(text[(*at)++]) & 0x3fU);
  return point;
}

std::string Base64Of(const std::string& octets) {
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : octets) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) text += kAlphabet[bits >> (count - 6) & 0x3f];
    bits &= 0xffff;
  }
  if (count > 0) text += kAlphabet[bits << (6 - count) & 0x3f];
  return text;
}

}  // namespace

std::string ImapFolderName(const std::string& name) {
  CHECK(IsUtf8(name));
  std::string encoded, wide;
  const auto flush = [&] {
    if (!wide.empty()) encoded += "&" + Base64Of(wide) + "-";
    wide.clear();
  };
  for (std::size_t at = 0; at < name.size();) {
    const std::uint32_t point = PointAt(name, &at);
    if (point < 0x20 || point > 0x7e) {
      AppendUtf16(point, &wide);
      continue;
    }
    flush();
    encoded += static_cast<char>(point);
    if (point == '&') encoded += '-';
  }
  flush();
  return encoded;
}

}  // namespace valise
