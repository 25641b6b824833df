#include "agent/core/stream.h"

#include "packet/check.h"
#include "packet/limits.h"

namespace valise {

Place Classify(const InboundStream& stream, const Core& core, const Digest& packet_id,
               const std::optional<Digest>& known_id) {
  if (stream.is_open) {
    if (core.epoch.number < stream.epoch.number) return Place::kOldEpoch;
    if (core.epoch.number > stream.epoch.number) return Place::kNewEpoch;
    if (core.epoch.nonce != stream.epoch.nonce) return Place::kFork;
  }
  if (known_id) return *known_id == packet_id ? Place::kDuplicate : Place::kFork;
  // Pruned evidence: everything up to taken_through was verified once, so it is a duplicate.
  return core.sequence <= stream.taken_through ? Place::kDuplicate : Place::kNew;
}

InboundStream Take(InboundStream stream, const Core& core, const Digest& packet_id) {
  CHECK(core.sequence > stream.taken_through);
  stream.is_open = true;
  stream.epoch = core.epoch;
  const bool is_skip = core.kind == PacketKind::kSkip;
  stream.beyond[core.sequence] = {packet_id, core.previous_packet_id,
                                  is_skip ? core.skip_through : core.sequence};
  while (!stream.beyond.empty()) {
    const auto next = stream.beyond.begin();
    if (next->first != stream.taken_through + 1) break;
    const bool is_first = stream.taken_through == 0;
    if (!is_first && next->second.previous != stream.head) {
      stream.is_broken = true;
      break;
    }
    stream.taken_through = next->second.through;
    stream.head = next->second.packet_id;
    // A SKIP may cover packets that did come.
    stream.beyond.erase(stream.beyond.begin(), stream.beyond.upper_bound(stream.taken_through));
  }
  CHECK(stream.beyond.empty() || stream.beyond.begin()->first > stream.taken_through);
  return stream;
}

std::vector<SequenceRange> ReceivedRanges(const InboundStream& stream) {
  std::vector<SequenceRange> ranges;
  for (auto at = stream.beyond.rbegin(); at != stream.beyond.rend(); ++at) {
    if (!ranges.empty() && at->second.through + 1 == ranges.back().first) {
      ranges.back().first = at->first;
    } else {
      if (ranges.size() == limits::kRangesMax) break;
      ranges.push_back({at->first, at->second.through});
    }
  }
  return ranges;
}

std::vector<SequenceRange> Gaps(const InboundStream& stream) {
  std::vector<SequenceRange> gaps;
  std::uint64_t expected = stream.taken_through + 1;
  for (const auto& [sequence, packet] : stream.beyond) {
    if (gaps.size() == limits::kRangesMax) break;
    if (sequence > expected) gaps.push_back({expected, sequence - 1});
    expected = packet.through + 1;
  }
  return gaps;
}

}  // namespace valise
