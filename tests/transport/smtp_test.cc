// What SMTP servers say, and the secrets they are shown.
#include "transport/mail/smtp.h"

#include "tests/transport/doctest.h"
#include "tests/transport/temporary.h"
#include "transport/mail/smtp_listener.h"

namespace valise {
namespace {

TEST_CASE("what SMTP servers answer is sorted by what to do next") {
  constexpr int kRecv = 56, kSend = 55, kWeird = 8, kTimeout = 28, kLogin = 67, kTls = 64,
                kConnect = 7;
  struct Row {
    SmtpFailure failure;
    SmtpVerdict verdict;
  };
  const Row rows[] = {
      {{kSend, 451, "", false}, SmtpVerdict::kRetry},  // greylisting
      {{kSend, 421, "", false}, SmtpVerdict::kRetry},  // shutting down
      {{kSend, 550, "", false}, SmtpVerdict::kPermanent},
      {{kSend, 552, "", false}, SmtpVerdict::kPermanent},  // SIZE
      {{kWeird, 451, "", true}, SmtpVerdict::kRetry},      // refused after DATA: not accepted
      {{kWeird, 554, "", true}, SmtpVerdict::kPermanent},
      {{kRecv, 354, "", true}, SmtpVerdict::kUnknown},  // cut after the last dot
      {{kTimeout, 354, "", true}, SmtpVerdict::kUnknown},
      {{kRecv, 354, "", false}, SmtpVerdict::kRetry},  // cut in the middle
      {{kConnect, 0, "", false}, SmtpVerdict::kRetry},
      {{kLogin, 535, "", false}, SmtpVerdict::kLogin},
      {{kLogin, 454, "", false}, SmtpVerdict::kRetry},      // its password database is away
      {{kLogin, 250, "", false}, SmtpVerdict::kPermanent},  // offers no login
      {{kTls, 250, "", false}, SmtpVerdict::kPermanent}};
  for (const Row& row : rows) {
    CAPTURE(row.failure.curl_code);
    CAPTURE(row.failure.reply);
    CHECK(SortSmtp(row.failure) == row.verdict);
  }
}

TEST_CASE("a server that offers no login after STARTTLS is hung up on") {
  const auto hear = [](bool is_implicit, std::initializer_list<const char*> lines) {
    SmtpListener listener(is_implicit);
    bool goes_on = true;
    for (const char* line : lines) goes_on = goes_on && listener.Hear(std::string(line) + "\r\n");
    return std::pair(goes_on, listener);
  };
  CHECK(!hear(true, {"220 hi", "250-x", "250 SIZE 9"}).first);
  CHECK(hear(true, {"220 hi", "250-x", "250 AUTH PLAIN"}).first);
  CHECK(hear(false, {"220 hi", "250-x", "250 STARTTLS"}).first);
  CHECK(!hear(false, {"220 hi", "250-AUTH PLAIN", "250 STARTTLS", "220 go", "250-x", "250 SIZE 9"})
             .first);
  const auto good =
      hear(false, {"220-hi", "220 hi", "250-SIZE 1", "250 STARTTLS", "220 go", "250-SIZE 99",
                   "250 auth=login", "334 x", "235 ok", "250 sender ok"});
  CHECK(good.first);
  CHECK(good.second.size_max() == 99);
  CHECK(good.second.is_logged_in());
  CHECK(!hear(true, {"220 hi", "250 AUTH X", "235 ok", "220 anew", "250 AUTH X"})
             .second.is_logged_in());
}

TEST_CASE("a refused secret is not shown again; another one is") {
  const TemporaryFolder folder;
  WriteFile(folder / "password", " wrong-canary \n");
  MailLogin login({"user", folder / "password", "", {}});
  const SecretBytes first = std::move(login.Secret()).value();
  CHECK(first.view() == std::string_view("wrong-canary\0", 13));
  const Error refused = login.Refused(first, "host:25", "535 5.7.8");
  CHECK(refused.code == "VAL-MAIL-LOGIN");
  CHECK(refused.message.find("canary") == std::string::npos);
  REQUIRE(!login.Secret().ok());
  CHECK(login.Secret().error().code == "VAL-MAIL-LOGIN");
  WriteFile(folder / "password", "right\n");
  CHECK(login.Secret().ok());
}

TEST_CASE("secrets come from a file or a command, or the reason why not") {
  const TemporaryFolder folder;
  const auto secret_of = [&](std::vector<std::string> command) {
    MailLogin login({"user", "", "", std::move(command)});
    auto secret = login.Secret();
    return secret.ok() ? std::string(secret.value().view()) : secret.error().code;
  };
  CHECK(secret_of({"/bin/echo", "token 1"}) == std::string("token 1\0", 8));
  CHECK(secret_of({"/bin/false"}) == "VAL-MAIL-SECRET");
  CHECK(secret_of({"/bin/true"}) == "VAL-MAIL-SECRET");
  CHECK(secret_of({"/nowhere/at/all"}) == "VAL-MAIL-SECRET");
  CHECK(secret_of({"/usr/bin/printf", "a\\nb\\n"}) == "VAL-MAIL-SECRET");
  CHECK(secret_of({"/usr/bin/yes", "long"}) == "VAL-MAIL-SECRET");
  MailLogin missing({"user", folder / "none", "", {}});
  CHECK(missing.Secret().error().code == "VAL-MAIL-SECRET");
  CHECK(ServerText("535 hunter2\r\nx\x80", "hunter2") == "535 ...  x");
}

}  // namespace
}  // namespace valise
