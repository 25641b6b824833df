// Change, Outcome and State: the records that speak of issues.
#include "packet/codec_parts.h"
#include "packet/limits.h"
#include "proto/packet.pb.h"

namespace valise {
namespace {

void ToWire(const Person& person, wire::Person& message) {
  message.set_name(person.name);
  message.set_alias(person.alias);
}

Person FromWire(wire::Person& message) {
  return {std::move(*message.mutable_name()), std::move(*message.mutable_alias())};
}

void ToWire(const Version& version, wire::Version& message) {
  message.set_at_ms(version.at_ms);
  message.set_site(version.site);
}

// The bound leaves room for the 1 ms by which a later edit must be newer: a peer that sends the
// highest number could otherwise make that sum overflow here.
Result<Version> FromWire(const wire::Version& message) {
  if (message.at_ms() < 0 || message.at_ms() > limits::kAtMsMax)
    return Malformed("time of a version is out of range");
  return Version{message.at_ms(), message.site()};
}

void ToWire(const RegisterKey& key, wire::RegisterKey& message) {
  message.set_kind(WireNumber(key.kind));
  message.set_field(key.field);
  message.set_element(key.element);
  message.set_object(WireBytes(key.object));
}

Result<RegisterKey> FromWire(wire::RegisterKey& message) {
  const Id object = TRY(IdFromWire(message.object()));
  return RegisterKey{EnumFromWire<RegisterKind>(message.kind()),
                     std::move(*message.mutable_field()), std::move(*message.mutable_element()),
                     object};
}

void ToWire(const Register& reg, wire::Register& message) {
  ToWire(reg.key, *message.mutable_key());
  ToWire(reg.version, *message.mutable_version());
  if (reg.seen != Version{}) ToWire(reg.seen, *message.mutable_seen());
  message.set_automatic(reg.is_automatic);
  if (!reg.value) return;
  message.mutable_value()->set_text(reg.value->text);
  message.mutable_value()->set_detail(reg.value->detail);
}

Result<Register> FromWire(wire::Register& message) {
  Register reg;
  reg.key = TRY(FromWire(*message.mutable_key()));
  reg.version = TRY(FromWire(message.version()));
  reg.seen = TRY(FromWire(message.seen()));
  reg.is_automatic = message.automatic();
  if (message.has_value()) {
    wire::Value& value = *message.mutable_value();
    reg.value = Value{std::move(*value.mutable_text()), std::move(*value.mutable_detail())};
  }
  return reg;
}

void ToWire(const ObjectOrigin& object, wire::ObjectOrigin& message) {
  message.set_object(WireBytes(object.id));
  ToWire(object.author, *message.mutable_author());
  message.set_created_ms(object.created_ms);
  message.set_kind(WireNumber(object.kind));
  message.set_name(object.name);
  message.set_mime(object.mime);
  message.set_bytes(object.bytes);
  message.set_content(WireBytes(object.content));
}

Result<ObjectOrigin> FromWire(wire::ObjectOrigin& message) {
  ObjectOrigin object;
  object.id = TRY(IdFromWire(message.object()));
  object.author = FromWire(*message.mutable_author());
  object.created_ms = message.created_ms();
  object.kind = EnumFromWire<ObjectKind>(message.kind());
  object.name = std::move(*message.mutable_name());
  object.mime = std::move(*message.mutable_mime());
  object.bytes = message.bytes();
  object.content = TRY(DigestFromWire(message.content()));
  return object;
}

void ToWire(const IssueOrigin& origin, wire::IssueOrigin& message) {
  message.set_birth_site(origin.birth_site);
  message.set_type(origin.type);
  message.set_parent(WireBytes(origin.parent));
  ToWire(origin.author, *message.mutable_author());
  message.set_created_ms(origin.created_ms);
  message.set_remote_key(origin.remote_key);
}

Result<IssueOrigin> FromWire(wire::IssueOrigin& message) {
  IssueOrigin origin;
  origin.birth_site = message.birth_site();
  origin.type = std::move(*message.mutable_type());
  origin.parent = TRY(IdFromWire(message.parent()));
  origin.author = FromWire(*message.mutable_author());
  origin.created_ms = message.created_ms();
  origin.remote_key = std::move(*message.mutable_remote_key());
  return origin;
}

// Field numbers of one message mean one thing in Change and State, so one text serves both.
template <typename Message>
Result<std::vector<ObjectOrigin>> ObjectsFromWire(Message& message) {
  std::vector<ObjectOrigin> objects;
  for (wire::ObjectOrigin& object : *message.mutable_objects())
    objects.push_back(TRY(FromWire(object)));
  return objects;
}

}  // namespace

void ToWire(const Change& change, wire::Change& message) {
  message.set_op_id(WireBytes(change.op_id));
  message.set_issue_id(WireBytes(change.issue_id));
  message.set_issue_sequence(change.issue_sequence);
  if (change.author != Person{}) ToWire(change.author, *message.mutable_author());
  if (change.created) ToWire(*change.created, *message.mutable_created());
  for (const ObjectOrigin& object : change.objects) ToWire(object, *message.add_objects());
  for (const Register& reg : change.registers) ToWire(reg, *message.add_registers());
}

Result<Change> FromWire(wire::Change& message) {
  Change change;
  change.op_id = TRY(IdFromWire(message.op_id()));
  change.issue_id = TRY(IdFromWire(message.issue_id()));
  change.issue_sequence = message.issue_sequence();
  change.author = FromWire(*message.mutable_author());
  if (message.has_created()) change.created = TRY(FromWire(*message.mutable_created()));
  change.objects = TRY(ObjectsFromWire(message));
  for (wire::Register& reg : *message.mutable_registers())
    change.registers.push_back(TRY(FromWire(reg)));
  return change;
}

void ToWire(const Outcome& outcome, wire::Outcome& message) {
  message.set_op_id(WireBytes(outcome.op_id));
  message.set_result(WireNumber(outcome.result));
  message.set_reason_code(outcome.reason_code);
  for (const RegisterOutcome& reg : outcome.registers) {
    wire::RegisterOutcome& part = *message.add_registers();
    ToWire(reg.key, *part.mutable_key());
    part.set_result(WireNumber(reg.result));
    part.set_reason_code(reg.reason_code);
  }
}

Result<Outcome> FromWire(wire::Outcome& message) {
  Outcome outcome;
  outcome.op_id = TRY(IdFromWire(message.op_id()));
  outcome.result = EnumFromWire<OutcomeResult>(message.result());
  outcome.reason_code = std::move(*message.mutable_reason_code());
  for (wire::RegisterOutcome& reg : *message.mutable_registers()) {
    RegisterKey key = TRY(FromWire(*reg.mutable_key()));
    outcome.registers.push_back({std::move(key), EnumFromWire<OutcomeResult>(reg.result()),
                                 std::move(*reg.mutable_reason_code())});
  }
  return outcome;
}

void ToWire(const State& state, wire::State& message) {
  message.set_incarnation_asked(WireBytes(state.incarnation_asked));
  message.set_issue_id(WireBytes(state.issue_id));
  message.set_digest(WireBytes(state.digest));
  message.set_is_whole(state.is_whole);
  if (state.origin) ToWire(*state.origin, *message.mutable_origin());
  for (const ObjectOrigin& object : state.objects) ToWire(object, *message.add_objects());
  for (const StateRegister& reg : state.registers) {
    wire::StateRegister& part = *message.add_registers();
    ToWire(reg.agreed, *part.mutable_agreed());
    part.set_is_held(reg.is_held);
    ToWire(reg.asker_version, *part.mutable_asker_version());
    part.set_asker_value(WireBytes(reg.asker_value));
  }
  message.set_is_tombstone(state.is_tombstone);
  message.set_is_last(state.is_last);
}

Result<State> FromWire(wire::State& message) {
  State state;
  state.incarnation_asked = TRY(IdFromWire(message.incarnation_asked()));
  state.issue_id = TRY(IdFromWire(message.issue_id()));
  state.digest = TRY(DigestFromWire(message.digest()));
  state.is_whole = message.is_whole();
  if (message.has_origin()) state.origin = TRY(FromWire(*message.mutable_origin()));
  state.objects = TRY(ObjectsFromWire(message));
  for (wire::StateRegister& reg : *message.mutable_registers()) {
    StateRegister part;
    part.agreed = TRY(FromWire(*reg.mutable_agreed()));
    part.is_held = reg.is_held();
    part.asker_version = TRY(FromWire(reg.asker_version()));
    part.asker_value = TRY(DigestFromWire(reg.asker_value()));
    state.registers.push_back(std::move(part));
  }
  state.is_tombstone = message.is_tombstone();
  state.is_last = message.is_last();
  return state;
}

}  // namespace valise
