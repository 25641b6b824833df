#include "agent/core/plan.h"

#include <algorithm>
#include <set>

#include "agent/core/agile.h"
#include "agent/core/decide.h"
#include "agent/core/people.h"
#include "agent/core/plan_parts.h"
#include "agent/core/remote_key.h"
#include "agent/core/renamed.h"
#include "agent/core/wanted.h"

namespace valise {
namespace {

constexpr char kResolution[] = "resolution";
constexpr char kAwaited[] = "awaited:";
constexpr std::string_view kNotEditable = "not-editable:";

void FreeEditable(const std::string& status, IssueBase& base) {
  for (auto& [key, reg] : base.registers) {
    if (!reg.held.starts_with(kNotEditable)) continue;
    if (reg.held.substr(kNotEditable.size()) == status) continue;
    reg.held.clear();
    reg.is_pending = true;
  }
}

class Planner {
 public:
  Planner(const Terms& terms, IssueBase base, const LocalIssue& local, const Directory& directory,
          const Neighbours& neighbours)
      : terms_(terms), local_(local), directory_(directory), neighbours_(neighbours) {
    plan_.base = std::move(base);
  }

  Plan Run() {
    FreeNames(terms_, neighbours_, plan_.base);
    FreeTargets(terms_, neighbours_, plan_.base);
    FreeEditable(local_.status, plan_.base);
    PlanFields();
    CorrectPeopleText();
    KeepRemaining(terms_, terms_.binding.TypeToShared(local_.type), local_, edit_);
    PlanStatus();
    PlanType();
    PlanParent();
    PlanRemoteKey();
    AddWrites();
    return std::move(plan_);
  }

  // The rest of a create: everything that cannot go into the POST itself.
  Plan RunAfterCreate() {
    PlanStatus();
    AddWrites();
    return std::move(plan_);
  }

 private:
  RegisterBase* Pending(const RegisterKey& key) { return PendingRegister(plan_.base, key); }

  void Hold(const RegisterKey& key, const std::string& reason) {
    HoldRegister(plan_.base, key, reason, plan_.findings);
  }

  static void Settle(RegisterBase& base, const Id& seen) { SettleRegister(base, seen); }

  void PlanFields() {
    for (const auto& [name, binding] : terms_.binding.fields) {
      if (!HasField(name)) continue;
      const auto shown = local_.fields.find(binding.field);
      const LocalField* local = shown == local_.fields.end() ? nullptr : &shown->second;
      if (IsSet(binding.kind)) {
        PlanSet(name, binding, local);
      } else if (RegisterBase* base = Pending(FieldKey(name))) {
        PlanScalar(FieldKey(name), *base, binding, local);
      }
    }
  }

  bool HasField(const std::string& name) {
    if (IsFieldOf(terms_, name, terms_.binding.TypeToShared(local_.type))) return true;
    SetAside(name, plan_.base);
    return false;
  }

  void PlanScalar(const RegisterKey& key, RegisterBase& base, const FieldBinding& binding,
                  const LocalField* local) {
    LocalField shown = local ? *local : LocalField{};
    if (binding.kind == ValueKind::kSprint) shown = ShownSprint(shown, base);
    auto wanted = WantedField(terms_, binding, base, shown, directory_, neighbours_.peer_keys);
    if (!wanted) return Hold(key, binding.kind == ValueKind::kPerson ? "person" : "value");
    const bool has_text = binding.kind != ValueKind::kPerson || IsPeopleTextShown();
    if (has_text && Shows(terms_, binding, shown, base, *wanted)) {
      return Settle(base, SeenDigest(shown));
    }
    wanted = InJirasForm(binding, key, std::move(*wanted), neighbours_, plan_);
    if (!wanted || !room_.Take(key, base)) return;
    edit_.fields[binding.field] = *wanted;
    edit_.keys.push_back(key);
    if (!has_text) edit_.fields[terms_.binding.people.text_field] = WantedPeopleText();
  }

  LocalField WantedPeopleText() const {
    LocalField field;
    const std::string text = PeopleText(terms_, plan_.base);
    if (!text.empty()) field.values.push_back(Value{text, ""});
    return field;
  }

