#include "agent/core/stream.h"

#include <algorithm>

#include "packet/limits.h"
#include "tests/agent/support.h"

namespace valise {
namespace {

Digest DigestOf(std::uint64_t number) {
  Digest digest;
  for (std::size_t index = 0; index < 8; ++index) {
    digest.bytes[index] = static_cast<std::uint8_t>(number >> (8 * index));
  }
  digest.bytes[31] = 1;
  return digest;
}

// Packet `sequence` of an unbroken chain.
Core Packet(std::uint64_t sequence, Epoch epoch = {1, 7}) {
  Core core;
  core.epoch = epoch;
  core.sequence = sequence;
  if (sequence > 1) core.previous_packet_id = DigestOf(sequence - 1);
  return core;
}

InboundStream Taken(std::initializer_list<std::uint64_t> sequences) {
  InboundStream stream;
  for (const std::uint64_t sequence : sequences) {
    stream = Take(stream, Packet(sequence), DigestOf(sequence));
  }
  return stream;
}

}  // namespace

TEST_CASE("Classify: each place a packet can have") {
  const InboundStream stream = Taken({1, 2, 3, 5});
  const struct {
    const char* what;
    Core core;
    std::optional<Digest> known_id;
    Place wanted;
  } rows[] = {
      {"next", Packet(4), {}, Place::kNew},
      {"past a gap", Packet(9), {}, Place::kNew},
      {"the same again", Packet(3), DigestOf(3), Place::kDuplicate},
      {"the same again, past the gap", Packet(5), DigestOf(5), Place::kDuplicate},
      {"evidence pruned", Packet(2), {}, Place::kDuplicate},
      {"same position, other id", Packet(3), DigestOf(33), Place::kFork},
      {"older epoch", Packet(9, {0, 7}), {}, Place::kOldEpoch},
      {"newer epoch", Packet(1, {2, 8}), {}, Place::kNewEpoch},
      {"equal epoch, other nonce", Packet(4, {1, 8}), {}, Place::kFork},
      {"equal epoch, other nonce, known position", Packet(3, {1, 8}), DigestOf(3), Place::kFork},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    CHECK(Classify(stream, row.core, DigestOf(row.core.sequence), row.known_id) == row.wanted);
  }
}

TEST_CASE("a stream that is not open takes any epoch") {
  CHECK(Classify({}, Packet(1, {9, 9}), DigestOf(1), {}) == Place::kNew);
  CHECK(Classify({}, Packet(5, {9, 9}), DigestOf(5), {}) == Place::kNew);
}

TEST_CASE("every order of arrival ends at the same place") {
  std::vector<std::uint64_t> order = {1, 2, 3, 4, 5};
  do {
    InboundStream stream;
    for (const std::uint64_t sequence : order) {
      stream = Take(stream, Packet(sequence), DigestOf(sequence));
    }
    REQUIRE(stream.taken_through == 5);
    REQUIRE(stream.head == DigestOf(5));
    REQUIRE(stream.beyond.empty());
    REQUIRE_FALSE(stream.is_broken);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("state is proportional to gaps: ranges newest first, gaps oldest first") {
  const InboundStream stream = Taken({1, 3, 4, 7, 9, 10});
  CHECK(stream.taken_through == 1);
  CHECK(ReceivedRanges(stream) == std::vector<SequenceRange>{{9, 10}, {7, 7}, {3, 4}});
  CHECK(Gaps(stream) == std::vector<SequenceRange>{{2, 2}, {5, 6}, {8, 8}});
  CHECK(ReceivedRanges(Taken({1, 2})).empty());
  CHECK(Gaps(Taken({1, 2})).empty());
}

TEST_CASE("ranges and gaps are bounded") {
  InboundStream stream = Taken({1});
  for (std::uint64_t sequence = 3; sequence < 3 + 4 * limits::kRangesMax; sequence += 2) {
    stream = Take(stream, Packet(sequence), DigestOf(sequence));
  }
  CHECK(ReceivedRanges(stream).size() == limits::kRangesMax);
  CHECK(Gaps(stream).size() == limits::kRangesMax);
  CHECK(Gaps(stream).front() == SequenceRange{2, 2});
  CHECK(ReceivedRanges(stream).front().first == 1 + 4 * limits::kRangesMax);
}

TEST_CASE("a chain that does not fit breaks the stream and is not advanced over") {
  Core foreign = Packet(4);
  foreign.previous_packet_id = DigestOf(33);
  const InboundStream at_once = Take(Taken({1, 2, 3}), foreign, DigestOf(4));
  CHECK(at_once.is_broken);
  CHECK(at_once.taken_through == 3);
  InboundStream later = Take(Taken({1, 2}), foreign, DigestOf(4));
  CHECK_FALSE(later.is_broken);
  later = Take(later, Packet(3), DigestOf(3));
  CHECK(later.is_broken);
  CHECK(later.taken_through == 3);
  CHECK(later.head == DigestOf(3));
}

TEST_CASE("a signed SKIP closes a gap, whichever comes first") {
  Core skip = Packet(3);
  skip.kind = PacketKind::kSkip;
  skip.skip_first = 3;
  skip.skip_through = 6;
  Core after = Packet(7);
  after.previous_packet_id = DigestOf(33);
  InboundStream stream = Take(Taken({1, 2}), skip, DigestOf(33));
  CHECK(stream.taken_through == 6);
  stream = Take(stream, after, DigestOf(7));
  CHECK(stream.taken_through == 7);
  InboundStream other = Take(Taken({1, 2}), after, DigestOf(7));
  CHECK(Gaps(other) == std::vector<SequenceRange>{{3, 6}});
  other = Take(other, skip, DigestOf(33));
  CHECK(other.taken_through == 7);
  CHECK(other.head == DigestOf(7));
}

TEST_CASE("a SKIP past a gap counts with all of its sequences") {
  Core skip = Packet(4);
  skip.kind = PacketKind::kSkip;
  skip.skip_first = 4;
  skip.skip_through = 6;
  const InboundStream stream = Take(Taken({1}), skip, DigestOf(33));
  CHECK(ReceivedRanges(stream) == std::vector<SequenceRange>{{4, 6}});
  CHECK(Gaps(stream) == std::vector<SequenceRange>{{2, 3}});
}

}  // namespace valise
