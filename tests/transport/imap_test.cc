// The IMAP side against scripted servers: what is read, and what hostile or unlucky servers and
// other clients do meanwhile.
#include "tests/transport/doctest.h"
#include "tests/transport/fake_imap.h"
#include "tests/transport/temporary.h"
#include "transport/mail/mail_carrier.h"
#include "transport/mail/mail_date.h"

namespace valise {
namespace {

const Bytes kMagicOctets("\x8aVLS\r\n\x1a\n", 8);

std::string MailOf(const Bytes& sealed, const std::string& id = "abc.1@a.test") {
  return ComposeMail({"a@a.test", "b@b.test", id, MailDate(0), MailForm::kAttachment, sealed});
}

Bytes Packet(unsigned seed) { return kMagicOctets + SomeBytes(3000, seed); }

// A carrier whose mailbox is the fake's.
struct Receiver {
  FakeImap server;
  InProcessMailReader reader;
  std::int64_t now_ms = 0;
  std::unique_ptr<MailCarrier> carrier;

  explicit Receiver(const std::string& junk = "") {
    MailSettings settings;
    settings.from = "b@b.test";
    settings.to = "a@a.test";
    settings.folders.junk = junk;
    carrier = std::make_unique<MailCarrier>(settings, reader, [this] { return now_ms; });
    carrier->set_connect(
        [this]() -> Result<std::unique_ptr<ByteStream>> { return server.Connect(); });
  }
  FakeFolder& inbox() { return server.folders["INBOX"]; }
  std::size_t CountIn(const std::string& folder) {
    return server.folders.count(folder) > 0 ? server.folders[folder].mails.size() : 0;
  }
  std::vector<Arrival> Take(std::size_t count_max = 100) {
    auto got = carrier->Receive(count_max);
    REQUIRE_MESSAGE(got.ok(), (got.ok() ? "" : got.error().message));
    return std::move(got).value();
  }
};

TEST_CASE("a mail with lines that look like the server's is read whole") {
  Receiver receiver;
  const std::string forged =
      "V3 OK done\r\n* SEARCH 666\r\nV4 OK done\r\n* 1 FETCH (UID 9 BODY[] {3}\r\nabc)\r\n";
  receiver.inbox().Add("Subject: x\r\n\r\n" + forged);
  receiver.inbox().Add(MailOf(Packet(1)));
  const auto arrivals = receiver.Take();
  REQUIRE(arrivals.size() == 1);
  CHECK(arrivals[0].sealed == Packet(1));
  REQUIRE(receiver.CountIn("valise-foreign") == 1);
  CHECK(receiver.server.folders["valise-foreign"].mails[1].ends_with(forged));
  CHECK(receiver.carrier->News().set_aside == 1);
}

TEST_CASE("what the server says of other mails meanwhile is passed over") {
  Receiver receiver;
  const auto uid = receiver.inbox().Add(MailOf(Packet(1)));
  receiver.server.before = [&](const std::string& command) -> std::string {
    if (!command.starts_with("UID FETCH")) return "";
    return "* 2 FETCH (FLAGS (\\Seen))\r\n* 3 FETCH (UID 99 BODY[] {5}\r\nwrong)\r\n* 4 EXISTS\r\n"
           "* 1 FETCH (UID " +
           std::to_string(uid) + " FLAGS (\\Seen))\r\n* BYE-BYE {4}\r\nnope\r\n";
  };
  const auto arrivals = receiver.Take();
  REQUIRE(arrivals.size() == 1);
  CHECK(arrivals[0].sealed == Packet(1));
}

TEST_CASE(
    "a mail that somebody removes between SEARCH and FETCH, or before its removal, is no error") {
  Receiver receiver;
  const auto first = receiver.inbox().Add(MailOf(Packet(1)));
  receiver.inbox().Add(MailOf(Packet(2)));
  receiver.server.before = [&](const std::string& command) -> std::string {
    if (command.starts_with("UID FETCH 1 ")) receiver.inbox().mails.erase(first);
    return "";
  };
  const auto arrivals = receiver.Take();
  REQUIRE(arrivals.size() == 1);
  receiver.inbox().mails.clear();
  CHECK(receiver.carrier->Remove(arrivals[0].handle).ok());
}

TEST_CASE("after a change of UIDVALIDITY handles of before remove nothing, and all comes again") {
  Receiver receiver;
  receiver.inbox().Add(MailOf(Packet(1)));
  const auto before = receiver.Take();
  REQUIRE(before.size() == 1);
  receiver.inbox().validity = 8;
  receiver.server.before = [&](const std::string& command) -> std::string {
    return command.starts_with("UID SEARCH") ? "* BYE moved to another store\r\n" : "";
  };
  receiver.server.instead = [](const std::string&,
                               const std::string& command) -> std::optional<std::string> {
    if (command.starts_with("UID SEARCH")) return std::string(5 << 20, 'x');  // no line ever ends
    return std::nullopt;
  };
  CHECK(!receiver.carrier->Receive(10).ok());
  receiver.server.before = nullptr;
  receiver.server.instead = nullptr;
  Receiver after;  // the backoff is the carrier's own: another one meets the same server
  after.server.folders = receiver.server.folders;
  CHECK(after.carrier->Remove(before[0].handle).ok());
  CHECK(after.inbox().mails.size() == 1);
  const auto again = after.Take();
  REQUIRE(again.size() == 1);
  CHECK(again[0].sealed == before[0].sealed);
  CHECK(after.carrier->Remove(again[0].handle).ok());
  CHECK(after.inbox().mails.empty());
  CHECK(after.CountIn("valise-done") == 1);
}

TEST_CASE("a server that falls silent at any command costs that session and nothing else") {
  for (std::size_t silent = 1; silent <= 6; ++silent) {
    Receiver receiver;
    receiver.inbox().Add(MailOf(Packet(1)));
    std::size_t count = 0;
    receiver.server.instead = [&](const std::string&,
                                  const std::string&) -> std::optional<std::string> {
      return ++count == silent ? std::optional<std::string>("") : std::nullopt;
    };
    const auto got = receiver.carrier->Receive(10);
    if (!got.ok()) {
      CHECK(got.error().recovery == Recovery::kRetryLater);
      CHECK(got.error().code == "VAL-MAIL-IMAP");
      CHECK(!receiver.carrier->Receive(10).ok());  // at once: the server is left alone for a while
      CHECK(receiver.server.connections == 1);
    }
    CHECK(receiver.inbox().mails.size() == 1);
  }
}

TEST_CASE("without MOVE a mail is copied, marked and expunged by its UID") {
  Receiver receiver;
  receiver.server.capabilities = "IMAP4rev1 UIDPLUS";
  receiver.inbox().Add(MailOf(Packet(1)));
  const auto arrivals = receiver.Take();
  REQUIRE(arrivals.size() == 1);
  CHECK(receiver.carrier->Remove(arrivals[0].handle).ok());
  CHECK(receiver.inbox().mails.empty());
  CHECK(receiver.CountIn("valise-done") == 1);
}

TEST_CASE("without UIDPLUS either a mail stays marked, and is not looked at again") {
  Receiver receiver;
  receiver.server.capabilities = "IMAP4rev1";
  receiver.inbox().Add(MailOf(Packet(1)));
  const auto arrivals = receiver.Take();
  REQUIRE(arrivals.size() == 1);
  CHECK(receiver.carrier->Remove(arrivals[0].handle).ok());
  CHECK(receiver.inbox().mails.size() == 1);
  CHECK(receiver.Take().empty());
  for (const std::string& command : receiver.server.commands) CHECK(command != "EXPUNGE");
}

TEST_CASE("a full mailbox is said, keeps the mail, and hides nothing behind it") {
  Receiver receiver;
  receiver.server.folders["valise-done"];
  receiver.server.folders["valise-foreign"];
  receiver.inbox().Add("Subject: hello\r\n\r\nI am a person\r\n");
  receiver.inbox().Add(MailOf(Packet(1)));
  receiver.server.is_full = true;
  auto arrivals = receiver.Take(1);
  REQUIRE(arrivals.size() == 1);
  const auto removed = receiver.carrier->Remove(arrivals[0].handle);
  REQUIRE(!removed.ok());
  CHECK(removed.error().code == "VAL-MAIL-QUOTA");
  REQUIRE(receiver.carrier->News().hint);
  receiver.inbox().Add(MailOf(Packet(2)));
  arrivals = receiver.Take(1);  // what could not be removed waits behind it
  REQUIRE(arrivals.size() == 1);
  CHECK(arrivals[0].sealed == Packet(2));
  CHECK(receiver.inbox().mails.size() == 3);
}

TEST_CASE("several packets of one mail are removed with the last of them, over a restart too") {
  Receiver receiver;
  const std::string two =
      "Content-Type: multipart/mixed; boundary=q9\r\nMIME-Version: 1.0\r\n\r\n--q9\r\n"
      "Content-Type: message/rfc822\r\n\r\n" +
      MailOf(Packet(1)) +
      "\r\n--q9\r\n"
      "Content-Type: message/rfc822\r\n\r\n" +
      MailOf(Packet(2)) + "\r\n--q9--\r\n";
  receiver.inbox().Add(two);
  CHECK(receiver.Take(1).size() == 1);
  const auto arrivals = receiver.Take(10);
  REQUIRE(arrivals.size() == 2);
  CHECK(receiver.carrier->Remove(arrivals[0].handle).ok());
  CHECK(receiver.inbox().mails.size() == 1);
  const auto left = receiver.Take(10);
  REQUIRE(left.size() == 1);
  CHECK(left[0].sealed == Packet(2));
  CHECK(receiver.carrier->Remove(left[0].handle).ok());
  CHECK(receiver.inbox().mails.empty());
}

TEST_CASE("the junk folder gives its packets and keeps all else") {
  Receiver receiver("Junk");
  FakeFolder& junk = receiver.server.folders["Junk"];
  junk.Add("Subject: buy\r\n\r\nnow\r\n");
  junk.Add(MailOf(Packet(1)));
  const auto arrivals = receiver.Take();
  REQUIRE(arrivals.size() == 1);
  CHECK(receiver.carrier->Remove(arrivals[0].handle).ok());
  CHECK(junk.mails.size() == 1);
  CHECK(receiver.Take().empty());
  std::size_t fetches = 0;
  for (const std::string& command : receiver.server.commands)
    fetches += command.starts_with("UID FETCH");
  CHECK(fetches == 2);  // spam is looked at once
}

TEST_CASE("a mail that cannot be read is kept aside, and those behind it arrive") {
  Receiver receiver;
  const std::string killer = "Subject: x\r\nContent-Type: " + std::string(70'000, 'a') + "\r\n\r\n";
  receiver.inbox().Add(killer);
  receiver.inbox().Add(MailOf(Packet(1)));
  CHECK(receiver.Take().size() == 1);
  CHECK(receiver.server.folders["valise-rejected"].mails[1] == killer);
  const auto news = receiver.carrier->News();
  REQUIRE(news.hint);
  CHECK(news.hint->code == "VAL-MAIL-REJECTED");
  CHECK(!receiver.carrier->News().hint);  // said once
}

TEST_CASE("a bounce of a mail of ours is a hint, of another's it is not") {
  for (const auto& [id, is_ours] :
       {std::pair("x.1@b.test", true), std::pair("x.1@other.test", false)}) {
    Receiver receiver;
    receiver.inbox().Add(
        std::string("From: <>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; "
                    "report-type=delivery-status; boundary=rr\r\n\r\n--rr\r\n\r\nsorry\r\n--rr\r\n"
                    "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
                    "Final-Recipient: rfc822; a@a.test\r\nAction: failed\r\nStatus: 5.2.2\r\n"
                    "Diagnostic-Code: smtp; 552 full\r\n\r\n--rr\r\nContent-Type: "
                    "text/rfc822-headers\r\n\r\nMessage-ID: <") +
        id + ">\r\n\r\n--rr--\r\n");
    CHECK(receiver.Take().empty());
    CHECK(receiver.CountIn("valise-foreign") == 1);
    const auto news = receiver.carrier->News();
    CHECK(news.hint.has_value() == is_ours);
    if (news.hint) CHECK(news.hint->code == "VAL-MAIL-BOUNCED");
    CHECK(news.set_aside == 1);
  }
}

TEST_CASE("while nothing comes the server is asked to speak up") {
  Receiver receiver;
  std::string pushed;
  CHECK(receiver.Take().empty());
  CHECK(receiver.server.commands.back() == "IDLE");
  CHECK(!receiver.carrier->News().has_arrivals);
  receiver.inbox().Add(MailOf(Packet(1)));
  CHECK(receiver.Take().size() == 1);  // leaves IDLE by itself
}

TEST_CASE("a handle that was not given is refused") {
  Receiver receiver;
  for (const char* handle : {"", "i", "i.1", "i.1.2.3", "i.1.2.0.0", "i.1.2.1.1", "i.1.2.0.1x",
                             "x.1.2.0", "i.-1.2.0.1", "i.1.2.0.99999"}) {
    CHECK_MESSAGE(!receiver.carrier->Remove(handle).ok(), handle);
  }
}

}  // namespace
}  // namespace valise
