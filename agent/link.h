// Links that an operator entered and that wait for the peer's issue (`valise link`). Until then the
// local issue is reserved: it is not shared as one of its own.
#pragma once

#include <optional>
#include <string>

#include "agent/core/adopt.h"
#include "agent/store/store.h"
#include "packet/result.h"

namespace valise {

struct PendingLink {
  std::string jira_id;
  Prefer prefer = Prefer::kNewest;
};

// Inside a transaction. `target`: the peer's key or an issue id. The same again changes `prefer`
// only. Errors, all kAskOperator: "VAL-LINK-SHARED" (one of the two is shared already),
// "VAL-LINK-TAKEN" (one of the two waits for another).
Result<void> EnterLink(Store& store, const std::string& target, const PendingLink& link);
Result<void> CheckLink(const Store& store, const std::string& target, const std::string& jira_id);
void ForgetLink(Store& store, const std::string& jira_id);  // inside a transaction

std::optional<PendingLink> LinkFor(const Store& store, const IssueBase& incoming);
bool IsReserved(const Store& store, const std::string& jira_id);

// What a request row carries: "JIRA-ID TARGET PREFER", or "JIRA-ID" to forget it.
std::string LinkWords(const std::string& target, const PendingLink& link);
Result<void> ObeyLink(Store& store, const std::string& words);

}  // namespace valise
