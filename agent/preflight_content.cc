// What is no field: links, attachments, who sees comments, security levels, sprints; and people.
#include "agent/config/units.h"
#include "agent/preflight_parts.h"

namespace valise::preflight {
namespace {

using Names = std::vector<std::string>;

void CheckLinks(const Config& config, const PreflightFacts& facts, Report& report) {
  Names there;
  for (const jira::LinkType& type : facts.project.link_types) there.push_back(type.name);
  for (const auto& [shared, local] : config.binding.links) {
    if (Has(there, local)) continue;
    const std::string why = there.empty() ? "linking is switched off in this Jira"
                                          : "Jira has no link type " + Quoted(local);
    report.Held("VAL-BINDING-LINK", "[bind.links] " + shared,
                why + ": the peer's links of that type are held",
                there.empty() ? "switch it on, or remove [bind.links]"
                              : "correct it; there is: " + Listed(there));
  }
}

void CheckAttachments(const Config& config, const PreflightFacts& facts, Report& report) {
  const Contract& contract = config.contract;
  const jira::AttachmentLimits& limits = facts.project.attachments;
  if (!contract.has_attachments || !config.binding.has_attachments) return;
  if (!limits.is_enabled) {
    report.Held("VAL-CHECK-ATTACHMENTS", "[bind] attachments",
                "attachments are switched off in this Jira: every one of the peer is held",
                "switch them on, or say attachments = false");
    return;
  }
  const bool is_incoming = IsIncoming(config, contract.attachments_from);
  if (!is_incoming || limits.bytes_max >= contract.attachments.bytes_max) return;
  report.Held("VAL-CHECK-LARGE", "[attachments] bytes_max",
              "the contract lets attachments of " + SizeText(contract.attachments.bytes_max) +
                  " through, this Jira takes " + SizeText(limits.bytes_max) +
                  ": larger ones are held (pitfall 15)",
              "raise Jira's limit, or agree on a smaller one");
}

void CheckVisibility(const PreflightFacts& facts, const std::string& place,
                     const Visibility& visibility, const char* what, Report& report) {
  if (visibility.kind == Visibility::Kind::kPublic) return;
  const bool is_role = visibility.kind == Visibility::Kind::kRole;
  const auto& names = is_role ? facts.roles : facts.groups;
  if (!names || names->contains(visibility.name)) return;
  const Names there(names->begin(), names->end());
  report.Fails("VAL-BINDING-VISIBILITY", place,
               std::string("there is no ") + (is_role ? "role " : "group ") +
                   Quoted(visibility.name) + ", or it is hidden from the account: Jira refuses " +
                   "every " + what + " written for the peer (pitfall 12)",
               is_role ? "correct it; there is: " + Listed(there) : std::string("correct it"));
}

void CheckSecurity(const Config& config, const PreflightFacts& facts, Report& report) {
  const std::string& level = config.binding.security_level;
  if (level.empty() || !facts.security_levels || facts.security_levels->contains(level)) return;
  const Names there(facts.security_levels->begin(), facts.security_levels->end());
  report.Fails("VAL-BINDING-SECURITY", "[bind.security] default",
               "the account may set no security level " + Quoted(level) +
                   " in this project: no issue of the peer can be created (pitfall 24)",
               there.empty() ? "give the project a security scheme with it, and the account Set "
                               "Issue Security"
                             : "correct it; there is: " + Listed(there));
}

void CheckSprints(const Config& config, const PreflightFacts& facts, Report& report) {
  for (const auto& [name, field] : config.binding.fields) {
    if (field.kind != ValueKind::kSprint) continue;
    const std::string place = "[bind.fields." + name + "]";
    const auto has_sprints = [](const jira::Board& board) { return board.type == "scrum"; };
    if (!facts.has_agile) {
      report.Fails("VAL-CHECK-AGILE", place,
                   "this Jira has no agile API (Jira Software): no sprint can be read or set "
                   "(pitfall 19)",
                   "remove the binding");
    } else if (std::none_of(facts.boards.begin(), facts.boards.end(), has_sprints)) {
      report.Held("VAL-CHECK-AGILE", place,
                  "no scrum board of the project is visible to the account: every sprint is held",
                  "make one, or share its filter with the account");
    }
  }
}

// Places whose values are accounts: alias -> where it stands.
void CheckAccount(const PreflightFacts& facts, const std::string& place, const std::string& account,
                  const std::string& without, Severity severity, bool needs_assignable,
                  Report& report) {
  const auto found = facts.people.find(account);
  if (found == facts.people.end()) return;  // Jira did not tell, which is listed by itself
  const PersonFact& person = found->second;
  if (!person.exists) {
    report.Add(severity, "VAL-BINDING-USER", place, "Jira has no user " + Quoted(account) + without,
               "correct it: the user name, not the key or the display name (pitfall 17)");
  } else if (!person.is_active) {
    report.Add(severity, "VAL-BINDING-USER", place,
               "the user " + Quoted(account) + " is switched off in Jira" + without,
               "bind another account, or switch it on");
  } else if (needs_assignable && !person.is_assignable) {
    report.Held("VAL-BINDING-USER", place,
                Quoted(account) +
                    " cannot be assigned in this project: issues that the peer "
                    "assigns to it are held",
                "grant Assignable User, or bind another account");
  }
}

bool IsAssigneeWritten(const Config& config) {
  const FieldBinding* field = config.binding.ByField("assignee");
  return field != nullptr && IsIncoming(config, config.contract.DirectionOf(field->name));
}

}  // namespace

void CheckContent(const Config& config, const PreflightFacts& facts, Report& report) {
  CheckLinks(config, facts, report);
  CheckAttachments(config, facts, report);
  CheckVisibility(facts, "[bind] comments visibility", config.binding.comment_visibility, "comment",
                  report);
  CheckVisibility(facts, "[bind] worklogs visibility", config.binding.work_log_visibility,
                  "work log", report);
  CheckSecurity(config, facts, report);
  CheckSprints(config, facts, report);
}

void CheckPeople(const Config& config, const PreflightFacts& facts, Report& report) {
  const Binding& binding = config.binding;
  const bool needs_assignable = IsAssigneeWritten(config);
  for (const auto& [alias, account] : binding.users) {
    CheckAccount(facts, "[bind.users] " + alias, account,
                 ": fields with " + Quoted(alias) + " are held", Severity::kHeld, needs_assignable,
                 report);
  }
  CheckAccount(facts, "[bind.people] default", binding.people.default_user,
               ": fields with an unknown person are held", Severity::kHeld, needs_assignable,
               report);
  for (const std::string& account : binding.automations) {
    CheckAccount(facts, "[jira] automation_users", account, ": what it writes counts as a person's",
                 Severity::kNote, false, report);
  }
  const std::string& text_field = binding.people.text_field;
  if (text_field.empty() || FieldOf(facts, text_field) != nullptr) return;
  report.Held("VAL-BINDING-FIELD", "[bind.people] text_field",
              "this Jira has no field " + text_field + ": names of unknown people are lost",
              "correct the id");
}

}  // namespace valise::preflight
