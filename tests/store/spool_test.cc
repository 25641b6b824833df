#include <limits>

#include "tests/store/support.h"

namespace valise {
namespace {

constexpr Epoch kEpoch{2, 0xfedc'ba98'7654'3210};
constexpr std::uint64_t kEnd = std::numeric_limits<std::uint64_t>::max();

OutgoingPacket PacketAt(Stream stream, std::uint64_t sequence, std::int64_t next_send_at_ms = 0) {
  OutgoingPacket packet;
  packet.position = {stream, kEpoch, sequence};
  packet.packet_id = DigestOf(static_cast<std::uint8_t>(sequence));
  packet.core_bytes = Octets(10);
  packet.payload = Octets(90);
  packet.packed_at_ms = 100 + static_cast<std::int64_t>(sequence);
  packet.next_send_at_ms = next_send_at_ms;
  return packet;
}

TakenPacket TakenAt(std::uint64_t sequence, std::uint8_t id) {
  return {{Stream::kChanges, kEpoch, sequence}, DigestOf(id), DigestOf(50), Octets(60), 12};
}

std::vector<std::uint64_t> Sequences(const std::vector<OutgoingPacket>& packets) {
  std::vector<std::uint64_t> sequences;
  for (const OutgoingPacket& packet : packets) sequences.push_back(packet.position.sequence);
  return sequences;
}

TEST_CASE("a packet comes back as it was put") {
  auto store = InMemory();
  OutgoingPacket packet = PacketAt(Stream::kContent, 3, 70);
  packet.attempts = 2;
  packet.state = PacketState::kSent;
  Commit(*store, [&] { store->PutPacket(packet); });
  auto stored = store->Packet(packet.position);
  REQUIRE(stored);
  CHECK(stored->position == packet.position);
  CHECK(stored->packet_id == packet.packet_id);
  CHECK(stored->core_bytes == packet.core_bytes);
  CHECK(stored->payload == packet.payload);
  CHECK(stored->state == PacketState::kSent);
  CHECK(stored->packed_at_ms == 103);
  CHECK(stored->next_send_at_ms == 70);
  CHECK(stored->attempts == 2);
  CHECK_FALSE(store->Packet({Stream::kChanges, kEpoch, 3}));
  CHECK_FALSE(store->Packet({Stream::kContent, {2, 1}, 3}));
}

TEST_CASE("due packets come with changes first, then by position") {
  auto store = InMemory();
  Commit(*store, [&] {
    store->PutPacket(PacketAt(Stream::kContent, 1));
    store->PutPacket(PacketAt(Stream::kChanges, 2, 50));
    store->PutPacket(PacketAt(Stream::kChanges, 1, 80));
    store->PutPacket(PacketAt(Stream::kChanges, 3, 200));
  });
  CHECK(Sequences(store->PacketsDue(100, 10)) == std::vector<std::uint64_t>{1, 2, 1});
  CHECK(store->PacketsDue(100, 1)[0].position.stream == Stream::kChanges);
  CHECK(store->UnackedPackets().size() == 4);
  CHECK(store->UnackedBytes(Stream::kChanges) == 300);
  CHECK(store->UnackedBytes(Stream::kContent) == 100);
  CHECK(store->NextSendAt() == 0);

  OutgoingPacket sent = store->PacketsDue(100, 1)[0];
  sent.state = PacketState::kSent;
  sent.attempts = 1;
  sent.next_send_at_ms = 300;
  Commit(*store, [&] { store->UpdatePacket(sent); });
  CHECK(Sequences(store->PacketsDue(100, 10)) == std::vector<std::uint64_t>{2, 1});
  CHECK(store->Packet(sent.position)->attempts == 1);
}

TEST_CASE("acked packets stay until pruned, and a need brings them back") {
  auto store = InMemory();
  Commit(*store, [&] {
    for (std::uint64_t sequence : {1u, 2u, 3u}) {
      store->PutPacket(PacketAt(Stream::kChanges, sequence, 500));
    }
    store->MarkAcked(Stream::kChanges, kEpoch, {0, 2});
    store->MarkAcked(Stream::kContent, kEpoch, {0, kEnd});
    store->MarkAcked(Stream::kChanges, {2, 1}, {0, kEnd});
  });
  CHECK(store->UnackedPackets() == std::vector<Position>{{Stream::kChanges, kEpoch, 3}});
  CHECK(store->UnackedBytes(Stream::kChanges) == 100);
  CHECK(store->Packet({Stream::kChanges, kEpoch, 1})->state == PacketState::kAcked);

  Commit(*store, [&] { store->SendNow(Stream::kChanges, kEpoch, {2, 3}); });
  CHECK(Sequences(store->PacketsDue(0, 10)) == std::vector<std::uint64_t>{2, 3});

  Commit(*store, [&] {
    store->MarkAcked(Stream::kChanges, kEpoch, {2, kEnd});
    store->PruneAcked(103);
  });
  CHECK_FALSE(store->Packet({Stream::kChanges, kEpoch, 2}));
  CHECK(store->Packet({Stream::kChanges, kEpoch, 3}));
  CHECK(store->UnackedPackets().empty());
  CHECK(store->UnackedBytes(Stream::kChanges) == 0);
  CHECK_FALSE(store->NextSendAt());
}

TEST_CASE("an acked content packet keeps its header only, and no need brings it back") {
  auto store = InMemory();
  Commit(*store, [&] {
    store->PutPacket(PacketAt(Stream::kContent, 1, 500));
    store->PutPacket(PacketAt(Stream::kContent, 2, 500));
    store->MarkAcked(Stream::kContent, kEpoch, {1, 1});
    store->SendNow(Stream::kContent, kEpoch, {1, 2});
  });
  const auto acked = store->Packet({Stream::kContent, kEpoch, 1});
  REQUIRE(acked);
  CHECK(acked->payload.empty());
  CHECK(acked->packet_id == DigestOf(1));
  CHECK(acked->state == PacketState::kAcked);
  CHECK(Sequences(store->PacketsDue(0, 10)) == std::vector<std::uint64_t>{2});
  CHECK(store->UnackedBytes(Stream::kContent) == 100);
}

TEST_CASE("bytes that arrive again are told from new ones") {
  auto store = InMemory();
  ArrivedPacket first{DigestOf(2), Octets(3000), 5, ArrivalState::kNew, "", ""};
  ArrivedPacket second{DigestOf(1), "other", 6, ArrivalState::kNew, "", ""};
  store->Begin();
  CHECK(store->PutArrival(first));
  CHECK(store->PutArrival(second));
  CHECK_FALSE(store->PutArrival(first));
  RequireCommit(*store);
  auto arrivals = store->NewArrivals(10);
  REQUIRE(arrivals.size() == 2);
  CHECK(arrivals[0].digest == DigestOf(2));
  CHECK(arrivals[0].sealed == Octets(3000));
  CHECK(arrivals[0].arrived_at_ms == 5);
  CHECK(store->NewArrivals(1).size() == 1);

  Commit(*store, [&] {
    store->Quarantine(DigestOf(2), "VAL-PACKET-SIGNATURE", "not signed by the peer");
    store->RemoveArrival(DigestOf(1));
  });
  CHECK(store->NewArrivals(10).empty());
  auto quarantined = store->Quarantined();
  REQUIRE(quarantined.size() == 1);
  CHECK(quarantined[0].state == ArrivalState::kQuarantined);
  CHECK(quarantined[0].reason_code == "VAL-PACKET-SIGNATURE");
  CHECK(quarantined[0].reason == "not signed by the peer");
  CHECK(quarantined[0].sealed == Octets(3000));
}

TEST_CASE("an arrival that could not be stored is not called a duplicate") {
  auto store = InMemory();
  store->SimulateFullDisk(true);
  store->Begin();
  CHECK(store->PutArrival({DigestOf(1), Octets(1'000'000), 5, ArrivalState::kNew, "", ""}));
  CHECK(store->Commit().error().code == "VAL-STATE-FULL");
  CHECK(store->NewArrivals(10).empty());
}

TEST_CASE("headers of taken packets tell a duplicate from a fork") {
  auto store = InMemory();
  Commit(*store, [&] {
    store->PutTaken(TakenAt(2, 22));
    store->PutTaken(TakenAt(2, 22));
    store->PutTaken(TakenAt(2, 21));  // a fork
    store->PutTaken(TakenAt(4, 4));
    store->PutTaken(TakenAt(3, 3));
  });
  auto taken = store->Taken({Stream::kChanges, kEpoch, 2});
  REQUIRE(taken);
  CHECK(taken->packet_id == DigestOf(22));
  CHECK(taken->previous_packet_id == DigestOf(50));
  CHECK(taken->core_bytes == Octets(60));
  CHECK(taken->taken_at_ms == 12);
  CHECK(store->AllTaken({Stream::kChanges, kEpoch, 2}).size() == 2);
  CHECK_FALSE(store->Taken({Stream::kContent, kEpoch, 2}));
  auto beyond = store->TakenBeyond(Stream::kChanges, kEpoch, 1);
  REQUIRE(beyond.size() == 3);
  CHECK(beyond[0].packet_id == DigestOf(22));
  CHECK(beyond[1].position.sequence == 3);
  CHECK(beyond[2].position.sequence == 4);
  CHECK(store->TakenBeyond(Stream::kChanges, kEpoch, 4).empty());
}

}  // namespace
}  // namespace valise
