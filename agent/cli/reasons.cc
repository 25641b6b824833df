#include "agent/cli/reasons.h"

#include <array>
#include <utility>

namespace valise::cli {

namespace {

constexpr auto kRemedies = std::to_array<std::pair<const char*, const char*>>({
    {"type", "its issue type is not bound here; bind it in [bind.types], then: valise retry ISSUE"},
    {"unpackable", "this change does not fit the wire's limits and stays here; edit the issue"},
    {"rollback", "Jira shows an older state, or another issue: restored from a backup, or another "
                 "URL; if it is right: valise retry ISSUE"},
    {"flip", "rules at both sites answer each other; change one, then: valise retry ISSUE"},
    {"value", "no local value stands for it; bind it in channel.toml, then: valise retry ISSUE"},
    {"no-way",
     "no way through the workflow leads there; offer a transition, or move the issue by "
     "hand, then: valise retry ISSUE"},
    {"no-status",
     "the project has no status of that name; correct [bind.statuses] (valise check-config --live "
     "shows the names), restart run, then: valise retry ISSUE"},
    {"text", "Jira cannot keep this text; the peer should edit it"},
    {"refused",
     "Jira refused it; valise check-config --live shows names that Jira has no more, else see its "
     "screens and required fields, then: valise retry ISSUE"},
    {"required",
     "Jira wants a value for the field named here, which nothing bound gives; bind it with "
     "default = \"…\", or take it off the create screen, then: valise retry ISSUE"},
    {"default",
     "Jira refuses what the binding gives by itself to the field named here; correct "
     "[bind.defaults] or [bind.security], or grant the right, then: valise retry ISSUE"},
    {"person",
     "this person has no account here; name one in [bind.users], or say what else in [bind.people] "
     "unknown, then: valise retry ISSUE"},
    {"not-editable",
     "its workflow lets nobody edit an issue of this status (property jira.issue.editable); it "
     "goes on by itself when the issue is in another one"},
    {"textless",
     "what the peer says of it, as the time of a work log, is none that the contract has; the peer "
     "should edit it, and it comes by itself"},
    {"restricted", "it is restricted here and its copy is not; nothing to do, or open it"},
    {"not-taken",
     "[bind.incoming] does not take it; it is taken by itself when the peer changes it so"},
    {"filtered", "the contract's filter keeps this attachment at home; nothing to do"},
    {"unreadable", "Jira does not give this attachment's bytes; look at it in Jira"},
    {"contract", "the contract lacked this field when it was on its way; set the value anew"},
    {"other-type",
     "the contract keeps this field from the issue's type; it is written when the type has it"},
    {"too-many",
     "the peer has more of these on one issue than [sync] objects_max; look at what it sends, then "
     "raise that and: valise retry ISSUE"},
    {"links-off", "issue links are switched off in this Jira; nothing to do, or switch them on"},
    {"work-log-deleted",
     "the work log was deleted while the other side edited it; its text is here"},
    {"forbidden", "the token's user may not do this; grant it in Jira, then: valise retry ISSUE"},
    {"unknown",
     "Jira's answer was lost and two looks found nothing; look into Jira, then: valise "
     "retry ISSUE"},
    {"unsettled", "a write to Jira has no certain outcome yet; it is looked at again by itself"},
    {"direction",
     "this field has one owner and the change came from the other side; nothing to do"},
    {"conflict", "both sides changed it; the other value stands and this one is kept here"},
    {"unmapped",
     "no shared value stands for the local one, so it stays at home; bind it, if it shall travel"},
    {"overwritten",
     "somebody edited it between look and write; the value here was theirs, behind the arrow is "
     "what stands in its place; if theirs is right, enter it in Jira once more"},
    {"altered", "Jira shows something else than was written; see its post-functions and renderers"},
    {"comment-deleted", "the comment was deleted while the other side edited it; its text is here"},
    {"content-damaged",
     "an attachment's bytes were damaged or lost on their way; they are sent again by themselves, "
     "unless it says given-up: then attach the file anew"},
    {"content-refused",
     "the peer sent bytes of an attachment that the contract does not let in; tell the peer"},
    {"gone",
     "the issue cannot be seen in Jira any more; restore it or its permissions, then: "
     "valise retry ISSUE"},
    {"gap", "an earlier packet of the peer is missing; it was asked for"},
    {"parent", "its parent is not here yet"},
    {"race", "somebody edited it between look and write; it is done again by itself"},
});

// Of an issue's end, of links, of a changed binding, and of what the project lacks.
constexpr auto kEndRemedies = std::to_array<std::pair<const char*, const char*>>({
    {"link-twice",
     "an earlier issue of the peer's with the same value was linked with the one here; this one "
     "was made anew"},
    {"not-applied",
     "it changed after valise map apply listed it, or that side cannot have it; list again: valise "
     "map apply"},
    {"missing",
     "this project lacks that version or component, or may not make it; make it in Jira and it "
     "goes on, or grant Administer Projects, then: valise retry ISSUE"},
    {"sprint-unknown",
     "no open sprint of the project's scrum boards is called so; make or rename one in Jira and it "
     "goes on by itself"},
    {"sprint-ambiguous",
     "several open sprints are called so; rename all but one in Jira and it goes on by itself"},
    {"no-agile",
     "this Jira shows the account no boards (Jira Software); see: valise check-config --live"},
    {"parent-moved",
     "the peer moved it under another parent, which Jira's REST cannot do; move it by hand, and "
     "the hold ends by itself"},
    {"ignored", "this project lacks that version or component and goes without; nothing to do"},
    {"first-sight",
     "this version said something else here before the peer's word on it was shown; nothing to do"},
    {"version", "a version or component is being made for it"},
    {"ending",
     "the issue seems to have ended here; it is looked at once more before the peer is told"},
    {"ends",
     "more issues came to an end at once than [bind.lifecycle] at_once_max; if that is right: "
     "valise retry ISSUE, or valise retry"},
    {"edited",
     "the peer's issue ended and the contract deletes the copy, but somebody worked on it; keep "
     "what you need, then: valise retry ISSUE deletes it"},
    {"frozen-edit", "the peer does not share its issue any more, so this edit stays here"},
    {"deleted", "the issue was deleted where it was born; nothing of it travels any more"},
    {"moved", "the issue was moved to another project; nothing of it travels until it is back"},
    {"archived", "the issue is archived; nothing of it travels until it is restored"},
    {"link",
     "the local issue that it was linked with is gone or shared already; link another one, or "
     "valise link LOCAL --forget, then: valise retry ISSUE"},
    {"not-linked", "one of the two was shared meanwhile; see: valise explain"},
    {"awaited",
     "it points to an issue of the peer's that is held at this end; see why: valise explain "
     "TARGET; once that one is in this Jira, this goes on by itself"},
    {"link-ended", "the issue that it links to is not shared any more; it waits until it is"},
    {"left-scope",
     "the issue is not shared any more where it was born; nothing travels until it is again"},
});

// Of listed values, whose kind says what happened and whose reason only why. Nothing is blocked.
constexpr auto kKindRemedies = std::to_array<std::pair<const char*, const char*>>({
    {"refused", "the contract does not let in what the peer sent; compare at both sites: valise "
                "contract show"},
    {"contract", "a contract of the peer's was refused, for the reason that its value here tells; "
                 "see: valise contract show"},
    {"conflict-lost", "both sides changed it; the other value stands and this one is kept here"},
    {"override", "the peer owns it; what was done here stays here and does not travel"},
    {"put-back", "the peer owns it; the edit made here was taken back and is kept in this list"},
    {"default-refused",
     "Jira refuses this value of [bind.defaults]; the issue was made without it, so correct it"},
    {"twin", "this issue bears the mark of another one, as a clone does, and is not shared itself"},
    {"frozen", "the issue ended where it was born; nothing of it travels any more"},
    {"skipped", "the peer cannot send what it had of this issue any more; compare it by hand"},
    {"peer-clock", "the peer's clock is ahead, so its edits win too often; tell the peer"},
    {"unsupported", "the peer runs a newer valise and sent something unknown here; upgrade"},
});

}  // namespace

std::string RemedyOf(const std::string& kind, const std::string& reason_code) {
  const bool says_more = reason_code == "first-sight" || reason_code == "contract" ||
                         (kind == "refused" && reason_code == "direction");
  if (says_more && kind != "contract") return Remedy(reason_code);
  for (const auto& [name, remedy] : kKindRemedies) {
    if (kind == name) return remedy;
  }
  const std::string remedy = Remedy(kind);
  return remedy.empty() ? Remedy(reason_code) : remedy;
}

std::string RemedyFor(const std::string& kind, const std::string& reason_code,
                      const std::string& issue) {
  std::string remedy = RemedyOf(kind, reason_code);
  const std::size_t at = remedy.find("ISSUE");
  if (at != std::string::npos) remedy.replace(at, 5, issue);
  return remedy;
}

std::string Remedy(const std::string& reason_code) {
  const std::size_t colon = reason_code.find(':');
  const std::string word = reason_code.substr(0, colon);
  for (const auto& [code, remedy] : kRemedies) {
    if (word == code) return remedy;
  }
  for (const auto& [code, remedy] : kEndRemedies) {
    if (word != code) continue;
    std::string text = remedy;
    const std::size_t at = text.find("TARGET");
    if (at != std::string::npos && colon != std::string::npos) {
      text.replace(at, 6, reason_code.substr(colon + 1));
    }
    return text;
  }
  return "";
}

const char* NameOf(OutcomeResult result) {
  switch (result) {
    case OutcomeResult::kApplied:
      return "applied";
    case OutcomeResult::kKept:
      return "kept";
    case OutcomeResult::kSuperseded:
      return "superseded";
    case OutcomeResult::kHeld:
      return "held";
    case OutcomeResult::kRefused:
      return "refused";
  }
  return "unknown";
}

}  // namespace valise::cli
