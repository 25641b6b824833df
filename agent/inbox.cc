#include "agent/inbox.h"

#include <algorithm>
#include <utility>

#include "agent/content_files.h"
#include "agent/stream_names.h"
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
  for (const Stream name : kStreams) lanes_[name] = LoadLane(name);
  const Result<void> contents = contents_.Start();
  content_error_ = contents.ok() ? std::nullopt : std::optional(contents.error());
}

Inbox::Lane Inbox::LoadLane(Stream name) const {
  const Store& store = world_.store;
  const auto number = [&](const char* what) {
    return static_cast<std::uint64_t>(store.MetaNumber(InName(name, what), 0));
  };
  Lane lane;
  InboundStream& stream = lane.stream;
  stream.epoch = {static_cast<std::uint32_t>(number("epoch")), number("epoch_nonce")};
  stream.is_open = stream.epoch.number > 0;
  stream.taken_through = number("taken_through");
  if (const auto head = store.Meta(InName(name, "head"))) {
    stream.head = DigestFromBytes(*head).value_or(Digest{});
  }
  stream.is_broken = number("broken") != 0;
  if (!stream.is_open) return lane;
  for (const TakenPacket& packet : store.TakenBeyond(name, stream.epoch, stream.taken_through)) {
    const Result<Core> core = DecodeCore(packet.core_bytes);
    const bool is_skip = core.ok() && core.value().kind == PacketKind::kSkip;
    stream.beyond[packet.position.sequence] = {
        packet.packet_id, packet.previous_packet_id,
        is_skip ? core.value().skip_through : packet.position.sequence};
  }
  if (!stream.beyond.empty()) lane.gap_since_ms = world_.clock.NowMs();
  return lane;
}

void Inbox::PutStream(Stream name, const InboundStream& stream) {
  Store& store = world_.store;
  store.PutMetaNumber(InName(name, "epoch"), stream.epoch.number);
  store.PutMetaNumber(InName(name, "epoch_nonce"), static_cast<std::int64_t>(stream.epoch.nonce));
  store.PutMetaNumber(InName(name, "taken_through"),
                      static_cast<std::int64_t>(stream.taken_through));
  store.PutMeta(InName(name, "head"), std::string(View(stream.head)));
  store.PutMetaNumber(InName(name, "broken"), stream.is_broken ? 1 : 0);
}

