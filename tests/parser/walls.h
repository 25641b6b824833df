// What a worker that was taken over might try, one per name; done inside the child for
// Operation::kTest.
#pragma once

#include <string>
#include <vector>

#include "agent/parser/child.h"

namespace valise {

void BreakOut(std::string_view attempt);

// A part of "mail ...": mimetic 0.9.8 frees twice when an address in it is malformed.
void AskMimeticForAddresses(std::string_view raw);

// Those that the walls answer with SIGSYS.
const std::vector<std::string>& ForbiddenCalls();

}  // namespace valise
