// Mail that is no packet: recognised, told in bounded printable words, never an error.
#include "tests/transport/doctest.h"
#include "tests/transport/mime_samples.h"

namespace valise {
namespace {

ReceivedMail Read(const std::string& raw) {
  auto read = ReadMail(raw);
  REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().message));
  return std::move(read).value();
}

bool Holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// As Exim 4.96 makes it.
std::string Report(const std::string& returned, const std::string& status =
                                                    R"(Reporting-MTA: dns; mx.field.example

Action: failed
Final-Recipient: rfc822;agent@field.example
Status: 5.2.2
Remote-MTA: dns; imap.field.example
Diagnostic-Code: smtp; 552 5.2.2 <agent@field.example> Quota exceeded
 (mailbox for user is full)
)") {
  return "Return-path: <>\r\nAuto-Submitted: auto-replied\r\nSubject: Mail delivery failed\r\n"
         "References: <from-references.3@hq.example>\r\n" +
         Multipart("multipart/report; report-type=delivery-status",
                   {TextPart("This message was created automatically.\n"),
                    "Content-type: message/delivery-status\r\n\r\n" + WithCrlf(status), returned},
                   "1763632800-eximdsn-17");
}

TEST_CASE("a delivery report with the returned mail: its packet is our own and no arrival") {
  const std::string ours = Composed(SomeSealed(500, 1));
  const ReceivedMail mail = Read(Report("Content-Type: message/rfc822\r\n\r\n" + ours));
  CHECK((mail.kind == MailKind::kDeliveryReport));
  CHECK(mail.packets.empty());
  CHECK((
      mail.report ==
      DeliveryReport{"abcdefghijklmnopqrstuvwxyz.1@hq.example", "failed", "5.2.2",
                     "552 5.2.2 <agent@field.example> Quota exceeded (mailbox for user is full)"}));
}

TEST_CASE("a delivery report that returns the header only, or nothing") {
  const std::string ours = Composed("x");
  const std::string header = ours.substr(0, ours.find("\r\n\r\n"));
  CHECK(Read(Report("Content-Type: text/rfc822-headers\r\n\r\n" + header))
            .report.original_message_id == "abcdefghijklmnopqrstuvwxyz.1@hq.example");
  CHECK(Read(Report(TextPart("nothing\n"))).report.original_message_id ==
        "from-references.3@hq.example");
  const ReceivedMail bare =
      Read("Content-Type: message/delivery-status\r\n\r\nAction: DELAYED (so far)\r\n\r\n");
  CHECK((bare.report == DeliveryReport{"", "delayed", "", ""}));
  CHECK((bare.kind == MailKind::kDeliveryReport));
}

TEST_CASE("a delivery report wrapped by a gateway, or in base64") {
  const std::string ours = "Content-Type: message/rfc822\r\n\r\n" + Composed("x");
  const ReceivedMail wrapped =
      Read(Multipart("multipart/mixed", {Report(ours), TextPart("footer\n")}, "outer"));
  CHECK((wrapped.kind == MailKind::kDeliveryReport));
  CHECK(wrapped.report.status == "5.2.2");
  CHECK(wrapped.report.original_message_id == "abcdefghijklmnopqrstuvwxyz.1@hq.example");
  const ReceivedMail encoded =
      Read(Base64Part("Reporting-MTA: dns; x\r\n\r\nStatus: 4.4.7\r\nAction: delayed\r\n", 76,
                      "message/delivery-status"));
  CHECK((encoded.report == DeliveryReport{"", "delayed", "4.4.7", ""}));
}

TEST_CASE("an honest packet beside a report is still a packet") {
  const Bytes sealed = SomeSealed(500, 2);
  const ReceivedMail mail =
      Read(Multipart("multipart/mixed", {Report(TextPart("x\n")), Base64Part(sealed)}, "outer"));
  CHECK((mail.kind == MailKind::kPacket));
  CHECK((mail.packets == std::vector<Bytes>{sealed}));
}

TEST_CASE("hostile words in a report come out bounded and printable") {
  const ReceivedMail mail = Read(
      Report("Content-Type: message/rfc822\r\n\r\nMessage-ID: <\x1b[2J" + std::string(5000, 'i') +
                 ">\r\n\r\n",
             "\nAction: " + std::string(5000, 'a') +
                 "\nStatus: \x1b]0;x\x07\xff\nDiagnostic-Code: " + std::string(60000, 'd') + "\n"));
  for (const std::string& text : {mail.report.action, mail.report.status, mail.report.diagnostic,
                                  mail.report.original_message_id}) {
    CHECK(!text.empty());
    CHECK(text.size() <= 300);
    for (const char c : text) REQUIRE((c >= ' ' && c <= '~'));
  }
}

