// The reader of IMAP responses: pieces, literals, caps, and the words of the protocol.
#include "transport/mail/imap_reader.h"

#include "tests/transport/doctest.h"
#include "transport/mail/mail_date.h"

namespace valise {
namespace {

std::vector<ImapResponse> ReadAll(std::string_view bytes, std::size_t piece) {
  ImapReader reader(1000, 1000);
  std::vector<ImapResponse> responses;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    REQUIRE(reader.Add(bytes.substr(0, piece), &responses).ok());
  }
  CHECK(reader.is_between_responses());
  return responses;
}

TEST_CASE("responses are cut by the length of literals, in whatever pieces they come") {
  const std::string bytes =
      "* OK hello {3}\r\n"
      "* 1 FETCH (UID 5 BODY[] {14}\r\nV1 OK forged\r\n FLAGS ())\r\n"
      "* 2 FETCH (BODY[] {0}\r\n)\r\nV1 OK done {9}\r\n";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const auto responses = ReadAll(bytes, piece);
    REQUIRE(responses.size() == 4);
    CHECK(responses[0].text == "* OK hello {3}");
    CHECK(responses[1].literals == std::vector<Bytes>{"V1 OK forged\r\n"});
    CHECK(responses[2].literals == std::vector<Bytes>{""});
    CHECK(responses[3].text == "V1 OK done {9}");
  }
}

TEST_CASE("lines and literals over their caps end the connection") {
  std::vector<ImapResponse> responses;
  CHECK(!ImapReader(100, 100).Add(std::string(101, 'x'), &responses).ok());
  CHECK(!ImapReader(100, 100).Add("* 1 FETCH (BODY[] {101}\r\n", &responses).ok());
  CHECK(!ImapReader(100, 100)
             .Add("* 1 FETCH (A {60}\r\n" + std::string(60, 'x') + " B {60}\r\n", &responses)
             .ok());
  CHECK(!ImapReader(100, 100).Add("* 1 FETCH (BODY[] {18446744073709551615}\r\n", &responses).ok());
  CHECK(
      ImapReader(100, 100).Add("* 1 FETCH (BODY[] {99999999999999999999999}\r\n", &responses).ok());
  CHECK(responses.size() == 1);  // no number, so no literal
}

TEST_CASE("a FETCH is read whatever the order and the form of its items") {
  const auto quoted =
      ParseFetch({"* 9 FETCH (FLAGS (\\Seen \"a b\") BODY[] \"x \\\"y\\\\\" UID 7)", {}});
  REQUIRE(quoted);
  CHECK(quoted->uid == 7);
  CHECK(quoted->body == Bytes("x \"y\\"));
  const auto partial = ParseFetch({"* 9 fetch (uid 8 body[]<0> {3} rfc822.size 12)", {"abc"}});
  REQUIRE(partial);
  CHECK(partial->uid == 8);
  CHECK(partial->body == Bytes("abc"));
  CHECK(partial->size == 12);
  CHECK(ParseFetch({"* 9 FETCH (BODY[HEADER.FIELDS (A B)] NIL UID 3)", {}})->uid == 3);
  CHECK(!ParseFetch({"* 9 FETCH (BODY[] NIL UID 3)", {}})->body);
  CHECK(!ParseFetch({"* 9 EXISTS", {}}));
  CHECK(!ParseFetch({"* 9 FETCH (BODY[] {3}", {}}));
  CHECK(!ParseFetch({"* 9 FETCH (BODY[] \"open", {}}));
}

TEST_CASE("words of the protocol") {
  CHECK(ParseSearch("* SEARCH 1 22 333") == std::vector<std::uint32_t>{1, 22, 333});
  CHECK(ParseSearch("* SEARCH") == std::vector<std::uint32_t>{});
  CHECK(ParseSearch("* SEARCH 5 x 99999999999 0 (MODSEQ 9)") == std::vector<std::uint32_t>{5});
  CHECK(!ParseSearch("* STATUS 1"));
  CHECK(ImapCode("* OK [UIDVALIDITY 77] x", "UIDVALIDITY") == 77);
  CHECK(!ImapCode("* OK [UIDVALIDITY x] x", "UIDVALIDITY"));
  CHECK(ImapVerb("* 3 fetch (x)") == "FETCH");
  CHECK(ImapVerb("V1 NO x") == "NO");
  CHECK(ImapVerb("").empty());
  CHECK(ImapFolderName("valise-done") == "valise-done");
  CHECK(ImapFolderName("Ind\xc3\xa9sirables") == "Ind&AOk-sirables");
  CHECK(ImapFolderName("R&D") == "R&-D");
  CHECK(ImapFolderName("\xe5\x8f\xb0\xe5\x8c\x97") == "&U,BTFw-");  // RFC 3501, 5.1.3
  CHECK(ImapFolderName("\xf0\x9f\x93\xa6") == "&2D3c5g-");
  CHECK(ImapQuoted("a\"b\\") == "\"a\\\"b\\\\\"");
  CHECK(MailDate(1'795'337'415'000) == "Sun, 22 Nov 2026 08:50:15 +0000");
  CHECK(ImapDate(1'795'337'415'000) == "22-Nov-2026");
}

}  // namespace
}  // namespace valise
