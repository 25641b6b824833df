// Links that an operator entered and that wait for the peer's issue (`valise link`). Until then the
// local issue is reserved: it is not shared as one of its own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/core/adopt.h"
#include "agent/core/contract.h"
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
// A target may also be FieldTarget: the peer's issue that is born with that value.
Result<void> EnterLink(Store& store, const std::string& target, const PendingLink& link);
Result<void> CheckLink(const Store& store, const std::string& target, const std::string& jira_id);
void ForgetLink(Store& store, const std::string& jira_id);  // inside a transaction

// By issue id, key, or the value of a field, in this order.
std::optional<PendingLink> LinkFor(const Store& store, const Contract& contract,
                                   const IssueBase& incoming);
bool IsReserved(const Store& store, const std::string& jira_id);
// Inside a transaction: the peer's issue came and took it. A second one by the same value is
// another issue (LinkTwice).
void TakeLink(Store& store, const std::string& jira_id);
// The field whose value linked an earlier issue of the peer's; nullopt: none did.
std::optional<std::string> LinkTwice(const Store& store, const Contract& contract,
                                     const IssueBase& incoming);

// "field:NAME=VALUE" without blanks, of the value in contract words.
std::string FieldTarget(const std::string& field, const std::string& value);
bool MayLinkBy(const FieldTerms& field);  // one line, a number or a URL
struct WaitingLink {
  std::string target;
  PendingLink link;
};
std::vector<WaitingLink> WaitingLinks(const Store& store);

// What a request row carries: "JIRA-ID TARGET PREFER", or "JIRA-ID" to forget it.
std::string LinkWords(const std::string& target, const PendingLink& link);
// A forgotten issue is looked at again: it is shared as one of its own.
Result<void> ObeyLink(Store& store, const std::string& words);

}  // namespace valise
