// Mails by hand: ours, and what gateways and strangers make.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "packet/base64.h"
#include "packet/envelope.h"
#include "tests/transport/temporary.h"
#include "transport/mail/mime.h"

namespace valise {

// Octets that are a packet as far as mail can tell.
inline Bytes SomeSealed(std::size_t size, unsigned seed) {
  const Bytes bytes = Bytes(kMagic) + SomeBytes(size, seed);
  return bytes.substr(0, std::max(size, kMagic.size()));
}

// `sealed` must outlive the result.
inline OutgoingMail Outgoing(std::string_view sealed, MailForm form = MailForm::kAttachment) {
  return {"agent@hq.example",
          "agent@field.example",
          "abcdefghijklmnopqrstuvwxyz.1@hq.example",
          "Thu, 20 Nov 2025 10:00:00 +0000",
          form,
          sealed};
}

inline std::string Composed(std::string_view sealed, MailForm form = MailForm::kAttachment) {
  return ComposeMail(Outgoing(sealed, form));
}

inline std::string WithCrlf(std::string_view text) {
  std::string lines;
  for (const char c : text) lines += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return lines;
}

inline std::string Wrapped(std::string_view text, std::size_t columns, std::string_view line_end) {
  std::string lines;
  for (std::size_t i = 0; i < text.size(); i += columns) {
    lines += std::string(text.substr(i, columns)) + std::string(line_end);
  }
  return lines;
}

inline std::string Multipart(const std::string& type, const std::vector<std::string>& parts,
                             const std::string& boundary = "b") {
  std::string text =
      "Content-Type: " + type + "; boundary=\"" + boundary + "\"\r\n\r\npreamble\r\n";
  for (const std::string& part : parts) text += "--" + boundary + "\r\n" + part + "\r\n";
  return text + "--" + boundary + "--\r\n";
}

inline std::string TextPart(std::string_view text) {
  return "Content-Type: text/plain\r\n\r\n" + WithCrlf(text);
}

// A part in base64, of any type, in lines of any length.
inline std::string Base64Part(std::string_view bytes, std::size_t columns = 76,
                              const std::string& type = "application/octet-stream") {
  return "Content-Type: " + type + "\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
         Wrapped(Base64(bytes), columns, "\r\n");
}

inline std::string ReplacedAll(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace valise
