#include "packet/codec.h"

#include "packet/codec_parts.h"
#include "packet/envelope.h"
#include "packet/limits.h"
#include "packet/validate.h"
#include "proto/packet.pb.h"

namespace valise {
namespace {

// The last ranges and needs are the oldest; the sender of the packets they name resends anyway when
// its time-out passes, so leaving them out only costs time.
void DropOldest(wire::Control& message) {
  while (message.ByteSizeLong() > limits::kControlBytesMax) {
    for (wire::Ack& ack : *message.mutable_acks()) {
      const int pairs = ack.received_size() / 2;
      ack.mutable_received()->Truncate(pairs / 2 * 2);
      const int needs = ack.needs_size();
      ack.mutable_needs()->DeleteSubrange(needs / 2, needs - needs / 2);
    }
  }
}

void ToWire(const Ack& ack, wire::Ack& message) {
  message.set_stream(WireNumber(ack.stream));
  message.set_epoch_number(ack.epoch.number);
  message.set_epoch_nonce(ack.epoch.nonce);
  message.set_taken_through(ack.taken_through);
  message.set_head(WireBytes(ack.head));
  message.set_window_bytes(ack.window_bytes);
  for (const SequenceRange& range : ack.received) {
    if (message.received_size() >= static_cast<int>(2 * limits::kRangesMax)) break;
    message.add_received(range.first);
    message.add_received(range.through);
  }
  for (const Need& need : ack.needs) {
    if (message.needs_size() >= static_cast<int>(limits::kRangesMax)) break;
    wire::Need& part = *message.add_needs();
    part.set_first(need.range.first);
    part.set_through(need.range.through);
    part.set_reason(WireNumber(need.reason));
  }
}

Result<Ack> FromWire(const wire::Ack& message) {
  Ack ack;
  ack.stream = EnumFromWire<Stream>(message.stream());
  ack.epoch = {message.epoch_number(), message.epoch_nonce()};
  ack.taken_through = message.taken_through();
  ack.head = TRY(DigestFromWire(message.head()));
  ack.window_bytes = message.window_bytes();
  if (message.received_size() % 2 != 0) return Malformed("received ranges are not pairs");
  for (int i = 0; i < message.received_size(); i += 2)
    ack.received.push_back({message.received(i), message.received(i + 1)});
  for (const wire::Need& need : message.needs())
    ack.needs.push_back({{need.first(), need.through()}, EnumFromWire<NeedReason>(need.reason())});
  return ack;
}

Result<Core> FromWire(const wire::Core& message) {
  Core core;
  core.kind = EnumFromWire<PacketKind>(message.kind());
  core.sender = TRY(IdFromWire(message.sender()));
  core.recipient = TRY(IdFromWire(message.recipient()));
  core.channel = TRY(IdFromWire(message.channel()));
  core.stream = EnumFromWire<Stream>(message.stream());
  core.epoch = {message.epoch_number(), message.epoch_nonce()};
  core.sequence = message.sequence();
  core.previous_packet_id = TRY(DigestFromWire(message.previous_packet_id()));
  core.payload_bytes = message.payload_bytes();
  core.records_bytes = message.records_bytes();
  core.payload_hash = TRY(DigestFromWire(message.payload_hash()));
  core.contract_digest = TRY(DigestFromWire(message.contract_digest()));
  core.features = message.features();
  core.incarnation_asked = TRY(IdFromWire(message.incarnation_asked()));
  core.wants_state = message.wants_state();
  core.incarnation = TRY(IdFromWire(message.incarnation()));
  core.skip_first = message.skip_first();
  core.skip_through = message.skip_through();
  for (const std::string& issue : message.skip_issues())
    core.skip_issues.push_back(TRY(IdFromWire(issue)));
  return core;
}

Result<Control> FromWire(const wire::Control& message) {
  Control control;
  control.acker_epoch_number = message.acker_epoch_number();
  control.control_number = message.control_number();
  control.incarnation = TRY(IdFromWire(message.incarnation()));
  for (const wire::Ack& ack : message.acks()) control.acks.push_back(TRY(FromWire(ack)));
  for (const wire::KeyAnnouncement& key : message.keys())
    control.keys.push_back({TRY(DigestFromWire(key.receive_key()))});
  for (const std::string& digest : message.contracts_known())
    control.contracts_known.push_back(TRY(DigestFromWire(digest)));
  control.created_at_ms = message.created_at_ms();
  return control;
}

template <typename Message>
Result<Message> Parse(std::string_view bytes, std::size_t bytes_max, std::string_view what) {
  if (bytes.size() > bytes_max) return OverLimit(std::string(what) + " is too long");
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return Malformed(std::string(what) + " is not a protobuf message");
  return message;
}

}  // namespace

Bytes EncodeCore(const Core& core) {
  CHECK(ValidateCore(core).ok());
  wire::Core message;
  message.set_kind(WireNumber(core.kind));
  message.set_sender(WireBytes(core.sender));
  message.set_recipient(WireBytes(core.recipient));
  message.set_channel(WireBytes(core.channel));
  message.set_stream(WireNumber(core.stream));
  message.set_epoch_number(core.epoch.number);
  message.set_epoch_nonce(core.epoch.nonce);
  message.set_sequence(core.sequence);
  message.set_previous_packet_id(WireBytes(core.previous_packet_id));
  message.set_payload_bytes(core.payload_bytes);
  message.set_records_bytes(core.records_bytes);
  message.set_payload_hash(WireBytes(core.payload_hash));
  message.set_contract_digest(WireBytes(core.contract_digest));
  message.set_features(core.features);
  message.set_incarnation_asked(WireBytes(core.incarnation_asked));
  message.set_wants_state(core.wants_state);
  message.set_incarnation(WireBytes(core.incarnation));
  message.set_skip_first(core.skip_first);
  message.set_skip_through(core.skip_through);
  for (const Id& issue : core.skip_issues) message.add_skip_issues(WireBytes(issue));
  const Bytes bytes = message.SerializeAsString();
  CHECK(bytes.size() <= limits::kCoreBytesMax);
  return bytes;
}

Bytes EncodeControl(const Control& control) {
  CHECK(control.acks.size() <= limits::kAcksMax);
  CHECK(control.contracts_known.size() <= limits::kContractsKnownMax);
  wire::Control message;
  message.set_acker_epoch_number(control.acker_epoch_number);
  message.set_control_number(control.control_number);
  message.set_incarnation(WireBytes(control.incarnation));
  for (const Ack& ack : control.acks) ToWire(ack, *message.add_acks());
  for (const KeyAnnouncement& key : control.keys)
    message.add_keys()->set_receive_key(WireBytes(key.receive_key));
  for (const Digest& digest : control.contracts_known)
    message.add_contracts_known(WireBytes(digest));
  message.set_created_at_ms(control.created_at_ms);
  DropOldest(message);
  Bytes bytes = message.SerializeAsString();
  CHECK(DecodeControl(bytes).ok());
  return bytes;
}

Result<Core> DecodeCore(std::string_view bytes) {
  const wire::Core message = TRY(Parse<wire::Core>(bytes, limits::kCoreBytesMax, "core"));
  // First, because a newer version may have given the rest another meaning.
  if ((message.features() & ~kFeaturesKnown) != 0)
    return NewerVersion("packet with unknown feature bits " +
                        std::to_string(message.features() & ~kFeaturesKnown));
  Core core = TRY(FromWire(message));
  TRY(ValidateCore(core));
  return core;
}

Result<Control> DecodeControl(std::string_view bytes) {
  const wire::Control message =
      TRY(Parse<wire::Control>(bytes, limits::kControlBytesMax, "control part"));
  Control control = TRY(FromWire(message));
  TRY(ValidateControl(control));
  return control;
}

Digest PacketId(std::string_view core_bytes) { return Hash("VLS1 packet id", core_bytes); }
Digest PayloadHash(std::string_view payload) { return Hash(kPayloadLabel, payload); }

}  // namespace valise
