// What an authenticated but hostile peer may put into the content stream: bounded, listed, and the
// rest goes on.
#include "packet/limits.h"
#include "packet/seal.h"
#include "tests/exchange/site.h"

namespace valise::exchange {
namespace {

// Packets of hq's hand, in sequence.
class Forger {
 public:
  explicit Forger(const Two& two) : two_(two) {}

  Bytes Make(const std::vector<Record>& records, Stream stream = Stream::kContent) {
    const Payload payload = EncodePayload(records);
    Core core;
    core.sender = SiteId(two_.pair.hq.card);
    core.recipient = SiteId(two_.pair.field.card);
    core.channel = two_.pair.channel;
    core.stream = stream;
    core.epoch = epoch;
    core.sequence = ++sequence_;
    core.previous_packet_id = head_;
    core.contract_digest = two_.field.terms.contract.digest;
    core.payload_bytes = payload.bytes.size();
    core.records_bytes = payload.records_bytes;
    core.payload_hash = PayloadHash(payload.bytes);
    const Bytes core_bytes = EncodeCore(core);
    head_ = PacketId(core_bytes);
    Control control;
    control.control_number = sequence_;
    control.incarnation = IdOf(3);
    return Seal(core_bytes, EncodeControl(control), payload.bytes,
                {two_.pair.hq, two_.pair.field.card}, entropy_);
  }

  Epoch epoch{1, 77};

