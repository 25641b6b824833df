// Values <-> bytes, and values that no site may send.
#include "packet/codec.h"

#include <functional>

#include "packet/describe.h"
#include "packet/limits.h"
#include "packet/validate.h"
#include "tests/packet/samples.h"
#include "tests/packet/test.h"
#include "tests/packet/wire.h"

namespace valise {
namespace {

using namespace samples;

Core PlainCore(const std::function<void(Core&)>& spoil = [](Core&) {}) {
  Core core = SampleCore(Pair(), EncodePayload({}));
  spoil(core);
  return core;
}

std::string Checked(const Core& core) {
  const Result<void> result = ValidateCore(core);
  return result.ok() ? "ok" : result.error().code;
}

std::string Checked(const std::function<void(Change&)>& spoil) {
  Change change = SampleChange();
  spoil(change);
  const Bytes bytes = EncodeRecord(change);
  const Result<Record> decoded = DecodeRecord(bytes);
  EXPECT(decoded.ok() == ValidateRecord(change).ok());
  return decoded.ok() ? "ok" : decoded.error().code;
}

TEST_CASE("every kind of record comes back equal") {
  for (const Record& record : SampleRecords()) {
    CAPTURE(Describe(record));
    const Result<Record> decoded = DecodeRecord(EncodeRecord(record));
    REQUIRE(decoded.ok());
    EXPECT(decoded.value() == record);
  }
}

TEST_CASE("cores of every kind come back equal") {
  Core start = PlainCore([](Core& core) {
    core.kind = PacketKind::kEpochStart;
    core.sequence = 1;
    core.incarnation = SampleId(50);
    core.incarnation_asked = SampleId(51);
    core.wants_state = true;
  });
  Core skip = PlainCore([](Core& core) {
    core.kind = PacketKind::kSkip;
    core.stream = Stream::kContent;
    core.skip_first = 3;
    core.skip_through = 9;
    core.skip_issues = {SampleId(52), SampleId(53)};
  });
  Core ack = PlainCore([](Core& core) {
    core.kind = PacketKind::kAck;
    core.sequence = 0;
  });
  for (const Core& core : {PlainCore(), start, skip, ack}) {
    CAPTURE(Describe(core));
    EXPECT(DecodeCore(EncodeCore(core)).value() == core);
  }
}

TEST_CASE("a control part comes back equal") {
  const Control control = SampleControl();
  CAPTURE(Describe(control));
  EXPECT(DecodeControl(EncodeControl(control)).value() == control);
  EXPECT(DecodeControl(EncodeControl({})).value() == Control{});
}

TEST_CASE("an ack of 100,000 packets with 1,000 gaps takes at most 8 KiB") {
  Control control;
  control.acks.emplace_back();
  for (std::uint64_t i = 1000; i > 0; --i)
    control.acks[0].received.push_back({i * 100, i * 100 + 98});
  const Bytes bytes = EncodeControl(control);
  EXPECT(bytes.size() <= 8192);
  EXPECT(DecodeControl(bytes).value() == control);
}

TEST_CASE("an ack that is too long loses its oldest ranges and stays readable") {
  Control control;
  control.acks.resize(2);
  for (Ack& ack : control.acks) {
    for (std::uint64_t i = 20000; i > 0; --i) {
      ack.received.push_back({(1ULL << 60) + i * 10, (1ULL << 60) + i * 10});
      ack.needs.push_back({{(1ULL << 60) + i * 10 + 1, (1ULL << 60) + i * 10 + 9}, {}});
      ack.needs.back().reason = NeedReason::kMissing;
    }
  }
  const Bytes bytes = EncodeControl(control);
  EXPECT(bytes.size() <= limits::kControlBytesMax);
  const Control decoded = DecodeControl(bytes).value();
  REQUIRE(decoded.acks[1].received.size() >= 256);
  EXPECT(decoded.acks[1].received[0] == control.acks[1].received[0]);
  EXPECT(decoded.acks[1].needs[0] == control.acks[1].needs[0]);
}

TEST_CASE("a core whose parts contradict each other") {
  using Spoil = std::function<void(Core&)>;
  const std::vector<Spoil> spoils = {
      [](Core& core) { core.sequence = 0; },
      [](Core& core) { core.kind = PacketKind::kAck; },
      [](Core& core) { core.kind = PacketKind::kEpochStart; },
      [](Core& core) { core.kind = static_cast<PacketKind>(0); },
      [](Core& core) { core.kind = static_cast<PacketKind>(5); },
      [](Core& core) { core.stream = static_cast<Stream>(3); },
      [](Core& core) { core.sender = {}; },
      [](Core& core) { core.recipient = {}; },
      [](Core& core) { core.channel = {}; },
      [](Core& core) { core.skip_first = 1; },
      [](Core& core) { core.kind = PacketKind::kSkip; },
      [](Core& core) { core.skip_issues = {SampleId(1)}; },
  };
  for (const Spoil& spoil : spoils) EXPECT(Checked(PlainCore(spoil)) == "VAL-PACKET-MALFORMED");
}

TEST_CASE("a core beyond the limits") {
  EXPECT(Checked(PlainCore([](Core& core) { core.records_bytes = 1ULL << 40; })) ==
         "VAL-PACKET-LIMIT");
  EXPECT(Checked(PlainCore([](Core& core) { core.payload_bytes = 1ULL << 40; })) ==
         "VAL-PACKET-LIMIT");
  EXPECT(Checked(PlainCore([](Core& core) {
           core.kind = PacketKind::kSkip;
           core.skip_first = core.skip_through = 1;
           core.skip_issues.assign(limits::kSkipIssuesMax + 1, SampleId(1));
         })) == "VAL-PACKET-LIMIT");
  EXPECT(DecodeCore(Bytes(limits::kCoreBytesMax + 1, '\0')).error().code == "VAL-PACKET-LIMIT");
}

TEST_CASE("an unknown feature bit refuses a core whose other fields make no sense") {
  const Bytes bytes = wire_form::Number(14, 1ULL << 63) + wire_form::Number(1, 99);
  EXPECT(DecodeCore(bytes).error().code == "VAL-PACKET-VERSION");
}

TEST_CASE("ids and digests of another length") {
  const Bytes good = EncodeCore(PlainCore());
  EXPECT(DecodeCore(good + wire_form::Text(2, Bytes(15, 'x'))).error().code ==
         "VAL-PACKET-MALFORMED");
  EXPECT(DecodeCore(good + wire_form::Text(4, Bytes(32, 'x'))).error().code ==
         "VAL-PACKET-MALFORMED");
  EXPECT(DecodeCore(good + wire_form::Text(12, Bytes(31, 'x'))).error().code ==
         "VAL-PACKET-MALFORMED");
}

TEST_CASE("a control part that no site would write") {
  using wire_form::Number;
  using wire_form::Text;
  const std::vector<Bytes> spoilt = {
      Text(4, Text(6, "\x05")),                               // half a range
      Text(4, Number(1, 1) + Text(6, Bytes("\x05\x04", 2))),  // range that ends before it begins
      Text(4, Number(1, 1) + Text(6, Bytes("\x00\x04", 2))),  // sequence 0
      Text(4, Number(1, 9)),                                  // unknown stream
      Text(4, Number(1, 1) + Text(7, Number(1, 1) + Number(2, 1) + Number(3, 1ULL << 40))),
      Text(5, Text(1, Bytes(32, '\0'))),  // low-order receive key
      Bytes("\x0a\xff", 2),
  };
  for (const Bytes& bytes : spoilt) {
    CAPTURE(Hex(bytes));
    EXPECT(DecodeControl(bytes).error().code == "VAL-PACKET-MALFORMED");
  }
  Bytes many;
  for (std::size_t i = 0; i <= limits::kAcksMax; ++i) many += Text(4, Number(1, 1));
  EXPECT(DecodeControl(many).error().code == "VAL-PACKET-LIMIT");
}

TEST_CASE("a change with missing ids, odd keys or broken text") {
  using Spoil = std::function<void(Change&)>;
  const std::vector<Spoil> spoils = {
      [](Change& change) { change.op_id = {}; },
      [](Change& change) { change.issue_id = {}; },
      [](Change& change) { change.author.name = Bytes("\xff"); },
      [](Change& change) { change.author.alias = Bytes("a\0b", 3); },
      [](Change& change) { change.created->type.clear(); },
      [](Change& change) { change.objects[0].id = {}; },
      [](Change& change) { change.registers[0].key.kind = static_cast<RegisterKind>(9); },
      [](Change& change) { change.registers[0].key.field.clear(); },
      [](Change& change) { change.registers[0].key.element = Bytes("x"); },
      [](Change& change) { change.registers[0].key.object = SampleId(1); },
      [](Change& change) { change.registers[1].key.element.clear(); },
      [](Change& change) { change.registers[4].key.object = {}; },
      [](Change& change) { change.registers[4].key.field = Bytes("x"); },
      [](Change& change) { change.registers[0].value->text = Bytes("\xc0\xaf"); },
      [](Change& change) { change.registers[3].value->detail = Bytes("\xed\xa0\x80"); },
      [](Change& change) { change.registers[0].version.at_ms = -1; },
  };
  EXPECT(Checked([](Change&) {}) == "ok");
  for (const Spoil& spoil : spoils) EXPECT(Checked(spoil) == "VAL-PACKET-MALFORMED");
}

TEST_CASE("a change beyond the limits") {
  using Spoil = std::function<void(Change&)>;
  const std::vector<Spoil> spoils = {
      [](Change& change) { change.author.name = Bytes(limits::kNameBytesMax + 1, 'x'); },
      [](Change& change) { change.registers[0].key.field = Bytes(256, 'x'); },
      [](Change& change) {
        change.registers[0].value->text = Bytes(limits::kTextBytesMax + 1, 'x');
      },
      [](Change& change) { change.registers.assign(limits::kRegistersMax + 1, SampleRegister()); },
  };
  for (const Spoil& spoil : spoils) EXPECT(Checked(spoil) == "VAL-PACKET-LIMIT");
}

TEST_CASE("a version so high that nothing could be newer") {
  Change change = SampleChange();
  change.registers[0].version.at_ms = limits::kAtMsMax;
  EXPECT(DecodeRecord(EncodeRecord(change)).ok());
  change.registers[0].version.at_ms = limits::kAtMsMax + 1;
  EXPECT(DecodeRecord(EncodeRecord(change)).error().code == "VAL-PACKET-MALFORMED");
}

TEST_CASE("content and states that make no sense") {
  EXPECT(!ValidateRecord(ContentPiece{SampleDigest(1), 10, 8, "abc"}).ok());
  EXPECT(!ValidateRecord(ContentPiece{SampleDigest(1), 10, ~0ULL, "abc"}).ok());
  EXPECT(!ValidateRecord(ContentPiece{{}, 10, 0, "abc"}).ok());
  EXPECT(ValidateRecord(ContentPiece{SampleDigest(1), 10, 7, "abc"}).ok());
  EXPECT(!ValidateRecord(State{}).ok());
  EXPECT(!ValidateRecord(Outcome{}).ok());
  EXPECT(!ValidateRecord(UnknownRecord{3, ""}).ok());
}

TEST_CASE("fields of a record that this version does not know are ignored") {
  const Bytes ping = wire_form::Text(99, "new") + Bytes("\x09\x01\0\0\0\0\0\0\0", 9);
  const Bytes bytes = wire_form::RecordOf(6, ping) + wire_form::Number(50, 1);
  EXPECT(DecodeRecord(bytes).value() == Record(Ping{1}));
}

TEST_CASE("descriptions show no control characters") {
  Change change = SampleChange();
  change.registers[0].value->text = "a\x1b[2J\xe2\x80\xae\xc2\x9bz\n\"";
  change.registers[0].key.field = "sum\x07mary";
  const std::string text = Describe(Record(change));
  EXPECT(text.find("a\\x1b[2J\\xe280ae\\xc29bz\\n\\\"") != std::string::npos);
  EXPECT(text.find("sum\\x07mary") != std::string::npos);
  for (const Record& record : SampleRecords()) EXPECT(Describe(record).back() == '\n');
}

}  // namespace
}  // namespace valise
