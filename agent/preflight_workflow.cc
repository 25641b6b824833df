// Issue types, statuses and the transitions between them (pitfalls 22, 24).
#include "agent/preflight_parts.h"

namespace valise::preflight {
namespace {

using Names = std::vector<std::string>;

const jira::IssueTypeInfo* TypeOf(const std::vector<jira::IssueTypeInfo>& types,
                                  const std::string& name) {
  const auto found =
      std::find_if(types.begin(), types.end(), [&](const auto& type) { return type.name == name; });
  return found == types.end() ? nullptr : &*found;
}

bool CanBeCreated(const PreflightFacts& facts, const std::string& type) {
  const auto& screens = facts.project.screens;
  return std::any_of(screens.begin(), screens.end(),
                     [&](const auto& screen) { return screen.type.name == type; });
}

void CheckType(const PreflightFacts& facts, const std::string& shared, bool has_parent,
               const std::string& local, bool is_written, Report& report) {
  const std::string place = "[bind.types] " + shared;
  const jira::IssueTypeInfo* type = TypeOf(facts.project.types, local);
  if (type == nullptr) {
    Names names;
    for (const auto& one : facts.project.types) names.push_back(one.name);
    report.Add(is_written ? Severity::kFails : Severity::kNote, "VAL-BINDING-TYPE", place,
               "project " + facts.project.project + " has no issue type " + Quoted(local) +
                   (is_written ? ": no " + Quoted(shared) + " of the peer can be created" : ""),
               "correct it; there is: " + Listed(names));
    return;
  }
  if (type->is_subtask != has_parent) {
    report.Fails(
        "VAL-BINDING-TYPE", place,
        Quoted(local) +
            (type->is_subtask
                 ? " is a sub-task, and the contract's " + Quoted(shared) + " has no parent"
                 : " is no sub-task, and the contract's " + Quoted(shared) + " has a parent") +
            " (pitfall 24)",
        "bind a type of that sort");
    return;
  }
  if (!is_written || CanBeCreated(facts, local)) return;
  report.Fails("VAL-BINDING-TYPE", place,
               "Jira lets this account create no " + Quoted(local) + " here (createmeta)",
               "grant Create Issues, or put the type into the project's issue type scheme");
}

// The project's statuses of bound types that no word of the contract covers.
Names UnmappedStatuses(const Config& config, const PreflightFacts& facts) {
  Names unmapped;
  for (const jira::IssueTypeInfo& type : facts.project.workflows) {
    if (!config.binding.TypeToShared(type.name)) continue;
    for (const std::string& status : type.statuses) {
      if (config.binding.StatusToShared(status) || Has(unmapped, status)) continue;
      unmapped.push_back(status);
    }
  }
  return unmapped;
}

void CheckStatus(const Config& config, const PreflightFacts& facts, const std::string& shared,
                 const StatusBinding& status, Report& report) {
  const std::string place = "[bind.statuses] " + shared;
  for (const std::string& local : status.local) {
    if (Has(facts.project.statuses, local)) continue;
    const bool is_written = local == status.local.front();
    report.Add(is_written ? Severity::kHeld : Severity::kNote, "VAL-BINDING-STATUS", place,
               "no workflow of the project has the status " + Quoted(local) +
                   (is_written ? ": the peer's " + Quoted(shared) + " is held" : ""),
               "correct it; there is: " + Listed(facts.project.statuses));
    if (is_written) return;
  }
  Names without;
  for (const std::string& name : WrittenTypes(config)) {
    const jira::IssueTypeInfo* type = TypeOf(facts.project.workflows, name);
    if (type != nullptr && !Has(type->statuses, status.local.front())) without.push_back(name);
  }
  if (without.empty()) return;
  report.Held("VAL-BINDING-STATUS", place,
              "the workflow of " + Listed(without) + " has no status " +
                  Quoted(status.local.front()) + ": the peer's " + Quoted(shared) +
                  " is held for it",
              "add the status to that workflow");
}

void CheckResolution(const PreflightFacts& facts, const std::string& shared,
                     const StatusBinding& status, Report& report) {
  if (status.resolution.empty() || Has(facts.project.resolutions, status.resolution)) return;
  report.Held("VAL-BINDING-STATUS", "[bind.statuses] " + shared + " resolution",
              "Jira has no resolution " + Quoted(status.resolution) +
                  ": transitions that ask for one are refused",
              "correct it; there is: " + Listed(facts.project.resolutions));
}

// What a transition's screen asks for and the agent would leave empty.
Names Unfilled(const Config& config, const jira::LocalTransition& transition,
               const StatusBinding* target) {
  Names unfilled;
  for (const jira::TransitionField& field : transition.fields) {
    if (!field.is_required || field.has_default) continue;
    if (target != nullptr && target->fields.contains(field.id)) continue;
    const bool has_resolution = target != nullptr && !target->resolution.empty();
    if (field.id == "resolution" && (has_resolution || !field.allowed.empty())) continue;
    // A bound field is given what the issue is to show, or shows.
    if (config.binding.ByField(field.id) != nullptr) continue;
    unfilled.push_back(field.id);
  }
  return unfilled;
}

const StatusBinding* TargetOf(const Config& config, const std::string& local, std::string* shared) {
  const auto name = config.binding.StatusToShared(local);
  if (!name) return nullptr;
  *shared = *name;
  return &config.binding.statuses.at(*name);
}

void CheckTransition(const Config& config, const SampleIssue& sample,
                     const jira::LocalTransition& transition, Report& report) {
  std::string shared;
  const StatusBinding* target = TargetOf(config, transition.to_status, &shared);
  const Names unfilled = Unfilled(config, transition, target);
  if (unfilled.empty()) return;
  const std::string place =
      target == nullptr ? "[bind.statuses]" : "[bind.statuses] " + shared + " fields";
  report.Held("VAL-CHECK-REQUIRED", place,
              "transition " + Quoted(transition.name) + " to " + Quoted(transition.to_status) +
                  " (as " + sample.key + " offers it) requires " + Listed(unfilled) +
                  ", which nothing fills: the status is held (pitfall 22)",
              "name a value for it in that status, or make it optional on the screen");
}

}  // namespace

void CheckTypes(const Config& config, const PreflightFacts& facts, Report& report) {
  if (config.binding.types.empty()) {
    report.Fails("VAL-BINDING-TYPE", "[bind.types]", "no issue type is bound: nothing travels",
                 "bind one; valise map suggest drafts it");
  }
  for (const auto& [shared, local] : config.binding.types) {
    const auto terms = config.contract.types.find(shared);
    const bool has_parent = terms != config.contract.types.end() && terms->second.has_parent;
    for (std::size_t i = 0; i < local.size(); ++i) {
      CheckType(facts, shared, has_parent, local[i], i == 0, report);
    }
  }
}

void CheckStatuses(const Config& config, const PreflightFacts& facts, Report& report) {
  for (const auto& [shared, status] : config.binding.statuses) {
    if (status.local.empty()) continue;
    CheckStatus(config, facts, shared, status, report);
    CheckResolution(facts, shared, status, report);
  }
  const Names unmapped = UnmappedStatuses(config, facts);
  if (unmapped.empty() || config.contract.statuses.empty()) return;
  report.Held("VAL-BINDING-STATUS", "[bind.statuses]",
              "the contract has no word for the status " + Listed(unmapped) +
                  ": an issue there is listed as unmapped, and its status stays at home",
              "bind them behind a status that fits, if they shall travel");
}

void CheckTransitions(const Config& config, const PreflightFacts& facts, Report& report) {
  if (config.binding.statuses.empty()) return;
  for (const SampleIssue& sample : facts.samples) {
    for (const jira::LocalTransition& transition : sample.transitions) {
      CheckTransition(config, sample, transition, report);
    }
    if (!sample.transitions.empty()) continue;
    report.Note("VAL-CHECK-WORKFLOW", "[bind.statuses]",
                sample.key + " (" + sample.type +
                    ") offers this account no transition where it "
                    "stands: if that is so everywhere, every status is held",
                "see the workflow's conditions and Transition Issues");
  }
}

}  // namespace valise::preflight
