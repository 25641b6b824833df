// The mail carrier against real servers: Exim and Dovecot, private and on loopback.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <iostream>

#include "tests/transport/conformance.h"
#include "tests/transport/mail_servers.h"
#include "transport/file.h"
#include "transport/mail/mail_carrier.h"
#include "transport/mail/mail_date.h"

namespace valise {
namespace {

const Bytes kMagicOctets("\x8aVLS\r\n\x1a\n", 8);

// A mail is known to hold a packet by the packet's first octets; the suite sends any octets.
class WithMagic final : public Transport {
 public:
  WithMagic(MailSettings settings, const MailServers& servers)
      : servers_(servers), carrier_(std::move(settings), reader_, [this] { return ++now_ms_; }) {}

  Result<void> Send(std::string_view sealed) override {
    const Result<void> sent = carrier_.Send(sealed.empty() ? "" : kMagicOctets + Bytes(sealed));
    if (sent.ok()) servers_.Settle();
    return sent;
  }
  Result<std::vector<Arrival>> Receive(std::size_t count_max) override {
    auto got = carrier_.Receive(count_max);
    if (!got.ok()) return got;
    for (Arrival& arrival : got.value()) arrival.sealed.erase(0, kMagicOctets.size());
    return got;
  }
  Result<void> Remove(const std::string& handle) override { return carrier_.Remove(handle); }
  CarrierNews News() override { return carrier_.News(); }

 private:
  const MailServers& servers_;
  InProcessMailReader reader_;
  std::int64_t now_ms_ = 1'795'337'415'000;
  MailCarrier carrier_;
};

class MailUnderTest final : public CarrierUnderTest {
 public:
  explicit MailUnderTest(MailForm form = MailForm::kAttachment) : form_(form) { Restart(); }
  Transport& sender() override { return *sender_; }
  Transport& receiver() override { return *receiver_; }
  void Restart() override {
    MailSettings a = servers_.Of("a"), b = servers_.Of("b");
    a.form = b.form = form_;
    sender_ = std::make_unique<WithMagic>(a, servers_);
    receiver_ = std::make_unique<WithMagic>(b, servers_);
  }
  bool PlantForeign(std::string_view bytes) override {
    servers_.Deliver("b", "From: a\r\nSubject: lunch?\r\n\r\n" + std::string(bytes) + "\r\n");
    servers_.Deliver("b", "From: a\r\nAuto-Submitted: auto-replied\r\n\r\nI am away\r\n");
    return true;
  }
  std::uint64_t sealed_bytes_max() const override {
    return limits::kMailSealedBytesDefault - kMagicOctets.size();
  }

