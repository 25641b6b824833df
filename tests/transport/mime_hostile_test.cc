// Mail made to hurt: refused before it costs anything, or read for what it is.
#include <filesystem>

#include "packet/limits.h"
#include "tests/transport/doctest.h"
#include "tests/transport/mime_samples.h"

namespace valise {
namespace {

void CheckLimit(const std::string& raw, std::string_view word) {
  const auto read = ReadMail(raw);
  REQUIRE(!read.ok());
  CHECK(read.error().code == "VAL-MAIL-LIMIT");
  CHECK((read.error().recovery == Recovery::kRejectPacket));
  CHECK(read.error().message.find(word) != std::string::npos);
}

std::string Repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

// `levels` multiparts, one within the other, around `core`.
std::string Nested(std::size_t levels, const std::string& core) {
  std::string open, close;
  for (std::size_t level = levels; level > 0; --level) {
    close += "\r\n--b" + std::to_string(level) + "x--\r\n";
  }
  for (std::size_t level = 1; level <= levels; ++level) {
    const std::string boundary = "b" + std::to_string(level) + "x";
    open +=
        "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n--" + boundary + "\r\n";
  }
  return open + core + close;
}

TEST_CASE("a header of 20 MiB is refused, as one line, as many, as one folded line") {
  CheckLimit("Subject: " + std::string(20U << 20, 'x') + "\r\n\r\n", "header");
  CheckLimit(Repeated("X: y\r\n", (20U << 20) / 6), "header");
  CheckLimit("X: y\r\n" + Repeated(" y\r\n", (20U << 20) / 4), "header");
  CheckLimit(Multipart("multipart/mixed", {"X: " + std::string(20U << 20, 'x')}), "header");
}

TEST_CASE("a header just under the limit is read") {
  const Bytes sealed = SomeSealed(100, 1);
  std::string filler = "Subject: " + std::string(limits::kMailHeaderBytesMax - 2000, 'x') + "\r\n";
  const auto read = ReadMail(filler + Composed(sealed));
  REQUIRE(read.ok());
  CHECK((read.value().packets == std::vector<Bytes>{sealed}));
  filler += "X: " + std::string(2000, 'y') + "\r\n";
  CheckLimit(filler + Composed(sealed), "header");
}

TEST_CASE("a mail over 40 MiB is refused") {
  CheckLimit("\r\n" + std::string(limits::kMailBytesMax, 'x'), "octets");
}

TEST_CASE("parts nested up to the limit are read, deeper ones refused, 200,000 levels too") {
  const Bytes sealed = SomeSealed(100, 2);
  const auto read = ReadMail(Nested(limits::kMailDepthMax - 1, Base64Part(sealed)));
  REQUIRE(read.ok());
  CHECK((read.value().packets == std::vector<Bytes>{sealed}));
  CheckLimit(Nested(limits::kMailDepthMax, Base64Part(sealed)), "deep");
  CheckLimit(Nested(200000, "\r\n"), "deep");
}

TEST_CASE("a million message/rfc822 within each other are refused") {
  CheckLimit(Repeated("Content-Type: message/rfc822\r\n\r\n", 1000000), "deep");
}

TEST_CASE("all levels with one boundary") {
  const std::string level = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n";
  const auto read = ReadMail(Repeated(level, 190));
  REQUIRE(read.ok());
  CHECK((read.value().kind == MailKind::kForeign));
}

TEST_CASE("too many parts and too many packets are refused") {
  const std::string start = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  CheckLimit(start + Repeated("--b\r\n", 5000000), "parts");
  CheckLimit(start + Repeated("--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\n"
                              "--c\r\n\r\n--c--\r\n",
                              199),
             "parts");
  std::string armor;
  for (unsigned i = 0; i < 200; ++i) {
    armor += "-----BEGIN DATA-----\r\n" + Base64(SomeSealed(30, i)) + "\r\n-----END DATA-----\r\n";
  }
  CheckLimit(TextPart(armor), "packets");
}

TEST_CASE("40 MiB of lines that almost are boundaries, armour, comments or quotes") {
  const std::size_t size = limits::kMailBytesMax - 1000;
  const std::string start = "Content-Type: multipart/mixed; boundary=" + std::string(70, '-');
  CHECK(ReadMail(start + "\r\n\r\n" + std::string(size, '-')).ok());
  CHECK(ReadMail(start + "\r\n\r\n" + Repeated("--\r\n", size / 4)).ok());
  CHECK(ReadMail("\r\n" + Repeated("-----BEGIN DATA-----\r\n", size / 22)).ok());
  CHECK(ReadMail("\r\n" + Repeated("-----BEGIN DATA----------END DATA-----", size / 38)).ok());
  CHECK(
      ReadMail("Content-Transfer-Encoding: quoted-printable\r\n\r\n" + Repeated("=\r\n", size / 3))
          .ok());
  CHECK(ReadMail("Content-Type: " + std::string(60000, '(') + "\r\n\r\n").ok());
  CHECK(ReadMail("Content-Type: a/b; c=\"" + Repeated("\\\"", 30000) + "\r\n\r\n").ok());
  CHECK(ReadMail("Content-Type: a/b" + std::string(60000, ';') + "\r\n\r\n").ok());
}

TEST_CASE("a mail cut at every octet") {
  const Bytes sealed = SomeSealed(120, 3);
  for (const MailForm form : {MailForm::kAttachment, MailForm::kBody}) {
    const std::string mail = Composed(sealed, form);
    for (std::size_t cut = 0; cut < mail.size(); ++cut) {
      const auto read = ReadMail(std::string_view(mail).substr(0, cut));
      CAPTURE(cut);
      if (!read.ok()) CHECK(read.error().code == "VAL-MAIL-DAMAGED");
      // Whatever is handed over begins as the packet does; cut short, opening refuses it.
      if (read.ok() && !read.value().packets.empty()) {
        CHECK(sealed.starts_with(read.value().packets[0]));
      }
    }
  }
}

TEST_CASE("the mails of the kept corpus, with mimetic's killers, are read or refused") {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(MIME_CORPUS)) {
    const std::string raw = ReadFile(entry.path());
    CAPTURE(entry.path().filename().string());
    const auto read = ReadMail(raw);
    if (!read.ok()) CHECK(read.error().code.starts_with("VAL-MAIL-"));
    if (entry.path().filename().string().starts_with("killer")) {
      REQUIRE(read.ok());
      CHECK((read.value().kind == MailKind::kForeign));
    }
    ++count;
  }
  CHECK(count >= 20);
}

}  // namespace
}  // namespace valise
