// Keys, cards, the pairing code, signatures apart from packets, and bytes at rest.
#include "packet/keys.h"

#include "packet/envelope.h"
#include "tests/packet/samples.h"
#include "tests/packet/test.h"

namespace valise {
namespace {

using namespace samples;

TEST_CASE("a card comes back equal and verifies") {
  const Pair pair;
  const Bytes bytes = EncodeCard(pair.hq.card);
  const Result<PeerCard> card = DecodeCard(bytes);
  REQUIRE(card.ok());
  EXPECT(card.value() == pair.hq.card);
  EXPECT(VerifyCard(card.value()).ok());
  EXPECT(SiteId(card.value()) == SiteId(pair.hq.card));
  EXPECT(SiteId(card.value()) != SiteId(pair.field.card));
}

TEST_CASE("a card with any bit flipped, or cut, is never accepted") {
  const Pair pair;
  const Bytes good = EncodeCard(pair.hq.card);
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes bytes = good;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    CAPTURE(bit);
    REQUIRE(!DecodeCard(bytes).ok());
  }
  for (std::size_t size = 0; size < good.size(); ++size)
    REQUIRE(!DecodeCard(good.substr(0, size)).ok());
  EXPECT(!DecodeCard(good + "x").ok());
}

TEST_CASE("a card whose parts were exchanged") {
  const Pair pair;
  PeerCard card = pair.hq.card;
  card.receive = pair.stranger.card.receive;
  EXPECT(VerifyCard(card).error().code == "VAL-CARD-SIGNATURE");
  card = pair.hq.card;
  card.name = "hp";
  EXPECT(VerifyCard(card).error().code == "VAL-CARD-SIGNATURE");
}

TEST_CASE("a card with a receive key that everybody knows") {
  SeededEntropy entropy(1);
  EXPECT(!IsUsableReceiveKey({}));
  Digest one;
  one.bytes[0] = 1;
  EXPECT(!IsUsableReceiveKey(one));
  SiteKeys keys = GenerateKeys("x", entropy);
  EXPECT(IsUsableReceiveKey(keys.card.receive));
  keys.card.receive = one;  // and certified by its owner
  keys.card.certificate = SignDetached(kCardLabel, CertifiedBytes(keys.card), keys.identity);
  EXPECT(VerifyCard(keys.card).error().code == "VAL-CARD-SIGNATURE");
  EXPECT(!DecodeCard(EncodeCard(keys.card)).ok());
}

TEST_CASE("a key file comes back equal") {
  const Pair pair;
  const SecretBytes file = EncodeKeys(pair.hq);
  const Result<SiteKeys> keys = DecodeKeys(file.view());
  REQUIRE(keys.ok());
  EXPECT(keys.value().card == pair.hq.card);
  EXPECT(keys.value().identity.view() == pair.hq.identity.view());
  EXPECT(keys.value().signing.view() == pair.hq.signing.view());
  EXPECT(keys.value().receive.view() == pair.hq.receive.view());
  EXPECT(keys.value().origin.view() == pair.hq.origin.view());
  EXPECT(keys.value().storage.view() == pair.hq.storage.view());
}

TEST_CASE("a damaged key file asks the operator") {
  const Pair pair;
  const Bytes good(EncodeKeys(pair.hq).view());
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes bytes = good;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    const Result<SiteKeys> keys = DecodeKeys(bytes);
    REQUIRE(!keys.ok());
    REQUIRE(keys.error().recovery == Recovery::kAskOperator);
  }
  for (std::size_t size = 0; size < good.size(); ++size)
    REQUIRE(!DecodeKeys(good.substr(0, size)).ok());
}

TEST_CASE("both sides read the same pairing code") {
  const Pair pair;
  const Digest contract = SampleDigest(1);
  const std::string code = PairingCode(pair.hq.card, pair.field.card, pair.channel, contract);
  EXPECT(code == PairingCode(pair.field.card, pair.hq.card, pair.channel, contract));
  EXPECT(code.size() == 47);
  for (std::size_t i = 0; i < code.size(); ++i)
    EXPECT((i % 6 == 5 ? code[i] == ' ' : code[i] >= '0' && code[i] <= '9'));
  EXPECT(code != PairingCode(pair.hq.card, pair.stranger.card, pair.channel, contract));
  EXPECT(code != PairingCode(pair.hq.card, pair.field.card, SampleId(1), contract));
  EXPECT(code != PairingCode(pair.hq.card, pair.field.card, pair.channel, SampleDigest(2)));
}

TEST_CASE("bytes at rest come back, and only undamaged under the same key") {
  const Pair pair;
  SeededEntropy entropy(9);
  for (const Bytes& plain : {Bytes(), Bytes("text"), Bytes(100000, 'x')}) {
    const Bytes sealed = EncryptToSelf(plain, pair.hq.storage, entropy);
    EXPECT(DecryptToSelf(sealed, pair.hq.storage).value() == plain);
    EXPECT(DecryptToSelf(sealed, pair.field.storage).error().code == "VAL-STORE-DECRYPT");
    EXPECT(!DecryptToSelf(sealed.substr(0, sealed.size() - 1), pair.hq.storage).ok());
  }
  EXPECT(!DecryptToSelf("", pair.hq.storage).ok());
}

TEST_CASE("a detached signature holds for its label, data and key only") {
  const Pair pair;
  const Bytes signature = SignDetached("invitation", "data", pair.hq.signing);
  EXPECT(VerifyDetached("invitation", "data", signature, pair.hq.card.signing));
  EXPECT(!VerifyDetached("manifest", "data", signature, pair.hq.card.signing));
  EXPECT(!VerifyDetached("invitatio", "ndata", signature, pair.hq.card.signing));
  EXPECT(!VerifyDetached("invitation", "date", signature, pair.hq.card.signing));
  EXPECT(!VerifyDetached("invitation", "data", signature, pair.field.card.signing));
  EXPECT(!VerifyDetached("invitation", "data", "", pair.hq.card.signing));
}

TEST_CASE("hex and base32 come back, and refuse what is neither") {
  EXPECT(Hex("\x01\xab") == "01ab");
  EXPECT(FromHex("01AB") == Bytes("\x01\xab"));
  EXPECT(!FromHex("1"));
  EXPECT(!FromHex("0g"));
  EXPECT(Base32("foobar") == "mzxw6ytboi");
  EXPECT(FromBase32("MZXW6ytboi") == Bytes("foobar"));
  EXPECT(!FromBase32("m"));
  EXPECT(!FromBase32("mz1"));
  EXPECT(!FromBase32("mz"[0] == 'm' ? "mb" : ""));  // unused bits that are not zero
  EXPECT(Text(SampleId(3)).size() == 26);
  EXPECT(Text(SampleDigest(3)).size() == 52);
  EXPECT(IdFromText(Text(SampleId(3))) == SampleId(3));
  EXPECT(!IdFromText("mzxw6"));
}

TEST_CASE("seeded entropy repeats and does not depend on how much was taken before") {
  SeededEntropy first(5);
  SeededEntropy again(5);
  EXPECT(first.RandomId() == again.RandomId());
  EXPECT(first.RandomU64() == again.RandomU64());
  EXPECT(SeededEntropy(5).RandomId() != SeededEntropy(6).RandomId());
  EXPECT(SystemEntropy().RandomId() != SystemEntropy().RandomId());
}

}  // namespace
}  // namespace valise
