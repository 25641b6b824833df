// pause, resume, retry: a request row that the running agent obeys; without one, done at once
// under the lock (pause, resume) or left for the next run (retry).
#include "agent/cli/state.h"
#include "agent/cli/verbs.h"
#include "agent/lock.h"

namespace valise::cli {

namespace {

constexpr std::size_t kDigestBegin = 12;  // of a packet in quarantine, as queue prints it

Result<void> Record(Store& store, const std::string& verb, const std::string& argument,
                    bool is_direct) {
  store.Begin();
  if (is_direct) {
    store.PutMetaNumber("paused", verb == "pause" ? 1 : 0);
    store.AppendJournal({0, NowMs(), Id{}, Id{}, "operator", verb});
  } else {
    store.AppendRequest({0, NowMs(), verb, argument});
  }
  return store.Commit();
}

Exit Request(const Invocation& call, const std::string& verb, const std::string& argument) {
  const auto config = LoadOrComplain(call);
  if (!config) return Exit::kConfig;
  // Creates the database where nothing ran yet: pausing before the first run is sound.
  const auto store = Store::Open(DatabaseFile(*config), Store::Mode::kReadWrite);
  if (!store.ok()) return Fail(call, store.error());
  if (verb == "retry" && argument != "all" && !FindIssue(*store.value(), argument)) {
    return Fail(call, {Recovery::kAskOperator, "VAL-ISSUE-UNKNOWN",
                       "issue " + argument + " is not known on this channel; see: valise queue, "
                       "and why: valise explain " + argument});
  }
  const auto lock = StateLock::Take(config->state_dir);
  const bool is_running = !lock.ok();
  if (is_running && lock.error().code != "VAL-STATE-LOCKED") return Fail(call, lock.error());
  const bool is_direct = !is_running && verb != "retry" && verb != "dismiss";
  const auto recorded = Record(*store.value(), verb, argument, is_direct);
  if (!recorded.ok()) return Fail(call, recorded.error());
  call.terminal.Note({verb + (is_direct    ? ": done"
                              : is_running ? ": asked of the running agent"
                                           : ": will be done by the next run")});
  return Exit::kOk;
}

Exit Retry(const Invocation& call) {
  const std::string issue = call.ArgumentOf("ISSUE");
  return Request(call, "retry", issue.empty() ? "all" : issue);
}
Exit Dismiss(const Invocation& call) {
  const std::string id = call.ArgumentOf("ID");
  const bool is_row = id.size() > 1 && id[0] == 'L' &&
                      id.find_first_not_of("0123456789", 1) == std::string::npos;
  const bool is_packet = id.size() == 1 + kDigestBegin && id[0] == 'Q';
  if (id == "all" || is_row || is_packet) return Request(call, "dismiss", id);
  return Fail(call, {Recovery::kAskOperator, "VAL-USAGE",
                     "\"" + id + "\" cannot be dismissed; see ids with L or Q in: valise queue"});
}
Exit Pause(const Invocation& call) { return Request(call, "pause", ""); }
Exit Resume(const Invocation& call) { return Request(call, "resume", ""); }

}  // namespace

const Command kRetry{
    "retry", "try held values again", {}, {{"ISSUE", false, "key or id; default: all"}}, Retry};
const Command kDismiss{"dismiss",
                       "take a listed value off the list, or drop a packet in quarantine",
                       {},
                       {{"ID", true, "L… or Q… of valise queue, or all: every L…"}},
                       Dismiss};
const Command kPause{"pause", "stop capturing, writing and sending; receive on", {}, {}, Pause};
const Command kResume{"resume", "go on after pause, or after a stop for the login", {}, {}, Resume};

}  // namespace valise::cli
