// Files that hold secrets (tokens, passwords, keys): ours alone, or refused. Their content is
// never part of a message.
#pragma once

#include <string>

#include "packet/keys.h"
#include "packet/result.h"

namespace valise {

// A regular file of ours that nobody else can read (mode & 0077 == 0). Errors: kAskOperator,
// VAL-CONFIG-FILE (missing), VAL-CONFIG-SECRET (with the chmod or chown to type).
Result<void> CheckSecretFile(const std::string& path);
// Likewise for a folder of secrets: ours, mode & 0077 == 0.
Result<void> CheckSecretFolder(const std::string& path);
// All of a checked secret file, 1..`bytes_max` bytes.
Result<SecretBytes> ReadSecretFile(const std::string& path, std::size_t bytes_max);
// The first line of a checked secret file, without blanks around it; 1..4096 bytes of it.
Result<SecretBytes> ReadSecretLine(const std::string& path);

}  // namespace valise
