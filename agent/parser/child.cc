#include "agent/parser/child.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "agent/parser/sandbox.h"
#include "agent/parser/wire.h"
#include "agent/parser/worker.h"
#include "transport/file.h"

namespace valise {
namespace {

constexpr int kControl = 0;
constexpr std::size_t kDescriptorsMax = 2;

struct Job {
  JobMessage message;
  Descriptor request;  // the socket, or a bundle's file
  Descriptor answer;   // the socket; not open if `request` is the socket too
};

// The descriptors that came with a datagram; more than two are closed by the kernel
// (MSG_CTRUNC), for the room is only for two.
void TakeDescriptors(msghdr* header, Job* job) {
  cmsghdr* part = CMSG_FIRSTHDR(header);
  if (part == nullptr || part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) return;
  const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  std::array<int, kDescriptorsMax> numbers{-1, -1};
  std::memcpy(numbers.data(), CMSG_DATA(part), std::min(count, numbers.size()) * sizeof(int));
  job->request = Descriptor(numbers[0]);
  job->answer = Descriptor(numbers[1]);
}

// False at the end: the agent has closed its side or is gone. A stop that came too late for its
// job is an empty job without descriptors.
bool ReceiveJob(Job* job) {
  iovec data{&job->message, sizeof job->message};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kDescriptorsMax)> room{};
  msghdr header{};
  header.msg_iov = &data;
  header.msg_iovlen = 1;
  header.msg_control = room.data();
  header.msg_controllen = room.size();
  ssize_t got = -1;
  do {
    got = recvmsg(kControl, &header, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return false;
  TakeDescriptors(&header, job);
  return true;
}

[[noreturn]] void RunWorker(const Job& job, const Sandbox& sandbox, pid_t parent,
                            TestOperation test_operation) {
  // The worker must not outlive this process, whoever kills it.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) _exit(3);
  const int answer = job.answer.is_open() ? job.answer.get() : job.request.get();
  if (dup2(job.request.get(), 0) < 0 || dup2(answer, 1) < 0) _exit(3);
  if (close_range(3, ~0U, 0) != 0) _exit(3);
  SandboxLimits limits;
  limits.cpu_seconds = job.message.cpu_seconds;
  if (!sandbox.Enter(limits)) _exit(4);
  _exit(DoJob(job.message, test_operation));
}

// Waits for the worker; any word from the agent meanwhile means: stop it.
int WaitFor(pid_t worker) {
  // By number: the header of Debian 12 declares the function without extern "C".
  const Descriptor handle(static_cast<int>(syscall(SYS_pidfd_open, worker, 0)));
  std::array<pollfd, 2> events{{{handle.get(), POLLIN, 0}, {kControl, POLLIN, 0}}};
  bool is_over = !handle.is_open();
  while (!is_over) {
    if (poll(events.data(), events.size(), -1) < 0) continue;  // EINTR
    is_over = events[0].revents != 0 || events[1].revents != 0;
  }
  if (events[0].revents == 0) kill(worker, SIGKILL);
  int status = 0;
  while (waitpid(worker, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

// No file, terminal or signal of whoever started us matters from here on.
void Settle() {
  close_range(3, ~0U, 0);
  // A terminal's ^C goes to the agent, which ends us by closing the socket when it is done.
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) signal(number, SIG_IGN);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace

int ParseChildMain(TestOperation test_operation) {
  Settle();
  WarmUp();
  const Sandbox sandbox;
  const pid_t self = getpid();
  while (true) {
    Job job;
    if (!ReceiveJob(&job)) return 0;
    if (!job.request.is_open()) continue;
    const pid_t worker = fork();
    if (worker == 0) RunWorker(job, sandbox, self, test_operation);
    job.request.Close();
    job.answer.Close();
    const int status = worker > 0 ? WaitFor(worker) : -1;
    if (send(kControl, &status, sizeof status, MSG_NOSIGNAL) < 0) return 0;
  }
}

}  // namespace valise
