#include "tests/simulation/site.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "agent/config.h"
#include "agent/link.h"
#include "packet/check.h"

namespace valise::simulation {

SimSite::SimSite(SharedWorld& world, std::string site_name, std::uint32_t site_index,
                 Terms site_terms, SiteKeys site_keys, std::uint64_t seed)
    : name(std::move(site_name)),
      index(site_index),
      terms(std::move(site_terms)),
      whole_binding(terms.binding),
      jira(
          [&] {
            standin::Options options;
            options.project = terms.binding.project;
            options.ids_fall = index == 0;
            options.milliseconds = index == 0;
            options.comment_edit_opens = index == 1;
            for (const char* level : kLevels) {  // the sync user is in each
              options.security_levels.push_back(std::string(level) + kLevelMembers);
            }
            return options;
          }(),
          [&world] { return world.now_ms; }),
      clock(world.now_ms, 0),
      entropy(seed * 2 + site_index),
      keys(std::move(site_keys)),
      store(std::move(Store::OpenInMemory()).value()),
      contents(store.get()),
      commits(world.random),
      port(jira, world.random, world.trace, name, world.now_ms),
      folder(site_index == 0 ? world.to_field : world.to_hq,
             site_index == 0 ? world.to_hq : world.to_field, world.random, world.trace, name,
             world.now_ms),
      log(world.trace, name, world.now_ms),
      world_(world) {
  terms.binding = BindingFor(terms.contract, whole_binding);
  store->set_commit_watcher(&commits);
  if (world.random.Chance(700)) {  // else edits of other people's comments are refused and held
    jira.Grant("valise", "EDIT_ALL_COMMENTS");
    jira.Grant("valise", "DELETE_ALL_COMMENTS");
  }
  if (world.random.Chance(700)) {  // else versions and components are neither made nor edited
    jira.Grant("valise", "ADMINISTER_PROJECTS");
  }
  if (world.random.Chance(800)) jira.Grant("valise", "DELETE_ISSUES");
  for (const char* user : {"valise", "alice"}) jira.Grant(user, "SET_ISSUE_SECURITY");
  const std::string unlocked = R"({"do":"field","onCreate":true,"onEdit":true,"field":")";
  CHECK(jira.Control(unlocked + kCountField + R"("})").empty());
}

void SimSite::Meet(const SimSite& other, const Id& channel_id) {
  peer = other.keys.card;
  channel.reset(new Channel{keys, *peer, channel_id, nullptr});
  terms.channel_tag = Text(channel_id).substr(0, 8);
  terms.project_id = ProjectIdOf(channel_id);
}

void SimSite::set_faults(const Faults& faults) {
  faults_ = faults;
  port.set_faults(faults);
  folder.set_faults(faults);
  commits.permille = faults.crash_commit;
  jira.set_index_lag(faults.index_lag_ms);
}

void SimSite::StartAgent() {
  store->Revive();
  port.set_is_dead(false);
  folder.set_is_dead(false);
  World agent_world{clock, entropy, port, &folder, *store, contents, parser, fence, log};
  agent = std::make_unique<Agent>(agent_world, *channel, terms);
  const Result<void> started = agent->Start();
  if (store->has_crashed()) return Crash("at start");
  if (!started.ok()) stopped = started.error();
  wake_at_ms = world_.now_ms;
}

// As `run` does it: the configuration is read again under the contract that is in force now.
void SimSite::Renew() {
  const ContractBook book = store->Contracts();
  world_.trace.Note(world_.now_ms,
                    name + " renews at version " + std::to_string(book.InForce()->version));
  ++renewals;
  agent.reset();
  terms.contract = ParseContract("simulated", book.InForce()->toml).contract;
  Bind();
  StartAgent();
}

void SimSite::Ask(const std::string& verb, const std::string& argument) {
  if (!agent) return;
  store->Begin();
  store->AppendRequest({0, clock.NowMs(), verb, argument});
  (void)store->Commit().ok();
  if (store->has_crashed()) return Crash("at an operator's word");
  wake_at_ms = world_.now_ms;
}

void SimSite::Rebind() {
  auto& words = whole_binding.fields["severity"].values->to_local;
  if (index == 0) {
    std::swap(words["low"], words["mid"]);
  } else if (words.contains("top")) {
    words.erase("top");
    words["high"] = {"Critical", "Blocker"};
  } else {  // what was held for want of a word has one now
    words["top"] = {"Blocker"};
    words["high"] = {"Critical"};
  }
  ++rebinds;
  world_.trace.Note(world_.now_ms, name + " has other words for severities");
  Bind();
  if (agent) Crash("for the new binding");  // read when it starts
}

void SimSite::Bind() {
  terms.binding = BindingFor(terms.contract, whole_binding);
  if (!late_field_.empty()) terms.binding.fields.erase(late_field_);
}

