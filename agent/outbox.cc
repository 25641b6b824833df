#include "agent/outbox.h"

#include <algorithm>

#include "packet/codec.h"
#include "packet/limits.h"
#include "packet/seal.h"

namespace valise {
namespace {

constexpr std::size_t kSendMax = 64;            // packets per step
constexpr std::size_t kChangesPerPacket = 500;
constexpr std::size_t kEnoughToPack = 100;      // changes that need not wait for company
constexpr std::uint64_t kRecordsBytes = 4ULL << 20;  // of one packet at most, before compression
constexpr std::uint64_t kControlBlock = 64;     // control numbers reserved per commit

}  // namespace

Result<void> Outbox::Open() {
  Store& store = world_.store;
  epoch_ = {static_cast<std::uint32_t>(store.MetaNumber("out.epoch", 0)),
            static_cast<std::uint64_t>(store.MetaNumber("out.epoch_nonce", 0))};
  const auto sequence = static_cast<std::uint64_t>(store.MetaNumber("out.sequence", 0));
  const Result<FencePosition> fence = world_.fence.Read();
  if (!fence.ok()) return fence.error();
  if (fence.value() > FencePosition{epoch_.number, sequence}) {
    return Error{Recovery::kAskOperator, "VAL-RESTORED",
                 "the database knows fewer packets than were sent: it was restored from a backup. "
                 "Nothing is captured, written or sent; see OPERATING.md, 'Restored state'"};
  }
  control_number_ = control_reserved_ =
      static_cast<std::uint64_t>(store.MetaNumber("out.control", 0));
  if (epoch_.number > 0) {
    incarnation_ = IdFromBytes(store.Meta("out.incarnation").value_or("")).value_or(Id{});
    return Ok();
  }
  epoch_ = {1, world_.entropy.RandomU64()};
  incarnation_ = world_.entropy.RandomId();
  store.Begin();
  store.PutMetaNumber("out.epoch", epoch_.number);
  store.PutMetaNumber("out.epoch_nonce", static_cast<std::int64_t>(epoch_.nonce));
  store.PutMeta("out.incarnation", std::string(View(incarnation_)));
  return store.Commit();
}

bool Outbox::IsTimeToPack(bool at_once) const {
  const std::size_t unpacked = world_.store.UnpackedCount();
  if (unpacked == 0 && world_.store.WaitingRecords(1).empty()) return false;
  if (at_once || unpacked >= kEnoughToPack) return true;
  const std::vector<OutgoingChange> oldest = world_.store.UnpackedChanges(1);
  const std::int64_t now_ms = world_.clock.NowMs();
  if (!oldest.empty()) {
    return now_ms >= oldest.front().captured_at_ms + terms_.settings.pack_after_ms;
  }
  return now_ms >= packed_at_ms_ + terms_.settings.ack_after_ms;
}

// One bad row holds back only itself: it stays, in no epoch, and is listed.
void Outbox::SetAside(const OutgoingChange& change, const Error& error) {
  world_.log.Write(LogLevel::kError, "unpackable",
                   {{"issue", Text(change.issue_id)}, {"why", error.message}});
  world_.store.Begin();
  world_.store.MarkPacked(change.op_id, change.record, 0, 1);
  world_.store.AppendListed({0, world_.clock.NowMs(), change.issue_id, "unpackable",
                             FieldKey("issue"), std::nullopt, Version{}, "unpackable", true});
  (void)world_.store.Commit().ok();  // not kept: the next round finds it again
}

Outbox::Selection Outbox::Select() {
  Selection out;
  // Sealing adds an eighth at most and a header of 64 KiB: a third is left for both.
  const std::uint64_t bytes_max =
      std::min(kRecordsBytes, terms_.settings.sealed_bytes_max / 3 * 2);
  std::uint64_t bytes = 0;
  const auto fits = [&](const Record& record) {
    bytes += EncodedBytes(record);
    return out.records.empty() || bytes <= bytes_max;
  };
  for (OutgoingChange& change : world_.store.UnpackedChanges(kChangesPerPacket)) {
    Result<Record> record = DecodeRecord(change.record);
    if (!record.ok()) {
      SetAside(change, record.error());
      continue;
    }
    if (!fits(record.value())) return out;
    out.records.push_back(std::move(record).value());
    out.changes.push_back(std::move(change));
  }
  for (const Store::WaitingRecord& waiting : world_.store.WaitingRecords(kChangesPerPacket)) {
    Result<Record> record = DecodeRecord(waiting.record);
    if (!record.ok()) continue;
    if (!fits(record.value())) return out;
    out.records.push_back(std::move(record).value());
    out.waiting.push_back(waiting.row);
  }
  return out;
}

// issue_sequence is given here, per issue and epoch; must run inside the transaction of commit B.
void Outbox::NumberChanges(Selection& selection) {
  for (std::size_t i = 0; i < selection.changes.size(); ++i) {
    const Id& issue = selection.changes[i].issue_id;
    std::get<Change>(selection.records[i]).issue_sequence =
        world_.store.NextIssueSequence(issue, epoch_.number);
  }
}

Core Outbox::NextCore(PacketKind kind) const {
  Core core;
  core.kind = kind;
  core.sender = SiteId(channel_.keys.card);
  core.recipient = SiteId(channel_.peer);
  core.channel = channel_.id;
  core.stream = Stream::kChanges;
  core.epoch = epoch_;
  core.contract_digest = terms_.contract.digest;
  core.payload_hash = PayloadHash("");
  if (kind == PacketKind::kAck) return core;
  core.sequence = static_cast<std::uint64_t>(world_.store.MetaNumber("out.sequence", 0)) + 1;
  core.previous_packet_id =
      DigestFromBytes(world_.store.Meta("out.head").value_or("")).value_or(Digest{});
  if (kind == PacketKind::kEpochStart) core.incarnation = incarnation_;
  return core;
}

Result<void> Outbox::CommitPacket(PacketKind kind, Selection selection) {
  Store& store = world_.store;
  const std::int64_t now_ms = world_.clock.NowMs();
  store.Begin();
  NumberChanges(selection);
  Core core = NextCore(kind);
  Payload payload;
  if (!selection.records.empty()) payload = EncodePayload(selection.records);
  core.payload_bytes = payload.bytes.size();
  core.records_bytes = payload.records_bytes;
  core.payload_hash = PayloadHash(payload.bytes);

  OutgoingPacket packet;
  packet.position = {core.stream, core.epoch, core.sequence};
  packet.core_bytes = EncodeCore(core);
  packet.packet_id = PacketId(packet.core_bytes);
  packet.payload = EncryptToSelf(payload.bytes, channel_.keys.storage, world_.entropy);
  packet.packed_at_ms = now_ms;
  store.PutPacket(packet);
  for (std::size_t i = 0; i < selection.changes.size(); ++i) {
    const OutgoingChange& change = selection.changes[i];
    store.MarkPacked(change.op_id, EncodeRecord(selection.records[i]), epoch_.number,
                     core.sequence);
    store.AppendJournal({0, now_ms, change.issue_id, change.op_id, "packed",
                         "packet " + std::to_string(core.sequence)});
  }
  for (const std::int64_t row : selection.waiting) store.RemoveWaitingRecord(row);
  store.PutMetaNumber("out.sequence", static_cast<std::int64_t>(core.sequence));
  store.PutMeta("out.head", std::string(View(packet.packet_id)));
  const Result<void> kept = store.Commit();
  if (!kept.ok()) return kept.error();
  packed_at_ms_ = now_ms;
  world_.log.Write(LogLevel::kInfo, "packed",
                   {{"sequence", std::to_string(core.sequence)},
                    {"records", std::to_string(selection.records.size())},
                    {"bytes", std::to_string(core.payload_bytes)}});
  return Ok();
}

Result<std::size_t> Outbox::Pack(bool at_once) {
  std::size_t packed = 0;
  while (IsTimeToPack(at_once)) {
    is_window_full_ = world_.store.UnackedBytes() >= terms_.settings.window_bytes;
    if (is_window_full_) break;
    if (world_.store.MetaNumber("out.sequence", 0) == 0) {
      const Result<void> start = CommitPacket(PacketKind::kEpochStart, {});
      if (!start.ok()) return start.error();
    }
    Selection selection = Select();
    if (selection.records.empty()) break;
    const Result<void> kept = CommitPacket(PacketKind::kData, std::move(selection));
    if (!kept.ok()) return kept.error();
    ++packed;
  }
  return packed;
}

// Numbers are reserved in blocks, so that a restart never repeats one.
Result<Bytes> Outbox::NextControl() {
  if (control_number_ == control_reserved_) {
    world_.store.Begin();
    world_.store.PutMetaNumber("out.control",
                               static_cast<std::int64_t>(control_reserved_ + kControlBlock));
    const Result<void> kept = world_.store.Commit();
    if (!kept.ok()) return kept.error();
    control_reserved_ += kControlBlock;
  }
  const std::int64_t now_ms = world_.clock.NowMs();
  Control control;
  control.acker_epoch_number = epoch_.number;
  control.control_number = ++control_number_;
  control.incarnation = incarnation_;
  control.acks = inbox_.Acks(now_ms);
  control.keys = {{channel_.keys.card.receive}};
  control.contracts_known = {terms_.contract.digest};
  control.created_at_ms = now_ms;
  if (!control.acks.empty() && !control.acks.front().needs.empty()) need_sent_at_ms_ = now_ms;
  return EncodeControl(control);
}

Result<Bytes> Outbox::SealPacket(const OutgoingPacket& packet) {
  Result<Bytes> payload = DecryptToSelf(packet.payload, channel_.keys.storage);
  if (!payload.ok()) return payload.error();
  const Result<Bytes> control = NextControl();
  if (!control.ok()) return control.error();
  return Seal(packet.core_bytes, control.value(), payload.value(),
              {channel_.keys, channel_.peer, channel_.pre_shared}, world_.entropy);
}

Result<Bytes> Outbox::SealAck() {
  const Result<Bytes> control = NextControl();
  if (!control.ok()) return control.error();
  return Seal(EncodeCore(NextCore(PacketKind::kAck)), control.value(), "",
              {channel_.keys, channel_.peer, channel_.pre_shared}, world_.entropy);
}

std::int64_t Outbox::ResendDelay(std::uint32_t attempts) {
  const std::int64_t doubled = terms_.settings.resend_after_ms << std::min(attempts - 1, 16U);
  const std::int64_t capped = std::min(doubled, terms_.settings.resend_at_most_ms);
  const auto jitter = static_cast<std::int64_t>(world_.entropy.RandomU64() % 501);  // +-25 %
  return capped * (750 + jitter) / 1000;
}

Result<void> Outbox::SendPacket(OutgoingPacket packet) {
  const Result<FencePosition> fence = world_.fence.Read();
  if (!fence.ok()) return fence.error();
  const FencePosition position{packet.position.epoch.number, packet.position.sequence};
  if (position > fence.value()) {
    const Result<void> raised = world_.fence.Write(position);
    if (!raised.ok()) return raised.error();
  }
  const Result<Bytes> sealed = SealPacket(packet);
  if (!sealed.ok()) return sealed.error();
  const Result<void> sent = world_.carrier->Send(sealed.value());
  if (!sent.ok()) return sent.error();
  const std::int64_t now_ms = world_.clock.NowMs();
  packet.state = PacketState::kSent;
  packet.next_send_at_ms = now_ms + ResendDelay(++packet.attempts);
  world_.store.Begin();
  world_.store.UpdatePacket(packet);
  world_.store.PutMetaNumber("out.last_at", now_ms);
  const Result<void> kept = world_.store.Commit();
  if (!kept.ok()) return kept.error();
  control_sent_at_ms_ = now_ms;
  inbox_.AckSent();
  ack_due_at_ms_ = 0;
  world_.log.Write(LogLevel::kInfo, "sent",
                   {{"sequence", std::to_string(packet.position.sequence)},
                    {"attempt", std::to_string(packet.attempts)},
                    {"bytes", std::to_string(sealed.value().size())}});
  return Ok();
}

Result<void> Outbox::SendAck() {
  const Result<Bytes> sealed = SealAck();
  if (!sealed.ok()) return sealed.error();
  const Result<void> sent = world_.carrier->Send(sealed.value());
  if (!sent.ok()) return sent.error();
  control_sent_at_ms_ = world_.clock.NowMs();
  inbox_.AckSent();
  ack_due_at_ms_ = 0;
  return Ok();
}

Result<std::size_t> Outbox::Send() {
  if (!world_.carrier) return std::size_t{0};
  const std::int64_t now_ms = world_.clock.NowMs();
  if (control_sent_at_ms_ == 0) control_sent_at_ms_ = now_ms;
  if (inbox_.is_ack_due() && ack_due_at_ms_ == 0) {
    ack_due_at_ms_ = now_ms + terms_.settings.ack_after_ms;
  }
  std::size_t sent = 0;
  // One at a time: a packet may be 64 MiB.
  for (; sent < kSendMax; ++sent) {
    std::vector<OutgoingPacket> due = world_.store.PacketsDue(now_ms, 1);
    if (due.empty()) break;
    const Result<void> done = SendPacket(std::move(due.front()));
    if (!done.ok()) return done.error();
  }
  const bool ack_is_due = ack_due_at_ms_ > 0 && now_ms >= ack_due_at_ms_;
  const bool heartbeat_is_due = now_ms >= control_sent_at_ms_ + terms_.settings.heartbeat_every_ms;
  const bool need_is_due = inbox_.has_old_gap(now_ms) &&
                           now_ms >= need_sent_at_ms_ + 4 * terms_.settings.gap_patience_ms;
  if (sent == 0 && (ack_is_due || heartbeat_is_due || need_is_due)) {
    const Result<void> done = SendAck();
    if (!done.ok()) return done.error();
  }
  return sent;
}

Result<std::vector<Bytes>> Outbox::SealAll() {
  std::vector<Bytes> all;
  Result<Bytes> ack = SealAck();
  if (!ack.ok()) return ack.error();
  all.push_back(std::move(ack).value());
  FencePosition highest;
  for (const Position& position : world_.store.UnackedPackets()) {
    const auto packet = world_.store.Packet(position);
    if (!packet) continue;
    Result<Bytes> sealed = SealPacket(*packet);
    if (!sealed.ok()) return sealed.error();
    all.push_back(std::move(sealed).value());
    highest = std::max(highest, {position.epoch.number, position.sequence});
  }
  const Result<FencePosition> fence = world_.fence.Read();
  if (!fence.ok()) return fence.error();
  if (highest > fence.value()) {
    const Result<void> raised = world_.fence.Write(highest);
    if (!raised.ok()) return raised.error();
  }
  return all;
}

std::int64_t Outbox::NextAt() const {
  std::int64_t at = control_sent_at_ms_ + terms_.settings.heartbeat_every_ms;
  if (ack_due_at_ms_ > 0) at = std::min(at, ack_due_at_ms_);
  if (const auto send_at = world_.store.NextSendAt()) at = std::min(at, *send_at);
  if (is_window_full_) return at;
  const std::vector<OutgoingChange> oldest = world_.store.UnpackedChanges(1);
  if (!oldest.empty()) {
    at = std::min(at, oldest.front().captured_at_ms + terms_.settings.pack_after_ms);
  } else if (!world_.store.WaitingRecords(1).empty()) {
    at = std::min(at, packed_at_ms_ + terms_.settings.ack_after_ms);
  }
  return at;
}

}  // namespace valise
