// The sending half of the exchange: changes -> packets (commit B) -> sealed anew for each sending
// -> carrier, again and again with growing pauses until acked.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "agent/inbox.h"
#include "agent/site.h"

namespace valise {

class Outbox {
 public:
  Outbox(World& world, const Channel& channel, const Terms& terms, Inbox& inbox)
      : world_(world), channel_(channel), terms_(terms), inbox_(inbox) {}

  // Own epoch and incarnation, made at the first start; the fence says whether this database was
  // restored: then an Error "VAL-RESTORED", and nothing may be sent.
  Result<void> Open();

  // Packs what waits, if enough waits or it waits long enough (`at_once`: whatever waits).
  Result<std::size_t> Pack(bool at_once);
  // Sends what is due, and an ack alone when one is due and nothing else leaves.
  Result<std::size_t> Send();

  // Everything unacked and one ack, sealed anew, for a bundle: acks first, then oldest first.
  Result<std::vector<Bytes>> SealAll();

  std::int64_t NextAt() const;  // when Send or Pack has something to do again
  void ForgetDeadlines() {      // the clock was set back
    ack_due_at_ms_ = control_sent_at_ms_ = need_sent_at_ms_ = packed_at_ms_ = 0;
  }

 private:
  struct Selection {
    std::vector<Record> records;
    std::vector<OutgoingChange> changes;
    std::vector<std::int64_t> waiting;
  };
  Selection Select();
  void SetAside(const OutgoingChange& change, const Error& error);
  bool IsTimeToPack(bool at_once) const;
  Result<void> CommitPacket(PacketKind kind, Selection selection);
  void NumberChanges(Selection& selection);
  Core NextCore(PacketKind kind) const;
  Result<Bytes> SealPacket(const OutgoingPacket& packet);
  Result<Bytes> SealAck();
  Result<void> SendPacket(OutgoingPacket packet);
  Result<void> SendAck();
  Result<Bytes> NextControl();
  std::int64_t ResendDelay(std::uint32_t attempts);

  World& world_;
  const Channel& channel_;
  const Terms& terms_;
  Inbox& inbox_;
  Epoch epoch_;
  Id incarnation_;
  std::uint64_t control_number_ = 0;
  std::uint64_t control_reserved_ = 0;
  std::int64_t ack_due_at_ms_ = 0;     // 0: none due
  std::int64_t control_sent_at_ms_ = 0;
  std::int64_t need_sent_at_ms_ = 0;
  std::int64_t packed_at_ms_ = 0;
  bool is_window_full_ = false;        // as Pack last saw it
};

}  // namespace valise
