// Fields whose value is another issue of this Jira (an epic link): which of them are shared, and
// who waits for one.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "agent/core/base.h"
#include "agent/core/local.h"
#include "agent/core/plan.h"
#include "agent/core/terms.h"
#include "agent/store/store.h"

namespace valise {

// A key that Jira shows becomes the shared id of its issue; one that is not shared (any more) stays
// a key. `base`: of the issue; may be null. Notes targets that ended.
void ResolveTargets(const Terms& terms, const Store& store, const IssueBase* base,
                    LocalIssue& local);

// Issues of this Jira that the last read of `local` showed as an epic or at the end of a link, and
// this one does not: with an issue Jira deletes what aims at it. Of a read that is resolved.
std::set<Id> VanishedTargets(const Terms& terms, const Store& store, const IssueBase& base,
                             const LocalIssue& local);

// The keys of what `base` still has to show, and which of that is not shared any more or held back.
void AddTargets(const Terms& terms, const Store& store, const IssueBase& base,
                Neighbours& neighbours);

// Issues with a link or a field that waits for this one, or that showed its key before.
std::vector<Id> IssuesAimingAt(const Terms& terms, const Store& store, const Id& issue_id,
                               const std::string& jira_key);

}  // namespace valise
