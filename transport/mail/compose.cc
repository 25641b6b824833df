#include <algorithm>

#include "packet/base64.h"
#include "packet/check.h"
#include "transport/mail/format.h"
#include "transport/mail/mime.h"

namespace valise {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kLineBytesMax = 76;
// Shorter, so that quoting adds no line break.
constexpr std::size_t kArmorLineBytes = 64;

// For a person who opens the mailbox.
constexpr std::string_view kExplanation =
    "This mail carries data from one program to another.\r\n"
    "Please leave it where it is. Nobody needs to read or answer it.\r\n";

// A text that stays inside its field: printable ASCII, and no line end.
bool IsFieldText(std::string_view text) {
  return !text.empty() && text.size() <= 900 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool IsMessageId(std::string_view text) {
  return IsFieldText(text) && text.find_first_of("<> ") == std::string_view::npos &&
         text.find('@') != std::string_view::npos;
}

// Folded after the name if it would be too long (RFC 5322, 2.2.3).
std::string Field(std::string_view name, std::string_view value) {
  const bool is_long = name.size() + 2 + value.size() > kLineBytesMax;
  return std::string(name) + (is_long ? ":\r\n " : ": ") + std::string(value) +
         std::string(kLineEnd);
}

std::string Lines(std::string_view text, std::size_t line_bytes) {
  std::string lines;
  lines.reserve(text.size() + text.size() / line_bytes * 2 + 2);
  for (std::size_t i = 0; i < text.size(); i += line_bytes) {
    lines += text.substr(i, line_bytes);
    lines += kLineEnd;
  }
  return lines;
}

// "=_" is in no base64 and in none of our sentences, so the boundary cannot stand in a part.
std::string BoundaryOf(std::string_view message_id) {
  const Digest digest = Hash("VLS1 mail boundary", message_id);
  return "=_" + Base32(View(digest).substr(0, 15));
}

std::string TextPart(std::string_view text) {
  return Field("Content-Type", "text/plain; charset=us-ascii") +
         Field("Content-Transfer-Encoding", "7bit") + std::string(kLineEnd) + std::string(text);
}

// Neither name nor type tells a gateway or its quarantine anything (reference: "data.dat" is an
// extension that nobody blocks). They decide nothing at the reader.
std::string PacketPart(std::string_view sealed) {
  return Field("Content-Type", "application/octet-stream; name=\"data.dat\"") +
         Field("Content-Disposition", "attachment; filename=\"data.dat\"") +
         Field("Content-Transfer-Encoding", "base64") + std::string(kLineEnd) +
         Lines(Base64(sealed), kLineBytesMax);
}

std::string AttachmentBody(const OutgoingMail& mail) {
  const std::string boundary = BoundaryOf(mail.message_id);
  const std::string delimiter = "--" + boundary;
  std::string body = Field("Content-Type", "multipart/mixed; boundary=\"" + boundary + "\"") +
                     std::string(kLineEnd);
  body += delimiter + "\r\n" + TextPart(kExplanation) + "\r\n";
  body += delimiter + "\r\n" + PacketPart(mail.sealed) + "\r\n";
  return body + delimiter + "--\r\n";
}

std::string ArmoredBody(std::string_view sealed) {
  return TextPart(std::string(kExplanation) + "\r\n" + std::string(kMailArmorBegin) + "\r\n" +
                  Lines(Base64(sealed), kArmorLineBytes) + std::string(kMailArmorEnd) + "\r\n");
}

bool IsAtomOctet(char c) {
  constexpr std::string_view kSpecials = "()<>[]:;@\\,.\"";
  return c > ' ' && c <= '~' && kSpecials.find(c) == std::string_view::npos;
}

bool IsDotAtom(std::string_view text) {
  char before = '.';
  for (const char c : text) {
    if (c == '.' ? before == '.' : !IsAtomOctet(c)) return false;
    before = c;
  }
  return before != '.';
}

}  // namespace

bool IsMailAddress(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at > 64 || text.size() > 254) return false;
  return IsDotAtom(text.substr(0, at)) && IsDotAtom(text.substr(at + 1));
}

std::string ComposeMail(const OutgoingMail& mail) {
  CHECK(IsMailAddress(mail.from) && IsMailAddress(mail.to));
  CHECK(IsMessageId(mail.message_id) && IsFieldText(mail.date));
  std::string header = Field("Date", mail.date) + Field("From", mail.from) + Field("To", mail.to) +
                       Field("Subject", kMailSubject) +
                       Field("Message-ID", "<" + mail.message_id + ">");
  // RFC 3834, 5; the second is Exchange's own.
  header += Field("Auto-Submitted", "auto-generated") + Field("X-Auto-Response-Suppress", "All");
  header += Field("MIME-Version", "1.0");
  return header +
         (mail.form == MailForm::kAttachment ? AttachmentBody(mail) : ArmoredBody(mail.sealed));
}

}  // namespace valise
