#include "tests/simulation/site.h"

#include <algorithm>
#include <cstdlib>

#include "agent/config.h"

namespace valise::simulation {
namespace {

constexpr char kContract[] = R"(
name = "simulated"
share_keys = true
sites = ["hq", "field"]
[types]
bug = {}
task = {}
epic = {}
[statuses]
values = ["open", "in-progress", "resolved", "closed", "reopened"]
[fields.summary]
kind = "line"
[fields.description]
kind = "text"
[fields.severity]
kind = "option"
values = ["low", "mid", "high", "top"]
[fields.reference]
kind = "line"
conflict = "hq"
[fields.points]
kind = "number"
conflict = "field"
[fields.due]
kind = "date"
from = "hq"
[fields.labels]
kind = "set"
[fields.region]
kind = "cascade"
[fields.notes]
kind = "text"
[fields.target]
kind = "date"
types = ["task"]
[fields.assignee]
kind = "person"
[fields.team]
kind = "people"
[fields.resolution]
kind = "option"
values = "any"
[fields.fixed]
kind = "set"
attributes = ["released", "release-date", "start-date", "description", "archived"]
[fields.affected]
kind = "set"
[fields.parts]
kind = "set"
attributes = ["description"]
conflict = "hq"
[fields.epic]
kind = "issue"
[fields.epic-name]
kind = "line"
types = ["epic"]
[fields.sprint]
kind = "sprint"
[comments]
from = "both"
visibility = "public-only"
[worklogs]
from = "both"
[attachments]
from = "both"
bytes_max = "4MiB"
names_refused = ["*.exe"]
[links]
types = ["blocks", "relates"]
[conflict]
default = "newest"
[people]
bob = "Bob Brown"
eve = "Eve Evans"
)";

constexpr const char* kSpareTexts[] = {"[fields.environment]\nkind = \"text\"\n",
                                       "[fields.link]\nkind = \"url\"\n"};

// What the contract lacks is bound in vain; the configuration of a real site leaves it out too.
Binding BindingFor(const Contract& contract, Binding binding) {
  std::erase_if(binding.fields,
                [&](const auto& field) { return contract.Field(field.first) == nullptr; });
  return binding;
}

FieldBinding Field(const std::string& name, const std::string& field, ValueKind kind) {
  FieldBinding binding;
  binding.name = name;
  binding.field = field;
  binding.kind = kind;
  return binding;
}

void BindFields(Binding& binding, std::uint32_t site) {
  const auto add = [&](FieldBinding field) { binding.fields[field.name] = std::move(field); };
  add(Field("summary", "summary", ValueKind::kLine));
  add(Field("description", "description", ValueKind::kText));
  add(Field("reference", "customfield_10100", ValueKind::kLine));
  add(Field("points", "customfield_10102", ValueKind::kNumber));
  add(Field("due", "customfield_10103", ValueKind::kDate));
  add(Field("labels", "labels", ValueKind::kSet));
  add(Field("resolution", "resolution", ValueKind::kOption));
  add(Field("environment", "environment", ValueKind::kText));
  if (site == 0) add(Field("link", "customfield_10110", ValueKind::kUrl));  // unbound at FIELD
  FieldBinding severity = Field("severity", "customfield_10105", ValueKind::kOption);
  severity.values.emplace();
  severity.values->to_local["low"] = {"Minor"};
  if (site == 0) {
    severity.values->to_local["mid"] = {"Major"};
    severity.values->to_local["high"] = {"Critical"};
    severity.values->to_local["top"] = {"Blocker"};
    add(Field("region", "customfield_10107", ValueKind::kCascade));  // unbound at FIELD
  } else {
    // A lossy border: "mid" is written as Minor, which reads back as "low". And a hole: no word
    // for "top", which is held here; nor for the local Major, which never leaves.
    severity.values->to_local["mid"] = {"Minor"};
    severity.values->to_local["high"] = {"Critical", "Blocker"};
    add(Field("notes", "customfield_10101", ValueKind::kText));      // unbound at HQ
  }
  add(std::move(severity));
  add(Field("target", "duedate", ValueKind::kDate));
  add(Field("epic", kEpicLink, ValueKind::kIssue));
  add(Field("epic-name", kEpicName, ValueKind::kLine));
  add(Field("sprint", kSprintField, ValueKind::kSprint));
  add(Field("assignee", "assignee", ValueKind::kPerson));
  add(Field("team", "customfield_10113", ValueKind::kPeople));
  FieldBinding fixed = Field("fixed", "fixVersions", ValueKind::kSet);
  fixed.missing = MissingValue::kCreate;
  FieldBinding affected = Field("affected", "versions", ValueKind::kSet);
  affected.missing = MissingValue::kIgnore;
  FieldBinding parts = Field("parts", "components", ValueKind::kSet);
  parts.missing = site == 0 ? MissingValue::kCreate : MissingValue::kHold;
  add(std::move(fixed));
  add(std::move(affected));
  add(std::move(parts));
}

// HQ finds people by name and shows FIELD's references in a frame, and its keys; FIELD knows nobody
// and puts its desk in.
void BindRules(Binding& binding, std::uint32_t site) {
  if (site == 0) {
    binding.people.match = {PersonMatch::kAlias, PersonMatch::kName};
    binding.people.unknown = UnknownPerson::kNone;
    binding.fields["reference"].text_template = "({site}) {value}";
    binding.remote_key = {true, "https://field.example/browse/{key}", "customfield_10101"};
  } else {
    binding.people.unknown = UnknownPerson::kDefault;
    binding.people.default_user = "alice";
    binding.defaults = {{"customfield_10109", "from-hq"}};
    binding.statuses["closed"].fields = {{"customfield_10114", "nobody asks"}};
  }
}

// Every pair of an end and an action comes up in some seeds.
std::string Lifecycle(std::uint64_t seed) {
  constexpr const char* kActions[] = {"nothing", "comment", "label", "close", "delete"};
  std::string text = "[lifecycle]\n";
  std::uint64_t draw = seed;
  for (const char* const end : {"deleted", "moved", "archived", "left_scope"}) {
    text += std::string(end) + " = \"" + kActions[draw % 5] + "\"\n";
    draw = draw / 5 + seed;
  }
  return text;
}

}  // namespace

