#include <algorithm>

#include "agent/cli/contract_state.h"
#include "agent/cli/json_text.h"
#include "agent/cli/verbs.h"
#include "agent/durable_file.h"
#include "agent/pairing.h"
#include "agent/parser/child_parser.h"
#include "packet/describe.h"
#include "packet/limits.h"

namespace valise::cli {

namespace {

Exit PrintText(const Invocation& call, const char* kind, const std::string& text) {
  if (call.is_json) {
    JsonText json;
    json.Object().Text("kind", kind).Text("text", text).EndObject();
    call.terminal.OutRaw(std::move(json).Line());
  } else {
    call.terminal.OutLines(text);
  }
  return Exit::kOk;
}

// --- invitations and replies --------------------------------------------------------------------

std::string CardText(const PeerCard& card) {
  return "site       " + card.name + " (" + Text(SiteId(card)) + ")\n";
}

Exit InspectPairing(const Invocation& call, const std::string& text) {
  const auto invitation = DecodeInvitation(text);
  if (invitation.ok()) {
    if (call.Has("--contract")) {
      return PrintText(call, "contract", invitation.value().contract);
    }
    return PrintText(call, "invitation",
                     "invitation\n" + CardText(invitation.value().card) + "channel    " +
                         Text(invitation.value().channel) + "\ncontract   " +
                         std::to_string(invitation.value().contract.size()) +
                         " bytes; to see it: valise inspect --contract FILE\n");
  }
  if (invitation.error().code != "VAL-PAIR-KIND") return Fail(call, invitation.error());
  const auto reply = DecodeReply(text);
  if (!reply.ok()) return Fail(call, reply.error());
  return PrintText(call, "reply",
                   "reply\n" + CardText(reply.value().card) + "channel    " +
                       Text(reply.value().channel) + "\n");
}

// --- bundles ------------------------------------------------------------------------------------

bool IsArchive(const std::string& bytes) {
  return bytes.size() > 512 && bytes.compare(257, 5, "ustar") == 0;
}

std::string SummaryText(const BundleSummary& summary) {
  std::string text = "bundle\n";
  text += "packets    " + std::to_string(summary.packets) + " of " +
          std::to_string(summary.promised) + " promised, " + std::to_string(summary.bytes) +
          " bytes\n";
  text += "digest     " + summary.short_digest + "\n";
  text += "altered    " + std::to_string(summary.altered) + ", repeated " +
          std::to_string(summary.duplicates) + "\n";
  for (const std::string& foreign : summary.foreign) text += "foreign    " + foreign + "\n";
  return text;
}

Exit InspectBundle(const Invocation& call, const std::string& file) {
  ChildParser parser;
  std::string packets;
  const auto summary = parser.ReadBundle(file, [&](Bytes sealed) -> Result<void> {
    packets += "packet     " + std::to_string(sealed.size()) + " bytes, " +
               Text(Hash("VLS1 bundle packet", sealed)).substr(0, 26) + "\n";
    return Ok();
  });
  if (!summary.ok()) return Fail(call, summary.error());
  return PrintText(call, "bundle", SummaryText(summary.value()) + packets);
}

// --- packets ------------------------------------------------------------------------------------

struct Opened {
  Core core;
  Control control;
  std::vector<Record> records;
};

std::string OuterText(const OuterHeader& outer) {
  return "packet VLS" + std::to_string(outer.version) + "\nsuite      " +
         std::to_string(outer.suite) + "\nsealed     " + std::to_string(outer.sealed_bytes) +
         " bytes, header box " + std::to_string(outer.header_box_bytes) + "\nrecipient  " +
         Hex(outer.recipient_hint) + "\nephemeral  " + Hex(outer.ephemeral_key) + "\ncommitment " +
         Hex(outer.commitment) + "\n";
}

Result<Opened> OpenWith(const Paired& paired, const std::string& sealed) {
  ChildParser parser;
  const SecretBytes* pre_shared = paired.psk ? &*paired.psk : nullptr;
  const OpenAs as{paired.keys, paired.peer, paired.channel, pre_shared, {}};
  OpenedHeader header = TRY(OpenHeader(sealed, as, parser));
  const Bytes payload = TRY(OpenBody(sealed, header));
  Opened opened{header.core, header.control, {}};
  if (!payload.empty()) {
    opened.records = TRY(parser.ParsePayload(payload, header.core.records_bytes));
  }
  return opened;
}

// The pairing to open with; an Error says why there are no keys.
Result<Paired> FindKeys(const Invocation& call) {
  LoadedConfig loaded = LoadUnderContract(call.config_file);
  if (loaded.problems.empty()) return LoadPaired(loaded.config);
  const ConfigProblem& first = loaded.problems.front();
  return Error{Recovery::kAskOperator, first.code, Place(first) + ": " + first.message};
}

std::string OpenedText(const Opened& opened) {
  std::string text = Describe(opened.core) + Describe(opened.control);
  for (const Record& record : opened.records) text += Describe(record);
  return text;
}

void PrintPacketJson(const Invocation& call, const OuterHeader& outer, const Opened* opened) {
  JsonText json;
  json.Object().Text("kind", "packet").Count("version", outer.version);
  json.Count("suite", outer.suite).Count("sealed_bytes", outer.sealed_bytes);
  json.Flag("opened", opened != nullptr);
  if (opened != nullptr) {
    json.Count("packet_kind", static_cast<std::uint64_t>(opened->core.kind));
    json.Text("sender", Text(opened->core.sender)).Text("channel", Text(opened->core.channel));
    json.Count("epoch", opened->core.epoch.number).Count("sequence", opened->core.sequence);
    json.Text("core", Describe(opened->core)).Text("control", Describe(opened->control));
    json.Array("records");
    for (const Record& record : opened->records) json.Item(Describe(record));
    json.EndArray();
  }
  json.EndObject();
  call.terminal.OutRaw(std::move(json).Line());
}

Exit InspectPacket(const Invocation& call, const std::string& sealed) {
  const auto outer = ReadOuterHeader(sealed);
  if (!outer.ok()) return Fail(call, outer.error());
  const auto keys = FindKeys(call);
  if (!keys.ok()) {
    call.terminal.Note({"outer header only: " + keys.error().message});
    if (!call.is_json) return PrintText(call, "packet", OuterText(outer.value()));
    PrintPacketJson(call, outer.value(), nullptr);
    return Exit::kOk;
  }
  const auto opened = OpenWith(keys.value(), sealed);
  if (call.is_json) {
    PrintPacketJson(call, outer.value(), opened.ok() ? &opened.value() : nullptr);
  } else {
    call.terminal.OutLines(OuterText(outer.value()) +
                           (opened.ok() ? OpenedText(opened.value()) : ""));
  }
  return opened.ok() ? Exit::kOk : Fail(call, opened.error());
}

// --- mails --------------------------------------------------------------------------------------

// Its first line is a field: a name without blanks, and a colon (RFC 5322, 2.2).
bool LooksLikeMail(std::string_view bytes) {
  const std::string_view name = bytes.substr(0, bytes.find(':'));
  return !name.empty() && name.size() < bytes.size() &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c <= '~'; });
}

