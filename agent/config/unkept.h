// Words of contract and binding that are read but that this version does not keep yet. `run`
// refuses them: silence would be a promise. A word leaves this list with the change that keeps it.
#pragma once

#include <string>
#include <vector>

#include "agent/core/binding.h"
#include "agent/core/contract.h"

namespace valise {

// Those that are said, as they are written: "[bind.incoming]". Empty: all is kept.
std::vector<std::string> UnkeptTerms(const Contract& contract, const Binding& binding);

}  // namespace valise
