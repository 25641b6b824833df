// Mail out: one mail to one recipient over SMTP, one connection for many mails. RFC 5321.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "packet/result.h"
#include "transport/mail/mail_login.h"
#include "transport/mail/mail_settings.h"

namespace valise {

// What is known of an attempt that failed.
struct SmtpFailure {
  int curl_code = 0;          // CURLcode
  int reply = 0;              // the server's last three digits; 0: none
  std::string reply_text;     // cleaned
  bool is_data_sent = false;  // the mail went out, its fate is not known
};

enum class SmtpVerdict {
  kRetry,      // not accepted, may be later
  kPermanent,  // not accepted, and not will be as it stands
  kLogin,      // user or secret refused
  kUnknown     // may have been accepted: sent again, the receiver drops the twin
};
SmtpVerdict SortSmtp(const SmtpFailure& failure);

class Smtp {
 public:
  // `login` must outlive it, and may be shared with the IMAP side.
  Smtp(MailServer server, MailTimes times, MailLogin& login);
  ~Smtp();
  Smtp(const Smtp&) = delete;
  Smtp& operator=(const Smtp&) = delete;

  // `mail` has CRLF line ends. Ok: the server has taken responsibility for it. Errors, kRetryLater:
  // VAL-MAIL-CONNECT, -HOST, -REFUSED (4xx), -UNKNOWN; kAskOperator: VAL-MAIL-TLS, -LOGIN, -SECRET,
  // -AUTH (no login offered), -SIZE, -REFUSED (5xx).
  Result<void> Send(const std::string& from, const std::string& to, std::string_view mail);

  // Connects and logs in without sending anything; for check-config. Errors as Send.
  Result<void> Check(const std::string& from);

  // As the server said it when it was last connected; nullopt: no limit known.
  std::optional<std::uint64_t> size_max() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace valise
