#include "tests/parser/walls.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <map>

namespace valise {
namespace {

using Attempt = void (*)();

const std::map<std::string, Attempt, std::less<>>& Forbidden() {
  static const std::map<std::string, Attempt, std::less<>> attempts = {
      {"open a file", [] { (void)open("/etc/passwd", O_RDONLY | O_CLOEXEC); }},
      {"make a file", [] { (void)open("/tmp/x", O_WRONLY | O_CREAT | O_CLOEXEC, 0600); }},
      {"stat a file",
       [] {
         struct stat s {};
         (void)stat("/etc/passwd", &s);
       }},
      {"remove a file", [] { (void)unlink("/tmp/valise-no-such-file"); }},
      {"open a socket", [] { (void)socket(AF_INET, SOCK_STREAM, 0); }},
      {"open a local socket", [] { (void)socket(AF_UNIX, SOCK_STREAM, 0); }},
      {"send on the open socket", [] { (void)send(1, "x", 1, 0); }},
      {"fork", [] { (void)fork(); }},
      {"run a program", [] { (void)execl("/bin/true", "true", nullptr); }},
      {"signal the parent", [] { (void)kill(1, 0); }},
      {"read another's memory", [] { (void)ptrace(PTRACE_ATTACH, 1, nullptr, nullptr); }},
      {"make memory executable",
       [] {
         (void)mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
       }},
      {"raise a limit",
       [] {
         const rlimit l{100, 100};
         (void)setrlimit(RLIMIT_NOFILE, &l);
       }},
      {"leave the filter", [] { (void)prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); }},
      {"learn its id", [] { (void)syscall(SYS_getpid); }},
  };
  return attempts;
}

[[noreturn]] void Spin() {
  while (true) asm volatile("");
}

void UseMemory() {
  std::vector<std::string> held;
  while (true) held.emplace_back(16U << 20, 'x');
}

void WriteNonsense() {
  const char nonsense[] = "\x63\xff\xff\xff\xff nonsense";
  (void)!write(1, nonsense, sizeof nonsense);
}

// Whole frames without end: kPacket, 1 octet.
[[noreturn]] void Flood() {
  while (true) (void)!write(1, "\x03\x01\x00\x00\x00x", 6);
}

}  // namespace

const std::vector<std::string>& ForbiddenCalls() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& [name, attempt] : Forbidden()) all.push_back(name);
    return all;
  }();
  return names;
}

void BreakOut(std::string_view attempt) {
  const auto forbidden = Forbidden().find(attempt);
  if (forbidden != Forbidden().end()) return forbidden->second();
  if (attempt.starts_with("mail ")) AskMimeticForAddresses(attempt.substr(5));
  if (attempt == "spin") Spin();
  if (attempt == "use memory") UseMemory();
  if (attempt == "write nonsense") WriteNonsense();
  if (attempt == "flood") Flood();
  if (attempt == "crash") std::raise(SIGSEGV);
  if (attempt == "exit quietly") _exit(0);
  if (attempt == "exit with 9") _exit(9);
}

}  // namespace valise