 private:
  const Two& two_;
  SeededEntropy entropy_{5};
  std::uint64_t sequence_ = 0;
  Digest head_;
};

ContentPiece PieceOf(std::string_view bytes, std::size_t offset, std::size_t size) {
  return {ContentOf(bytes), bytes.size(), offset, Bytes(bytes.substr(offset, size))};
}

std::optional<Error> Take(Two& two, Bytes sealed) {
  two.field.lane.inbox.push_back(std::move(sealed));
  return two.field.TakeAll();
}

std::uint64_t TakenThrough(const Two& two) {
  for (const Ack& ack : two.field.inbox->Acks(0)) {
    if (ack.stream == Stream::kContent) return ack.taken_through;
  }
  return 0;
}

TEST_CASE("a piece that may not be here is listed; the rest of its packet is taken") {
  Two two;
  Forger forger(two);
  const Bytes good = "good bytes";
  ContentPiece bad = PieceOf("bad bytes!", 0, 4);
  std::string reason;
  SUBCASE("longer than the contract says") {
    bad.content_bytes = two.field.terms.contract.attachments.bytes_max + 1;
    bad.offset = bad.content_bytes - 4;
    reason = "size";
  }
  SUBCASE("of another length than its first piece said") {
    REQUIRE_FALSE(Take(two, forger.Make({PieceOf("bad bytes!", 4, 6)})));
    bad.content_bytes = 9;
    reason = "length";
  }
  SUBCASE("of another length than a piece of the same packet said") {
    two.field.lane.inbox.push_back(forger.Make({PieceOf(good, 0, 2), [&] {
                                                  ContentPiece piece = PieceOf(good, 2, 2);
                                                  piece.content_bytes = 400;
                                                  return piece;
                                                }()}));
    reason = "length";
    bad.content_bytes = 4;
    bad.content = ContentOf(good);
  }
  SUBCASE("that says nothing") {
    bad.data.clear();
    reason = "empty";
  }
  REQUIRE_FALSE(Take(two, forger.Make({bad, PieceOf(good, 0, good.size())})));
  CHECK(two.field.Listed("content-refused", reason) >= 1);
  CHECK(two.field.Listed("content-refused") == two.field.Listed("content-refused", reason));
  CHECK(two.field.Has(good));
  CHECK(two.field.store->Quarantined().empty());
  CHECK(TakenThrough(two) > 0);
}

TEST_CASE("contents that the contract does not let in leave no file") {
  Two two;
  Forger forger(two);
  std::string reason;
  SUBCASE("no attachments at all") {
    two.field.terms.contract.has_attachments = false;
    reason = "not-shared";
  }
  SUBCASE("from this site only") {
    two.field.terms.contract.attachments_from.owner = 1;
    reason = "direction";
  }
  REQUIRE_FALSE(Take(two, forger.Make({PieceOf("bytes", 0, 5)})));
  CHECK(two.field.Listed("content-refused", reason) == 1);
  CHECK(two.field.contents.Names().empty());
  CHECK(TakenThrough(two) == 1);
}

TEST_CASE("a content in crumbs is refused before its ranges fill the store") {
  Two two;
  Forger forger(two);
  const Bytes bytes = Noise(100'000, 1);
  for (std::size_t packet = 0; packet < 3; ++packet) {
    std::vector<Record> crumbs;
    for (std::size_t i = 0; i < 1000; ++i) {
      crumbs.push_back(PieceOf(bytes, (packet * 1000 + i) * 2, 1));
    }
    REQUIRE_FALSE(Take(two, forger.Make(crumbs)));
  }
  CHECK(two.field.store->ReceivedRangeCount(ContentOf(bytes)) == 2000);
  CHECK(two.field.Listed("content-refused", "scattered") == 1);
  CHECK(TakenThrough(two) == 3);
}

TEST_CASE("contents that no change speaks of are taken up to a bound only") {
  Two two;
  Forger forger(two);
  const std::uint64_t each = two.field.terms.contract.attachments.bytes_max;
  const std::uint64_t bound = limits::kUnannouncedBytesMax / each;
  for (std::uint64_t number = 1; number <= bound; ++number) {
    ContentPiece piece{DigestOf(static_cast<std::uint8_t>(number)), each, 0, "x"};
    REQUIRE_FALSE(Take(two, forger.Make({piece})));
  }
  CHECK(TakenThrough(two) == bound);
  CHECK_FALSE(two.field.inbox->content_error());
  const ContentPiece next{DigestOf(200), each, 0, "x"};
  const Bytes sealed = forger.Make({next});
  REQUIRE_FALSE(Take(two, sealed));
  REQUIRE(two.field.inbox->content_error());
  CHECK(two.field.inbox->content_error()->code == "VAL-CONTENT-ROOM");
  CHECK(TakenThrough(two) == bound);
  CHECK(two.field.store->NewArrivals(10).empty());
  CHECK_FALSE(two.field.contents.SizeOf(PartName(next.content)));

  // Its change comes, and then it once more.
  IncomingChange change;
  change.issue_id = change.op_id = IdOf(1);
  Commit(*two.field.store, [&] {
    two.field.store->AppendIncoming(change);
    two.field.store->AnnounceContent(next.content);
  });
  REQUIRE_FALSE(Take(two, sealed));
  CHECK(TakenThrough(two) == bound + 1);
  CHECK_FALSE(two.field.inbox->content_error());
}

TEST_CASE("a flood of short contents ends at the same bound") {
  Two two;
  Forger forger(two);
  std::uint64_t number = 0;
  const auto flood = [&](std::uint64_t bytes, std::size_t count) {
    std::vector<Record> pieces;
    for (std::size_t i = 0; i < count; ++i) {
      pieces.push_back(ContentPiece{Hash("flood", std::to_string(++number)), bytes, 0, "x"});
    }
    return forger.Make(pieces);
  };
  const std::uint64_t bound = limits::kUnannouncedBytesMax / 65536;
  while (number < bound) REQUIRE_FALSE(Take(two, flood(2, limits::kContentPiecesMax)));
  CHECK(two.field.store->IncomingContents().size() == bound);
  REQUIRE_FALSE(Take(two, flood(1, 1)));
  CHECK(two.field.inbox->content_error()->code == "VAL-CONTENT-ROOM");
  CHECK(two.field.contents.Names().size() == bound);
  REQUIRE_FALSE(Take(two, flood(1, limits::kContentPiecesMax + 1)));
  CHECK(two.field.store->Quarantined().size() == 1);
}

TEST_CASE("damage that no issue waits for is one line a packet") {
  Two two;
  Forger forger(two);
  std::vector<Record> pieces;
  for (std::uint8_t number = 1; number <= 100; ++number) {
    pieces.push_back(ContentPiece{DigestOf(number), 1, 0, "x"});
  }
  REQUIRE_FALSE(Take(two, forger.Make(pieces)));
  CHECK(two.field.Listed("content-damaged", "damaged") == 1);
  CHECK(two.field.contents.Names().empty());
}

TEST_CASE("records in the wrong stream put their packet aside") {
  Two two;
  Forger forger(two);
  Change change;
  change.op_id = change.issue_id = IdOf(1);
  SUBCASE("a change among contents") { REQUIRE_FALSE(Take(two, forger.Make({change}))); }
  SUBCASE("a piece among changes") {
    REQUIRE_FALSE(Take(two, forger.Make({PieceOf("bytes", 0, 5)}, Stream::kChanges)));
  }
  const auto aside = two.field.store->Quarantined();
  REQUIRE(aside.size() == 1);
  CHECK(aside[0].reason_code == "VAL-PACKET-STREAM");
  CHECK(two.field.store->AllIncoming(10).empty());
  CHECK(two.field.contents.Names().empty());
}

TEST_CASE("an unknown record among pieces is answered, not dropped") {
  Two two;
  Forger forger(two);
  REQUIRE_FALSE(Take(two, forger.Make({UnknownRecord{99, "?"}, PieceOf("bytes", 0, 5)})));
  CHECK(two.field.Listed("unsupported") == 1);
  CHECK(two.field.Has("bytes"));
}

TEST_CASE("both streams belong to one epoch of the sender") {
  Two two;
  Forger changes(two), contents(two);
  REQUIRE_FALSE(Take(two, changes.Make({Ping{1}}, Stream::kChanges)));
  SUBCASE("a clone's") {
    contents.epoch.nonce = 78;
    CHECK(Take(two, contents.Make({PieceOf("bytes", 0, 5)}))->code == "VAL-FORK");
  }
  SUBCASE("a restored one's") {
    contents.epoch.number = 2;
    CHECK(Take(two, contents.Make({PieceOf("bytes", 0, 5)}))->code == "VAL-PEER-RESTORED");
  }
  CHECK(two.field.contents.Names().empty());
}

TEST_CASE("the chain of the content stream is checked") {
  Two two;
  Forger first(two), second(two);
  REQUIRE_FALSE(Take(two, first.Make({PieceOf("one", 0, 3)})));
  (void)second.Make({PieceOf("two", 0, 3)});
  CHECK(Take(two, second.Make({PieceOf("three", 0, 5)}))->code == "VAL-FORK");
  CHECK_FALSE(two.field.store->HasContent(ContentOf("three")));
}

TEST_CASE("the file may already hold what no row speaks of") {
  Two two;
  Forger forger(two);
  const Bytes bytes = Noise(5000, 1);
  // A life that ended between the file and the commit, with the peer's first, longer version.
  REQUIRE(two.field.contents.Write(PartName(ContentOf(bytes)), 0, Noise(9000, 2)).ok());
  REQUIRE(two.field.contents.Sync(PartName(ContentOf(bytes))).ok());
  REQUIRE_FALSE(Take(two, forger.Make({PieceOf(bytes, 0, 5000)})));
  CHECK(two.field.store->IncomingContentState(ContentOf(bytes)) == Store::ContentState::kDamaged);
  REQUIRE_FALSE(Take(two, forger.Make({PieceOf(bytes, 0, 5000)})));
  CHECK(two.field.Has(bytes));
}

}  // namespace
}  // namespace valise::exchange
