// Files of our own (state, configuration): written beside, made durable, then given their name.
#pragma once

#include <string>
#include <string_view>

#include "packet/result.h"

namespace valise {

enum class IfThere : std::uint8_t { kRefuse, kReplace };

// Durable under `path` when it returns ok; `mode` is exact, whatever the umask. Errors:
// kAskOperator VAL-FILE-EXISTS, and those of transport/file.h with area FILE.
Result<void> WriteDurably(const std::string& path, std::string_view bytes, unsigned mode,
                          IfThere if_there);
// A regular file of at most `bytes_max` bytes, from anybody. Errors: VAL-FILE-MISSING (there is no
// such file), VAL-FILE-READ, VAL-FILE-LIMIT.
Result<std::string> ReadWhole(const std::string& path, std::size_t bytes_max);
bool Exists(const std::string& path);

}  // namespace valise
