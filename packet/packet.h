// What one packet says: the immutable core, the renewable control part, and the records of the
// payload. Byte forms: packet/FORMAT.md. Protobuf types stay in codec.cc.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "packet/bytes.h"
#include "packet/model.h"

namespace valise {

// Wire numbers.
enum class PacketKind : std::uint8_t {
  kData = 1,        // sequenced, payload of records
  kAck = 2,         // no sequence, never acked; control part only
  kEpochStart = 3,  // sequence 1 of a new epoch
  kSkip = 4         // signed: the named sequences will never come; lists the issues they touched
};
// Feature bits of a core that this version knows. None yet.
constexpr std::uint64_t kFeaturesKnown = 0;
enum class Stream : std::uint8_t { kChanges = 1, kContent = 2 };

// An epoch of one sender: number + nonce, so that a clone's epoch of equal number differs.
struct Epoch {
  std::uint32_t number = 0;
  std::uint64_t nonce = 0;
  auto operator<=>(const Epoch&) const = default;
};

// Immutable; its bytes are hashed (packet_id) and chained (previous_packet_id).
struct Core {
  PacketKind kind = PacketKind::kData;
  Id sender;  // site ids: KeyedId-like digest of the identity key (keys.h)
  Id recipient;
  Id channel;
  Stream stream = Stream::kChanges;
  Epoch epoch;
  std::uint64_t sequence = 0;  // 0 only for kAck
  Digest previous_packet_id;
  std::uint64_t payload_bytes = 0;  // of the payload as sealed (compressed)
  std::uint64_t records_bytes = 0;  // of the records, decompressed; checked against limits first
  Digest payload_hash;
  Digest contract_digest;
  std::uint64_t features = 0;  // bits; an unknown one refuses the packet as "newer version"
  // kEpochStart only:
  Id incarnation_asked;  // the incarnation whose request for state this epoch answers; zero: none
  bool wants_state = false;
  Id incarnation;  // the sender's own incarnation
  // kSkip only: inclusive range of sequences that will never come, and the issues they touched.
  std::uint64_t skip_first = 0;
  std::uint64_t skip_through = 0;
  std::vector<Id> skip_issues;
  bool operator==(const Core&) const = default;
};

struct SequenceRange {  // inclusive
  std::uint64_t first = 0;
  std::uint64_t through = 0;
  auto operator<=>(const SequenceRange&) const = default;
};

enum class NeedReason : std::uint8_t {
  kMissing = 1,
  kCorrupt = 2,
  kKeyUnknown = 3,
  kFork = 4,
  kContract = 5
};

struct Need {
  SequenceRange range;
  NeedReason reason = NeedReason::kMissing;
  bool operator==(const Need&) const = default;
};

// The receiver's signed word about one stream: everything up to `taken_through` is durable and
// verified here, in its issues' queues. Says nothing about Jira.
struct Ack {
  Stream stream = Stream::kChanges;
  Epoch epoch;  // of the sender that is acked
  std::uint64_t taken_through = 0;
  Digest head;                          // packet_id at taken_through; zero if none
  std::vector<SequenceRange> received;  // beyond taken_through, newest first
  std::vector<Need> needs;
  std::uint64_t window_bytes = 0;
  bool operator==(const Ack&) const = default;
};

struct KeyAnnouncement {
  Digest receive_key;  // X25519 public
  bool operator==(const KeyAnnouncement&) const = default;
};

// May be renewed by a resend. Ordered by the acker's own (epoch number, control_number).
struct Control {
  std::uint32_t acker_epoch_number = 0;
  std::uint64_t control_number = 0;
  Id incarnation;
  std::vector<Ack> acks;
  std::vector<KeyAnnouncement> keys;
  std::vector<Digest> contracts_known;
  std::int64_t created_at_ms = 0;  // information only: no decision depends on it
  bool operator==(const Control&) const = default;
};

struct ContentPiece {
  Digest content;
  std::uint64_t content_bytes = 0;
  std::uint64_t offset = 0;
  Bytes data;
  bool operator==(const ContentPiece&) const = default;
};

// One issue's state in a resync: digest only, or everything.
struct StateRegister {
  Register agreed;
  bool is_held = false;
  Version asker_version;  // last version of the asker's origin that the sender knows
  Digest asker_value;
  bool operator==(const StateRegister&) const = default;
};
struct State {
  Id incarnation_asked;
  Id issue_id;
  Digest digest;  // over the sorted (register, version, digest of agreed) and tombstones
  bool is_whole = false;
  std::optional<IssueOrigin> origin;
  std::vector<ObjectOrigin> objects;
  std::vector<StateRegister> registers;
  bool is_tombstone = false;
  bool is_last = false;  // closes the state
  bool operator==(const State&) const = default;
};

// A contract for the time to come, or the word on one that was proposed. Wire numbers.
enum class ContractVerdict : std::uint8_t {
  kProposed = 0,
  kAccepted = 1,  // it is in force at the sender from this packet on
  kRejected = 2,
  kWithdrawn = 3  // its own proposer asks for it back; it ends with the peer's kRejected
};
struct ContractRecord {
  Bytes toml;  // kProposed only
  ContractVerdict verdict = ContractVerdict::kProposed;
  Digest digest = {};  // of the contract that is meant; kProposed: zero, as `toml` is it
  bool operator==(const ContractRecord&) const = default;
};
struct Ping {
  std::uint64_t nonce = 0;
  bool operator==(const Ping&) const = default;
};
struct Pong {
  std::uint64_t nonce = 0;
  bool operator==(const Pong&) const = default;
};
// A kind this version does not know: kept and answered "unsupported", never dropped.
struct UnknownRecord {
  std::uint32_t kind = 0;
  Bytes bytes;
  bool operator==(const UnknownRecord&) const = default;
};
struct Unsupported {
  std::uint32_t kind = 0;
  bool operator==(const Unsupported&) const = default;
};

using Record = std::variant<Change, Outcome, ContentPiece, State, ContractRecord, Ping, Pong,
                            Unsupported, UnknownRecord>;

// The position of a packet; with packet_id it tells a duplicate from a fork.
struct Position {
  Stream stream = Stream::kChanges;
  Epoch epoch;
  std::uint64_t sequence = 0;
  auto operator<=>(const Position&) const = default;
};

}  // namespace valise
