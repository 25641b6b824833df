// What hostile bytes, and a worker taken over by them, can do: be rejected, and nothing else.
#include <csignal>

#include "agent/parser/child_parser.h"
#include "agent/parser/sandbox.h"
#include "packet/codec.h"
#include "packet/limits.h"
#include "tests/parser/values.h"
#include "tests/parser/walls.h"
#include "tests/transport/doctest.h"
#include "tests/transport/temporary.h"

namespace valise {
namespace {

bool HasWalls() {
  if (!kHasSandbox) MESSAGE("skipped: builds with AddressSanitizer have no sandbox");
  return kHasSandbox;
}

// The child's answer to an attempt of tests/parser/walls.cc.
Result<void> Try(ChildProcess& child, std::string_view attempt, std::uint32_t cpu_seconds = 10) {
  return child.Run({Operation::kTest, cpu_seconds, 0, 0}, attempt, -1,
                   [](const Frame&) { return Ok(); });
}

std::string MessageOf(const Result<void>& result) {
  return result.ok() ? "ok" : result.error().code + " " + result.error().message;
}

bool Holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("garbage is rejected with the decoder's own error") {
  ChildParser child;
  for (unsigned seed = 0; seed < 50; ++seed) {
    const auto payload = child.ParsePayload(SomeBytes(1 + seed * 37, seed), 1000);
    REQUIRE(!payload.ok());
    CHECK(payload.error().code.starts_with("VAL-PACKET-"));
    CHECK((payload.error().recovery == Recovery::kRejectPacket));
    const auto header = child.ParseHeader(SomeBytes(seed * 11, seed), "");
    REQUIRE(!header.ok());
    CHECK(header.error().code.starts_with("VAL-PACKET-"));
  }
}

TEST_CASE("a payload cut anywhere is rejected") {
  ChildParser child;
  const Payload payload = EncodePayload(ValueMaker(5).MakeRecords(5));
  for (std::size_t cut = 0; cut < payload.bytes.size(); cut += 13) {
    CAPTURE(cut);
    REQUIRE(!child.ParsePayload(payload.bytes.substr(0, cut), payload.records_bytes).ok());
  }
}

TEST_CASE("a payload with a flipped bit is rejected or read, and the child lives on") {
  ChildParser child;
  const Payload payload = EncodePayload(ValueMaker(6).MakeRecords(5));
  for (std::size_t bit = 0; bit < payload.bytes.size() * 8; bit += 97) {
    Bytes bytes = payload.bytes;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    const auto got = child.ParsePayload(bytes, payload.records_bytes);
    CAPTURE(bit);
    if (!got.ok()) REQUIRE(got.error().code.starts_with("VAL-PACKET-"));
  }
}

TEST_CASE("a bomb is stopped by the limits before it is unpacked") {
  ChildParser child;
  const std::vector<Record> records(200, ContentPiece{Digest{{1}}, 1000000, 0, Bytes(1000000, 0)});
  Payload payload = EncodePayload(records);
  CHECK(child.ParsePayload(payload.bytes, payload.records_bytes).ok());
  CHECK(!child.ParsePayload(payload.bytes, payload.records_bytes - 1).ok());
  CHECK(!child.ParsePayload(payload.bytes, 1000).ok());
  CHECK(!child.ParsePayload(payload.bytes, limits::kRecordsBytesMax + 1).ok());
  CHECK(!child.ParsePayload(payload.bytes.substr(0, 20000), payload.records_bytes).ok());
}

TEST_CASE("a hostile bundle is answered like in process") {
  const TemporaryFolder folder;
  ChildParser child;
  const auto ignore = [](Bytes) { return Ok(); };
  REQUIRE(WriteBundle(folder / "whole", std::vector<Bytes>{SomeBytes(3000, 1), "x"}).ok());
  const Bytes whole = ReadFile(folder / "whole");
  for (std::size_t cut = 0; cut < whole.size(); cut += 501) {
    WriteFile(folder / "cut", whole.substr(0, cut));
    const auto here = valise::ReadBundle(folder / "cut", ignore);
    const auto there = child.ReadBundle(folder / "cut", ignore);
    CAPTURE(cut);
    REQUIRE(here.ok() == there.ok());
    if (!here.ok()) REQUIRE(here.error().message == there.error().message);
    if (!here.ok()) REQUIRE((here.error().recovery == there.error().recovery));
  }
  WriteFile(folder / "junk", SomeBytes(200000, 1));
  CHECK(child.ReadBundle(folder / "junk", ignore).error().code == "VAL-BUNDLE-FORMAT");
}

TEST_CASE("a bundle repacked with tar is read, and names beyond ASCII do not kill the child") {
  const TemporaryFolder folder;
  REQUIRE(WriteBundle(folder / "b", std::vector<Bytes>{"one packet"}).ok());
  for (const std::string format : {"pax", "gnu", "ustar"}) {
    const std::string script =
        "cd '" + folder.path() + "' && rm -rf x && mkdir x && cd x && " +
        "tar xf ../b && touch 'grüße 漢.txt' && tar cf ../again --format=" + format +
        " MANIFEST *.valise 'grüße 漢.txt'";
    if (std::system(script.c_str()) != 0) {
      MESSAGE("skipped: no tar here");
      return;
    }
    ChildParser child;
    const auto read = child.ReadBundle(folder / "again", [](Bytes) { return Ok(); });
    CAPTURE(format);
    REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().message));
    CHECK(read.value().packets == 1);
    CHECK(read.value().foreign.size() == 1);
  }
}

