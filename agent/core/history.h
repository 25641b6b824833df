// The changelog, read for the three things it is good for: when a value was given, whether a write
// of ours is in it, and what a person wrote between our read and our write.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "agent/core/local.h"
#include "agent/core/terms.h"

namespace valise {

// How a field got its value: the newest entry that changed it; without one `updated` and a person,
// as Jira does not tell a field that never changed from one whose changes it does not log.
struct Given {
  std::int64_t at_ms = 0;
  bool is_automatic = false;  // by an account bound as automation, or a rule set off by our write
};
Given GivenTo(const LocalIssue& local, const Terms& terms, const std::string& jira_field);

// The name under which the changelog lists a field ("Fix Version" for fixVersions).
std::string HistoryName(const Terms& terms, const std::string& jira_field);

// Whether somebody put this value into a set, or took it out last, as far as the changelog tells,
// which prints all values of a set in one text.
bool WasPutInto(const LocalIssue& local, const Terms& terms, const std::string& jira_field,
                const std::string& value);
bool WasTakenOutOf(const LocalIssue& local, const Terms& terms, const std::string& jira_field,
                   const std::string& value);

// The elements of a set as an entry prints them: labels all in one item, versions and components
// one an item, options with commas between them, people as they are called. Nullopt: it cannot be
// told what is meant.
std::optional<std::set<std::string>> PrintedElements(const FieldBinding& binding,
                                                     const std::string& text);

// The entry that carries our write id; null if Jira did not keep it.
const LocalHistory* EntryOfWrite(const LocalIssue& local, const std::string& write_id);

// Not an entry of one of these writes. The account alone does not tell: the agent of another
// channel may share it, and what that one wrote is news here. An entry of the account without any
// write id is ours: a Jira that drops historyMetadata, or a rule that our write set off.
bool IsByOthers(const LocalHistory& history, const Terms& terms,
                const std::set<std::string>& own_write_ids);

// The newest entry before `ours` on that field by somebody else; null if none.
const LocalHistory* OthersBefore(const LocalIssue& local, const Terms& terms,
                                 const std::set<std::string>& own_write_ids,
                                 const LocalHistory& ours, const std::string& history_name);

}  // namespace valise
