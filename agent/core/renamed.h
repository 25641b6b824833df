// What stands under another name than before, as an administrator renamed it in Jira or an
// operator bound other words: nobody touched an issue, so nothing of it is an edit, and nothing
// that the peer takes away counts as gone because its old name is.
#pragma once

#include <string>

#include "agent/core/view.h"

namespace valise {

// The element that stands for a local value without a word: no contract can hold such a name, so it
// never leaves.
std::string WordlessElement(const std::string& local);

// Jira showed it when it was read last, under whatever name.
bool WasShown(const RegisterBase& base);

// The peer took it away; here it was seen and is still to be removed, now or once it has a word.
bool IsToGo(const RegisterBase& base);

// The binding has other words for local values that nobody touched since they were seen: neither
// the word that went nor the one that came is an edit. The same of one that is to go, though its
// local value has another name by now.
void NoteRenamed(LocalView& view, const Terms& terms, const FieldBinding& binding,
                 const IssueBase& base, const LocalIssue& local, const LocalField& field);

// What was seen and is not shown was taken out by nobody if it has no word here, or if an option
// was renamed and nobody took out this one. It stays; the new name is listed until it is bound.
void KeepRenamedOptions(LocalView& view, const Terms& terms, const FieldBinding& binding,
                        const IssueBase& base, const LocalIssue& local, const LocalField& field);

// An option that is to go and that Jira may show under a name without a word.
bool MayBeRenamed(const Terms& terms, const FieldBinding& binding, const RegisterBase& base,
                  const std::string& element, const LocalIssue& local, const LocalField& field);

}  // namespace valise
