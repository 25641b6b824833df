// The walls around a worker: from EnterSandbox on it can compute, read and write what is already
// open, and nothing else. Any other system call kills it (SIGSYS).
#pragma once

#include <cstdint>
#include <memory>

namespace valise {

// AddressSanitizer reserves terabytes and opens files of its own: such builds run without walls
// and are for finding memory errors only.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kHasSandbox = false;
#else
inline constexpr bool kHasSandbox = true;
#endif

struct SandboxLimits {
  // Address space. A payload of 64 MiB is read whole and its records, up to 256 MiB, are built
  // whole by packet/codec.h before the first is answered: 320 MiB, plus the program and its
  // libraries (150 MiB of addresses), plus the growth of a vector. 256 MiB would refuse honest
  // packets.
  std::uint64_t memory_bytes = 768ULL << 20;
  std::uint32_t cpu_seconds = 10;
};

class Sandbox {
 public:
  Sandbox();  // prepares the filter; done once, before the first fork
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;
  // False if the system refused any wall: the caller must end at once. True in builds without.
  bool Enter(const SandboxLimits& limits) const;

 private:
  void* filter_;  // scmp_filter_ctx
};

}  // namespace valise
