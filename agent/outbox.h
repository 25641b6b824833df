// The sending half of the exchange: changes and contents -> packets (commit B) -> sealed anew for
// each sending -> carrier, again and again with growing pauses until acked.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "agent/inbox.h"
#include "agent/site.h"
#include "transport/bundle.h"

namespace valise {

class Outbox {
 public:
  Outbox(World& world, const Channel& channel, const Terms& terms, Inbox& inbox)
      : world_(world), channel_(channel), terms_(terms), inbox_(inbox) {}

  // Own epoch and incarnation, made at the first start; the fence says whether this database was
  // restored: then an Error "VAL-RESTORED", and nothing may be sent.
  Result<void> Open();

  // Packs what waits, if enough waits or it waits long enough, then contents whose changes are
  // packed, within their own window and some at a time. `at_once`: whatever waits, for a bundle;
  // contents then have the window of changes, as a shuttle does not come back for the next piece.
  Result<std::size_t> Pack(bool at_once);
  // Sends what is due, and an ack alone when one is due and nothing else leaves.
  Result<std::size_t> Send();

  // Everything unacked and one ack, for a bundle: the ack, changes, contents, oldest first. Each
  // is sealed when it is asked for, so that only one is in memory; not beyond the outbox's life.
  Result<BundleSource> SealAll();

  bool has_to_send() const;     // packets that are due, or contents that the window lets out
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
  std::uint64_t LastSequence(Stream stream) const;
  Core NextCore(PacketKind kind, Stream stream) const;
  Core PutPacket(PacketKind kind, Stream stream, const std::vector<Record>& records);
  void LogPacked(const Core& core, std::size_t records);
  Result<void> BeginStream(Stream stream);
  Result<std::size_t> PackChanges(bool at_once);
  Result<void> CommitChanges(Selection selection);
  void NumberChanges(Selection& selection);

  // outbox_content.cc
  struct Pieces {
    std::vector<Record> records;
    std::vector<std::pair<Digest, std::uint64_t>> advanced;  // next offset of each content
  };
  Result<std::size_t> PackContents(bool at_once);
  Result<Pieces> SelectPieces();
  Result<void> AddPieces(const Store::OutgoingContent& content, std::uint64_t& bytes_left,
                         Pieces& pieces);
  Result<void> SetAside(const Digest& content);
  Result<void> CommitPieces(const Pieces& pieces);
  std::uint64_t PieceBytes() const;

  // outbox_send.cc
  Result<Bytes> SealPacket(const OutgoingPacket& packet, const Bytes& control,
                           Entropy& entropy) const;
  Bytes SealAck(const Bytes& control, Entropy& entropy) const;
  Result<std::size_t> SendPacket(OutgoingPacket packet);
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
  bool is_window_full_ = false;          // as Pack last saw it
  bool is_content_window_full_ = false;  // likewise
};

}  // namespace valise
