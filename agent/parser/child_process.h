// The agent's side of the parser child: starts it, hands it jobs, never waits beyond a deadline,
// leaves no zombie. One job at a time.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "agent/parser/wire.h"
#include "transport/file.h"

namespace valise {

struct ChildSettings {
  std::string program = "/proc/self/exe";  // must answer kParseChildArgument with ParseChildMain
  std::vector<std::string> arguments = {"parse-child"};
  // Without a single octet from or to the worker. The time of whoever takes the frames is not
  // counted.
  std::chrono::milliseconds idle_max{30'000};
};

class ChildProcess {
 public:
  explicit ChildProcess(ChildSettings settings) : settings_(std::move(settings)) {}
  ~ChildProcess() { Stop(); }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // `request` goes to the worker, or, for a bundle, the open `file` (else -1). `take` gets each
  // frame; its first Error ends the job. Ok if the worker ended well after a last frame.
  // Errors: VAL-PARSER-DIED (kRejectPacket: killed, over a limit or too slow), VAL-PARSER-ANSWER
  // (kRejectPacket), VAL-PARSER-START (kRetryLater), those of `take`.
  Result<void> Run(JobMessage job, std::string_view request, int file, const TakeFrame& take);
  // The child's process id, -1 if none runs.
  pid_t pid() const { return pid_; }

 private:
  Result<void> Start();
  Result<Descriptor> Hand(const JobMessage& job, int file);
  Result<void> Finish(Result<void> exchanged, bool is_answered);
  void Stop();

  ChildSettings settings_;
  pid_t pid_ = -1;
  Descriptor control_;
};

}  // namespace valise
