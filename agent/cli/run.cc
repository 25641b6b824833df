// run: the daemon in the foreground, or --once for timers and cron.
#include <csignal>
#include <thread>

#include "agent/cli/channel.h"
#include "agent/cli/contract_state.h"
#include "agent/cli/verbs.h"

namespace valise::cli {
namespace {

volatile std::sig_atomic_t stop_asked = 0;

void AskToStop(int) { stop_asked = 1; }

void CatchSignals() {
  struct sigaction action {};
  action.sa_handler = AskToStop;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

constexpr std::int64_t kStopMs = 30'000;  // what is in flight is finished or journaled by then
constexpr std::int64_t kPauseMinMs = 5;
constexpr std::int64_t kPauseMaxMs = 500;  // requests of other commands are seen at least so often

// Says something once, and again only when it changes.
class Teller {
 public:
  explicit Teller(LineLog& log) : log_(log) {}
  void Tell(const char* about, const std::optional<Error>& error) {
    std::string& told = told_[about];
    const std::string now = error ? error->code + " " + error->message : "";
    if (now == told) return;
    told = now;
    if (error) {
      log_.Write(LogLevel::kError, about, {{"code", error->code}, {"what", error->message}});
    } else {
      log_.Write(LogLevel::kInfo, about, {{"what", "works again"}});
    }
  }

 private:
  LineLog& log_;
  std::map<std::string, std::string> told_;
};

class Loop {
 public:
  Loop(const Invocation& call, LiveChannel& live, bool is_once)
      : live_(live),
        is_once_(is_once),
        terminal_(call.terminal),
        progress_(call.terminal, "issues to look at", 0) {}

  Exit Run() {
    std::int64_t stop_by_ms = 0;
    while (true) {
      if (stop_asked != 0 && stop_by_ms == 0) {
        live_.agent().StopStarting();
        stop_by_ms = NowMs() + kStopMs;
      }
      if (stop_by_ms > 0 && (live_.agent().is_idle() || NowMs() > stop_by_ms)) return Exit::kOk;
      const Agent::Report report = live_.agent().Step(Pause());
      wake_at_ms_ = report.wake_at_ms;
      is_busy_ = report.is_busy;
      Tell(report);
      if (report.stopped) return ExitOf(*report.stopped);
      is_renewal_due_ = report.is_renewal_due;
      if (is_renewal_due_) return Exit::kOk;
      if (is_once_ && IsAllDone(report)) return OnceExit(report);
    }
  }

  bool is_renewal_due() const { return is_renewal_due_; }

 private:
  std::chrono::milliseconds Pause() {
    const std::int64_t pause =
        std::clamp<std::int64_t>(wake_at_ms_ - NowMs(), 0, is_busy_ ? 100 : kPauseMaxMs);
    if (is_busy_) return std::chrono::milliseconds(pause);  // the Jira port wakes us
    // Never less than a little: whatever is due although nothing can be done must not spin.
    std::this_thread::sleep_for(std::chrono::milliseconds(std::max(pause, kPauseMinMs)));
    return std::chrono::milliseconds(0);
  }

  void Tell(const Agent::Report& report) {
    teller_.Tell("stopped", report.stopped);
    teller_.Tell("jira", report.jira_error);
    teller_.Tell("carrier", report.carrier_error);
    teller_.Tell("attachments", report.content_error);
    teller_.Tell("delivery", report.carrier_hint);
    const std::size_t open = live_.store().WorkCount();
    if (open > 20) most_open_ = std::max(most_open_, open);
    if (most_open_ == 0) return;
    progress_.set_total(most_open_);
    progress_.Show(most_open_ - std::min(open, most_open_), NowMs());
    if (open == 0) {
      progress_.Finish();
      most_open_ = 0;
    }
  }

  // --once: one poll is over, nothing is in flight and nothing is due any more.
  bool IsAllDone(const Agent::Report& report) {
    if (report.jira_error || IsPaused()) return !report.is_busy;
    const bool has_polled = live_.store().MetaNumber("poll.last_ms", 0) >= begun_ms_;
    const bool has_due_work = !live_.store().DueWork(NowMs(), 1).empty();
    // By hand: what was captured waits for `export`.
    return has_polled && !report.is_busy && !has_due_work &&
           (!live_.agent().has_unsent() || report.carrier_error.has_value());
  }

  bool IsPaused() const { return live_.store().MetaNumber("paused", 0) != 0; }

  Exit OnceExit(const Agent::Report& report) const {
    if (IsPaused()) {
      terminal_.Note({"paused: nothing was captured, written or sent; type: valise resume"});
      return Exit::kAttention;
    }
    if (report.jira_error) return ExitOf(*report.jira_error);
    if (report.carrier_error) return ExitOf(*report.carrier_error);
    if (report.carrier_hint) return Exit::kAttention;
    return Exit::kOk;
  }

  LiveChannel& live_;
  bool is_once_;
  Terminal& terminal_;
  Progress progress_;
  LineLog log_;
  Teller teller_{log_};
  std::int64_t begun_ms_ = NowMs();
  std::int64_t wake_at_ms_ = 0;
  bool is_busy_ = false;
  bool is_renewal_due_ = false;
  std::size_t most_open_ = 0;
};

// One agent's life under one contract. Nullopt: another contract is in force now.
std::optional<Exit> RunUnder(const Invocation& call, const Config& config) {
  const Result<void> renewed = RenewContractFile(config);
  if (!renewed.ok()) return Fail(call, renewed.error());
  const auto live = LiveChannel::Open(config, true, true);
  if (!live.ok()) return Fail(call, live.error());
  LineLog().Write(LogLevel::kInfo, "running",
                  {{"channel", config.channel},
                   {"site", config.site},
                   {"contract", std::to_string(config.contract.version)}});
  Loop loop(call, *live.value(), call.Has("--once"));
  const Exit exit = loop.Run();
  if (loop.is_renewal_due() && stop_asked == 0) return std::nullopt;
  LineLog().Write(LogLevel::kInfo, "ended", {{"channel", config.channel}});
  return exit;
}

Exit Run(const Invocation& call) {
  CatchSignals();
  const Result<void> forward = BringStateForward(call.config_file);
  if (!forward.ok()) return Fail(call, forward.error());
  while (true) {
    const auto config = LoadOrComplain(call);
    if (!config) return Exit::kConfig;
    const auto exit = RunUnder(call, *config);
    if (exit) return *exit;
  }
}

}  // namespace

const Command kRun{"run",
                   "keep the channel in step until stopped",
                   {{"--once", nullptr, "do everything that is due once, then end"}},
                   {},
                   Run};

}  // namespace valise::cli
