#include <algorithm>

#include "agent/cli/json_text.h"
#include "agent/cli/reasons.h"
#include "agent/cli/state.h"
#include "agent/cli/verbs.h"
#include "packet/codec.h"
#include "packet/describe.h"

namespace valise::cli {

namespace {

// One thing that waits. `id` is what `queue show` takes.
struct Entry {
  std::string id, kind, issue, what, state;
  std::int64_t at_ms = 0;
};

std::string PositionText(const Position& position) {
  return std::to_string(position.epoch.number) + "." + std::to_string(position.sequence);
}

const char* NameOf(WriteKind kind) {
  switch (kind) {
    case WriteKind::kCreate:
      return "create";
    case WriteKind::kEdit:
      return "edit";
    case WriteKind::kTransition:
      return "transition";
    case WriteKind::kCommentAdd:
      return "comment add";
    case WriteKind::kCommentEdit:
      return "comment edit";
    case WriteKind::kCommentDelete:
      return "comment delete";
    case WriteKind::kWorkLogAdd:
      return "work log add";
    case WriteKind::kWorkLogEdit:
      return "work log edit";
    case WriteKind::kWorkLogDelete:
      return "work log delete";
    case WriteKind::kAttachmentAdd:
      return "attachment add";
    case WriteKind::kAttachmentDelete:
      return "attachment delete";
    case WriteKind::kLinkAdd:
      return "link add";
    case WriteKind::kLinkDelete:
      return "link delete";
    case WriteKind::kRemoteLinkPut:
      return "remote link";
    case WriteKind::kVersionAdd:
      return "version add";
    case WriteKind::kVersionEdit:
      return "version edit";
    case WriteKind::kComponentAdd:
      return "component add";
    case WriteKind::kComponentEdit:
      return "component edit";
    case WriteKind::kIssueDelete:
      return "issue delete";
  }
  return "write";
}

std::string Times(std::uint64_t count) {
  return count == 1 ? "once" : std::to_string(count) + " times";
}

std::string IdOf(char kind, const std::string& rest) { return std::string(1, kind).append(rest); }

constexpr std::size_t kEntriesMax = 1'000'000;

class Lister {
 public:
  explicit Lister(const Store& store) : store_(store) {}

  std::vector<Entry> All() {
    Outgoing();
    Incoming();
    Registers();
    Writes();
    Waits();
    Quarantine();
    Listed();
    return std::move(entries_);
  }

 private:
  void Outgoing() {
    for (const OutgoingChange& change : store_.UnpackedChanges(kEntriesMax)) {
      entries_.push_back({IdOf('C', std::to_string(change.row)), "change", Name(change.issue_id),
                          "captured", "to pack", change.captured_at_ms});
    }
    for (const Position& position : store_.UnackedPackets()) {
      const auto packet = store_.Packet(position);
      if (!packet) continue;
      const std::string sent = packet->attempts == 0
                                   ? "to send"
                                   : "sent " + Times(packet->attempts) + ", no ack";
      entries_.push_back({IdOf('P', PositionText(position)), "packet", "-",
                          std::to_string(packet->payload.size()) + " bytes", sent,
                          packet->packed_at_ms});
    }
  }

  void Incoming() {
    for (const IncomingChange& change : store_.AllIncoming(kEntriesMax)) {
      const std::string waits = change.waiting.empty() ? "ready" : "waits: " + change.waiting;
      entries_.push_back({IdOf('I', std::to_string(change.row)), "incoming", Name(change.issue_id),
                          "packet " + PositionText(change.position),
                          change.state == IncomingState::kMerged ? "merged" : waits,
                          change.arrived_at_ms});
    }
  }

  void Registers() {
    for (const Store::OpenRegister& open : store_.OpenRegisters()) {
      const bool is_held = !open.held.empty();
      if (is_held && !IsFirstOfMany(open)) continue;
      entries_.push_back({is_held ? ListedHold(open) : "", is_held ? "held" : "pending",
                          Name(open.issue_id), Named(open.key),
                          is_held ? open.held : "to write", open.version.at_ms});
    }
  }

