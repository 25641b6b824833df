// Runs the program that prints a token ([carrier.mail] token_command): no shell, no input, its
// errors to ours, its output to a pipe. The token is never an argument and never in an environment.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "packet/result.h"
#include "transport/file.h"

namespace valise {

class TokenCommand {
 public:
  explicit TokenCommand(const std::vector<std::string>& words) : words_(words) {}
  ~TokenCommand();
  TokenCommand(const TokenCommand&) = delete;
  TokenCommand& operator=(const TokenCommand&) = delete;

  // The reading end of its output; it ends after at most 30 s. Errors: VAL-MAIL-SECRET.
  Result<Descriptor> Start();
  // Waits for its end. Errors: VAL-MAIL-SECRET if it did not end well.
  Result<void> Finish();

 private:
  const std::vector<std::string>& words_;
  pid_t pid_ = -1;
};

}  // namespace valise
