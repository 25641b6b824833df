// Properties over random values.
#include <rapidcheck.h>

#include "packet/codec.h"
#include "packet/envelope.h"
#include "tests/packet/test.h"

namespace valise {
namespace {

Bytes AnyText(std::size_t bytes_min, std::size_t bytes_max) {
  const auto size = *rc::gen::inRange(bytes_min, bytes_max + 1);
  return *rc::gen::container<Bytes>(size, rc::gen::inRange<char>(' ', '\x7f'));
}

Id AnyId() {
  Id id;
  for (std::uint8_t& octet : id.bytes) octet = *rc::gen::arbitrary<std::uint8_t>();
  id.bytes[0] |= 1;
  return id;
}

RegisterKey AnyKey() {
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      return FieldKey(AnyText(1, 20));
    case 1:
      return ElementKey(AnyText(1, 20), AnyText(1, 255));
    case 2:
      return CommentTextKey(AnyId());
    default:
      return CommentPresenceKey(AnyId());
  }
}

Version AnyVersion() {
  return {*rc::gen::inRange<std::int64_t>(0, 1LL << 61), *rc::gen::arbitrary<std::uint32_t>()};
}

Register AnyRegister() {
  Register reg{AnyKey(), AnyVersion(), AnyVersion(), std::nullopt};
  if (*rc::gen::arbitrary<bool>()) reg.value = Value{AnyText(0, 300), AnyText(0, 20)};
  return reg;
}

Change AnyChange() {
  Change change;
  change.op_id = AnyId();
  change.issue_id = AnyId();
  change.issue_sequence = *rc::gen::arbitrary<std::uint64_t>();
  change.author = {AnyText(0, 40), AnyText(0, 10)};
  if (*rc::gen::arbitrary<bool>())
    change.created = IssueOrigin{
        *rc::gen::arbitrary<std::uint32_t>(), AnyText(1, 10), AnyId(), {AnyText(0, 9), ""},
        *rc::gen::arbitrary<std::int64_t>(),  AnyText(0, 9)};
  for (int i = *rc::gen::inRange(0, 5); i > 0; --i) change.registers.push_back(AnyRegister());
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i)
    change.objects.push_back({AnyId(), {AnyText(0, 9), ""}, *rc::gen::arbitrary<std::int64_t>()});
  return change;
}

TEST_CASE("any payload of changes comes back equal") {
  EXPECT(rc::check([] {
    std::vector<Record> records;
    for (int i = *rc::gen::inRange(1, 4); i > 0; --i) records.push_back(AnyChange());
    const Payload payload = EncodePayload(records);
    RC_ASSERT(DecodePayload(payload.bytes, payload.records_bytes).value() == records);
  }));
}

TEST_CASE("any bytes decode to a value that encodes again, or to an error") {
  EXPECT(rc::check([](const Bytes& bytes) {
    const Result<Record> record = DecodeRecord(bytes);
    if (record.ok())
      RC_ASSERT(DecodeRecord(EncodeRecord(record.value())).value() == record.value());
    const Result<Control> control = DecodeControl(bytes);
    if (control.ok())
      RC_ASSERT(DecodeControl(EncodeControl(control.value())).value() == control.value());
  }));
}

TEST_CASE("Padme never shrinks, adds at most 12 percent, and is its own Padme") {
  EXPECT(rc::check([] {
    const auto bytes = *rc::gen::inRange<std::uint64_t>(1, 1ULL << 40);
    const std::uint64_t padded = Padme(bytes);
    RC_ASSERT(padded >= bytes);
    RC_ASSERT(padded - bytes <= bytes / 8);
    RC_ASSERT(Padme(padded) == padded);
  }));
}

TEST_CASE("the padded plaintext holds the payload and its size says nothing more") {
  EXPECT(rc::check([] {
    const std::uint64_t front = 88 + 16 + 256 * *rc::gen::inRange<std::uint64_t>(1, 256);
    const auto payload = *rc::gen::inRange<std::uint64_t>(0, 80ULL << 20);
    const std::uint64_t plain = PaddedPlainBytes(front, payload);
    const std::uint64_t total = front + BodyBytes(plain);
    const std::uint64_t wanted = Padme(std::max(kSealedBytesMin, front + BodyBytes(payload)));
    RC_ASSERT(plain >= payload);
    RC_ASSERT(total >= wanted);
    RC_ASSERT(total <= wanted + kChunkTagBytes);
    RC_ASSERT(plain == 0 || front + BodyBytes(plain - 1) < wanted);  // the least that will do
  }));
}

TEST_CASE("hex and base32 of any bytes come back equal") {
  EXPECT(rc::check([](const Bytes& bytes) {
    RC_ASSERT(FromHex(Hex(bytes)) == bytes);
    RC_ASSERT(FromBase32(Base32(bytes)) == bytes);
  }));
}

}  // namespace
}  // namespace valise
