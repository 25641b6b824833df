// The two files of pairing: an invitation and the reply to it, each signed by its site's identity
// key. A signature proves that nothing was altered, not who signed: that is what the code which
// two people compare is for. packet/FORMAT.md, "Invitation".
#pragma once

#include <string>
#include <string_view>

#include "packet/bytes.h"
#include "packet/keys.h"
#include "packet/result.h"

namespace valise {

struct Invitation {
  PeerCard card;  // of the inviting site, with its name
  Id channel;
  Bytes contract;  // contract.toml, exact bytes
  Digest digest;   // of the signed body: names this invitation in its reply
};

struct Reply {
  PeerCard card;  // of the joining site
  Id channel;
  Digest contract_digest;
  Digest invitation;  // Invitation::digest
};

std::string EncodeInvitation(const PeerCard& card, const Id& channel, std::string_view contract,
                             const SecretBytes& identity);
std::string EncodeReply(const Reply& reply, const SecretBytes& identity);

// Errors: those of Unarmor; VAL-PAIR-KIND (a reply where an invitation belongs, or the reverse),
// VAL-PAIR-ALTERED.
Result<Invitation> DecodeInvitation(std::string_view text);
Result<Reply> DecodeReply(std::string_view text);

// Where a text that is neither would be wasted on the parsers (inspect).
bool LooksLikePairing(std::string_view text);

}  // namespace valise
