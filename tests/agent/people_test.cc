#include "agent/core/people.h"

#include <doctest/doctest.h>

namespace valise {
namespace {

const std::string kKey = "4ctqp2xw7sdtr3h6cv5n2ke7md";

TEST_CASE("an address has one digest however it is written, and another under another key") {
  const auto digest = EmailDigest(kKey, "jane.doe@acme.example");
  REQUIRE(digest.has_value());
  CHECK(digest->size() == 26);
  CHECK(EmailDigest(kKey, "  Jane.Doe@ACME.example\r\n") == digest);
  CHECK(EmailDigest(kKey, "jane.doe@acme.example.org") != digest);
  CHECK(EmailDigest(kKey + "x", "jane.doe@acme.example") != digest);
  CHECK(digest->find("jane") == std::string::npos);
}

// Made with Python: hashlib.blake2b(b"VLS1 email " + address, key=key, digest_size=16), base32.
TEST_CASE("a digest is the keyed BLAKE2b-128 that the example holds") {
  CHECK(EmailDigest("4ctqp2xw7sdtr3h6cv5n2ke7mdqa", "Bob.Brown@globex.example") ==
        "2sznr7lmrm7m7bsl232qqaxiem");
}

TEST_CASE("what is no address has no digest") {
  for (const char* wrong : {"", "@", "jane", "jane@", "@acme", "a@b@c", "a b@c", "a@b\nc"}) {
    CHECK_FALSE_MESSAGE(EmailDigest(kKey, wrong).has_value(), wrong);
  }
  CHECK(NormalEmail(std::string(250, 'a') + "@b.c").has_value());
  CHECK_FALSE(NormalEmail(std::string(251, 'a') + "@b.c").has_value());
}

TEST_CASE("the alias of an address is found in the contract alone") {
  Contract contract;
  contract.people = {{"jane", "Jane Doe"}, {"bob", "Bob"}};
  CHECK_FALSE(AliasOfEmail(contract, "jane@acme.example").has_value());
  contract.email_key = kKey;
  contract.people_emails["jane"] = *EmailDigest(kKey, "jane@acme.example");
  CHECK(AliasOfEmail(contract, "JANE@acme.example") == "jane");
  CHECK_FALSE(AliasOfEmail(contract, "bob@acme.example").has_value());
  CHECK_FALSE(AliasOfEmail(contract, "no address").has_value());
}

}  // namespace
}  // namespace valise
