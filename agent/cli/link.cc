// link: pairs issues that exist at both sites. Shows what would be done; --yes does it: at once
// without a running agent, else as a request row.
#include <fstream>
#include <sstream>

#include "agent/cli/jira_session.h"
#include "agent/cli/link_field.h"
#include "agent/cli/state.h"
#include "agent/cli/verbs.h"
#include "agent/jira/answers.h"
#include "agent/jira/requests.h"
#include "agent/link.h"
#include "agent/lock.h"

namespace valise::cli {
namespace {

struct Wanted {
  std::string local, target;  // target empty: forget
};

Error Usage(std::string message) {
  return {Recovery::kAskOperator, "VAL-USAGE", std::move(message)};
}

std::string Trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r\"");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r\"") - first + 1);
}

// Lines of "LOCAL,TARGET". A first line without a digit is a heading.
Result<std::vector<Wanted>> ReadCsv(const std::string& file) {
  std::ifstream in(file);
  if (!in) return Usage("cannot read " + file);
  std::vector<Wanted> all;
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    const bool is_heading = number == 1 && line.find_first_of("0123456789") == std::string::npos;
    if (Trimmed(line).empty() || is_heading) continue;
    const std::size_t comma = line.find(',');
    Wanted one{Trimmed(line.substr(0, comma)),
               comma == std::string::npos ? "" : Trimmed(line.substr(comma + 1))};
    const bool is_bad = one.local.empty() || one.target.empty() ||
                        one.target.find_first_of(", ") != std::string::npos;
    if (is_bad) return Usage(file + ":" + std::to_string(number) + ": not LOCAL,TARGET");
    all.push_back(std::move(one));
  }
  return all;
}

class Linker {
 public:
  Linker(const Invocation& call, const Config& config, Store& store, HttpPort& port, Prefer prefer)
      : call_(call), config_(config), store_(store), session_(port), prefer_(prefer) {}

  // All or none: the first that cannot be linked ends it.
  Result<void> Check(const std::vector<Wanted>& all) {
    for (const Wanted& one : all) {
      const Result<std::string> words = CheckOne(one);
      if (!words.ok()) return Named(words.error(), one);
      words_.push_back(words.value());
    }
    return Ok();
  }

  // Each for itself: what cannot be linked is said and left out.
  Result<void> CheckField(const std::string& field) {
    const FieldPairs pairs =
        TRY(FindFieldPairs(call_.terminal, config_, store_, session_, field));
    const std::string how = ", where they differ: ";
    for (const auto& [value, issues] : pairs) {
      const std::string target = FieldTarget(field, value);
      if (issues.size() > 1) {
        ComplainOfTwins(field, value, issues);
        continue;
      }
      const FieldIssue& one = issues.front();
      const Result<void> checked = CheckLink(store_, target, one.jira_id);
      if (!checked.ok()) {
        call_.terminal.Out({"not linked: " + one.key + ": " + checked.error().message});
        continue;
      }
      call_.terminal.Out({one.key + " = " + field + " \"" + value + "\"" + how +
                          NameOf(prefer_)});
      words_.push_back(LinkWords(target, {one.jira_id, prefer_}));
    }
    const std::string count = std::to_string(words_.size());
    call_.terminal.Note({count + " issues wait for the peer's of the same " + field});
    return Ok();
  }

  Result<void> ForgetField(const std::string& field) {
    for (const WaitingLink& waiting : WaitingLinks(store_)) {
      if (!waiting.target.starts_with(FieldTarget(field, ""))) continue;
      words_.push_back(LinkWords("", waiting.link));
    }
    call_.terminal.Out({std::to_string(words_.size()) + " links by " + field + " are forgotten"});
    return Ok();
  }

  Result<void> Do(bool is_direct) {
    store_.Begin();
    for (const std::string& words : words_) {
      if (!is_direct) {
        store_.AppendRequest({0, NowMs(), "link", words});
        continue;
      }
      const Result<void> done = ObeyLink(store_, words);
      if (done.ok()) continue;
      store_.Rollback();
      return done;
    }
    store_.AppendJournal({0, NowMs(), Id{}, Id{}, "operator",
                          "link: " + std::to_string(words_.size())});
    return store_.Commit();
  }

 private:
  // None of them: the first that the peer's issue finds would be a guess. One that waits already
  // waits no more.
  void ComplainOfTwins(const std::string& field, const std::string& value,
                       const std::vector<FieldIssue>& issues) {
    std::string keys;
    for (const FieldIssue& one : issues) keys += (keys.empty() ? "" : ", ") + one.key;
    call_.terminal.Out({"not linked: " + keys + " all have " + field + " \"" + value +
                        "\"; change it in all but one, or type: valise link " +
                        issues.front().key + " TARGET"});
    for (const WaitingLink& waiting : WaitingLinks(store_)) {
      if (waiting.target == FieldTarget(field, value)) {
        words_.push_back(LinkWords("", waiting.link));
      }
    }
  }

  static Error Named(Error error, const Wanted& one) {
    error.message = one.local + (one.target.empty() ? "" : " and " + one.target) + ": " +
                    error.message;
    return error;
  }

