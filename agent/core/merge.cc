#include "agent/core/merge.h"

#include <algorithm>

#include "agent/core/decide.h"
#include "agent/core/lifecycle.h"
#include "agent/core/objects.h"
#include "agent/core/plan.h"
#include "agent/core/project.h"
#include "agent/core/remote_key.h"
#include "agent/core/text.h"
#include "agent/core/times.h"
#include "packet/limits.h"

namespace valise {
namespace {

// A hostile peer's names would fill the one base: no project has so many versions.
constexpr std::size_t kAttributesMax = 20'000;

bool IsProject(const Terms& terms, const IssueBase& issue) {
  return !terms.project_id.is_zero() && issue.issue_id == terms.project_id;
}

void Stand(const Terms& terms, const Register& incoming, RegisterBase& base,
           std::vector<Finding>& findings) {
  const bool is_concurrent = base.version.site == terms.own_site && base.version != Version{} &&
                             incoming.seen < base.own_newest;
  if (is_concurrent && base.agreed != incoming.value) {
    findings.push_back({"conflict-lost", incoming.key, base.agreed, base.version, "conflict"});
  }
  base.agreed = incoming.value;
  base.version = incoming.version;
  base.held.clear();
  base.is_override = false;
  base.is_pending = IsBound(terms, incoming.key);
}

bool IsSharedName(const Terms& terms, const RegisterKey& key) {
  if (key.kind == RegisterKind::kElement) {
    const FieldTerms* field = terms.contract.Field(key.field);
    return field && IsSet(field->kind) && key.element.find('\x1f') == std::string::npos;
  }
  if (key.kind == RegisterKind::kLinkPresence) return terms.contract.link_types.contains(key.field);
  if (const auto kind = ObjectKindOf(key.kind)) return IsShared(terms, *kind);
  const FieldTerms* field = terms.contract.Field(key.field);
  return (field && !IsSet(field->kind)) || key.field == kTypeField || key.field == kStatusField ||
         key.field == kParentField || key.field == kLifecycleField ||
         SiteOfKeyField(terms.contract, key.field) == terms.peer_site;
}

bool IsIdOfIssue(const Value& value) {
  return IdFromText(value.text) && value.detail.empty();
}

bool IsSprintName(const Value& value) {
  const bool is_short = value.text.size() <= limits::kNameBytesMax && value.detail.empty();
  return is_short && !value.text.empty() && OneLine(value.text) == value.text;
}

bool IsDuration(const Value& value) {
  return DurationSeconds(value.text) && value.detail.empty();
}

bool IsFlag(const Value& value) { return value == Value{kTicked, ""}; }

bool IsSharedValue(const Terms& terms, const Register& incoming) {
  if (incoming.key.kind == RegisterKind::kWorkLog) {
    return incoming.value && ParseWorkTime(incoming.value->detail);
  }
  if (SiteOfKeyField(terms.contract, incoming.key.field)) {
    return incoming.value && IsIssueKey(incoming.value->text);
  }
  if (incoming.key == FieldKey(kParentField)) {
    return !incoming.value || IdFromText(incoming.value->text);
  }
  if (incoming.key == LifecycleKey()) return !incoming.value || IsEnd(incoming.value->text);
  const FieldTerms* field = terms.contract.Field(incoming.key.field);
  if (field && field->kind == ValueKind::kIssue) {
    return !incoming.value || IsIdOfIssue(*incoming.value);
  }
  if (field && field->kind == ValueKind::kSprint) {
    return !incoming.value || IsSprintName(*incoming.value);
  }
  if (field && field->kind == ValueKind::kDuration) {
    return !incoming.value || IsDuration(*incoming.value);
  }
  if (field && field->kind == ValueKind::kFlag) return !incoming.value || IsFlag(*incoming.value);
  const bool is_closed = field && !field->any_value && !field->values.empty() &&
                         (field->kind == ValueKind::kOption || field->kind == ValueKind::kOptions);
  if (!is_closed || !incoming.value) return true;
  const std::string& name = incoming.key.kind == RegisterKind::kElement ? incoming.key.element
                                                                        : incoming.value->text;
  return std::find(field->values.begin(), field->values.end(), name) != field->values.end();
}

// A hostile peer's registers would fill the memory: a base is read and kept whole.
bool IsFull(const IssueBase& base, std::size_t registers_max, const RegisterKey& key) {
  return base.registers.size() >= registers_max && !base.registers.contains(key);
}

bool IsWithoutRoom(const IssueBase& issue, const RegisterKey& key) {
  const bool is_new_object = ObjectKindOf(key.kind) && !issue.objects.contains(key.object) &&
                             issue.objects.size() >= limits::kIssueObjectsMax;
  return is_new_object || IsFull(issue, limits::kIssueRegistersMax, key);
}

// Empty: welcome in the project's base.
std::string WhyNoAttribute(const Terms& terms, const IssueBase& project,
                           const Register& incoming) {
  const auto ref = AttributeOf(terms.contract, incoming.key);
  if (!ref) return "name";
  if (!IsAttributeValue(ref->attribute, incoming.value)) return "value";
  return IsFull(project, kAttributesMax, incoming.key) ? "size" : "";
}

// The peer is authenticated, not trusted: it may only make versions of its own, of names and values
// that the contract has. Empty: welcome; else the reason code.
std::string WhyRefused(const Terms& terms, const IssueBase& issue, const Register& incoming) {
  if (incoming.version.site != terms.peer_site) return "site";
  // A version that leaves no room for a newer one of ours would end the register.
  if (incoming.version.at_ms < 0 || incoming.version.at_ms > limits::kAtMsMax / 2) return "version";
  if (IsProject(terms, issue)) return WhyNoAttribute(terms, issue, incoming);
  if (!IsSharedName(terms, incoming.key)) return "name";
  const bool is_foreign_end =
      incoming.key == LifecycleKey() && issue.origin.birth_site != terms.peer_site;
  if (is_foreign_end) return "direction";  // only the birth site can say it
  if (IsWithoutRoom(issue, incoming.key)) return "size";
  return IsSharedValue(terms, incoming) ? "" : "value";
}

// Of thousands of refusals in a row the first are listed; the peer is told of each.
bool IsToldEnough(const std::vector<Finding>& findings, const std::string& why_refused) {
  const std::size_t told_max = why_refused == "size" ? 1 : 20;
  if (findings.size() < told_max) return false;
  return std::all_of(findings.end() - static_cast<std::ptrdiff_t>(told_max), findings.end(),
                     [&](const Finding& finding) {
                       return finding.kind == "refused" && finding.reason_code == why_refused;
                     });
}

void MergeRegister(const Terms& terms, const Register& incoming, IssueBase& issue,
                   std::vector<Finding>& findings) {
  const std::string why_refused = WhyRefused(terms, issue, incoming);
  if (!why_refused.empty()) {
    if (IsToldEnough(findings, why_refused)) return;
    findings.push_back({"refused", incoming.key, incoming.value, incoming.version, why_refused});
    return;
  }
  RegisterBase& base = issue.registers[incoming.key];
  const bool is_element = incoming.key.kind == RegisterKind::kElement ||
                          incoming.key.kind == RegisterKind::kLinkPresence;
  const bool is_made = issue.state == IssueState::kMapped || !issue.jira_id.empty();
  if (is_element && !base.has_seen && is_made && !IsProject(terms, issue)) {
    base.has_seen = true;  // an element that no read ever showed is absent here
    base.seen = SeenDigest(LocalField{});
  }
  const Decision decision = Decide(terms, base, incoming);
  if (decision == Decision::kStands) {
    Stand(terms, incoming, base, findings);
  } else if (decision == Decision::kLoses && incoming.value != base.agreed) {
    findings.push_back(
        {"conflict-lost", incoming.key, incoming.value, incoming.version, "conflict"});
  } else if (decision == Decision::kRefused) {
    findings.push_back({"refused", incoming.key, incoming.value, incoming.version, "direction"});
  }
  if (decision != Decision::kRefused) {
    base.peer_newest = std::max(base.peer_newest, incoming.version);
    base.flips = incoming.is_automatic ? base.flips + 1 : 0;
  }
}

// An object whose text was refused is never made (AddText), and would wait for ever. A text that
// comes later ends the hold.
void HoldTextless(const Terms& terms, const Register& incoming, IssueBase& issue,
                  std::vector<Finding>& findings) {
  const auto kind = ObjectKindOf(incoming.key.kind);
  if (!kind || IsPresence(incoming.key.kind)) return;
  const std::string why = WhyRefused(terms, issue, incoming);
  const auto text = issue.registers.find(incoming.key);
  const bool has_text = text != issue.registers.end() && text->second.version != Version{};
  const RegisterKey presence_key = PresenceKey(*kind, incoming.key.object);
  const auto presence = issue.registers.find(presence_key);
  if (why.empty() || has_text || presence == issue.registers.end()) return;
  const bool is_wanted = presence->second.is_pending && presence->second.agreed;
  if (is_wanted) HoldRegister(issue, presence_key, "textless:" + why, findings);
}

void ListLostText(const IssueBase& issue, const Register& incoming,
                  std::vector<Finding>& findings) {
  const ObjectKind kind = *ObjectKindOf(incoming.key.kind);
  const auto text = issue.registers.find(TextKey(kind, incoming.key.object));
  if (text == issue.registers.end() || !text->second.agreed) return;
  const char* what = kind == ObjectKind::kWorkLog ? "work-log-deleted" : "comment-deleted";
  findings.push_back({what, text->first, text->second.agreed, text->second.version, "deleted"});
}

RegisterOutcome OneOutcome(const Terms& terms, const IssueBase& issue, const Register& incoming) {
  RegisterOutcome out;
  out.key = incoming.key;
  const auto found = issue.registers.find(incoming.key);
  const std::string why_refused = WhyRefused(terms, issue, incoming);
  if (!why_refused.empty() || !MayEdit(terms, incoming.key, terms.peer_site)) {
    out.result = OutcomeResult::kRefused;
    out.reason_code = why_refused.empty() ? "direction" : why_refused;
  } else if (found == issue.registers.end() || found->second.version != incoming.version) {
    out.result = OutcomeResult::kSuperseded;
  } else if (issue.held.empty() && found->second.held == kOtherType) {
    out.result = OutcomeResult::kKept;
  } else if (!issue.held.empty() || !found->second.held.empty()) {
    out.result = OutcomeResult::kHeld;
    out.reason_code = issue.held.empty() ? found->second.held : issue.held;
  } else if (!IsBound(terms, incoming.key) ||
             (IsProject(terms, issue) && !found->second.has_seen)) {  // no such version here yet
    out.result = OutcomeResult::kKept;
  }
  return out;
}

// An end that asks for nothing here, or comes before the issue is made, is done with its merge.
void NoteEnd(const Terms& terms, IssueBase& base, const std::string& before,
             std::vector<Finding>& findings) {
  const std::string end = EndOf(base);
  RegisterBase& lifecycle = base.registers[LifecycleKey()];
  const EndAction action = ActionFor(terms, end.empty() ? before : end);
  lifecycle.is_pending = !base.jira_id.empty() && action != EndAction::kNothing;
  if (end.empty()) return;
  findings.push_back({"frozen", LifecycleKey(), std::nullopt, lifecycle.version, end});
}

// Every detail of a reason would reveal the binding; the peer gets its class.
void KeepReasonClass(RegisterOutcome& outcome) {
  const std::size_t colon = outcome.reason_code.find(':');
  if (colon != std::string::npos) outcome.reason_code.resize(colon);
}

}  // namespace

bool IsBound(const Terms& terms, const RegisterKey& key) {
  if (const auto ref = AttributeOf(terms.contract, key)) return IsAttributeBound(terms, *ref);
  switch (key.kind) {
    case RegisterKind::kField:
      if (SiteOfKeyField(terms.contract, key.field) == terms.peer_site) {
        return terms.binding.remote_key != RemoteKeyBinding{};
      }
      return key.field == kTypeField || key.field == kStatusField || key.field == kParentField ||
             key.field == kLifecycleField || terms.binding.fields.contains(key.field);
    case RegisterKind::kElement:
      return terms.binding.fields.contains(key.field);
    case RegisterKind::kLinkPresence:
      return terms.binding.links.contains(key.field);
    default:
      return IsBound(terms, *ObjectKindOf(key.kind));
  }
}

IssueBase IncomingBase(const Change& change) {
  IssueBase base;
  base.issue_id = change.issue_id;
  base.state = IssueState::kIncoming;
  if (change.created) base.origin = *change.created;
  return base;
}

// Only of kinds that are shared, from a side that may make them.
void NoteObject(const Terms& terms, const ObjectOrigin& origin, IssueBase& base) {
  const RegisterKey key = PresenceKey(origin.kind, origin.id);
  const bool is_welcome = IsShared(terms, origin.kind) && !IsProject(terms, base) &&
                          MayEdit(terms, key, terms.peer_site);
  if (!is_welcome || base.objects.contains(origin.id)) return;
  if (base.objects.size() >= limits::kIssueObjectsMax) return;  // its registers are refused
  ObjectBase object;
  object.origin = origin;
  object.is_ours = false;
  base.objects[origin.id] = object;
}

Merged Merge(const Terms& terms, IssueBase base, const Change& change) {
  Merged out;
  const std::string end_before = EndOf(base);
  const Version lifecycle_before = LifecycleVersion(base);
  for (const ObjectOrigin& origin : change.objects) NoteObject(terms, origin, base);
  for (const Register& incoming : change.registers) {
    const bool is_deletion = IsPresence(incoming.key.kind) && !incoming.value;
    if (is_deletion && MayEdit(terms, incoming.key, terms.peer_site)) {
      ListLostText(base, incoming, out.findings);
    }
    MergeRegister(terms, incoming, base, out.findings);
  }
  for (const Register& incoming : change.registers) {
    HoldTextless(terms, incoming, base, out.findings);
  }
  if (LifecycleVersion(base) != lifecycle_before) NoteEnd(terms, base, end_before, out.findings);
  FollowLifecycle(terms, base);
  out.base = std::move(base);
  return out;
}

std::optional<Outcome> OutcomeOf(const Terms& terms, const IssueBase& base,
                                 const Change& change) {
  Outcome outcome;
  outcome.op_id = change.op_id;
  const auto type = base.registers.find(FieldKey(kTypeField));
  const bool is_type_pending = type != base.registers.end() && type->second.is_pending;
  for (const Register& incoming : change.registers) {
    const auto found = base.registers.find(incoming.key);
    const bool is_here = found != base.registers.end() &&
                         found->second.version == incoming.version && base.held.empty();
    // The type that is being written may have the field.
    const bool is_next = is_here && found->second.held == kOtherType && is_type_pending;
    if (is_here && (found->second.is_pending || is_next)) return std::nullopt;
    RegisterOutcome one = OneOutcome(terms, base, incoming);
    KeepReasonClass(one);
    if (one.result != OutcomeResult::kApplied) outcome.registers.push_back(std::move(one));
  }
  if (base.held.empty() && base.state == IssueState::kIncoming) return std::nullopt;
  if (!base.held.empty()) {
    outcome.result = OutcomeResult::kHeld;
    outcome.reason_code = base.held.substr(0, base.held.find(':'));
    outcome.registers.clear();
  }
  return outcome;
}

}  // namespace valise
