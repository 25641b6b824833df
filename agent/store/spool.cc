#include <algorithm>
#include <limits>

#include "agent/store/columns.h"
#include "agent/store/store.h"

namespace valise {

namespace {

// SQLite compares as signed: a range "to the end" would otherwise end before it starts.
std::int64_t Bound(std::uint64_t sequence) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min(sequence, kMost));
}

}  // namespace

// --- outgoing packets ---------------------------------------------------------------------------

void Store::PutPacket(const OutgoingPacket& packet) {
  // No upsert: a position never has two contents, so the second of them fails the transaction.
  database().Run("INSERT INTO packet VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                 packet);
}

void Store::UpdatePacket(const OutgoingPacket& packet) {
  database().Run(
      "UPDATE packet SET state = ?5, next_send_at_ms = ?6, attempts = ?7 WHERE stream = ?1 "
      "AND epoch_number = ?2 AND epoch_nonce = ?3 AND sequence = ?4",
      packet.position, packet.state, packet.next_send_at_ms, packet.attempts);
}

std::optional<OutgoingPacket> Store::Packet(const Position& position) const {
  return database().One<OutgoingPacket>(
      "SELECT * FROM packet WHERE stream = ?1 AND epoch_number = ?2 AND epoch_nonce = ?3 "
      "AND sequence = ?4",
      position);
}

std::vector<OutgoingPacket> Store::PacketsDue(std::int64_t now_ms, std::size_t count_max) const {
  return database().All<OutgoingPacket>(
      "SELECT * FROM packet WHERE state < 2 AND next_send_at_ms <= ?1 "
      "ORDER BY stream, epoch_number, epoch_nonce, sequence LIMIT ?2",
      now_ms, count_max);
}

std::vector<Position> Store::UnackedPackets() const {
  return database().All<Position>(
      "SELECT stream, epoch_number, epoch_nonce, sequence FROM packet WHERE state < 2 "
      "ORDER BY stream, epoch_number, epoch_nonce, sequence");
}

std::uint64_t Store::UnackedBytes(Stream stream) const {
  return database()
      .One<std::uint64_t>(
          "SELECT ifnull(sum(length(core_bytes) + length(payload)), 0) FROM packet "
          "WHERE state < 2 AND stream = ?1",
          stream)
      .value_or(0);
}

std::optional<std::int64_t> Store::NextSendAt() const {
  return database().One<std::int64_t>(
      "SELECT next_send_at_ms FROM packet WHERE state < 2 ORDER BY next_send_at_ms LIMIT 1");
}

void Store::MarkAcked(Stream stream, const Epoch& epoch, const SequenceRange& range) {
  // Told by `state < 2` the index holds only what is unacked: an ack of everything since the
  // beginning, as every ack is, costs what is new in it.
  if (stream == Stream::kContent) {
    database().Run(
        "UPDATE packet SET state = 2, payload = x'' WHERE state < 2 AND stream = ?1 "
        "AND epoch_number = ?2 AND epoch_nonce = ?3 AND sequence BETWEEN ?4 AND ?5",
        stream, epoch, Bound(range.first), Bound(range.through));
    return;
  }
  database().Run(
      "UPDATE packet SET state = 2 WHERE state < 2 AND stream = ?1 AND epoch_number = ?2 "
      "AND epoch_nonce = ?3 AND sequence BETWEEN ?4 AND ?5",
      stream, epoch, Bound(range.first), Bound(range.through));
}

void Store::SendNow(Stream stream, const Epoch& epoch, const SequenceRange& range) {
  database().Run(
      "UPDATE packet SET next_send_at_ms = 0, state = min(state, 1) WHERE stream = ?1 "
      "AND epoch_number = ?2 AND epoch_nonce = ?3 AND sequence BETWEEN ?4 AND ?5 "
      "AND (next_send_at_ms <> 0 OR state = 2) AND length(payload) > 0",
      stream, epoch, Bound(range.first), Bound(range.through));
}

void Store::PruneAcked(std::int64_t packed_before_ms) {
  database().Run("DELETE FROM packet WHERE state = 2 AND packed_at_ms < ?1", packed_before_ms);
}

// --- arrivals -----------------------------------------------------------------------------------

bool Store::PutArrival(const ArrivedPacket& packet) {
  bool is_new = database().Run(
      "INSERT INTO arrival VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (digest) DO NOTHING",
      packet);
  // After a failure nobody knows; "already here" would let the caller remove the carrier's copy.
  return is_new || !healthy();
}

std::vector<ArrivedPacket> Store::NewArrivals(std::size_t count_max) const {
  return database().All<ArrivedPacket>(
      "SELECT digest, arrived_at_ms, state, reason_code, reason, sealed FROM arrival "
      "WHERE state = 0 ORDER BY row LIMIT ?1",
      count_max);
}

void Store::RemoveArrival(const Digest& digest) {
  database().Run("DELETE FROM arrival WHERE digest = ?1", digest);
}

void Store::Quarantine(const Digest& digest, const std::string& reason_code,
                       const std::string& reason) {
  database().Run("UPDATE arrival SET state = 1, reason_code = ?2, reason = ?3 WHERE digest = ?1",
                 digest, reason_code, reason);
}

std::vector<ArrivedPacket> Store::Quarantined() const {
  return database().All<ArrivedPacket>(
      "SELECT digest, arrived_at_ms, state, reason_code, reason, sealed FROM arrival "
      "WHERE state = 1 ORDER BY row");
}

// --- taken packets ------------------------------------------------------------------------------

void Store::PutTaken(const TakenPacket& packet) {
  database().Run(
      "INSERT INTO taken VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
      "ON CONFLICT (stream, epoch_number, epoch_nonce, sequence, packet_id) DO NOTHING",
      packet);
}

std::optional<TakenPacket> Store::Taken(const Position& position) const {
  return database().One<TakenPacket>(
      "SELECT stream, epoch_number, epoch_nonce, sequence, packet_id, previous_packet_id, "
      "taken_at_ms, core_bytes FROM taken WHERE stream = ?1 AND epoch_number = ?2 "
      "AND epoch_nonce = ?3 AND sequence = ?4 ORDER BY row LIMIT 1",
      position);
}

std::vector<TakenPacket> Store::AllTaken(const Position& position) const {
  return database().All<TakenPacket>(
      "SELECT stream, epoch_number, epoch_nonce, sequence, packet_id, previous_packet_id, "
      "taken_at_ms, core_bytes FROM taken WHERE stream = ?1 AND epoch_number = ?2 "
      "AND epoch_nonce = ?3 AND sequence = ?4 ORDER BY row",
      position);
}

std::vector<TakenPacket> Store::TakenBeyond(Stream stream, const Epoch& epoch,
                                            std::uint64_t sequence) const {
  std::vector<TakenPacket> packets = database().All<TakenPacket>(
      "SELECT stream, epoch_number, epoch_nonce, sequence, packet_id, previous_packet_id, "
      "taken_at_ms, core_bytes FROM taken WHERE stream = ?1 AND epoch_number = ?2 "
      "AND epoch_nonce = ?3 AND sequence > ?4 ORDER BY sequence, row",
      stream, epoch, Bound(sequence));
  // Of a fork, the first that came; the other is evidence only.
  auto is_fork = [](const TakenPacket& first, const TakenPacket& second) {
    return first.position == second.position;
  };
  packets.erase(std::unique(packets.begin(), packets.end(), is_fork), packets.end());
  return packets;
}

}  // namespace valise
