// Pairing: how two sites come to trust each other's keys. State files, all 0600: `keys` (ours),
// `invitation` (given out, not answered yet), `peer` (the pinned peer), `psk`. No traffic before
// both sites finished and two people compared the code (`pair verify`).
#pragma once

#include <optional>
#include <string>

#include "agent/config.h"
#include "agent/pairing/invitation.h"
#include "agent/parser/parser.h"
#include "packet/entropy.h"
#include "packet/keys.h"
#include "packet/result.h"

namespace valise {

struct Paired {
  SiteKeys keys;
  PeerCard peer;
  Id channel;
  bool verified = false;
  std::optional<SecretBytes> psk;
};

// Errors, kAskOperator: VAL-PAIR-KEYS (no keys), VAL-PAIR-NONE (nothing begun), VAL-PAIR-UNFINISHED
// (invited, no answer yet), VAL-PAIR-CONTRACT (another contract than was paired), VAL-PAIR-NAME,
// VAL-PAIR-STATE (damaged), VAL-CONFIG-SECRET.
Result<Paired> LoadPaired(const Config& config);
// What `run` asks before any traffic. Error: VAL-PAIR-UNVERIFIED.
Result<void> RequireVerified(const Paired& paired);

// Writes STATE/keys unless it is there. Error: VAL-PAIR-NAME (keys of another site name).
Result<void> EnsureKeys(const SiteFiles& site, Entropy& entropy);

enum class PairingStage : std::uint8_t { kNone, kInvited, kPaired, kVerified };

struct PeerRecord {
  Id channel;
  Digest contract_digest;
  Digest invitation;  // its digest
  PeerCard card;
  bool has_invited = false;  // we gave the invitation out
  std::string paired_at;     // RFC 3339
  std::string verified_at;   // empty: not verified
  std::string verified_by;
};

// VAL-PAIR-CONTRACT unless the contract is, byte for byte, the one that the sites were paired on.
Result<void> CheckPairedContract(const PeerRecord& peer, const Config& config);

struct PairingState {
  PairingStage stage = PairingStage::kNone;
  PeerCard own;
  std::optional<Invitation> invitation;  // pending
  std::optional<PeerRecord> peer;
  bool has_psk = false;
  std::string code;  // 40 digits; empty before there is a peer
};
Result<PairingState> LoadPairingState(const SiteFiles& site);

// The invitation's text; the same again if one is pending, unless `is_new` voids that one. Errors:
// VAL-PAIR-ALREADY, VAL-PAIR-CONTRACT (missing or unsound).
Result<std::string> Invite(const SiteFiles& site, bool is_new, Entropy& entropy);

struct Joined {
  std::string reply;  // to send back
  bool has_written_contract = false;
  std::string peer_name;
};
// Pins the inviting site and adopts its contract. Repeating it with the same invitation gives the
// same reply. Errors: those of DecodeInvitation; VAL-PAIR-CONTRACT (another contract is configured,
// or the peer's is unsound), VAL-PAIR-NAME, VAL-PAIR-ALREADY, VAL-PAIR-ORDER; VAL-PARSER-START.
Result<Joined> Join(const SiteFiles& site, std::string_view invitation, Parser& parser,
                    std::int64_t now_ms, Entropy& entropy);

// Pins the site that replied. Repeating it is harmless. Errors: those of DecodeReply;
// VAL-PAIR-ORDER (no invitation is pending), VAL-PAIR-CHANNEL (answers another invitation),
// VAL-PAIR-CONTRACT, VAL-PAIR-NAME, VAL-PAIR-ALREADY (another site answered before).
Result<PeerRecord> Finish(const SiteFiles& site, std::string_view reply, std::int64_t now_ms);

// `code`: as heard from the peer, blanks and dashes ignored; nullopt: the operator says that they
// compared it. Errors: VAL-PAIR-ORDER, VAL-PAIR-CODE (they differ).
Result<void> VerifyPairing(const SiteFiles& site, const std::optional<std::string>& code,
                           const std::string& who, std::int64_t now_ms);

// A pre-shared key travels by hand only. Errors: VAL-FILE-EXISTS, VAL-PAIR-PSK.
Result<void> NewPreSharedKey(const std::string& file, Entropy& entropy);
Result<void> UsePreSharedKey(const SiteFiles& site, const std::string& file);

}  // namespace valise
