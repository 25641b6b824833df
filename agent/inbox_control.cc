// What the peer says of our packets and changes.
#include <algorithm>
#include <set>

#include "agent/inbox.h"
#include "agent/stream_names.h"
#include "packet/codec.h"

namespace valise {

namespace {

Error Stop(std::string code, std::string message) {
  return {Recovery::kAskOperator, std::move(code), std::move(message)};
}

}  // namespace

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
  if (ack.epoch.number == 0) return Ok();
  Store& store = world_.store;
  const Epoch own{static_cast<std::uint32_t>(store.MetaNumber("out.epoch", 0)),
                  static_cast<std::uint64_t>(store.MetaNumber("out.epoch_nonce", 0))};
  const auto last = static_cast<std::uint64_t>(store.MetaNumber(OutName(ack.stream, "sequence"), 0));
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

bool Inbox::IsOld(const Lane& lane, std::int64_t now_ms) const {
  return lane.gap_since_ms > 0 && now_ms >= lane.gap_since_ms + terms_.settings.gap_patience_ms;
}

bool Inbox::has_old_gap(std::int64_t now_ms) const {
  return std::any_of(lanes_.begin(), lanes_.end(),
                     [&](const auto& lane) { return IsOld(lane.second, now_ms); });
}

std::vector<Ack> Inbox::Acks(std::int64_t now_ms) const {
  std::vector<Ack> acks;
  for (const auto& [name, lane] : lanes_) {
    const InboundStream& stream = lane.stream;
    if (!stream.is_open) continue;
    Ack& ack = acks.emplace_back();
    ack.stream = name;
    ack.epoch = stream.epoch;
    ack.taken_through = stream.taken_through;
    ack.head = stream.head;
    ack.received = ReceivedRanges(stream);
    ack.window_bytes = name == Stream::kChanges ? terms_.settings.window_bytes
                                                : terms_.settings.content_window_bytes;
    if (!IsOld(lane, now_ms)) continue;
    for (const SequenceRange& gap : Gaps(stream)) {
      ack.needs.push_back({gap, NeedReason::kMissing});
    }
  }
  return acks;
}

// --- what an outcome means for the contents of its change ---------------------------------------

namespace {

// Contents of attachments that the peer holds back because their bytes are damaged or missing.
std::set<Digest> LackingAtPeer(const Change& change, const Outcome& outcome) {
  const auto lacks = [](OutcomeResult result, const std::string& reason_code) {
    return result == OutcomeResult::kHeld &&
           reason_code.substr(0, reason_code.find(':')) == "content";
  };
  std::set<Digest> lacking;
  for (const ObjectOrigin& object : change.objects) {
    if (object.kind != ObjectKind::kAttachment) continue;
    const RegisterKey key = PresenceKey(object.kind, object.id);
    const auto own = std::find_if(outcome.registers.begin(), outcome.registers.end(),
                                  [&](const RegisterOutcome& reg) { return reg.key == key; });
    const bool is_lacking = own != outcome.registers.end()
                                ? lacks(own->result, own->reason_code)
                                : lacks(outcome.result, outcome.reason_code);
    if (is_lacking) lacking.insert(object.content);
  }
  return lacking;
}

}  // namespace

// Inside a transaction. Bytes that the peer lacks go out once more; what it has, or will not have,
// is needed here no longer.
void Inbox::SettleContents(const OutgoingChange& ours, const Outcome& outcome) {
  Store& store = world_.store;
  if (store.ContentsOf(ours.op_id).empty()) return;
  const Result<Record> record = DecodeRecord(ours.record);
  const Change* change = record.ok() ? std::get_if<Change>(&record.value()) : nullptr;
  std::set<Digest> lacking;
  if (change != nullptr) lacking = LackingAtPeer(*change, outcome);
  if (lacking.empty()) {
    for (const Digest& content : store.DropContentUses(ours.op_id)) forgotten_.push_back(content);
  }
  for (const Digest& content : lacking) {
    if (store.PushContentAgain(content)) continue;
    store.AppendListed({0, world_.clock.NowMs(), ours.issue_id, "content-damaged",
                        FieldKey("attachments"), std::nullopt, {}, "given-up", true});
  }
}

}  // namespace valise
