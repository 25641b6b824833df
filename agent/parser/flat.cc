#include "agent/parser/flat.h"

#include <algorithm>
#include <type_traits>

#include "agent/parser/flat_side.h"
#include "packet/validate.h"
#include "transport/mail/text.h"

namespace valise {
namespace {

// Declared first, as items of lists.
template <typename Side>
void Walk(Side& side, For<Side, Ack> ack);
template <typename Side>
void Walk(Side& side, For<Side, ObjectOrigin> object);
template <typename Side>
void Walk(Side& side, For<Side, IssueOrigin> origin);
template <typename Side>
void Walk(Side& side, For<Side, Register> reg);
template <typename Side>
void Walk(Side& side, For<Side, RegisterOutcome> reg);
template <typename Side>
void Walk(Side& side, For<Side, StateRegister> reg);

// One Walk per type serves both ways: it names the fields once, in their order. `For<Side, T>` is
// const T& for the writer and T& for the reader.

template <typename Side>
void Walk(Side& side, For<Side, Id> id) {
  side.Octets(id.bytes);
}
template <typename Side>
void Walk(Side& side, For<Side, Digest> digest) {
  side.Octets(digest.bytes);
}
template <typename Side>
void Walk(Side& side, For<Side, Epoch> epoch) {
  side.Number(epoch.number);
  side.Number(epoch.nonce);
}
template <typename Side>
void Walk(Side& side, For<Side, SequenceRange> range) {
  side.Number(range.first);
  side.Number(range.through);
}
template <typename Side>
void Walk(Side& side, For<Side, Need> need) {
  Walk(side, need.range);
  side.Enum(need.reason);
}
template <typename Side>
void Walk(Side& side, For<Side, KeyAnnouncement> key) {
  Walk(side, key.receive_key);
}
template <typename Side>
void Walk(Side& side, For<Side, Version> version) {
  side.Number(version.at_ms);
  side.Number(version.site);
}
template <typename Side>
void Walk(Side& side, For<Side, Person> person) {
  side.Text(person.name);
  side.Text(person.alias);
}
template <typename Side>
void Walk(Side& side, For<Side, Value> value) {
  side.Text(value.text);
  side.Text(value.detail);
}

template <typename Side>
constexpr auto kItem = [](Side& side, auto& item) { Walk<Side>(side, item); };

template <typename Side>
void Walk(Side& side, For<Side, RegisterKey> key) {
  side.Enum(key.kind);
  side.Text(key.field);
  side.Text(key.element);
  Walk(side, key.object);
}
template <typename Side>
void Walk(Side& side, For<Side, Register> reg) {
  Walk(side, reg.key);
  Walk(side, reg.version);
  Walk(side, reg.seen);
  side.Optional(reg.value, kItem<Side>);
}
template <typename Side>
void Walk(Side& side, For<Side, StateRegister> reg) {
  Walk(side, reg.agreed);
  side.Flag(reg.is_held);
  Walk(side, reg.asker_version);
  Walk(side, reg.asker_value);
}
template <typename Side>
void Walk(Side& side, For<Side, RegisterOutcome> reg) {
  Walk(side, reg.key);
  side.Enum(reg.result);
  side.Text(reg.reason_code);
}
template <typename Side>
void Walk(Side& side, For<Side, ObjectOrigin> object) {
  Walk(side, object.id);
  Walk(side, object.author);
  side.Number(object.created_ms);
  side.Enum(object.kind);
  side.Text(object.name);
  side.Text(object.mime);
  side.Number(object.bytes);
  Walk(side, object.content);
}
template <typename Side>
void Walk(Side& side, For<Side, IssueOrigin> origin) {
  side.Number(origin.birth_site);
  side.Text(origin.type);
  Walk(side, origin.parent);
  Walk(side, origin.author);
  side.Number(origin.created_ms);
  side.Text(origin.remote_key);
}
template <typename Side>
void Walk(Side& side, For<Side, Ack> ack) {
  side.Enum(ack.stream);
  Walk(side, ack.epoch);
  side.Number(ack.taken_through);
  Walk(side, ack.head);
  side.List(ack.received, kItem<Side>);
  side.List(ack.needs, kItem<Side>);
  side.Number(ack.window_bytes);
}

template <typename Side>
void Walk(Side& side, For<Side, Core> core) {
  side.Enum(core.kind);
  Walk(side, core.sender);
  Walk(side, core.recipient);
  Walk(side, core.channel);
  side.Enum(core.stream);
  Walk(side, core.epoch);
  side.Number(core.sequence);
  Walk(side, core.previous_packet_id);
  side.Number(core.payload_bytes);
  side.Number(core.records_bytes);
  Walk(side, core.payload_hash);
  Walk(side, core.contract_digest);
  side.Number(core.features);
  Walk(side, core.incarnation_asked);
  side.Flag(core.wants_state);
  Walk(side, core.incarnation);
  side.Number(core.skip_first);
  side.Number(core.skip_through);
  side.List(core.skip_issues, kItem<Side>);
}
template <typename Side>
void Walk(Side& side, For<Side, Control> control) {
  side.Number(control.acker_epoch_number);
  side.Number(control.control_number);
  Walk(side, control.incarnation);
  side.List(control.acks, kItem<Side>);
  side.List(control.keys, kItem<Side>);
  side.List(control.contracts_known, kItem<Side>);
  side.Number(control.created_at_ms);
}

template <typename Side>
void Walk(Side& side, For<Side, Change> change) {
  Walk(side, change.op_id);
  Walk(side, change.issue_id);
  side.Number(change.issue_sequence);
  Walk(side, change.author);
  side.Optional(change.created, kItem<Side>);
  side.List(change.objects, kItem<Side>);
  side.List(change.registers, kItem<Side>);
}
template <typename Side>
void Walk(Side& side, For<Side, Outcome> outcome) {
  Walk(side, outcome.op_id);
  side.Enum(outcome.result);
  side.Text(outcome.reason_code);
  side.List(outcome.registers, kItem<Side>);
}
template <typename Side>
void Walk(Side& side, For<Side, ContentPiece> piece) {
  Walk(side, piece.content);
  side.Number(piece.content_bytes);
  side.Number(piece.offset);
  side.Text(piece.data);
}
template <typename Side>
void Walk(Side& side, For<Side, State> state) {
  Walk(side, state.incarnation_asked);
  Walk(side, state.issue_id);
  Walk(side, state.digest);
  side.Flag(state.is_whole);
  side.Optional(state.origin, kItem<Side>);
  side.List(state.objects, kItem<Side>);
  side.List(state.registers, kItem<Side>);
  side.Flag(state.is_tombstone);
  side.Flag(state.is_last);
}
template <typename Side>
void Walk(Side& side, For<Side, ContractRecord> contract) {
  side.Text(contract.toml);
  side.Enum(contract.verdict);
  Walk(side, contract.digest);
}
template <typename Side>
void Walk(Side& side, For<Side, Ping> ping) {
  side.Number(ping.nonce);
}
template <typename Side>
void Walk(Side& side, For<Side, Pong> pong) {
  side.Number(pong.nonce);
}
template <typename Side>
void Walk(Side& side, For<Side, Unsupported> unsupported) {
  side.Number(unsupported.kind);
}
template <typename Side>
void Walk(Side& side, For<Side, UnknownRecord> unknown) {
  side.Number(unknown.kind);
  side.Text(unknown.bytes);
}

template <typename Side>
void Walk(Side& side, For<Side, ReceivedMail> mail) {
  side.Enum(mail.kind);
  side.Text(mail.reason);
  side.Text(mail.report.original_message_id);
  side.Text(mail.report.action);
  side.Text(mail.report.status);
  side.Text(mail.report.diagnostic);
}
template <typename Side>
void Walk(Side& side, For<Side, BundleSummary> summary) {
  side.Number(summary.packets);
  side.Number(summary.bytes);
  side.Text(summary.short_digest);
  side.Number(summary.promised);
  side.Number(summary.duplicates);
  side.Number(summary.altered);
  side.List(summary.foreign, [](Side& inner, auto& text) { inner.Text(text); });
}

// The alternative of that index, default-constructed and read.
template <std::size_t Index = 0>
Record ReadAlternative(FlatReader& reader, std::size_t index) {
  if constexpr (Index < std::variant_size_v<Record>) {
    if (index != Index) return ReadAlternative<Index + 1>(reader, index);
    std::variant_alternative_t<Index, Record> value;
    Walk(reader, value);
    return value;
  } else {
    reader.Fail();
    return Record{};
  }
}

bool IsCode(std::string_view code) {
  constexpr std::size_t kCodeLengthMax = 64;
  return code.starts_with("VAL-") && code.size() <= kCodeLengthMax &&
         std::ranges::all_of(code, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
         });
}

}  // namespace

