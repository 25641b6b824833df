// [carrier.mail]: what is read, and every way to get it wrong.
#include <algorithm>

#include "packet/limits.h"
#include "tests/config/doctest.h"
#include "tests/config/support.h"

namespace valise::test {
namespace {

const std::string kMail = R"([carrier.mail]
smtp = "smtps://mail.example:465"
imap = "imap://[::1]"
user = "agent"
password_file = "token"
from = "a@a.example"
to = "b@b.example"
form = "body"
)";

struct Spoilt {
  const char* from;
  const char* to;
  const char* code;
  std::uint32_t line;
  const char* advice;
};

// Lines count from [carrier.mail].
const Spoilt kSpoiltMails[] = {
    {"smtps://mail.example:465", "mail.example", "VAL-CONFIG-VALUE", 2, "smtps://"},
    {"smtps://mail.example:465", "imaps://mail.example", "VAL-CONFIG-VALUE", 2, "STARTTLS"},
    {"smtps://mail.example:465", "smtps://me@mail.example", "VAL-CONFIG-VALUE", 2, "without user"},
    {"smtps://mail.example:465", "smtps://mail.example:0", "VAL-CONFIG-VALUE", 2, "smtps://"},
    {"smtps://mail.example:465", "smtps://mail.example:99999", "VAL-CONFIG-VALUE", 2, "smtps://"},
    {"smtps://mail.example:465", "smtps://mail.example/x", "VAL-CONFIG-VALUE", 2, "path"},
    {"smtps://mail.example:465", "smtps://[::1", "VAL-CONFIG-VALUE", 2, "smtps://"},
    {"imap = ", "imp = ", "VAL-CONFIG-KEY", 3, "did you mean \"imap\"?"},
    {"user = \"agent\"", "", "VAL-CONFIG-MISSING", 1, "user is missing"},
    {"password_file = \"token\"", "", "VAL-CONFIG-MISSING", 1, "token_command"},
    {"password_file = \"token\"", "password = \"s3cret-canary\"", "VAL-CONFIG-KEY", 5,
     "password_file"},
    {"password_file = \"token\"", "password_file = \"none\"", "VAL-CONFIG-FILE", 5, "create it"},
    {"user = ", "token_file = \"token\"\nuser = ", "VAL-CONFIG-VALUE", 4, "keep one"},
    {"password_file = \"token\"", "token_command = \"get-token\"", "VAL-CONFIG-VALUE", 5,
     "whole path"},
    {"password_file = \"token\"", "token_command = []", "VAL-CONFIG-VALUE", 5, "whole path"},
    {"password_file = \"token\"", "token_command = [\"/x\", 3]", "VAL-CONFIG-VALUE", 5,
     "arguments"},
    {"from = \"a@a.example\"", "from = \"a\"", "VAL-CONFIG-VALUE", 6, "bare address"},
    {"from = \"a@a.example\"", "from = \"A <a@a.example>\"", "VAL-CONFIG-VALUE", 6, "bare address"},
    {"to = \"b@b.example\"", "to = \"b@b.example\\r\\nBcc: x@y\"", "VAL-CONFIG-VALUE", 7, "bare"},
    {"to = \"b@b.example\"", "", "VAL-CONFIG-MISSING", 1, "to is missing"},
    {"form = \"body\"", "form = \"pdf\"", "VAL-CONFIG-VALUE", 8, "attachment"},
    {"form = \"body\"", "done = \"INBOX\"", "VAL-CONFIG-VALUE", 8, "folder of another key"},
    {"form = \"body\"", "inbox = \"valise-done\"", "VAL-CONFIG-VALUE", 1, "folder of another key"},
    {"form = \"body\"", "junk = \"Ju\\nnk\"", "VAL-CONFIG-VALUE", 8, "control character"},
    {"form = \"body\"", "keep_done = \"36h\"", "VAL-CONFIG-VALUE", 8, "whole days"},
    {"form = \"body\"", "ca_file = \"none.pem\"", "VAL-CONFIG-FILE", 8, "none.pem"}};

LoadedConfig LoadWith(const std::string& mail) {
  const SoundSite site;
  site.folder.Write("channel.toml", kChannel + mail);
  return site.Load();
}

TEST_CASE("a mailbox is read whole, and bounds what is packed") {
  const LoadedConfig loaded = LoadWith(kMail);
  REQUIRE_MESSAGE(loaded.problems.empty(), Summary(loaded.problems));
  const Config& config = loaded.config;
  CHECK(config.has_mail);
  CHECK(config.has_folder);
  CHECK(config.sends_over_folder);
  CHECK(config.sends_over_mail);
  CHECK(config.mail.smtp.host == "mail.example");
  CHECK(config.mail.smtp.port == 465);
  CHECK(config.mail.smtp.is_implicit_tls);
  CHECK(config.mail.imap.host == "::1");
  CHECK(config.mail.imap.port == 143);
  CHECK(!config.mail.imap.is_implicit_tls);
  CHECK(config.mail.is_body_form);
  CHECK(config.mail.done == "valise-done");
  CHECK(config.settings.sealed_bytes_max == limits::kMailSealedBytesDefault);
}

TEST_CASE("a spoilt mailbox is refused with code, line and advice") {
  const auto before = static_cast<std::uint32_t>(
      std::count(kChannel, kChannel + std::string(kChannel).size(), '\n'));
  for (const Spoilt& spoilt : kSpoiltMails) {
    const auto problems = LoadWith(Replaced(kMail, spoilt.from, spoilt.to)).problems;
    CAPTURE(spoilt.to);
    CAPTURE(Summary(problems));
    CHECK(std::any_of(problems.begin(), problems.end(), [&](const ConfigProblem& problem) {
      return problem.code == spoilt.code && problem.line == before + spoilt.line &&
             problem.message.find(spoilt.advice) != std::string::npos;
    }));
    for (const ConfigProblem& problem : problems) {
      CHECK(problem.message.find("canary") == std::string::npos);
    }
  }
}

TEST_CASE("what is sent over is chosen among the carriers that there are") {
  const auto with = [](const std::string& word, const std::string& mail) {
    const SoundSite site;
    site.folder.Write(
        "channel.toml",
        Replaced(kChannel, "[carrier]\n", "[carrier]\nsend_over = \"" + word + "\"\n") + mail);
    return site.Load();
  };
  CHECK(with("folder", "").problems.empty());
  CHECK(with("mail", kMail).problems.empty());
  CHECK(!with("mail", kMail).config.sends_over_folder);
  CHECK(!with("folder", kMail).config.sends_over_mail);
  for (const auto& [word, mail] : {std::pair("mail", std::string()),
                                   std::pair("both", std::string()), std::pair("pigeon", kMail)}) {
    const auto problems = with(word, mail).problems;
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].code == "VAL-CONFIG-VALUE");
  }
}

TEST_CASE("packets too large for mail servers are refused in the file") {
  const SoundSite site;
  site.folder.Write(
      "channel.toml",
      Replaced(kChannel, "window =", "sealed_bytes_max = \"32MiB\"\nwindow =") + kMail);
  const auto problems = site.Load().problems;
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].message.find("18MiB") != std::string::npos);
}

TEST_CASE("every prefix of a mailbox is read without harm") {
  for (std::size_t bytes = 0; bytes < kMail.size(); bytes += 3)
    (void)LoadWith(kMail.substr(0, bytes));
}

}  // namespace
}  // namespace valise::test