  // Thousands of comments of one issue that were too many are one line: the listed one's.
  bool IsFirstOfMany(const Store::OpenRegister& open) const {
    return open.held != "too-many" || !ListedHold(open).empty();
  }

  // The listed row that shows the value.
  std::string ListedHold(const Store::OpenRegister& open) const {
    for (const valise::Listed& listed : store_.ListedOf(open.issue_id)) {
      const bool is_it = listed.is_open && listed.kind == "held" && listed.key == open.key;
      if (is_it) return IdOf('L', std::to_string(listed.row));
    }
    return "";
  }

  void Writes() {
    for (const Intent& intent : store_.AllIntents()) {
      const char* state = intent.state == WriteState::kUnknown ? "outcome unknown, settling"
                          : intent.state == WriteState::kDone  ? "done, to confirm"
                                                               : "sent";
      entries_.push_back(
          {"", "write", Name(intent.issue_id), NameOf(intent.kind), state, intent.sent_at_ms});
    }
  }

  // Issues that could not be read or written as a whole and are tried again.
  void Waits() {
    for (const Store::Work& work : store_.DueWork(INT64_MAX, kEntriesMax)) {
      if (work.failures == 0) continue;
      const std::string issue =
          work.issue_id.is_zero() ? "id " + work.jira_id : Name(work.issue_id);
      entries_.push_back({"", "retry", issue, work.why,
                          "tried " + Times(work.failures) + ", again at " +
                              LocalTime(work.not_before_ms),
                          work.not_before_ms});
    }
  }

  void Quarantine() {
    for (const ArrivedPacket& packet : store_.Quarantined()) {
      entries_.push_back({IdOf('Q', Text(packet.digest).substr(0, 12)), "quarantine", "-",
                          packet.reason, packet.reason_code, packet.arrived_at_ms});
    }
  }

  void Listed() {
    for (const valise::Listed& listed : store_.AllListed(true)) {
      if (listed.kind == "held") continue;  // stands among the registers
      entries_.push_back({IdOf('L', std::to_string(listed.row)), listed.kind, Name(listed.issue_id),
                          Named(listed.key), listed.reason_code, listed.at_ms});
    }
  }

  std::string Name(const Id& issue_id) {
    const auto [known, is_new] = names_.emplace(issue_id, "");
    if (is_new) known->second = IssueName(store_, issue_id);
    return known->second;
  }

  std::string Named(const RegisterKey& key) { return DescribeHere(store_, key); }

