#include "packet/describe.h"

#include <string_view>

namespace valise {
namespace {

constexpr std::size_t kShownBytesMax = 200;

// Bytes at the front of `text` that a terminal could take for a command: control characters, C1
// controls and bidirectional marks in UTF-8. A hostile text must not redraw what is around it.
std::size_t HostileBytes(std::string_view text) {
  const auto octet = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned>(static_cast<std::uint8_t>(text[i])) : 0U;
  };
  const auto is_between = [](unsigned value, unsigned low, unsigned high) {
    return value >= low && value <= high;
  };
  if (octet(0) < 0x20 || octet(0) == 0x7f) return 1;
  if (octet(0) == 0xc2 && is_between(octet(1), 0x80, 0x9f)) return 2;
  if (octet(0) != 0xe2) return 0;
  const bool is_mark = (octet(1) == 0x80 &&
                        (is_between(octet(2), 0x8e, 0x8f) || is_between(octet(2), 0xa8, 0xae))) ||
                       (octet(1) == 0x81 && is_between(octet(2), 0xa6, 0xa9));
  return is_mark ? 3 : 0;
}

std::string Escaped(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const std::size_t hostile = HostileBytes(text);
    if (text.front() == '\n')
      escaped += "\\n";
    else if (hostile > 0)
      escaped += "\\x" + Hex(text.substr(0, hostile));
    else if (text.front() == '"' || text.front() == '\\')
      escaped += {'\\', text.front()};
    else
      escaped += text.front();
    text.remove_prefix(hostile > 0 ? hostile : 1);
  }
  return escaped;
}

std::string Quoted(std::string_view text) {
  if (text.size() <= kShownBytesMax) return '"' + Escaped(text) + '"';
  std::size_t shown = kShownBytesMax;
  while (shown > 0 && (static_cast<std::uint8_t>(text[shown]) & 0xc0) == 0x80) --shown;
  return '"' + Escaped(text.substr(0, shown)) + "\"… (" + std::to_string(text.size()) + " bytes)";
}

template <typename IdOrDigest>
std::string Short(const IdOrDigest& id) {
  return id.is_zero() ? "none" : Text(id).substr(0, 8) + "…";
}

template <typename Enum, std::size_t N>
std::string Name(Enum value, const char* const (&names)[N]) {
  const auto number = static_cast<std::size_t>(value);
  return number < N ? names[number] : "unknown(" + std::to_string(number) + ")";
}

std::string Name(PacketKind kind) {
  constexpr const char* kNames[] = {"unknown(0)", "data", "ack", "epoch start", "skip"};
  return Name(kind, kNames);
}
std::string Name(Stream stream) {
  constexpr const char* kNames[] = {"unknown(0)", "changes", "content"};
  return Name(stream, kNames);
}
std::string Name(NeedReason reason) {
  constexpr const char* kNames[] = {"unknown(0)",  "missing", "corrupt",
                                    "key unknown", "fork",    "contract"};
  return Name(reason, kNames);
}
std::string Name(OutcomeResult result) {
  constexpr const char* kNames[] = {"unknown(0)", "applied", "kept",
                                    "superseded", "held",    "refused"};
  return Name(result, kNames);
}

std::string Epochs(const Epoch& epoch) {
  return std::to_string(epoch.number) + "/" + std::to_string(epoch.nonce);
}
std::string Range(const SequenceRange& range) {
  return std::to_string(range.first) + "-" + std::to_string(range.through);
}
std::string Names(const Person& person) {
  return Quoted(person.name) + (person.alias.empty() ? "" : " alias " + Quoted(person.alias));
}
std::string Result(OutcomeResult result, const std::string& reason_code) {
  return Name(result) + (reason_code.empty() ? "" : " (" + Quoted(reason_code) + ")");
}

std::string Line(const Register& reg) {
  return "  " + Escaped(Describe(reg.key)) + " @" + Describe(reg.version) + " seen " +
         Describe(reg.seen) + " = " + (reg.value ? Describe(*reg.value) : "absent") +
         (reg.is_automatic ? " by a rule\n" : "\n");
}
std::string Line(const ObjectOrigin& object) {
  const std::string line = Short(object.id) + " by " + Names(object.author) + " created " +
                           std::to_string(object.created_ms);
  switch (object.kind) {
    case ObjectKind::kComment:
      return "  comment " + line + "\n";
    case ObjectKind::kWorkLog:
      return "  work log " + line + "\n";
    case ObjectKind::kAttachment:
      return "  attachment " + line + " name " + Quoted(object.name) + " type " +
             Quoted(object.mime) + " bytes " + std::to_string(object.bytes) + " content " +
             Short(object.content) + "\n";
  }
  return "  object of unknown kind " + line + "\n";
}
std::string Line(const IssueOrigin& origin) {
  return "  created at site " + std::to_string(origin.birth_site) + " type " + Quoted(origin.type) +
         " parent " + Short(origin.parent) + " by " + Names(origin.author) + " at " +
         std::to_string(origin.created_ms) +
         (origin.remote_key.empty() ? "" : " key " + Quoted(origin.remote_key)) + "\n";
}

