// Sealing and opening when nobody interferes.
#include "packet/envelope.h"
#include "tests/packet/samples.h"
#include "tests/packet/test.h"

namespace valise {
namespace {

using namespace samples;

Bytes NumberedBytes(std::size_t count) {
  Bytes bytes(count, '\0');
  SeededEntropy(5).Fill(bytes.data(), bytes.size());
  return bytes;
}

// Seals `payload` as it is; it need not be records.
Bytes SealPayload(const Pair& pair, const Bytes& payload) {
  const Core core = SampleCore(pair, {payload, 0});
  SeededEntropy entropy(3);
  return Seal(EncodeCore(core), EncodeControl({}), payload, {pair.hq, pair.field.card}, entropy);
}

TEST_CASE("a sealed packet opens to what was sealed") {
  const Pair pair;
  const Packet packet = SamplePacket(pair, SampleRecords());
  InProcessHeaderParser parser;
  const Result<OpenedHeader> header = OpenHeader(packet.sealed, AsField(pair), parser);
  REQUIRE(header.ok());
  EXPECT(header.value().core == packet.core);
  EXPECT(header.value().control == SampleControl());
  EXPECT(header.value().core_bytes == packet.core_bytes);
  EXPECT(header.value().packet_id == PacketId(packet.core_bytes));
  const Result<Bytes> payload = OpenBody(packet.sealed, header.value());
  REQUIRE(payload.ok());
  EXPECT(payload.value() == packet.payload);
  const auto records = DecodePayload(payload.value(), packet.core.records_bytes);
  REQUIRE(records.ok());
  EXPECT(records.value() == SampleRecords());
}

TEST_CASE("a packet with a pre-shared key opens with it") {
  const Pair pair;
  const SecretBytes pre_shared = SamplePreShared(1);
  const Packet packet = SamplePacket(pair, SampleRecords(), &pre_shared);
  OpenAs as{pair.field, pair.hq.card, pair.channel, &pre_shared, {}};
  EXPECT(OpenAll(packet.sealed, as) == "ok");
}

TEST_CASE("payloads of every size around a chunk border come back") {
  const Pair pair;
  InProcessHeaderParser parser;
  for (const std::size_t base : {std::size_t{0}, std::size_t{3500}, kChunkBytes - 600, kChunkBytes,
                                 2 * kChunkBytes, 4 * kChunkBytes}) {
    for (std::size_t payload_bytes = base; payload_bytes < base + 40; ++payload_bytes) {
      CAPTURE(payload_bytes);
      const Bytes payload = NumberedBytes(payload_bytes);
      const Bytes sealed = SealPayload(pair, payload);
      const Result<OpenedHeader> header = OpenHeader(sealed, AsField(pair), parser);
      REQUIRE(header.ok());
      const Result<Bytes> opened = OpenBody(sealed, header.value());
      REQUIRE(opened.ok());
      REQUIRE(opened.value() == payload);
    }
  }
}

TEST_CASE(
    "the same entropy gives the same bytes, other entropy other bytes and the same packet id") {
  const Pair pair;
  const Packet first = SamplePacket(pair, SampleRecords());
  const Packet again = SamplePacket(pair, SampleRecords());
  const Packet resent = SamplePacket(pair, SampleRecords(), nullptr, 8);
  EXPECT(first.sealed == again.sealed);
  EXPECT(first.sealed != resent.sealed);
  EXPECT(PacketId(first.core_bytes) == PacketId(resent.core_bytes));
}

TEST_CASE("a packet sealed to an older receive key still opens") {
  Pair pair;
  const Packet packet = SamplePacket(pair, {Ping{1}});
  std::vector<SecretBytes> older;
  older.push_back(std::move(pair.stranger.receive));
  older.push_back(std::move(pair.field.receive));
  SeededEntropy entropy(77);
  SiteKeys renewed = GenerateKeys("field", entropy);
  pair.field.receive = std::move(renewed.receive);
  pair.field.card.receive = renewed.card.receive;
  OpenAs as = AsField(pair);
  EXPECT(OpenAll(packet.sealed, as) == "VAL-PACKET-RECIPIENT");
  const OpenAs with_older{pair.field, pair.hq.card, pair.channel, nullptr, older};
  EXPECT(OpenAll(packet.sealed, with_older) == "ok");
}

TEST_CASE("an ack and a small change have the same size on the outside") {
  const Pair pair;
  EXPECT(SealPayload(pair, "").size() == kSealedBytesMin);
  EXPECT(SealPayload(pair, NumberedBytes(2500)).size() == kSealedBytesMin);
}

TEST_CASE("the sealed size is a Padme size or up to one tag above") {
  const Pair pair;
  for (std::size_t payload_bytes = 0; payload_bytes < 300000; payload_bytes += 997) {
    const Bytes sealed = SealPayload(pair, Bytes(payload_bytes, 'x'));
    CAPTURE(payload_bytes);
    const Bytes core = EncodeCore(SampleCore(pair, {Bytes(payload_bytes, 'x'), 0}));
    EXPECT(sealed.size() == SealedBytes(core.size(), EncodeControl({}).size(), payload_bytes));
    std::size_t above = 0;
    while (above <= kChunkTagBytes && Padme(sealed.size() - above) != sealed.size() - above)
      ++above;
    EXPECT(above <= kChunkTagBytes);
  }
}

TEST_CASE("the outer header can be read without keys") {
  const Pair pair;
  const Packet packet = SamplePacket(pair, {Ping{1}});
  const Result<OuterHeader> outer = ReadOuterHeader(packet.sealed);
  REQUIRE(outer.ok());
  EXPECT(outer.value().version == 1);
  EXPECT(outer.value().suite == 1);
  EXPECT(outer.value().sealed_bytes == packet.sealed.size());
  EXPECT(outer.value().recipient_hint.size() == 8);
  EXPECT(outer.value().ephemeral_key.size() == 32);
  EXPECT(outer.value().commitment.size() == 32);
}

}  // namespace
}  // namespace valise