void SimSite::ForgetField() {
  late_field_ = index == 0 ? "due" : "notes";
  Bind();
}

void SimSite::Rename(const std::string& word, const std::string& to) {
  const bool is_type = link_names.contains(word);
  std::string& now = is_type ? link_names.at(word) : option_names.at(word);
  const std::string verb = is_type ? R"({"do":"link-type","name":")"
                                   : std::string(R"({"do":"option","field":")") + kPlatforms +
                                         R"(","value":")";
  const std::string wrong = jira.Control(verb + now + R"(","rename":")" + to + "\"}");
  CHECK(wrong.empty());
  world_.trace.Note(world_.now_ms, name + " renames " + now + " to " + to);
  const auto& values = whole_binding.fields.at("platforms").values;
  const bool was_bound = is_type || !values || values->to_local.at(word).front() == now;
  if (!was_bound) passed_names[word].insert(now);
  now = to;
  ++renames;
}

void SimSite::BindNames() {
  const Binding before = whole_binding;
  whole_binding.links = link_names;
  if (auto& values = whole_binding.fields.at("platforms").values) {
    for (const auto& [word, local] : option_names) values->to_local[word] = {local};
  }
  const bool is_late = !std::exchange(late_field_, "").empty();
  const bool is_same =
      before.links == whole_binding.links && before.fields == whole_binding.fields;
  if (is_same && !is_late) return;
  world_.trace.Note(world_.now_ms, name + " binds the new names");
  Bind();
  if (agent) Crash("for the new names");  // read when it starts
}

void SimSite::Crash(const std::string& why) {
  world_.trace.Note(world_.now_ms, name + " crash " + why);
  ++crashes;
  agent.reset();
  contents.Crash();
  port.Forget();
  port.set_is_dead(true);
  folder.set_is_dead(true);
  restart_at_ms = world_.now_ms + 1000 + world_.random.Below(60'000);
}

void SimSite::StepAgent() {
  if (!agent) {
    if (world_.now_ms >= restart_at_ms) StartAgent();
    return;
  }
  if (port.has_answer() && world_.random.Chance(faults_.crash_answer)) return Crash("at an answer");
  const Agent::Report report = agent->Step(std::chrono::milliseconds(0));
  if (store->has_crashed()) return Crash("at a commit");
  if (report.stopped) stopped = report.stopped;
  if (report.is_renewal_due) return Renew();
  // A step that wakes itself at once without anything in flight would stand still in time.
  // The planted bug that blocks does just that, so it may look up once a second only.
  const std::int64_t least_ms = terms.switches.bug_poison_blocks ? 1000 : 1;
  wake_at_ms = std::max(report.wake_at_ms, world_.now_ms + least_ms);
}

std::int64_t SimSite::NextAt() const {
  if (!agent) return std::min(restart_at_ms, port.NextAt());
  return std::min(wake_at_ms, port.NextAt());
}

bool SimSite::is_reserved(const LocalIssue& issue) const {
  const std::string& parent = issue.parent_id;
  return IsReserved(*store, issue.id) || (!parent.empty() && IsReserved(*store, parent));
}

bool SimSite::HasWork() {
  for (const Store::Work& work : store->DueWork(INT64_MAX, store->WorkCount())) {
    if (work.why != "parent") return true;
    const HttpRequest read = jira::ReadIssue(work.jira_id, {});
    const auto issue = jira::ParseIssue(simulation::Ask(jira, read, "admin-token"), {});
    if (!issue.ok() || !is_reserved(issue.value())) return true;
  }
  return false;
}

std::string SimSite::unrest() {
  std::string why;
  if (!agent) why += " dead";
  if (agent && !agent->is_idle()) why += " busy";
  if (HasWork()) why += " work";
  if (store->UnpackedCount() > 0) why += " unpacked";
  if (!store->WaitingRecords(1).empty()) why += " outcomes";
  if (!store->UnackedPackets().empty()) why += " unacked";
  if (store->NextOutgoingContent()) why += " contents";
  if (!store->PartialContents().empty()) why += " pieces";
  if (!store->AllIncoming(1).empty()) why += " incoming";
  for (const Intent& intent : store->AllIntents()) {
    const auto issue = store->LoadIssue(intent.issue_id);
    const bool rests = issue && (issue->state == IssueState::kFrozen || !issue->held.empty());
    if (!rests || intent.state != WriteState::kDone) why += " intents";
  }
  for (const Store::OpenRegister& open : store->OpenRegisters()) {
    const auto issue = store->LoadIssue(open.issue_id);
    if (open.is_pending && issue->held.empty()) why += " pending:" + Describe(open.key);
  }
  return why;
}

bool SimSite::is_quiet() { return unrest().empty(); }

}  // namespace valise::simulation
