// What this Jira is to show of an agreed value, and whether it does already.
#pragma once

#include <optional>
#include <string>

#include "agent/core/base.h"
#include "agent/core/local.h"
#include "agent/core/terms.h"

namespace valise {

// The local value that shows what is agreed; of a text, the lines that did not change stay as
// `shown` has them: a peer's edit of one line destroys no mention in another. Nullopt: the binding
// has no local value for it.
std::optional<LocalField> WantedField(const Terms& terms, const FieldBinding& binding,
                                      const RegisterBase& reg, const LocalField& shown,
                                      const Directory& directory, const PeerKeys& keys = {});
// Already there: the wanted value, or another local value of the same shared one.
bool Shows(const Terms& terms, const FieldBinding& binding, const LocalField& shown,
           const RegisterBase& reg, const LocalField& wanted);
// Two shared words of one local one: an element that is gone stays as long as another that is
// agreed is shown by the same local value.
bool IsWantedElsewhere(const Terms& terms, const IssueBase& base, const RegisterKey& gone,
                       const FieldBinding& binding, const std::string& local);

}  // namespace valise