std::string SimContract(std::uint32_t version, unsigned spare, std::uint64_t seed) {
  std::string toml = "version = " + std::to_string(version) + kContract;
  for (unsigned i = 0; i < 2; ++i) {
    if ((spare >> i & 1U) != 0) toml += kSpareTexts[i];
  }
  return toml + Lifecycle(seed);
}

Terms SimTerms(std::uint32_t site, const Switches& switches, std::uint64_t seed) {
  Terms terms;
  ParsedContract parsed = ParseContract("simulated", SimContract(1, 0, seed));
  if (!parsed.problems.empty()) {
    std::fprintf(stderr, "simulation: %s\n", parsed.problems.front().message.c_str());
    std::abort();
  }
  terms.contract = std::move(parsed.contract);
  terms.switches = switches;
  terms.own_site = site;
  terms.peer_site = 1 - site;
  Binding& binding = terms.binding;
  binding.project = site == 0 ? "HQ" : "FLD";
  binding.types = {{"bug", {"Bug"}}, {"task", {"Task"}}, {"epic", {"Epic"}}};
  binding.statuses["open"] = {{"Open"}, ""};
  binding.statuses["in-progress"] = {{"In Progress"}, ""};
  binding.statuses["resolved"] = {{"Resolved"}, "Fixed"};
  binding.statuses["closed"] = {{"Closed"}, "Fixed"};
  binding.statuses["reopened"] = {{"Reopened"}, ""};
  if (site == 0) binding.users["bob"] = "bob";  // FIELD knows him by name only
  binding.automations = {"carol"};
  binding.links = {{"blocks", "Blocks"}, {"relates", "Relates"}};
  BindFields(binding, site);
  BindRules(binding, site);
  if (site == 0) {  // what the agent learns, for the checker
    terms.people.by_name = {
        {"Alice Adams", "alice"}, {"Bob Brown", "bob"}, {"Carol Clark", "carol"}};
  }
  binding.lifecycle.close = "closed";
  if (site == 0 && seed % 2 == 1) binding.scope = "labels is EMPTY OR labels not in (private)";
  // Timings: the defaults, but a poll each minute and acks that do not take hours to heal.
  terms.settings.poll_every_ms = 60'000;
  terms.settings.resend_after_ms = 120'000;
  terms.settings.resend_at_most_ms = 600'000;
  terms.settings.receive_every_ms = 15'000;
  terms.settings.sweep_every_ms = 1'200'000;
  if (site == 0) terms.settings.search_page = terms.settings.sweep_page = 3;
  return terms;
}

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
  terms.binding = BindingFor(terms.contract, whole_binding);
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
  terms.binding = BindingFor(terms.contract, whole_binding);
  if (agent) Crash("for the new binding");  // read when it starts
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

std::string SimSite::unrest() {
  std::string why;
  if (!agent) why += " dead";
  if (agent && !agent->is_idle()) why += " busy";
  if (store->WorkCount() > 0) why += " work";
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
