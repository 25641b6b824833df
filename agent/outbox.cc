#include "agent/outbox.h"

#include <algorithm>

#include "agent/stream_names.h"
#include "packet/codec.h"

namespace valise {
namespace {

constexpr std::size_t kChangesPerPacket = 500;
constexpr std::size_t kEnoughToPack = 100;      // changes that need not wait for company
constexpr std::uint64_t kRecordsBytes = 4ULL << 20;  // of one packet at most, before compression

}  // namespace

Result<void> Outbox::Open() {
  Store& store = world_.store;
  epoch_ = {static_cast<std::uint32_t>(store.MetaNumber("out.epoch", 0)),
            static_cast<std::uint64_t>(store.MetaNumber("out.epoch_nonce", 0))};
  const FencePosition known{epoch_.number, LastSequence(Stream::kChanges),
                            LastSequence(Stream::kContent)};
  const FencePosition fence = TRY(world_.fence.Read());
  if (Highest(fence, known) != known) {
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

std::uint64_t Outbox::LastSequence(Stream stream) const {
  return static_cast<std::uint64_t>(world_.store.MetaNumber(OutName(stream, "sequence"), 0));
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
  (void)world_.store.DropContentUses(change.op_id);  // the files go with the next sweep
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

Core Outbox::NextCore(PacketKind kind, Stream stream) const {
  Core core;
  core.kind = kind;
  core.sender = SiteId(channel_.keys.card);
  core.recipient = SiteId(channel_.peer);
  core.channel = channel_.id;
  core.stream = stream;
  core.epoch = epoch_;
  core.contract_digest = terms_.contract.digest;
  core.payload_hash = PayloadHash("");
  if (kind == PacketKind::kAck) return core;
  core.sequence = LastSequence(stream) + 1;
  const auto head = world_.store.Meta(OutName(stream, "head"));
  core.previous_packet_id = DigestFromBytes(head.value_or("")).value_or(Digest{});
  if (kind == PacketKind::kEpochStart) core.incarnation = incarnation_;
  return core;
}

// Inside the transaction of commit B: the next number of its stream, and what has it.
Core Outbox::PutPacket(PacketKind kind, Stream stream, const std::vector<Record>& records) {
  Store& store = world_.store;
  Core core = NextCore(kind, stream);
  Payload payload;
  if (!records.empty()) payload = EncodePayload(records);
  core.payload_bytes = payload.bytes.size();
  core.records_bytes = payload.records_bytes;
  core.payload_hash = PayloadHash(payload.bytes);

  OutgoingPacket packet;
  packet.position = {core.stream, core.epoch, core.sequence};
  packet.core_bytes = EncodeCore(core);
  packet.packet_id = PacketId(packet.core_bytes);
  packet.payload = EncryptToSelf(payload.bytes, channel_.keys.storage, world_.entropy);
  packet.packed_at_ms = world_.clock.NowMs();
  store.PutPacket(packet);
  store.PutMetaNumber(OutName(stream, "sequence"), static_cast<std::int64_t>(core.sequence));
  store.PutMeta(OutName(stream, "head"), std::string(View(packet.packet_id)));
  return core;
}

void Outbox::LogPacked(const Core& core, std::size_t records) {
  world_.log.Write(LogLevel::kInfo, "packed",
                   {{"stream", core.stream == Stream::kChanges ? "changes" : "content"},
                    {"sequence", std::to_string(core.sequence)},
                    {"records", std::to_string(records)},
                    {"bytes", std::to_string(core.payload_bytes)}});
}

// The first packet of each stream begins the epoch.
Result<void> Outbox::BeginStream(Stream stream) {
  if (LastSequence(stream) > 0) return Ok();
  world_.store.Begin();
  const Core core = PutPacket(PacketKind::kEpochStart, stream, {});
  TRY(world_.store.Commit());
  LogPacked(core, 0);
  return Ok();
}

Result<void> Outbox::CommitChanges(Selection selection) {
  Store& store = world_.store;
  const std::int64_t now_ms = world_.clock.NowMs();
  store.Begin();
  NumberChanges(selection);
  const Core core = PutPacket(PacketKind::kData, Stream::kChanges, selection.records);
  for (std::size_t i = 0; i < selection.changes.size(); ++i) {
    const OutgoingChange& change = selection.changes[i];
    store.MarkPacked(change.op_id, EncodeRecord(selection.records[i]), epoch_.number,
                     core.sequence);
    store.AppendJournal({0, now_ms, change.issue_id, change.op_id, "packed",
                         "packet " + std::to_string(core.sequence)});
  }
  for (const std::int64_t row : selection.waiting) store.RemoveWaitingRecord(row);
  TRY(store.Commit());
  packed_at_ms_ = now_ms;
  LogPacked(core, selection.records.size());
  return Ok();
}

// Changes first: a big attachment never delays text, and its change announces it.
Result<std::size_t> Outbox::Pack(bool at_once) {
  const std::size_t packed = TRY(PackChanges(at_once));
  return packed + TRY(PackContents(at_once));
}

Result<std::size_t> Outbox::PackChanges(bool at_once) {
  std::size_t packed = 0;
  while (IsTimeToPack(at_once)) {
    is_window_full_ =
        world_.store.UnackedBytes(Stream::kChanges) >= terms_.settings.window_bytes;
    if (is_window_full_) break;
    TRY(BeginStream(Stream::kChanges));
    Selection selection = Select();
    if (selection.records.empty()) break;
    TRY(CommitChanges(std::move(selection)));
    ++packed;
  }
  return packed;
}

}  // namespace valise
