// The receiving end of one stream: position, chain, gaps. State is proportional to gaps, not to
// history (agent/DESIGN.md, "Delivery").
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "packet/packet.h"

namespace valise {

struct InboundStream {
  bool is_open = false;              // a first packet of the peer has come
  Epoch epoch;
  std::uint64_t taken_through = 0;   // everything up to here is durable and chain-verified
  Digest head;                       // packet_id at taken_through
  struct Beyond {
    Digest packet_id, previous;
    std::uint64_t through = 0;       // the sequence itself, or a SKIP's end
  };
  std::map<std::uint64_t, Beyond> beyond;  // received past a gap, by first sequence
  bool is_broken = false;            // the chain does not fit: a fork
};

enum class Place : std::uint8_t {
  kNew,        // take it
  kDuplicate,  // same position, same id: a no-op
  kFork,       // same position, other id; or an epoch of equal number and other nonce
  kOldEpoch,   // fenced
  kNewEpoch    // the sender began again (restore)
};

// `known_id`: packet_id that the spool has at this position, if any.
Place Classify(const InboundStream& stream, const Core& core, const Digest& packet_id,
               const std::optional<Digest>& known_id);

// Takes a packet that Classify called kNew and advances over everything that is now in sequence.
InboundStream Take(InboundStream stream, const Core& core, const Digest& packet_id);

std::vector<SequenceRange> ReceivedRanges(const InboundStream& stream);  // newest first, bounded
std::vector<SequenceRange> Gaps(const InboundStream& stream);            // oldest first

}  // namespace valise
