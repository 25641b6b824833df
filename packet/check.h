// CHECK(condition): a bug in valise ends the process, in release builds too. It is never used for
// what the outside world can cause; that is an Error (result.h).
#pragma once

namespace valise {

[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);

}  // namespace valise

#define CHECK(condition)                                                     \
  do {                                                                       \
    if (!(condition)) ::valise::CheckFailed(#condition, __FILE__, __LINE__); \
  } while (false)