  const Store& store_;
  std::vector<Entry> entries_;
  std::map<Id, std::string> names_;
};

void PrintJson(Terminal& terminal, const Entry& entry) {
  JsonText json;
  json.Object().Text("id", entry.id).Text("kind", entry.kind).Text("issue", entry.issue);
  json.Text("what", entry.what).Text("state", entry.state).Time("at", entry.at_ms).EndObject();
  terminal.OutRaw(std::move(json).Line());
}

std::string Padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text + " ";
}

void Print(Terminal& terminal, const Entry& entry) {
  const bool is_bad = entry.kind == "held" || entry.kind == "quarantine";
  const bool is_listed = !entry.id.empty() && entry.id[0] == 'L';
  const std::string remedy =
      is_bad || is_listed ? RemedyFor(entry.kind, entry.state, entry.issue) : "";
  terminal.Out({{Padded(entry.id.empty() ? "-" : entry.id, 13), Style::kFaint},
                {Padded(entry.kind, 13), is_bad ? Style::kWarning : Style::kPlain},
                {Padded(entry.issue, 10)},
                {Padded(entry.what, 20)},
                {entry.state}});
  if (!remedy.empty()) terminal.Out({{std::string(14, ' ')}, {remedy, Style::kFaint}});
}

Exit Queue(const Invocation& call) {
  const auto config = LoadOrComplain(call);
  if (!config) return Exit::kConfig;
  const auto store = OpenForReading(*config);
  if (!store.ok()) return Fail(call, store.error());
  const std::vector<Entry> entries = Lister(*store.value()).All();
  const auto read = CheckRead(*store.value());
  if (!read.ok()) return Fail(call, read.error());
  for (const Entry& entry : entries) {
    if (call.is_json) {
      PrintJson(call.terminal, entry);
    } else {
      Print(call.terminal, entry);
    }
  }
  if (entries.empty()) call.terminal.Note({"nothing waits"});
  return Exit::kOk;
}

// --- queue show ---------------------------------------------------------------------------------

std::string DescribeBytes(const Bytes& record) {
  const auto decoded = DecodeRecord(record);
  return decoded.ok() ? Describe(decoded.value()) : decoded.error().message;
}

std::string ShowPacket(const Store& store, const std::string& position) {
  for (const Position& candidate : store.UnackedPackets()) {
    if (PositionText(candidate) != position) continue;
    const auto packet = store.Packet(candidate);
    const auto core = packet ? DecodeCore(packet->core_bytes) : Result<Core>(Core{});
    if (core.ok()) return Describe(core.value());
  }
  return "";
}

std::string ShowListed(const Store& store, const std::string& row) {
  for (const Listed& listed : store.AllListed(true)) {
    if (std::to_string(listed.row) != row) continue;
    const std::string issue = IssueName(store, listed.issue_id);
    std::string text = listed.kind + " " + issue + " " + DescribeHere(store, listed.key) +
                       "\nversion " + Describe(listed.version) + "\n";
    text += "value " + (listed.value ? Describe(*listed.value) : "none") + "\n";
    return text + RemedyFor(listed.kind, listed.reason_code, issue) + "\n";
  }
  return "";
}

std::string ShowQuarantined(const Store& store, const std::string& digest) {
  for (const ArrivedPacket& packet : store.Quarantined()) {
    if (!Text(packet.digest).starts_with(digest)) continue;
    return "quarantined " + LocalTime(packet.arrived_at_ms) + ", " +
           std::to_string(packet.sealed.size()) + " bytes\n" + packet.reason_code + ": " +
           packet.reason + "\n";
  }
  return "";
}

std::string Show(const Store& store, const std::string& id) {
  if (id.empty()) return "";
  const std::string rest = id.substr(1);
  if (id[0] == 'P') return ShowPacket(store, rest);
  if (id[0] == 'L') return ShowListed(store, rest);
  if (id[0] == 'Q') return ShowQuarantined(store, rest);
  for (const OutgoingChange& change : store.UnpackedChanges(kEntriesMax)) {
    if (id[0] == 'C' && std::to_string(change.row) == rest) return DescribeBytes(change.record);
  }
  for (const IncomingChange& change : store.AllIncoming(kEntriesMax)) {
    if (id[0] == 'I' && std::to_string(change.row) == rest) return DescribeBytes(change.record);
  }
  return "";
}

Exit QueueShow(const Invocation& call) {
  const auto config = LoadOrComplain(call);
  if (!config) return Exit::kConfig;
  const auto store = OpenForReading(*config);
  if (!store.ok()) return Fail(call, store.error());
  const std::string text = Show(*store.value(), call.ArgumentOf("ID"));
  const auto read = CheckRead(*store.value());
  if (!read.ok()) return Fail(call, read.error());
  if (text.empty()) {
    return Fail(call, {Recovery::kAskOperator, "VAL-USAGE",
                       "nothing of that id waits; see the first column of: valise queue"});
  }
  if (call.is_json) {
    JsonText json;
    json.Object().Text("id", call.ArgumentOf("ID")).Text("text", text).EndObject();
    call.terminal.OutRaw(std::move(json).Line());
  } else {
    call.terminal.OutLines(text);
  }
  return Exit::kOk;
}

}  // namespace

const Command kQueue{"queue", "all that waits, one line each", {}, {}, Queue};
const Command kQueueShow{"queue show",
                         "one of them whole, with its content",
                         {},
                         {{"ID", true, "from the first column of valise queue"}},
                         QueueShow};

}  // namespace valise::cli
