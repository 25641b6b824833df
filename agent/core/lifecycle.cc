#include "agent/core/lifecycle.h"

#include <algorithm>
#include <utility>

#include "agent/core/merge.h"
#include "agent/core/objects.h"
#include "agent/core/plan_parts.h"
#include "agent/core/view.h"

namespace valise {
namespace {

constexpr char kLabels[] = "labels";
constexpr char kResolution[] = "resolution";
// Derives the ids of objects that are only listed.
constexpr std::string_view kNoKey = "these objects never leave";

// A close moves these besides what it is told to.
bool IsMovedByClose(const Terms& terms, const RegisterKey& key) {
  if (key.kind != RegisterKind::kField) return false;
  if (key.field == kStatusField) return true;
  const auto binding = terms.binding.fields.find(key.field);
  return binding != terms.binding.fields.end() && binding->second.field == kResolution;
}

void Freeze(IssueBase& base, const std::string& end) {
  base.state = IssueState::kFrozen;
  for (auto& [key, reg] : base.registers) {
    if (!reg.is_pending || key == LifecycleKey()) continue;
    reg.is_pending = false;
    reg.held = end;
  }
}

void Thaw(const Terms& terms, IssueBase& base) {
  const bool is_here = !base.jira_id.empty();
  base.state = is_here ? IssueState::kMapped : IssueState::kIncoming;
  const bool is_closed = terms.contract.lifecycle.Has(EndAction::kClose);
  for (auto& [key, reg] : base.registers) {
    if (key == LifecycleKey() || !IsBound(terms, key)) continue;
    const bool was_moved = is_closed && IsMovedByClose(terms, key);
    const bool is_wanted = reg.version != Version{} && (is_here ? was_moved : !!reg.agreed);
    if (IsEnd(reg.held)) reg.held.clear();
    else if (!is_wanted || !reg.held.empty()) continue;
    reg.is_pending = true;
  }
}

const std::vector<std::string>* CloseStatuses(const Terms& terms) {
  const auto bound = terms.binding.statuses.find(terms.binding.lifecycle.close);
  if (bound == terms.binding.statuses.end() || bound->second.local.empty()) return nullptr;
  return &bound->second.local;
}

bool Has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool ShowsLabel(const Terms& terms, const LocalIssue& local) {
  const auto found = local.fields.find(kLabels);
  if (found == local.fields.end()) return false;
  const std::vector<Value>& labels = found->second.values;
  return std::find(labels.begin(), labels.end(), Value{terms.binding.lifecycle.label, ""}) !=
         labels.end();
}

// The register of our label; nullopt: labels are not shared, or this one has no shared name.
std::optional<RegisterKey> LabelKey(const Terms& terms) {
  const FieldBinding* binding = terms.binding.ByField(kLabels);
  if (!binding) return std::nullopt;
  LocalField field;
  field.values.push_back({terms.binding.lifecycle.label, ""});
  const ViewEntry entry = ToSharedField(terms, *binding, field, std::nullopt, Directory{});
  if (!entry.shared) return std::nullopt;
  return ElementKey(binding->name, entry.shared->text);
}

bool IsLabelAgreed(const Terms& terms, const IssueBase& base) {
  const auto key = LabelKey(terms);
  const auto found = key ? base.registers.find(*key) : base.registers.end();
  return found != base.registers.end() && found->second.agreed;
}

// Nobody may lose what exists in this Jira only.
bool HasUnsharedObjects(const Terms& terms, const IssueBase& base, const LocalIssue& local) {
  for (const ObjectKind kind : kObjectKinds) {
    for (const LocalObject& shown : ObjectsOf(local, kind)) {
      if (shown.author.name == terms.own_user) continue;
      const bool is_known =
          std::any_of(base.objects.begin(), base.objects.end(), [&](const auto& pair) {
            return pair.second.origin.kind == kind && pair.second.jira_id == shown.id;
          });
      if (!is_known) return true;
    }
  }
  return false;
}

class EndPlanner {
 public:
  EndPlanner(const Terms& terms, IssueBase base, const LocalIssue& local,
             const Directory& directory, DeleteGuard guard)
      : terms_(terms), local_(local), directory_(directory), guard_(guard) {
    plan_.base = std::move(base);
  }

