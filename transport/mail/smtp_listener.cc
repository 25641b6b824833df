#include "transport/mail/smtp_listener.h"

#include <charconv>

#include "transport/mail/mail_login.h"

namespace valise {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

int CodeOf(std::string_view line) {
  if (line.size() < 3 || !IsDigit(line[0]) || !IsDigit(line[1]) || !IsDigit(line[2])) return 0;
  return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

bool HasKeyword(std::string_view text, std::string_view keyword) {
  if (text.size() < keyword.size()) return false;
  for (std::size_t i = 0; i < keyword.size(); ++i) {
    const char c = text[i] >= 'a' && text[i] <= 'z' ? static_cast<char>(text[i] - 32) : text[i];
    if (c != keyword[i]) return false;
  }
  return text.size() == keyword.size() || text[keyword.size()] == ' ' ||
         text[keyword.size()] == '=';
}

}  // namespace

bool SmtpListener::Hear(std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  const int code = CodeOf(line);
  if (code == 0) return true;    // libcurl judges it
  if (code == 221) return true;  // good-bye: libcurl quits after a refusal, which is what counts
  reply_ = code;
  reply_text_ = ServerText(line, "");
  const bool is_final = line.size() == 3 || line[3] == ' ';
  const std::string_view rest = line.size() > 4 ? line.substr(4) : std::string_view();
  if (code == 220 && is_final) {
    if (hellos_ == 2 || (is_implicit_tls_ && hellos_ == 1)) hellos_ = 0;  // connected anew
    ++hellos_;
    is_greeting_ = true;
    has_login_ = is_logged_in_ = lacks_login_ = false;
    size_max_.reset();
  } else if (code == 250 && is_greeting_) {
    HearGreeting(rest, is_final);
  } else if (code == 235) {
    is_logged_in_ = true;
  }
  return !lacks_login_;
}

// The keywords after EHLO. Those before STARTTLS were said in clear and count for nothing.
void SmtpListener::HearGreeting(std::string_view rest, bool is_final) {
  const bool is_secure = is_implicit_tls_ || hellos_ == 2;
  if (HasKeyword(rest, "AUTH")) has_login_ = true;
  if (is_secure && HasKeyword(rest, "SIZE") && rest.size() > 5) {
    std::uint64_t size = 0;
    const auto read = std::from_chars(rest.data() + 5, rest.data() + rest.size(), size);
    if (read.ec == std::errc() && size > 0) size_max_ = size;  // 0: no fixed limit (RFC 1870)
  }
  if (!is_final) return;
  is_greeting_ = false;
  lacks_login_ = is_secure && !has_login_;
  if (!is_secure) has_login_ = false;
}

}  // namespace valise
