#pragma once

#include "tests/standin/call.h"

namespace valise::standin {

// Finds the operation for the path and method and runs it.
Response Route(Call& call, const std::vector<std::string>& segments);

}  // namespace valise::standin
