#include "agent/inbox.h"

#include <algorithm>

#include "packet/codec.h"
#include "packet/limits.h"
#include "packet/seal.h"

namespace valise {
namespace {

constexpr std::size_t kReceiveMax = 64;
constexpr std::size_t kOpenMax = 64;
constexpr std::uint64_t kSkipMax = 1'000'000;
constexpr std::int64_t kAheadAlarmMs = 3'600'000;
constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

Position PositionOf(const Core& core) { return {core.stream, core.epoch, core.sequence}; }

Error Stop(std::string code, std::string message) {
  return {Recovery::kAskOperator, std::move(code), std::move(message)};
}

}  // namespace

void Inbox::Load() {
  const Store& store = world_.store;
  stream_ = InboundStream{};
  stream_.epoch.number = static_cast<std::uint32_t>(store.MetaNumber("in.changes.epoch", 0));
  stream_.epoch.nonce =
      static_cast<std::uint64_t>(store.MetaNumber("in.changes.epoch_nonce", 0));
  stream_.is_open = stream_.epoch.number > 0;
  stream_.taken_through =
      static_cast<std::uint64_t>(store.MetaNumber("in.changes.taken_through", 0));
  if (const auto head = store.Meta("in.changes.head")) {
    stream_.head = DigestFromBytes(*head).value_or(Digest{});
  }
  stream_.is_broken = store.MetaNumber("in.changes.broken", 0) != 0;
  if (!stream_.is_open) return;
  for (const TakenPacket& packet :
       store.TakenBeyond(Stream::kChanges, stream_.epoch, stream_.taken_through)) {
    const Result<Core> core = DecodeCore(packet.core_bytes);
    const bool is_skip = core.ok() && core.value().kind == PacketKind::kSkip;
    stream_.beyond[packet.position.sequence] = {
        packet.packet_id, packet.previous_packet_id,
        is_skip ? core.value().skip_through : packet.position.sequence};
  }
  if (!stream_.beyond.empty()) gap_since_ms_ = world_.clock.NowMs();
}

void Inbox::PutStream(const InboundStream& stream) {
  Store& store = world_.store;
  store.PutMetaNumber("in.changes.epoch", stream.epoch.number);
  store.PutMetaNumber("in.changes.epoch_nonce", static_cast<std::int64_t>(stream.epoch.nonce));
  store.PutMetaNumber("in.changes.taken_through",
                      static_cast<std::int64_t>(stream.taken_through));
  store.PutMeta("in.changes.head", std::string(View(stream.head)));
  store.PutMetaNumber("in.changes.broken", stream.is_broken ? 1 : 0);
}

Result<bool> Inbox::PutArrival(std::string sealed) {
  ArrivedPacket arrived;
  arrived.digest = Hash("VLS1 arrival", sealed);
  arrived.sealed = std::move(sealed);
  arrived.arrived_at_ms = world_.clock.NowMs();
  world_.store.Begin();
  const bool is_new = world_.store.PutArrival(arrived);
  Result<void> kept = world_.store.Commit();
  if (!kept.ok()) return kept.error();
  return is_new;
}

Result<std::size_t> Inbox::Receive() {
  if (!world_.carrier) return std::size_t{0};
  Result<std::vector<Arrival>> arrivals = world_.carrier->Receive(kReceiveMax);
  if (!arrivals.ok()) return arrivals.error();
  Result<std::size_t> outcome = arrivals.value().size();
  for (Arrival& arrival : arrivals.value()) {
    const Result<bool> kept = PutArrival(std::move(arrival.sealed));
    if (!kept.ok()) return kept.error();
    // What cannot be removed comes again and is known by then; it holds nothing else up.
    const Result<void> removed = world_.carrier->Remove(arrival.handle);
    if (!removed.ok()) outcome = removed.error();
  }
  return outcome;
}

Result<std::size_t> Inbox::OpenArrivals() {
  std::size_t count = 0;
  for (; count < kOpenMax; ++count) {
    const std::vector<ArrivedPacket> next = world_.store.NewArrivals(1);
    if (next.empty()) break;
    const Result<void> opened = OpenOne(next.front());
    if (!opened.ok()) return opened.error();
  }
  return count;
}

Result<void> Inbox::Quarantine(const ArrivedPacket& arrived, const Error& error) {
  world_.log.Write(LogLevel::kWarning, "quarantined",
                   {{"code", error.code}, {"packet", Text(arrived.digest)}});
  world_.store.Begin();
  world_.store.Quarantine(arrived.digest, error.code, error.message);
  world_.store.AppendJournal({0, world_.clock.NowMs(), Id{}, Id{}, "quarantined",
                              Text(arrived.digest) + " " + error.code});
  return world_.store.Commit();
}

// Only what is wrong with the packet itself puts it aside; a machine without a free process does
// not.
Result<void> Inbox::RejectOrWait(const ArrivedPacket& arrived, const Error& error) {
  if (error.recovery != Recovery::kRejectPacket) return error;
  return Quarantine(arrived, error);
}

Result<void> Inbox::Drop(const ArrivedPacket& arrived) {
  world_.store.Begin();
  world_.store.RemoveArrival(arrived.digest);
  return world_.store.Commit();
}

Result<void> Inbox::OpenOne(const ArrivedPacket& arrived) {
  OpenAs as{channel_.keys, channel_.peer, channel_.id, channel_.pre_shared, {}};
  Result<OpenedHeader> header = OpenHeader(arrived.sealed, as, world_.parser);
  if (!header.ok()) return RejectOrWait(arrived, header.error());
  const Result<void> controlled = HandleControl(header.value().control);
  if (!controlled.ok()) return controlled.error();
  if (header.value().core.kind == PacketKind::kAck) return Drop(arrived);
  return Sequenced(arrived, header.value());
}

Result<void> Inbox::Sequenced(const ArrivedPacket& arrived, const OpenedHeader& header) {
  const Core& core = header.core;
  if (core.stream != Stream::kChanges) {
    return Quarantine(arrived, {Recovery::kRejectPacket, "VAL-PACKET-STREAM",
                                "the content stream is not known to this version"});
  }
  const bool is_skip = core.kind == PacketKind::kSkip;
  if (is_skip && (core.skip_first != core.sequence || core.skip_through < core.sequence ||
                  core.skip_through - core.sequence > kSkipMax)) {
    return Quarantine(arrived, {Recovery::kRejectPacket, "VAL-PACKET-SKIP",
                                "the range that the packet skips is not one of its stream"});
  }
  std::optional<Digest> known;
  if (const auto taken = world_.store.Taken(PositionOf(core))) known = taken->packet_id;
  switch (Classify(stream_, core, header.packet_id, known)) {
    case Place::kDuplicate:
      ack_due_ = true;  // the peer may have missed our word
      return Drop(arrived);
    case Place::kOldEpoch:
      return Drop(arrived);
    case Place::kNewEpoch:
      return Stop("VAL-PEER-RESTORED",
                  "the peer began epoch " + std::to_string(core.epoch.number) +
                      ": it was restored from a backup. This version stops here; nothing was "
                      "applied. Upgrade to a version with recovery; pairing anew makes every issue "
                      "that was shared before a second time (OPERATING.md)");
    case Place::kFork: {
      const Result<void> kept =
          Quarantine(arrived, {Recovery::kRejectPacket, "VAL-FORK",
                               "two packets claim sequence " + std::to_string(core.sequence)});
      if (!kept.ok()) return kept.error();
      return Stop("VAL-FORK", "the peer sent two different packets as number " +
                                  std::to_string(core.sequence) +
                                  ": it was restored or cloned. Both are kept as evidence "
                                  "(valise queue); ask the peer which of its agents is the real "
                                  "one");
    }
    case Place::kNew:
      break;
  }
  if (core.contract_digest != terms_.contract.digest) {
    return Quarantine(arrived, {Recovery::kRejectPacket, "VAL-CONTRACT",
                                "the packet was made under another contract; both sites must "
                                "hold the same contract.toml"});
  }
  return TakeNew(arrived, header);
}

Result<void> Inbox::TakeNew(const ArrivedPacket& arrived, const OpenedHeader& header) {
  const InboundStream stream = Take(stream_, header.core, header.packet_id);
  if (stream.is_broken) {
    return Stop("VAL-FORK", "the chain of the peer's packets is broken after number " +
                                std::to_string(stream.taken_through) +
                                ": it was restored or cloned; nothing more is taken");
  }
  std::vector<Record> records;
  if (header.core.payload_bytes > 0) {
    const Result<Bytes> payload = OpenBody(arrived.sealed, header);
    if (!payload.ok()) return RejectOrWait(arrived, payload.error());
    Result<std::vector<Record>> parsed =
        world_.parser.ParsePayload(payload.value(), header.core.records_bytes);
    if (!parsed.ok()) return RejectOrWait(arrived, parsed.error());
    records = std::move(parsed).value();
  }
  if (terms_.switches.bug_ack_before_commit) {
    world_.store.Begin();
    PutStream(stream);
    const Result<void> early = world_.store.Commit();
    if (!early.ok()) return early.error();
  }
  return CommitTaken(arrived, header, stream, records);
}

Result<void> Inbox::CommitTaken(const ArrivedPacket& arrived, const OpenedHeader& header,
                                const InboundStream& stream,
                                const std::vector<Record>& records) {
  const std::int64_t now_ms = world_.clock.NowMs();
  Store& store = world_.store;
  store.Begin();
  store.PutTaken({PositionOf(header.core), header.packet_id, header.core.previous_packet_id,
                  header.core_bytes, now_ms});
  for (const Record& record : records) PutRecord(record, header);
  for (const Id& issue : header.core.skip_issues) {
    store.AppendListed({0, now_ms, issue, "skipped", {}, std::nullopt, {}, "skip", true});
  }
  PutStream(stream);
  store.RemoveArrival(arrived.digest);
  store.AppendJournal({0, now_ms, Id{}, Id{}, "taken",
                       "packet " + std::to_string(header.core.sequence) + ", " +
                           std::to_string(records.size()) + " records"});
  // Whoever waited only for this gap goes on.
  if (stream.taken_through > stream_.taken_through && !stream_.beyond.empty()) {
    for (const Id& issue : store.IssuesWithIncoming()) touch_({"", issue, 0, "gap", 0});
  }
  const Result<void> kept = store.Commit();
  if (!kept.ok()) return kept.error();
  if (stream_.beyond.empty() != stream.beyond.empty() ||
      stream.taken_through != stream_.taken_through) {
    gap_since_ms_ = stream.beyond.empty() ? 0 : now_ms;
  }
  stream_ = stream;
  ack_due_ = true;
  world_.log.Write(LogLevel::kInfo, "taken",
                   {{"sequence", std::to_string(header.core.sequence)},
                    {"records", std::to_string(records.size())}});
  return Ok();
}

void Inbox::PutChange(const Change& change, const OpenedHeader& header) {
  IncomingChange row;
  row.position = PositionOf(header.core);
  row.issue_id = change.issue_id;
  row.op_id = change.op_id;
  row.issue_sequence = change.issue_sequence;
  row.record = EncodeRecord(change);
  row.arrived_at_ms = world_.clock.NowMs();
  NoteClock(change);
  world_.store.AppendIncoming(row);
  touch_({"", change.issue_id, 0, "peer", 0});
  world_.store.AppendJournal({0, row.arrived_at_ms, change.issue_id, change.op_id, "arrived",
                              "packet " + std::to_string(header.core.sequence)});
}

// Clocks decide only who wins between concurrent edits under `newest`; one that is far ahead wins
// too often, and somebody should know. Once a day at most.
void Inbox::NoteClock(const Change& change) {
  const std::int64_t now_ms = world_.clock.NowMs();
  const bool is_ahead = std::any_of(
      change.registers.begin(), change.registers.end(),
      [&](const Register& reg) { return reg.version.at_ms > now_ms + kAheadAlarmMs; });
  if (!is_ahead || now_ms < world_.store.MetaNumber("peer.clock_listed_ms", 0) + kDayMs) return;
  world_.store.PutMetaNumber("peer.clock_listed_ms", now_ms);
  world_.store.AppendListed({0, now_ms, change.issue_id, "peer-clock", {}, std::nullopt, {},
                             "clock-ahead", true});
}

void Inbox::PutRecord(const Record& record, const OpenedHeader& header) {
  Store& store = world_.store;
  if (const auto* change = std::get_if<Change>(&record)) {
    PutChange(*change, header);
  } else if (const auto* outcome = std::get_if<Outcome>(&record)) {
    store.PutOutcomeOf(outcome->op_id, *outcome);
    const auto ours = store.OutgoingByOp(outcome->op_id);
    if (!ours) return;
    store.AppendJournal(
        {0, world_.clock.NowMs(), ours->issue_id, outcome->op_id,
         outcome->result == OutcomeResult::kApplied ? "peer applied" : "peer kept back",
         outcome->reason_code});
  } else if (const auto* ping = std::get_if<Ping>(&record)) {
    store.AppendRecord(EncodeRecord(Pong{ping->nonce}));
  } else if (const auto* unknown = std::get_if<UnknownRecord>(&record)) {
    store.AppendRecord(EncodeRecord(Unsupported{unknown->kind}));
    store.AppendListed({0, world_.clock.NowMs(), Id{}, "unsupported", {}, std::nullopt, {},
                        "record " + std::to_string(unknown->kind), true});
  }
}

// --- what the peer says of our packets ----------------------------------------------------------

Result<void> Inbox::HandleControl(const Control& control) {
  Store& store = world_.store;
  const std::string incarnation = store.Meta("peer.incarnation").value_or("");
  if (!incarnation.empty() && incarnation != View(control.incarnation)) {
    return Stop("VAL-PEER-RESTORED",
                "the peer's agent has a new incarnation: it was restored or set up anew. This "
                "version stops here; nothing was applied");
  }
  const std::pair<std::int64_t, std::int64_t> number{
      control.acker_epoch_number, static_cast<std::int64_t>(control.control_number)};
  const std::pair<std::int64_t, std::int64_t> known{store.MetaNumber("peer.control_epoch", 0),
                                                    store.MetaNumber("peer.control", 0)};
  if (number <= known) return Ok();  // an older word, or the same one again
  store.Begin();
  store.PutMeta("peer.incarnation", std::string(View(control.incarnation)));
  store.PutMetaNumber("peer.control_epoch", number.first);
  store.PutMetaNumber("peer.control", number.second);
  store.PutMetaNumber("in.last_at", world_.clock.NowMs());  // a replay is no sign of life
  for (const Ack& ack : control.acks) {
    const Result<void> handled = HandleAck(ack, true);
    if (!handled.ok()) {
      store.Rollback();
      return handled.error();
    }
  }
  return store.Commit();
}

Result<void> Inbox::HandleAck(const Ack& ack, bool heeds_needs) {
  if (ack.stream != Stream::kChanges || ack.epoch.number == 0) return Ok();
  Store& store = world_.store;
  const Epoch own{static_cast<std::uint32_t>(store.MetaNumber("out.epoch", 0)),
                  static_cast<std::uint64_t>(store.MetaNumber("out.epoch_nonce", 0))};
  const auto last = static_cast<std::uint64_t>(store.MetaNumber("out.sequence", 0));
  const bool is_foreign = ack.epoch != own || ack.taken_through > last;
  bool is_other_head = false;
  if (!is_foreign && ack.taken_through > 0) {
    const auto packet = store.Packet({ack.stream, own, ack.taken_through});
    is_other_head = packet && packet->packet_id != ack.head;
  }
  if (is_foreign || is_other_head) {
    return Stop("VAL-RESTORED",
                "the peer acknowledges packets that this agent never sent: this state folder was "
                "restored from a backup or copied. Nothing is captured or written; stop, and "
                "see OPERATING.md, 'Restored state'");
  }
  if (ack.taken_through > 0) store.MarkAcked(ack.stream, own, {1, ack.taken_through});
  for (const SequenceRange& range : ack.received) store.MarkAcked(ack.stream, own, range);
  for (const Need& need : ack.needs) {
    if (heeds_needs && need.reason != NeedReason::kFork) {
      store.SendNow(ack.stream, own, need.range);
    }
  }
  return Ok();
}

bool Inbox::has_old_gap(std::int64_t now_ms) const {
  return gap_since_ms_ > 0 && now_ms >= gap_since_ms_ + terms_.settings.gap_patience_ms;
}

std::vector<Ack> Inbox::Acks(std::int64_t now_ms) const {
  if (!stream_.is_open) return {};
  Ack ack;
  ack.stream = Stream::kChanges;
  ack.epoch = stream_.epoch;
  ack.taken_through = stream_.taken_through;
  ack.head = stream_.head;
  ack.received = ReceivedRanges(stream_);
  ack.window_bytes = terms_.settings.window_bytes;
  if (has_old_gap(now_ms)) {
    for (const SequenceRange& gap : Gaps(stream_)) {
      ack.needs.push_back({gap, NeedReason::kMissing});
    }
  }
  return {ack};
}

}  // namespace valise
