// The contract of every run, and what each site binds to it.
#include <cstdio>
#include <cstdlib>

#include "agent/config.h"
#include "tests/simulation/site.h"

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
part = { parent = true }
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
[fields.observed]
kind = "datetime"
[fields.platforms]
kind = "options"
values = "any"
[fields.checked]
kind = "flag"
[fields.region]
kind = "cascade"
[fields.estimate]
kind = "duration"
[fields.remaining]
kind = "duration"
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
[fields.votes]
kind = "number"
from = "hq"
[fields.watchers]
kind = "number"
from = "field"
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

// What the seed draws for a rule of that name, below `below`; 0 without a seed.
std::uint64_t Drawn(std::uint64_t seed, std::string_view rule, std::uint64_t below) {
  if (seed == 0) return 0;
  const Digest digest = Hash("simulation", std::string(rule) + " " + std::to_string(seed));
  std::uint64_t draw = 0;
  for (const char byte : View(digest).substr(0, 7)) {
    draw = draw << 8 | static_cast<unsigned char>(byte);
  }
  return draw % below;
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
  add(Field("observed", "customfield_10104", ValueKind::kDatetime));
  FieldBinding platforms = Field("platforms", kPlatforms, ValueKind::kOptions);
  if (site == 0) platforms.values = ValueMap{{{"Linux", {"Linux"}}, {"Windows", {"Windows"}}}};
  add(std::move(platforms));
  add(Field("region", kRegion, ValueKind::kCascade));
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
  } else {
    // A lossy border: "mid" is written as Minor, which reads back as "low". And a hole: no word
    // for "top", which is held here; nor for the local Major, which never leaves.
    severity.values->to_local["mid"] = {"Minor"};
    severity.values->to_local["high"] = {"Critical", "Blocker"};
    add(Field("notes", "customfield_10101", ValueKind::kText));      // unbound at HQ
  }
  add(std::move(severity));
  FieldBinding checked = Field("checked", kChecks, ValueKind::kFlag);
  checked.values = ValueMap{{{kTicked, {kCheckHere[site]}}}};
  add(std::move(checked));
  add(Field("target", "duedate", ValueKind::kDate));
  add(Field("epic", kEpicLink, ValueKind::kIssue));
  add(Field("epic-name", kEpicName, ValueKind::kLine));
  add(Field("sprint", kSprintField, ValueKind::kSprint));
  add(Field("votes", site == 0 ? "votes" : kCountField, ValueKind::kNumber));
  add(Field("watchers", site == 1 ? "watches" : kCountField, ValueKind::kNumber));
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

// What remains is bound at both sites, at HQ or nowhere.
void BindEstimates(Binding& binding, std::uint32_t site, std::uint64_t seed) {
  binding.fields["estimate"] = Field("estimate", kOriginalEstimate, ValueKind::kDuration);
  const std::uint64_t draw = Drawn(seed, "remaining", 3);
  if (draw == 0 || (draw == 1 && site == 1)) return;
  binding.fields["remaining"] = Field("remaining", kRemainingEstimate, ValueKind::kDuration);
}

void BindLevel(Binding& binding, std::uint32_t site, std::uint64_t seed) {
  const std::uint64_t draw = Drawn(seed, site == 0 ? "level at hq" : "level at field", 8);
  if (draw == 1 || draw == 2) binding.security_level = kLevels[0];
  if (draw == 3) binding.security_level = kLateLevel;
}

// In some runs FIELD takes a part of what HQ shares. Issues come to fit, or fit no more, while
// people work on them.
void BindConditions(Binding& binding, std::uint32_t site, std::uint64_t seed) {
  if (site == 0 || Drawn(seed, "conditions", 5) != 1) return;
  IncomingConditions& conditions = binding.incoming;
  const std::uint64_t draw = Drawn(seed, "condition", 6);
  if (draw == 0) conditions.types = {"bug", "epic", "part"};
  if (draw == 1) conditions.types = {"task"};
  if (draw == 2) conditions.statuses = {"in-progress", "resolved", "closed"};
  if (draw == 3 || draw == 5) conditions.fields["severity"] = {"high", "top"};
  if (draw == 4 || draw == 5) conditions.fields["labels"] = {"x", "y"};
}

// Who sees what is written for the peer: the sync user and all people who edit are in that role.
void BindVisibility(Binding& binding, std::uint32_t site, std::uint64_t seed) {
  const std::uint64_t draw = Drawn(seed, site == 0 ? "visible at hq" : "visible at field", 4);
  const Visibility developers{Visibility::Kind::kRole, kRoles[0]};
  if (draw == 1 || draw == 2) binding.comment_visibility = developers;
  if (draw == 2) binding.work_log_visibility = developers;
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

Binding BindingFor(const Contract& contract, Binding binding) {
  std::erase_if(binding.fields,
                [&](const auto& field) { return contract.Field(field.first) == nullptr; });
  return binding;
}

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
  binding.types = {{"bug", {"Bug"}}, {"task", {"Task"}}, {"epic", {"Epic"}},
                   {"part", {"Sub-task"}}};
  binding.statuses["open"] = {{"Open"}, ""};
  binding.statuses["in-progress"] = {{"In Progress"}, ""};
  binding.statuses["resolved"] = {{"Resolved"}, "Fixed"};
  binding.statuses["closed"] = {{"Closed"}, "Fixed"};
  binding.statuses["reopened"] = {{"Reopened"}, ""};
  if (site == 0) binding.users["bob"] = "bob";  // FIELD knows him by name only
  binding.automations = {"carol"};
  binding.links = {{"blocks", "Blocks"}, {"relates", "Relates"}};
  BindFields(binding, site);
  BindEstimates(binding, site, seed);
  BindLevel(binding, site, seed);
  BindConditions(binding, site, seed);
  BindVisibility(binding, site, seed);
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

}  // namespace valise::simulation
