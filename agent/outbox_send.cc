// Packets of the spool, sealed anew for each sending, and what rides on them.
#include <algorithm>
#include <memory>

#include "agent/outbox.h"
#include "packet/codec.h"
#include "packet/seal.h"

namespace valise {
namespace {

constexpr std::size_t kSendMax = 64;                // packets per step
constexpr std::size_t kSendBytes = 16U << 20;       // and bytes, the last packet not counted
constexpr std::uint64_t kControlBlock = 64;         // control numbers reserved per commit

FencePosition FenceOf(const Position& position) {
  const bool is_content = position.stream == Stream::kContent;
  return {position.epoch.number, is_content ? 0 : position.sequence,
          is_content ? position.sequence : 0};
}

}  // namespace

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
  control.contracts_known = inbox_.contracts().Known();
  control.created_at_ms = now_ms;
  const bool has_needs = std::any_of(control.acks.begin(), control.acks.end(),
                                     [](const Ack& ack) { return !ack.needs.empty(); });
  if (has_needs) need_sent_at_ms_ = now_ms;
  return EncodeControl(control);
}

Result<Bytes> Outbox::SealPacket(const OutgoingPacket& packet, const Bytes& control,
                                 Entropy& entropy) const {
  const Bytes payload = TRY(DecryptToSelf(packet.payload, channel_.keys.storage));
  return Seal(packet.core_bytes, control, payload,
              {channel_.keys, channel_.peer, channel_.pre_shared}, entropy);
}

Bytes Outbox::SealAck(const Bytes& control, Entropy& entropy) const {
  return Seal(EncodeCore(NextCore(PacketKind::kAck, Stream::kChanges)), control, "",
              {channel_.keys, channel_.peer, channel_.pre_shared}, entropy);
}

std::int64_t Outbox::ResendDelay(std::uint32_t attempts) {
  const std::int64_t doubled = terms_.settings.resend_after_ms << std::min(attempts - 1, 16U);
  const std::int64_t capped = std::min(doubled, terms_.settings.resend_at_most_ms);
  const auto jitter = static_cast<std::int64_t>(world_.entropy.RandomU64() % 501);  // +-25 %
  return capped * (750 + jitter) / 1000;
}

// Bytes sent.
Result<std::size_t> Outbox::SendPacket(OutgoingPacket packet) {
  TRY(world_.fence.Raise(FenceOf(packet.position)));
  const Bytes control = TRY(NextControl());
  const Bytes sealed = TRY(SealPacket(packet, control, world_.entropy));
  TRY(world_.carrier->Send(sealed));
  const std::int64_t now_ms = world_.clock.NowMs();
  packet.state = PacketState::kSent;
  packet.next_send_at_ms = now_ms + ResendDelay(++packet.attempts);
  world_.store.Begin();
  world_.store.UpdatePacket(packet);
  world_.store.PutMetaNumber("out.last_at", now_ms);
  TRY(world_.store.Commit());
  control_sent_at_ms_ = now_ms;
  inbox_.AckSent();
  ack_due_at_ms_ = 0;
  world_.log.Write(LogLevel::kInfo, "sent",
                   {{"sequence", std::to_string(packet.position.sequence)},
                    {"attempt", std::to_string(packet.attempts)},
                    {"bytes", std::to_string(sealed.size())}});
  return sealed.size();
}

Result<void> Outbox::SendAck() {
  const Bytes control = TRY(NextControl());
  TRY(world_.carrier->Send(SealAck(control, world_.entropy)));
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
  // One at a time: a packet may be 64 MiB. What is captured meanwhile waits for the next step.
  for (std::size_t bytes = 0; sent < kSendMax && bytes < kSendBytes; ++sent) {
    std::vector<OutgoingPacket> due = world_.store.PacketsDue(now_ms, 1);
    if (due.empty()) break;
    bytes += TRY(SendPacket(std::move(due.front())));
  }
  const bool ack_is_due = ack_due_at_ms_ > 0 && now_ms >= ack_due_at_ms_;
  const bool heartbeat_is_due = now_ms >= control_sent_at_ms_ + terms_.settings.heartbeat_every_ms;
  const bool need_is_due = inbox_.has_old_gap(now_ms) &&
                           now_ms >= need_sent_at_ms_ + 4 * terms_.settings.gap_patience_ms;
  if (sent == 0 && (ack_is_due || heartbeat_is_due || need_is_due)) {
    TRY(SendAck());
  }
  return sent;
}

namespace {

// Gives the same octets each time it is played: a bundle is written in two passes, and both need
// the very same packet. They are drawn once, so no two packets share any.
class Tape final : public Entropy {
 public:
  Tape(Entropy& source, Bytes& drawn) : source_(source), drawn_(drawn) {}
  void Fill(void* buffer, std::size_t bytes) override {
    if (drawn_.size() < at_ + bytes) {
      const std::size_t known = drawn_.size();
      drawn_.resize(at_ + bytes);
      source_.Fill(drawn_.data() + known, drawn_.size() - known);
    }
    drawn_.copy(static_cast<char*>(buffer), bytes, at_);
    at_ += bytes;
  }

 private:
  Entropy& source_;
  Bytes& drawn_;
  std::size_t at_ = 0;
};

}  // namespace

Result<BundleSource> Outbox::SealAll() {
  struct Waiting {
    Bytes control;
    std::vector<Position> positions;
    std::vector<Bytes> drawn;  // randomness of each packet, the ack's first
  };
  auto waiting = std::make_shared<Waiting>();
  waiting->control = TRY(NextControl());
  waiting->positions = world_.store.UnackedPackets();
  waiting->drawn.resize(waiting->positions.size() + 1);
  FencePosition highest;
  for (const Position& position : waiting->positions) highest = Highest(highest, FenceOf(position));
  TRY(world_.fence.Raise(highest));
  const auto packet = [this, waiting](std::size_t index) -> Result<Bytes> {
    Tape tape(world_.entropy, waiting->drawn[index]);
    if (index == 0) return SealAck(waiting->control, tape);
    const auto stored = world_.store.Packet(waiting->positions[index - 1]);
    if (!stored) {
      return Error{Recovery::kRetryLater, "VAL-STATE-READ",
                   "a packet vanished while the bundle was written; try again"};
    }
    return SealPacket(*stored, waiting->control, tape);
  };
  return BundleSource{waiting->drawn.size(), packet};
}

bool Outbox::has_to_send() const {
  const bool may_pack = !is_content_window_full_ && world_.store.NextOutgoingContent().has_value();
  return may_pack || !world_.store.PacketsDue(world_.clock.NowMs(), 1).empty();
}

std::int64_t Outbox::NextAt() const {
  std::int64_t at = control_sent_at_ms_ + terms_.settings.heartbeat_every_ms;
  if (ack_due_at_ms_ > 0) at = std::min(at, ack_due_at_ms_);
  if (const auto send_at = world_.store.NextSendAt()) at = std::min(at, *send_at);
  if (!is_content_window_full_ && world_.store.NextOutgoingContent()) return 0;
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
