// One simulated organisation: a model Jira, an agent with its store, and the ports between them.
#pragma once

#include <memory>
#include <optional>
#include <set>

#include "agent/agent.h"
#include "tests/simulation/folder.h"
#include "tests/simulation/jira_port.h"
#include "tests/simulation/memory_contents.h"

namespace valise::simulation {

class SimClock final : public Clock {
 public:
  SimClock(const std::int64_t& now_ms, std::int64_t skew_ms) : now_ms_(now_ms), skew_ms_(skew_ms) {}
  std::int64_t NowMs() override { return now_ms_ + skew_ms_; }

 private:
  const std::int64_t& now_ms_;
  std::int64_t skew_ms_;
};

class MemoryFence final : public Fence {
 public:
  Result<FencePosition> Read() override { return position_; }
  Result<void> Write(const FencePosition& position) override {
    position_ = position;
    return Ok();
  }

 private:
  FencePosition position_;
};

// Ends the agent's life before or after a commit.
class CrashingCommits final : public Store::CommitWatcher {
 public:
  explicit CrashingCommits(Random& random) : random_(random) {}
  Store::CommitFate OnCommit(std::uint64_t) override {
    if (!random_.Chance(permille)) return Store::CommitFate::kCommit;
    return random_.Chance(500) ? Store::CommitFate::kCrashBefore : Store::CommitFate::kCrashAfter;
  }
  int permille = 0;

 private:
  Random& random_;
};

// The agent's log lines become part of the trace.
class TraceLog final : public Log {
 public:
  TraceLog(Trace& trace, std::string name, const std::int64_t& now_ms)
      : trace_(trace), name_(std::move(name)), now_ms_(now_ms) {}
  void Write(LogLevel, std::string_view event, LogFields fields) override {
    std::string line = name_ + " log " + std::string(event);
    for (const auto& [key, value] : fields) line += " " + std::string(key) + "=" + value;
    trace_.Note(now_ms_, line);
  }

 private:
  Trace& trace_;
  std::string name_;
  const std::int64_t& now_ms_;
};

struct SharedWorld {
  std::int64_t now_ms = 1'700'000'000'000;
  Random random;
  Trace trace;
  Lane to_hq, to_field;
  const std::uint64_t seed;
  SharedWorld(std::uint64_t world_seed, bool is_shown)
      : random(world_seed), trace(is_shown), seed(world_seed) {}
};

class SimSite {
 public:
  SimSite(SharedWorld& world, std::string name, std::uint32_t index, Terms terms, SiteKeys keys,
          std::uint64_t seed);

  // After both sites exist.
  void Meet(const SimSite& peer, const Id& channel);
  void set_faults(const Faults& faults);
  void StartAgent();
  void StepAgent();
  // What an operator types: a request row beside the agent, if one lives.
  void Ask(const std::string& verb, const std::string& argument);
  // The operator has other words for severities, and starts the agent anew.
  void Rebind();
  // An administrator gives an option of kPlatforms or a link type, by its shared word, another name
  // in this Jira, which leaves no trace on any issue. The operator forgot a field that the other
  // site's people never give (before the agent starts). And binds all present names and fields.
  void Rename(const std::string& word, const std::string& to);
  void ForgetField();
  void BindNames();
  void Crash(const std::string& why);
  std::int64_t NextAt() const;
  bool is_quiet();      // nothing queued, in work, unacked or unsettled
  std::string unrest(); // what is not quiet, for people
  // Or its parent is, and it waits with it: entered as a link, and the peer's issue is not here.
  bool is_reserved(const LocalIssue& issue) const;

  const std::string name;
  const std::uint32_t index;
  Terms terms;
  Binding whole_binding;        // of every field that some contract of the run may have
  std::map<std::string, std::string> option_names{{"Linux", "Linux"}, {"Windows", "Windows"}};
  // Names that an option had for a while, by its shared word, and that were never bound.
  std::map<std::string, std::set<std::string>> passed_names;
  std::map<std::string, std::string> link_names{{"blocks", "Blocks"}, {"relates", "Relates"}};
  standin::Jira jira;
  SimClock clock;
  SeededEntropy entropy;
  SiteKeys keys;
  std::optional<PeerCard> peer;
  std::unique_ptr<Channel> channel;
  std::unique_ptr<Store> store;
  MemoryContents contents;
  MemoryFence fence;
  CrashingCommits commits;
  SimJiraPort port;
  SimFolder folder;
  InProcessParser parser;
  TraceLog log;
  std::unique_ptr<Agent> agent;
  std::int64_t wake_at_ms = 0;
  std::int64_t restart_at_ms = 0;  // while dead
  std::uint64_t crashes = 0;
  std::uint64_t renewals = 0;
  std::uint64_t rebinds = 0;
  std::uint64_t renames = 0;
  std::optional<Error> stopped;

 private:
  void Renew();
  void Bind();
  bool HasWork();  // but for what waits with a reserved parent
  SharedWorld& world_;
  Faults faults_;
  std::string late_field_;  // of whole_binding; empty: none
};

// The first contract of a run, or one that may follow: of its two spare fields those of `spare`'s
// bits.
std::string SimContract(std::uint32_t version, unsigned spare, std::uint64_t seed);
inline constexpr char kPlatforms[] = "customfield_10106";
inline constexpr char kRegion[] = "customfield_10107";
inline constexpr char kOriginalEstimate[] = "timeoriginalestimate";
inline constexpr char kRemainingEstimate[] = "timeestimate";
// Security levels of each site; and the one that some bind, which is there when faults end.
inline constexpr const char* kLevels[] = {"Partners", "Core"};
inline constexpr char kLateLevel[] = "Late";
inline constexpr char kLevelMembers[] = "=role:Developers";
// Roles that everybody is in; the first is bound by some sites, the other one given by people.
inline constexpr const char* kRoles[] = {"Developers", "Users"};
// Check boxes, of which one is the flag `checked`: another one at either site.
inline constexpr char kChecks[] = "customfield_10112";
inline constexpr const char* kCheckHere[] = {"Unit test", "Documentation"};
inline constexpr char kSprintField[] = "customfield_10120";
inline constexpr char kEpicLink[] = "customfield_10121";
inline constexpr char kEpicName[] = "customfield_10122";
// Where a site shows what the other one counts: HQ's votes, FIELD's watchers.
inline constexpr char kCountField[] = "customfield_10126";
inline constexpr const char* kSpareFields[] = {"environment", "link"};

// What the contract lacks is bound in vain; the configuration of a real site leaves it out too.
Binding BindingFor(const Contract& contract, Binding binding);

// The contract of every run, and each site's binding to it.
// `seed` draws what becomes of copies and whether HQ has a scope.
Terms SimTerms(std::uint32_t site, const Switches& switches, std::uint64_t seed = 0);

}  // namespace valise::simulation
