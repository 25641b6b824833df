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
constexpr std::array kLinks{Right{"LINK_ISSUES", "Link Issues", Severity::kHeld, "[bind.links]",
                                  "every link of the peer is held"}};
constexpr std::array kSecurity{Right{"SET_ISSUE_SECURITY", "Set Issue Security", Severity::kFails,
                                     "[bind.security]",
                                     "issues cannot be created with that level (pitfall 24)"}};
constexpr std::array kDelete{Right{"DELETE_ISSUES", "Delete Issues", Severity::kHeld, "[lifecycle]",
                                   "no copy can be deleted (pitfall 25)"}};

// What people and the peer add to an issue: Jira has a permission to add it, and others to edit and
// to delete it, for what is one's own and for all.
struct Addition {
  const char* add_key;
  const char* add_name;
  std::string key;   // in the other keys: "COMMENTS"
  std::string name;  // in their names: "Comments"
  std::string place;
  std::string noun;
  bool is_edited;
};
const Addition kComments{"ADD_COMMENTS",    "Add Comments", "COMMENTS", "Comments",
                         "[bind] comments", "comment",      true};
const Addition kWorkLogs{"WORK_ON_ISSUES",  "Work On Issues", "WORKLOGS", "Worklogs",
                         "[bind] worklogs", "work log",       true};
const Addition kAttachments{
    "CREATE_ATTACHMENTS", "Create Attachments", "ATTACHMENTS", "Attachments",
    "[bind] attachments", "attachment",         false};

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
  // Of what the peer adds and, where both sides do, of what is added here, too.
  void NeedFor(const Addition& what, const Direction& from) {
    Need(Severity::kHeld, what.add_key, what.add_name, what.place,
         "every " + what.noun + " of the peer is held");
    NeedToChange(what, "OWN", "edits of the peer's " + what.noun + "s are held",
                 what.noun + "s that the peer deletes stay");
    if (from.owner) return;
    NeedToChange(what, "ALL", "what the peer changes in " + what.noun + "s made here is held",
                 what.noun + "s made here that the peer deletes stay");
  }
  void Need(Severity severity, const std::string& key, const std::string& name,
            const std::string& place, const std::string& without) {
    if (!facts_.permissions || facts_.permissions->contains(key)) return;
    report_.Add(severity, "VAL-CHECK-PERMISSION", place,
                "the account lacks the permission " + Quoted(name) + ": " + without,
                "grant it to " + facts_.account.name + " in the project's permission scheme");
  }

 private:
  // `whose`: "OWN", "ALL".
  void NeedToChange(const Addition& what, const std::string& whose, const std::string& no_edit,
                    const std::string& no_delete) {
    const std::string words = (whose == "OWN" ? " Own " : " All ") + what.name;
    if (what.is_edited) {
      Need(Severity::kHeld, "EDIT_" + whose + "_" + what.key, "Edit" + words, what.place, no_edit);
    }
    Need(Severity::kHeld, "DELETE_" + whose + "_" + what.key, "Delete" + words, what.place,
         no_delete);
  }

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
  check.Need(kAlways);
  if (!binding.statuses.empty()) check.Need(kStatuses);
  CheckFieldRights(config, check);
  const auto add = [&](bool is_shared, const Direction& from, const Addition& what) {
    if (is_shared && IsIncoming(config, from)) check.NeedFor(what, from);
  };
  add(contract.has_comments && binding.has_comments, contract.comments_from, kComments);
  add(contract.has_work_logs && binding.has_work_logs, contract.work_logs_from, kWorkLogs);
  add(contract.has_attachments && binding.has_attachments, contract.attachments_from, kAttachments);
  if (!binding.links.empty() && IsIncoming(config, contract.links_from)) check.Need(kLinks);
  if (!binding.security_level.empty()) check.Need(kSecurity);
  if (contract.lifecycle.Has(EndAction::kDelete)) check.Need(kDelete);
}

}  // namespace valise::preflight
