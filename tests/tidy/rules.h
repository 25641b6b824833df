// The rules, each a function from one file to what is wrong with it ("path:line: what").
#pragma once

#include <string>
#include <vector>

#include "tests/tidy/source.h"

namespace valise::tidy {

constexpr std::size_t kColumnsMax = 100;
constexpr std::size_t kFileLinesMax = 400;
constexpr std::size_t kFunctionLinesMax = 60;

using Faults = std::vector<std::string>;

// proto <- packet <- transport; packet <- agent/core <- agent/{store, jira, parser, config,
// pairing} <- agent <- agent/cli. Nothing of these includes tests/.
Faults CheckLayers(const Source& source);

// Calls that have a place or a replacement of their own.
Faults CheckBanned(const Source& source);

Faults CheckPragmaOnce(const Source& source);
Faults CheckNoTodo(const Source& source);
Faults CheckLongLines(const Source& source, std::size_t columns_max);
Faults CheckFileLength(const Source& source);
Faults CheckFunctionLengths(const Source& source);

// The names of the members of struct Switches, out of agent/core/switches.h, and those of them
// whose default is not the safe one: rules on, planted bugs off.
std::vector<std::string> SwitchNames(const Source& header);
Faults CheckSafeDefaults(const Source& header);
// A switch is read everywhere and set by nobody.
Faults CheckSwitchesUnset(const Source& source, const std::vector<std::string>& names);

}  // namespace valise::tidy