// One sender has one epoch: that of a stream which has not begun is known by the other.
InboundStream Inbox::StreamOf(Stream name) const {
  InboundStream stream = lanes_.at(name).stream;
  for (const auto& [other, lane] : lanes_) {
    if (stream.is_open || !lane.stream.is_open) continue;
    stream.is_open = true;
    stream.epoch = lane.stream.epoch;
  }
  return stream;
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
  for (; count < kOpenMax && !contracts_.is_renewal_due(); ++count) {
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
  std::vector<Digest> reads = header.value().control.contracts_known;
  reads.push_back(header.value().core.contract_digest);
  TRY(contracts_.PeerReads(reads));
  if (contracts_.is_renewal_due()) return Ok();  // it waits here for the agent to come
  if (header.value().core.kind == PacketKind::kAck) return Drop(arrived);
  return Sequenced(arrived, header.value());
}

Result<void> Inbox::Sequenced(const ArrivedPacket& arrived, const OpenedHeader& header) {
  const Core& core = header.core;
  const bool is_skip = core.kind == PacketKind::kSkip;
  if (is_skip && (core.skip_first != core.sequence || core.skip_through < core.sequence ||
                  core.skip_through - core.sequence > kSkipMax)) {
    return Quarantine(arrived, {Recovery::kRejectPacket, "VAL-PACKET-SKIP",
                                "the range that the packet skips is not one of its stream"});
  }
  std::optional<Digest> known;
  if (const auto taken = world_.store.Taken(PositionOf(core))) known = taken->packet_id;
  switch (Classify(StreamOf(core.stream), core, header.packet_id, known)) {
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
  if (!contracts_.IsReadable(core.contract_digest)) {
    return Quarantine(arrived, {Recovery::kRejectPacket, "VAL-CONTRACT",
                                "the packet was made under a contract that was never agreed on "
                                "here; compare at both sites: valise contract show"});
  }
  return TakeNew(arrived, header);
}

Result<std::vector<Record>> Inbox::OpenRecords(const ArrivedPacket& arrived,
                                               const OpenedHeader& header) {
  if (header.core.payload_bytes == 0) return std::vector<Record>{};
  const Bytes payload = TRY(OpenBody(arrived.sealed, header));
  std::vector<Record> records =
      TRY(world_.parser.ParsePayload(payload, header.core.records_bytes));
  const bool is_content = header.core.stream == Stream::kContent;
  if (is_content && records.size() > limits::kContentPiecesMax) {
    return Error{Recovery::kRejectPacket, "VAL-PACKET-LIMIT", "too many pieces in one packet"};
  }
  for (const Record& record : records) {
    const bool is_known = !std::holds_alternative<UnknownRecord>(record);
    if (!is_known || std::holds_alternative<ContentPiece>(record) == is_content) continue;
    return Error{Recovery::kRejectPacket, "VAL-PACKET-STREAM",
                 "the packet holds records that do not belong into its stream"};
  }
  return records;
}

Result<void> Inbox::TakeNew(const ArrivedPacket& arrived, const OpenedHeader& header) {
  const Stream name = header.core.stream;
  const InboundStream stream = Take(lanes_.at(name).stream, header.core, header.packet_id);
  if (stream.is_broken) {
    return Stop("VAL-FORK", "the chain of the peer's packets is broken after number " +
                                std::to_string(stream.taken_through) +
                                ": it was restored or cloned; nothing more is taken");
  }
  const Result<std::vector<Record>> records = OpenRecords(arrived, header);
  if (!records.ok()) return RejectOrWait(arrived, records.error());
  const Result<ContentInbox::Written> written = contents_.Write(records.value());
  if (!written.ok()) return PutOff(arrived, written.error());
  if (terms_.switches.bug_ack_before_commit) {
    world_.store.Begin();
    PutStream(name, stream);
    const Result<void> early = world_.store.Commit();
    if (!early.ok()) return early.error();
  }
  TRY(CommitTaken(arrived, header, stream, records.value(), written.value()));
  RemoveContentFiles(world_, std::exchange(forgotten_, {}));
  if (name != Stream::kContent) return Ok();
  const Result<void> finished = contents_.Finish(written.value());
  content_error_ = finished.ok() ? std::nullopt : std::optional(finished.error());
  return Ok();
}

// Neither taken nor kept: without an ack the peer sends it again, and meanwhile it costs no room
// and holds up no other packet.
Result<void> Inbox::PutOff(const ArrivedPacket& arrived, const Error& error) {
  content_error_ = error;
  world_.log.Write(LogLevel::kWarning, "content put off", {{"code", error.code}});
  return Drop(arrived);
}

Result<void> Inbox::CommitTaken(const ArrivedPacket& arrived, const OpenedHeader& header,
                                const InboundStream& stream, const std::vector<Record>& records,
                                const ContentInbox::Written& written) {
  const std::int64_t now_ms = world_.clock.NowMs();
  const Stream name = header.core.stream;
  Lane& lane = lanes_.at(name);
  Store& store = world_.store;
  store.Begin();
  store.PutTaken({PositionOf(header.core), header.packet_id, header.core.previous_packet_id,
                  header.core_bytes, now_ms});
  for (const Record& record : records) {
    Result<void> put = PutRecord(record, header);
    if (put.ok()) continue;
    store.Rollback();
    forgotten_.clear();
    return put;
  }
  contents_.Put(written);
  for (const Id& issue : header.core.skip_issues) {
    store.AppendListed({0, now_ms, issue, "skipped", {}, std::nullopt, {}, "skip", true});
  }
  PutStream(name, stream);
  store.RemoveArrival(arrived.digest);
  store.AppendJournal({0, now_ms, Id{}, Id{}, "taken",
                       "packet " + std::to_string(header.core.sequence) + ", " +
                           std::to_string(records.size()) + " records"});
  // Whoever waited only for this gap goes on.
  const bool is_further = stream.taken_through > lane.stream.taken_through;
  if (name == Stream::kChanges && is_further && !lane.stream.beyond.empty()) {
    for (const Id& issue : store.IssuesWithIncoming()) touch_({"", issue, 0, "gap", 0});
  }
  TRY(store.Commit());
  if (lane.stream.beyond.empty() != stream.beyond.empty() || is_further) {
    lane.gap_since_ms = stream.beyond.empty() ? 0 : now_ms;
  }
  lane.stream = stream;
  ack_due_ = true;
  world_.log.Write(LogLevel::kInfo, "taken",
                   {{"stream", name == Stream::kChanges ? "changes" : "content"},
                    {"sequence", std::to_string(header.core.sequence)},
                    {"records", std::to_string(records.size())}});
  return Ok();
}

void Inbox::PutChange(Change change, const OpenedHeader& header) {
  contracts_.DropLostFields(header.core.contract_digest, change);
  IncomingChange row;
  row.position = PositionOf(header.core);
  row.issue_id = change.issue_id;
  row.op_id = change.op_id;
  row.issue_sequence = change.issue_sequence;
  row.record = EncodeRecord(change);
  row.arrived_at_ms = world_.clock.NowMs();
  NoteClock(change);
  world_.store.AppendIncoming(row);
  for (const ObjectOrigin& object : change.objects) {
    if (object.kind == ObjectKind::kAttachment) world_.store.AnnounceContent(object.content);
  }
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

Result<void> Inbox::PutRecord(const Record& record, const OpenedHeader& header) {
  Store& store = world_.store;
  if (const auto* change = std::get_if<Change>(&record)) {
    PutChange(*change, header);
  } else if (const auto* outcome = std::get_if<Outcome>(&record)) {
    store.PutOutcomeOf(outcome->op_id, *outcome);
    const auto ours = store.OutgoingByOp(outcome->op_id);
    if (!ours) return Ok();
    SettleContents(*ours, *outcome);
    store.AppendJournal(
        {0, world_.clock.NowMs(), ours->issue_id, outcome->op_id,
         outcome->result == OutcomeResult::kApplied ? "peer applied" : "peer kept back",
         outcome->reason_code});
  } else if (const auto* contract = std::get_if<ContractRecord>(&record)) {
    return contracts_.Hear(*contract);
  } else if (const auto* ping = std::get_if<Ping>(&record)) {
    store.AppendRecord(EncodeRecord(Pong{ping->nonce}));
  } else if (const auto* unknown = std::get_if<UnknownRecord>(&record)) {
    store.AppendRecord(EncodeRecord(Unsupported{unknown->kind}));
    store.AppendListed({0, world_.clock.NowMs(), Id{}, "unsupported", {}, std::nullopt, {},
                        "record " + std::to_string(unknown->kind), true});
  }
  return Ok();
}

}  // namespace valise
