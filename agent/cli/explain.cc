// Why an issue is, or is not, at the peer: from the journal and the base alone, no live calls.
#include <algorithm>

#include "agent/cli/json_text.h"
#include "agent/cli/reasons.h"
#include "agent/core/lifecycle.h"
#include "agent/cli/state.h"
#include "agent/cli/verbs.h"

namespace valise::cli {

namespace {

enum class Mark : std::uint8_t { kInfo, kGood, kWaits, kBad };

struct Line {
  std::int64_t at_ms = 0;
  Mark mark = Mark::kInfo;
  std::string text;
  std::string remedy;
};

const char* NameOf(Mark mark) {
  switch (mark) {
    case Mark::kInfo:
      return "info";
    case Mark::kGood:
      return "good";
    case Mark::kWaits:
      return "waits";
    case Mark::kBad:
      return "needs-you";
  }
  return "info";
}

class Story {
 public:
  Story(const Store& store, const Config& config, const IssueBase& issue)
      : store_(store), config_(config), issue_(issue) {}

  std::vector<Line> Tell() {
    Identity();
    Journal();
    Outgoing();
    Incoming();
    Writes();
    Registers();
    AwaitedKeys();
    Listed();
    return std::move(lines_);
  }

 private:
  void Add(std::int64_t at_ms, Mark mark, std::string text, const std::string& reason = "",
           const std::string& kind = "") {
    const std::string name = issue_.jira_key.empty() ? Text(issue_.issue_id) : issue_.jira_key;
    std::string remedy = RemedyFor(kind, reason, name);
    lines_.push_back({at_ms, mark, std::move(text), std::move(remedy)});
  }

  void Identity() {
    const auto& sites = config_.contract.sites;
    const std::size_t born = issue_.origin.birth_site;
    Add(0, Mark::kInfo,
        "born at " + (born < sites.size() ? sites[born] : std::string("an unknown site")) + " as " +
            issue_.origin.type);
    if (issue_.state == IssueState::kIncoming) {
      Add(0, Mark::kWaits, "known from the peer, not created in this Jira yet");
    } else if (issue_.state == IssueState::kFrozen) {
      Add(0, Mark::kBad, "frozen: " + EndOf(issue_) + " at its birth site", EndOf(issue_));
    }
    if (!issue_.held.empty()) {
      Add(0, Mark::kBad, "the whole issue is held: " + issue_.held, issue_.held);
    }
  }

  void Journal() {
    for (const JournalEntry& entry : store_.JournalOf(issue_.issue_id)) {
      Add(entry.at_ms, Mark::kInfo,
          entry.event + (entry.detail.empty() ? "" : ": " + entry.detail));
    }
  }

  void Outgoing() {
    for (const OutgoingChange& change : store_.OutgoingOf(issue_.issue_id)) {
      const std::string name = "our change of " + LocalTime(change.captured_at_ms);
      if (change.sequence == 0) {
        Add(0, Mark::kWaits, name + ": not packed yet");
      } else if (change.outcome) {
        OutcomeOf(name, *change.outcome);
      } else {
        Add(0, Mark::kWaits,
            name + ": in packet " + std::to_string(change.epoch_number) + "." +
                std::to_string(change.sequence) + ", " + AckOf(change));
      }
    }
  }

  std::string AckOf(const OutgoingChange& change) const {
    const auto unacked = store_.UnackedPackets();
    const bool is_unacked =
        std::any_of(unacked.begin(), unacked.end(), [&](const Position& position) {
          return position.stream == Stream::kChanges &&
                 position.epoch.number == change.epoch_number &&
                 position.sequence == change.sequence;
        });
    return is_unacked ? "no ack yet" : "acknowledged, outcome not known yet";
  }

  void OutcomeOf(const std::string& name, const Outcome& outcome) {
    const auto tell = [&](const std::string& what, OutcomeResult result,
                          const std::string& reason) {
      const bool is_bad = result == OutcomeResult::kHeld || result == OutcomeResult::kRefused;
      Add(0, is_bad ? Mark::kWaits : Mark::kGood,
          what + " " + cli::NameOf(result) + " at the peer" +
              (reason.empty() ? "" : ": " + reason));
    };
    tell(name + ":", outcome.result, outcome.reason_code);
    for (const RegisterOutcome& part : outcome.registers) {
      tell("  of it " + DescribeHere(store_, part.key), part.result, part.reason_code);
    }
  }

  void Incoming() {
    for (const IncomingChange& change : store_.IncomingOf(issue_.issue_id)) {
      const std::string waits =
          change.waiting.empty() ? "its turn comes" : "waits: " + change.waiting;
      Add(change.arrived_at_ms, Mark::kWaits,
          "a change of the peer in packet " + std::to_string(change.position.epoch.number) + "." +
              std::to_string(change.position.sequence) + ": " + waits,
          change.waiting);
    }
  }

