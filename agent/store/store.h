// The only SQL. One SQLite file per channel (WAL, synchronous=FULL, STRICT tables); everything that
// must survive is here. Writes happen inside a transaction; a failed write poisons it and Commit
// says so, so that nothing half-done is ever kept. A failed read also poisons: see healthy().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/core/base.h"
#include "agent/core/contract_book.h"
#include "packet/packet.h"
#include "packet/result.h"

namespace valise {

class Database;

// --- rows ---------------------------------------------------------------------------------------

// A captured change on its way out. `sequence` 0: not packed yet.
struct OutgoingChange {
  std::int64_t row = 0;
  Id op_id, issue_id;
  Bytes record;                  // EncodeRecord(Change), issue_sequence 0 until packed
  std::int64_t captured_at_ms = 0;
  std::uint32_t epoch_number = 0;
  std::uint64_t sequence = 0;
  std::optional<Outcome> outcome;  // the peer's word, once it came
};

enum class PacketState : std::uint8_t { kPacked = 0, kSent = 1, kAcked = 2 };

// Commit B: core and payload (encrypted to ourselves) of one sequenced packet.
struct OutgoingPacket {
  Position position;
  Digest packet_id;
  Bytes core_bytes;
  Bytes payload;                 // EncryptToSelf
  PacketState state = PacketState::kPacked;
  std::int64_t packed_at_ms = 0;
  std::int64_t next_send_at_ms = 0;
  std::uint32_t attempts = 0;
};

enum class ArrivalState : std::uint8_t { kNew = 0, kQuarantined = 1 };

// Commit C: bytes as received, durable before the carrier's copy is removed.
struct ArrivedPacket {
  Digest digest;                 // of the sealed bytes
  Bytes sealed;
  std::int64_t arrived_at_ms = 0;
  ArrivalState state = ArrivalState::kNew;
  std::string reason_code, reason;  // of quarantine
};

// Header of a packet that was opened and verified; kept as evidence and for fork detection.
struct TakenPacket {
  Position position;
  Digest packet_id, previous_packet_id;
  Bytes core_bytes;
  std::int64_t taken_at_ms = 0;
};

// A change of the peer in its issue's queue.
enum class IncomingState : std::uint8_t { kQueued = 0, kMerged = 1 };
struct IncomingChange {
  std::int64_t row = 0;
  Position position;             // of its packet
  Id issue_id, op_id;
  std::uint64_t issue_sequence = 0;
  Bytes record;                  // EncodeRecord(Change)
  IncomingState state = IncomingState::kQueued;
  std::int64_t arrived_at_ms = 0;
  std::string waiting;           // reason code while it waits (gap, parent, …); empty: ready
};

enum class WriteState : std::uint8_t { kSent = 1, kUnknown = 2, kDone = 3 };

// A write to Jira between its committed intent and its committed result. Outlives epochs and
// restarts; settled before anything else happens to its issue.
struct Intent {
  Id write_id;                   // minted once, stable over retries
  Id issue_id;
  WriteKind kind = WriteKind::kEdit;
  WriteState state = WriteState::kSent;
  std::string method, path, body;
  Bytes targets;                 // EncodeRecord(Change): the registers written (value, version)
  std::int64_t history_before = 0;  // highest changelog id of the read that the write rests on
  std::string body_sent;         // comment and work log, add and edit: as sent
  std::uint32_t probes = 0;      // database probes that did not find it
  Id object;                     // writes of comments, work logs, attachments; link: its target
  std::int64_t before_mark = 0;  // creates: highest issue number known before
  std::int64_t sent_at_ms = 0;
  std::int64_t settle_at_ms = 0; // unknown: probe not before
  std::uint32_t attempts = 0;
  std::string jira_id;           // what the answer or the probe found
};

// Losing values, values Jira altered, unmapped and held values, put-backs: what people look at.
struct Listed {
  std::int64_t row = 0;
  std::int64_t at_ms = 0;
  Id issue_id;
  std::string kind;              // "conflict-lost", "altered", "unmapped", "held", "override", …
  RegisterKey key;
  std::optional<Value> value;
  Version version;
  std::string reason_code;
  bool is_open = true;           // false: settled since (kept for history)
};

// One line of an issue's story, for explain. Never the value itself.
struct JournalEntry {
  std::int64_t row = 0;
  std::int64_t at_ms = 0;
  Id issue_id;                   // zero: about the channel
  Id op_id;
  std::string event;             // fixed words: "captured", "packed", "sent", "taken", "merged", …
  std::string detail;            // register names, positions, reason codes
};

// A request of a command beside the running agent.
struct OperatorRequest {
  std::int64_t row = 0;
  std::int64_t at_ms = 0;
  std::string verb;              // "pause", "resume", "retry"
  std::string argument;
};

// --- the store ----------------------------------------------------------------------------------

class Store {
 public:
  enum class Mode { kReadWrite, kReadOnly };
  // Opens or creates DIR/valise.db and migrates its schema forward. Errors: "VAL-STATE-NEWER"
  // (written by a newer valise), "VAL-STATE-OPEN".
  // kReadOnly works beside a running agent and waits up to 5 s where it must; writes to it fail.
  static Result<std::unique_ptr<Store>> Open(const std::string& file, Mode mode);
  static Result<std::unique_ptr<Store>> OpenInMemory();
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // One transaction at a time. Commit: ok, or the first error since Begin ("VAL-STATE-FULL" on a
  // full disk, "VAL-STATE-WRITE"), and nothing of it is kept.
  // Begin inside a transaction and a write outside of one are bugs (CHECK). Other codes:
  // "VAL-STATE-BUSY", "VAL-STATE-READ", "VAL-STATE-CORRUPT".
  void Begin();
  Result<void> Commit();
  void Rollback();               // nothing open: nothing happens
  bool healthy() const;          // false after a failed read or commit until the next Begin
  std::optional<Error> first_error() const;  // why it is not healthy
  std::string path() const;
  std::int64_t rows_changed() const;         // by this connection, since it was opened

