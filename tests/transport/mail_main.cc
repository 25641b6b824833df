#define DOCTEST_CONFIG_IMPLEMENT
#include <cstdio>

#include "tests/transport/doctest.h"
#include "tests/transport/mail_servers.h"

int main(int argc, char** argv) {
  if (!valise::MailServers::AreInstalled()) {
    std::fprintf(stderr,
                 "SKIPPED: no mail servers here; type: apt-get install --no-install-recommends "
                 "exim4-daemon-light dovecot-imapd dovecot-lmtpd\n");
    return 77;
  }
  return doctest::Context(argc, argv).run();
}
