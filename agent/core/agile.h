// Sprints and links to issues in fields (epic links), as values: what an issue shows of them
// (agent/DESIGN.md, "Epic links and sprints").
#pragma once

#include <string>
#include <vector>

#include "agent/core/base.h"
#include "agent/core/local.h"
#include "agent/core/terms.h"

namespace valise {

// Value::detail of a sprint in a whole read, whose values are named and stand oldest first.
inline constexpr char kSprintOpen[] = "open";      // future or active
inline constexpr char kSprintClosed[] = "closed";  // history: it takes no issues any more
inline constexpr char kSprintHidden[] = "hidden";  // Jira does not tell its name

// The one value that stands for them: the newest open one; else the closed one that is agreed, as
// the end of a sprint is nobody's edit of its issues; else, where another one is agreed (held, or
// not written yet), the closed one that was seen, for the same reason; else a hidden one; else
// none. `base`: of the register.
LocalField ShownSprint(const LocalField& sprints, const RegisterBase& base);

// The register of a target that is not shared. It never leaves, and by it the issues are found that
// wait for that key. The octet in front is in no name of a contract.
RegisterKey UnsharedKey(const std::string& field, const std::string& jira_key);
// The key in it; empty: no such register.
std::string UnsharedTarget(const Terms& terms, const RegisterKey& key);

// Contract fields of that kind which this site binds.
std::vector<const FieldBinding*> BoundOf(const Terms& terms, ValueKind kind);

}  // namespace valise
