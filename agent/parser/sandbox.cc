#include "agent/parser/sandbox.h"

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>

#include "packet/check.h"

namespace valise {
namespace {

// What computing, memory and the two open descriptors need. No open, no socket, no clone, no exec.
constexpr int kAllowed[] = {SCMP_SYS(read),         SCMP_SYS(write),        SCMP_SYS(exit),
                            SCMP_SYS(exit_group),   SCMP_SYS(brk),          SCMP_SYS(munmap),
                            SCMP_SYS(mremap),       SCMP_SYS(madvise),
                            SCMP_SYS(futex),  // exceptions and std::call_once
                            SCMP_SYS(rt_sigreturn), SCMP_SYS(clock_gettime)};
// Memory, but never executable.
constexpr int kAllowedWithoutExec[] = {SCMP_SYS(mmap), SCMP_SYS(mprotect)};

scmp_filter_ctx MakeFilter() {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
  CHECK(filter != nullptr);
  for (const int call : kAllowed) {
    CHECK(seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 0, nullptr) == 0);
  }
  for (const int call : kAllowedWithoutExec) {
    const scmp_arg_cmp is_data{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0};
    CHECK(seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &is_data) == 0);
  }
  return filter;
}

// Never above what this process was started with: that only root could ask for.
bool Limit(__rlimit_resource resource, rlim_t soft, rlim_t hard) {
  rlimit had{};
  if (getrlimit(resource, &had) != 0) return false;
  const rlimit limit{std::min(soft, had.rlim_max), std::min(hard, had.rlim_max)};
  return setrlimit(resource, &limit) == 0;
}

bool SetLimits(const SandboxLimits& limits) {
  // A second after SIGXCPU comes SIGKILL. Descriptors 0 to 2 stay usable, no other can be made.
  return Limit(RLIMIT_AS, limits.memory_bytes, limits.memory_bytes) &&
         Limit(RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1) &&
         Limit(RLIMIT_NOFILE, 3, 3) && Limit(RLIMIT_FSIZE, 0, 0) && Limit(RLIMIT_CORE, 0, 0) &&
         Limit(RLIMIT_NPROC, 0, 0);
}

}  // namespace

Sandbox::Sandbox() : filter_(kHasSandbox ? MakeFilter() : nullptr) {}

Sandbox::~Sandbox() {
  if (filter_ != nullptr) seccomp_release(filter_);
}

bool Sandbox::Enter(const SandboxLimits& limits) const {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return false;
  if (!kHasSandbox) return true;
  return SetLimits(limits) && seccomp_load(filter_) == 0;
}

}  // namespace valise
