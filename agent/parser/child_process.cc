#include "agent/parser/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "agent/parser/sandbox.h"

namespace valise {
namespace {

constexpr std::chrono::milliseconds kStopMax{2000};

Error StartError(const std::string& doing, int error_number) {
  return {Recovery::kRetryLater, "VAL-PARSER-START",
          "the parser child cannot be used: " + doing + ": " + std::strerror(error_number)};
}

Error DiedError(const std::string& how) {
  return {Recovery::kRejectPacket, "VAL-PARSER-DIED", "the parser child " + how};
}

int PollFor(pollfd* event, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    const int ready = poll(event, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready >= 0 || errno != EINTR) return ready;
  }
}

// Request out and frames in, over one socket, both as far as they go without waiting: neither side
// can block the other for good.
class Exchange {
 public:
  Exchange(int socket, std::string_view request, std::chrono::milliseconds idle_max)
      : socket_(socket), rest_(request), idle_max_(idle_max) {}

  // Until the worker has closed its side.
  Result<void> Run(const TakeFrame& take) {
    CloseRequestIfSent();
    while (!is_ended_) {
      pollfd event{socket_, static_cast<short>(rest_.empty() ? POLLIN : POLLIN | POLLOUT), 0};
      if (PollFor(&event, idle_max_) <= 0) {
        return DiedError("gave no sign of life for " + std::to_string(idle_max_.count()) +
                         " ms and was stopped");
      }
      if ((event.revents & POLLOUT) != 0) Send();
      if ((event.revents & (POLLIN | POLLHUP | POLLERR)) != 0) TRY(Receive(take));
    }
    if (!cutter_.is_between_frames()) is_answered_ = false;
    return Ok();
  }
  bool is_answered() const { return is_answered_; }

 private:
  void CloseRequestIfSent() {
    if (rest_.empty()) shutdown(socket_, SHUT_WR);
  }
  void Send() {
    const ssize_t sent = send(socket_, rest_.data(), rest_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) rest_.remove_prefix(static_cast<std::size_t>(sent));
    // A worker that does not want the rest may still have something to say.
    if (sent < 0 && errno != EAGAIN && errno != EINTR) rest_ = {};
    CloseRequestIfSent();
  }
  Result<void> Receive(const TakeFrame& take) {
    const ssize_t got = recv(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Ok();
    // ECONNRESET: it ended without reading all; what it wrote has been received by then.
    if (got <= 0) is_ended_ = true;
    if (got <= 0) return Ok();
    return cutter_.Add({buffer_.data(), static_cast<std::size_t>(got)}, [&](Frame frame) {
      if (is_answered_) return Result<void>(AfterEnd());
      is_answered_ = frame.kind == FrameKind::kDone || frame.kind == FrameKind::kError;
      return take(std::move(frame));
    });
  }
  static Error AfterEnd() {
    return {Recovery::kRejectPacket, "VAL-PARSER-ANSWER", "the parser child went on after its end"};
  }

  int socket_;
  std::string_view rest_;
  std::chrono::milliseconds idle_max_;
  FrameCutter cutter_;
  std::array<char, 65536> buffer_{};
  bool is_ended_ = false;
  bool is_answered_ = false;
};

std::string DescribeEnd(int status) {
  if (WIFSIGNALED(status)) {
    return "was killed by signal " + std::to_string(WTERMSIG(status)) + " (" +
           strsignal(WTERMSIG(status)) + ")";
  }
  return "ended with code " + std::to_string(WEXITSTATUS(status));
}

// The attributes of a process that shall inherit nothing: default signals, nothing blocked, a
// group of its own.
class SpawnPlan {
 public:
  SpawnPlan() {
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_init(&actions_);
    sigset_t all;
    sigset_t none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  int Spawn(const ChildSettings& settings, int control, pid_t* pid) {
    posix_spawn_file_actions_adddup2(&actions_, control, 0);
    posix_spawn_file_actions_addopen(&actions_, 1, "/dev/null", O_WRONLY, 0);
    // What a hostile packet may make the child print goes nowhere; a sanitizer's report is wanted.
    if (kHasSandbox) posix_spawn_file_actions_addopen(&actions_, 2, "/dev/null", O_WRONLY, 0);
    std::vector<std::string> words = {settings.program};
    words.insert(words.end(), settings.arguments.begin(), settings.arguments.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::array<char*, 1> no_environment{nullptr};
    return posix_spawn(pid, settings.program.c_str(), &actions_, &attributes_, arguments.data(),
                       no_environment.data());
  }

 private:
  posix_spawnattr_t attributes_;
  posix_spawn_file_actions_t actions_;
};

// False if the child is gone.
bool SendJob(int control, JobMessage job, const std::vector<int>& descriptors) {
  iovec data{&job, sizeof job};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * 2)> room{};
  msghdr header{};
  header.msg_iov = &data;
  header.msg_iovlen = 1;
  header.msg_control = room.data();
  header.msg_controllen = CMSG_SPACE(sizeof(int) * descriptors.size());
  cmsghdr* part = CMSG_FIRSTHDR(&header);
  CHECK(part != nullptr);
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SCM_RIGHTS;
  part->cmsg_len = CMSG_LEN(sizeof(int) * descriptors.size());
  std::memcpy(CMSG_DATA(part), descriptors.data(), sizeof(int) * descriptors.size());
  return sendmsg(control, &header, MSG_NOSIGNAL) >= 0;
}

Result<std::pair<Descriptor, Descriptor>> SocketPair(int type) {
  std::array<int, 2> numbers{};
  if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, numbers.data()) != 0) {
    return StartError("no socket", errno);
  }
  return std::pair(Descriptor(numbers[0]), Descriptor(numbers[1]));
}

}  // namespace

