// Which of the peer's new issues this site takes ([bind.incoming]).
#pragma once

#include "agent/core/base.h"
#include "agent/core/binding.h"

namespace valise {

// The hold of an issue that the conditions do not take. It ends by itself when a later change of
// the peer's makes them hold.
inline constexpr char kNotTaken[] = "not-taken";

// Every condition that is given holds for what is agreed. `issue` is not in this Jira yet; one that
// was taken once stays.
bool IsTaken(const IncomingConditions& conditions, const IssueBase& issue);

}  // namespace valise
