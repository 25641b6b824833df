// Reads along what an SMTP server says. libcurl goes on without a login when none is offered, and
// keeps the server's words to itself; both are known here. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace valise {

class SmtpListener {
 public:
  explicit SmtpListener(bool is_implicit_tls) : is_implicit_tls_(is_implicit_tls) {}

  // One line of the server, as it comes. False: it greets without a login on offer; hang up before
  // an address is sent.
  bool Hear(std::string_view line);

  void BeginMail() { reply_ = 0; }  // what was said before is about another
  bool is_logged_in() const { return is_logged_in_; }
  bool lacks_login() const { return lacks_login_; }
  int reply() const { return reply_; }
  const std::string& reply_text() const { return reply_text_; }
  std::optional<std::uint64_t> size_max() const { return size_max_; }

 private:
  void HearGreeting(std::string_view rest, bool is_final);

  bool is_implicit_tls_;
  int hellos_ = 0;  // 220s: the greeting, and the one that begins TLS
  bool is_greeting_ = false;
  bool has_login_ = false, is_logged_in_ = false, lacks_login_ = false;
  int reply_ = 0;
  std::string reply_text_;
  std::optional<std::uint64_t> size_max_;
};

}  // namespace valise
