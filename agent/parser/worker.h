// One job inside the walls: request on descriptor 0, answer on descriptor 1.
#pragma once

#include "agent/parser/child.h"
#include "agent/parser/wire.h"

namespace valise {

// Uses every library once, so that whatever they open or set up lazily is there before the walls.
void WarmUp();

// The worker's exit code: 0 if a whole answer was written, also if it is an error.
int DoJob(const JobMessage& job, TestOperation test_operation);

}  // namespace valise