Error BadAnswer() {
  return {Recovery::kRejectPacket, "VAL-PARSER-ANSWER", "the parser child gave a malformed answer"};
}

std::string PrintableText(std::string text) {
  constexpr std::size_t kMessageLengthMax = 1000;
  if (text.size() > kMessageLengthMax) text.resize(kMessageLengthMax);
  for (char& c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x20 || octet >= 0x7f) c = '?';
  }
  return text;
}

Bytes FlatHeader(const Core& core, const Control& control) {
  FlatWriter writer;
  Walk(writer, core);
  Walk(writer, control);
  return writer.Take();
}

Result<std::pair<Core, Control>> ReadFlatHeader(std::string_view bytes) {
  FlatReader reader(bytes);
  std::pair<Core, Control> header;
  Walk(reader, header.first);
  Walk(reader, header.second);
  if (!reader.is_whole()) return BadAnswer();
  TRY(ValidateCore(header.first));
  TRY(ValidateControl(header.second));
  return header;
}

Bytes FlatRecord(const Record& record) {
  FlatWriter writer;
  writer.Number(static_cast<std::uint8_t>(record.index()));
  std::visit([&](const auto& value) { Walk(writer, value); }, record);
  return writer.Take();
}

Result<Record> ReadFlatRecord(std::string_view bytes) {
  FlatReader reader(bytes);
  std::uint8_t index = 0;
  reader.Number(index);
  Record record = ReadAlternative(reader, index);
  if (!reader.is_whole()) return BadAnswer();
  TRY(ValidateRecord(record));
  return record;
}

