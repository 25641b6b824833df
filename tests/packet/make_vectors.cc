// make_vectors DIRECTORY: writes the test vectors. Run by hand when the format changes, never by
// the tests: a vector of a released version is kept for ever.
#include <sodium.h>

#include <cstdio>
#include <fstream>

#include "packet/describe.h"
#include "packet/envelope.h"
#include "tests/packet/forge.h"
#include "tests/packet/samples.h"
#include "tests/packet/vector.h"
#include "tests/packet/wire.h"

namespace valise {
namespace {

using namespace samples;

class Maker {
 public:
  explicit Maker(std::string directory) : directory_(std::move(directory)) {}

  void MakeAccepted();
  void MakeOuterDamage();
  void MakeHostileHeaders();
  void MakeHostileBodies();
  void MakeHostilePayloads();
  void MakePairing();

 private:
  void Write(const Vector& vector) {
    std::ofstream file(directory_ + "/" + vector.name + ".txt");
    file << Print(vector);
    CHECK(file.good());
  }

  // What every packet vector holds.
  Vector PacketVector(const std::string& name, const std::string& comment,
                      const std::string& expect, const Bytes& sealed) {
    Vector vector{name, {comment}, {}};
    vector.fields["expect"] = expect;
    vector.fields["receiver-keys"] = Hex(EncodeKeys(pair_.field).view());
    vector.fields["sender-card"] = Hex(EncodeCard(pair_.hq.card));
    vector.fields["channel"] = Hex(View(pair_.channel));
    vector.fields["packet"] = Hex(sealed);
    return vector;
  }

  void Refused(const std::string& name, const std::string& comment, const std::string& code,
               const Bytes& sealed) {
    Write(PacketVector(name, "Must be refused with " + code + ": " + comment, code, sealed));
  }

  void Accepted(const std::string& name, const std::string& comment, const Core& core,
                const std::vector<Record>& records, const SecretBytes* pre_shared = nullptr);

  Forgery Genuine() {
    const Packet packet = SamplePacket(pair_, SampleRecords());
    Forgery forgery;
    forgery.core = packet.core_bytes;
    forgery.control = packet.control_bytes;
    forgery.payload = packet.payload;
    forgery.signing = pair_.hq.signing.view();
    forgery.receive = pair_.field.card.receive;
    return forgery;
  }

  Bytes WithPayload(const Bytes& payload, std::uint64_t records_bytes) {
    Forgery forgery = Genuine();
    forgery.payload = payload;
    forgery.core = EncodeCore(SampleCore(pair_, {payload, records_bytes}));
    return Forge(forgery);
  }
  Bytes WithStream(const Bytes& stream) {
    return WithPayload(wire_form::StoredFrame(stream), stream.size());
  }

