#include "transport/mail/parts.h"

#include <optional>

#include "packet/limits.h"
#include "transport/mail/text.h"

namespace valise {
namespace {

enum class Line { kContent, kDelimiter, kClosing };

Line KindOf(std::string_view line, std::string_view boundary) {
  if (!line.starts_with("--") || !line.substr(2).starts_with(boundary)) return Line::kContent;
  line.remove_prefix(2 + boundary.size());
  const bool is_closing = line.starts_with("--");
  if (is_closing) line.remove_prefix(2);
  // "--ab" is no delimiter of "a": one boundary may begin with another.
  if (!WithoutBlanks(line).empty()) return Line::kContent;
  return is_closing ? Line::kClosing : Line::kDelimiter;
}

// The line end before a delimiter belongs to the delimiter.
std::string_view WithoutLastLineEnd(std::string_view part) {
  if (part.ends_with('\n')) part.remove_suffix(1);
  if (part.ends_with('\r')) part.remove_suffix(1);
  return part;
}

}  // namespace

Error MailLimit(std::string_view what) {
  return {Recovery::kRejectPacket, "VAL-MAIL-LIMIT", "the mail has " + std::string(what)};
}

Result<MailEntity> ReadEntity(std::string_view octets) {
  constexpr std::size_t kRead = limits::kMailHeaderBytesMax + 1;
  std::string_view rest = octets.substr(0, kRead);
  std::size_t header_bytes = 0;
  while (!rest.empty() && !TakeLine(&rest).empty()) {
    header_bytes = std::min(octets.size(), kRead) - rest.size();
  }
  if (header_bytes > limits::kMailHeaderBytesMax) {
    return MailLimit("a header of more than " + std::to_string(limits::kMailHeaderBytesMax) +
                     " octets");
  }
  std::string_view body = octets.substr(header_bytes);
  TakeLine(&body);
  return MailEntity{MailHeader::Read(octets.substr(0, header_bytes)), body};
}

Result<std::vector<std::string_view>> SplitParts(std::string_view body, std::string_view boundary) {
  std::vector<std::string_view> parts;
  std::optional<std::string_view> open;  // from the start of a part to the end of the body
  std::string_view rest = body;
  while (!rest.empty()) {
    const std::string_view before = rest;
    const Line kind = KindOf(TakeLine(&rest), boundary);
    if (kind == Line::kContent) continue;
    if (open) parts.push_back(WithoutLastLineEnd(open->substr(0, open->size() - before.size())));
    open.reset();
    if (kind == Line::kClosing) return parts;
    if (parts.size() >= limits::kMailPartsMax) {
      return MailLimit("more than " + std::to_string(limits::kMailPartsMax) + " parts");
    }
    open = rest;
  }
  if (open) parts.push_back(*open);
  return parts;
}

}  // namespace valise
