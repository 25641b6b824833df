#include "tests/packet/samples.h"

#include <algorithm>

namespace valise::samples {
namespace {

SiteKeys KeysOf(const std::string& name, std::uint64_t seed) {
  SeededEntropy entropy(seed);
  return GenerateKeys(name, entropy);
}

}  // namespace

Id SampleId(std::uint8_t number) {
  Id id;
  id.bytes.fill(number);
  return id;
}

Digest SampleDigest(std::uint8_t number) {
  Digest digest;
  digest.bytes.fill(number);
  return digest;
}

SecretBytes SamplePreShared(std::uint8_t number) {
  SecretBytes secret(32);
  std::fill_n(secret.data(), secret.size(), number);
  return secret;
}

Register SampleRegister() {
  return {FieldKey("summary"), {1700000000123, 1}, {1600000000000, 0}, Value{"Größe prüfen", ""}};
}

Change SampleChange() {
  Change change;
  change.op_id = SampleId(1);
  change.issue_id = SampleId(2);
  change.issue_sequence = 1;
  change.author = {"Ann Example", "ann"};
  change.created = IssueOrigin{1, "bug", SampleId(3), {"Bob", ""}, 1690000000000, "FIELD-7"};
  change.objects = {{SampleId(4), {"Cy", "cy"}, 1690000000001}};
  change.registers = {SampleRegister(),
                      {ElementKey("labels", "x y"), {5, 0}, {}, Value{}},
                      {ElementKey("labels", "gone"), {6, 0}, {}, std::nullopt},
                      {FieldKey("cascade"), {7, 1}, {}, Value{"top", "child"}},
                      {CommentTextKey(SampleId(4)), {8, 1}, {}, Value{"line 1\nline 2", ""}},
                      {CommentPresenceKey(SampleId(4)), {9, 1}, {}, Value{}}};
  return change;
}

State SampleState() {
  State state;
  state.incarnation_asked = SampleId(20);
  state.issue_id = SampleId(21);
  state.digest = SampleDigest(22);
  state.is_whole = true;
  state.origin = IssueOrigin{0, "task", {}, {"Dee", ""}, 5, ""};
  state.objects = {{SampleId(23), {"Eve", ""}, 6}};
  state.registers = {{SampleRegister(), true, {4, 1}, SampleDigest(24)}};
  state.is_tombstone = true;
  return state;
}

std::vector<Record> SampleRecords() {
  Outcome outcome{SampleId(1), OutcomeResult::kHeld, "no-such-user", {}};
  outcome.registers = {{FieldKey("due"), OutcomeResult::kRefused, "one-way"}};
  State last;
  last.incarnation_asked = SampleId(20);
  last.is_last = true;
  return {SampleChange(),
          outcome,
          ContentPiece{SampleDigest(9), 1000, 10, Bytes("\0\xff piece", 8)},
          SampleState(),
          last,
          ContractRecord{"name = \"acme-globex\"\n"},
          ContractRecord{"", ContractVerdict::kRejected, SampleDigest(25)},
          Ping{0x0123456789abcdef},
          Pong{42},
          Unsupported{77},
          UnknownRecord{4711, Bytes("\x01\x02\x00\x03", 4)}};
}

Control SampleControl() {
  Control control;
  control.acker_epoch_number = 3;
  control.control_number = 17;
  control.incarnation = SampleId(30);
  Ack ack;
  ack.epoch = {2, 0xfedcba9876543210};
  ack.taken_through = 100;
  ack.head = SampleDigest(31);
  ack.received = {{120, 130}, {105, 105}};
  ack.needs = {{{101, 104}, NeedReason::kMissing}, {{106, 119}, NeedReason::kCorrupt}};
  ack.window_bytes = 1 << 20;
  control.acks = {ack};
  control.acks.push_back(ack);
  control.acks.back().stream = Stream::kContent;
  control.keys = {{SampleDigest(33)}};
  control.contracts_known = {SampleDigest(34), SampleDigest(35)};
  control.created_at_ms = 1700000000000;
  return control;
}

Pair::Pair()
    : hq(KeysOf("hq", 1)),
      field(KeysOf("field", 2)),
      stranger(KeysOf("stranger", 3)),
      channel(SampleId(0xc0)) {}

Core SampleCore(const Pair& pair, const Payload& payload) {
  Core core;
  core.sender = SiteId(pair.hq.card);
  core.recipient = SiteId(pair.field.card);
  core.channel = pair.channel;
  core.epoch = {1, 99};
  core.sequence = 5;
  core.previous_packet_id = SampleDigest(40);
  core.payload_bytes = payload.bytes.size();
  core.records_bytes = payload.records_bytes;
  core.payload_hash = PayloadHash(payload.bytes);
  core.contract_digest = SampleDigest(41);
  return core;
}

Packet SamplePacket(const Pair& pair, const std::vector<Record>& records,
                    const SecretBytes* pre_shared, std::uint64_t seed) {
  Payload payload = EncodePayload(records);
  Packet packet;
  packet.core = SampleCore(pair, payload);
  packet.core_bytes = EncodeCore(packet.core);
  packet.control_bytes = EncodeControl(SampleControl());
  packet.payload = std::move(payload.bytes);
  SeededEntropy entropy(seed);
  packet.sealed = Seal(packet.core_bytes, packet.control_bytes, packet.payload,
                       {pair.hq, pair.field.card, pre_shared}, entropy);
  return packet;
}

OpenAs AsField(const Pair& pair) { return {pair.field, pair.hq.card, pair.channel, nullptr, {}}; }

std::string OpenAll(std::string_view sealed, const OpenAs& as) {
  InProcessHeaderParser parser;
  const Result<OpenedHeader> header = OpenHeader(sealed, as, parser);
  if (!header.ok()) return header.error().code;
  const Result<Bytes> payload = OpenBody(sealed, header.value());
  if (!payload.ok()) return payload.error().code;
  const Result<std::vector<Record>> records =
      DecodePayload(payload.value(), header.value().core.records_bytes);
  return records.ok() ? "ok" : records.error().code;
}

}  // namespace valise::samples
