#include "tests/parser/values.h"

namespace valise {

Digest ValueMaker::MakeDigest() {
  Digest digest;
  entropy_.Fill(digest.bytes.data(), digest.bytes.size());
  return digest;
}

std::string ValueMaker::Text(std::size_t length_max) {
  static const std::string_view kParts[] = {"a", "Z", "0", " ", "\n", "{code}", "ä", "漢", "😀"};
  std::string text;
  const std::uint64_t length = Below(length_max + 1);
  while (text.size() < length) text += kParts[Below(std::size(kParts))];
  return text;
}

Version ValueMaker::MakeVersion() {
  return {static_cast<std::int64_t>(Below(1ULL << 45)), static_cast<std::uint32_t>(Below(2))};
}

RegisterKey ValueMaker::MakeKey() {
  switch (Below(4)) {
    case 0:
      return FieldKey(Name());
    case 1:
      return ElementKey(Name(), Name());
    case 2:
      return LinkKey(Name(), MakeId());
    default:
      return {static_cast<RegisterKind>(3 + Below(5)), "", "", MakeId()};
  }
}

Register ValueMaker::MakeRegister() {
  Register reg{MakeKey(), MakeVersion(), MakeVersion(), std::nullopt};
  if (Coin()) reg.value = Value{Text(200), Text(10)};
  return reg;
}

IssueOrigin ValueMaker::MakeOrigin() {
  return {
      static_cast<std::uint32_t>(Below(2)),         Name(), Coin() ? MakeId() : Id{}, MakePerson(),
      static_cast<std::int64_t>(Below(1ULL << 45)), Text(8)};
}

std::vector<ObjectOrigin> ValueMaker::MakeObjects() {
  std::vector<ObjectOrigin> objects(Below(4));
  for (ObjectOrigin& object : objects) {
    object = {MakeId(), MakePerson(), static_cast<std::int64_t>(Below(1ULL << 45))};
    object.kind = static_cast<ObjectKind>(Below(3));
    if (object.kind != ObjectKind::kAttachment) continue;
    object.name = Name();
    object.mime = Text(20);
    object.bytes = Below(1ULL << 40);
    object.content = Hash("VLS1 content", object.name);
  }
  return objects;
}

Change ValueMaker::MakeChange() {
  Change change;
  change.op_id = MakeId();
  change.issue_id = MakeId();
  change.issue_sequence = 1 + Below(1000);
  change.author = MakePerson();
  if (Coin()) change.created = MakeOrigin();
  change.objects = MakeObjects();
  for (std::uint64_t i = Below(6); i > 0; --i) change.registers.push_back(MakeRegister());
  return change;
}

Outcome ValueMaker::MakeOutcome() {
  Outcome outcome{MakeId(), static_cast<OutcomeResult>(1 + Below(5)), Text(20), {}};
  for (std::uint64_t i = Below(4); i > 0; --i) {
    outcome.registers.push_back({MakeKey(), static_cast<OutcomeResult>(1 + Below(5)), Text(20)});
  }
  return outcome;
}

State ValueMaker::MakeState() {
  State state;
  state.incarnation_asked = MakeId();
  state.issue_id = MakeId();
  state.digest = MakeDigest();
  state.is_whole = Coin();
  if (Coin()) state.origin = MakeOrigin();
  state.objects = MakeObjects();
  for (std::uint64_t i = Below(4); i > 0; --i) {
    state.registers.push_back({MakeRegister(), Coin(), MakeVersion(), MakeDigest()});
  }
  state.is_tombstone = Coin();
  state.is_last = Coin();
  return state;
}

Record ValueMaker::MakePiece(std::size_t bytes) {
  ContentPiece piece{MakeDigest(), 0, Below(1000), Bytes(bytes, '\0')};
  entropy_.Fill(piece.data.data(), bytes);
  piece.content_bytes = piece.offset + bytes + Below(1000);
  return piece;
}

Record ValueMaker::MakeRecord() {
  switch (Below(9)) {
    case 0:
      return MakeOutcome();
    case 1:
      return MakePiece(Below(3000));
    case 2:
      return MakeState();
    case 3:
      if (Coin()) return ContractRecord{Text(500)};
      return ContractRecord{"", static_cast<ContractVerdict>(1 + Below(3)), MakeDigest()};
    case 4:
      return Ping{entropy_.RandomU64()};
    case 5:
      return Pong{entropy_.RandomU64()};
    case 6:
      return Unsupported{static_cast<std::uint32_t>(Below(1000))};
    case 7:
      return UnknownRecord{static_cast<std::uint32_t>(100 + Below(1000)), Text(100)};
    default:
      return MakeChange();
  }
}

std::vector<Record> ValueMaker::MakeRecords(std::size_t count) {
  std::vector<Record> records;
  for (std::size_t i = 0; i < count; ++i) records.push_back(MakeRecord());
  return records;
}

Core ValueMaker::MakeCore() {
  Core core;
  core.kind = static_cast<PacketKind>(1 + Below(4));
  core.sender = MakeId();
  core.recipient = MakeId();
  core.channel = MakeId();
  core.stream = static_cast<Stream>(1 + Below(2));
  core.epoch = {static_cast<std::uint32_t>(Below(100)), entropy_.RandomU64()};
  core.sequence = 1 + Below(1ULL << 40);
  if (core.kind == PacketKind::kAck) core.sequence = 0;
  if (core.kind == PacketKind::kEpochStart) core.sequence = 1;
  core.previous_packet_id = MakeDigest();
  core.payload_bytes = Below(1U << 20);
  core.records_bytes = Below(1U << 24);
  core.payload_hash = MakeDigest();
  core.contract_digest = MakeDigest();
  core.incarnation = MakeId();
  core.incarnation_asked = MakeId();
  core.wants_state = Coin();
  if (core.kind != PacketKind::kSkip) return core;
  core.skip_first = 1 + Below(100);
  core.skip_through = core.skip_first + Below(100);
  for (std::uint64_t i = Below(5); i > 0; --i) core.skip_issues.push_back(MakeId());
  return core;
}

Ack ValueMaker::MakeAck() {
  Ack ack;
  ack.stream = static_cast<Stream>(1 + Below(2));
  ack.epoch = {static_cast<std::uint32_t>(Below(100)), entropy_.RandomU64()};
  ack.taken_through = Below(1000);
  ack.head = MakeDigest();
  ack.window_bytes = Below(1ULL << 30);
  for (std::uint64_t i = Below(4); i > 0; --i) ack.received.push_back({i * 10 + 1, i * 10 + 5});
  for (std::uint64_t i = Below(4); i > 0; --i) {
    ack.needs.push_back({{i * 10 + 6, i * 10 + 7}, static_cast<NeedReason>(1 + Below(5))});
  }
  return ack;
}

Control ValueMaker::MakeControl() {
  Control control;
  control.acker_epoch_number = static_cast<std::uint32_t>(Below(100));
  control.control_number = Below(1ULL << 40);
  control.incarnation = MakeId();
  for (std::uint64_t i = Below(3); i > 0; --i) control.acks.push_back(MakeAck());
  for (std::uint64_t i = Below(3); i > 0; --i) control.keys.push_back({MakeDigest()});
  for (std::uint64_t i = Below(3); i > 0; --i) control.contracts_known.push_back(MakeDigest());
  control.created_at_ms = static_cast<std::int64_t>(Below(1ULL << 45));
  return control;
}

}  // namespace valise
