// The receiving half of the exchange: carrier -> spool (commit C) -> opened -> ordered -> queues of
// the issues. Delivery rules: agent/DESIGN.md, "Delivery".
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/content_inbox.h"
#include "agent/contract_desk.h"
#include "agent/core/stream.h"
#include "agent/site.h"

namespace valise {

class Inbox {
 public:
  // `touch`: this issue is to be looked at; called inside a transaction.
  using Touch = std::function<void(const Store::Work&)>;
  Inbox(World& world, const Channel& channel, const Terms& terms, Touch touch)
      : world_(world),
        channel_(channel),
        terms_(terms),
        touch_(std::move(touch)),
        contents_(world, terms, touch_),
        contracts_(world, terms) {}

  void Load();  // positions of the streams from the store, after each start

  // Commit C: what the carrier has becomes durable here, then leaves the carrier.
  Result<std::size_t> Receive();
  // Opens what arrived; each packet is one commit. Returns how many were looked at. An Error is a
  // reason to stop the channel (restored peer, fork), not a bad packet: those are quarantined.
  Result<std::size_t> OpenArrivals();

  // Why contents cannot be taken now, if so. Their packets are not acked and come again.
  const std::optional<Error>& content_error() const { return content_error_; }

  ContractDesk& contracts() { return contracts_; }

  // What the next control part has to say, for each stream that has begun.
  std::vector<Ack> Acks(std::int64_t now_ms) const;
  bool is_ack_due() const { return ack_due_; }
  bool has_old_gap(std::int64_t now_ms) const;
  void AckSent() { ack_due_ = false; }
  // A packet is handed in from elsewhere (import); same rules.
  Result<bool> PutArrival(std::string sealed);

 private:
  struct Lane {
    InboundStream stream;
    std::int64_t gap_since_ms = 0;  // 0: none
  };
  Lane LoadLane(Stream name) const;
  InboundStream StreamOf(Stream name) const;
  Result<void> OpenOne(const ArrivedPacket& arrived);
  Result<void> Sequenced(const ArrivedPacket& arrived, const OpenedHeader& header);
  Result<std::vector<Record>> OpenRecords(const ArrivedPacket& arrived,
                                          const OpenedHeader& header);
  Result<void> TakeNew(const ArrivedPacket& arrived, const OpenedHeader& header);
  Result<void> CommitTaken(const ArrivedPacket& arrived, const OpenedHeader& header,
                           const InboundStream& stream, const std::vector<Record>& records,
                           const ContentInbox::Written& written);
  Result<void> PutRecord(const Record& record, const OpenedHeader& header);
  void PutChange(Change change, const OpenedHeader& header);
  void NoteClock(const Change& change);
  void PutStream(Stream name, const InboundStream& stream);
  Result<void> Quarantine(const ArrivedPacket& arrived, const Error& error);
  Result<void> RejectOrWait(const ArrivedPacket& arrived, const Error& error);
  Result<void> PutOff(const ArrivedPacket& arrived, const Error& error);
  Result<void> Drop(const ArrivedPacket& arrived);
  // inbox_control.cc
  Result<void> HandleControl(const Control& control);
  Result<void> HandleAck(const Ack& ack, bool heeds_needs);
  void SettleContents(const OutgoingChange& ours, const Outcome& outcome);
  bool IsOld(const Lane& lane, std::int64_t now_ms) const;

  World& world_;
  const Channel& channel_;
  const Terms& terms_;
  Touch touch_;
  ContentInbox contents_;
  ContractDesk contracts_;
  std::map<Stream, Lane> lanes_{{Stream::kChanges, {}}, {Stream::kContent, {}}};
  std::vector<Digest> forgotten_;  // by this packet's outcomes: their files go after its commit
  std::optional<Error> content_error_;
  bool ack_due_ = false;
};

}  // namespace valise