  Plan Run() {
    RegisterBase* lifecycle = PendingRegister(plan_.base, LifecycleKey());
    if (lifecycle) Carry(*lifecycle, EndOf(plan_.base));
    return std::move(plan_);
  }

 private:
  void Carry(RegisterBase& lifecycle, const std::string& end) {
    switch (ActionFor(terms_, end)) {
      case EndAction::kLabel:
        return ShowsLabel(terms_, local_) ? Settle(lifecycle) : WriteLabel();
      case EndAction::kClose:
        return Close(lifecycle);
      case EndAction::kComment:
        return Tell(end);
      case EndAction::kDelete:
        return Delete();
      case EndAction::kNothing:
        return Settle(lifecycle);
    }
  }

  static void Settle(RegisterBase& lifecycle) { lifecycle.is_pending = false; }

  void Hold(const char* reason) {
    HoldRegister(plan_.base, LifecycleKey(), reason, plan_.findings);
  }

  PlannedWrite& Add(WriteKind kind) {
    PlannedWrite& write = plan_.writes.emplace_back();
    write.kind = kind;
    write.keys = {LifecycleKey()};
    return write;
  }

  void WriteLabel() {
    Add(WriteKind::kEdit).label = {terms_.binding.lifecycle.label, true};
  }

  void Close(RegisterBase& lifecycle) {
    const auto* names = CloseStatuses(terms_);
    if (!names) return Hold("value");
    if (Has(*names, local_.status)) return Settle(lifecycle);
    PlannedWrite& write = Add(WriteKind::kTransition);
    write.status = names->front();
    write.defaults = terms_.binding.statuses.at(terms_.binding.lifecycle.close).Defaults();
  }

  void Tell(const std::string& end) {
    const std::string& site = terms_.contract.sites[terms_.peer_site];
    std::string what = " has deleted its issue.";
    if (end == kMoved) what = " has moved its issue to another project.";
    if (end == kArchived) what = " has archived its issue.";
    if (end == kLeftScope) what = " does not share its issue any more.";
    PlannedWrite& write = Add(WriteKind::kCommentAdd);
    write.object = EndCommentId(plan_.base);
    write.body = site + what + " Changes made here do not reach " + site + ".";
    write.visible_to = VisibilityOf(terms_.binding, ObjectKind::kComment).Text();
  }

  void Delete() {
    const bool is_edited =
        guard_.has_unanswered || !EditsOfFrozen(terms_, plan_.base, local_, directory_).empty() ||
        HasUnsharedObjects(terms_, plan_.base, local_);
    if (is_edited && !guard_.is_agreed) return Hold("edited");
    Add(WriteKind::kIssueDelete).shown = SeenDigest(std::to_string(local_.updated_ms));
  }

