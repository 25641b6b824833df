#include "tests/simulation/simulation.h"

#include <algorithm>

#include "tests/simulation/checker.h"

namespace valise::simulation {
namespace {

constexpr std::int64_t kHealMaxMs = 8LL * 3600'000;
constexpr std::int64_t kRulesHeardMs = 200'000;  // two polls

Faults DrawFaults(Random& random) {
  Faults faults;
  const auto up_to = [&](int permille) {
    return random.Chance(400) ? 0 : static_cast<int>(random.Below(permille + 1));
  };
  faults.folder_drop = up_to(300);
  faults.folder_duplicate = up_to(300);
  faults.folder_corrupt = up_to(100);
  faults.folder_delay_ms = 1 + random.Below(random.Chance(300) ? 3600'000 : 60'000);
  faults.jira_not_sent = up_to(30);
  faults.jira_refused_before = up_to(30);
  faults.jira_limit = up_to(30);
  faults.jira_lost_answer = up_to(60);
  faults.jira_late_apply = up_to(40);
  faults.jira_error_after = up_to(40);
  faults.crash_commit = up_to(15);
  faults.crash_answer = up_to(15);
  faults.index_lag_ms = random.Chance(500) ? 0 : random.Below(600'000);
  return faults;
}

class Runner {
 public:
  explicit Runner(const Plan& plan)
      : is_shown_(plan.is_shown),
        world_(plan.seed, plan.is_shown),
        keys_entropy_(plan.seed),
        hq_(world_, "hq", 0, SimTerms(0, plan.switches, plan.seed),
            GenerateKeys("hq", keys_entropy_), plan.seed),
        field_(world_, "field", 1, SimTerms(1, plan.switches, plan.seed),
               GenerateKeys("field", keys_entropy_), plan.seed),
        users_(world_, hq_, field_),
        checker_(world_, hq_, field_, users_) {
    const Id channel = keys_entropy_.RandomId();
    hq_.Meet(field_, channel);
    field_.Meet(hq_, channel);
    field_.jira.RefuseValue("summary", "forbidden", "The validator says no.");
    field_.jira.set_clock([this] { return world_.now_ms + skew_ms_; });
  }

  Outcome Run() {
    const Faults faults = DrawFaults(world_.random);
    has_rules_ = world_.random.Chance(200);
    has_contracts_ = world_.random.Chance(500);
    if (world_.random.Chance(300)) users_.MakePairs();
    has_bindings_ = world_.random.Chance(400);
    has_names_ = world_.random.Chance(400);
    if (has_names_) hq_.ForgetField();
    if (has_names_) field_.ForgetField();
    if (world_.random.Chance(500)) skew_ms_ = world_.random.Below(60'000) - 30'000;
    hq_.set_faults(faults);
    field_.set_faults(faults);
    hq_.StartAgent();
    field_.StartAgent();
    Act();
    Heal();
    return Finish();
  }

 private:
  // People act at random moments while everything goes wrong.
  void Act() {
    const std::int64_t deeds = 20 + world_.random.Below(60);
    std::int64_t next_deed = world_.now_ms;
    // Bursts: several deeds within the seconds of one operation hit between read and write.
    while (outcome_.deeds < static_cast<std::uint64_t>(deeds)) {
      if (world_.now_ms >= next_deed) {
        users_.Act();
        ++outcome_.deeds;
        if (has_contracts_ && world_.random.Chance(200)) {
          users_.ActOnContract(world_.random.Chance(500) ? hq_ : field_);
        }
        if (world_.random.Chance(60)) users_.ActOnLinks();
        if (has_bindings_ && world_.random.Chance(300)) {
          users_.ActOnBinding(world_.random.Chance(500) ? hq_ : field_);
        }
        if (has_names_ && world_.random.Chance(120)) {
          users_.ActOnNames(world_.random.Chance(500) ? hq_ : field_);
        }
        next_deed = world_.now_ms + (world_.random.Chance(400) ? world_.random.Below(2'000)
                                                               : world_.random.Below(120'000));
      }
      for (SimSite* site : {&hq_, &field_}) {
        const auto write = site->port.PendingWrite();
        if (write && write->second != ambushed_[site->index] && world_.random.Chance(150)) {
          ambushed_[site->index] = write->second;
          users_.Ambush(*site, write->first, write->second);
        }
      }
      Tick(next_deed);
      if (!checker_.violations().empty() || hq_.stopped || field_.stopped) return;
    }
  }

  void Heal() {
    hq_.set_faults({});
    field_.set_faults({});
    hq_.port.set_has_agile(true);
    field_.port.set_has_agile(true);
    hq_.BindNames();
    field_.BindNames();
    users_.CountAgain();
    for (SimSite* site : {&hq_, &field_}) {
      site->jira.AddSecurityLevel(std::string(kLateLevel) + kLevelMembers);
    }
    const std::int64_t until = world_.now_ms + kHealMaxMs;
    // A sweep has passed by then, and the poll's overlap.
    const std::int64_t polled_by = world_.now_ms + 1'500'000;
    int asks_left = 3;
    while (world_.now_ms < until && checker_.violations().empty()) {
      if (hq_.stopped || field_.stopped) return;
      // What a rule wrote is read at the next poll, and may set off the other site's.
      const std::int64_t heard_by = std::max(polled_by, rules_wrote_ms_ + kRulesHeardMs);
      const bool is_over = world_.now_ms > heard_by && hq_.is_quiet() && field_.is_quiet();
      if (is_over && (asks_left-- == 0 || !ApplyRest())) return;
      if (is_over) rules_wrote_ms_ = world_.now_ms;  // what is written anew sets them off, too
      Tick(world_.now_ms + 60'000);
    }
    if (!checker_.violations().empty()) return;
    checker_.Report("L1 never quiet: hq:" + hq_.unrest() + " field:" + field_.unrest());
  }

  // What the bindings changed and nobody asked for yet: written here, so that all is shown. And
  // what was held for a security level that is there by now.
  bool ApplyRest() {
    bool has_asked = false;
    for (SimSite* site : {&hq_, &field_}) has_asked |= users_.RetryLevels(*site);
    has_asked |= users_.ApplyAll(hq_, valise::Side::kHere);
    return users_.ApplyAll(field_, valise::Side::kHere) || has_asked;
  }

  // To the next event, but not beyond `limit`.
  void Tick(std::int64_t limit) {
    const std::int64_t next = std::min({limit, hq_.NextAt(), field_.NextAt()});
    world_.now_ms = std::max(world_.now_ms + 1, next);
    hq_.port.Run();
    field_.port.Run();
    if (has_rules_ && world_.now_ms >= next_rules_ms_) {
      if (users_.RunRules()) rules_wrote_ms_ = world_.now_ms;
      next_rules_ms_ = world_.now_ms + 20'000;
    }
    SimSite& first = world_.random.Chance(500) ? hq_ : field_;
    SimSite& second = &first == &hq_ ? field_ : hq_;
    for (SimSite* site : {&first, &second}) {
      if (site->NextAt() <= world_.now_ms) site->StepAgent();
    }
    checker_.AfterStep();
  }

  Outcome Finish() {
    for (const SimSite* site : {&hq_, &field_}) {
      if (site->stopped) checker_.Report("stopped " + site->name + ": " + site->stopped->code);
    }
    if (checker_.violations().empty()) {
      const std::uint64_t hq_sent = Checker::SequenceOf(hq_);
      const std::uint64_t field_sent = Checker::SequenceOf(field_);
      checker_.AtQuiescence();
      const std::int64_t until = world_.now_ms + 4 * 60'000;  // three polls and more
      while (world_.now_ms < until) Tick(until);
      checker_.NoEcho(hq_sent, field_sent);
    }
    outcome_.violations = checker_.violations();
    if (is_shown_ && !outcome_.violations.empty()) {
      ShowStory(hq_);
      ShowStory(field_);
    }
    outcome_.jira_requests = hq_.port.requests() + field_.port.requests();
    outcome_.renewals = hq_.renewals + field_.renewals;
    outcome_.links = users_.linked();
    outcome_.wishes = users_.wishes();
    outcome_.renames = hq_.renames + field_.renames;
    outcome_.crashes = hq_.crashes + field_.crashes;
    outcome_.packets = world_.to_hq.sent + world_.to_field.sent;
    outcome_.corrupted = world_.to_hq.corrupted + world_.to_field.corrupted;
    outcome_.trace_hash = world_.trace.hash();
    return outcome_;
  }

  // What each agent kept of what happened, for whoever replays a failing seed.
  static void ShowStory(SimSite& site) {
    for (const Id& id : site.store->AllIssues()) {
      std::printf("--- %s %s\n", site.name.c_str(), Text(id).c_str());
      for (const JournalEntry& entry : site.store->JournalOf(id)) {
        std::printf("%10.3f  %s: %s\n", static_cast<double>(entry.at_ms) / 1000.0,
                    entry.event.c_str(), entry.detail.c_str());
      }
      for (const Listed& listed : site.store->ListedOf(id)) {
        std::printf("            listed %s %s = %s @%lld.%u\n", listed.kind.c_str(),
                    Describe(listed.key).c_str(), listed.value ? listed.value->text.c_str() : "-",
                    static_cast<long long>(listed.version.at_ms), listed.version.site);
      }
    }
  }

  bool is_shown_ = false;
  bool has_rules_ = false;
  bool has_contracts_ = false;
  bool has_bindings_ = false;
  bool has_names_ = false;
  std::int64_t next_rules_ms_ = 0;
  std::int64_t rules_wrote_ms_ = 0;
  // Body of the write last ambushed, by site: else two at once set each other off for ever.
  std::string ambushed_[2];
  SharedWorld world_;
  std::int64_t skew_ms_ = 0;
  SeededEntropy keys_entropy_;
  SimSite hq_, field_;
  Users users_;
  Checker checker_;
  Outcome outcome_;
};

}  // namespace

Outcome Run(const Plan& plan) { return Runner(plan).Run(); }

}  // namespace valise::simulation