  // A consistent copy into a new file while the agent runs (backup). Not inside a transaction.
  Result<void> CopyTo(const std::string& file) const;
  // Reads every page: "VAL-STATE-CORRUPT" or ok. Takes time with the size of the file.
  Result<void> CheckIntegrity() const;

  // Simulation: called at each Commit with the number of commits so far, this one included (from
  // 1, over all lives); may end the world before or after the commit really happens. A transaction
  // that failed already is not asked about. Dead, Commit says "VAL-SIMULATED-CRASH".
  enum class CommitFate { kCommit, kCrashBefore, kCrashAfter };
  struct CommitWatcher {
    virtual ~CommitWatcher() = default;
    virtual CommitFate OnCommit(std::uint64_t number) = 0;
  };
  void set_commit_watcher(CommitWatcher* watcher);  // must outlive the store; null: none
  bool has_crashed() const;      // after a crash every call is a no-op and Commit fails
  void Revive();                 // the next life of a simulated agent on the same database
  void SimulateFullDisk(bool is_full);  // the file may not grow; it keeps its free pages

  // Small settings of the channel: cursors, counters, own epoch, incarnation. Missing: nullopt.
  std::optional<std::string> Meta(const std::string& name) const;
  void PutMeta(const std::string& name, const std::string& value);
  std::map<std::string, std::string> MetaWithPrefix(const std::string& prefix) const;
  std::int64_t MetaNumber(const std::string& name, std::int64_t missing) const;
  void PutMetaNumber(const std::string& name, std::int64_t value);

