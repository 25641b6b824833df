// What pairing reads: invitations, replies, cards, and the files of the state folder. Nothing is
// accepted that was not signed, no damage makes a peer or a verified pairing of another, and what
// is read is written again alike.
#include <map>

#include "agent/pairing.h"
#include "agent/pairing/armor.h"
#include "agent/pairing/peer_file.h"
#include "tests/config/support.h"
#include "tests/fuzz/fuzz.h"

namespace valise {
namespace {

using test::kContract;

// The sites of a pairing at hq, and the files that are in its state folder when it is finished.
struct Fixture {
  Fixture() {
    config.file = site.file = folder.File("channel.toml");
    config.site = site.site = "hq";
    config.state_dir = site.state_dir = folder.path();
    config.contract = ParseContract("contract.toml", kContract).contract;
    record = {channel, config.contract.digest, Hash("", "x"), field.card, true,
              "2024-01-02T03:04:05Z", "2024-01-02T03:05:05Z", "jane"};
    files = {{"keys", Bytes(EncodeKeys(hq).view())},
             {"peer", EncodePeerRecord(record)},
             {"psk", Bytes(32, 'p')},
             {"invitation", Invitation()}};
    for (const auto& [name, bytes] : files) folder.Write(name, bytes);
    CHECK(LoadPaired(config).ok());
  }
  std::string Invitation() const {
    return EncodeInvitation(hq.card, channel, kContract, hq.identity);
  }
  std::string Answer() const {
    return EncodeReply({field.card, channel, config.contract.digest, Hash("", "x")},
                       field.identity);
  }