  // A person here gave the field to somebody, so the line still names whom the peer meant. It is
  // corrected once: by the edit, not by what is shown, or a Jira that alters it would have it
  // written for ever.
  void CorrectPeopleText() {
    const std::string& text_field = terms_.binding.people.text_field;
    if (IsPeopleTextShown() || edit_.fields.contains(text_field)) return;
    for (const auto& [name, binding] : terms_.binding.fields) {
      const RegisterKey key = FieldKey(name);
      if (binding.kind != ValueKind::kPerson || !neighbours_.edited.contains(key)) continue;
      if (!room_.Take(key, plan_.base.registers[key])) return;
      edit_.fields[text_field] = WantedPeopleText();
      edit_.keys.push_back(key);
      return;
    }
  }

  // Also where there is no such field to show it in.
  bool IsPeopleTextShown() const {
    if (terms_.binding.people.unknown != UnknownPerson::kText) return true;
    const auto shown = local_.fields.find(terms_.binding.people.text_field);
    return shown == local_.fields.end() || shown->second == WantedPeopleText();
  }

  // One write of the whole set: absolute values computed from the read (jira-rest 7.3).
  void PlanSet(const std::string& name, const FieldBinding& binding, const LocalField* local) {
    std::vector<RegisterKey> keys;
    std::set<std::string> wanted;
    if (local) {
      for (const Value& value : local->values) wanted.insert(value.text);
    }
    const std::set<std::string> shown = wanted;
    for (auto& [key, base] : plan_.base.registers) {
      if (!IsElementOf(key, name) || !base.is_pending) continue;
      if (keys.size() == kElementsMax) break;
      const auto element = ToLocalField(terms_, binding, Value{key.element, ""}, base.version.site);
      if (!element) {
        Hold(key, binding.kind == ValueKind::kPeople ? "person" : "value");
        continue;
      }
      const std::string text = element->values.empty()
                                   ? ShownAs(binding, key.element, base, local)
                                   : ShownName(binding, key.element, wanted, *element);
      if (text.empty()) {  // a person who is nobody here
        Settle(base, SeenDigest(std::string()));
        continue;
      }
      const bool is_wanted = base.agreed.has_value();
      const bool is_shown = shown.contains(text);
      if (local && MayBeRenamed(terms_, binding, base, key.element, local_, *local) && !is_shown) {
        Hold(key, "value");
        continue;
      }
      if (is_wanted == is_shown) {
        Settle(base, is_shown ? SeenElement(binding, Value{text, ""}) : SeenDigest(std::string()));
        continue;
      }
      // A walk over the field's elements: only for those that Jira shows, as the peer may take away
      // any number of others.
      if (!is_wanted && IsWantedElsewhere(terms_, plan_.base, key, binding, text)) {
        Settle(base, SeenDigest(std::string()));
        continue;
      }
      if (is_wanted && !MayShow(binding, text, key, neighbours_, plan_)) continue;
      if (!room_.Take(key, base)) break;
      if (is_wanted) wanted.insert(text); else wanted.erase(text);
      keys.push_back(key);
    }
    if (keys.empty()) return;
    LocalField& field = edit_.fields[binding.field];
    for (const std::string& text : wanted) field.values.push_back(Value{text, ""});
    edit_.keys.insert(edit_.keys.end(), keys.begin(), keys.end());
  }

  // Of several local names for one word the one that stands there.
  static std::string ShownName(const FieldBinding& binding, const std::string& element,
                               const std::set<std::string>& shown, const LocalField& written) {
    if (binding.values) {
      for (const std::string& name : shown) {
        if (binding.values->ToShared(name) == element) return name;
      }
    }
    return written.values.front().text;
  }