  // issues.cc: base. Load is whole, Save writes only what differs from what is stored.
  std::optional<IssueBase> LoadIssue(const Id& issue_id) const;
  // Of its objects and their registers those of `object` alone, and no other registers: what one
  // write of an issue with thousands of comments changes. To be saved over itself, as `stored`.
  std::optional<IssueBase> LoadIssueAround(const Id& issue_id, const Id& object) const;
  std::optional<Id> IssueByJiraId(const std::string& jira_id) const;
  std::optional<Id> IssueByKey(const std::string& jira_key) const;
  std::optional<Id> IssueByRemoteKey(const std::string& remote_key) const;
  std::optional<std::string> JiraIdOf(const Id& issue_id) const;  // nullopt: unknown or not created
  void SaveIssue(const IssueBase& issue);
  // `stored`: what LoadIssue or LoadIssueAround gives now, for a caller who has just asked.
  void SaveIssue(const IssueBase& issue, const std::optional<IssueBase>& stored);
  // Counts from 1 in each epoch; 0: no such issue.
  std::uint64_t NextIssueSequence(const Id& issue_id, std::uint32_t epoch_number);
  std::vector<Id> AllIssues() const;
  struct KnownIssue {
    Id issue_id;
    std::string jira_id, jira_key;
    std::int64_t jira_updated_ms = 0;
    std::uint32_t birth_site = 0;
    IssueState state = IssueState::kMapped;
    std::string held;
    Digest jira_parts;
  };
  std::optional<KnownIssue> KnownByJiraId(const std::string& jira_id) const;
  std::vector<KnownIssue> KnownIssues() const;  // those with a Jira id
  // Ends that were found here and are not told yet, or are to be carried out here.
  std::size_t EndsUnderWay() const;
  bool HasEnded(const Id& issue_id) const;
  std::vector<Id> IssuesLinkedTo(const Id& target) const;  // whose link to it waits, field or not
  // Issues with that element in any state; those that agree on a field's value; that saw one.
  std::vector<Id> IssuesWithElement(const std::string& field, const std::string& element) const;
  std::vector<Id> IssuesAgreeing(const std::string& field, const std::string& text) const;
  std::vector<Id> IssuesSeeing(const std::string& field, const Id& seen) const;
  // Of sets: whether any issue ever agreed on that element; the names known in that field; and the
  // issues in step whose Jira shows it, by its `seen`.
  bool HasElement(const std::string& field, const std::string& element) const;
  std::vector<std::string> ElementNames(const std::string& field) const;
  std::vector<Id> IssuesShowing(const std::string& field, const std::string& element,
                                const Id& seen) const;
  // Registers that are pending or held, over all issues (status, queue).
  struct OpenRegister {
    Id issue_id;
    RegisterKey key;
    bool is_pending = false;
    std::string held;
    Version version;
  };
  std::vector<OpenRegister> OpenRegisters() const;

  // keys.cc: issue keys in texts. `key_field`: the peer's, KeyFieldOf.
  // The key here of the issue whose key at the peer is `peer_key`; nullopt: it has none (yet).
  std::optional<std::string> KeyHereOf(const std::string& key_field,
                                       const std::string& peer_key) const;
  std::set<std::string> AwaitedKeys(const Id& issue_id) const;
  // In place of what was awaited before.
  void PutAwaitedKeys(const Id& issue_id, const std::set<std::string>& peer_keys);
  std::vector<Id> IssuesAwaiting(const std::string& peer_key) const;

  // work: issues to look at, by Jira id (not mapped yet) and/or issue id.
  struct Work {
    std::string jira_id;
    Id issue_id;
    std::int64_t not_before_ms = 0;
    std::string why;
    std::uint32_t failures = 0;
  };
  // A row is known by its issue id, or by its Jira id while it has none; naming both joins the two.
  void PutWork(const Work& work);          // one row per issue; an earlier not_before wins
  void DeferWork(const Work& work);        // replaces not_before and failures
  void DropWork(const Work& work);         // without an issue id only the row that has none either
  std::vector<Work> DueWork(std::int64_t now_ms, std::size_t count_max) const;
  std::optional<std::int64_t> NextWorkAt() const;
  std::size_t WorkCount() const;
  // No stored deadline (work, resend, settle) stays beyond `latest_ms`: a clock was set back.
  void ClampTimes(std::int64_t latest_ms);

