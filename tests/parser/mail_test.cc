// Mail through the real child: the same as in process, and a mail that kills a worker kills no
// more.
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "agent/parser/child_parser.h"
#include "agent/parser/flat.h"
#include "agent/parser/sandbox.h"
#include "packet/limits.h"
#include "tests/transport/doctest.h"
#include "tests/transport/mime_samples.h"

namespace valise {
namespace {

std::vector<std::filesystem::path> Corpus() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(MIME_CORPUS)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  REQUIRE(files.size() >= 20);
  return files;
}

std::string Killer(const std::string& name) {
  const std::string raw = ReadFile(std::string(MIME_CORPUS) + "/killer-" + name + ".eml");
  REQUIRE(!raw.empty());
  return raw;
}

void CheckSame(const Result<ReceivedMail>& got, const Result<ReceivedMail>& expected) {
  REQUIRE(got.ok() == expected.ok());
  if (got.ok()) {
    CHECK((got.value() == expected.value()));
  } else {
    CHECK(got.error().code == expected.error().code);
    CHECK(got.error().message == expected.error().message);
    CHECK((got.error().recovery == Recovery::kRejectPacket));
  }
}

TEST_CASE("every mail of the corpus comes through the child as it comes in process") {
  ChildParser child;
  for (const auto& file : Corpus()) {
    CAPTURE(file.filename().string());
    const std::string raw = ReadFile(file);
    CheckSame(child.Read(raw), ReadMail(raw));
  }
}

TEST_CASE("the largest mails fit within the walls: 40 MiB, in both forms") {
  ChildParser child;
  const Bytes sealed = SomeSealed(29U << 20, 1);
  for (const MailForm form : {MailForm::kAttachment, MailForm::kBody}) {
    const std::string raw = Composed(sealed, form);
    REQUIRE(raw.size() > 39U << 20);
    const auto got = child.Read(raw);
    REQUIRE_MESSAGE(got.ok(), (got.ok() ? "" : got.error().message));
    CHECK((got.value().packets == std::vector<Bytes>{sealed}));
  }
  CheckSame(child.Read(std::string(limits::kMailBytesMax + 1, 'x')),
            ReadMail(std::string(limits::kMailBytesMax + 1, 'x')));
}

TEST_CASE("what crashes mimetic is read by the child as a foreign mail") {
  ChildParser child;
  CHECK(Killer("6-octets").size() == 6);
  CHECK(Killer("49-octets").size() == 49);
  for (const char* name : {"6-octets", "49-octets", "group", "bar"}) {
    CAPTURE(name);
    const auto got = child.Read(Killer(name));
    REQUIRE_MESSAGE(got.ok(), (got.ok() ? "" : got.error().message));
    CHECK((got.value().kind == MailKind::kForeign));
  }
}

// If a later version of the reader asked mimetic for an address, this is what would happen.
TEST_CASE("a mail that kills its worker is rejected, and the next one is read") {
  if (!kHasSandbox) return;  // AddressSanitizer reports it instead
  ChildParser child;
  const Bytes sealed = SomeSealed(5000, 2);
  for (const char* name : {"6-octets", "49-octets", "group"}) {
    CAPTURE(name);
    const auto killed = child.child().Run({Operation::kTest, 10, 0, 0}, "mail " + Killer(name), -1,
                                          [](const Frame&) { return Ok(); });
    REQUIRE(!killed.ok());
    CHECK(killed.error().code == "VAL-PARSER-DIED");
    CHECK((killed.error().recovery == Recovery::kRejectPacket));
    const pid_t pid = child.child().pid();
    const auto next = child.Read(Composed(sealed));
    REQUIRE_MESSAGE(next.ok(), (next.ok() ? "" : next.error().message));
    CHECK((next.value().packets == std::vector<Bytes>{sealed}));
    CHECK(child.child().pid() == pid);
  }
}

TEST_CASE("a killed child is started again for the next mail") {
  ChildParser child;
  REQUIRE(child.Read("a: b\r\n\r\n").ok());
  const pid_t first = child.child().pid();
  kill(first, SIGKILL);
  siginfo_t ended{};
  REQUIRE(waitid(P_PID, static_cast<id_t>(first), &ended, WEXITED | WNOWAIT) == 0);
  CHECK(child.Read("a: b\r\n\r\n").ok());
  CHECK(child.child().pid() != first);
}

TEST_CASE("what a worker says of a mail is bounded and printable again") {
  ReceivedMail mail;
  mail.kind = MailKind::kDeliveryReport;
  mail.reason = std::string(5000, '\x1b');
  mail.report = {"id@x", "failed", "5.2.2\x07", std::string(400, 'd')};
  const auto read = ReadFlatMail(FlatMail(mail));
  REQUIRE(read.ok());
  CHECK(read.value().reason == std::string(300, '?'));
  CHECK((read.value().report == DeliveryReport{"id@x", "failed", "5.2.2?", std::string(300, 'd')}));
  for (int kind = 4; kind < 256; ++kind) {
    Bytes bytes = FlatMail(mail);
    bytes[0] = static_cast<char>(kind);
    REQUIRE(!ReadFlatMail(bytes).ok());
  }
  const Bytes whole = FlatMail(mail);
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    REQUIRE(!ReadFlatMail(std::string_view(whole).substr(0, cut)).ok());
  }
  CHECK(!ReadFlatMail(whole + "x").ok());
}

