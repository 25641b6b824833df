#include "agent/pairing/invitation.h"

#include "agent/pairing/armor.h"
#include "packet/limits.h"

namespace valise {

namespace {

constexpr std::string_view kInvitationLabel = "VLS1 invitation";
constexpr std::string_view kReplyLabel = "VLS1 reply";
constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kCardBytesMax = 1024;

Error Altered() {
  return {Recovery::kRejectPacket, "VAL-PAIR-ALTERED",
          "altered or damaged on the way: the signature does not hold; fetch it again"};
}

void PutCard(Bytes& body, const PeerCard& card) {
  const Bytes bytes = EncodeCard(card);
  body += static_cast<char>(bytes.size() & 0xff);
  body += static_cast<char>(bytes.size() >> 8);
  body += bytes;
}

// Takes fields from the front; any shortage makes all later ones empty.
class BodyReader {
 public:
  explicit BodyReader(std::string_view body) : rest_(body) {}

  std::string_view Take(std::size_t bytes) {
    if (bytes > rest_.size()) is_short_ = true;
    if (is_short_) return {};
    const std::string_view taken = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return taken;
  }
  std::size_t Number(std::size_t bytes) {
    std::size_t number = 0;
    std::size_t shift = 0;
    for (const char octet : Take(bytes)) {
      number |= std::size_t{static_cast<std::uint8_t>(octet)} << shift;
      shift += 8;
    }
    return number;
  }
  Result<PeerCard> Card() {
    const std::size_t bytes = Number(2);
    if (bytes > kCardBytesMax) return Altered();
    const std::string_view card = Take(bytes);
    if (is_short_) return Altered();
    auto decoded = DecodeCard(card);
    if (decoded.ok() || decoded.error().code == "VAL-CARD-VERSION") return decoded;
    return Altered();
  }
  bool is_whole() const { return !is_short_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool is_short_ = false;
};

struct SignedBody {
  Bytes body;
  Bytes signature;
};

Result<SignedBody> TakeSigned(std::string_view text, std::string_view kind) {
  const Armored armored = TRY(Unarmor(text));
  if (armored.kind != kind) {
    const bool is_reply = armored.kind == "REPLY";
    return Error{Recovery::kRejectPacket, "VAL-PAIR-KIND",
                 is_reply ? "this is a reply, not an invitation; type: valise pair finish FILE"
                          : "this is an invitation, not a reply; type: valise pair join FILE"};
  }
  if (armored.body.size() < kSignatureBytes) return Altered();
  const std::size_t split = armored.body.size() - kSignatureBytes;
  return SignedBody{armored.body.substr(0, split), armored.body.substr(split)};
}

}  // namespace

std::string EncodeInvitation(const PeerCard& card, const Id& channel, std::string_view contract,
                             const SecretBytes& identity) {
  CHECK(contract.size() <= limits::kConfigBytesMax);
  Bytes body;
  PutCard(body, card);
  body += View(channel);
  for (std::size_t shift = 0; shift < 32; shift += 8) {
    body += static_cast<char>(contract.size() >> shift & 0xff);
  }
  body += contract;
  return Armor("INVITATION", body + SignDetached(kInvitationLabel, body, identity));
}

std::string EncodeReply(const Reply& reply, const SecretBytes& identity) {
  Bytes body;
  PutCard(body, reply.card);
  body += View(reply.channel);
  body += View(reply.contract_digest);
  body += View(reply.invitation);
  return Armor("REPLY", body + SignDetached(kReplyLabel, body, identity));
}

Result<Invitation> DecodeInvitation(std::string_view text) {
  const SignedBody parts = TRY(TakeSigned(text, "INVITATION"));
  BodyReader reader(parts.body);
  Invitation invitation;
  invitation.card = TRY(reader.Card());
  invitation.channel = IdFromBytes(reader.Take(16)).value_or(Id{});
  invitation.contract = reader.Take(reader.Number(4));
  invitation.digest = Hash(kInvitationLabel, parts.body);
  const bool is_sound =
      reader.is_whole() && !invitation.channel.is_zero() &&
      invitation.contract.size() <= limits::kConfigBytesMax &&
      VerifyDetached(kInvitationLabel, parts.body, parts.signature, invitation.card.identity);
  if (!is_sound) return Altered();
  return invitation;
}

Result<Reply> DecodeReply(std::string_view text) {
  const SignedBody parts = TRY(TakeSigned(text, "REPLY"));
  BodyReader reader(parts.body);
  Reply reply;
  reply.card = TRY(reader.Card());
  reply.channel = IdFromBytes(reader.Take(16)).value_or(Id{});
  reply.contract_digest = DigestFromBytes(reader.Take(32)).value_or(Digest{});
  reply.invitation = DigestFromBytes(reader.Take(32)).value_or(Digest{});
  const bool is_sound =
      reader.is_whole() && !reply.channel.is_zero() &&
      VerifyDetached(kReplyLabel, parts.body, parts.signature, reply.card.identity);
  if (!is_sound) return Altered();
  return reply;
}

bool LooksLikePairing(std::string_view text) {
  return text.substr(0, 65536).find("-----BEGIN VALISE ") != std::string_view::npos;
}

}  // namespace valise
