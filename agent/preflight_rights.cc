// What the sync user may do in the project, against what the binding lets arrive.
#include <array>

#include "agent/preflight_parts.h"

namespace valise::preflight {
namespace {

struct Right {
  const char* key;
  const char* name;  // as the permission scheme shows it
  Severity severity;
  const char* place;
  const char* without;  // what happens without it
};

constexpr std::array kAlways{Right{"BROWSE_PROJECTS", "Browse Projects", Severity::kFails,
                                   "[jira] project", "no issue can be read"},
                             Right{"CREATE_ISSUES", "Create Issues", Severity::kFails,
                                   "[jira] project", "no issue of the peer can be created"},
                             Right{"EDIT_ISSUES", "Edit Issues", Severity::kFails, "[jira] project",
                                   "no edit of the peer can be written"}};
constexpr std::array kStatuses{Right{"TRANSITION_ISSUES", "Transition Issues", Severity::kHeld,
                                     "[bind.statuses]", "every status is held"}};
constexpr std::array kComments{Right{"ADD_COMMENTS", "Add Comments", Severity::kHeld,
                                     "[bind] comments", "every comment of the peer is held"},
                               Right{"EDIT_OWN_COMMENTS", "Edit Own Comments", Severity::kHeld,
                                     "[bind] comments", "edits of the peer's comments are held"},
                               Right{"DELETE_OWN_COMMENTS", "Delete Own Comments", Severity::kHeld,
                                     "[bind] comments", "comments that the peer deletes stay"}};
constexpr std::array kCommentsOfOthers{
    Right{"EDIT_ALL_COMMENTS", "Edit All Comments", Severity::kHeld, "[bind] comments",
          "what the peer changes in comments made here is held"},
    Right{"DELETE_ALL_COMMENTS", "Delete All Comments", Severity::kHeld, "[bind] comments",
          "comments made here that the peer deletes stay"}};
constexpr std::array kWorkLogs{Right{"WORK_ON_ISSUES", "Work On Issues", Severity::kHeld,
                                     "[bind] worklogs", "every work log of the peer is held"},
                               Right{"EDIT_OWN_WORKLOGS", "Edit Own Worklogs", Severity::kHeld,
                                     "[bind] worklogs", "edits of the peer's work logs are held"},
                               Right{"DELETE_OWN_WORKLOGS", "Delete Own Worklogs", Severity::kHeld,
                                     "[bind] worklogs", "work logs that the peer deletes stay"}};
constexpr std::array kWorkLogsOfOthers{
    Right{"EDIT_ALL_WORKLOGS", "Edit All Worklogs", Severity::kHeld, "[bind] worklogs",
          "what the peer changes in work logs made here is held"},
    Right{"DELETE_ALL_WORKLOGS", "Delete All Worklogs", Severity::kHeld, "[bind] worklogs",
          "work logs made here that the peer deletes stay"}};
constexpr std::array kAttachments{
    Right{"CREATE_ATTACHMENTS", "Create Attachments", Severity::kHeld, "[bind] attachments",
          "every attachment of the peer is held"},
    Right{"DELETE_OWN_ATTACHMENTS", "Delete Own Attachments", Severity::kHeld, "[bind] attachments",
          "attachments that the peer deletes stay"}};
constexpr std::array kAttachmentsOfOthers{
    Right{"DELETE_ALL_ATTACHMENTS", "Delete All Attachments", Severity::kHeld, "[bind] attachments",
          "attachments made here that the peer deletes stay"}};
constexpr std::array kLinks{Right{"LINK_ISSUES", "Link Issues", Severity::kHeld, "[bind.links]",
                                  "every link of the peer is held"}};
constexpr std::array kSecurity{Right{"SET_ISSUE_SECURITY", "Set Issue Security", Severity::kFails,
                                     "[bind.security]",
                                     "issues cannot be created with that level (pitfall 24)"}};
constexpr std::array kDelete{Right{"DELETE_ISSUES", "Delete Issues", Severity::kHeld, "[lifecycle]",
                                   "no copy can be deleted (pitfall 25)"}};

// Permissions that one of Jira's own fields needs besides Edit Issues.
constexpr std::array<std::array<const char*, 3>, 5> kFieldRights{{
    {"assignee", "ASSIGN_ISSUES", "Assign Issues"},
    {"reporter", "MODIFY_REPORTER", "Modify Reporter"},
    {"duedate", "SCHEDULE_ISSUES", "Schedule Issues"},
    {"fixVersions", "RESOLVE_ISSUES", "Resolve Issues"},
    {"resolution", "RESOLVE_ISSUES", "Resolve Issues"},
}};

class RightsCheck {
 public:
  RightsCheck(const PreflightFacts& facts, Report& report) : facts_(facts), report_(report) {}

