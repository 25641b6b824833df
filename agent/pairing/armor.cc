#include "agent/pairing/armor.h"

#include "packet/base64.h"

namespace valise {

namespace {

constexpr std::string_view kBegin = "-----BEGIN VALISE ";
constexpr std::string_view kVersion = " 1-----";
constexpr std::size_t kLineBytes = 64;

Error Refused(const char* code, const std::string& message) {
  return {Recovery::kRejectPacket, code, message};
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
