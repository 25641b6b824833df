// What changes between two contracts, for whoever accepts the later one: in the words of the file,
// the old value and the new one of every term, so that no line hides what it lets out.
#pragma once

#include <string>
#include <vector>

#include "agent/core/contract.h"

namespace valise {

// "+ field notes (text)", "- field x", "~ comments visibility: public-only becomes all". The texts
// are the peer's as often as ours: whoever shows them makes them printable.
std::vector<std::string> ContractDiff(const Contract& before, const Contract& after);

}  // namespace valise