Bytes FrameOf(FrameKind kind, const Bytes& body) { return FrameHead(kind, body.size()) + body; }

TEST_CASE("a worker that was taken over can lie only within the form and the limits") {
  ChildParser echo({"/proc/self/exe", {"echo"}, std::chrono::seconds(30)});
  ReceivedMail mail;
  mail.kind = MailKind::kPacket;
  const Bytes packet = FrameOf(FrameKind::kPacket, SomeSealed(100, 1));
  const Bytes with = FrameOf(FrameKind::kDone, FlatMail(mail));
  const Bytes without = FrameOf(FrameKind::kDone, FlatMail(ReceivedMail{}));
  const auto honest = echo.Read(packet + packet + with);
  REQUIRE_MESSAGE(honest.ok(), (honest.ok() ? "" : honest.error().message));
  CHECK(honest.value().packets.size() == 2);
  Bytes many;
  for (std::size_t i = 0; i <= limits::kMailPacketsMax; ++i) many += packet;
  for (const Bytes& lie :
       {with, packet + without, many + with, with + packet, packet + with + with,
        FrameOf(FrameKind::kPacket, "no magic") + with, FrameOf(FrameKind::kRecord, "x") + with,
        FrameOf(FrameKind::kHeader, "x"), FrameOf(FrameKind::kDone, ""),
        packet + FrameOf(FrameKind::kDone, FlatMail(mail) + "x"), Bytes("\x09\0\0\0\0", 5),
        FrameHead(FrameKind::kPacket, 64U << 20).replace(1, 4, "\xff\xff\xff\xff")}) {
    CAPTURE(Hex(lie.substr(0, 200)));
    const auto read = echo.Read(lie);
    REQUIRE(!read.ok());
    CHECK(read.error().code == "VAL-PARSER-ANSWER");
    CHECK((read.error().recovery == Recovery::kRejectPacket));
  }
  for (const Bytes& cut : {packet, packet + with.substr(0, 7), Bytes()}) {
    CHECK(echo.Read(cut).error().code == "VAL-PARSER-DIED");
  }
  const Error error{Recovery::kAskOperator, "VAL-MAIL-LIMIT", "x\x1b"};
  const auto told = echo.Read(FrameOf(FrameKind::kError, FlatError(error)));
  REQUIRE(!told.ok());
  CHECK((told.error().recovery == Recovery::kRejectPacket));
  CHECK(told.error().message == "x?");
}

}  // namespace
}  // namespace valise
