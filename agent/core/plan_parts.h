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

// Whether an element that is to be shown can be; otherwise it is held, taken as it is, or its name
// is wanted, as the binding says (plan_names.cc).
bool MayShow(const FieldBinding& binding, const std::string& name, const RegisterKey& key,
             const Neighbours& neighbours, Plan& plan);
// What was held for a name that is here by now is pending again.
void FreeNames(const Terms& terms, const Neighbours& neighbours, IssueBase& base);

std::vector<PlannedWrite> PlanObjects(const Terms& terms, const LocalIssue& local,
                                      const Directory& directory, const Neighbours& neighbours,
                                      Plan& plan);

}  // namespace valise