  // The account that stands there under this word: as it was seen when it was written or read,
  // which holds when nobody is found by that name any more; or given by people here. Empty: none.
  std::string ShownAs(const FieldBinding& binding, const std::string& element,
                      const RegisterBase& base, const LocalField* local) const {
    if (!local) return "";
    for (const Value& user : local->values) {
      if (base.has_seen && base.seen == SeenElement(binding, user)) return user.text;
      LocalField one;
      one.values.push_back(user);
      const ViewEntry entry = ToSharedField(terms_, binding, one, std::nullopt, directory_);
      if (entry.shared && entry.shared->text == element) return user.text;
    }
    return "";
  }

  void PlanStatus() {
    const RegisterKey key = FieldKey(kStatusField);
    RegisterBase* base = Pending(key);
    if (!base || local_.status.empty()) return;
    const auto binding = base->agreed ? terms_.binding.statuses.find(base->agreed->text)
                                      : terms_.binding.statuses.end();
    if (binding == terms_.binding.statuses.end() || binding->second.local.empty()) {
      return Hold(key, "value");
    }
    const auto& names = binding->second.local;
    if (std::find(names.begin(), names.end(), local_.status) != names.end()) {
      return Settle(*base, SeenDigest(local_.status));
    }
    transition_.kind = WriteKind::kTransition;
    transition_.status = names.front();
    transition_.defaults = binding->second.Defaults();
    transition_.keys.push_back(key);
    MoveResolutionToTransition();
    transition_.standing = Standing();
  }

  // Whatever a screen asks for again, a transition must not change it.
  std::map<std::string, LocalField> Standing() const {
    std::map<std::string, LocalField> standing;
    for (const auto& [name, binding] : terms_.binding.fields) {
      const auto wanted = edit_.fields.find(binding.field);
      const auto shown = local_.fields.find(binding.field);
      LocalField& field = standing[binding.field];
      if (wanted != edit_.fields.end()) field = wanted->second;
      else if (shown != local_.fields.end()) field = shown->second;
      if (field.values.empty() && !binding.default_value.empty()) {
        field.values.push_back(Value{binding.default_value, ""});
      }
    }
    return standing;
  }

  // Resolution is usually settable on transition screens only (pitfall 22).
  void MoveResolutionToTransition() {
    for (const auto& [name, binding] : terms_.binding.fields) {
      if (binding.field != kResolution) continue;
      const RegisterBase* base = Pending(FieldKey(name));
      if (!base) continue;
      const auto wanted = ToLocalField(terms_, binding, base->agreed, base->version.site);
      if (!wanted) continue;
      transition_.fields[kResolution] = *wanted;
      transition_.keys.push_back(FieldKey(name));
      edit_.fields.erase(kResolution);
      std::erase(edit_.keys, FieldKey(name));
    }
  }

  void PlanType() {
    const RegisterKey key = FieldKey(kTypeField);
    RegisterBase* base = Pending(key);
    if (!base) return;
    const auto wanted = base->agreed ? terms_.binding.types.find(base->agreed->text)
                                     : terms_.binding.types.end();
    if (wanted == terms_.binding.types.end() || wanted->second.empty()) return Hold(key, "value");
    const auto& names = wanted->second;
    if (std::find(names.begin(), names.end(), local_.type) != names.end()) {
      return Settle(*base, SeenDigest(local_.type));
    }
    edit_.type = names.front();
    edit_.keys.push_back(key);
  }

  // REST cannot move a sub-task under another parent: people do, and the hold ends when they did.
  void PlanParent() {
    const RegisterKey key = FieldKey(kParentField);
    RegisterBase* base = Pending(key);
    if (!base) return;
    const std::string shown = local_.parent.is_zero() ? "" : Text(local_.parent);
    if (shown != (base->agreed ? base->agreed->text : "")) return Hold(key, "parent-moved");
    Settle(*base, SeenDigest(shown));
  }