 private:
  MailForm form_;
  MailServers servers_;
  std::unique_ptr<WithMagic> sender_, receiver_;
};

// One side of a channel on `servers`.
struct Side {
  InProcessMailReader reader;
  MailCarrier carrier;
  explicit Side(MailSettings settings)
      : carrier(std::move(settings), reader, [] { return 1'795'337'415'000; }) {}
};

Bytes Packet(unsigned seed, std::size_t bytes = 3000) {
  return kMagicOctets + SomeBytes(bytes, seed);
}

std::size_t CountOf(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) ++count;
  return count;
}

std::string ErrorOf(const Result<void>& result) { return result.ok() ? "" : result.error().code; }
std::string ErrorOf(const Result<std::vector<Arrival>>& result) {
  return result.ok() ? "" : result.error().code;
}

TEST_CASE("mail conforms") {
  CheckCarrier([] { return std::make_unique<MailUnderTest>(); });
}

TEST_CASE("mail in the form of text conforms") {
  CheckCarrier([] { return std::make_unique<MailUnderTest>(MailForm::kBody); });
}

TEST_CASE("a wrong password is shown once, and stops nothing for ever") {
  const MailServers servers;
  MailSettings settings = servers.Of("b");
  WriteFile(settings.login.password_file, "canary-wrong\n");
  Side side(settings);
  const auto got = side.carrier.Receive(5);
  REQUIRE(ErrorOf(got) == "VAL-MAIL-LOGIN");
  CHECK(got.error().recovery == Recovery::kAskOperator);
  CHECK(got.error().message.find("valise check-config --live") != std::string::npos);
  CHECK(got.error().message.find("canary") == std::string::npos);
  for (int i = 0; i < 5; ++i) CHECK(ErrorOf(side.carrier.Send(Packet(1))) == "VAL-MAIL-LOGIN");
  CHECK(CountOf(servers.Log("exim/log/mainlog"), "authenticator failed") == 0);
  Side other(settings);  // the SMTP side by itself
  CHECK(ErrorOf(other.carrier.Send(Packet(1))) == "VAL-MAIL-LOGIN");
  CHECK(ErrorOf(other.carrier.Receive(5)) == "VAL-MAIL-LOGIN");
  CHECK(servers.CountInLog("exim/log/mainlog", "authenticator failed", 1) == 1);
  CHECK(servers.CountInLog("dovecot/log", "auth failed", 1) == 1);
  WriteFile(settings.login.password_file, "pw-b\n");
  Side corrected(settings);
  CHECK(ErrorOf(corrected.carrier.Receive(5)) == "");
}

TEST_CASE("another authority's certificate, or another host's, is refused") {
  const MailServers servers, others;
  MailSettings settings = servers.Of("a");
  settings.smtp.ca_file = settings.imap.ca_file = others["MAIL_CA"];
  Side side(settings);
  const auto sent = side.carrier.Send(Packet(1));
  CHECK(ErrorOf(sent) == "VAL-MAIL-TLS");
  CHECK(sent.error().message.find("ca_file") != std::string::npos);
  CHECK(ErrorOf(side.carrier.Receive(5)) == "VAL-MAIL-TLS");
  MailSettings no_file = servers.Of("b");
  no_file.smtp.ca_file = no_file.imap.ca_file =
      servers.folder() + "/pw-a";  // no certificates in it
  Side unread(no_file);
  CHECK(ErrorOf(unread.carrier.Send(Packet(1))) == "VAL-MAIL-TLS");
  CHECK(ErrorOf(unread.carrier.Receive(5)) == "VAL-MAIL-TLS");
}

TEST_CASE("nothing goes out in clear or without a login") {
  SUBCASE("no STARTTLS") {
    const MailServers servers("MAIL_TLS_HOSTS=:");
    Side side(servers.Of("b"));
    CHECK(ErrorOf(side.carrier.Send(Packet(1))) == "VAL-MAIL-TLS");
    CHECK(servers.Log("exim/log/mainlog").find("<=") == std::string::npos);
  }
  SUBCASE("no AUTH") {
    const MailServers servers("MAIL_AUTH_HOSTS=:");
    for (const char* site : {"a", "b"}) {
      Side side(servers.Of(site));
      CHECK(ErrorOf(side.carrier.Send(Packet(1))) == "VAL-MAIL-AUTH");
    }
    CHECK(servers.Log("exim/log/mainlog").find("authentication required") == std::string::npos);
  }
  SUBCASE("no mechanism that is known") {
    const MailServers servers("MAIL_AUTH_MECHS=scram-sha-256");
    Side side(servers.Of("b"));
    const auto got = side.carrier.Receive(5);
    REQUIRE(!got.ok());
    CAPTURE(got.error().message);
    CHECK(got.error().code == "VAL-MAIL-AUTH");
  }
}

TEST_CASE("a packet that the server's limit does not take says what to set") {
  const MailServers servers("MAIL_SIZE_LIMIT=2000000");
  Side side(servers.Of("a"));
  CHECK(ErrorOf(side.carrier.Send(Packet(1))) == "");
  const auto sent = side.carrier.Send(Packet(2, 3'000'000));
  REQUIRE(ErrorOf(sent) == "VAL-MAIL-SIZE");
  CHECK(sent.error().message.find("2000000") != std::string::npos);
  CHECK(sent.error().message.find("sealed_bytes_max") != std::string::npos);
  Side unaware(servers.Of("b"));  // the first mail of a connection: the server says it
  CHECK(ErrorOf(unaware.carrier.Send(Packet(2, 3'000'000))) == "VAL-MAIL-SIZE");
}

TEST_CASE("temporary and final refusals of a server are told apart") {
  const MailServers servers;
  for (const auto& [to, recovery] : {std::pair("tempfail@fault.test", Recovery::kRetryLater),
                                     std::pair("reject@fault.test", Recovery::kAskOperator)}) {
    MailSettings settings = servers.Of("a");
    settings.to = to;
    Side side(settings);
    const auto sent = side.carrier.Send(Packet(1));
    REQUIRE(ErrorOf(sent) == "VAL-MAIL-REFUSED");
    CHECK(sent.error().recovery == recovery);
  }
  WriteFile(servers.folder() + "/exim/nodata", "");
  Side side(servers.Of("a"));
  const auto sent = side.carrier.Send(Packet(1));
  REQUIRE(ErrorOf(sent) == "VAL-MAIL-REFUSED");
  CHECK(sent.error().recovery == Recovery::kRetryLater);
}

TEST_CASE("a bounce comes back as a hint") {
  const MailServers servers;
  MailSettings settings = servers.Of("a");
  settings.to = "bounce@fault.test";
  Side side(settings);
  REQUIRE(ErrorOf(side.carrier.Send(Packet(1))) == "");
  servers.Settle();
  CHECK(side.carrier.Receive(5).value().empty());
  const auto news = side.carrier.News();
  REQUIRE(news.hint);
  CHECK(news.hint->code == "VAL-MAIL-BOUNCED");
  CHECK(servers.CountIn("a", ".valise-foreign") == 1);
}

TEST_CASE("a full mailbox bounces at the sender and harms nobody") {
  const MailServers servers("MAIL_QUOTA=1M");
  Side sender(servers.Of("a")), receiver(servers.Of("b"));
  REQUIRE(ErrorOf(sender.carrier.Send(Packet(1))) == "");
  servers.Settle();
  REQUIRE(ErrorOf(sender.carrier.Send(Packet(2, 900'000))) == "");
  servers.Settle();
  CHECK(sender.carrier.Receive(5).value().empty());
  CHECK(sender.carrier.News().hint.has_value());
  const auto arrivals = receiver.carrier.Receive(5);
  REQUIRE(arrivals.ok());
  REQUIRE(arrivals.value().size() == 1);
  CHECK(arrivals.value()[0].sealed == Packet(1));
  CHECK(receiver.carrier.Remove(arrivals.value()[0].handle).ok());
}

TEST_CASE("tokens: XOAUTH2 by file and by command, and a stale one is asked for anew") {
  const MailServers servers("MAIL_OAUTH=1");
  MailSettings settings = servers.Of("b");
  const std::string make = VALISE_SOURCE_DIR "/tests/support/mail/token.py";
  settings.login = {
      settings.from, "", "", {make, servers.folder() + "/dovecot/jwt-secret", settings.from}};
  Side by_command(settings);
  CHECK(ErrorOf(by_command.carrier.Receive(5)) == "");
  const std::string file = servers.folder() + "/token";
  WriteFile(file, "stale-canary-token\n");
  settings.login = {settings.from, "", file, {}};
  MailLogin login(settings.login);
  const auto refused = ConnectImap(settings.imap, settings.times, login);
  REQUIRE(!refused.ok());
  CHECK(refused.error().code == "VAL-MAIL-LOGIN");
  CHECK(refused.error().message.find("canary") == std::string::npos);
  CHECK(!ConnectImap(settings.imap, settings.times, login).ok());
  MailLogin maker(
      {settings.from, "", "", {make, servers.folder() + "/dovecot/jwt-secret", settings.from}});
  WriteFile(file, reinterpret_cast<const char*>(maker.Secret().value().data()));
  CHECK(ConnectImap(settings.imap, settings.times, login).ok());
}

TEST_CASE("packets survive what gateways do to mails") {
  for (const char* filter : {"footer", "rewrap", "wrap", "new_id"}) {
    CAPTURE(filter);
    const MailServers servers("MAIL_FILTER=" VALISE_SOURCE_DIR "/tests/support/mail/gateway.py\\ " +
                              std::string(filter));
    for (const MailForm form : {MailForm::kAttachment, MailForm::kBody}) {
      MailSettings settings = servers.Of("a");
      settings.form = form;
      Side sender(settings), receiver(servers.Of("b"));
      REQUIRE(ErrorOf(sender.carrier.Send(Packet(1, 50'000))) == "");
      servers.Settle();
      const auto arrivals = receiver.carrier.Receive(5);
      REQUIRE(arrivals.ok());
      REQUIRE(arrivals.value().size() == 1);
      CHECK((arrivals.value()[0].sealed == Packet(1, 50'000)));
      CHECK(receiver.carrier.Remove(arrivals.value()[0].handle).ok());
    }
  }
}

TEST_CASE("done mails go after some days, by their UID, and nothing else does") {
  const MailServers servers;
  MailSettings settings = servers.Of("b");
  InProcessMailReader reader;
  std::int64_t now_ms = 1'795'337'415'000;
  Side sender(servers.Of("a"));
  REQUIRE(ErrorOf(sender.carrier.Send(Packet(1))) == "");
  servers.Settle();
  {
    MailCarrier receiver(settings, reader, [&] { return now_ms; });
    const auto arrivals = receiver.Receive(5);
    REQUIRE(arrivals.ok());
    REQUIRE(receiver.Remove(arrivals.value().at(0).handle).ok());
    CHECK(servers.CountIn("b", ".valise-done") == 1);
  }
  // Dovecot dates arrivals by its own clock, which is the machine's.
  now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::file_clock::to_sys(std::filesystem::last_write_time(servers["MAIL_CA"]))
                   .time_since_epoch())
               .count();
  MailCarrier same_day(settings, reader, [&] { return now_ms; });
  CHECK(same_day.Receive(5).ok());
  CHECK(servers.CountIn("b", ".valise-done") == 1);
  now_ms += 9LL * 24 * 3600 * 1000;
  MailCarrier later(settings, reader, [&] { return now_ms; });
  CHECK(later.Receive(5).ok());
  CHECK(servers.CountIn("b", ".valise-done") == 0);
}

// Accepts, says `greeting`, and then nothing more.
class SilentServer {
 public:
  SilentServer() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    REQUIRE(bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), length) == 0);
    REQUIRE(listen(socket_.get(), 8) == 0);
    REQUIRE(getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0);
    port_ = ntohs(address.sin_port);
  }
  std::uint16_t port() const { return port_; }

 private:
  Descriptor socket_;
  std::uint16_t port_ = 0;
};

TEST_CASE("a server that accepts and says nothing costs a bounded time, once") {
  const SilentServer silent;
  const MailServers servers;
  MailSettings settings = servers.Of("a");
  settings.smtp.port = settings.imap.port = silent.port();
  settings.times = {std::chrono::seconds(1), std::chrono::seconds(1), std::chrono::seconds(5)};
  for (const bool is_implicit : {true, false}) {
    settings.smtp.is_implicit_tls = settings.imap.is_implicit_tls = is_implicit;
    Side side(settings);
    const auto begun = std::chrono::steady_clock::now();
    CHECK(ErrorOf(side.carrier.Send(Packet(1))) == "VAL-MAIL-CONNECT");
    CHECK(ErrorOf(side.carrier.Receive(1)) == "VAL-MAIL-CONNECT");
    for (int i = 0; i < 100; ++i) CHECK(!side.carrier.Send(Packet(1)).ok());
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(30));
  }
}

TEST_CASE("a server that hangs after the login is given up in time") {
  const MailServers servers;
  MailSettings settings = servers.Of("a");
  settings.to = "slow@fault.test";
  settings.times = {std::chrono::seconds(5), std::chrono::seconds(1), std::chrono::seconds(60)};
  Side side(settings);
  const auto sent = side.carrier.Send(Packet(1));
  CHECK(ErrorOf(sent) == "VAL-MAIL-CONNECT");
  CHECK(sent.error().recovery == Recovery::kRetryLater);
}

TEST_CASE("15 MiB in packets cross whole") {
  const MailServers servers;
  MailSettings settings = servers.Of("a");
  Side sender(settings), receiver(servers.Of("b"));
  for (unsigned i = 0; i < 3; ++i) REQUIRE(ErrorOf(sender.carrier.Send(Packet(i, 5 << 20))) == "");
  servers.Settle();
  std::size_t got = 0;
  while (got < 3) {
    const auto arrivals = receiver.carrier.Receive(64);
    REQUIRE(arrivals.ok());
    REQUIRE(!arrivals.value().empty());
    for (const Arrival& arrival : arrivals.value()) {
      CHECK((arrival.sealed == Packet(0, 5 << 20) || arrival.sealed == Packet(1, 5 << 20) ||
             arrival.sealed == Packet(2, 5 << 20)));
      CHECK(receiver.carrier.Remove(arrival.handle).ok());
      ++got;
    }
  }
}

}  // namespace
}  // namespace valise