  void Writes() {
    for (const Intent& intent : store_.IntentsOf(issue_.issue_id)) {
      const bool is_unknown = intent.state == WriteState::kUnknown;
      Add(intent.sent_at_ms, Mark::kWaits,
          intent.method + " to Jira, attempt " + std::to_string(intent.attempts) +
              (is_unknown
                   ? ": its answer was lost; looked for after " + LocalTime(intent.settle_at_ms)
                   : ": underway"));
    }
  }

  void Registers() {
    for (const auto& [key, base] : issue_.registers) {
      if (!base.held.empty()) {
        Add(0, Mark::kBad, DescribeHere(store_, key) + " is held: " + base.held, base.held);
      } else if (base.is_pending) {
        Add(0, Mark::kWaits, DescribeHere(store_, key) + " is still to be written to this Jira");
      } else if (base.is_override) {
        Add(0, Mark::kInfo,
            DescribeHere(store_, key) + " was changed here though the peer owns it; it stays");
      }
    }
  }

  void AwaitedKeys() {
    for (const std::string& key : store_.AwaitedKeys(issue_.issue_id)) {
      Add(0, Mark::kInfo,
          "its texts name the peer's " + key + ", which is not here; written anew if it comes");
    }
  }

  void Listed() {
    for (const valise::Listed& listed : store_.ListedOf(issue_.issue_id)) {
      if (!listed.is_open || listed.kind == "held") continue;
      Add(listed.at_ms, Mark::kBad, listed.kind + ": " + DescribeHere(store_, listed.key),
          listed.reason_code, listed.kind);
    }
  }

  const Store& store_;
  const Config& config_;
  const IssueBase& issue_;
  std::vector<Line> lines_;
};

void PrintJson(Terminal& terminal, const IssueBase& issue, const std::vector<Line>& lines) {
  JsonText json;
  json.Object().Text("issue_id", Text(issue.issue_id)).Text("key", issue.jira_key).Array("lines");
  for (const Line& line : lines) {
    json.Object().Time("at", line.at_ms).Text("mark", NameOf(line.mark)).Text("text", line.text);
    json.Text("remedy", line.remedy).EndObject();
  }
  json.EndArray().EndObject();
  terminal.OutRaw(std::move(json).Line());
}

void Print(Terminal& terminal, const IssueBase& issue, const std::vector<Line>& lines) {
  terminal.Out({{issue.jira_key.empty() ? "not in this Jira" : issue.jira_key, Style::kStrong},
                {" (" + Text(issue.issue_id) + ")", Style::kFaint}});
  for (const Line& line : lines) {
    const Style style = line.mark == Mark::kBad     ? Style::kBad
                        : line.mark == Mark::kWaits ? Style::kWarning
                        : line.mark == Mark::kGood  ? Style::kGood
                                                    : Style::kPlain;
    const std::string sign = line.mark == Mark::kBad     ? "! "
                             : line.mark == Mark::kWaits ? "~ "
                                                         : "  ";
    const std::string when = line.at_ms == 0 ? std::string(19, ' ') : LocalTime(line.at_ms);
    terminal.Out({{sign, style}, {when + "  ", Style::kFaint}, {line.text, style}});
    if (!line.remedy.empty()) terminal.Out({{std::string(23, ' ')}, {line.remedy}});
  }
}

Exit Unknown(const Invocation& call, const Config& config, const Store& store,
             const std::string& name) {
  const std::string scope = config.binding.scope.empty() ? "" : " and " + config.binding.scope;
  return Fail(call, {Recovery::kAskOperator, "VAL-ISSUE-UNKNOWN",
                     "nothing is known of " + name +
                         ": at the last poll, " + LocalTime(store.MetaNumber("poll.last_ms", 0)) +
                         ", it was not in scope (project = " + config.binding.project + scope +
                         "), or its issue type is not in [bind.types], or it waits for its parent "
                         "(valise queue), or the peer never sent it"});
}

Exit Explain(const Invocation& call) {
  const auto config = LoadOrComplain(call);
  if (!config) return Exit::kConfig;
  const auto store = OpenForReading(*config);
  if (!store.ok()) return Fail(call, store.error());
  const std::string name = call.ArgumentOf("ISSUE");
  const auto id = FindIssue(*store.value(), name);
  const auto issue = id ? store.value()->LoadIssue(*id) : std::nullopt;
  if (!issue) {
    const auto read = CheckRead(*store.value());
    if (!read.ok()) return Fail(call, read.error());
    return Unknown(call, *config, *store.value(), name);
  }
  const auto lines = Story(*store.value(), *config, *issue).Tell();
  const auto read = CheckRead(*store.value());
  if (!read.ok()) return Fail(call, read.error());
  if (call.is_json) {
    PrintJson(call.terminal, *issue, lines);
  } else {
    Print(call.terminal, *issue, lines);
  }
  return Exit::kOk;
}

}  // namespace

const Command kExplain{"explain",
                       "what happened to an issue, and why something has not",
                       {},
                       {{"ISSUE", true, "key, Jira id or issue id"}},
                       Explain};

}  // namespace valise::cli