Bytes FlatSummary(const BundleSummary& summary) {
  FlatWriter writer;
  Walk(writer, summary);
  return writer.Take();
}

Result<BundleSummary> ReadFlatSummary(std::string_view bytes) {
  FlatReader reader(bytes);
  BundleSummary summary;
  Walk(reader, summary);
  if (!reader.is_whole()) return BadAnswer();
  summary.short_digest = PrintableText(std::move(summary.short_digest));
  for (std::string& line : summary.foreign) line = PrintableText(std::move(line));
  return summary;
}

Bytes FlatMail(const ReceivedMail& mail) {
  FlatWriter writer;
  Walk(writer, mail);
  return writer.Take();
}

Result<ReceivedMail> ReadFlatMail(std::string_view bytes) {
  FlatReader reader(bytes);
  ReceivedMail mail;
  Walk(reader, mail);
  if (!reader.is_whole() || mail.kind > MailKind::kForeign) return BadAnswer();
  DeliveryReport& report = mail.report;
  for (std::string* text : {&mail.reason, &report.original_message_id, &report.action,
                            &report.status, &report.diagnostic}) {
    *text = PrintableMailText(*text);
  }
  return mail;
}

Bytes FlatError(const Error& error) {
  FlatWriter writer;
  writer.Text(error.code);
  writer.Text(error.message);
  return writer.Take();
}

Error ReadFlatError(std::string_view bytes, Recovery recovery) {
  FlatReader reader(bytes);
  Error error{recovery, "", ""};
  reader.Text(error.code);
  reader.Text(error.message);
  if (!reader.is_whole() || !IsCode(error.code)) return BadAnswer();
  error.message = PrintableText(std::move(error.message));
  return error;
}

}  // namespace valise
