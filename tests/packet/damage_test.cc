// What happens to a packet that was damaged on the way, or that someone made with intent. Each case
// names the damage and the code of the error that must come.
#include <sodium.h>

#include "packet/envelope.h"
#include "tests/packet/forge.h"
#include "tests/packet/samples.h"
#include "tests/packet/test.h"
#include "tests/packet/wire.h"

namespace valise {
namespace {

using namespace samples;

// A genuine packet's contents, for the forger to spoil one thing in.
Forgery Genuine(const Pair& pair) {
  const Packet packet = SamplePacket(pair, SampleRecords());
  Forgery forgery;
  forgery.core = packet.core_bytes;
  forgery.control = packet.control_bytes;
  forgery.payload = packet.payload;
  forgery.signing = pair.hq.signing.view();
  forgery.receive = pair.field.card.receive;
  return forgery;
}

std::string Opened(const Pair& pair, const Forgery& forgery) {
  return OpenAll(Forge(forgery), AsField(pair));
}

Bytes CoreBytes(const Pair& pair, const std::function<void(Core&)>& spoil) {
  Core core = SampleCore(pair, EncodePayload(SampleRecords()));
  spoil(core);
  return EncodeCore(core);
}

TEST_CASE("a sealer written from the format makes packets that open") {
  const Pair pair;
  EXPECT(Opened(pair, Genuine(pair)) == "ok");
  Forgery large = Genuine(pair);
  large.payload = Bytes(200000, 'x');
  large.core = EncodeCore(SampleCore(pair, {large.payload, 0}));
  EXPECT(Opened(pair, large) == "VAL-PACKET-MALFORMED");  // the body opens, and is no payload
}

TEST_CASE("it makes the same outer header and header box as Seal") {
  const Pair pair;
  const Packet packet = SamplePacket(pair, SampleRecords(), nullptr, 7);
  Forgery forgery = Genuine(pair);
  SeededEntropy(7).Fill(forgery.ephemeral_secret.data(), 32);
  const Bytes forged = Forge(forgery);
  const std::size_t front = 88 + ReadOuterHeader(forged).value().header_box_bytes;
  EXPECT(forged.substr(0, front) == packet.sealed.substr(0, front));
  EXPECT(forged.size() == packet.sealed.size());
}

TEST_CASE("a packet cut at any byte is never accepted") {
  const Pair pair;
  const Packet packet = SamplePacket(pair, SampleRecords());
  for (std::size_t bytes = 0; bytes < packet.sealed.size(); ++bytes) {
    CAPTURE(bytes);
    const std::string code = OpenAll(packet.sealed.substr(0, bytes), AsField(pair));
    REQUIRE(code == (bytes == 0 ? "VAL-PACKET-MAGIC" : "VAL-PACKET-TRUNCATED"));
  }
}

TEST_CASE("a packet with any bit flipped is never accepted") {
  const Pair pair;
  const Packet packet = SamplePacket(pair, SampleRecords());
  InProcessHeaderParser parser;
  const Result<OpenedHeader> header = OpenHeader(packet.sealed, AsField(pair), parser);
  REQUIRE(header.ok());
  for (std::size_t bit = 0; bit < packet.sealed.size() * 8; ++bit) {
    CAPTURE(bit);
    Bytes sealed = packet.sealed;
    sealed[bit / 8] = static_cast<char>(sealed[bit / 8] ^ (1 << bit % 8));
    if (bit / 8 < header.value().body_offset)
      REQUIRE(OpenAll(sealed, AsField(pair)) != "ok");
    else
      REQUIRE(OpenBody(sealed, header.value()).error().code == "VAL-PACKET-BODY");
  }
}

TEST_CASE("line ends changed by a mail or copy program") {
  const Pair pair;
  Bytes sealed = SamplePacket(pair, SampleRecords()).sealed;
  sealed.erase(4, 1);  // CR LF becomes LF
  EXPECT(OpenAll(sealed, AsField(pair)) == "VAL-PACKET-MAGIC");
  EXPECT(OpenAll("From: someone@example.org\n", AsField(pair)) == "VAL-PACKET-MAGIC");
}

TEST_CASE("a newer format or suite is named as newer") {
  const Pair pair;
  InProcessHeaderParser parser;
  Forgery forgery = Genuine(pair);
  forgery.version = 2;
  const Result<OpenedHeader> newer = OpenHeader(Forge(forgery), AsField(pair), parser);
  REQUIRE(!newer.ok());
  EXPECT(newer.error().code == "VAL-PACKET-VERSION");
  EXPECT(newer.error().message.find("newer version") != std::string::npos);
  forgery.version = 1;
  forgery.suite = 3;
  EXPECT(Opened(pair, forgery) == "VAL-PACKET-SUITE");
}

TEST_CASE("a newer feature bit refuses the packet as newer") {
  const Pair pair;
  InProcessHeaderParser parser;
  Forgery forgery = Genuine(pair);
  forgery.core += wire_form::Number(14, 1U << 5);
  const Result<OpenedHeader> header = OpenHeader(Forge(forgery), AsField(pair), parser);
  REQUIRE(!header.ok());
  EXPECT(header.error().code == "VAL-PACKET-VERSION");
  EXPECT(header.error().message.find("newer version") != std::string::npos);
}

TEST_CASE("header fields that this version does not know are ignored") {
  const Pair pair;
  Forgery forgery = Genuine(pair);
  forgery.core += wire_form::Text(100, "from the future");
  forgery.control += wire_form::Number(101, 7);
  EXPECT(Opened(pair, forgery) == "ok");
}

TEST_CASE("an unknown chunk size or flag") {
  const Pair pair;
  Forgery forgery = Genuine(pair);
  forgery.chunk_log2 = 20;
  EXPECT(Opened(pair, forgery) == "VAL-PACKET-HEADER");
  forgery = Genuine(pair);
  forgery.flags = 3;
  EXPECT(Opened(pair, forgery) == "VAL-PACKET-HEADER");
}

TEST_CASE("a header box length beyond the limit, or impossible") {
  const Pair pair;
  Bytes sealed = SamplePacket(pair, SampleRecords()).sealed;
  sealed[14] = '\x7f';
  EXPECT(OpenAll(sealed, AsField(pair)) == "VAL-PACKET-LIMIT");
  sealed[14] = '\0';
  sealed[13] = '\0';
  EXPECT(OpenAll(sealed, AsField(pair)) == "VAL-PACKET-HEADER");
}

TEST_CASE("a sealed packet beyond the limit is refused by its size alone") {
  const Pair pair;
  const Bytes sealed(limits::kSealedBytesMax + 1, 'x');
  EXPECT(OpenAll(sealed, AsField(pair)) == "VAL-PACKET-LIMIT");
}

TEST_CASE("a packet sealed to another site") {
  const Pair pair;
  Forgery forgery = Genuine(pair);
  forgery.receive = pair.stranger.card.receive;
  EXPECT(Opened(pair, forgery) == "VAL-PACKET-RECIPIENT");
}

TEST_CASE("a packet of another channel between the same sites") {
  const Pair pair;
  Forgery forgery = Genuine(pair);
  forgery.core = CoreBytes(pair, [](Core& core) { core.channel = SampleId(0xee); });
  EXPECT(Opened(pair, forgery) == "VAL-PACKET-CHANNEL");
}

TEST_CASE("a packet of an unknown sender") {
  const Pair pair;
  Forgery forgery = Genuine(pair);
  forgery.signing = pair.stranger.signing.view();
  forgery.core = CoreBytes(pair, [&](Core& core) { core.sender = SiteId(pair.stranger.card); });
  EXPECT(Opened(pair, forgery) == "VAL-PACKET-SENDER");
}

TEST_CASE("a stranger who claims to be the peer") {
  const Pair pair;
  Forgery forgery = Genuine(pair);
  forgery.signing = pair.stranger.signing.view();
  EXPECT(Opened(pair, forgery) == "VAL-PACKET-SIGNATURE");
}

TEST_CASE("the identity key does not sign packets") {
  const Pair pair;
  Forgery forgery = Genuine(pair);
  forgery.signing = pair.hq.identity.view();
  EXPECT(Opened(pair, forgery) == "VAL-PACKET-SIGNATURE");
}

TEST_CASE("a recipient passes a packet on to somebody else") {
  const Pair pair;
  // hq writes to the stranger, who seals the same signed header anew to field.
  Forgery to_stranger = Genuine(pair);
  to_stranger.receive = pair.stranger.card.receive;
  to_stranger.core =
      CoreBytes(pair, [&](Core& core) { core.recipient = SiteId(pair.stranger.card); });
  const StolenBox stolen = StealBox(Forge(to_stranger), pair.stranger);
  REQUIRE(!stolen.signature.empty());
  Forgery forgery = to_stranger;
  forgery.receive = pair.field.card.receive;
  forgery.signature = stolen.signature;
  EXPECT(Opened(pair, forgery) == "VAL-PACKET-RECIPIENT");
}

TEST_CASE("a genuine signature in another envelope") {
  const Pair pair;
  const StolenBox stolen = StealBox(Forge(Genuine(pair)), pair.field);
  Forgery forgery = Genuine(pair);
  forgery.signature = stolen.signature;
  EXPECT(Opened(pair, forgery) == "ok");  // nothing else changed
  forgery.ephemeral_secret = Bytes(32, '\x22');
  EXPECT(Opened(pair, forgery) == "VAL-PACKET-SIGNATURE");
}

TEST_CASE("a genuine signature over another cut between core and control") {
  const Pair pair;
  const Bytes ignored = wire_form::Number(100, 1);
  Forgery forgery = Genuine(pair);
  forgery.control = ignored + forgery.control;
  forgery.signature = StealBox(Forge(forgery), pair.field).signature;
  EXPECT(Opened(pair, forgery) == "ok");
  forgery.core += ignored;
  forgery.control.erase(0, ignored.size());
  EXPECT(Opened(pair, forgery) == "VAL-PACKET-SIGNATURE");
}

TEST_CASE("our own packet sent back to us") {
  const Pair pair;
  Forgery forgery = Genuine(pair);
  forgery.signing = pair.field.signing.view();
  forgery.core = CoreBytes(pair, [&](Core& core) {
    core.sender = SiteId(pair.field.card);
    core.recipient = SiteId(pair.hq.card);
  });
  EXPECT(Opened(pair, forgery) == "VAL-PACKET-SENDER");
}

TEST_CASE("a low-order ephemeral key with a fitting hint") {
  const Pair pair;
  for (const char first : {'\0', '\1'}) {
    Bytes ephemeral(32, '\0');
    ephemeral[0] = first;
    Bytes sealed = Forge(Genuine(pair));
    sealed.replace(24, 32, ephemeral);
    sealed.replace(16, 8, View(RecipientHint(ephemeral, View(pair.field.card.receive))));
    EXPECT(OpenAll(sealed, AsField(pair)) == "VAL-PACKET-HEADER");
  }
}

TEST_CASE("a wrong commitment") {
  const Pair pair;
  Bytes sealed = SamplePacket(pair, SampleRecords()).sealed;
  sealed[60] = static_cast<char>(sealed[60] ^ 1);
  EXPECT(OpenAll(sealed, AsField(pair)) == "VAL-PACKET-COMMITMENT");
}

TEST_CASE("pre-shared keys that differ, or that only one side has") {
  const Pair pair;
  const SecretBytes ours = SamplePreShared(1);
  const SecretBytes other = SamplePreShared(2);
  const OpenAs as{pair.field, pair.hq.card, pair.channel, &ours, {}};
  EXPECT(OpenAll(SamplePacket(pair, {Ping{}}, &ours).sealed, as) == "ok");
  EXPECT(OpenAll(SamplePacket(pair, {Ping{}}, &other).sealed, as) == "VAL-PACKET-COMMITMENT");
  EXPECT(OpenAll(SamplePacket(pair, {Ping{}}).sealed, as) == "VAL-PACKET-SUITE");
  EXPECT(OpenAll(SamplePacket(pair, {Ping{}}, &ours).sealed, AsField(pair)) == "VAL-PACKET-SUITE");
}

TEST_CASE("a header box with hidden bytes in its padding") {
  const Pair pair;
  Forgery forgery = Genuine(pair);
  forgery.box_padding = "hidden";
  EXPECT(Opened(pair, forgery) == "VAL-PACKET-HEADER");
}

TEST_CASE("a body with hidden bytes in its padding") {
  const Pair pair;
  Forgery forgery = Genuine(pair);
  forgery.body_padding = 1;
  EXPECT(Opened(pair, forgery) == "VAL-PACKET-BODY");
}

TEST_CASE("another body under a genuine header") {
  const Pair pair;
  const Bytes sealed = Forge(Genuine(pair));
  const StolenBox stolen = StealBox(sealed, pair.field);
  const std::size_t body_offset = 88 + ReadOuterHeader(sealed).value().header_box_bytes;
  Bytes plain(Genuine(pair).payload.size(), 'x');
  plain.resize(sealed.size() - body_offset - 24 - 17);  // its padding is as it has to be
  EXPECT(OpenAll(WithBody(sealed, body_offset, plain, stolen.body_key), AsField(pair)) ==
         "VAL-PACKET-BODY");
}

TEST_CASE("the body of one packet behind the header of another") {
  const Pair pair;
  const Bytes first = SamplePacket(pair, SampleRecords(), nullptr, 1).sealed;
  const Bytes second = SamplePacket(pair, SampleRecords(), nullptr, 2).sealed;
  const std::size_t body_offset = 88 + ReadOuterHeader(first).value().header_box_bytes;
  EXPECT(OpenAll(first.substr(0, body_offset) + second.substr(body_offset), AsField(pair)) ==
         "VAL-PACKET-BODY");
}

TEST_CASE("bytes after the end of a packet") {
  const Pair pair;
  const Bytes sealed = SamplePacket(pair, SampleRecords()).sealed;
  EXPECT(OpenAll(sealed + '\0', AsField(pair)) == "VAL-PACKET-TRAILING");
  EXPECT(OpenAll(sealed + sealed, AsField(pair)) == "VAL-PACKET-TRAILING");
}

TEST_CASE("final tags in the wrong place") {
  const Pair pair;
  Forgery forgery = Genuine(pair);
  forgery.payload = Bytes(150000, 'x');
  forgery.core = EncodeCore(SampleCore(pair, {forgery.payload, 0}));
  forgery.first_tag = 3;  // libsodium itself would go on after it
  EXPECT(Opened(pair, forgery) == "VAL-PACKET-BODY");
  forgery.first_tag = 2;  // a rekey tag
  EXPECT(Opened(pair, forgery) == "VAL-PACKET-BODY");
  forgery.first_tag.reset();
  forgery.last_tag = 0;
  EXPECT(Opened(pair, forgery) == "VAL-PACKET-BODY");
}

TEST_CASE("chunks that change places") {
  const Pair pair;
  const Bytes payload(200000, 'x');
  const Core core = SampleCore(pair, {payload, 0});
  SeededEntropy entropy(4);
  Bytes sealed =
      Seal(EncodeCore(core), EncodeControl({}), payload, {pair.hq, pair.field.card}, entropy);
  const std::size_t first = 88 + ReadOuterHeader(sealed).value().header_box_bytes + 24;
  const Bytes chunk = sealed.substr(first, kChunkBytes + kChunkTagBytes);
  sealed.erase(first, chunk.size()).insert(first + chunk.size(), chunk);
  EXPECT(OpenAll(sealed, AsField(pair)) == "VAL-PACKET-BODY");
}

}  // namespace
}  // namespace valise