  const Terms& terms_;
  const LocalIssue& local_;
  const Directory& directory_;
  const DeleteGuard guard_;
  Plan plan_;
};

}  // namespace

RegisterKey LifecycleKey() { return FieldKey(kLifecycleField); }

bool IsEnd(const std::string& word) {
  return word == kDeleted || word == kMoved || word == kArchived || word == kLeftScope;
}

std::string EndOf(const IssueBase& base) {
  const auto found = base.registers.find(LifecycleKey());
  if (found == base.registers.end() || !found->second.agreed) return "";
  return found->second.agreed->text;
}

Version LifecycleVersion(const IssueBase& base) {
  const auto found = base.registers.find(LifecycleKey());
  return found == base.registers.end() ? Version{} : found->second.version;
}

EndAction ActionFor(const Terms& terms, const std::string& end) {
  const LifecycleTerms& actions = terms.contract.lifecycle;
  if (end == kDeleted) return actions.deleted;
  if (end == kMoved) return actions.moved;
  if (end == kArchived) return actions.archived;
  return end == kLeftScope ? actions.left_scope : EndAction::kNothing;
}

void FollowLifecycle(const Terms& terms, IssueBase& base) {
  const std::string end = EndOf(base);
  if (!end.empty()) Freeze(base, end);
  else if (base.state == IssueState::kFrozen) Thaw(terms, base);
}

void ForgetJiraIssue(IssueBase& base) {
  base.jira_id.clear();
  base.jira_key.clear();
  base.jira_created_ms = base.jira_updated_ms = base.history_through = 0;
  base.jira_parts = Digest{};
  for (auto& [key, reg] : base.registers) {
    reg.has_seen = false;
    reg.seen = Id{};
  }
  for (auto& [id, object] : base.objects) object.jira_id.clear();
}

void RecordEnd(const Terms& terms, IssueBase& base, const std::string& end, std::int64_t now_ms,
               LocalChange& change) {
  std::optional<Value> value;
  if (!end.empty()) value = Value{end, ""};
  RecordLocalEdit(terms, base.registers[LifecycleKey()], LifecycleKey(), value, {now_ms, false},
                  now_ms, change);
  FollowLifecycle(terms, base);
}

Plan PlanEnd(const Terms& terms, IssueBase base, const LocalIssue& local,
             const Directory& directory, DeleteGuard guard) {
  return EndPlanner(terms, std::move(base), local, directory, guard).Run();
}

// A label that is agreed is not ours to take away; status and resolution are pending by themselves.
Plan TakeBackEnd(const Terms& terms, Plan plan, const LocalIssue& local) {
  RegisterBase* lifecycle = PendingRegister(plan.base, LifecycleKey());
  if (!lifecycle) return plan;
  const bool is_ours = terms.contract.lifecycle.Has(EndAction::kLabel) &&
                       ShowsLabel(terms, local) && !IsLabelAgreed(terms, plan.base);
  if (!is_ours) {
    lifecycle->is_pending = false;
    return plan;
  }
  PlannedWrite& write = plan.writes.emplace_back();
  write.keys = {LifecycleKey()};
  write.label = {terms.binding.lifecycle.label, false};
  return plan;
}

void AbsorbEnd(const Terms& terms, const DoneWrite& write, const LocalIssue& local,
               IssueBase& base) {
  const auto lifecycle = base.registers.find(LifecycleKey());
  if (lifecycle == base.registers.end() || write.targets.empty()) return;
  const bool is_newest = lifecycle->second.version == write.targets.front().version;
  if (write.kind == WriteKind::kTransition) {
    const auto* names = CloseStatuses(terms);
    if (!names || !Has(*names, local.status)) return;  // one hop of several: planned on
    const LocalView view = ViewOf(terms, base, local, Directory{});
    for (auto& [key, reg] : base.registers) {
      const auto entry = view.find(key);
      if (IsMovedByClose(terms, key) && entry != view.end()) reg.seen = entry->second.seen;
    }
  }
  if (write.kind == WriteKind::kEdit && ShowsLabel(terms, local)) {
    if (const auto key = LabelKey(terms)) {
      RegisterBase& label = base.registers[*key];
      label.has_seen = true;
      label.seen = SeenDigest(std::string("present"));
    }
  }
  if (is_newest) lifecycle->second.is_pending = false;
}

std::vector<Finding> EditsOfFrozen(const Terms& terms, const IssueBase& base,
                                   const LocalIssue& local, const Directory& directory) {
  CaptureInput input{local, directory, {}, {}, local.updated_ms, kNoKey};
  for (const ObjectKind kind : kObjectKinds) {
    for (const LocalObject& shown : ObjectsOf(local, kind)) {
      if (shown.author.name == terms.own_user) input.ignored.insert({kind, shown.id});
    }
  }
  Captured captured = Capture(terms, base, input);
  std::vector<Finding> edits = std::move(captured.findings);
  for (const Register& edit : captured.change.registers) {
    edits.push_back({"", edit.key, edit.value, edit.version, ""});
  }
  for (Finding& edit : edits) {
    edit.kind = "frozen-edit";
    edit.reason_code = EndOf(base);
  }
  return edits;
}

Id EndCommentId(const IssueBase& base) {
  const std::int64_t at_ms = LifecycleVersion(base).at_ms;
  const Digest digest =
      Hash("VLS1 end comment", std::string(View(base.issue_id)) + std::to_string(at_ms));
  return *IdFromBytes(View(digest).substr(0, 16));
}

}  // namespace valise
