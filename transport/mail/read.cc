#include <algorithm>
#include <optional>

#include "packet/limits.h"
#include "transport/mail/content_type.h"
#include "transport/mail/decode.h"
#include "transport/mail/delivery_report.h"
#include "transport/mail/format.h"
#include "transport/mail/mime.h"
#include "transport/mail/parts.h"
#include "transport/mail/text.h"

namespace valise {
namespace {

// What a walk through all parts finds.
struct Findings {
  std::vector<Bytes> packets;
  std::optional<DeliveryReport> report;
  std::string returned_message_id;  // of the mail that a report returns
  bool is_about_mail = false;       // it has a multipart/report, of whatever kind
  bool has_damaged_packet = false;
  std::string_view wrapping;  // what the packet may be in, and what to do about it
};

struct Wrapping {
  std::string_view type, reason;
};
constexpr std::string_view kTnef =
    "it is TNEF (winmail.dat), which Exchange made of it; ask the peer's mail administrator to "
    "switch TNEF off for this domain";
constexpr std::string_view kSmime =
    "it is S/MIME, which a gateway made of it; ask the mail administrator to leave mail from this "
    "sender as it is";
constexpr Wrapping kWrappings[] = {{"application/ms-tnef", kTnef},
                                   {"application/vnd.ms-tnef", kTnef},
                                   {"application/pkcs7-mime", kSmime},
                                   {"application/x-pkcs7-mime", kSmime}};

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

class Walk {
 public:
  // `is_returned`: inside a report, where a packet is our own, come back.
  Result<void> Enter(std::string_view octets, std::size_t depth, bool is_returned);
  Findings Take() { return std::move(findings_); }

 private:
  Result<void> EnterParts(const std::vector<std::string_view>& parts, std::size_t depth,
                          bool is_returned);
  Result<void> EnterMessage(const MailEntity& entity, std::size_t depth, bool is_returned);
  Result<void> TakeLeaf(const MailEntity& leaf, const std::string& type, bool is_returned);
  void TakeReport(const MailEntity& leaf, const std::string& type);
  Result<void> TakePackets(const MailEntity& leaf, bool is_text);
  Result<void> TakePacket(FoundPacket packet);
  void NoteReturned(const MailHeader& header);

