// Where a channel's mail goes out and comes in, as the administrator says it in [carrier.mail].
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "packet/limits.h"
#include "transport/mail/mime.h"

namespace valise {

struct MailServer {
  std::string host;
  std::uint16_t port = 0;
  bool is_implicit_tls = false;  // else STARTTLS, which is required
  std::string ca_file;           // empty: the system's
};

// One of: a password, a token in a file, a command that prints a token.
struct MailLoginSettings {
  std::string user;
  std::string password_file;
  std::string token_file;
  std::vector<std::string> token_command;  // program and arguments, no shell
  bool is_token() const { return password_file.empty(); }
};

// In the names that IMAP knows, UTF-8.
struct MailFolders {
  std::string inbox = "INBOX";
  std::string junk;  // empty: not looked into
  std::string done = "valise-done";
  std::string rejected = "valise-rejected";  // could not be read
  std::string foreign = "valise-foreign";    // no packet: people, bounces, auto-replies
};

// How long a server may keep silent. The agent's one thread waits meanwhile.
struct MailTimes {
  std::chrono::milliseconds connect{10'000};
  std::chrono::milliseconds silence{20'000};
  std::chrono::milliseconds whole{300'000};  // one command or mail, however it trickles
};

struct MailSettings {
  MailServer smtp, imap;
  MailLoginSettings login;
  std::string from, to;  // addr-spec
  MailFolders folders;
  MailForm form = MailForm::kAttachment;
  std::uint64_t sealed_bytes_max = limits::kMailSealedBytesDefault;
  std::uint32_t keep_done_days = 7;  // 0: for ever
  MailTimes times;
};

}  // namespace valise