  // queue.cc: outgoing and incoming changes, outcomes to send.
  void AppendOutgoing(const OutgoingChange& change);
  std::vector<OutgoingChange> UnpackedChanges(std::size_t count_max) const;
  void MarkPacked(const Id& op_id, const Bytes& record, std::uint32_t epoch_number,
                  std::uint64_t sequence);
  void PutOutcomeOf(const Id& op_id, const Outcome& outcome);   // the peer's outcome of our change
  std::optional<OutgoingChange> OutgoingByOp(const Id& op_id) const;
  std::vector<OutgoingChange> OutgoingOf(const Id& issue_id) const;
  std::size_t UnpackedCount() const;
  // Forgets changes that have an outcome and were captured before. Without it they stay for ever.
  void PruneOutgoing(std::int64_t captured_before_ms);
  void AppendIncoming(const IncomingChange& change);
  std::vector<IncomingChange> IncomingOf(const Id& issue_id) const;      // by issue_sequence, row
  void ReplaceIncoming(std::int64_t row, const Bytes& record);
  std::vector<IncomingChange> AllIncoming(std::size_t count_max) const;
  void UpdateIncoming(const IncomingChange& change);                     // state, waiting
  void RemoveIncoming(std::int64_t row);
  std::vector<Id> IssuesWithIncoming() const;
  void AppendRecord(const Bytes& record);       // outcomes and other records waiting to be packed
  struct WaitingRecord { std::int64_t row = 0; Bytes record; };
  std::vector<WaitingRecord> WaitingRecords(std::size_t count_max) const;
  void RemoveWaitingRecord(std::int64_t row);

  // contracts.cc. A row is known by its digest; putting it again replaces it.
  void PutContract(const KnownContract& contract);
  ContractBook Contracts() const;
  ContractBook ContractRows() const;  // their texts left out, each up to 900 KiB: all but reading
  void DropContract(const Digest& digest);
  // The field is in no contract any more: its registers of every issue, and what they held.
  void DropFieldRegisters(const std::string& field);
  std::vector<std::string> FieldsWithRegisters() const;

  // contents.cc: attachments' bytes on their way, by Hash("VLS1 content", bytes).
  // An outgoing change speaks of it; after AppendOutgoing, in the same transaction (commit A).
  void NeedContent(const Id& op_id, const Digest& content, std::uint64_t bytes);
  // The change's outcome came. Contents without another use are forgotten, and returned.
  std::vector<Digest> DropContentUses(const Id& op_id);
  std::vector<Digest> UnusedContents() const;  // their changes were pruned
  std::vector<Digest> ContentsOf(const Id& op_id) const;
  std::vector<Id> IssuesSending(const Digest& content) const;
  struct OutgoingContent {
    Digest content;
    std::uint64_t bytes = 0;
    std::uint64_t next_offset = 0;  // packed up to here
  };
  // Not packed to the end, and their changes are: a change leaves before its content.
  std::vector<OutgoingContent> ContentsToPack(std::size_t count_max) const;
  std::optional<OutgoingContent> NextOutgoingContent() const;  // the first of them
  void AdvanceContent(const Digest& content, std::uint64_t next_offset);
  // From its first byte, as the peer could not use what came. False: no longer known here, or
  // begun three times already.
  bool PushContentAgain(const Digest& content);
  void ForgetOutgoingContent(const Digest& content);
  bool IsContentOutgoing(const Digest& content) const;
  std::vector<Digest> OutgoingContents() const;

