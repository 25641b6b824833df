#include "agent/pairing.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/durable_file.h"
#include "agent/lock.h"
#include "agent/pairing/armor.h"
#include "agent/pairing/peer_file.h"
#include "tests/config/doctest.h"
#include "tests/config/support.h"

namespace valise::test {
namespace {

const Id kChannel = *IdFromBytes("0123456789abcdef");

struct Keys {
  SeededEntropy entropy{7};
  SiteKeys hq = GenerateKeys("hq", entropy);
  SiteKeys field = GenerateKeys("field", entropy);
  std::string Invitation() const {
    return EncodeInvitation(hq.card, kChannel, kContract, hq.identity);
  }
};

TEST_CASE("armour gives back any body of any length") {
  SeededEntropy entropy(1);
  for (std::size_t bytes = 0; bytes < 200; ++bytes) {
    Bytes body(bytes, '\0');
    entropy.Fill(body.data(), body.size());
    const auto back = Unarmor(Armor("REPLY", body));
    REQUIRE(back.ok());
    CHECK(back.value().kind == "REPLY");
    CHECK(back.value().body == body);
  }
}

TEST_CASE("armour has one text for one body") {
  const std::string text = Armor("REPLY", "a");
  CHECK(text.find("YQ==") != std::string::npos);
  CHECK_FALSE(Unarmor(Replaced(text, "YQ==", "YR==")).ok());
  CHECK_FALSE(Unarmor(Replaced(text, "YQ==", "YQ=")).ok());
  CHECK_FALSE(Unarmor(Replaced(text, "YQ==", "Y===")).ok());
  CHECK_FALSE(Unarmor(Replaced(text, "YQ==", "YQ==YQ==")).ok());
  CHECK_FALSE(Unarmor(Replaced(text, "YQ==", "Y*==")).ok());
}

TEST_CASE("armour of another version is named as that") {
  std::string text = Armor("REPLY", "a");
  text = Replaced(text, "REPLY 1--", "REPLY 2--");
  const auto newer = Unarmor(text);
  REQUIRE_FALSE(newer.ok());
  CHECK(newer.error().code == "VAL-PAIR-VERSION");
  CHECK(Unarmor("hello").error().code == "VAL-PAIR-FORMAT");
}

TEST_CASE("an invitation and a reply come back whole") {
  const Keys keys;
  const auto invitation = DecodeInvitation(keys.Invitation());
  REQUIRE(invitation.ok());
  CHECK(invitation.value().card == keys.hq.card);
  CHECK(invitation.value().contract == kContract);
  const Reply reply{keys.field.card, kChannel, Hash("", "c"), invitation.value().digest};
  const auto back = DecodeReply(EncodeReply(reply, keys.field.identity));
  REQUIRE(back.ok());
  CHECK(back.value().card == keys.field.card);
  CHECK(back.value().invitation == invitation.value().digest);
}

TEST_CASE("no flipped bit and no cut of an invitation is accepted") {
  const Keys keys;
  const Bytes body = Unarmor(keys.Invitation()).value().body;
  for (std::size_t at = 0; at < body.size(); ++at) {
    Bytes flipped = body;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << at % 8));
    CHECK_FALSE(DecodeInvitation(Armor("INVITATION", flipped)).ok());
    CHECK_FALSE(DecodeInvitation(Armor("INVITATION", body.substr(0, at))).ok());
  }
  CHECK_FALSE(DecodeInvitation(Armor("INVITATION", body + "x")).ok());
}

TEST_CASE("another key's signature is not accepted") {
  const Keys keys;
  const std::string forged =
      EncodeInvitation(keys.hq.card, kChannel, kContract, keys.field.identity);
  CHECK(DecodeInvitation(forged).error().code == "VAL-PAIR-ALTERED");
}

// A child that a text has killed, or that could not be started.
struct BrokenParser final : InProcessParser {
  explicit BrokenParser(Error why) : error(std::move(why)) {}
  Result<TomlDocument> ParseToml(const std::string&) override { return error; }
  Error error;
};

TEST_CASE("an invitation whose contract the sandboxed child cannot parse is adopted by nobody") {
  const Keys keys;
  const TempFolder folder;
  const SiteFiles field{"", "field", folder.File("contract.toml"), folder.path(), {}};
  SeededEntropy entropy(1);
  BrokenParser killed({Recovery::kRejectPacket, "VAL-PARSER-DIED", "the parser child died"});
  const auto refused = Join(field, keys.Invitation(), killed, 1, entropy);
  CHECK(refused.error().code == "VAL-PAIR-CONTRACT");
  CHECK(refused.error().message.find("the parser child died") != std::string::npos);
  BrokenParser absent({Recovery::kRetryLater, "VAL-PARSER-START", "no memory"});
  CHECK(Join(field, keys.Invitation(), absent, 1, entropy).error().code == "VAL-PARSER-START");
  CHECK_FALSE(Exists(folder.File("contract.toml")));
  CHECK_FALSE(Exists(folder.File("peer")));
  InProcessParser sound;
  CHECK(Join(field, keys.Invitation(), sound, 1, entropy).value().has_written_contract);
  CHECK(ReadAll(folder.File("contract.toml")) == kContract);
}

TEST_CASE("the peer file comes back, and damage to it is named") {
  const Keys keys;
  PeerRecord record{kChannel, Hash("", "c"), Hash("", "i"), keys.field.card,
                    true,     "then",        "later",       "an operator"};
  const std::string text = EncodePeerRecord(record);
  const auto back = DecodePeerRecord(text);
  REQUIRE(back.ok());
  CHECK(back.value().card == record.card);
  CHECK(back.value().verified_by == "an operator");
  CHECK(EncodePeerRecord(back.value()) == text);
  for (std::size_t bytes = 0; bytes < text.find("role"); ++bytes) {
    CHECK_FALSE(DecodePeerRecord(text.substr(0, bytes)).ok());
  }
}

TEST_CASE("a state folder has one writer, and the second is told which") {
  const TempFolder folder;
  auto lock = StateLock::Take(folder.path());
  REQUIRE(lock.ok());
  CHECK(StateLock::IsHeld(folder.path()));
  const auto second = StateLock::Take(folder.path());
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().code == "VAL-STATE-LOCKED");
  CHECK(second.error().message.find(std::to_string(getpid())) != std::string::npos);
  { const StateLock released = std::move(lock).value(); }
  CHECK_FALSE(StateLock::IsHeld(folder.path()));
  CHECK(StateLock::Take(folder.path()).ok());
}

}  // namespace
}  // namespace valise::test
