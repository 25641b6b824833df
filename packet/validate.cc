#include "packet/validate.h"

#include <algorithm>

#include "packet/error.h"
#include "packet/keys.h"
#include "packet/limits.h"

namespace valise {
namespace {

template <typename Enum>
bool IsBetween(Enum value, Enum low, Enum high) {
  return value >= low && value <= high;
}

Result<void> CheckText(std::string_view what, std::string_view text, std::size_t bytes_max) {
  if (text.size() > bytes_max)
    return OverLimit(std::string(what) + " has " + std::to_string(text.size()) +
                     " bytes, more than " + std::to_string(bytes_max));
  if (!IsUtf8(text)) return Malformed(std::string(what) + " is not UTF-8");
  return Ok();
}

// A name may be empty where the caller does not ask for more; it never holds NUL.
Result<void> CheckName(std::string_view what, std::string_view name) {
  TRY(CheckText(what, name, limits::kNameBytesMax));
  if (name.find('\0') != std::string_view::npos)
    return Malformed(std::string(what) + " holds a NUL character");
  return Ok();
}

Result<void> CheckCount(std::string_view what, std::size_t count, std::size_t count_max) {
  if (count <= count_max) return Ok();
  return OverLimit(std::to_string(count) + " " + std::string(what) + ", more than " +
                   std::to_string(count_max));
}

Result<void> CheckPresent(std::string_view what, bool is_present) {
  if (is_present) return Ok();
  return Malformed(std::string(what) + " is missing");
}

Result<void> CheckPerson(const Person& person) {
  TRY(CheckName("person name", person.name));
  return CheckName("person alias", person.alias);
}

// Each kind fills its own parts of the key and no other, so that equal registers have equal keys.
Result<void> CheckKey(const RegisterKey& key) {
  if (!IsBetween(key.kind, RegisterKind::kField, RegisterKind::kLinkPresence))
    return Malformed("unknown register kind " + std::to_string(static_cast<int>(key.kind)));
  TRY(CheckName("field name", key.field));
  TRY(CheckName("element name", key.element));
  const bool is_link = key.kind == RegisterKind::kLinkPresence;
  const bool has_field = key.kind <= RegisterKind::kElement || is_link;
  if (has_field == key.field.empty() ||
      (key.kind == RegisterKind::kElement) == key.element.empty() ||
      (has_field && !is_link) != key.object.is_zero())
    return Malformed("register key does not fit its kind");
  return Ok();
}

Result<void> CheckVersion(const Version& version) {
  if (version.at_ms > limits::kAtMsMax) return Malformed("time of a version is out of range");
  return version.at_ms >= 0 ? Ok() : Malformed("version before 1970");
}

Result<void> CheckRegister(const Register& reg) {
  TRY(CheckKey(reg.key));
  TRY(CheckVersion(reg.version));
  TRY(CheckVersion(reg.seen));
  if (!reg.value) return Ok();
  TRY(CheckText("value", reg.value->text, limits::kTextBytesMax));
  return CheckText("value detail", reg.value->detail, limits::kTextBytesMax);
}

Result<void> CheckObjects(const std::vector<ObjectOrigin>& objects) {
  TRY(CheckCount("objects", objects.size(), limits::kRegistersMax));
  for (const ObjectOrigin& object : objects) {
    TRY(CheckPresent("object id", !object.id.is_zero()));
    if (!IsBetween(object.kind, ObjectKind::kComment, ObjectKind::kAttachment))
      return Malformed("unknown object kind " + std::to_string(static_cast<int>(object.kind)));
    TRY(CheckPerson(object.author));
    TRY(CheckName("file name", object.name));
    TRY(CheckName("file type", object.mime));
  }
  return Ok();
}

Result<void> CheckOrigin(const IssueOrigin& origin) {
  TRY(CheckName("issue type", origin.type));
  TRY(CheckPresent("issue type", !origin.type.empty()));
  TRY(CheckPerson(origin.author));
  return CheckName("remote key", origin.remote_key);
}

Result<void> Validate(const Change& change) {
  TRY(CheckPresent("operation id", !change.op_id.is_zero()));
  TRY(CheckPresent("issue id", !change.issue_id.is_zero()));
  TRY(CheckPerson(change.author));
  if (change.created) TRY(CheckOrigin(*change.created));
  TRY(CheckObjects(change.objects));
  TRY(CheckCount("registers", change.registers.size(), limits::kRegistersMax));
  for (const Register& reg : change.registers) TRY(CheckRegister(reg));
  return Ok();
}

Result<void> CheckResult(OutcomeResult result) {
  if (!IsBetween(result, OutcomeResult::kApplied, OutcomeResult::kRefused))
    return Malformed("unknown outcome result");
  return Ok();
}

Result<void> Validate(const Outcome& outcome) {
  TRY(CheckPresent("operation id", !outcome.op_id.is_zero()));
  TRY(CheckResult(outcome.result));
  TRY(CheckName("reason code", outcome.reason_code));
  TRY(CheckCount("registers", outcome.registers.size(), limits::kRegistersMax));
  for (const RegisterOutcome& reg : outcome.registers) {
    TRY(CheckKey(reg.key));
    TRY(CheckResult(reg.result));
    TRY(CheckName("reason code", reg.reason_code));
  }
  return Ok();
}

Result<void> Validate(const ContentPiece& piece) {
  TRY(CheckPresent("content digest", !piece.content.is_zero()));
  if (piece.offset > piece.content_bytes || piece.data.size() > piece.content_bytes - piece.offset)
    return Malformed("content piece reaches beyond its content");
  return Ok();
}

Result<void> Validate(const State& state) {
  TRY(CheckPresent("incarnation", !state.incarnation_asked.is_zero()));
  TRY(CheckPresent("issue id", state.is_last || !state.issue_id.is_zero()));
  if (state.origin) TRY(CheckOrigin(*state.origin));
  TRY(CheckObjects(state.objects));
  TRY(CheckCount("registers", state.registers.size(), limits::kRegistersMax));
  for (const StateRegister& reg : state.registers) {
    TRY(CheckRegister(reg.agreed));
    TRY(CheckVersion(reg.asker_version));
  }
  return Ok();
}

Result<void> Validate(const ContractRecord& contract) {
  if (contract.verdict > ContractVerdict::kWithdrawn) return Malformed("contract verdict");
  const bool is_proposal = contract.verdict == ContractVerdict::kProposed;
  if (is_proposal != contract.digest.is_zero() || (!is_proposal && !contract.toml.empty())) {
    return Malformed("a contract is proposed with its text, and judged by its digest");
  }
  return CheckText("contract", contract.toml, limits::kTextBytesMax);
}

Result<void> Validate(const Ping&) { return Ok(); }
Result<void> Validate(const Pong&) { return Ok(); }
Result<void> Validate(const Unsupported&) { return Ok(); }

Result<void> Validate(const UnknownRecord& record) {
  // The record kinds are numbered as in the variant, from 1; its last member is this one.
  if (record.kind < std::variant_size_v<Record>) return Malformed("record kind is not unknown");
  return Ok();
}

Result<void> CheckSkip(const Core& core) {
  TRY(CheckCount("skipped issues", core.skip_issues.size(), limits::kSkipIssuesMax));
  if (core.kind != PacketKind::kSkip) {
    if (core.skip_first != 0 || core.skip_through != 0 || !core.skip_issues.empty())
      return Malformed("skip range in a packet that is no skip");
    return Ok();
  }
  if (core.skip_first == 0 || core.skip_first > core.skip_through)
    return Malformed("skip range is empty");
  if (std::ranges::any_of(core.skip_issues, &Id::is_zero)) return Malformed("issue id is missing");
  return Ok();
}

Result<void> CheckPosition(const Core& core) {
  if (!IsBetween(core.kind, PacketKind::kData, PacketKind::kSkip))
    return Malformed("unknown packet kind " + std::to_string(static_cast<int>(core.kind)));
  if (!IsBetween(core.stream, Stream::kChanges, Stream::kContent))
    return Malformed("unknown stream " + std::to_string(static_cast<int>(core.stream)));
  if ((core.kind == PacketKind::kAck) != (core.sequence == 0))
    return Malformed("sequence does not fit the packet kind");
  if (core.kind == PacketKind::kEpochStart && core.sequence != 1)
    return Malformed("epoch start is not the first packet of its epoch");
  return Ok();
}

bool IsRange(const SequenceRange& range) {
  return range.first >= 1 && range.first <= range.through;
}

Result<void> CheckAck(const Ack& ack) {
  if (!IsBetween(ack.stream, Stream::kChanges, Stream::kContent))
    return Malformed("unknown stream in an ack");
  TRY(CheckCount("received ranges", ack.received.size(), limits::kRangesMax));
  TRY(CheckCount("needs", ack.needs.size(), limits::kRangesMax));
  if (!std::ranges::all_of(ack.received, IsRange)) return Malformed("received range is empty");
  for (const Need& need : ack.needs) {
    if (!IsRange(need.range)) return Malformed("needed range is empty");
    if (!IsBetween(need.reason, NeedReason::kMissing, NeedReason::kContract))
      return Malformed("unknown reason of a need");
  }
  return Ok();
}

}  // namespace

Result<void> ValidateCore(const Core& core) {
  if ((core.features & ~kFeaturesKnown) != 0)
    return NewerVersion("packet with unknown feature bits " +
                        std::to_string(core.features & ~kFeaturesKnown));
  TRY(CheckPosition(core));
  TRY(CheckPresent("sender", !core.sender.is_zero()));
  TRY(CheckPresent("recipient", !core.recipient.is_zero()));
  TRY(CheckPresent("channel", !core.channel.is_zero()));
  if (core.payload_bytes > limits::kSealedBytesMax) return OverLimit("payload is too long");
  if (core.records_bytes > limits::kRecordsBytesMax) return OverLimit("records are too long");
  return CheckSkip(core);
}

Result<void> ValidateControl(const Control& control) {
  TRY(CheckCount("acks", control.acks.size(), limits::kAcksMax));
  TRY(CheckCount("announced keys", control.keys.size(), limits::kKeyAnnouncementsMax));
  TRY(CheckCount("known contracts", control.contracts_known.size(), limits::kContractsKnownMax));
  for (const Ack& ack : control.acks) TRY(CheckAck(ack));
  for (const KeyAnnouncement& key : control.keys)
    if (!IsUsableReceiveKey(key.receive_key)) return Malformed("announced key is not usable");
  return Ok();
}

Result<void> ValidateRecord(const Record& record) {
  return std::visit([](const auto& value) { return Validate(value); }, record);
}

}  // namespace valise
