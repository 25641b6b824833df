// Payloads: compressed streams of records, as honest and as hostile peers make them.
#include "packet/codec.h"
#include "packet/limits.h"
#include "packet/payload_frame.h"
#include "tests/packet/samples.h"
#include "tests/packet/test.h"
#include "tests/packet/wire.h"

namespace valise {
namespace {

using namespace samples;
using namespace wire_form;

std::string Decoded(std::string_view payload, std::uint64_t records_bytes) {
  const Result<std::vector<Record>> records = DecodePayload(payload, records_bytes);
  return records.ok() ? "ok" : records.error().code;
}

std::string DecodedStream(std::string_view stream) {
  return Decoded(StoredFrame(stream), stream.size());
}

ContentPiece Piece(char fill) { return {SampleDigest(1), 1ULL << 30, 0, Bytes(1000000, fill)}; }

TEST_CASE("no records make an empty payload") {
  const Payload payload = EncodePayload({});
  EXPECT(payload.bytes.empty());
  EXPECT(payload.records_bytes == 0);
  EXPECT(DecodePayload("", 0).value().empty());
  EXPECT(Decoded("", 1) == "VAL-PACKET-MALFORMED");
}

TEST_CASE("records come back in order") {
  const std::vector<Record> records = SampleRecords();
  const Payload payload = EncodePayload(records);
  std::uint64_t bytes = 0;
  for (const Record& record : records) bytes += EncodedBytes(record);
  EXPECT(payload.records_bytes == bytes);
  EXPECT(DecodePayload(payload.bytes, payload.records_bytes).value() == records);
}

TEST_CASE("records that compress too well are still accepted") {
  const std::vector<Record> records(40, Piece('\0'));
  const Payload payload = EncodePayload(records);
  EXPECT(payload.records_bytes > 40000000);
  EXPECT(payload.bytes.size() < 500000);
  EXPECT(DecodePayload(payload.bytes, payload.records_bytes).value() == records);
}

TEST_CASE("a bomb stops at what the core says") {
  const Payload bomb = EncodePayload(std::vector<Record>(40, Piece('\0')));
  const auto records = DecodePayload(bomb.bytes, 5 << 20);
  REQUIRE(!records.ok());
  EXPECT(records.error().code == "VAL-PACKET-LIMIT");
  EXPECT(records.error().message == "records are longer than the core says");
}

TEST_CASE("a bomb stops at the limits whatever the core says") {
  const Bytes bomb = ZerosFrame(8192);  // 1 GiB from 32 KiB
  EXPECT(Decoded(bomb, bomb.size() * limits::kExpansionMax + 1) == "VAL-PACKET-LIMIT");
  EXPECT(Decoded(bomb, limits::kRecordsBytesMax + 1) == "VAL-PACKET-LIMIT");
  EXPECT(Decoded(bomb, 1 << 20) == "VAL-PACKET-MALFORMED");  // its first record has no kind
}

TEST_CASE("records shorter or longer than the core says") {
  const Payload payload = EncodePayload(SampleRecords());
  EXPECT(Decoded(payload.bytes, payload.records_bytes + 1) == "VAL-PACKET-MALFORMED");
  EXPECT(Decoded(payload.bytes, payload.records_bytes - 1) == "VAL-PACKET-LIMIT");
}

TEST_CASE("a payload that is not one zstd frame") {
  const Bytes stream = Delimited(EncodeRecord(Ping{1}));
  const Bytes frame = StoredFrame(stream);
  EXPECT(Decoded(frame, stream.size()) == "ok");
  EXPECT(Decoded(stream, stream.size()) == "VAL-PACKET-MALFORMED");
  EXPECT(Decoded(frame + frame, 2 * stream.size()) == "VAL-PACKET-MALFORMED");
  EXPECT(Decoded(frame + "x", stream.size()) == "VAL-PACKET-MALFORMED");
  EXPECT(Decoded(StoredFrame(frame), frame.size()) == "VAL-PACKET-MALFORMED");
  EXPECT(Decoded(StoredFrame(frame), stream.size()) == "VAL-PACKET-MALFORMED");
}

TEST_CASE("a payload cut at any byte is never accepted") {
  const Payload payload = EncodePayload(SampleRecords());
  for (std::size_t bytes = 0; bytes < payload.bytes.size(); ++bytes)
    REQUIRE(Decoded(payload.bytes.substr(0, bytes), payload.records_bytes) ==
            "VAL-PACKET-MALFORMED");
}

TEST_CASE("a frame that wants too much memory, a dictionary or reserved things") {
  const Bytes stream = Delimited(EncodeRecord(Ping{1}));
  const Bytes rest = BlockHeader(true, 0, stream.size()) + stream;
  const auto decoded = [&](const Bytes& frame) { return Decoded(frame, stream.size()); };
  EXPECT(decoded(FrameHeader(0x68) + rest) == "ok");                // 8 MiB
  EXPECT(decoded(FrameHeader(0x69) + rest) == "VAL-PACKET-LIMIT");  // 9 MiB
  EXPECT(decoded(FrameHeader(0x88) + rest) == "VAL-PACKET-LIMIT");  // 128 MiB
  Bytes frame = FrameHeader() + rest;
  frame[4] = '\x01';
  EXPECT(decoded(frame) == "VAL-PACKET-MALFORMED");
  frame[4] = '\x08';
  EXPECT(decoded(frame) == "VAL-PACKET-MALFORMED");
  EXPECT(decoded(FrameHeader() + BlockHeader(true, 3, 0)) == "VAL-PACKET-MALFORMED");
}

TEST_CASE("a widened payload has the asked length and decodes alike") {
  const Payload payload = EncodePayload(SampleRecords());
  for (const std::uint64_t more : {0U, 1U, 8U, 9U, 1000U}) {
    Bytes bytes = payload.bytes;
    WidenPayload(bytes, bytes.size() + more);
    EXPECT(bytes.size() >= payload.bytes.size() + more);
    EXPECT(DecodePayload(bytes, payload.records_bytes).value() == SampleRecords());
    if (more > 0) EXPECT(Decoded(bytes + "x", payload.records_bytes) == "VAL-PACKET-MALFORMED");
  }
}

TEST_CASE("a record of an unknown kind is kept") {
  const Bytes body = "\x01\xfftomorrow";
  const Bytes stream = Delimited(RecordOf(4711, body));
  const auto records = DecodePayload(StoredFrame(stream), stream.size());
  REQUIRE(records.ok());
  EXPECT(records.value() == std::vector<Record>{UnknownRecord{4711, body}});
  EXPECT(EncodeRecord(records.value()[0]) == RecordOf(4711, body));
}

TEST_CASE("a record without a kind, cut short, or that is no message") {
  EXPECT(DecodedStream(Delimited("")) == "VAL-PACKET-MALFORMED");
  EXPECT(DecodedStream(Delimited(RecordOf(0, "x"))) == "VAL-PACKET-MALFORMED");
  EXPECT(DecodedStream(Varint(10) + "short") == "VAL-PACKET-MALFORMED");
  EXPECT(DecodedStream("\xff") == "VAL-PACKET-MALFORMED");
  EXPECT(DecodedStream(Delimited("\x0a")) == "VAL-PACKET-MALFORMED");
  EXPECT(DecodedStream(Delimited(RecordOf(1, "\x0a\x7f"))) == "VAL-PACKET-MALFORMED");
}

TEST_CASE("a record longer than the limit is refused by its length alone") {
  EXPECT(DecodedStream(Varint(limits::kRecordBytesMax + 1)) == "VAL-PACKET-LIMIT");
  EXPECT(DecodedStream(Varint(~0ULL)) == "VAL-PACKET-LIMIT");
  EXPECT(DecodeRecord(Bytes(limits::kRecordBytesMax + 1, '\0')).error().code == "VAL-PACKET-LIMIT");
}

TEST_CASE("more records than the limit") {
  Bytes stream;
  for (std::size_t i = 0; i < limits::kRecordsMax; ++i) stream += Delimited(RecordOf(6, ""));
  EXPECT(DecodedStream(stream) == "ok");
  EXPECT(DecodedStream(stream + Delimited(RecordOf(6, ""))) == "VAL-PACKET-LIMIT");
}

TEST_CASE("a record of many empty registers is refused before it grows") {
  Bytes body;
  for (int i = 0; i < 500000; ++i) body += Text(7, "");
  EXPECT(DecodeRecord(RecordOf(1, body)).error().code == "VAL-PACKET-LIMIT");
}

}  // namespace
}  // namespace valise
