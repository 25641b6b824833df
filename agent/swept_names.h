// The names by which the binding finds what people give: of fields, of link types, comments. What
// they gave while such a name was missing stands in Jira unread, and nothing of it moves the
// issue's `updated` when an operator binds the name: the sweep looks for it then.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "agent/core/terms.h"
#include "agent/store/store.h"

namespace valise {

// "comments", "work logs", "attachments", "field NAME", "link type NAME": what this binding names
// and of which something may leave from this site. A field is named as in the contract, a link type
// as in this Jira.
std::set<std::string> SweptNames(const Terms& terms);
std::string SweptField(const std::string& field);
inline constexpr char kSweptComments[] = "comments";

// Those that came to the binding since the last whole sweep, however often the agent was restarted
// since. In a state that says nothing of sweeps (new, or of a former version): none.
std::set<std::string> NamesToSweep(const Store& store, const Terms& terms);

// Inside a transaction. At a start: names that are not bound any more are to be looked for once
// they are bound again. And when all that the binding names was looked for, or will be.
void ForgetLostNames(Store& store, const Terms& terms);
void NoteSwept(Store& store, const Terms& terms);

// Options of a set that were read without a word leave an element that says so: the issues which
// show one that has a word by now. For these there is no need to sweep.
std::vector<Id> IssuesWithNewWords(const Store& store, const Terms& terms);

}  // namespace valise
