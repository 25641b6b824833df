// One value over the border: from this Jira's words to the contract's and back, by the binding.
#pragma once

#include <optional>

#include "agent/core/local.h"
#include "agent/core/terms.h"
#include "packet/model.h"

namespace valise {

// Of a field that shows something the value that is compared. Of check boxes that are a flag any
// ticked one may be none of its words: then that one, as none of them leaves.
const Value& ScalarOf(const FieldBinding& binding, const LocalField& shown);

// Nullopt: no shared word for it. `agreed`: what a line or text is compared with, so that it keeps
// its form where it can.
std::optional<Value> ScalarToShared(const Terms& terms, const FieldBinding& binding,
                                    const Value& local, const std::optional<Value>& agreed,
                                    const Directory& directory, const PeerKeys& keys = {});
// Nullopt: no word of this Jira for it. An empty value: a person who is nobody here.
std::optional<Value> ScalarToLocal(const Terms& terms, const FieldBinding& binding,
                                   const Value& shared, const PeerKeys& keys);

}  // namespace valise
