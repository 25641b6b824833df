// A connection that is logged in: what an IMAP session speaks over. Over libcurl in life, by script
// in tests.
#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include "packet/result.h"
#include "transport/mail/mail_login.h"
#include "transport/mail/mail_settings.h"

namespace valise {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // All of it, within `wait`. Errors, kRetryLater: VAL-MAIL-CONNECT (cut, or too slow).
  virtual Result<void> Write(std::string_view bytes, std::chrono::milliseconds wait) = 0;
  // What has come, valid until the next call; empty: nothing within `wait`. Errors: as Write.
  virtual Result<std::string_view> Read(std::chrono::milliseconds wait) = 0;
};

// Connection, TLS and login by libcurl. Errors, kRetryLater: VAL-MAIL-CONNECT, -HOST, -BUSY (the
// server says "not now"); kAskOperator: VAL-MAIL-TLS, -AUTH, -LOGIN, -SECRET.
Result<std::unique_ptr<ByteStream>> ConnectImap(const MailServer& server, const MailTimes& times,
                                                MailLogin& login);

}  // namespace valise
