#include "packet/check.h"

#include <cstdio>
#include <cstdlib>

namespace valise {

void CheckFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "valise: internal error: CHECK(%s) failed at %s:%d\n", condition, file,
               line);
  std::abort();
}

}  // namespace valise
