// What the planners of fields and of objects share.
#pragma once

#include <vector>

#include "agent/core/plan.h"
#include "agent/core/view.h"

namespace valise {

// Null unless it is pending.
RegisterBase* PendingRegister(IssueBase& base, const RegisterKey& key);
// Jira shows what is agreed already.
void SettleRegister(RegisterBase& base, const Id& seen);

std::vector<PlannedWrite> PlanObjects(const Terms& terms, const LocalIssue& local,
                                      const Directory& directory, const Neighbours& neighbours,
                                      Plan& plan);

}  // namespace valise
