// How the changelog prints values, read back; not for use outside agent/jira.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/jira/fields.h"

namespace valise::jira {

// Field names differ in case between versions of Jira.
bool IsSameName(std::string_view a, std::string_view b);

// The elements of a set as one item prints them: labels apart by blanks, options by "," and
// people as "[A, B]". A list of names that comes one item an element is a single element.
std::vector<std::string> SplitHistory(std::string_view text, JsonForm form);

}  // namespace valise::jira
