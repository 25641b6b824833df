// A write that Jira refused: what it names is held with a reason, the rest is planned anew.
#include "agent/issue_operation.h"

namespace valise {

using jira::Verdict;

namespace {

constexpr char kEditIssues[] = "EDIT_ISSUES";

// Writes that Jira may not take because of the status that the issue has.
bool DependsOnStatus(WriteKind kind) {
  switch (kind) {
    case WriteKind::kEdit:
    case WriteKind::kCommentAdd:
    case WriteKind::kCommentEdit:
    case WriteKind::kCommentDelete:
    case WriteKind::kWorkLogAdd:
    case WriteKind::kWorkLogEdit:
    case WriteKind::kWorkLogDelete:
    case WriteKind::kAttachmentAdd:
    case WriteKind::kAttachmentDelete:
    case WriteKind::kLinkAdd:
    case WriteKind::kLinkDelete:
      return true;
    default:
      return false;
  }
}

// Jira blames an estimate by the field that it came in, or by its own part of that.
bool IsBlamed(const jira::Judged& judged, const std::string& field) {
  const std::string screen_field = jira::ScreenFieldOf(field);
  if (judged.field_errors.contains(screen_field)) return true;
  if (screen_field == field) return false;
  const char* const part = field == "timeestimate" ? "_remainingestimate" : "_originalestimate";
  return judged.field_errors.contains(screen_field + part);
}

}  // namespace

Task<IssueOperation::Step> IssueOperation::Refused(Intent intent, PlannedWrite write,
                                                   jira::Judged judged) {
  bool is_not_editable = false;
  if (judged.verdict != Verdict::kGone) is_not_editable = co_await IsNotEditable(intent.kind);
  if (is_not_editable) co_return HoldUntilMoved(intent, write);
  co_return WriteRefused(intent, write, judged);
}

// A step of the workflow may forbid all edits (its property jira.issue.editable; Closed in Jira's
// classic workflow): then no field is offered to somebody who may edit issues. What Jira does not
// tell is an ordinary refusal.
Task<bool> IssueOperation::IsNotEditable(WriteKind kind) {
  const auto base = world_.store.LoadIssue(issue_id_);
  if (!DependsOnStatus(kind) || !base || base->jira_id.empty()) co_return false;
  JiraAnswer offered = co_await jira_.Send(jira::ReadEditMeta(base->jira_id));
  if (!offered.ok()) co_return false;
  const auto fields = jira::ParseEditMeta(offered.response);
  if (!fields.ok() || !fields.value().empty()) co_return false;
  JiraAnswer granted = co_await jira_.Send(jira::ReadPermissions(terms_.binding.project));
  if (!granted.ok()) co_return false;
  const auto permissions = jira::ParsePermissions(granted.response);
  co_return permissions.ok() && permissions.value().contains(kEditIssues);
}

IssueOperation::Step IssueOperation::HoldUntilMoved(const Intent& intent,
                                                    const PlannedWrite& write) {
  auto base = world_.store.LoadIssue(intent.issue_id);
  if (!base) return Done();
  std::vector<Finding> findings;
  for (const RegisterKey& key : write.keys) {
    HoldRegister(*base, key, NotEditableReason(current_status_), findings);
  }
  return KeepRefusal(intent, *base, findings);
}

// A definite no. What Jira names is held; what it does not name is tried one by one.
IssueOperation::Step IssueOperation::WriteRefused(const Intent& intent, const PlannedWrite& write,
                                                  const jira::Judged& judged) {
  if (intent.issue_id == terms_.project_id) return ProjectRefused(intent, write, judged);
  auto base = world_.store.LoadIssue(intent.issue_id);
  if (!base) return Done();
  std::vector<Finding> findings;
  std::string reason =
      judged.verdict == Verdict::kForbidden ? "forbidden" : "refused:" + judged.error.code;
  std::vector<RegisterKey> to_hold;
  for (const RegisterKey& key : write.keys) {
    const std::string field = WrittenFieldOf(terms_, key);
    if (!field.empty() && IsBlamed(judged, field)) to_hold.push_back(key);
  }
  const bool is_type_refused = judged.field_errors.contains("issuetype");
  if (is_type_refused) to_hold.push_back(FieldKey(kTypeField));
  if (to_hold.empty() && DropRefusedDefaults(write, judged, findings)) {
    return KeepRefusal(intent, *base, findings);  // made again without them
  }
  const bool names_nothing = to_hold.empty();
  if (names_nothing && !judged.field_errors.empty()) {
    // A field that nothing here writes, or the security level that the issue must not be without.
    const std::string& field = judged.field_errors.begin()->first;
    reason = (write.defaults.contains(field) ? "default:" : "required:") + field;
  }
  const bool is_single = write.keys.size() == 1 || one_at_a_time_ || write.kind != WriteKind::kEdit;
  if (names_nothing && (is_single || judged.verdict == Verdict::kForbidden)) to_hold = write.keys;
  const bool is_create = write.kind == WriteKind::kCreate;
  // Nothing is made without a type: tried again it would be refused again.
  if (is_create && (names_nothing || is_type_refused)) base->held = reason;
  for (const RegisterKey& key : to_hold) HoldRegister(*base, key, reason, findings);
  if (to_hold.empty()) one_at_a_time_ = true;
  return KeepRefusal(intent, *base, findings);
}

// A default that this type's screen lacks, or a value that Jira does not know: the create is made
// again without it, and Jira says whether it was needed. True: there was one.
bool IssueOperation::DropRefusedDefaults(const PlannedWrite& write, const jira::Judged& judged,
                                         std::vector<Finding>& findings) {
  if (write.kind != WriteKind::kCreate) return false;
  bool has_dropped = false;
  for (const auto& [field, why] : judged.field_errors) {
    const auto bound = terms_.binding.defaults.find(field);
    if (bound == terms_.binding.defaults.end() || write.fields.contains(field)) continue;
    if (field == kSecurityField) continue;  // without its level more people would see the issue
    if (!refused_defaults_.insert(field).second) continue;
    has_dropped = true;
    findings.push_back({"default-refused", FieldKey(field), Value{bound->second, ""},
                        Version{}, "default"});
  }
  return has_dropped;
}

IssueOperation::Step IssueOperation::KeepRefusal(const Intent& intent, const IssueBase& base,
                                                 const std::vector<Finding>& findings) {
  must_replan_ = true;
  world_.store.Begin();
  world_.store.RemoveIntent(intent.write_id);
  world_.store.SaveIssue(base);
  if (IsHeldBack(base)) TouchWaiting(base.issue_id);
  AppendFindings(base.issue_id, findings);
  ReportOutcomes(base);
  const Result<void> kept = world_.store.Commit();
  if (!kept.ok()) return Later(terms_.settings.poll_every_ms, kept.error().code);
  return Again();
}

}  // namespace valise
