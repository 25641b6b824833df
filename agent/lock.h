// One writer per state folder: flock on STATE/lock, held until the object or the process ends.
#pragma once

#include <string>

#include "packet/result.h"
#include "transport/file.h"

namespace valise {

class StateLock {
 public:
  // Errors: kAskOperator VAL-STATE-LOCKED (names the pid that holds it), VAL-STATE-ACCESS.
  static Result<StateLock> Take(const std::string& state_dir);
  // Whether somebody holds it now; for display only.
  static bool IsHeld(const std::string& state_dir);

 private:
  explicit StateLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

}  // namespace valise
