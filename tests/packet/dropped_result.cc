// Must not compile: CTest builds it and expects the compiler to refuse it.
#include "packet/result.h"

namespace valise {

Result<int> Answer();
Result<void> Act();

void DropBoth() {
#ifdef KEEP_RESULTS
  CHECK(Answer().ok());
  CHECK(Act().ok());
#elif defined(DROP_VALUE)
  Answer();
#else
  Act();
#endif
}

}  // namespace valise
