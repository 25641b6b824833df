#include "tests/transport/mail_servers.h"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "packet/check.h"
#include "tests/transport/temporary.h"
#include "transport/mail/smtp.h"

namespace valise {
namespace {

namespace fs = std::filesystem;

const std::string kScripts = VALISE_SOURCE_DIR "/tests/support/mail/";

std::string OutputOf(const std::string& command) {
  FILE* const pipe = popen(command.c_str(), "r");
  CHECK(pipe != nullptr);
  std::string output;
  for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe)) output += static_cast<char>(c);
  CHECK(pclose(pipe) == 0);
  return output;
}

// Memory is several times faster for maildirs.
std::string NewFolder() {
  const bool has_shm = access("/dev/shm", W_OK) == 0;
  std::string pattern = (has_shm ? std::string("/dev/shm") : fs::temp_directory_path().string()) +
                        "/valise-mail-XXXXXX";
  CHECK(mkdtemp(pattern.data()) != nullptr);
  CHECK(chmod(pattern.c_str(), 0755) == 0);
  return pattern;
}

std::uint16_t Port(const std::string& text) { return static_cast<std::uint16_t>(std::stoul(text)); }

}  // namespace

bool MailServers::AreInstalled() {
  return access("/usr/sbin/exim4", X_OK) == 0 && access("/usr/sbin/dovecot", X_OK) == 0;
}

MailServers::MailServers(const std::string& options) {
  std::istringstream lines(OutputOf(options + " " + kScripts + "start.sh " + NewFolder()));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    if (equals != line.npos) values_[line.substr(0, equals)] = line.substr(equals + 1);
  }
  for (const char* name : {"pw-a", "pw-b"}) {
    WriteFile(folder() + "/" + name, std::string(name) + "\n");
    CHECK(chmod((folder() + "/" + name).c_str(), 0600) == 0);
  }
}

MailServers::~MailServers() { (void)OutputOf(kScripts + "stop.sh " + folder()); }

MailSettings MailServers::Of(const std::string& site) const {
  const std::string peer = site == "a" ? "b" : "a";
  MailSettings settings;
  settings.from = "agent-" + site + "@" + site + ".test";
  settings.to = "agent-" + peer + "@" + peer + ".test";
  // One with TLS from the start, the other with STARTTLS.
  const bool is_implicit = site == "a";
  settings.smtp = {"localhost",
                   Port((*this)[is_implicit ? "MAIL_SMTPS_PORT" : "MAIL_SUBMISSION_PORT"]),
                   is_implicit, (*this)["MAIL_CA"]};
  settings.imap = {"localhost", Port((*this)[is_implicit ? "MAIL_IMAPS_PORT" : "MAIL_IMAP_PORT"]),
                   is_implicit, (*this)["MAIL_CA"]};
  settings.login = {settings.from, folder() + "/pw-" + site, "", {}};
  return settings;
}

void MailServers::Settle() const {
  for (int tries = 0; tries < 3000; ++tries) {
    bool is_empty = true;
    std::error_code error;
    for (const auto& entry : fs::recursive_directory_iterator((*this)["MAIL_SPOOL"], error)) {
      if (entry.path().filename().string().ends_with("-H")) is_empty = false;
    }
    if (is_empty && !error) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(false);  // the mail system does not deliver
}

void MailServers::Deliver(const std::string& site, const std::string& mail) const {
  const MailSettings peer = Of(site == "a" ? "b" : "a");
  MailLogin login(peer.login);
  Smtp smtp(peer.smtp, peer.times, login);
  CHECK(smtp.Send(peer.from, peer.to, mail).ok());
  Settle();
}

std::size_t MailServers::CountIn(const std::string& site, const std::string& maildir) const {
  std::size_t count = 0;
  for (const char* part : {"/cur", "/new"}) {
    std::error_code error;
    const fs::path path =
        folder() + "/mail/agent-" + site + "@" + site + ".test/Maildir/" + maildir + part;
    for (const auto& entry : fs::directory_iterator(path, error)) count += entry.is_regular_file();
  }
  return count;
}

std::string MailServers::Log(const std::string& name) const {
  return ReadFile(folder() + "/" + name);
}

std::size_t MailServers::CountInLog(const std::string& name, const std::string& word,
                                    std::size_t expected) const {
  for (int waits = 0;; ++waits) {
    const std::string log = Log(name);
    std::size_t count = 0;
    for (auto at = log.find(word); at != log.npos; at = log.find(word, at + 1)) ++count;
    if (count == expected || waits == 50) return count;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

}  // namespace valise