  std::string directory_;
  Pair pair_;
};

void Maker::Accepted(const std::string& name, const std::string& comment, const Core& core,
                     const std::vector<Record>& records, const SecretBytes* pre_shared) {
  const Payload payload = EncodePayload(records);
  const Bytes core_bytes = EncodeCore(core);
  const Bytes control_bytes = EncodeControl(SampleControl());
  Bytes ephemeral_secret(32, '\0');
  Bytes stream_header(24, '\0');
  SeededEntropy entropy(7);
  entropy.Fill(ephemeral_secret.data(), 32);
  entropy.Fill(stream_header.data(), 24);
  SeededEntropy again(7);
  const Bytes sealed = Seal(core_bytes, control_bytes, payload.bytes,
                            {pair_.hq, pair_.field.card, pre_shared}, again);
  Vector vector = PacketVector(name, "Must be accepted: " + comment, "ok", sealed);
  vector.comments.push_back(
      "Sealing core, control and payload with sender-keys to receiver-card, with this");
  vector.comments.push_back("ephemeral-secret and stream-header, must give these very bytes.");
  vector.fields["sender-keys"] = Hex(EncodeKeys(pair_.hq).view());
  vector.fields["receiver-card"] = Hex(EncodeCard(pair_.field.card));
  vector.fields["core"] = Hex(core_bytes);
  vector.fields["control"] = Hex(control_bytes);
  vector.fields["payload"] = Hex(payload.bytes);
  vector.fields["packet-id"] = Hex(View(PacketId(core_bytes)));
  vector.fields["ephemeral-secret"] = Hex(ephemeral_secret);
  vector.fields["stream-header"] = Hex(stream_header);
  if (pre_shared != nullptr) vector.fields["pre-shared"] = Hex(pre_shared->view());
  Bytes stream;
  for (const Record& record : records) stream += wire_form::Delimited(EncodeRecord(record));
  if (stream.size() <= kChunkBytes) vector.fields["records"] = Hex(stream);
  Write(vector);
}

void Maker::MakeAccepted() {
  const std::vector<Record> records = SampleRecords();
  const Core core = SampleCore(pair_, EncodePayload(records));
  Accepted("accept-suite-1", "one record of every kind, an unknown kind (4711) among them.", core,
           records);
  const SecretBytes pre_shared = SamplePreShared(0x5a);
  Accepted("accept-suite-2", "as suite 1, with a pre-shared key.", core, records, &pre_shared);
  Core ack = SampleCore(pair_, {});
  ack.kind = PacketKind::kAck;
  ack.sequence = 0;
  Accepted("accept-ack", "an ack, without payload.", ack, {});
  Core start = SampleCore(pair_, {});
  start.kind = PacketKind::kEpochStart;
  start.sequence = 1;
  start.incarnation = SampleId(50);
  start.wants_state = true;
  Accepted("accept-epoch-start", "an epoch start that asks for state.", start, {});
  Core skip = SampleCore(pair_, {});
  skip.kind = PacketKind::kSkip;
  skip.skip_first = 3;
  skip.skip_through = 4;
  skip.skip_issues = {SampleId(52), SampleId(53)};
  Accepted("accept-skip", "a skip of two sequences and two issues.", skip, {});
  Bytes data(66000, '\0');
  SeededEntropy(11).Fill(data.data(), data.size());
  const std::vector<Record> content = {ContentPiece{SampleDigest(9), data.size(), 0, data}};
  Accepted("accept-two-chunks", "a body of two chunks.", SampleCore(pair_, EncodePayload(content)),
           content);
}

void Maker::MakeOuterDamage() {
  const Bytes sealed = Forge(Genuine());
  Bytes bytes = sealed;
  bytes.erase(4, 1);
  Refused("refuse-line-ends", "CR LF in the magic became LF.", "VAL-PACKET-MAGIC", bytes);
  Refused("refuse-truncated-header", "cut inside the header box.", "VAL-PACKET-TRUNCATED",
          sealed.substr(0, 100));
  Refused("refuse-truncated-body", "the last byte is missing.", "VAL-PACKET-TRUNCATED",
          sealed.substr(0, sealed.size() - 1));
  Refused("refuse-trailing", "one byte after the final chunk.", "VAL-PACKET-TRAILING",
          sealed + '\0');
  bytes = sealed;
  bytes[60] = static_cast<char>(bytes[60] ^ 1);
  Refused("refuse-commitment", "a bit of the commitment is flipped.", "VAL-PACKET-COMMITMENT",
          bytes);
  bytes = sealed;
  bytes[100] = static_cast<char>(bytes[100] ^ 1);
  Refused("refuse-header-box", "a bit of the header box is flipped.", "VAL-PACKET-HEADER", bytes);
  bytes = sealed;
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  Refused("refuse-body", "a bit of the body is flipped.", "VAL-PACKET-BODY", bytes);
  bytes = sealed;
  bytes.replace(24, 32, Bytes(32, '\0'));
  bytes.replace(16, 8, View(RecipientHint(Bytes(32, '\0'), View(pair_.field.card.receive))));
  Refused("refuse-low-order", "ephemeral key 0 with a fitting hint.", "VAL-PACKET-HEADER", bytes);
}

void Maker::MakeHostileHeaders() {
  Forgery forgery = Genuine();
  forgery.version = 2;
  Refused("refuse-newer-format", "format 2; say that it is newer.", "VAL-PACKET-VERSION",
          Forge(forgery));
  forgery = Genuine();
  forgery.suite = 3;
  Refused("refuse-newer-suite", "suite 3; say that it is newer.", "VAL-PACKET-SUITE",
          Forge(forgery));
  forgery = Genuine();
  forgery.core += wire_form::Number(14, 32);
  Refused("refuse-newer-feature", "feature bit 5; say that it is newer.", "VAL-PACKET-VERSION",
          Forge(forgery));
  forgery = Genuine();
  forgery.receive = pair_.stranger.card.receive;
  Refused("refuse-other-site", "sealed to another site's key.", "VAL-PACKET-RECIPIENT",
          Forge(forgery));
  forgery = Genuine();
  Core core = SampleCore(pair_, EncodePayload(SampleRecords()));
  core.recipient = SiteId(pair_.stranger.card);
  forgery.core = EncodeCore(core);
  Refused("refuse-passed-on", "written for another site, sealed anew to this one.",
          "VAL-PACKET-RECIPIENT", Forge(forgery));
  core = SampleCore(pair_, EncodePayload(SampleRecords()));
  core.channel = SampleId(0xee);
  forgery.core = EncodeCore(core);
  Refused("refuse-other-channel", "of another channel.", "VAL-PACKET-CHANNEL", Forge(forgery));
  core = SampleCore(pair_, EncodePayload(SampleRecords()));
  core.sender = SiteId(pair_.stranger.card);
  forgery.core = EncodeCore(core);
  forgery.signing = pair_.stranger.signing.view();
  Refused("refuse-unknown-sender", "of a site that is not the peer.", "VAL-PACKET-SENDER",
          Forge(forgery));
  forgery = Genuine();
  forgery.signing = pair_.stranger.signing.view();
  Refused("refuse-signature", "in the peer's name, signed by another.", "VAL-PACKET-SIGNATURE",
          Forge(forgery));
  forgery = Genuine();
  forgery.pre_shared = Bytes(32, '\x5a');
  Refused("refuse-pre-shared", "needs a pre-shared key that the channel does not have.",
          "VAL-PACKET-SUITE", Forge(forgery));
  forgery = Genuine();
  forgery.box_padding = Bytes("hidden");
  Refused("refuse-box-padding", "padding of the header box is not zero.", "VAL-PACKET-HEADER",
          Forge(forgery));
}

void Maker::MakeHostileBodies() {
  const Bytes sealed = Forge(Genuine());
  const std::size_t body_offset = 88 + ReadOuterHeader(sealed).value().header_box_bytes;
  Bytes plain(Genuine().payload.size(), 'x');
  plain.resize(sealed.size() - body_offset - 24 - 17);
  Refused("refuse-replaced-body", "another body, of the same length, under a genuine header.",
          "VAL-PACKET-BODY",
          WithBody(sealed, body_offset, plain, StealBox(sealed, pair_.field).body_key));
  Forgery forgery = Genuine();
  forgery.body_padding = 1;
  Refused("refuse-body-padding", "padding of the body is not zero.", "VAL-PACKET-BODY",
          Forge(forgery));
  forgery = Genuine();
  forgery.last_tag = 0;
  Refused("refuse-no-final", "the last chunk is not marked final.", "VAL-PACKET-BODY",
          Forge(forgery));
  forgery.payload = Bytes(66000, 'x');
  forgery.core = EncodeCore(SampleCore(pair_, {forgery.payload, 0}));
  forgery.first_tag = 3;
  forgery.last_tag.reset();
  Refused("refuse-early-final", "the first of two chunks is marked final.", "VAL-PACKET-BODY",
          Forge(forgery));
}

void Maker::MakeHostilePayloads() {
  using namespace wire_form;
  const Bytes bomb = ZerosFrame(64);
  Refused("refuse-bomb", "8 MiB from 262 bytes.", "VAL-PACKET-LIMIT", WithPayload(bomb, 8 << 20));
  const Bytes ping = Delimited(EncodeRecord(Ping{1}));
  Refused("refuse-longer-records", "records are longer than the core says.", "VAL-PACKET-LIMIT",
          WithPayload(StoredFrame(ping + ping), ping.size()));
  Refused("refuse-window", "a zstd frame that wants 128 MiB of memory.", "VAL-PACKET-LIMIT",
          WithPayload(FrameHeader(0x88) + BlockHeader(true, 0, ping.size()) + ping, ping.size()));
  Refused("refuse-two-frames", "two zstd frames.", "VAL-PACKET-MALFORMED",
          WithPayload(StoredFrame(ping) + StoredFrame(ping), 2 * ping.size()));
  Refused("refuse-record-length", "a record longer than 1 MiB, by its length.", "VAL-PACKET-LIMIT",
          WithStream(Varint((1 << 20) + 1)));
  Refused("refuse-cut-record", "the last record is cut short.", "VAL-PACKET-MALFORMED",
          WithStream(ping + ping.substr(0, 3)));
  Bytes registers;
  for (int i = 0; i < 25000; ++i) registers += Text(7, "");
  Refused("refuse-many-fields", "a change of 25,000 empty registers.", "VAL-PACKET-LIMIT",
          WithStream(Delimited(RecordOf(1, registers))));
}

void Maker::MakePairing() {
  Vector vector{
      "pairing", {"Both sides must read this code aloud, whichever card comes first."}, {}};
  const Digest contract = SampleDigest(0x77);
  vector.fields["card-a"] = Hex(EncodeCard(pair_.hq.card));
  vector.fields["card-b"] = Hex(EncodeCard(pair_.field.card));
  vector.fields["channel"] = Hex(View(pair_.channel));
  vector.fields["contract-digest"] = Hex(View(contract));
  vector.fields["site-a"] = Hex(View(SiteId(pair_.hq.card)));
  vector.fields["site-b"] = Hex(View(SiteId(pair_.field.card)));
  vector.fields["expect"] = "code";
  vector.fields["code"] = PairingCode(pair_.hq.card, pair_.field.card, pair_.channel, contract);
  Write(vector);
}

}  // namespace
}  // namespace valise

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_vectors DIRECTORY\n");
    return 2;
  }
  valise::Maker maker(argv[1]);
  maker.MakeAccepted();
  maker.MakeOuterDamage();
  maker.MakeHostileHeaders();
  maker.MakeHostileBodies();
  maker.MakeHostilePayloads();
  maker.MakePairing();
  return 0;
}