  Findings findings_;
  std::size_t parts_ = 0;
};

Result<void> Walk::Enter(std::string_view octets, std::size_t depth, bool is_returned) {
  if (depth > limits::kMailDepthMax) {
    return MailLimit("parts within parts, more than " + std::to_string(limits::kMailDepthMax) +
                     " deep");
  }
  if (++parts_ > limits::kMailPartsMax) {
    return MailLimit("more than " + std::to_string(limits::kMailPartsMax) + " parts");
  }
  const MailEntity entity = TRY(ReadEntity(octets));
  const ContentType content = ContentType::Read(entity.header.Find("content-type"));
  if (content.IsMultipart()) {
    const bool is_report = content.type == "multipart/report";
    findings_.is_about_mail |= is_report;
    const auto parts = TRY(SplitParts(entity.body, content.Parameter("boundary")));
    if (!parts.empty()) return EnterParts(parts, depth, is_returned || is_report);
  }
  if (IsOneOf(content.type, {"message/rfc822", "message/global"})) {
    return EnterMessage(entity, depth, is_returned);
  }
  return TakeLeaf(entity, content.type, is_returned);
}

Result<void> Walk::EnterParts(const std::vector<std::string_view>& parts, std::size_t depth,
                              bool is_returned) {
  for (const std::string_view part : parts) TRY(Enter(part, depth + 1, is_returned));
  return Ok();
}

// It may not be encoded (RFC 2046, 5.2.1), and by some gateways is.
Result<void> Walk::EnterMessage(const MailEntity& entity, std::size_t depth, bool is_returned) {
  Bytes storage;
  const auto message = DecodeBody(entity, &storage);
  if (!message) return Ok();
  if (is_returned) NoteReturned(TRY(ReadEntity(*message)).header);
  return Enter(*message, depth + 1, is_returned);
}

Result<void> Walk::TakeLeaf(const MailEntity& leaf, const std::string& type, bool is_returned) {
  for (const Wrapping& wrapping : kWrappings) {
    if (type == wrapping.type) findings_.wrapping = wrapping.reason;
  }
  TakeReport(leaf, type);
  if (is_returned) return Ok();
  return TakePackets(leaf,
                     type.empty() || type.starts_with("text/") || type.starts_with("multipart/"));
}

void Walk::TakeReport(const MailEntity& leaf, const std::string& type) {
  const bool is_status =
      IsOneOf(type, {"message/delivery-status", "message/global-delivery-status"});
  const bool is_header = IsOneOf(type, {"text/rfc822-headers", "message/global-headers"});
  if (!is_status && !is_header) return;
  Bytes storage;
  const auto body = DecodeBody(leaf, &storage);
  if (!body) return;
  if (is_status && !findings_.report) findings_.report = ReadDeliveryStatus(*body);
  const auto returned = ReadEntity(*body);
  if (is_header && returned.ok()) NoteReturned(returned.value().header);
}

void Walk::NoteReturned(const MailHeader& header) {
  if (!findings_.returned_message_id.empty()) return;
  findings_.returned_message_id = ReadMessageId(header.Find("message-id"));
}

Result<void> Walk::TakePackets(const MailEntity& leaf, bool is_text) {
  auto attached = FindAttachedPacket(leaf);
  if (attached) return TakePacket(std::move(*attached));
  if (!is_text) return Ok();
  Bytes storage;
  const auto text = DecodeBody(leaf, &storage);
  if (!text) return Ok();
  for (FoundPacket& packet : FindArmoredPackets(*text)) TRY(TakePacket(std::move(packet)));
  return Ok();
}

Result<void> Walk::TakePacket(FoundPacket packet) {
  findings_.has_damaged_packet |= packet.is_damaged;
  auto& packets = findings_.packets;
  const bool is_known = std::find(packets.begin(), packets.end(), packet.sealed) != packets.end();
  if (packet.is_damaged || is_known) return Ok();
  if (packets.size() >= limits::kMailPacketsMax) {
    return MailLimit("more than " + std::to_string(limits::kMailPacketsMax) + " packets");
  }
  packets.push_back(std::move(packet.sealed));
  return Ok();
}

struct Sign {
  std::string_view field;
  std::vector<std::string_view> values;  // one of them, or any if there are none
};

// Mail that nobody wrote: RFC 3834, 2 and 5; the rest is what programs used before it and beside.
const std::vector<Sign>& AutomaticSigns() {
  static const std::vector<Sign> signs = {
      {"auto-submitted", {}},  {"x-auto-response-suppress", {}},
      {"x-autoreply", {}},     {"x-autorespond", {}},
      {"list-id", {}},         {"precedence", {"bulk", "junk", "list", "auto_reply"}},
      {"return-path", {"<>"}},
  };
  return signs;
}

bool Shows(const Sign& sign, const MailHeader& header) {
  if (!header.Has(sign.field)) return false;
  const std::string value = LowerCase(header.Find(sign.field));
  if (sign.field == "auto-submitted" && value.starts_with("no")) return false;
  return sign.values.empty() ||
         std::find(sign.values.begin(), sign.values.end(), value) != sign.values.end();
}

// Which field says so; empty: none.
std::string AutomaticSign(const MailHeader& header) {
  for (const Sign& sign : AutomaticSigns()) {
    if (!Shows(sign, header)) continue;
    return std::string(sign.field) + ": " + std::string(header.Find(sign.field));
  }
  return "";
}

// Our mails as ComposeMail makes them; gateways put words before the subject.
bool LooksLikeOurs(const MailHeader& header) {
  return header.Find("subject").ends_with(kMailSubject) &&
         LowerCase(header.Find("auto-submitted")).starts_with("auto-generated");
}

ReceivedMail Of(MailKind kind, std::string_view reason) {
  ReceivedMail mail;
  mail.kind = kind;
  mail.reason = PrintableMailText(reason);
  return mail;
}

ReceivedMail WithPackets(Findings findings) {
  ReceivedMail mail = Of(MailKind::kPacket, "");
  if (findings.has_damaged_packet) mail.reason = "another packet in this mail is damaged";
  mail.packets = std::move(findings.packets);
  return mail;
}

ReceivedMail WithReport(const Findings& findings, const MailHeader& header) {
  ReceivedMail mail = Of(MailKind::kDeliveryReport, "");
  mail.report = *findings.report;
  std::string& id = mail.report.original_message_id;
  id = findings.returned_message_id;
  if (id.empty()) id = ReadMessageId(header.Find("in-reply-to"));
  if (id.empty()) id = ReadMessageId(header.Find("references"));
  return mail;
}

ReceivedMail WithoutPacket(const Findings& findings, const MailHeader& header) {
  if (!findings.wrapping.empty()) return Of(MailKind::kForeign, findings.wrapping);
  if (LooksLikeOurs(header)) {
    return Of(MailKind::kForeign,
              "the packet was removed from it on its way; ask the mail administrator to let "
              "attachments *.dat (application/octet-stream) from this sender pass, or let the peer "
              "send its packets in the body of the mail");
  }
  const std::string sign = AutomaticSign(header);
  if (!sign.empty()) return Of(MailKind::kAutomatic, sign);
  if (findings.is_about_mail) return Of(MailKind::kAutomatic, "a report on another mail");
  return Of(MailKind::kForeign, "there is no packet in it");
}

Error Damaged() {
  return {
      Recovery::kRejectPacket, "VAL-MAIL-DAMAGED",
      "the packet in this mail was altered on its way: what should be base64 is not; it is sent "
      "again by itself; if that does not help, ask the mail administrator what alters "
      "attachments"};
}

}  // namespace

Result<ReceivedMail> ReadMail(std::string_view raw) {
  if (raw.size() > limits::kMailBytesMax) {
    return MailLimit("more than " + std::to_string(limits::kMailBytesMax) + " octets");
  }
  Walk walk;
  TRY(walk.Enter(raw, 1, false));
  Findings findings = walk.Take();
  if (!findings.packets.empty()) return WithPackets(std::move(findings));
  if (findings.has_damaged_packet) return Damaged();
  const MailHeader header = TRY(ReadEntity(raw)).header;
  if (findings.report) return WithReport(findings, header);
  return WithoutPacket(findings, header);
}

}  // namespace valise
