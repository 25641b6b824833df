// What a worker that was taken over might try, one per name; done inside the child for
// Operation::kTest.
#pragma once

#include <string>
#include <vector>

#include "agent/parser/child.h"

namespace valise {

void BreakOut(std::string_view attempt);

// Those that the walls answer with SIGSYS.
const std::vector<std::string>& ForbiddenCalls();

}  // namespace valise