  template <typename Rights>
  void Need(const Rights& rights) {
    for (const Right& right : rights) {
      Need(right.severity, right.key, right.name, right.place, right.without);
    }
  }
  // By what is written there and whether both sides do: who only receives changes its own.
  template <typename Own, typename Others>
  void NeedFor(bool is_written, bool is_both, const Own& own, const Others& others) {
    if (is_written) Need(own);
    if (is_written && is_both) Need(others);
  }
  void Need(Severity severity, const std::string& key, const std::string& name,
            const std::string& place, const std::string& without) {
    if (!facts_.permissions || facts_.permissions->contains(key)) return;
    report_.Add(severity, "VAL-CHECK-PERMISSION", place,
                "the account lacks the permission " + Quoted(name) + ": " + without,
                "grant it to " + facts_.account.name + " in the project's permission scheme");
  }

 private:
  const PreflightFacts& facts_;
  Report& report_;
};

void CheckFieldRights(const Config& config, RightsCheck& check) {
  for (const auto& [name, field] : config.binding.fields) {
    const std::string place = "[bind.fields." + name + "]";
    const bool is_written = IsIncoming(config, config.contract.DirectionOf(name));
    for (const auto& [id, key, right] : kFieldRights) {
      if (field.field != id || !is_written) continue;
      check.Need(Severity::kHeld, key, right, place, "the peer's values of it are held");
    }
    if (field.kind == ValueKind::kSprint && is_written) {
      check.Need(Severity::kHeld, "SCHEDULE_ISSUES", "Schedule Issues", place,
                 "no issue can be put into a sprint");
    }
    if (field.missing != MissingValue::kCreate || !is_written) continue;
    check.Need(Severity::kHeld, "ADMINISTER_PROJECTS", "Administer Projects", place + " missing",
               "what this Jira lacks cannot be created");
  }
}

}  // namespace

void CheckPermissions(const Config& config, const PreflightFacts& facts, Report& report) {
  const Contract& contract = config.contract;
  const Binding& binding = config.binding;
  RightsCheck check(facts, report);
  const auto is_both = [](const Direction& from) { return !from.owner; };
  check.Need(kAlways);
  if (!binding.statuses.empty()) check.Need(kStatuses);
  CheckFieldRights(config, check);
  check.NeedFor(
      contract.has_comments && binding.has_comments && IsIncoming(config, contract.comments_from),
      is_both(contract.comments_from), kComments, kCommentsOfOthers);
  check.NeedFor(contract.has_work_logs && binding.has_work_logs &&
                    IsIncoming(config, contract.work_logs_from),
                is_both(contract.work_logs_from), kWorkLogs, kWorkLogsOfOthers);
  check.NeedFor(contract.has_attachments && binding.has_attachments &&
                    IsIncoming(config, contract.attachments_from),
                is_both(contract.attachments_from), kAttachments, kAttachmentsOfOthers);
  if (!binding.links.empty() && IsIncoming(config, contract.links_from)) check.Need(kLinks);
  if (!binding.security_level.empty()) check.Need(kSecurity);
  if (contract.lifecycle.Has(EndAction::kDelete)) check.Need(kDelete);
}

}  // namespace valise::preflight