  // The text field is written where it does not show the key; the link, which no read shows, with
  // every new key. It is an upsert, so once too often does no harm.
  void PlanRemoteKey() {
    const RegisterKey key = FieldKey(KeyFieldOf(terms_.contract, terms_.peer_site));
    RegisterBase* base = Pending(key);
    if (!base || !base->agreed) return;
    const RemoteKeyBinding& bound = terms_.binding.remote_key;
    LocalField wanted;
    wanted.values.push_back(*base->agreed);
    const auto shown = local_.fields.find(bound.field);
    const bool is_shown = shown != local_.fields.end() && shown->second == wanted;
    if (!bound.field.empty() && !is_shown) {
      edit_.fields[bound.field] = wanted;
      edit_.keys.push_back(key);
    } else if (!bound.is_linked) {
      SettleRegister(*base, SeenDigest(wanted));
    }
    if (!bound.is_linked) return;
    remote_link_.kind = WriteKind::kRemoteLinkPut;
    remote_link_.body = UrlOfKey(bound.url, base->agreed->text);
    remote_link_.object_jira_id = base->agreed->text;
    remote_link_.keys = {key};
  }

  // The status comes last: a closed issue may take no work logs and files any more.
  void AddWrites() {
    if (!edit_.keys.empty()) plan_.writes.push_back(std::move(edit_));
    if (!remote_link_.keys.empty()) plan_.writes.push_back(std::move(remote_link_));
    for (PlannedWrite& write : PlanObjects(terms_, local_, directory_, neighbours_, plan_)) {
      plan_.writes.push_back(std::move(write));
    }
    if (!transition_.keys.empty()) plan_.writes.push_back(std::move(transition_));
  }

  const Terms& terms_;
  const LocalIssue& local_;
  const Directory& directory_;
  const Neighbours& neighbours_;
  Plan plan_;
  PlannedWrite edit_, transition_, remote_link_;
  Room room_;
};

}  // namespace

std::string WrittenFieldOf(const Terms& terms, const RegisterKey& key) {
  if (SiteOfKeyField(terms.contract, key.field)) return terms.binding.remote_key.field;
  const auto binding = terms.binding.fields.find(key.field);
  return binding == terms.binding.fields.end() ? "" : binding->second.field;
}

RegisterBase* PendingRegister(IssueBase& base, const RegisterKey& key) {
  const auto found = base.registers.find(key);
  if (found == base.registers.end() || !found->second.is_pending) return nullptr;
  return &found->second;
}

void SetAside(const std::string& field, IssueBase& base) {
  for (auto& [key, reg] : base.registers) {
    if (!IsField(key) || key.field != field || !reg.is_pending) continue;
    reg.is_pending = false;
    reg.held = kOtherType;
  }
}

bool IsHeldBack(const IssueBase& issue) {
  return issue.jira_key.empty() && (!issue.held.empty() || issue.state == IssueState::kFrozen);
}

std::string AwaitedReason(const Id& target) { return kAwaited + Text(target); }

std::string NotEditableReason(const std::string& status) {
  return std::string(kNotEditable) + status;
}

bool IsAwaitedHold(const std::string& reason_code) { return reason_code.starts_with(kAwaited); }

void SettleRegister(RegisterBase& base, const Id& seen) {
  base.is_pending = false;
  base.has_seen = true;
  base.seen = seen;
}

void HoldRegister(IssueBase& base, const RegisterKey& key, const std::string& reason_code,
                  std::vector<Finding>& findings) {
  RegisterBase& reg = base.registers[key];
  reg.is_pending = false;
  reg.held = reason_code;
  findings.push_back({"held", key, reg.agreed, reg.version, reason_code});
}

Plan PlanWrites(const Terms& terms, IssueBase base, const LocalIssue& local,
                const Directory& directory, const Neighbours& neighbours) {
  if (base.state == IssueState::kFrozen) return Plan{std::move(base), {}, {}, {}};
  return Planner(terms, std::move(base), local, directory, neighbours).Run();
}

Plan PlanAfterCreate(const Terms& terms, IssueBase base, const std::string& initial_status,
                     const Neighbours& neighbours) {
  LocalIssue fresh;
  fresh.status = initial_status;
  const Directory nobody;
  Neighbours known;  // links wait for the read after the create
  known.peer_keys = neighbours.peer_keys;
  known.contents = neighbours.contents;
  return Planner(terms, std::move(base), fresh, nobody, known).RunAfterCreate();
}

}  // namespace valise
