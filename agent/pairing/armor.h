// Text armour of invitations and replies: survives mail, printers and line ends. packet/FORMAT.md,
// "Invitation".
#pragma once

#include <string>
#include <string_view>

#include "packet/bytes.h"
#include "packet/result.h"

namespace valise {

// -----BEGIN VALISE `kind` 1-----, base64 in lines of 64, -----END VALISE `kind` 1-----.
std::string Armor(std::string_view kind, std::string_view body);

struct Armored {
  std::string kind;  // "INVITATION", "REPLY"
  Bytes body;
};
// Text before and after the armour is passed over. Errors, kRejectPacket: VAL-PAIR-FORMAT (no
// armour), VAL-PAIR-VERSION (newer), VAL-PAIR-ALTERED (cut short, or not base64).
Result<Armored> Unarmor(std::string_view text);

}  // namespace valise