  SeededEntropy entropy{7};
  SiteKeys hq = GenerateKeys("hq", entropy);
  SiteKeys field = GenerateKeys("field", entropy);
  Id channel = *IdFromBytes("0123456789abcdef");
  PeerRecord record;
  std::map<std::string, Bytes> files;  // of the state folder
  test::TempFolder folder;
  SiteFiles site;
  Config config;
};

const Fixture& The() {
  static const Fixture fixture;
  return fixture;
}

bool IsOurs(const PeerCard& card) { return card == The().hq.card || card == The().field.card; }

void CheckError(const Error& error) {
  CHECK(error.code.starts_with("VAL-"));
  CHECK(!error.message.empty());
}

void TryText(const std::string& text) {
  const Result<Invitation> invitation = DecodeInvitation(text);
  if (invitation.ok()) {
    CHECK(invitation.value().card == The().hq.card);
    CHECK(invitation.value().channel == The().channel);
    CHECK(invitation.value().contract == kContract);
  } else {
    CheckError(invitation.error());
  }
  const Result<Reply> reply = DecodeReply(text);
  if (reply.ok()) {
    CHECK(reply.value().card == The().field.card);
    CHECK(reply.value().channel == The().channel);
    CHECK(reply.value().contract_digest == The().config.contract.digest);
  } else {
    CheckError(reply.error());
  }
  CHECK(!(invitation.ok() && reply.ok()));
  if (invitation.ok() || reply.ok()) CHECK(LooksLikePairing(text) || text.size() > 65000);
}

// Past the armour and the signature: what a site that means harm could sign.
void TrySigned(const std::string& body) {
  const SecretBytes& identity = The().hq.identity;
  for (const char* kind : {"INVITATION", "REPLY"}) {
    const std::string label = kind[0] == 'I' ? "VLS1 invitation" : "VLS1 reply";
    const std::string text = Armor(kind, body + SignDetached(label, body, identity));
    CHECK(Unarmor(text).value().kind == kind);
    const auto invitation = DecodeInvitation(text);
    if (invitation.ok()) {
      const Invitation& got = invitation.value();
      CHECK(got.card == The().hq.card && !got.channel.is_zero());
      CHECK(EncodeInvitation(got.card, got.channel, got.contract, identity) == text);
      (void)ParseContract("invitation", got.contract).problems.size();
    }
    const auto reply = DecodeReply(text);
    if (!reply.ok()) continue;
    CHECK(reply.value().card == The().hq.card);
    CHECK(EncodeReply(reply.value(), identity) == text);
  }
}

void TryCard(const std::string& bytes) {
  const auto card = DecodeCard(bytes);
  if (card.ok()) CHECK(EncodeCard(card.value()) == bytes && IsOurs(card.value()));
}

bool IsSame(const PeerRecord& a, const PeerRecord& b) {
  return EncodePeerRecord(a) == EncodePeerRecord(b);
}

void TryPeer(const std::string& text) {
  const Result<PeerRecord> read = DecodePeerRecord(text);
  if (!read.ok()) {
    CHECK(read.error().code == "VAL-PAIR-STATE");
    return;
  }
  CHECK(IsOurs(read.value().card));
  CHECK(IsSame(DecodePeerRecord(EncodePeerRecord(read.value())).value(), read.value()));
}

// One file of the state folder is damaged, the others are whole.
void TryState(const std::string& name, const std::string& bytes) {
  const Fixture& the = The();
  the.folder.Write(name, bytes);
  const Result<PairingState> state = LoadPairingState(the.site);
  if (state.ok()) {
    CHECK(state.value().own == the.hq.card);
    CHECK(state.value().peer && IsOurs(state.value().peer->card));
    CHECK(state.value().code.size() == 47);
    const bool is_verified = state.value().stage == PairingStage::kVerified;
    CHECK(is_verified == !state.value().peer->verified_at.empty());
    CHECK(state.value().invitation);
  } else {
    CheckError(state.error());
  }
  const Result<Paired> paired = LoadPaired(the.config);
  if (paired.ok()) {
    CHECK(paired.value().keys.card == the.hq.card);
    CHECK(paired.value().peer == the.field.card);  // who else is in the contract
    CHECK(paired.value().psk && paired.value().psk->size() == 32);
  } else {
    CheckError(paired.error());
  }
  if (name == "keys") {
    const auto keys = DecodeKeys(bytes);
    if (keys.ok()) CHECK(EncodeKeys(keys.value()).view() == bytes);
  }
  the.folder.Write(name, the.files.at(name));
}

}  // namespace

std::vector<Bytes> fuzz::Samples() {
  const Fixture& the = The();
  std::vector<Bytes> samples;
  for (const std::string& text : {the.Invitation(), the.Answer()}) {
    samples.push_back(For(0, text));
    samples.push_back(For(0, "Dear peer,\r\n\r\n  " + text + "\nyours\n"));
    const Bytes body = Unarmor(text).value().body;
    samples.push_back(For(1, body.substr(0, body.size() - 64)));
    samples.push_back(For(7, text));
  }
  const Bytes as_reply = Unarmor(EncodeReply({the.hq.card, the.channel, {}, {}}, the.hq.identity))
                             .value()
                             .body;
  samples.push_back(For(1, as_reply.substr(0, as_reply.size() - 64)));
  for (const SiteKeys* keys : {&the.hq, &the.field}) {
    samples.push_back(For(2, EncodeCard(keys->card)));
    samples.push_back(For(4, Bytes(EncodeKeys(*keys).view())));
  }
  PeerRecord fresh = the.record;
  fresh.verified_at = fresh.verified_by = "";
  fresh.has_invited = false;
  for (const PeerRecord& record : {the.record, fresh}) {
    samples.push_back(For(3, EncodePeerRecord(record)));
    samples.push_back(For(5, EncodePeerRecord(record)));
  }
  samples.push_back(For(6, Bytes(32, 'q')));
  return samples;
}

std::vector<Bytes> fuzz::Words() {
  return {"-----BEGIN VALISE INVITATION 1-----\n", "-----END VALISE REPLY 1-----\n", "-----", "=",
          "==", "\r\n", " ", "valise peer 1\n", "channel ", "card ", "role invited\n",
          "role joined\n", "verified_at ", "verified_by x\n", "1", "VLSC\x01", "VLSC\x02",
          Bytes(2, '\0'), Bytes(16, '\0'), Bytes(4, '\xff'), "[fields.\"", "{", "\xff"};
}

void Try(unsigned reader, const std::string& bytes) {
  if (reader == 0) TryText(bytes);
  if (reader == 1) TrySigned(bytes);
  if (reader == 2) TryCard(bytes);
  if (reader == 3) TryPeer(bytes);
  constexpr const char* kFiles[] = {"keys", "peer", "psk", "invitation"};
  if (reader >= 4) TryState(kFiles[reader - 4], bytes);
}

}  // namespace valise

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0) valise::Try(data[0] % 8U, {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
