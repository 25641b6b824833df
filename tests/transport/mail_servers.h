// A private mail system of real servers for one test (tests/support/mail/start.sh).
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "transport/mail/mail_settings.h"

namespace valise {

class MailServers {
 public:
  // `options` as start.sh's environment: "MAIL_QUOTA=1M".
  explicit MailServers(const std::string& options = "");
  ~MailServers();
  MailServers(const MailServers&) = delete;
  MailServers& operator=(const MailServers&) = delete;

  static bool AreInstalled();

  std::string operator[](const std::string& name) const { return values_.at(name); }
  std::string folder() const { return values_.at("MAIL_DIR"); }
  // Settings of agent-a@a.test or agent-b@b.test ("a", "b") writing to the other.
  MailSettings Of(const std::string& site) const;
  // Until everything that was sent is in a mailbox.
  void Settle() const;
  // A mail to agent-SITE as anybody could send one.
  void Deliver(const std::string& site, const std::string& mail) const;
  std::size_t CountIn(const std::string& site, const std::string& maildir) const;  // ".name", "."
  std::string Log(const std::string& name) const;
  // How often `word` stands in the log, once it stands there `expected` times or 5 s are over:
  // Exim writes "authenticator failed" after its 535 has gone out.
  std::size_t CountInLog(const std::string& name, const std::string& word,
                         std::size_t expected) const;

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace valise
