// Sealed packets and what is inside them. Never accepts a packet that it did not make, and what
// decodes encodes again to what decodes alike.
#include "packet/describe.h"
#include "tests/fuzz/fuzz.h"
#include "tests/packet/samples.h"

namespace valise {
namespace {

struct Fixture {
  samples::Pair pair;
  Bytes good = samples::SamplePacket(pair, samples::SampleRecords()).sealed;
};

void TryDecoders(std::string_view bytes) {
  const Result<Core> core = DecodeCore(bytes);
  if (core.ok()) CHECK(DecodeCore(EncodeCore(core.value())).value() == core.value());
  const Result<Control> control = DecodeControl(bytes);
  if (control.ok()) CHECK(DecodeControl(EncodeControl(control.value())).value() == control.value());
  const Result<Record> record = DecodeRecord(bytes);
  if (record.ok()) {
    CHECK(DecodeRecord(EncodeRecord(record.value())).value() == record.value());
    CHECK(!Describe(record.value()).empty());
  }
}

// The first two octets are the length that a core would give.
void TryPayload(std::string_view bytes) {
  if (bytes.size() < 2) return;
  const auto octet = [&](std::size_t i) { return unsigned{static_cast<std::uint8_t>(bytes[i])}; };
  const std::uint64_t records_bytes = octet(0) | octet(1) << 8;
  const auto records = DecodePayload(bytes.substr(2), records_bytes);
  if (records.ok()) CHECK(records.value().size() <= records_bytes);
}

void TryPacket(std::string_view bytes) {
  static const Fixture fixture;
  InProcessHeaderParser parser;
  const auto header = OpenHeader(bytes, samples::AsField(fixture.pair), parser);
  if (header.ok() && OpenBody(bytes, header.value()).ok()) CHECK(bytes == fixture.good);
  (void)DecodeCard(bytes).ok();
  (void)DecodeKeys(bytes).ok();
}

}  // namespace

std::vector<Bytes> fuzz::Samples() {
  const samples::Pair pair;
  const samples::Packet packet = samples::SamplePacket(pair, samples::SampleRecords());
  std::vector<Bytes> inputs = {For(0, packet.core_bytes), For(0, packet.control_bytes),
                               For(2, packet.sealed), For(2, EncodeCard(pair.hq.card)),
                               For(2, Bytes(EncodeKeys(pair.hq).view()))};
  for (const Record& record : samples::SampleRecords()) {
    inputs.push_back(For(0, EncodeRecord(record)));
    const Payload payload = EncodePayload({&record, 1});
    const Bytes length = {static_cast<char>(payload.records_bytes & 0xff),
                          static_cast<char>(payload.records_bytes >> 8 & 0xff)};
    inputs.push_back(For(1, length + payload.bytes));
  }
  return inputs;
}

std::vector<Bytes> fuzz::Words() { return {}; }

}  // namespace valise

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      valise::TryDecoders(bytes);
      break;
    case 1:
      valise::TryPayload(bytes);
      break;
    default:
      valise::TryPacket(bytes);
      break;
  }
  return 0;
}
