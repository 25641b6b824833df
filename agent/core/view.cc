#include "agent/core/view.h"

#include <algorithm>
#include <set>

#include "agent/core/agile.h"
#include "agent/core/decide.h"
#include "agent/core/history.h"
#include "agent/core/objects.h"
#include "agent/core/people.h"
#include "agent/core/remote_key.h"
#include "agent/core/renamed.h"
#include "agent/core/template.h"
#include "agent/core/text.h"
#include "agent/core/translate.h"

namespace valise {
namespace {

constexpr char kPresent[] = "present";

std::string PeerName(const Terms& terms) {
  return terms.peer_site < terms.contract.sites.size() ? terms.contract.sites[terms.peer_site] : "";
}

// A line or text is compared with what is agreed, and keeps its form where it can.
bool IsText(ValueKind kind) { return kind == ValueKind::kText || kind == ValueKind::kLine; }

const std::optional<Value>* AgreedOf(const IssueBase& base, const RegisterKey& key) {
  const auto found = base.registers.find(key);
  return found == base.registers.end() ? nullptr : &found->second.agreed;
}

void Put(const Given& given, ViewEntry& entry) {
  entry.at_ms = given.at_ms;
  entry.is_automatic = given.is_automatic;
}

// `shown`: what of this Jira stands for it; empty: nothing, it is absent.
void AddElement(LocalView& view, const RegisterKey& key, const Given& given,
                const std::string& shown) {
  ViewEntry entry;
  Put(given, entry);
  entry.seen = SeenDigest(shown);
  if (!shown.empty()) entry.shared = Value{};
  view[key] = entry;
}

void AddUnmapped(LocalView& view, const RegisterKey& key, const std::string& text) {
  ViewEntry entry;
  entry.is_mapped = false;
  entry.local_text = text;
  entry.seen = SeenDigest(text);
  view[key] = entry;
}

// A name that is its own word is simply there. Where words are bound, `seen` is of the local value,
// so that another word for it is no edit of anybody's.
bool HasWords(const FieldBinding& binding) {
  return binding.values || binding.kind == ValueKind::kPeople;
}

std::string ShownAs(const FieldBinding& binding, const Value& local) {
  return HasWords(binding) ? "=" + local.text : kPresent;
}

// A user here may be known to the peer under several words: by alias, by name. Those that are
// agreed are shown by the account, and no other one is born.
std::vector<std::string> ElementsOf(const Terms& terms, const FieldBinding& binding,
                                    const IssueBase& base, const Value& user) {
  std::vector<std::string> elements;
  if (binding.kind != ValueKind::kPeople) return elements;
  const auto first = base.registers.lower_bound(ElementKey(binding.name, ""));
  for (auto at = first; at != base.registers.end() && IsElementOf(at->first, binding.name); ++at) {
    const auto& [key, reg] = *at;
    if (!reg.agreed) continue;
    const auto account = AccountOf(terms, PersonOfElement(terms.contract, key.element));
    if (account == user.text) elements.push_back(key.element);
  }
  return elements;
}

void ViewSet(LocalView& view, const Terms& terms, const FieldBinding& binding,
             const IssueBase& base, const LocalIssue& local, const LocalField& field,
             const Directory& directory) {
  const Given given = GivenTo(local, terms, binding.field);
  for (const auto& [key, unused] : base.registers) {
    if (IsElementOf(key, binding.name)) AddElement(view, key, given, "");
  }
  for (const Value& one : field.values) {
    const auto known = ElementsOf(terms, binding, base, one);
    for (const std::string& element : known) {
      AddElement(view, ElementKey(binding.name, element), given, ShownAs(binding, one));
    }
    if (!known.empty()) continue;
    const auto shared = ScalarToShared(terms, binding, one, std::nullopt, directory);
    if (shared && !shared->text.empty()) {
      AddElement(view, ElementKey(binding.name, shared->text), given, ShownAs(binding, one));
      continue;
    }
    AddUnmapped(view, ElementKey(binding.name, WordlessElement(one.text)), one.text);
  }
  if (HasWords(binding)) NoteRenamed(view, terms, binding, base, local, field);
  if (binding.values) KeepRenamedOptions(view, terms, binding, base, local, field);
}

bool WasSeenAtEnded(const LocalIssue& local, const RegisterBase& base) {
  return base.agreed && base.has_seen &&
         std::any_of(local.ended.begin(), local.ended.end(),
                     [&](const Id& id) { return base.seen == SeenDigest(Text(id)); });
}

// A target that is not shared is nobody's: it stands apart, and what is agreed stays. A link to an
// issue that ended stays what it was: with a deleted epic Jira clears it, also where the peer wants
// another one by now. True: no value to view.
bool ViewTarget(LocalView& view, const FieldBinding& binding, const LocalIssue& local,
                const LocalField& field, const RegisterBase& base) {
  const auto target = base.agreed ? IdFromText(base.agreed->text) : std::nullopt;
  const bool rests = target && local.ended.contains(*target);
  if (field.values.empty()) return rests || WasSeenAtEnded(local, base);
  const std::string& shown = field.values.front().text;
  if (IdFromText(shown)) return rests && shown == base.agreed->text;
  AddUnmapped(view, UnsharedKey(binding.name, shown), shown);
  return true;
}

ViewEntry NameEntry(const std::string& local, const std::optional<std::string>& shared) {
  ViewEntry entry;
  entry.seen = SeenDigest(local);
  entry.is_mapped = shared.has_value();
  entry.local_text = local;
  if (shared) entry.shared = Value{*shared, ""};
  return entry;
}

void ViewFields(LocalView& view, const Terms& terms, const IssueBase& base, const LocalIssue& local,
                const Directory& directory, const PeerKeys& keys) {
  for (const auto& [name, binding] : terms.binding.fields) {
    const auto field = local.fields.find(binding.field);
    if (field == local.fields.end()) continue;  // not on this type's screens: not shown, not diffed
    if (!IsFieldOf(terms, name, terms.binding.TypeToShared(local.type))) continue;
    if (IsSet(binding.kind)) {
      ViewSet(view, terms, binding, base, local, field->second, directory);
      continue;
    }
    const RegisterKey key = FieldKey(name);
    const auto known = base.registers.find(key);
    const RegisterBase reg = known == base.registers.end() ? RegisterBase{} : known->second;
    const bool is_target = binding.kind == ValueKind::kIssue;
    if (is_target && ViewTarget(view, binding, local, field->second, reg)) continue;
    const bool is_sprint = binding.kind == ValueKind::kSprint;
    const LocalField shown = is_sprint ? ShownSprint(field->second, reg) : field->second;
    view[key] = ToSharedField(terms, binding, shown, reg.agreed, directory, keys);
    Put(GivenTo(local, terms, binding.field), view[key]);
  }
}

void ViewNames(LocalView& view, const Terms& terms, const LocalIssue& local) {
  ViewEntry& type = view[FieldKey(kTypeField)];
  type = NameEntry(local.type, terms.binding.TypeToShared(local.type));
  Put(GivenTo(local, terms, "issuetype"), type);
  ViewEntry& status = view[FieldKey(kStatusField)];
  status = NameEntry(local.status, terms.binding.StatusToShared(local.status));
  Put(GivenTo(local, terms, "status"), status);
}

// Of sub-tasks, and of what once was one.
void ViewParent(LocalView& view, const IssueBase& base, const LocalIssue& local) {
  const RegisterKey key = FieldKey(kParentField);
  if (local.parent_id.empty() && !base.registers.contains(key)) return;
  const bool is_shared = !local.parent.is_zero();
  const std::string shown = is_shared ? Text(local.parent) : local.parent_id;
  ViewEntry& entry = view[key];
  entry = NameEntry(shown, is_shared ? std::optional(shown) : std::nullopt);
  if (local.parent_id.empty()) entry.is_mapped = true;  // without a parent, not without a word
  entry.at_ms = local.updated_ms;
}

// Only ours: what this Jira shows of the peer's key is no register of this site.
void ViewKey(LocalView& view, const Terms& terms, const LocalIssue& local) {
  if (!terms.contract.shares_keys || local.key.empty()) return;
  ViewEntry& entry = view[FieldKey(KeyFieldOf(terms.contract, terms.own_site))];
  entry = NameEntry(local.key, local.key);
  entry.at_ms = local.updated_ms;
}

// Comments and work logs; an attachment has no text of its own.
void ViewObjects(LocalView& view, const Terms& terms, const IssueBase& base,
                 const LocalIssue& local, const Directory& directory, const PeerKeys& keys) {
  for (const auto& [id, object] : base.objects) {
    const ObjectKind kind = object.origin.kind;
    if (kind == ObjectKind::kAttachment || !IsBound(terms, kind)) continue;
    const LocalObject* shown = ShownAs(local, kind, object.jira_id);
    if (!shown || !IsShareable(terms, object, *shown)) continue;
    const RegisterKey key = TextKey(kind, id);
    const std::optional<Value>* agreed = AgreedOf(base, key);
    ViewEntry entry;
    entry.seen = SeenDigest(*shown);
    entry.at_ms = shown->updated_ms;
    entry.shared = ObjectToShared(terms, object, *shown, agreed ? *agreed : std::nullopt,
                                  directory, keys);
    view[key] = entry;
  }
}

// By target, a link from here whose type has no shared name.
std::map<Id, std::string> UnnamedLinks(const Terms& terms, const LocalIssue& local) {
  std::map<Id, std::string> unnamed;
  for (const LocalLink& link : local.links) {
    if (link.is_source && !terms.binding.LinkToShared(link.type)) unnamed[link.other] = link.type;
  }
  return unnamed;
}

// Kept at the source (pitfall 23), so that both ends of a link are one register. A link to an
// issue that is not shared is nobody's business. One to an issue that ended stays what it was: with
// a deleted copy Jira deletes its links. One that was shown and is gone while another of an unbound
// type leads to the same issue was removed by nobody: its type has another name by now, here or in
// the binding.
void ViewLinks(LocalView& view, const Terms& terms, const IssueBase& base,
               const LocalIssue& local) {
  const Given given{local.updated_ms, false};
  const std::map<Id, std::string> unnamed = UnnamedLinks(terms, local);
  for (const auto& [key, reg] : base.registers) {
    const bool is_link = key.kind == RegisterKind::kLinkPresence;
    if (!is_link || !terms.binding.links.contains(key.field)) continue;
    if (local.ended.contains(key.object)) continue;
    const bool is_looked_for = (reg.agreed && WasShown(reg)) || IsToGo(reg);
    const auto other = is_looked_for ? unnamed.find(key.object) : unnamed.end();
    if (other == unnamed.end()) AddElement(view, key, given, "");
    else AddUnmapped(view, key, other->second);
  }
  for (const LocalLink& link : local.links) {
    const auto type = terms.binding.LinkToShared(link.type);
    if (!link.is_source || link.other.is_zero() || !type) continue;
    if (local.ended.contains(link.other)) continue;
    const RegisterKey key = LinkKey(*type, link.other);
    AddElement(view, key, given, kPresent);
    const auto known = base.registers.find(key);
    const bool is_renamed = known != base.registers.end() && IsToGo(known->second) &&
                            known->second.seen == SeenDigest(link.type);
    view[key].is_renamed = is_renamed;
  }
}

}  // namespace

bool IsFieldOf(const Terms& terms, const std::string& field,
               const std::optional<std::string>& type) {
  const FieldTerms* shared = terms.contract.Field(field);
  return !shared || !type || shared->IsOf(*type);
}

std::string TypeOf(const IssueBase& issue) {
  const std::optional<Value>* agreed = AgreedOf(issue, FieldKey(kTypeField));
  return agreed && *agreed ? (*agreed)->text : issue.origin.type;
}

Id ParentOf(const IssueBase& issue) {
  const auto found = issue.registers.find(FieldKey(kParentField));
  if (found == issue.registers.end() || found->second.version == Version{}) {
    return issue.origin.parent;
  }
  if (!found->second.agreed) return Id{};
  return IdFromText(found->second.agreed->text).value_or(Id{});
}

LocalView ViewOf(const Terms& terms, const IssueBase& base, const LocalIssue& local,
                 const Directory& directory, const PeerKeys& keys) {
  LocalView view;
  ViewNames(view, terms, local);
  ViewParent(view, base, local);
  ViewKey(view, terms, local);
  ViewFields(view, terms, base, local, directory, keys);
  ViewObjects(view, terms, base, local, directory, keys);
  if (local.has_links) ViewLinks(view, terms, base, local);
  return view;
}

Id SeenDigest(const LocalField& field) {
  Bytes all;
  for (const Value& value : field.values) {
    const std::string text = WithUnixLineEnds(value.text);
    all += std::to_string(text.size()) + ":" + text;
    all += std::to_string(value.detail.size()) + ":" + value.detail;
  }
  const Digest digest = Hash("VLS1 seen", all);
  return *IdFromBytes(View(digest).substr(0, 16));
}

Id SeenElement(const FieldBinding& binding, const Value& local) {
  return SeenDigest(ShownAs(binding, local));
}

Id SeenWritten(const Terms& terms, const FieldBinding& binding, const Register& target) {
  if (!target.value) return SeenDigest(std::string());
  const auto local =
      ToLocalField(terms, binding, Value{target.key.element, ""}, target.version.site);
  const bool is_shown = local && !local->values.empty();
  return is_shown ? SeenElement(binding, local->values.front()) : SeenDigest(std::string());
}

Id SeenDigest(const std::string& text) {
  LocalField field;
  if (!text.empty()) field.values.push_back(Value{text, ""});
  return SeenDigest(field);
}

std::string WithoutTemplate(const Terms& terms, const FieldBinding& binding,
                            const std::string& shown) {
  if (binding.text_template.empty()) return shown;
  const std::string text = WithUnixLineEnds(shown);
  return OutOfTemplate(binding.text_template, PeerName(terms), text).value_or(text);
}

ViewEntry ToSharedField(const Terms& terms, const FieldBinding& binding, const LocalField& shown,
                        const std::optional<Value>& agreed, const Directory& directory,
                        const PeerKeys& keys) {
  ViewEntry entry;
  entry.seen = SeenDigest(shown);
  if (shown.values.empty()) return entry;
  Value local = ScalarOf(binding, shown);
  local.text = WithoutTemplate(terms, binding, local.text);
  entry.local_text = local.text;
  entry.shared = ScalarToShared(terms, binding, local, IsText(binding.kind) ? agreed : std::nullopt,
                                directory, keys);
  entry.is_mapped = entry.shared.has_value();
  if (entry.shared && entry.shared->text.empty()) entry.shared.reset();
  return entry;
}

std::optional<LocalField> ToLocalField(const Terms& terms, const FieldBinding& binding,
                                       const std::optional<Value>& agreed, std::uint32_t site,
                                       const PeerKeys& keys) {
  LocalField field;
  if (!agreed) return field;
  auto local = ScalarToLocal(terms, binding, *agreed, keys);
  if (!local) return std::nullopt;
  if (site == terms.peer_site && !binding.text_template.empty()) {
    local->text = InTemplate(binding.text_template, PeerName(terms), local->text);
  }
  const bool is_nobody = local->text.empty() && (binding.kind == ValueKind::kPerson ||
                                                 binding.kind == ValueKind::kPeople);
  if (!is_nobody) field.values.push_back(*local);
  return field;
}

}  // namespace valise
