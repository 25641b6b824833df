// Merge: a change of the peer into base. Nothing is written to Jira here: what has to be written is
// marked pending, so that a crash, a hold or a retry only ever looks at base.
#pragma once

#include <vector>

#include "agent/core/base.h"
#include "agent/core/capture.h"
#include "agent/core/terms.h"

namespace valise {

// Something of this Jira stands for the register.
bool IsBound(const Terms& terms, const RegisterKey& key);

struct Merged {
  IssueBase base;
  std::vector<Finding> findings;
};
Merged Merge(const Terms& terms, IssueBase base, const Change& change);

// The base of an issue that the peer created.
IssueBase IncomingBase(const Change& change);

// The outcome of a merged change once nothing of it is pending any more; nullopt: still in work.
std::optional<Outcome> OutcomeOf(const Terms& terms, const IssueBase& base, const Change& change);

}  // namespace valise
