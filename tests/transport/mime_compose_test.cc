// What leaves this site: exact, 7-bit, in short lines, and telling nothing.
#include <algorithm>

#include "tests/transport/doctest.h"
#include "tests/transport/mime_samples.h"

namespace valise {
namespace {

std::vector<std::string> LinesOf(const std::string& mail) {
  std::vector<std::string> lines;
  std::size_t start = 0;
  for (std::size_t end = mail.find("\r\n"); end != std::string::npos;
       end = mail.find("\r\n", start)) {
    lines.push_back(mail.substr(start, end - start));
    start = end + 2;
  }
  REQUIRE(start == mail.size());  // the last line has its end
  return lines;
}

void CheckLines(const std::string& mail) {
  for (const std::string& line : LinesOf(mail)) {
    CAPTURE(line);
    REQUIRE(line.size() <= 76);
    REQUIRE(std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; }));
    REQUIRE(line != ".");
    REQUIRE(!line.ends_with(' '));
    REQUIRE(!line.starts_with("From "));
  }
}

TEST_CASE("a mail with an attachment, octet by octet") {
  CHECK(Composed(Bytes(kMagic) + "xyz") == WithCrlf(R"(Date: Thu, 20 Nov 2025 10:00:00 +0000
From: agent@hq.example
To: agent@field.example
Subject: Data exchange
Message-ID: <abcdefghijklmnopqrstuvwxyz.1@hq.example>
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: All
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=_5hnvkdjhnz2rhh6cbcxmwrca"

--=_5hnvkdjhnz2rhh6cbcxmwrca
Content-Type: text/plain; charset=us-ascii
Content-Transfer-Encoding: 7bit

This mail carries data from one program to another.
Please leave it where it is. Nobody needs to read or answer it.

--=_5hnvkdjhnz2rhh6cbcxmwrca
Content-Type: application/octet-stream; name="data.dat"
Content-Disposition: attachment; filename="data.dat"
Content-Transfer-Encoding: base64

ilZMUw0KGgp4eXo=

--=_5hnvkdjhnz2rhh6cbcxmwrca--
)"));
}

TEST_CASE("a mail with the packet in its body, octet by octet") {
  const std::string mail = Composed(Bytes(kMagic) + Bytes(51, 'x'), MailForm::kBody);
  CHECK(mail.substr(mail.find("MIME-Version")) == WithCrlf(R"(MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii
Content-Transfer-Encoding: 7bit

This mail carries data from one program to another.
Please leave it where it is. Nobody needs to read or answer it.

-----BEGIN DATA-----
ilZMUw0KGgp4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4
eHh4eHh4eHh4eHg=
-----END DATA-----
)"));
}

TEST_CASE("lines are short, 7-bit and end with CRLF, at every size") {
  for (std::size_t size = 0; size < 300; ++size) {
    const Bytes sealed = SomeBytes(size, static_cast<unsigned>(size));
    CheckLines(Composed(sealed));
    CheckLines(Composed(sealed, MailForm::kBody));
  }
}

TEST_CASE("long addresses and ids are folded after the field's name") {
  OutgoingMail mail = Outgoing("");
  mail.message_id = std::string(52, 'a') + ".12345@" + std::string(10, 'b');
  mail.from = std::string(59, 'c') + "@hq.example.test";
  const std::string text = ComposeMail(mail);
  CHECK(text.find("Message-ID:\r\n <aaa") != std::string::npos);
  CHECK(text.find("From:\r\n ccc") != std::string::npos);
  CheckLines(text);
}

TEST_CASE("the same mail is composed twice, another attempt has another boundary") {
  const Bytes sealed = SomeSealed(100, 1);
  OutgoingMail mail = Outgoing(sealed);
  const std::string first = ComposeMail(mail);
  CHECK(ComposeMail(mail) == first);
  mail.message_id = "abcdefghijklmnopqrstuvwxyz.2@hq.example";
  const std::string second = ComposeMail(mail);
  const auto boundary = [](const std::string& text) { return text.substr(text.find("\"=_"), 28); };
  CHECK(boundary(first) != boundary(second));
}

TEST_CASE("addresses that can stand in a header and an SMTP command") {
  for (const char* good : {"a@b", "agent@hq.example", "a.b+c@x-y.example", "agent@localhost"}) {
    CAPTURE(good);
    CHECK(IsMailAddress(good));
  }
  for (const char* bad :
       {"",           "@",       "a",    "a@",          "@b",      "a@b@c",
        "a b@c",      "<a@b>",   "a@b>", "a@b\r\nX: y", "a@b\n",   ".a@b",
        "a.@b",       "a..b@c",  "a@.b", "a@b.",        "\"a\"@b", "a@[127.0.0.1]",
        "\xc3\xa4@b", "a@b,c@d", "a@b;", "A <a@b>",     "a@b\t",   "a:b@c"}) {
    CAPTURE(bad);
    CHECK(!IsMailAddress(bad));
  }
  CHECK(IsMailAddress(std::string(64, 'a') + "@b"));
  CHECK(!IsMailAddress(std::string(65, 'a') + "@b"));
  CHECK(!IsMailAddress("a@" + std::string(253, 'b')));
  CHECK(!IsMailAddress(std::string("a\0@b", 4)));
}

}  // namespace
}  // namespace valise
