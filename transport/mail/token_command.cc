#include "transport/mail/token_command.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

extern char** environ;

namespace valise {
namespace {

constexpr unsigned kSecondsMax = 30;

Error Failed(const std::string& program, const std::string& why) {
  return {Recovery::kAskOperator, "VAL-MAIL-SECRET",
          "token_command " + program + " " + why + "; run it by hand as this user"};
}

// In the child, between fork and exec: only calls that are safe there. An alarm outlives exec, so
// a command that hangs ends by SIGALRM.
[[noreturn]] void Become(char* const* arguments, int output) {
  setpgid(0, 0);
  const int null = open("/dev/null", O_RDONLY);
  if (null < 0 || dup2(null, 0) < 0 || dup2(output, 1) < 0) _exit(126);
  signal(SIGPIPE, SIG_DFL);
  signal(SIGALRM, SIG_DFL);
  alarm(kSecondsMax);
  execve(arguments[0], arguments, environ);
  _exit(127);
}

}  // namespace

TokenCommand::~TokenCommand() {
  if (pid_ <= 0) return;
  kill(-pid_, SIGKILL);  // with what it started
  kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
}

Result<Descriptor> TokenCommand::Start() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return Failed(words_[0], std::strerror(errno));
  Descriptor output(ends[0]);
  const Descriptor input(ends[1]);
  std::vector<char*> arguments;
  for (const std::string& word : words_) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) Become(arguments.data(), input.get());
  if (pid_ < 0) return Failed(words_[0], std::strerror(errno));
  return output;
}

Result<void> TokenCommand::Finish() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0) {
    if (errno != EINTR) return Failed(words_[0], std::strerror(errno));
  }
  pid_ = -1;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return Ok();
  if (WIFEXITED(status)) {
    return Failed(words_[0], "ended with " + std::to_string(WEXITSTATUS(status)));
  }
  return Failed(words_[0], "was ended by signal " + std::to_string(WTERMSIG(status)));
}

}  // namespace valise
