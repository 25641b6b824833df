#include "agent/pairing.h"

#include <algorithm>

#include "agent/config/secret_file.h"
#include "agent/core/times.h"
#include "agent/durable_file.h"
#include "agent/pairing/peer_file.h"
#include "packet/limits.h"

namespace valise {

namespace {

constexpr std::size_t kKeyFileBytesMax = 4096;
constexpr std::size_t kPreSharedBytes = 32;

Error Refused(const char* code, const std::string& message) {
  return {Recovery::kAskOperator, code, message};
}

std::string KeysFile(const SiteFiles& site) { return site.state_dir + "/keys"; }
std::string PeerFile(const SiteFiles& site) { return site.state_dir + "/peer"; }
std::string PreSharedFile(const SiteFiles& site) { return site.state_dir + "/psk"; }
std::string InvitationFile(const SiteFiles& site) { return site.state_dir + "/invitation"; }

Result<SiteKeys> LoadKeys(const SiteFiles& site) {
  if (!Exists(KeysFile(site))) {
    return Refused("VAL-PAIR-KEYS", "there are no keys in " + site.state_dir +
                                        "; restore them, or begin anew: valise pair invite");
  }
  const SecretBytes bytes = TRY(ReadSecretFile(KeysFile(site), kKeyFileBytesMax));
  SiteKeys keys = TRY(DecodeKeys(bytes.view()));
  if (keys.card.name != site.site) {
    return Refused("VAL-PAIR-NAME", "the keys in " + site.state_dir + " belong to site \"" +
                                        keys.card.name + "\", but [site] name says \"" + site.site +
                                        "\"; correct the name");
  }
  return keys;
}

Result<std::optional<PeerRecord>> LoadPeer(const SiteFiles& site) {
  if (!Exists(PeerFile(site))) return std::optional<PeerRecord>{};
  const SecretBytes text = TRY(ReadSecretFile(PeerFile(site), 64U << 10));
  return std::optional<PeerRecord>{TRY(DecodePeerRecord(text.view()))};
}

Result<std::optional<Invitation>> LoadPending(const SiteFiles& site) {
  if (!Exists(InvitationFile(site))) return std::optional<Invitation>{};
  const std::string text = TRY(ReadWhole(InvitationFile(site), 2 * limits::kConfigBytesMax));
  return std::optional<Invitation>{TRY(DecodeInvitation(text))};
}

Result<void> SavePeer(const SiteFiles& site, const PeerRecord& record) {
  return WriteDurably(PeerFile(site), EncodePeerRecord(record), 0600, IfThere::kReplace);
}

Result<std::optional<SecretBytes>> LoadPreShared(const SiteFiles& site) {
  if (!Exists(PreSharedFile(site))) return std::optional<SecretBytes>{};
  SecretBytes key = TRY(ReadSecretFile(PreSharedFile(site), kPreSharedBytes));
  if (key.size() != kPreSharedBytes) {
    return Refused("VAL-PAIR-PSK", PreSharedFile(site) + " is not 32 bytes long; restore it");
  }
  return std::optional<SecretBytes>{std::move(key)};
}

// Our own contract, sound and naming us.
Result<Contract> LoadContract(const SiteFiles& site) {
  auto toml = ReadWhole(site.contract_file, limits::kConfigBytesMax);
  if (!toml.ok()) {
    return Refused("VAL-PAIR-CONTRACT",
                   "there is no contract to invite to: " + toml.error().message +
                       ", or draft one: valise map suggest --contract-out");
  }
  ParsedContract parsed = ParseContract(site.contract_file, toml.value());
  if (!parsed.problems.empty()) {
    const ConfigProblem& first = parsed.problems.front();
    return Refused("VAL-PAIR-CONTRACT", first.file + ":" + std::to_string(first.line) + ": " +
                                            first.message + "; type: valise check-config");
  }
  return std::move(parsed.contract);
}

// The two names must be the contract's two sites.
Result<void> CheckNames(const Contract& contract, const std::string& own, const std::string& peer) {
  const auto is_site = [&](const std::string& name) {
    return std::find(contract.sites.begin(), contract.sites.end(), name) != contract.sites.end();
  };
  if (own == peer) {
    return Refused("VAL-PAIR-NAME", "both sites call themselves \"" + own +
                                        "\"; one must change [site] name and its keys");
  }
  for (const std::string& name : {own, peer}) {
    if (is_site(name)) continue;
    return Refused("VAL-PAIR-NAME", "site \"" + name + "\" is not one of the contract's sites \"" +
                                        contract.sites[0] + "\" and \"" + contract.sites[1] +
                                        "\"; correct [site] name or the contract");
  }
  return Ok();
}

Error Already(const SiteFiles& site, const PeerRecord& peer) {
  return Refused("VAL-PAIR-ALREADY",
                 "this channel is paired with \"" + peer.card.name + "\" since " + peer.paired_at +
                     "; for another peer use another state folder than " + site.state_dir);
}

// Where two files begin to differ, for people.
std::string FirstDifference(std::string_view ours, std::string_view theirs) {
  const auto [a, b] = std::mismatch(ours.begin(), ours.end(), theirs.begin(), theirs.end());
  (void)b;
  const auto line = std::count(ours.begin(), a, '\n') + 1;
  return std::to_string(line);
}

// True: written. Adopts the peer's bytes, or insists on ours being the same.
Result<bool> AdoptContract(const SiteFiles& site, const Invitation& invitation) {
  if (!Exists(site.contract_file)) {
    TRY(WriteDurably(site.contract_file, invitation.contract, 0644, IfThere::kRefuse));
    return true;
  }
  const std::string ours = TRY(ReadWhole(site.contract_file, limits::kConfigBytesMax));
  if (ours == invitation.contract) return false;
  return Refused("VAL-PAIR-CONTRACT",
                 "the invitation's contract is not " + site.contract_file +
                     ": they differ from line " + FirstDifference(ours, invitation.contract) +
                     " on; see theirs: valise inspect --contract FILE; move yours away to take it");
}

Result<Contract> Sound(ParsedContract parsed) {
  if (parsed.problems.empty()) return std::move(parsed.contract);
  const ConfigProblem& first = parsed.problems.front();
  return Refused("VAL-PAIR-CONTRACT", "line " + std::to_string(first.line) +
                                          " of the invitation's contract: " + first.message +
                                          "; the peer must correct it and invite again");
}

// Nobody has compared its signer with anybody yet: a key of its own signs anything. So its text is
// parsed in the sandboxed child, as a proposal is.
Result<Contract> ReadInvited(const Invitation& invitation, Parser& parser) {
  const Result<TomlDocument> document = parser.ParseToml(invitation.contract);
  const bool is_fault = !document.ok() && document.error().recovery == Recovery::kRejectPacket;
  if (is_fault) {
    return Refused("VAL-PAIR-CONTRACT", "the contract of this invitation cannot be read safely (" +
                                            document.error().message +
                                            "); take it from nobody but the peer itself");
  }
  return Sound(ParseContract("contract", invitation.contract, TRY(document)));
}

Result<void> CheckJoinable(const SiteFiles& site, const Invitation& invitation) {
  const std::optional<PeerRecord> peer = TRY(LoadPeer(site));
  if (peer && (peer->channel != invitation.channel || peer->card != invitation.card)) {
    return Already(site, *peer);
  }
  if (Exists(InvitationFile(site))) {
    return Refused("VAL-PAIR-ORDER",
                   "this site has given out an invitation itself; let the peer "
                   "join that, or remove " +
                       InvitationFile(site));
  }
  return Ok();
}

std::string DigitsOf(const std::string& code) {
  std::string digits;
  for (const char c : code) {
    if (c != ' ' && c != '-' && c != '\t') digits += c;
  }
  return digits;
}

std::string CodeOf(const PeerCard& own, const PeerRecord& peer) {
  return PairingCode(own, peer.card, peer.channel, peer.contract_digest);
}

Result<PeerRecord> RequirePeer(const SiteFiles& site) {
  const std::optional<PeerRecord> peer = TRY(LoadPeer(site));
  if (peer) return *peer;
  if (Exists(InvitationFile(site))) {
    return Refused("VAL-PAIR-UNFINISHED",
                   "the invitation is not answered yet; when the reply is "
                   "here, type: valise pair finish FILE");
  }
  return Refused("VAL-PAIR-NONE",
                 "this channel is not paired; type: valise pair invite, or with "
                 "the peer's invitation: valise pair join FILE");
}

}  // namespace

Result<void> EnsureKeys(const SiteFiles& site, Entropy& entropy) {
  if (Exists(KeysFile(site))) {
    const SiteKeys keys = TRY(LoadKeys(site));
    return Ok();
  }
  if (Exists(PeerFile(site))) {
    return Refused("VAL-PAIR-KEYS", KeysFile(site) +
                                        " is gone though a peer is pinned; restore it "
                                        "from a backup");
  }
  const SecretBytes bytes = EncodeKeys(GenerateKeys(site.site, entropy));
  return WriteDurably(KeysFile(site), bytes.view(), 0600, IfThere::kRefuse);
}

Result<PairingState> LoadPairingState(const SiteFiles& site) {
  PairingState state;
  state.own = TRY(LoadKeys(site)).card;
  state.peer = TRY(LoadPeer(site));
  state.invitation = TRY(LoadPending(site));
  state.has_psk = Exists(PreSharedFile(site));
  if (state.invitation) state.stage = PairingStage::kInvited;
  if (!state.peer) return state;
  state.stage = state.peer->verified_at.empty() ? PairingStage::kPaired : PairingStage::kVerified;
  state.code = CodeOf(state.own, *state.peer);
  return state;
}

Result<void> CheckPairedContract(const PeerRecord& peer, const Config& config) {
  const Digest agreed = config.contract_agreed.value_or(peer.contract_digest);
  if (agreed == config.contract.digest) return Ok();
  return Refused("VAL-PAIR-CONTRACT",
                 "the contract file is not the contract that both sites hold, were it by a blank; "
                 "save it under another name, put the agreed one back (valise contract show "
                 "--out), and type: valise contract propose FILE");
}

Result<Paired> LoadPaired(const Config& config) {
  const SiteFiles site{config.file, config.site, "", config.state_dir, {}};
  const PeerRecord peer = TRY(RequirePeer(site));
  SiteKeys keys = TRY(LoadKeys(site));
  TRY(CheckPairedContract(peer, config));
  TRY(CheckNames(config.contract, config.site, peer.card.name));
  // Not inside the braces: leaving from there would leave the keys behind.
  std::optional<SecretBytes> psk = TRY(LoadPreShared(site));
  return Paired{std::move(keys), peer.card, peer.channel, !peer.verified_at.empty(),
                std::move(psk)};
}

Result<void> RequireVerified(const Paired& paired) {
  if (paired.verified) return Ok();
  return Refused("VAL-PAIR-UNVERIFIED", "nobody has compared the pairing code with \"" +
                                            paired.peer.name +
                                            "\" yet, so nothing is sent or "
                                            "taken; type: valise pair verify");
}

Result<std::string> Invite(const SiteFiles& site, bool is_new, Entropy& entropy) {
  TRY(EnsureKeys(site, entropy));
  const SiteKeys keys = TRY(LoadKeys(site));
  const std::optional<PeerRecord> peer = TRY(LoadPeer(site));
  if (peer) return Already(site, *peer);
  const Contract contract = TRY(LoadContract(site));
  const std::string other = contract.sites[0] == site.site ? contract.sites[1] : contract.sites[0];
  TRY(CheckNames(contract, site.site, other));
  const std::optional<Invitation> pending = TRY(LoadPending(site));
  const bool is_current = pending && pending->contract == contract.toml;
  if (pending && !is_new && !is_current) {
    return Refused("VAL-PAIR-CONTRACT",
                   "the contract changed since the pending invitation; to "
                   "void that one, type: valise pair invite --again");
  }
  const Id channel = pending && !is_new ? pending->channel : entropy.RandomId();
  const std::string text = EncodeInvitation(keys.card, channel, contract.toml, keys.identity);
  TRY(WriteDurably(InvitationFile(site), text, 0600, IfThere::kReplace));
  return text;
}

Result<Joined> Join(const SiteFiles& site, std::string_view text, Parser& parser,
                    std::int64_t now_ms, Entropy& entropy) {
  const Invitation invitation = TRY(DecodeInvitation(text));
  TRY(EnsureKeys(site, entropy));
  const SiteKeys keys = TRY(LoadKeys(site));
  const Contract contract = TRY(ReadInvited(invitation, parser));
  TRY(CheckNames(contract, site.site, invitation.card.name));
  TRY(CheckJoinable(site, invitation));
  Joined joined;
  joined.peer_name = invitation.card.name;
  joined.has_written_contract = TRY(AdoptContract(site, invitation));
  if (!Exists(PeerFile(site))) {
    TRY(SavePeer(site, {invitation.channel, contract.digest, invitation.digest, invitation.card,
                        false, InstantText(now_ms), "", ""}));
  }
  joined.reply = EncodeReply({keys.card, invitation.channel, contract.digest, invitation.digest},
                             keys.identity);
  return joined;
}

Result<PeerRecord> Finish(const SiteFiles& site, std::string_view text, std::int64_t now_ms) {
  const Reply reply = TRY(DecodeReply(text));
  const std::optional<PeerRecord> peer = TRY(LoadPeer(site));
  if (peer && peer->channel == reply.channel && peer->card == reply.card && peer->has_invited) {
    return *peer;
  }
  if (peer) return Already(site, *peer);
  const std::optional<Invitation> pending = TRY(LoadPending(site));
  if (!pending) {
    return Refused("VAL-PAIR-ORDER",
                   "no invitation of this site is pending; type: valise pair "
                   "invite, and let the peer join that one");
  }
  if (pending->channel != reply.channel || pending->digest != reply.invitation) {
    return Refused("VAL-PAIR-CHANNEL",
                   "this reply answers another invitation, perhaps an older "
                   "one; the peer must join the current one");
  }
  const Contract contract = TRY(Sound(ParseContract("contract", pending->contract)));
  if (contract.digest != reply.contract_digest) {
    return Refused("VAL-PAIR-CONTRACT",
                   "the peer replied to another contract; invite it again: "
                   "valise pair invite --again");
  }
  TRY(CheckNames(contract, site.site, reply.card.name));
  const PeerRecord record{reply.channel,
                          contract.digest,
                          reply.invitation,
                          reply.card,
                          true,
                          InstantText(now_ms),
                          "",
                          ""};
  TRY(SavePeer(site, record));
  return record;
}

Result<void> VerifyPairing(const SiteFiles& site, const std::optional<std::string>& code,
                           const std::string& who, std::int64_t now_ms) {
  PeerRecord peer = TRY(RequirePeer(site));
  const SiteKeys keys = TRY(LoadKeys(site));
  if (code && DigitsOf(*code) != DigitsOf(CodeOf(keys.card, peer))) {
    return Refused("VAL-PAIR-CODE",
                   "the codes differ: mistyped, or somebody altered the files on "
                   "their way; compare again by voice, and if they still differ, "
                   "pair anew over another way");
  }
  peer.verified_at = InstantText(now_ms);
  peer.verified_by = who;
  std::replace(peer.verified_by.begin(), peer.verified_by.end(), '\n', ' ');
  return SavePeer(site, peer);
}

Result<void> NewPreSharedKey(const std::string& file, Entropy& entropy) {
  SecretBytes key(kPreSharedBytes);
  entropy.Fill(key.data(), key.size());
  return WriteDurably(file, key.view(), 0600, IfThere::kRefuse);
}

Result<void> UsePreSharedKey(const SiteFiles& site, const std::string& file) {
  const SecretBytes key = TRY(ReadSecretFile(file, kPreSharedBytes));
  if (key.size() != kPreSharedBytes) {
    return Refused("VAL-PAIR-PSK", file +
                                       " is no pre-shared key: it must be 32 bytes, as written "
                                       "by valise pair psk --new");
  }
  const std::optional<SecretBytes> present = TRY(LoadPreShared(site));
  if (present && present->view() != key.view()) {
    return Refused("VAL-PAIR-PSK",
                   "another pre-shared key is in use; when nothing is on its way, "
                   "remove " +
                       PreSharedFile(site) + " at both sites");
  }
  return WriteDurably(PreSharedFile(site), key.view(), 0600, IfThere::kReplace);
}

}  // namespace valise
