// Packets come out of a mail as they went in, whatever gateways did to the mail around them.
#include "packet/limits.h"
#include "tests/transport/doctest.h"
#include "tests/transport/mime_samples.h"

namespace valise {
namespace {

std::string Described(const Result<ReceivedMail>& read) {
  if (!read.ok()) return read.error().code + ": " + read.error().message;
  return "kind " + std::to_string(static_cast<int>(read.value().kind)) + ", " +
         std::to_string(read.value().packets.size()) + " packets, " + read.value().reason;
}

void CheckHolds(const std::string& raw, const std::vector<Bytes>& packets) {
  const auto read = ReadMail(raw);
  CAPTURE(raw.substr(0, 2000));
  REQUIRE_MESSAGE(read.ok(), Described(read));
  REQUIRE_MESSAGE((read.value().packets == packets), Described(read));
  CHECK((read.value().kind == MailKind::kPacket));
  CHECK(read.value().reason.empty());
}

void CheckHolds(const std::string& raw, const Bytes& sealed) {
  CheckHolds(raw, std::vector<Bytes>{sealed});
}

void CheckDamaged(const std::string& raw) {
  const auto read = ReadMail(raw);
  CAPTURE(raw.substr(0, 2000));
  REQUIRE_MESSAGE(!read.ok(), Described(read));
  CHECK(read.error().code == "VAL-MAIL-DAMAGED");
  CHECK((read.error().recovery == Recovery::kRejectPacket));
}

const MailForm kForms[] = {MailForm::kAttachment, MailForm::kBody};

TEST_CASE("round trip at every size up to 600 and around the ends of lines") {
  for (const MailForm form : kForms) {
    for (std::size_t size = 8; size < 600; ++size) {
      const Bytes sealed = SomeSealed(size, static_cast<unsigned>(size));
      const auto read = ReadMail(Composed(sealed, form));
      REQUIRE(read.ok());
      REQUIRE((read.value().packets == std::vector<Bytes>{sealed}));
    }
  }
}

TEST_CASE("round trip of every octet at every place of a line") {
  Bytes all(kMagic);
  for (int shift = 0; shift < 60; ++shift) {
    for (int octet = 0; octet < 256; ++octet) all += static_cast<char>(octet);
    all += 'x';
  }
  for (const MailForm form : kForms) CheckHolds(Composed(all, form), all);
}

TEST_CASE("round trip of 8 MiB and 20 MiB") {
  for (const std::size_t size : {8U << 20, 20U << 20}) {
    const Bytes sealed = SomeSealed(size, 1);
    for (const MailForm form : kForms) {
      const auto read = ReadMail(Composed(sealed, form));
      REQUIRE_MESSAGE(read.ok(), Described(read));
      CHECK((read.value().packets == std::vector<Bytes>{sealed}));
    }
  }
}

TEST_CASE("line ends that became LF") {
  const Bytes sealed = SomeSealed(1000, 2);
  for (const MailForm form : kForms) {
    CheckHolds(ReplacedAll(Composed(sealed, form), "\r\n", "\n"), sealed);
  }
}

TEST_CASE("base64 wrapped anew passes: any width, blanks at line ends, one long line") {
  const Bytes sealed = SomeSealed(5000, 3);
  for (const std::size_t columns : {1U, 3U, 60U, 64U, 72U, 77U, 998U, 100000U}) {
    CheckHolds(Base64Part(sealed, columns), sealed);
  }
  std::string padded = Base64Part(sealed);
  const std::size_t start = padded.find("\r\n\r\n") + 4;
  padded = padded.substr(0, start) + ReplacedAll(padded.substr(start), "\r\n", " \t\r\n");
  CheckHolds(padded + "\r\n\r\n", sealed);
}

TEST_CASE("a packet is known by what it is, not by name or type") {
  const Bytes sealed = SomeSealed(500, 4);
  for (const char* type : {"application/octet-stream", "application/x-unknown", "text/plain",
                           "image/png; name=\"picture.png\"", "", "nonsense", "application/pdf"}) {
    CheckHolds(Base64Part(sealed, 76, type), sealed);
  }
}

TEST_CASE("a footer added as text, as a part, behind the end") {
  const Bytes sealed = SomeSealed(500, 5);
  const std::string mail = Composed(sealed);
  const std::string footer = "\r\n-- \r\nThis mail is confidential.\r\n";
  CheckHolds(mail + footer, sealed);
  std::string in_text = mail;
  in_text.insert(in_text.find("Nobody needs"), "EXTERNAL MAIL!\r\n\r\n");
  CheckHolds(in_text, sealed);
  CheckHolds(Multipart("multipart/mixed", {mail, TextPart("confidential\n")}, "=_outer"), sealed);
  std::string as_part = mail;
  const std::string end = mail.substr(mail.rfind("\r\n--=_"));
  const std::string delimiter = end.substr(0, end.size() - 4);
  as_part.insert(as_part.rfind("\r\n--=_"), delimiter + "\r\n" + TextPart("confidential\n"));
  CheckHolds(as_part, sealed);
}

TEST_CASE("a footer and a header around the armoured body") {
  const Bytes sealed = SomeSealed(500, 6);
  const std::string mail = Composed(sealed, MailForm::kBody);
  CheckHolds(mail + "\r\n-- \r\nThis mail is confidential.\r\n", sealed);
  std::string above = mail;
  above.insert(above.find("This mail"), "[EXTERNAL]\r\n");
  CheckHolds(above, sealed);
}

TEST_CASE("an armoured body that was quoted, indented, wrapped anew, re-encoded") {
  const Bytes sealed = SomeSealed(700, 7);
  const std::string mail = Composed(sealed, MailForm::kBody);
  const std::size_t start = mail.find("\r\n\r\n") + 4;
  const std::string header = mail.substr(0, start);
  const std::string body = mail.substr(start);
  CheckHolds(header + "> " + ReplacedAll(body, "\r\n", "\r\n> "), sealed);
  CheckHolds(header + ">> " + ReplacedAll(body, "\r\n", " \r\n>> "), sealed);
  CheckHolds(header + ReplacedAll(body, "\r\n", "\r\n    "), sealed);
  CheckHolds(header + ReplacedAll(body, "\r\n", "\r\n\r\n"), sealed);
  CheckHolds(header + "-----BEGIN DATA-----\r\n" + Wrapped(Base64(sealed), 50, "\r\n") +
                 "-----END DATA-----\r\n",
             sealed);
  CheckHolds(Base64Part(body, 76, "text/plain; charset=utf-8"), sealed);
  const std::string quoted = ReplacedAll(ReplacedAll(body, "=", "=3D"), "A", "=41");
  CheckHolds("Content-Type: text/plain\r\nContent-Transfer-Encoding: Quoted-Printable\r\n\r\n" +
                 ReplacedAll(quoted, "\r\n", "=20=\r\n\r\n"),
             sealed);
}

TEST_CASE("an armoured body beside its HTML twin is one packet") {
  const Bytes sealed = SomeSealed(300, 8);
  const std::string mail = Composed(sealed, MailForm::kBody);
  const std::string body = mail.substr(mail.find("\r\n\r\n") + 4);
  const std::string html = "Content-Type: text/html\r\n\r\n<html><p>" +
                           ReplacedAll(body, "\r\n", "<br>\r\n") + "</html>";
  CheckHolds(Multipart("multipart/alternative", {"\r\n" + body, html}), sealed);
  CheckHolds(html, sealed);
  CheckDamaged(ReplacedAll(html, "-----END", "<-----END"));
}

TEST_CASE("a packet re-encoded as quoted-printable") {
  const Bytes sealed = SomeSealed(700, 9);
  std::string quoted;
  for (const char c : sealed) {
    const auto octet = static_cast<unsigned char>(c);
    const char digits[] = "0123456789ABCDEF";
    quoted += {'=', digits[octet >> 4], digits[octet & 15]};
    if (quoted.size() % 75 == 0) quoted += "=\r\n";
  }
  const std::string head = "Content-Transfer-Encoding: quoted-printable\r\n\r\n";
  CheckHolds(head + quoted, sealed);
}

TEST_CASE("a packet sent as 8-bit octets, as a part and as the whole mail") {
  const Bytes sealed = Bytes(kMagic) + std::string(300, '\xfe');
  CheckHolds("Content-Transfer-Encoding: binary\r\n\r\n" + sealed, sealed);
  CheckHolds(Multipart("multipart/mixed", {"\r\n" + sealed}), sealed);
}

TEST_CASE("wrapped in message/rfc822, once and often, plain and in base64") {
  const Bytes sealed = SomeSealed(500, 10);
  const std::string head = "Subject: FW: Data exchange\r\nContent-Type: message/rfc822\r\n";
  std::string wrapped = Composed(sealed);
  for (int level = 0; level < 8; ++level) {
    wrapped = Multipart("multipart/mixed", {TextPart("fwd\n"), head + "\r\n" + wrapped},
                        "level" + std::to_string(level));
    CheckHolds(wrapped, sealed);
  }
  CheckHolds(Base64Part(Composed(sealed), 76, "message/rfc822"), sealed);
  CheckHolds(Base64Part(Base64Part(Composed(sealed), 76, "message/rfc822"), 76, "message/rfc822"),
             sealed);
}

TEST_CASE("nested multiparts: any kind, boundaries that begin alike, blanks behind them") {
  const Bytes sealed = SomeSealed(500, 11);
  const std::string inner =
      Multipart("multipart/related", {TextPart("x\n"), Base64Part(sealed)}, "ab");
  CheckHolds(Multipart("multipart/mixed", {inner, TextPart("y\n")}, "a"), sealed);
  CheckHolds(Multipart("multipart/mixed", {inner, TextPart("y\n")}, "abc"), sealed);
  CheckHolds(ReplacedAll(Multipart("multipart/mixed", {inner}, "a"), "--a\r\n", "--a \t\r\n"),
             sealed);
  CheckHolds(Multipart("Multipart/X-Strange", {inner}, "a;b (c) = d"), sealed);
}

TEST_CASE("boundaries written in all the ways of RFC 2045") {
  const Bytes sealed = SomeSealed(200, 12);
  const std::string body = "\r\n\r\n--a=_b/c\r\n" + Base64Part(sealed) + "\r\n--a=_b/c--\r\n";
  for (const char* field :
       {"multipart/mixed; boundary=\"a=_b/c\"", "multipart/mixed;boundary=a=_b/c",
        "MULTIPART/Mixed;\r\n\tcharset=x;\r\n BOUNDARY = \"a=_b/c\"; y=z",
        "multipart/mixed (a (nested\\)) comment); (more) boundary=\"a=_b\\/c\" (end)",
        "multipart / mixed; x=\"a;boundary=no\"; boundary=\"a=_b/c\"",
        "multipart/mixed; boundary=\"a=_b/c\"; boundary=\"other\"",
        "multipart/mixed; ; =; a; boundary=\"a=_b/c"}) {
    CheckHolds("Content-Type: " + std::string(field) + body, sealed);
  }
}

TEST_CASE("a missing end, a missing boundary parameter, a lost closing line") {
  const Bytes sealed = SomeSealed(500, 13);
  const std::string mail = Composed(sealed);
  CheckHolds(mail.substr(0, mail.rfind("\r\n--=_")), sealed);
  const std::string inner = Multipart("multipart/mixed", {Base64Part(sealed)}, "inner");
  const std::string open = inner.substr(0, inner.find("\r\n--inner--"));
  CheckHolds(Multipart("multipart/mixed", {open, TextPart("footer\n")}, "outer"), sealed);
}

TEST_CASE("lines of an mbox or of a gateway before and between the fields") {
  const Bytes sealed = SomeSealed(500, 14);
  std::string mail = Composed(sealed);
  CheckHolds("From agent@hq.example Thu Nov 20 10:00:00 2025\r\n" + mail, sealed);
  mail.insert(mail.find("MIME-Version"),
              ">From somebody\r\nno field at all\r\n: x\r\n:\r\n\tfolded\r\n");
  CheckHolds(mail, sealed);
}

TEST_CASE("malformed addresses, a rewritten Message-ID and Subject do no harm") {
  const Bytes sealed = SomeSealed(500, 15);
  const std::string mail = Composed(sealed);
  const std::size_t end = mail.find("MIME-Version");
  for (const char* fields :
       {"To::\r\n", "From: <<<>>>@@\r\nCc: ,,,;;;:\r\nBcc: \"\r\nReply-To: (\r\nSender: :\r\n",
        "Message-ID: <other@gateway.example>\r\nSubject: [EXT] Data exchange\r\n", "Date: \r\n",
        "To: \xff\xfe\x80 =?utf-8?q?=ff?= <a@b\r\n"}) {
    CheckHolds(fields + mail.substr(end), sealed);
    CheckHolds(fields + mail, sealed);
  }
}

TEST_CASE("several packets in a mail, in its order; the same one twice counts once") {
  const Bytes one = SomeSealed(500, 16), two = SomeSealed(900, 17);
  const std::string armored = Composed(two, MailForm::kBody);
  CheckHolds(Multipart("multipart/mixed", {Base64Part(one), Base64Part(two)}), {one, two});
  CheckHolds(Multipart("multipart/mixed", {Base64Part(one), Base64Part(one, 60)}), {one});
  CheckHolds(Multipart("multipart/mixed", {Base64Part(one), armored, Base64Part(two)}), {one, two});
  const std::string body = armored.substr(armored.find("-----BEGIN"));
  const std::string other = Composed(one, MailForm::kBody);
  CheckHolds(other + body + body, {one, two});
}

TEST_CASE("base64 that is not strict is refused, wherever the damage is") {
  const Bytes sealed = SomeSealed(500, 18);
  const std::string part = Base64Part(sealed);
  const std::size_t start = part.find("\r\n\r\n") + 20;
  for (const char* bad : {"|", "*", "-", "_", "=", "\x80", "."}) {
    for (std::size_t at = start; at < part.size(); at += 37) {
      std::string altered = part;
      altered.insert(at, bad);
      CheckDamaged(altered);
    }
  }
  CheckDamaged(part.substr(0, part.size() - 4));
  CheckDamaged(part + "-- \r\nA footer behind the base64.\r\n");
  const std::string armored = Composed(sealed, MailForm::kBody);
  CheckDamaged(armored.substr(0, armored.find("-----END")));
  CheckDamaged(ReplacedAll(armored, "=\r\n-----END", "\r\n-----END"));
}

TEST_CASE("a damaged packet beside a whole one is told, and the whole one taken") {
  const Bytes one = SomeSealed(500, 19);
  const std::string part = Base64Part(SomeSealed(400, 20));
  const auto read =
      ReadMail(Multipart("multipart/mixed", {part.substr(0, part.size() - 3), Base64Part(one)}));
  REQUIRE(read.ok());
  CHECK((read.value().packets == std::vector<Bytes>{one}));
  CHECK(read.value().reason == "another packet in this mail is damaged");
}

}  // namespace
}  // namespace valise