  Result<std::string> CheckOne(const Wanted& one) {
    const auto there = TRY(session_.AskIfThere(jira::ReadMarker(one.local)));
    if (!there) return Usage("there is no such issue in this Jira");
    const jira::MarkedIssue issue = TRY(jira::ParseMarker(*there));
    if (!issue.key.starts_with(config_.binding.project + "-")) {
      return Usage("it is not in project " + config_.binding.project);
    }
    if (!issue.marker.empty() && !one.target.empty()) {
      return Usage("it carries valise's marker: it is a copy already");
    }
    if (!one.target.empty()) TRY(CheckTarget(one.target, issue.id));
    const std::string how = ", where they differ: ";
    if (one.target.empty()) call_.terminal.Out({issue.key + ": its link is forgotten"});
    else call_.terminal.Out({issue.key + " = " + one.target + how + NameOf(prefer_)});
    return LinkWords(one.target, {issue.id, prefer_});
  }

  Result<void> CheckTarget(const std::string& target, const std::string& jira_id) {
    if (!IdFromText(target) && !config_.contract.shares_keys) {
      return Usage("the contract does not share keys; give the issue id, which the peer sees in "
                   "valise explain");
    }
    return CheckLink(store_, target, jira_id);
  }

  const Invocation& call_;
  const Config& config_;
  Store& store_;
  JiraSession session_;
  const Prefer prefer_;
  std::vector<std::string> words_;
};

Result<std::vector<Wanted>> WantedOf(const Invocation& call) {
  const std::string local = call.ArgumentOf("LOCAL"), target = call.ArgumentOf("TARGET");
  if (call.Has("--csv")) {
    if (!local.empty()) return Usage("either LOCAL and TARGET, or --csv FILE");
    return ReadCsv(call.Value("--csv"));
  }
  if (local.empty() || target.empty() != call.Has("--forget")) {
    return Usage("type: valise link LOCAL TARGET, valise link LOCAL --forget, valise link --csv "
                 "FILE, or valise link --field NAME");
  }
  return std::vector<Wanted>{{local, target}};
}

Result<void> Check(const Invocation& call, const Config& config, Linker& linker) {
  const std::string field = call.Value("--field");
  if (field.empty()) return linker.Check(TRY(WantedOf(call)));
  const bool is_alone = call.ArgumentOf("LOCAL").empty() && !call.Has("--csv");
  if (!is_alone) return Usage("--field takes neither LOCAL nor --csv");
  const FieldTerms* terms = config.contract.Field(field);
  if (!terms || !MayLinkBy(*terms) || !config.binding.fields.contains(field)) {
    return Usage("--field: " + field + " is no contract field of kind line, number or url that is "
                 "bound here");
  }
  return call.Has("--forget") ? linker.ForgetField(field) : linker.CheckField(field);
}

Result<bool> IsAgentRunning(const Config& config, std::optional<StateLock>& held) {
  Result<StateLock> lock = StateLock::Take(config.state_dir);
  if (lock.ok()) {
    held.emplace(std::move(lock).value());
    return false;
  }
  if (lock.error().code != "VAL-STATE-LOCKED") return lock.error();
  return true;
}

Exit Link(const Invocation& call) {
  const auto config = LoadOrComplain(call);
  if (!config) return Exit::kConfig;
  const auto prefer = PreferNamed(call.Value("--prefer", "newest"));
  if (!prefer) return FailUsage(call, "--prefer is newest, ours or peer");
  const auto store = Store::Open(DatabaseFile(*config), Store::Mode::kReadWrite);
  if (!store.ok()) return Fail(call, store.error());
  auto port = OpenJira(config->jira);
  if (!port.ok()) return Fail(call, port.error());
  Linker linker(call, *config, *store.value(), *port.value(), *prefer);
  const Result<void> checked = Check(call, *config, linker);
  if (!checked.ok()) return Fail(call, checked.error());
  if (!call.Has("--yes")) {
    call.terminal.Note({"nothing is done yet; to do it, add --yes"});
    return Exit::kOk;
  }
  std::optional<StateLock> lock;
  const Result<bool> is_running = IsAgentRunning(*config, lock);
  if (!is_running.ok()) return Fail(call, is_running.error());
  const Result<void> done = linker.Do(!is_running.value());
  if (!done.ok()) return Fail(call, done.error());
  call.terminal.Note({is_running.value() ? "link: asked of the running agent" : "link: done"});
  return Exit::kOk;
}

}  // namespace

const Command kLink{"link",
                    "pair an issue here with one that the peer has already",
                    {{"--csv", "FILE", "pairs, one LOCAL,TARGET a line"},
                     {"--field", "NAME", "pair by equal values of this contract field"},
                     {"--prefer", "SIDE", "where they differ: newest (default), ours, peer"},
                     {"--forget", nullptr, "undo a link that waits; with --field, all of them"},
                     {"--yes", nullptr, "do it; without, only show"}},
                    {{"LOCAL", false, "key of the issue here"},
                     {"TARGET", false, "the peer's key, or the issue id"}},
                    Link};

}  // namespace valise::cli
