#include "agent/parser/flat.h"

#include "agent/parser/wire.h"
#include "packet/limits.h"
#include "tests/parser/values.h"
#include "tests/transport/doctest.h"
#include "tests/transport/temporary.h"

namespace valise {
namespace {

// Of the bytes with `damage` done to them: an Error or a value, never a crash or a huge one.
void CheckSurvives(const Bytes& bytes) {
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    CAPTURE(cut);
    REQUIRE(!ReadFlatRecord(std::string_view(bytes).substr(0, cut)).ok());
  }
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    (void)ReadFlatRecord(flipped).ok();
  }
}

TEST_CASE("every record survives the flat form") {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    CAPTURE(seed);
    const Record record = ValueMaker(seed).MakeRecord();
    const auto back = ReadFlatRecord(FlatRecord(record));
    REQUIRE_MESSAGE(back.ok(), (back.ok() ? "" : back.error().message));
    REQUIRE((back.value() == record));
  }
}

TEST_CASE("every header survives the flat form") {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    CAPTURE(seed);
    ValueMaker make(seed);
    const Core core = make.MakeCore();
    const Control control = make.MakeControl();
    const auto back = ReadFlatHeader(FlatHeader(core, control));
    REQUIRE_MESSAGE(back.ok(), (back.ok() ? "" : back.error().message));
    REQUIRE((back.value().first == core));
    REQUIRE((back.value().second == control));
  }
}

TEST_CASE("a flat record that is cut or has a flipped bit does no harm") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    CheckSurvives(FlatRecord(ValueMaker(seed).MakeRecord()));
  }
}

TEST_CASE("octets after a flat value are refused") {
  const Record ping = Ping{1};
  CHECK(ReadFlatRecord(FlatRecord(ping)).ok());
  CHECK(!ReadFlatRecord(FlatRecord(ping) + "x").ok());
  const Core core = ValueMaker(1).MakeCore();
  CHECK(!ReadFlatHeader(FlatHeader(core, Control{}) + "x").ok());
}

TEST_CASE("random octets are no flat value and lists are not believed by their count") {
  for (unsigned seed = 0; seed < 5000; ++seed) {
    (void)ReadFlatRecord(SomeBytes(seed % 300, seed)).ok();
    (void)ReadFlatHeader(SomeBytes(seed % 900, seed)).ok();
    (void)ReadFlatSummary(SomeBytes(seed % 100, seed)).ok();
  }
  Bytes outcome = FlatRecord(Outcome{});
  for (std::size_t i = outcome.size() - 4; i < outcome.size(); ++i) outcome[i] = '\xff';
  const auto read = ReadFlatRecord(outcome);
  REQUIRE(!read.ok());
  CHECK(read.error().code == "VAL-PARSER-ANSWER");
}

TEST_CASE("what packet/validate.h refuses is refused from the child too") {
  Core core = ValueMaker(3).MakeCore();
  core.kind = static_cast<PacketKind>(77);
  CHECK(!ReadFlatHeader(FlatHeader(core, Control{})).ok());
  CHECK(!ReadFlatRecord(FlatRecord(Outcome{})).ok());  // no operation id
  State state;
  state.incarnation_asked = state.issue_id = *IdFromBytes("0123456789abcdef");
  state.registers.resize(1);
  Register& agreed = state.registers.front().agreed;
  agreed.key = FieldKey("summary");
  agreed.version.at_ms = limits::kAtMsMax;
  CHECK(ReadFlatRecord(FlatRecord(state)).ok());
  ++agreed.version.at_ms;  // no room for a later one
  CHECK(!ReadFlatRecord(FlatRecord(state)).ok());
}

TEST_CASE("an error of the child is shown printable and with the parent's recovery") {
  const Error sent{Recovery::kRetryLater, "VAL-PACKET-LIMIT", "a\x1b[31mred\n\xff"};
  const Error back = ReadFlatError(FlatError(sent), Recovery::kRejectPacket);
  CHECK(back.code == "VAL-PACKET-LIMIT");
  CHECK(back.message == "a?[31mred??");
  CHECK((back.recovery == Recovery::kRejectPacket));
  for (const char* code : {"", "LIMIT", "VAL-x", "VAL-A B"}) {
    const Bytes bytes = FlatError({Recovery::kRetryLater, code, "m"});
    CHECK(ReadFlatError(bytes, Recovery::kAskOperator).code == "VAL-PARSER-ANSWER");
  }
}

TEST_CASE("a summary survives the flat form") {
  const BundleSummary summary{3, 1000, "1 2 3 4", 5, 1, 2, {"a: b", "c: d"}};
  CHECK((ReadFlatSummary(FlatSummary(summary)).value() == summary));
}

TEST_CASE("frames are cut alike whatever the portions they come in") {
  const std::vector<Bytes> bodies = {"", "a", SomeBytes(70000, 1), ""};
  Bytes all;
  for (const Bytes& body : bodies) all += FrameHead(FrameKind::kPacket, body.size()) + body;
  for (const std::size_t portion : {1UL, 2UL, 3UL, 5UL, 6UL, 1000UL, 65536UL, 1000000UL}) {
    FrameCutter cutter;
    std::vector<Bytes> got;
    for (std::size_t at = 0; at < all.size(); at += portion) {
      REQUIRE(cutter
                  .Add(std::string_view(all).substr(at, portion),
                       [&](Frame frame) {
                         got.push_back(std::move(frame.body));
                         return Ok();
                       })
                  .ok());
    }
    CAPTURE(portion);
    CHECK((got == bodies));
    CHECK(cutter.is_between_frames());
  }
}

TEST_CASE("a frame of an unknown kind or over its limit is refused by its head alone") {
  const auto ignore = [](const Frame&) { return Ok(); };
  for (const std::string_view head :
       {std::string_view("\x00\x01\x00\x00\x00", 5), std::string_view("\x09\x01\x00\x00\x00", 5),
        std::string_view("\x02\x01\x00\x40\x00", 5), std::string_view("\x05\xff\xff\xff\xff", 5)}) {
    FrameCutter cutter;
    const auto added = cutter.Add(head, ignore);
    REQUIRE(!added.ok());
    CHECK(added.error().code == "VAL-PARSER-ANSWER");
  }
}

}  // namespace
}  // namespace valise
