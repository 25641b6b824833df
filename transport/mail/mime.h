// Packets in mail: how a packet becomes a mail, and what a mail found in a mailbox is. Pure
// functions from octets to values; packet/FORMAT.md, Mail, has the octets. RFC 5322, 2045, 2046.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "packet/bytes.h"
#include "packet/result.h"

namespace valise {

enum class MailForm {
  kAttachment,  // a base64 part beside a line of text
  kBody         // armoured text, for gateways that remove attachments
};

struct OutgoingMail {
  std::string from, to;    // addresses that IsMailAddress holds of, without <>
  std::string message_id;  // without <>: "<packet digest in base32>.<attempt>@<domain of from>"
  std::string date;        // RFC 5322 date-time of this attempt; a resend has a new one
  MailForm form = MailForm::kAttachment;
  std::string_view sealed;
};

// Whether it is an addr-spec (RFC 5322 3.4.1) that can stand in a header and an SMTP command as it
// is: a dot-atom on both sides of the @, ASCII, at most 254 octets (RFC 5321 4.5.3.1.3).
bool IsMailAddress(std::string_view text);

// The whole mail: CRLF line ends, 7-bit, lines of at most 76 octets (but for a longer address or
// id), subject and file name that tell nothing, Auto-Submitted: auto-generated. CHECKs that the
// texts cannot break out of their header fields.
std::string ComposeMail(const OutgoingMail& mail);

enum class MailKind : std::uint8_t {
  kPacket,          // at least one part is a sealed packet
  kDeliveryReport,  // RFC 3464: `report` says what for
  kAutomatic,       // auto-reply, receipt, list mail: RFC 3834 and its relatives
  kForeign          // everything else: human mail, spam, TNEF, ours with the packet cut out
};

// RFC 3464. A hint: anybody can write one. Each text is printable ASCII of at most 300 octets,
// empty if the report does not say.
struct DeliveryReport {
  std::string original_message_id;  // without <>
  std::string action;               // "failed", "delayed", "delivered", "relayed", "expanded"
  std::string status;               // "5.2.2"
  std::string diagnostic;           // the other server's words
  bool operator==(const DeliveryReport&) const = default;
};

struct ReceivedMail {
  MailKind kind = MailKind::kForeign;
  std::vector<Bytes> packets;  // by their magic, distinct, in the order of the mail; not opened
  std::string reason;          // why it is kAutomatic or kForeign, or what kPacket lacks; printable
                               // ASCII of at most 300 octets
  DeliveryReport report;       // of kDeliveryReport
  bool operator==(const ReceivedMail&) const = default;
};

// Parts are known by what is in them, never by name, type or position, so a mail that a gateway
// wrapped, re-encoded or added to is read as it was sent.
//
// Memory beyond `raw`: the packets, and while it reads at most four times the mail, for text that
// is encoded within messages that are encoded. Measured, program included: a mail of 8 MB takes 16
// MiB in the child with an attachment, 24 MiB armoured; one of 40 MB takes 69 and 107 MiB.
//
// Errors, all kRejectPacket (put the mail aside): VAL-MAIL-LIMIT for what is over a cap of
// packet/limits.h, VAL-MAIL-DAMAGED if there are packets but not one of them can be decoded.
Result<ReceivedMail> ReadMail(std::string_view raw);

// What transport/ needs of whoever parses: the agent does it in its sandboxed child, tests and the
// simulation in process. Errors beyond those of ReadMail: VAL-PARSER-DIED, -ANSWER, -MEMORY
// (kRejectPacket: this mail), VAL-PARSER-START (kRetryLater: this machine).
class MailReader {
 public:
  virtual ~MailReader() = default;
  virtual Result<ReceivedMail> Read(std::string_view raw) = 0;
};

class InProcessMailReader final : public MailReader {
 public:
  Result<ReceivedMail> Read(std::string_view raw) override { return ReadMail(raw); }
};

}  // namespace valise