TEST_CASE("every forbidden system call kills the worker, and the next packet is parsed") {
  if (!HasWalls()) return;
  ChildProcess child({});
  for (const std::string& attempt : ForbiddenCalls()) {
    const auto result = Try(child, attempt);
    CAPTURE(attempt);
    CHECK(MessageOf(result) ==
          "VAL-PARSER-DIED the parser child was killed by signal 31 (Bad system call)");
    CHECK((result.error().recovery == Recovery::kRejectPacket));
  }
  CHECK(MessageOf(Try(child, "nothing")) == "ok");
}

TEST_CASE("memory is capped and running out of it is an answer") {
  if (!HasWalls()) return;
  ChildProcess child({});
  CHECK(MessageOf(Try(child, "use memory")) == "ok");  // the taker above ignores the error frame
  Bytes error;
  const auto result =
      child.Run({Operation::kTest, 10, 0, 0}, "use memory", -1, [&](Frame frame) -> Result<void> {
        CHECK((frame.kind == FrameKind::kError));
        error = std::move(frame.body);
        return Ok();
      });
  CHECK(result.ok());
  CHECK(Holds(error, "VAL-PARSER-MEMORY"));
}

TEST_CASE("an endless computation ends with its CPU time") {
  if (!HasWalls()) return;
  ChildProcess child({});
  CHECK(Holds(MessageOf(Try(child, "spin", 1)), "killed by signal 24"));
  CHECK(MessageOf(Try(child, "nothing")) == "ok");
}

TEST_CASE("a silent worker is stopped after the deadline, and the child serves on") {
  ChildProcess child({"/proc/self/exe", {"parse-child"}, std::chrono::milliseconds(500)});
  REQUIRE(MessageOf(Try(child, "nothing")) == "ok");
  const pid_t pid = child.pid();
  const auto start = std::chrono::steady_clock::now();
  CHECK(Holds(MessageOf(Try(child, "spin")), "gave no sign of life for 500 ms"));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  CHECK(MessageOf(Try(child, "nothing")) == "ok");
  CHECK(child.pid() == pid);
}

TEST_CASE("a child that does not answer as a whole is replaced") {
  ChildProcess child({"/proc/self/exe", {"parse-child"}, std::chrono::milliseconds(500)});
  REQUIRE(MessageOf(Try(child, "nothing")) == "ok");
  const pid_t pid = child.pid();
  kill(pid, SIGSTOP);
  CHECK(Holds(MessageOf(Try(child, "nothing")), "gave no sign of life"));
  CHECK(child.pid() == -1);
  CHECK(MessageOf(Try(child, "nothing")) == "ok");
  CHECK(kill(pid, 0) == -1);
}

TEST_CASE("a worker that crashes, stops early or babbles is reported as what it did") {
  ChildProcess child({});
  if (kHasSandbox) {
    CHECK(Holds(MessageOf(Try(child, "crash")), "VAL-PARSER-DIED the parser child was killed"));
  }
  CHECK(Holds(MessageOf(Try(child, "exit with 9")), "ended with code 9"));
  CHECK(Holds(MessageOf(Try(child, "exit quietly")), "ended without a whole answer"));
  CHECK(Holds(MessageOf(Try(child, "write nonsense")), "VAL-PARSER-ANSWER"));
  const auto flood = child.Run({Operation::kTest, 10, 0, 0}, "flood", -1,
                               [count = 0](const Frame&) mutable -> Result<void> {
                                 if (++count < 1000) return Ok();
                                 return Error{Recovery::kRejectPacket, "VAL-TEST", "enough"};
                               });
  CHECK(Holds(MessageOf(flood), "enough"));
  CHECK(MessageOf(Try(child, "nothing")) == "ok");
}

TEST_CASE("a request that the worker does not read blocks nobody") {
  ChildProcess child({});
  const Bytes large(60U << 20, 'x');
  // Operation kHeader with a core longer than allowed is refused after reading; a test operation
  // that ends at once does not read at all.
  const auto result =
      child.Run({Operation::kBundle, 10, 0, 0}, large, -1, [](const Frame&) { return Ok(); });
  CHECK(MessageOf(result) == "ok");  // an error frame: no bundle
}

}  // namespace
}  // namespace valise
