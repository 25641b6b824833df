// The secret that a mail server asks for, read anew for each login, so that a renewed password or
// token counts without a restart. A secret that was refused is never shown to a server again:
// retries with a wrong password lock accounts.
#pragma once

#include <optional>
#include <string>

#include "packet/bytes.h"
#include "packet/keys.h"
#include "packet/result.h"
#include "transport/mail/mail_settings.h"

namespace valise {

class MailLogin {
 public:
  explicit MailLogin(MailLoginSettings settings) : settings_(std::move(settings)) {}
  MailLogin(const MailLogin&) = delete;
  MailLogin& operator=(const MailLogin&) = delete;

  // NUL-terminated. Errors: VAL-MAIL-SECRET (kAskOperator: file or command), VAL-MAIL-LOGIN
  // (kAskOperator: this very secret was refused before).
  Result<SecretBytes> Secret();
  // The server refused `secret`. `reply`: its codes, never its free text.
  Error Refused(const SecretBytes& secret, const std::string& server, const std::string& reply);

  const std::string& user() const { return settings_.user; }
  bool is_token() const { return settings_.is_token(); }

 private:
  Result<SecretBytes> Read() const;
  std::string Source() const;

  MailLoginSettings settings_;
  std::optional<Digest> refused_;
  std::string why_refused_;
};

// `text` of a server for a log or an error: printable ASCII, at most 200 octets, without `secret`.
std::string ServerText(std::string_view text, std::string_view secret);

}  // namespace valise
