// Contents between two sites: order, loss, windows, damage, and when files go.
#include <algorithm>
#include <random>

#include "agent/content_files.h"
#include "agent/stream_names.h"
#include "packet/seal.h"
#include "tests/exchange/site.h"

namespace valise::exchange {
namespace {

constexpr std::size_t kMiB = 1U << 20;

// What is in a sealed packet of hq's.
OpenedHeader HeaderOf(const Two& two, const Bytes& sealed) {
  InProcessHeaderParser parser;
  auto header = OpenHeader(sealed, {two.pair.field, two.pair.hq.card, two.pair.channel}, parser);
  REQUIRE_MESSAGE(header.ok(), (header.ok() ? "" : header.error().message));
  return std::move(header).value();
}

std::size_t ContentPacketsIn(const Two& two, const std::vector<Bytes>& sealed) {
  return static_cast<std::size_t>(std::ranges::count_if(sealed, [&](const Bytes& packet) {
    return HeaderOf(two, packet).core.stream == Stream::kContent;
  }));
}

void SendOutcome(Site& from, Two& two, const Outcome& outcome) {
  Commit(*from.store, [&] { from.store->AppendRecord(EncodeRecord(outcome)); });
  two.Answer();
}

TEST_CASE("contents of any length cross, and whoever waits is touched") {
  Two two;
  const std::vector<Bytes> files = {"",
                                    "x",
                                    Noise(512 * 1024, 1),
                                    Noise(512 * 1024 + 1, 2),
                                    Noise(9 * kMiB + 17, 3),
                                    Bytes(6 * kMiB, 'a')};
  two.hq.Capture(1, files);
  IssueBase waiting;
  waiting.issue_id = IdOf(9);
  ObjectBase object;
  object.origin.id = IdOf(104);
  object.origin.kind = ObjectKind::kAttachment;
  object.origin.content = ContentOf(files[4]);
  object.is_ours = false;
  waiting.objects[object.origin.id] = object;
  Commit(*two.field.store, [&] { two.field.store->SaveIssue(waiting); });
  two.Exchange();
  for (const Bytes& file : files) CHECK(two.field.Has(file));
  CHECK(two.field.touched.contains(IdOf(9)));
  CHECK(two.field.store->PartialContents().empty());
  CHECK(two.field.contents.Names().size() == files.size());
  CHECK(two.hq.store->UnackedPackets().empty());
  CHECK_FALSE(two.hq.store->NextOutgoingContent());
  CHECK(two.field.store->Quarantined().empty());
}

TEST_CASE("changes leave before contents, and each stream begins its epoch") {
  Two two;
  two.hq.Capture(1, {Noise(5 * kMiB, 1)});
  two.hq.SendAll();
  std::vector<std::pair<Stream, PacketKind>> order;
  for (const Bytes& sealed : two.hq.lane.sent) {
    const OpenedHeader header = HeaderOf(two, sealed);
    order.emplace_back(header.core.stream, header.core.kind);
  }
  CHECK(order == std::vector<std::pair<Stream, PacketKind>>{
                     {Stream::kChanges, PacketKind::kEpochStart},
                     {Stream::kChanges, PacketKind::kData},
                     {Stream::kContent, PacketKind::kEpochStart},
                     {Stream::kContent, PacketKind::kData},
                     {Stream::kContent, PacketKind::kData}});
}

TEST_CASE("a change that waits for company keeps its content back") {
  Two two;
  two.hq.Capture(1, {"bytes"});
  REQUIRE(two.hq.outbox->Pack(false).ok());
  CHECK(two.hq.store->UnackedPackets().empty());
  two.hq.clock.now_ms += two.hq.terms.settings.pack_after_ms;
  REQUIRE(two.hq.outbox->Pack(false).ok());
  CHECK(two.hq.store->UnackedBytes(Stream::kContent) > 0);
}

TEST_CASE("small contents share a packet") {
  Two two;
  std::vector<Bytes> files;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) files.push_back(Noise(3000, seed));
  two.hq.Capture(1, files);
  two.hq.SendAll();
  CHECK(ContentPacketsIn(two, two.hq.lane.sent) == 2);
  two.Carry(two.hq, two.field);
  REQUIRE_FALSE(two.field.TakeAll());
  for (const Bytes& file : files) CHECK(two.field.Has(file));
}

TEST_CASE("pieces in any order, twice and with losses make the same content") {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    Two two;
    std::mt19937 random(seed);
    const std::vector<Bytes> files = {Noise(4 * kMiB, 1), Noise(700'000, 2), Noise(10, 3), ""};
    two.hq.terms.settings.sealed_bytes_max = kMiB;
    two.hq.Capture(1, files);
    two.hq.SendAll();
    int rounds = 0;
    while (!two.hq.store->UnackedPackets().empty() && ++rounds < 40) {
      std::vector<Bytes> carried;
      for (Bytes& sealed : two.hq.lane.sent) {
        if (random() % 10 < 4) continue;
        if (random() % 10 < 3) carried.push_back(sealed);
        carried.push_back(std::move(sealed));
      }
      std::ranges::shuffle(carried, random);
      two.hq.lane.sent.clear();
      two.field.lane.inbox = std::move(carried);
      REQUIRE_FALSE(two.field.TakeAll());
      two.Answer();
      two.hq.SendAgain();
    }
    CHECK(rounds < 40);
    for (const Bytes& file : files) CHECK(two.field.Has(file));
    CHECK(two.field.contents.Names().size() == files.size());
  }
}

TEST_CASE("a missing packet of contents is asked for, and comes at once") {
  Two two;
  two.hq.terms.settings.sealed_bytes_max = kMiB;
  two.hq.Capture(1, {Noise(4 * kMiB, 1)});
  two.hq.SendAll();
  two.hq.lane.sent.erase(two.hq.lane.sent.begin() + 4);
  two.Carry(two.hq, two.field);
  REQUIRE_FALSE(two.field.TakeAll());
  CHECK_FALSE(two.field.inbox->has_old_gap(two.field.clock.now_ms));
  two.field.clock.now_ms += two.field.terms.settings.gap_patience_ms;
  CHECK(two.field.inbox->has_old_gap(two.field.clock.now_ms));
  const auto acks = two.field.inbox->Acks(two.field.clock.now_ms);
  REQUIRE(acks.size() == 2);
  CHECK(acks[0].needs.empty());
  CHECK(acks[1].stream == Stream::kContent);
  CHECK(acks[1].needs == std::vector<Need>{{{3, 3}, NeedReason::kMissing}});
  two.Answer();
  two.hq.SendAll();
  CHECK(ContentPacketsIn(two, two.hq.lane.sent) == 1);
  two.Carry(two.hq, two.field);
  REQUIRE_FALSE(two.field.TakeAll());
  CHECK(two.field.Has(Noise(4 * kMiB, 1)));
}

TEST_CASE("the window of contents holds them back, never a change") {
  Two two;
  two.hq.terms.settings.content_window_bytes = 5 * kMiB;
  two.hq.Capture(1, {Noise(20 * kMiB, 1)});
  two.hq.clock.now_ms += two.hq.terms.settings.pack_after_ms;
  two.hq.SendAll(false);
  CHECK(ContentPacketsIn(two, two.hq.lane.sent) == 3);  // the start, and two of 4 MiB
  CHECK_FALSE(two.hq.outbox->has_to_send());
  CHECK(two.hq.outbox->NextAt() > two.hq.clock.now_ms);
  two.hq.Capture(2, {});
  two.hq.clock.now_ms += two.hq.terms.settings.pack_after_ms;
  CHECK(two.hq.outbox->Pack(false).value() == 1);
  two.hq.SendAll(false);
  two.Carry(two.hq, two.field);
  REQUIRE_FALSE(two.field.TakeAll());
  two.Answer();
  two.hq.SendAll(false);
  CHECK(ContentPacketsIn(two, two.hq.lane.sent) == 2);
  CHECK(two.field.store->AllIncoming(10).size() == 2);
}

TEST_CASE("an acked packet of contents keeps no bytes here") {
  Two two;
  two.hq.Capture(1, {Noise(3 * kMiB, 1)});
  two.Exchange();
  const Epoch epoch{1, static_cast<std::uint64_t>(two.hq.store->MetaNumber("out.epoch_nonce", 0))};
  const auto packet = two.hq.store->Packet({Stream::kContent, epoch, 2});
  REQUIRE(packet);
  CHECK(packet->state == PacketState::kAcked);
  CHECK(packet->payload.empty());
  CHECK_FALSE(two.hq.store->Packet({Stream::kChanges, epoch, 2})->payload.empty());
}

TEST_CASE("no sealed packet of contents is longer than the carrier takes") {
  Two two;
  for (const std::uint64_t sealed_max : {64ULL << 10, 1ULL << 20, 6ULL << 20}) {
    two.hq.terms.settings.sealed_bytes_max = sealed_max;
    two.hq.Capture(static_cast<std::uint8_t>(1 + sealed_max % 251),
                   {Noise(sealed_max * 3, sealed_max)});
    two.hq.SendAll();
    std::size_t longest = 0;
    for (const Bytes& sealed : two.hq.lane.sent) longest = std::max(longest, sealed.size());
    CHECK(longest <= sealed_max);
    CHECK(longest > sealed_max / 5);
    two.hq.lane.sent.clear();
  }
}

TEST_CASE("an outcome ends the content of its change at the sender, sent or not") {
  Two two;
  two.hq.terms.settings.content_window_bytes = 1;
  two.hq.Capture(1, {Noise(9 * kMiB, 1)});
  two.hq.Capture(2, {Noise(9 * kMiB, 1), Noise(100, 2)});
  two.hq.clock.now_ms += two.hq.terms.settings.pack_after_ms;
  two.hq.SendAll(false);
  two.Carry(two.hq, two.field);
  REQUIRE_FALSE(two.field.TakeAll());
  SendOutcome(two.field, two, {IdOf(1), OutcomeResult::kKept, "", {}});
  CHECK(two.hq.contents.Names().size() == 2);
  SendOutcome(two.field, two, {IdOf(2), OutcomeResult::kRefused, "size", {}});
  CHECK(two.hq.contents.Names().empty());
  CHECK_FALSE(two.hq.store->NextOutgoingContent());
}

TEST_CASE("damaged bytes are dropped, told, and sent again, three times at most") {
  Two two;
  const Bytes file = Noise(3 * kMiB, 1);
  two.hq.Capture(1, {file});
  two.hq.contents.Spoil(WholeName(ContentOf(file)), 5000);
  two.Exchange();
  const auto held = [&] {
    Outcome outcome{IdOf(1), OutcomeResult::kApplied, "", {}};
    outcome.registers = {{PresenceKey(ObjectKind::kAttachment, IdOf(100)), OutcomeResult::kHeld,
                          "content"}};
    SendOutcome(two.field, two, outcome);
  };
  CHECK(two.field.store->IncomingContentState(ContentOf(file)) == Store::ContentState::kDamaged);
  CHECK(two.field.contents.Names().empty());
  CHECK(two.field.Listed("content-damaged", "damaged") == 1);

  SUBCASE("and are right in the end") {
    held();
    two.hq.contents.Spoil(WholeName(ContentOf(file)), 5000);  // the same bit back
    two.Exchange();
    CHECK(two.field.Has(file));
    SendOutcome(two.field, two, {IdOf(1), OutcomeResult::kApplied, "", {}});
    CHECK(two.hq.contents.Names().empty());
  }
  SUBCASE("or given up") {
    for (int round = 0; round < 4; ++round) {
      held();
      two.Exchange();
    }
    CHECK(two.hq.Listed("content-damaged", "given-up") == 2);
    CHECK_FALSE(two.hq.store->NextOutgoingContent());
    CHECK(two.field.Listed("content-damaged", "damaged") == 3);
  }
}

TEST_CASE("a file that somebody took away is listed, and holds up no other") {
  Two two;
  two.hq.Capture(1, {Noise(1000, 1)});
  two.hq.Capture(2, {Noise(1000, 2)});
  REQUIRE(two.hq.contents.Remove(WholeName(ContentOf(Noise(1000, 1)))).ok());
  two.Exchange();
  CHECK(two.hq.Listed("content-damaged", "lost") == 1);
  CHECK(two.hq.store->ListedOf(IdOf(1)).size() == 1);
  CHECK_FALSE(two.hq.store->NextOutgoingContent());
  CHECK(two.field.Has(Noise(1000, 2)));
}

TEST_CASE("files that no row names go; what is wanted stays, however old") {
  Two two;
  two.hq.Capture(1, {Noise(1000, 1), Noise(1000, 2)});
  two.Exchange();
  Site& field = two.field;
  const std::string stray = DownloadName("10001");
  REQUIRE(field.contents.Write(stray, 0, "half").ok());
  REQUIRE(field.contents.Write(PartName(DigestOf(7)), 0, "half").ok());
  SweepContentFiles(field.world);
  CHECK(field.contents.Names().size() == 2);

  field.clock.now_ms += 1'000'000;
  REQUIRE(PruneContents(field.world, field.clock.now_ms).ok());
  CHECK(field.contents.Names().size() == 2);  // their change is in its queue
  Commit(*field.store, [&] { field.store->RemoveIncoming(field.store->AllIncoming(1)[0].row); });
  REQUIRE(PruneContents(field.world, field.clock.now_ms - 2'000'000).ok());
  CHECK(field.contents.Names().size() == 2);  // not old enough
  REQUIRE(PruneContents(field.world, field.clock.now_ms).ok());
  CHECK(field.contents.Names().empty());
  CHECK(field.store->IncomingContents().empty());

  SweepContentFiles(two.hq.world);
  REQUIRE(PruneContents(two.hq.world, two.hq.clock.now_ms + 1).ok());
  CHECK(two.hq.contents.Names().size() == 2);  // no outcome yet
}

TEST_CASE("a full disk puts contents off, and nothing else") {
  Two two;
  const Bytes file = Noise(3 * kMiB, 1);
  two.hq.Capture(1, {file});
  two.hq.SendAll();
  two.field.contents.set_is_full(true);
  two.Carry(two.hq, two.field);
  REQUIRE_FALSE(two.field.TakeAll());
  REQUIRE(two.field.inbox->content_error());
  CHECK(two.field.inbox->content_error()->code == "VAL-CONTENT-FULL");
  CHECK(two.field.store->AllIncoming(10).size() == 1);
  CHECK(two.field.store->NewArrivals(10).empty());
  two.Answer();
  CHECK(two.hq.store->UnackedBytes(Stream::kContent) > 3 * kMiB);

  two.field.contents.set_is_full(false);
  two.hq.SendAgain();
  two.Exchange();
  CHECK(two.field.Has(file));
  CHECK_FALSE(two.field.inbox->content_error());
}

TEST_CASE("a database that knows fewer packets of contents than were sent was restored") {
  Two two;
  two.hq.Capture(1, {"bytes"});
  two.hq.SendAll();
  CHECK(two.hq.fence.position.content_sequence == 2);
  CHECK(two.hq.outbox->Open().ok());
  Commit(*two.hq.store,
         [&] { two.hq.store->PutMetaNumber(OutName(Stream::kContent, "sequence"), 1); });
  const auto opened = two.hq.outbox->Open();
  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().code == "VAL-RESTORED");
}

}  // namespace
}  // namespace valise::exchange
