// Versions decide (agent/DESIGN.md, "Conflict rules"): no history, the same on both sides with any
// number of edits in flight, idempotent. Values are never compared here.
#pragma once

#include "agent/core/base.h"
#include "agent/core/terms.h"

namespace valise {

enum class Decision : std::uint8_t {
  kStands,   // the peer's register replaces what is agreed
  kLoses,    // ours stands; the peer's value is kept in the list
  kKnown,    // this version, or a newer one of the peer's, is already known: a no-op
  kRefused   // from the wrong side of a one-way field
};

// `incoming` is of the peer: its version's site is terms.peer_site.
Decision Decide(const Terms& terms, const RegisterBase& base, const Register& incoming);

// The rule and direction that hold for a register.
ConflictRule RuleOf(const Terms& terms, const RegisterKey& key);
Direction DirectionOf(const Terms& terms, const RegisterKey& key);
bool IsField(const RegisterKey& key);  // a field's one value, or an element of it
// In a map those of a field stand together, from ElementKey(field, "") on.
bool IsElementOf(const RegisterKey& key, const std::string& field);
bool MayEdit(const Terms& terms, const RegisterKey& key, std::uint32_t site);

}  // namespace valise