const char* NameOf(MailKind kind) {
  switch (kind) {
    case MailKind::kPacket:
      return "with packets";
    case MailKind::kDeliveryReport:
      return "delivery report";
    case MailKind::kAutomatic:
      return "automatic";
    case MailKind::kForeign:
      break;
  }
  return "foreign";
}

std::string MailText(const ReceivedMail& mail) {
  std::string text = std::string("mail       ") + NameOf(mail.kind) + "\n";
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) text += name + value + "\n";
  };
  add("reason     ", mail.reason);
  add("about      ", mail.report.original_message_id);
  add("action     ", mail.report.action);
  add("status     ", mail.report.status);
  add("diagnostic ", mail.report.diagnostic);
  for (const Bytes& sealed : mail.packets) {
    text += "holds      " + std::to_string(sealed.size()) + " bytes, " +
            Text(Hash("VLS1 bundle packet", sealed)).substr(0, 26) + "\n";
  }
  return text;
}

// The mail, then each of its packets as if it had come alone; with --json one line each.
Exit InspectMail(const Invocation& call, const std::string& raw) {
  const auto mail = ChildParser().Read(raw);
  if (!mail.ok()) return Fail(call, mail.error());
  Exit worst = PrintText(call, "mail", MailText(mail.value()));
  for (const Bytes& sealed : mail.value().packets) {
    const Exit exit = InspectPacket(call, sealed);
    if (exit != Exit::kOk) worst = exit;
  }
  return worst;
}

Exit Inspect(const Invocation& call) {
  const std::string file = call.ArgumentOf("FILE");
  // A bundle may be far larger than a packet: its first block tells.
  const auto bytes = ReadWhole(file, limits::kSealedBytesMax);
  if (!bytes.ok() && bytes.error().code == "VAL-FILE-LIMIT") return InspectBundle(call, file);
  if (!bytes.ok()) return Fail(call, bytes.error());
  if (LooksLikePairing(bytes.value())) return InspectPairing(call, bytes.value());
  if (IsArchive(bytes.value())) return InspectBundle(call, file);
  if (LooksLikeMail(bytes.value())) return InspectMail(call, bytes.value());
  return InspectPacket(call, bytes.value());
}

}  // namespace

const Command kInspect{
    "inspect",
    "show a packet, bundle, mail, invitation or reply; content only with this channel's keys",
    {{"--contract", nullptr, "of an invitation: the contract it brings"}},
    {{"FILE", true, "what to show"}},
    Inspect};

}  // namespace valise::cli