TEST_CASE("automatic mail, and which field says so") {
  const std::pair<const char*, const char*> cases[] = {
      {"Auto-Submitted: auto-replied", "auto-submitted: auto-replied"},
      {"Auto-Submitted: auto-generated (backup)", "auto-submitted: auto-generated (backup)"},
      {"X-Auto-Response-Suppress: OOF, AutoReply", "x-auto-response-suppress: OOF, AutoReply"},
      {"Precedence: BULK", "precedence: BULK"},
      {"Precedence: auto_reply", "precedence: auto_reply"},
      {"X-Autoreply: yes", "x-autoreply: yes"},
      {"List-Id: <news.example>", "list-id: <news.example>"},
      {"Return-Path: <>", "return-path: <>"},
  };
  for (const auto& [field, reason] : cases) {
    CAPTURE(field);
    const ReceivedMail mail = Read(std::string(field) + "\r\nSubject: hello\r\n\r\nI am away.\r\n");
    CHECK((mail.kind == MailKind::kAutomatic));
    CHECK(mail.reason == reason);
  }
}

TEST_CASE("a read receipt is automatic, and what it returns is no packet") {
  const ReceivedMail mail = Read(
      Multipart("multipart/report; report-type=disposition-notification",
                {TextPart("read\n"), "Content-Type: message/disposition-notification\r\n\r\n\r\n",
                 "Content-Type: message/rfc822\r\n\r\n" + Composed(SomeSealed(300, 3))}));
  CHECK((mail.kind == MailKind::kAutomatic));
  CHECK(mail.reason == "a report on another mail");
}

TEST_CASE("human mail, spam and nothing at all are foreign") {
  for (const char* raw :
       {"", "\r\n", "hello", "Subject: hi\r\n\r\nhello\r\n", "Auto-Submitted: no\r\n\r\nhello\r\n",
        "Precedence: first-class\r\n\r\n", "Return-Path: <a@b>\r\n\r\n", "\n\n\n", "a: b"}) {
    CAPTURE(raw);
    const ReceivedMail mail = Read(raw);
    CHECK((mail.kind == MailKind::kForeign));
    CHECK(mail.reason == "there is no packet in it");
    CHECK(mail.packets.empty());
  }
}

TEST_CASE("attachments and armour of others are foreign, also when their base64 is broken") {
  for (const std::string& raw :
       {Base64Part("PK\x03\x04 a zip file"), Base64Part("x") + "%%% footer %%%",
        TextPart("-----BEGIN DATA-----\nhello\n-----END DATA-----\n"),
        TextPart("-----BEGIN DATA-----\n-----BEGIN DATA-----\n"),
        TextPart("-----BEGIN PGP MESSAGE-----\nilZMUw0KGgo=\n-----END PGP MESSAGE-----\n"),
        std::string("Content-Transfer-Encoding: quoted-printable\r\n\r\n=ZZ\xff\r\n")}) {
    CAPTURE(raw);
    CHECK((Read(raw).kind == MailKind::kForeign));
  }
}

TEST_CASE("TNEF is named, with what to ask for") {
  const ReceivedMail mail =
      Read("Auto-Submitted: auto-generated\r\nSubject: Data exchange\r\n" +
           Multipart("multipart/mixed",
                     {TextPart("x\n"), Base64Part("\x78\x9f\x3e\x22", 76, "application/ms-tnef")}));
  CHECK((mail.kind == MailKind::kForeign));
  CHECK(Holds(mail.reason, "TNEF"));
  CHECK(mail.reason.ends_with("for this domain"));  // not cut
}

TEST_CASE("S/MIME is named, with what to ask for") {
  const ReceivedMail mail = Read("Subject: Data exchange\r\n" +
                                 Base64Part("cms", 76, "application/pkcs7-mime; name=smime.p7m"));
  CHECK((mail.kind == MailKind::kForeign));
  CHECK(Holds(mail.reason, "S/MIME"));
}

TEST_CASE("our own mail without its attachment says what a gateway did") {
  for (const char* subject : {"Subject: Data exchange", "Subject: [EXTERN] Data exchange"}) {
    std::string mail = ReplacedAll(Composed(SomeSealed(99, 1)), "Subject: Data exchange", subject);
    const std::size_t part = mail.find("Content-Type: application");
    mail = mail.substr(0, part) + TextPart("The attachment data.dat was blocked.\n") +
           mail.substr(mail.rfind("\r\n--=_"));
    const ReceivedMail read = Read(mail);
    CHECK((read.kind == MailKind::kForeign));
    CHECK(Holds(read.reason, "removed"));
    CHECK(read.reason.ends_with("in the body of the mail"));  // not cut
  }
}

}  // namespace
}  // namespace valise
