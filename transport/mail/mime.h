// Packets in mail: how a packet becomes a mail and how a mail found in a mailbox is read. Pure
// functions; mimetic stays behind them. RFC 5322, RFC 2045, RFC 3464, RFC 3834.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "packet/bytes.h"
#include "packet/result.h"

namespace valise {

// kBody: armoured text, for gateways that strip attachments.
enum class MailForm { kAttachment, kBody };

struct OutgoingMail {
  std::string from, to;    // addr-spec
  std::string message_id;  // without <>: "<digest base32>.<attempt>@<domain of from>"
  std::string date;        // RFC 5322 date-time, of this attempt
  MailForm form = MailForm::kAttachment;
  std::string_view sealed;
};

// The whole mail: CRLF line ends, 7-bit, lines of at most 76 octets, neutral subject and file name,
// Auto-Submitted: auto-generated.
std::string ComposeMail(const OutgoingMail& mail);

enum class MailKind {
  kPacket,          // at least one part carries the magic of a sealed packet
  kDeliveryReport,  // RFC 3464: `report` says what for
  kAutomatic,       // auto-reply, list mail: Auto-Submitted, Precedence
  kForeign          // everything else: people, spam, TNEF
};

struct DeliveryReport {
  std::string original_message_id, action, status, diagnostic;
};

struct ReceivedMail {
  MailKind kind = MailKind::kForeign;
  std::vector<Bytes> packets;
  std::string reason;  // why it is foreign; printable, bounded
  DeliveryReport report;
};

// Errors: VAL-MAIL-PARSE (kRejectPacket) for what is over a cap or cannot be read.
Result<ReceivedMail> ReadMail(std::string_view raw);

// What transport/ needs of whoever parses: agent/parser does it in the sandboxed child, tests in
// process.
class MailReader {
 public:
  virtual ~MailReader() = default;
  virtual Result<ReceivedMail> Read(std::string_view raw) = 0;
};

}  // namespace valise
