// One operation on the project: its versions and components with their attributes, by the rules
// that hold for an issue's registers (agent/DESIGN.md, "The project").
#include <algorithm>

#include "agent/issue_operation.h"
#include "agent/jira/project.h"
#include "packet/codec.h"

namespace valise {

using jira::Verdict;

namespace {

constexpr char kMissing[] = "missing";

ProjectList ListOfKind(WriteKind kind) {
  const bool is_version = kind == WriteKind::kVersionAdd || kind == WriteKind::kVersionEdit;
  return is_version ? ProjectList::kVersions : ProjectList::kComponents;
}

// What is to be written of that attribute, "" to clear it; nullopt: it is left alone.
std::optional<std::string> Wanted(const PlannedWrite& write, VersionAttribute attribute) {
  const auto field = write.fields.find(AttributeName(attribute));
  if (field == write.fields.end()) return std::nullopt;
  return field->second.values.empty() ? "" : field->second.values.front().text;
}

std::optional<bool> WantedFlag(const PlannedWrite& write, VersionAttribute attribute) {
  const auto wanted = Wanted(write, attribute);
  return wanted ? std::optional(!wanted->empty()) : std::nullopt;
}

jira::VersionEdit EditOf(const PlannedWrite& write) {
  jira::VersionEdit edit;
  edit.description = Wanted(write, VersionAttribute::kDescription);
  edit.start_date = Wanted(write, VersionAttribute::kStartDate);
  edit.release_date = Wanted(write, VersionAttribute::kReleaseDate);
  edit.is_released = WantedFlag(write, VersionAttribute::kReleased);
  edit.is_archived = WantedFlag(write, VersionAttribute::kArchived);
  return edit;
}

jira::VersionInfo VersionOf(const PlannedWrite& write) {
  const jira::VersionEdit edit = EditOf(write);
  return {"",
          write.body,
          edit.description.value_or(""),
          edit.is_released.value_or(false),
          edit.is_archived.value_or(false),
          edit.start_date.value_or(""),
          edit.release_date.value_or("")};
}

}  // namespace

Result<HttpRequest> IssueOperation::ProjectRequest(const PlannedWrite& write) const {
  const std::string& project = terms_.binding.project;
  const std::string description = Wanted(write, VersionAttribute::kDescription).value_or("");
  switch (write.kind) {
    case WriteKind::kVersionAdd:
      return jira::CreateVersion(project, VersionOf(write));
    case WriteKind::kComponentAdd:
      return jira::CreateComponent(project, {"", write.body, description, {}});
    case WriteKind::kComponentEdit:
      return jira::EditComponent(write.object_jira_id, description);
    default:
      return jira::EditVersion(write.object_jira_id, EditOf(write));
  }
}

// Jira has no changelog of versions and no conditional write: it is read once more right before. An
// edit inside that one round trip is lost.
Task<bool> IssueOperation::IsVersionStale(PlannedWrite write) {
  const bool is_version = write.kind == WriteKind::kVersionEdit;
  HttpRequest request = is_version ? jira::ReadVersion(write.object_jira_id)
                                   : jira::ReadComponent(write.object_jira_id);
  JiraAnswer answer = co_await jira_.Send(std::move(request));
  if (!answer.ok()) co_return false;  // the write will tell
  std::optional<LocalVersion> now;
  if (is_version) {
    const auto version = jira::ParseVersion(answer.response);
    if (version.ok()) now = ToLocal(version.value());
  } else {
    const auto component = jira::ParseComponent(answer.response);
    if (component.ok()) now = ToLocal(component.value());
  }
  co_return now && std::find(planned_on_.begin(), planned_on_.end(), *now) == planned_on_.end();
}

// In whatever field of that list: the peer knows the name then.
bool IssueOperation::HasTravelled(const std::string& field, const std::string& name) const {
  const auto list = ListOf(terms_.binding.fields.at(field).field);
  const auto& fields = terms_.binding.fields;
  return std::any_of(fields.begin(), fields.end(), [&](const auto& other) {
    return ListOf(other.second.field) == list && world_.store.HasElement(other.first, name);
  });
}

TravelledNames IssueOperation::TravelledOf(const LocalProject& project) const {
  TravelledNames names = NamesOf(terms_, project);
  std::erase_if(names, [&](const auto& name) { return !HasTravelled(name.first, name.second); });
  return names;
}

// Issues whose names came, were refused, or went: a rename or deletion moves no `updated`.
std::vector<Id> IssueOperation::IssuesOfNames() {
  std::set<Id> issues;
  for (auto& [name, wish] : jira_.names.wishes) {
    if (!jira_.names.Has(name.first, name.second) && wish.refused.empty()) continue;
    issues.merge(wish.issues);
    wish.issues.clear();
  }
  std::erase_if(jira_.names.wishes, [&](const auto& wish) {
    return jira_.names.Has(wish.first.first, wish.first.second);
  });
  const auto has = [&](const std::string& field, const std::string& element) {
    const FieldBinding& binding = terms_.binding.fields.at(field);
    const auto local = ToLocalField(terms_, binding, Value{element, ""}, terms_.own_site);
    return local && !local->values.empty() &&
           jira_.names.Has(*ListOf(binding.field), local->values.front().text);
  };
  const auto is_drawn = [&](const std::string& field) {
    const auto binding = terms_.binding.fields.find(field);
    return binding != terms_.binding.fields.end() && ListOf(binding->second.field);
  };
  for (const Store::OpenRegister& open : world_.store.OpenRegisters()) {
    const bool is_missing = open.held.substr(0, open.held.find(':')) == kMissing;
    if (!is_missing || !is_drawn(open.key.field)) continue;
    if (has(open.key.field, open.key.element)) issues.insert(open.issue_id);
  }
  const Id shown = SeenDigest(std::string("present"));
  for (const auto& [field, binding] : terms_.binding.fields) {
    if (!ListOf(binding.field)) continue;
    for (const std::string& element : world_.store.ElementNames(field)) {
      if (has(field, element)) continue;
      for (const Id& id : world_.store.IssuesShowing(field, element, shown)) issues.insert(id);
    }
  }
  return {issues.begin(), issues.end()};
}

std::vector<Id> IssueOperation::AbsorbProjectWrites(IssueBase& base, const LocalView& view) {
  std::vector<Id> done;
  for (const Intent& intent : world_.store.IntentsOf(base.issue_id)) {
    if (intent.state != WriteState::kDone) continue;
    AbsorbProject(base, view, TargetsOf(terms_, intent));
    done.push_back(intent.write_id);
  }
  return done;
}

Task<IssueOperation::Step> IssueOperation::ProjectRound(std::optional<IssueBase> stored) {
  Result<void> sprints = co_await ReadOpenSprints();
  (void)sprints;  // versions go on; what waits for a sprint is looked at by the next round
  Result<LocalProject> read = co_await ReadProject(ListsInUse(terms_));
  if (!read.ok()) {
    jira::Judged judged;
    judged.error = read.error();
    co_return AfterFailure(judged);
  }
  planned_on_ = std::move(read).value();
  TouchAll(IssuesOfNames(), "version");

  IssueBase base = stored ? *stored : NewProjectBase(terms_);
  const TravelledNames travelled = TravelledOf(planned_on_);
  const std::int64_t now_ms = world_.clock.NowMs();
  std::vector<Finding> findings;
  LocalView view = ViewOfProject(terms_, base, planned_on_, travelled, now_ms);
  std::vector<Id> done = AbsorbProjectWrites(base, view);
  MeetVersions(terms_, base, view, findings);
  Captured captured = CaptureView(terms_, std::move(base), view, now_ms);
  findings.insert(findings.end(), captured.findings.begin(), captured.findings.end());
  MergeReady(captured.base, findings);
  view = ViewOfProject(terms_, captured.base, planned_on_, travelled, now_ms);
  MeetVersions(terms_, captured.base, view, findings);
  Plan plan = PlanProject(terms_, std::move(captured.base), planned_on_, one_at_a_time_);
  for (const auto& [name, wish] : jira_.names.wishes) {
    if (!wish.refused.empty()) continue;
    plan.writes.push_back(PlanVersion(terms_, plan.base, name.first, name.second));
  }
  const bool is_news = !captured.change.empty() || !findings.empty() || !done.empty() ||
                       !plan.writes.empty() || !merged_rows_.empty();
  const bool is_same = stored ? plan.base == *stored : plan.base.registers.empty();
  if (!is_news && is_same) co_return Done();
  co_return co_await CommitAndWrite(std::move(plan), std::move(captured.change),
                                    std::move(findings), std::move(done), "", 0);
}

// A definite no: of a name that cannot be made, or of attributes. One that names no attribute, of
// several, is tried one by one.
IssueOperation::Step IssueOperation::ProjectRefused(const Intent& intent,
                                                    const PlannedWrite& write,
                                                    const jira::Judged& judged) {
  auto base = world_.store.LoadIssue(intent.issue_id);
  if (!base) return Done();
  const bool is_forbidden = judged.verdict == Verdict::kForbidden;
  std::vector<Finding> findings;
  if (IsVersionAdd(intent.kind)) {
    RefuseName(intent, is_forbidden ? "forbidden" : "refused");
  } else if (judged.verdict != Verdict::kGone) {  // else it was deleted; the next read shows that
    const bool is_culprit = write.keys.size() == 1 || is_forbidden;
    if (!is_culprit) one_at_a_time_ = true;
    const std::string reason = is_forbidden ? "forbidden" : "refused:" + judged.error.code;
    for (const RegisterKey& key : write.keys) {
      if (is_culprit) HoldRegister(*base, key, reason, findings);
    }
  }
  return KeepRefusal(intent, *base, findings);
}

void IssueOperation::RefuseName(const Intent& intent, const std::string& reason) {
  jira_.names.wishes[{ListOfKind(intent.kind), intent.body_sent}].refused = reason;
}

Task<IssueOperation::Found> IssueOperation::ProbeProject(Intent intent) {
  std::set<ProjectList> lists;  // named: g++ 12 cannot keep a braced list over a wait
  lists.insert(ListOfKind(intent.kind));
  Result<LocalProject> read = co_await ReadProject(std::move(lists));
  if (!read.ok()) co_return Found::kCannotTell;
  if (IsVersionAdd(intent.kind)) {
    const bool is_here = jira_.names.Has(ListOfKind(intent.kind), intent.body_sent);
    co_return is_here ? Found::kYes : Found::kNo;
  }
  IssueBase written;  // what the write wanted and is not shown would have to be written again
  for (const Register& target : TargetsOf(terms_, intent)) {
    RegisterBase& reg = written.registers[target.key];
    reg.agreed = target.value;
    reg.is_pending = true;
  }
  const Plan plan = PlanProject(terms_, std::move(written), read.value(), false);
  co_return plan.writes.empty() ? Found::kYes : Found::kNo;
}

}  // namespace valise
