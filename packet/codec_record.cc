// One record: the wrapper with its kind number, and the kinds that need no file of their own.
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include "packet/codec.h"
#include "packet/codec_parts.h"
#include "packet/limits.h"
#include "packet/validate.h"
#include "proto/packet.pb.h"

namespace valise {
namespace {

using valise::FromWire;  // else the ones below would hide them
using valise::ToWire;

// Wire numbers: never re-used. They follow the order of the variant; validate.cc counts on it.
enum class Kind : std::uint32_t {
  kChange = 1,
  kOutcome = 2,
  kContentPiece = 3,
  kState = 4,
  kContractRecord = 5,
  kPing = 6,
  kPong = 7,
  kUnsupported = 8
};

// Two repeated fields of kRegistersMax each, and some singular ones.
constexpr std::size_t kFieldsMax = 2 * limits::kRegistersMax + 64;

void ToWire(const ContentPiece& piece, wire::ContentPiece& message) {
  message.set_content(WireBytes(piece.content));
  message.set_content_bytes(piece.content_bytes);
  message.set_offset(piece.offset);
  message.set_data(piece.data);
}

Result<ContentPiece> FromWire(wire::ContentPiece& message) {
  const Digest content = TRY(DigestFromWire(message.content()));
  return ContentPiece{content, message.content_bytes(), message.offset(),
                      std::move(*message.mutable_data())};
}

void ToWire(const ContractRecord& contract, wire::ContractRecord& message) {
  message.set_toml(contract.toml);
  if (contract.verdict == ContractVerdict::kProposed) return;
  message.set_verdict(static_cast<std::uint32_t>(contract.verdict));
  message.set_digest(WireBytes(contract.digest));
}
Result<ContractRecord> FromWire(wire::ContractRecord& message) {
  const Digest digest = TRY(DigestFromWire(message.digest()));
  return ContractRecord{std::move(*message.mutable_toml()),
                        EnumFromWire<ContractVerdict>(message.verdict()), digest};
}

void ToWire(const Ping& ping, wire::Ping& message) { message.set_nonce(ping.nonce); }
Result<Ping> FromWire(const wire::Ping& message) { return Ping{message.nonce()}; }

void ToWire(const Pong& pong, wire::Pong& message) { message.set_nonce(pong.nonce); }
Result<Pong> FromWire(const wire::Pong& message) { return Pong{message.nonce()}; }

void ToWire(const Unsupported& value, wire::Unsupported& message) { message.set_kind(value.kind); }
Result<Unsupported> FromWire(const wire::Unsupported& message) {
  return Unsupported{message.kind()};
}

template <typename Message, typename T>
Bytes Wrap(Kind kind, const T& value) {
  Message message;
  ToWire(value, message);
  wire::Record record;
  record.set_kind(WireNumber(kind));
  record.set_body(message.SerializeAsString());
  return record.SerializeAsString();
}

struct Encoder {
  Bytes operator()(const Change& v) const { return Wrap<wire::Change>(Kind::kChange, v); }
  Bytes operator()(const Outcome& v) const { return Wrap<wire::Outcome>(Kind::kOutcome, v); }
  Bytes operator()(const ContentPiece& v) const {
    return Wrap<wire::ContentPiece>(Kind::kContentPiece, v);
  }
  Bytes operator()(const State& v) const { return Wrap<wire::State>(Kind::kState, v); }
  Bytes operator()(const ContractRecord& v) const {
    return Wrap<wire::ContractRecord>(Kind::kContractRecord, v);
  }
  Bytes operator()(const Ping& v) const { return Wrap<wire::Ping>(Kind::kPing, v); }
  Bytes operator()(const Pong& v) const { return Wrap<wire::Pong>(Kind::kPong, v); }
  Bytes operator()(const Unsupported& v) const {
    return Wrap<wire::Unsupported>(Kind::kUnsupported, v);
  }
  Bytes operator()(const UnknownRecord& v) const {
    wire::Record record;
    record.set_kind(v.kind);
    record.set_body(v.bytes);
    return record.SerializeAsString();
  }
};

// An empty message inside a repeated field takes 2 bytes here and about 200 on protobuf's heap:
// count the fields before they are made.
bool HasFewFields(std::string_view body) {
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const std::uint8_t*>(body.data()),
                                               static_cast<int>(body.size()));
  for (std::size_t fields = 0; fields <= kFieldsMax; ++fields) {
    const std::uint32_t tag = input.ReadTag();
    if (tag == 0) return true;  // the end, or damage that the parser will report
    if (!google::protobuf::internal::WireFormatLite::SkipField(&input, tag)) return true;
  }
  return false;
}

template <typename Message>
Result<Record> Unwrap(std::string_view body) {
  if (!HasFewFields(body)) return OverLimit("record has too many fields");
  Message message;
  if (!message.ParseFromArray(body.data(), static_cast<int>(body.size())))
    return Malformed("record body is not a protobuf message");
  Record record = TRY(FromWire(message));
  TRY(ValidateRecord(record));
  return record;
}

Result<Record> DecodeBody(std::uint32_t kind, Bytes body) {
  switch (static_cast<Kind>(kind)) {
    case Kind::kChange:
      return Unwrap<wire::Change>(body);
    case Kind::kOutcome:
      return Unwrap<wire::Outcome>(body);
    case Kind::kContentPiece:
      return Unwrap<wire::ContentPiece>(body);
    case Kind::kState:
      return Unwrap<wire::State>(body);
    case Kind::kContractRecord:
      return Unwrap<wire::ContractRecord>(body);
    case Kind::kPing:
      return Unwrap<wire::Ping>(body);
    case Kind::kPong:
      return Unwrap<wire::Pong>(body);
    case Kind::kUnsupported:
      return Unwrap<wire::Unsupported>(body);
  }
  if (kind == 0) return Malformed("record without a kind");
  return Record(UnknownRecord{kind, std::move(body)});
}

}  // namespace

Bytes EncodeRecord(const Record& record) { return std::visit(Encoder(), record); }

Result<Record> DecodeRecord(std::string_view bytes) {
  if (bytes.size() > limits::kRecordBytesMax) return OverLimit("record is too long");
  wire::Record record;
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return Malformed("record is not a protobuf message");
  return DecodeBody(record.kind(), std::move(*record.mutable_body()));
}

}  // namespace valise