  enum class ContentState : std::uint8_t { kUnknown = 0, kPartial = 1, kWhole = 2, kDamaged = 3 };
  struct IncomingContent {
    Digest content;
    std::uint64_t bytes = 0;
    ContentState state = ContentState::kUnknown;
    std::int64_t arrived_at_ms = 0;
  };
  std::optional<IncomingContent> IncomingContentOf(const Digest& content) const;
  // kDamaged: all of it came, or should be here, and is not what its digest says.
  ContentState IncomingContentState(const Digest& content) const;
  bool HasContent(const Digest& content) const;  // whole and verified
  std::vector<IncomingContent> IncomingContents() const;
  std::vector<Digest> PartialContents() const;
  // A piece is durable in its file. What was damaged begins anew.
  void PutReceived(const IncomingContent& content, std::uint64_t offset, std::uint64_t bytes);
  std::size_t ReceivedRangeCount(const Digest& content) const;
  bool IsContentCovered(const Digest& content) const;  // no byte is missing
  void SetContentState(const Digest& content, ContentState state);
  void ForgetIncomingContent(const Digest& content);
  // After AppendIncoming, in the same transaction: that change speaks of it.
  void AnnounceContent(const Digest& content);
  bool IsContentAnnounced(const Digest& content) const;  // by a change, or an attachment known here
  std::uint64_t UnannouncedBytes() const;  // of whole contents; none counts for less than 64 KiB
  // Issues with an attachment of the peer's that is not in this Jira.
  std::vector<Id> IssuesWaitingForContent(const Digest& content) const;
  // Nothing came of it since, and neither a change in the queues nor a pending or held attachment
  // wants it.
  std::vector<Digest> UnwantedContents(std::int64_t arrived_before_ms) const;

  // spool.cc: packets.
  void PutPacket(const OutgoingPacket& packet);
  void UpdatePacket(const OutgoingPacket& packet);          // state, attempts, next_send_at
  std::optional<OutgoingPacket> Packet(const Position& position) const;
  // Unacked, next_send_at <= now; changes first, then by epoch and sequence.
  std::vector<OutgoingPacket> PacketsDue(std::int64_t now_ms, std::size_t count_max) const;
  std::vector<Position> UnackedPackets() const;
  std::uint64_t UnackedBytes(Stream stream) const;
  std::optional<std::int64_t> NextSendAt() const;
  // What is acked of the content stream loses its payload at once: the bytes are in their file.
  void MarkAcked(Stream stream, const Epoch& epoch, const SequenceRange& range);
  // next_send_at = 0. A need overrides every ack: acked packets whose payload is still here go out
  // again.
  void SendNow(Stream stream, const Epoch& epoch, const SequenceRange& range);
  void PruneAcked(std::int64_t packed_before_ms);
  bool PutArrival(const ArrivedPacket& packet);             // false: these bytes are already here
  std::vector<ArrivedPacket> NewArrivals(std::size_t count_max) const;
  void RemoveArrival(const Digest& digest);
  void Quarantine(const Digest& digest, const std::string& reason_code, const std::string& reason);
  std::vector<ArrivedPacket> Quarantined() const;
  void PutTaken(const TakenPacket& packet);  // the same again: nothing happens; a fork: kept too
  std::optional<TakenPacket> Taken(const Position& position) const;  // of a fork, the first
  std::vector<TakenPacket> AllTaken(const Position& position) const;
  std::vector<TakenPacket> TakenBeyond(Stream name, const Epoch& epoch, std::uint64_t after) const;

  // intents.cc
  void PutIntent(const Intent& intent);                     // insert or replace by write_id
  std::vector<Intent> IntentsOf(const Id& issue_id) const;  // in order of first insertion
  std::vector<Intent> AllIntents() const;
  void RemoveIntent(const Id& write_id);

  // journal.cc
  // Forgets story lines, settled listed rows and headers of taken packets older than that.
  void PruneStory(std::int64_t before_ms);
  void AppendJournal(const JournalEntry& entry);
  std::vector<JournalEntry> JournalOf(const Id& issue_id) const;
  std::vector<JournalEntry> JournalTail(std::size_t count_max) const;
  void AppendListed(const Listed& listed);
  void SettleListed(const Id& issue_id, const RegisterKey& key, const std::string& kind);
  void DismissListed(std::int64_t row);  // 0: all; holds stay until they end
  std::vector<Listed> ListedOf(const Id& issue_id) const;
  std::vector<Listed> AllListed(bool open_only) const;
  void AppendRequest(const OperatorRequest& request);
  std::vector<OperatorRequest> Requests() const;
  void RemoveRequest(std::int64_t row);

 private:
  class Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  Database& database() const;
  std::unique_ptr<Impl> impl_;
};

}  // namespace valise