Result<void> ChildProcess::Start() {
  auto [own, theirs] = TRY(SocketPair(SOCK_SEQPACKET));
  const int failed = SpawnPlan().Spawn(settings_, theirs.get(), &pid_);
  if (failed != 0) {
    pid_ = -1;
    return StartError("cannot start " + settings_.program, failed);
  }
  control_ = std::move(own);
  return Ok();
}

void ChildProcess::Stop() {
  control_.Close();
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);  // its worker dies with it
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

// The agent's end of a new job's socket.
Result<Descriptor> ChildProcess::Hand(const JobMessage& job, int file) {
  auto [own, theirs] = TRY(SocketPair(SOCK_STREAM));
  std::vector<int> descriptors = {theirs.get()};
  if (file >= 0) descriptors.insert(descriptors.begin(), file);
  // It may have ended since the last job (someone killed it): that is no fault of this packet.
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (pid_ < 0) TRY(Start());
    if (SendJob(control_.get(), job, descriptors)) return std::move(own);
    Stop();
  }
  return StartError("it ends at once", EPIPE);
}

// Asks how the worker ended, after stopping it if the exchange failed.
Result<void> ChildProcess::Finish(Result<void> exchanged, bool is_answered) {
  if (!exchanged.ok()) {
    const JobMessage stop{};
    (void)send(control_.get(), &stop, sizeof stop, MSG_NOSIGNAL);
  }
  int status = -1;
  pollfd event{control_.get(), POLLIN, 0};
  const bool is_told = PollFor(&event, kStopMax) > 0 &&
                       recv(control_.get(), &status, sizeof status, 0) == sizeof status;
  if (!is_told) Stop();
  if (!exchanged.ok()) return exchanged;
  // A worker cannot do that to it: no fault of this packet.
  if (!is_told) return StartError("it is gone", ESRCH);
  if (status == -1) return StartError("it cannot fork", EAGAIN);
  if (status != 0) return DiedError(DescribeEnd(status));
  if (!is_answered) return DiedError("ended without a whole answer");
  return Ok();
}

Result<void> ChildProcess::Run(JobMessage job, std::string_view request, int file,
                               const TakeFrame& take) {
  job.request_bytes = request.size();
  const Descriptor socket = TRY(Hand(job, file));
  Exchange exchange(socket.get(), request, settings_.idle_max);
  Result<void> exchanged = exchange.Run(take);
  return Finish(std::move(exchanged), exchange.is_answered());
}

}  // namespace valise