std::string Lines(const Change& change) {
  std::string text = "change " + Short(change.op_id) + " issue " + Short(change.issue_id) +
                     " issue_sequence " + std::to_string(change.issue_sequence) + " by " +
                     Names(change.author) + "\n";
  if (change.created) text += Line(*change.created);
  for (const ObjectOrigin& object : change.objects) text += Line(object);
  for (const Register& reg : change.registers) text += Line(reg);
  return text;
}

std::string Lines(const Outcome& outcome) {
  std::string text = "outcome of " + Short(outcome.op_id) + ": " +
                     Result(outcome.result, outcome.reason_code) + "\n";
  for (const RegisterOutcome& reg : outcome.registers)
    text += "  " + Escaped(Describe(reg.key)) + ": " + Result(reg.result, reg.reason_code) + "\n";
  return text;
}

std::string Lines(const ContentPiece& piece) {
  return "content " + Short(piece.content) + " bytes " + std::to_string(piece.offset) + "+" +
         std::to_string(piece.data.size()) + " of " + std::to_string(piece.content_bytes) + "\n";
}

std::string Lines(const State& state) {
  std::string text = "state for incarnation " + Short(state.incarnation_asked) + " issue " +
                     Short(state.issue_id) + " digest " + Short(state.digest) +
                     (state.is_whole ? " whole" : "") + (state.is_tombstone ? " tombstone" : "") +
                     (state.is_last ? " last" : "") + "\n";
  if (state.origin) text += Line(*state.origin);
  for (const ObjectOrigin& object : state.objects) text += Line(object);
  for (const StateRegister& reg : state.registers) {
    text += Line(reg.agreed);
    text.pop_back();
    text += " asker @" + Describe(reg.asker_version) + " " + Short(reg.asker_value) +
            (reg.is_held ? " held" : "") + "\n";
  }
  return text;
}

std::string Lines(const ContractRecord& contract) {
  constexpr const char* kVerdicts[] = {"proposed", "accepted", "rejected", "withdrawn"};
  if (contract.verdict == ContractVerdict::kProposed) {
    return "contract of " + std::to_string(contract.toml.size()) + " bytes proposed\n";
  }
  return "contract " + Short(contract.digest) + " " +
         kVerdicts[static_cast<std::size_t>(contract.verdict)] + "\n";
}
std::string Lines(const Ping& ping) { return "ping " + std::to_string(ping.nonce) + "\n"; }
std::string Lines(const Pong& pong) { return "pong " + std::to_string(pong.nonce) + "\n"; }
std::string Lines(const Unsupported& value) {
  return "unsupported kind " + std::to_string(value.kind) + "\n";
}
std::string Lines(const UnknownRecord& record) {
  return "record of unknown kind " + std::to_string(record.kind) + ", " +
         std::to_string(record.bytes.size()) + " bytes\n";
}

}  // namespace

std::string Describe(const Version& version) {
  return std::to_string(version.at_ms) + "/" + std::to_string(version.site);
}

std::string Describe(const Value& value) {
  return Quoted(value.text) + (value.detail.empty() ? "" : " > " + Quoted(value.detail));
}

std::string Describe(const Core& core) {
  std::string text =
      Name(core.kind) + " packet, stream " + Name(core.stream) + ", epoch " + Epochs(core.epoch) +
      ", sequence " + std::to_string(core.sequence) + "\n  sender " + Text(core.sender) +
      "\n  recipient " + Text(core.recipient) + "\n  channel " + Text(core.channel) +
      "\n  previous packet " + Short(core.previous_packet_id) + "\n  payload " +
      std::to_string(core.payload_bytes) + " bytes, hash " + Short(core.payload_hash) +
      "\n  records " + std::to_string(core.records_bytes) + " bytes\n  contract " +
      Short(core.contract_digest) + ", features " + std::to_string(core.features) + "\n";
  if (core.kind == PacketKind::kEpochStart)
    text += "  incarnation " + Short(core.incarnation) + ", answers " +
            Short(core.incarnation_asked) + (core.wants_state ? ", asks for state\n" : "\n");
  if (core.kind == PacketKind::kSkip) {
    text += "  skips " + Range({core.skip_first, core.skip_through}) + ", issues";
    for (const Id& issue : core.skip_issues) text += " " + Short(issue);
    text += "\n";
  }
  return text;
}

std::string Describe(const Control& control) {
  std::string text = "control " + std::to_string(control.acker_epoch_number) + "/" +
                     std::to_string(control.control_number) + ", incarnation " +
                     Short(control.incarnation) + ", made at " +
                     std::to_string(control.created_at_ms) + "\n";
  for (const Ack& ack : control.acks) {
    text += "  ack of " + Name(ack.stream) + ", epoch " + Epochs(ack.epoch) + ", taken through " +
            std::to_string(ack.taken_through) + " head " + Short(ack.head) + ", window " +
            std::to_string(ack.window_bytes) + "\n";
    for (const SequenceRange& range : ack.received) text += "    received " + Range(range) + "\n";
    for (const Need& need : ack.needs)
      text += "    needs " + Range(need.range) + ": " + Name(need.reason) + "\n";
  }
  for (const KeyAnnouncement& key : control.keys)
    text += "  receive key " + Short(key.receive_key) + "\n";
  for (const Digest& digest : control.contracts_known)
    text += "  knows contract " + Short(digest) + "\n";
  return text;
}

std::string Describe(const Record& record) {
  return std::visit([](const auto& value) { return Lines(value); }, record);
}

}  // namespace valise
