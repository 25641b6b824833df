#include "agent/core/renamed.h"

#include <algorithm>
#include <set>

#include "agent/core/decide.h"
#include "agent/core/history.h"

namespace valise {
namespace {

constexpr char kHeldForAWord[] = "value";

// A value without a word that nobody put in: an administrator gave an option another name, which
// leaves no entry in the changelog.
bool HasRenamedOption(const Terms& terms, const FieldBinding& binding, const LocalIssue& local,
                      const LocalField& field) {
  return std::any_of(field.values.begin(), field.values.end(), [&](const Value& one) {
    return !binding.values->ToShared(one.text) &&
           !WasPutInto(local, terms, binding.field, one.text);
  });
}

bool WasTakenOut(const Terms& terms, const FieldBinding& binding, const LocalIssue& local,
                 const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return WasTakenOutOf(local, terms, binding.field, name);
  });
}

// What of this field is to go and is shown by a name that nobody put in.
void NoteToGo(LocalView& view, const Terms& terms, const FieldBinding& binding,
              const IssueBase& base, const LocalIssue& local, const LocalField& field) {
  for (const Value& one : field.values) {
    const auto word = binding.values->ToShared(one.text);
    if (!word || WasPutInto(local, terms, binding.field, one.text)) continue;
    const RegisterKey key = ElementKey(binding.name, *word);
    const auto known = base.registers.find(key);
    if (known != base.registers.end() && IsToGo(known->second)) view[key].is_renamed = true;
  }
}

}  // namespace

std::string WordlessElement(const std::string& local) { return "\x1f" + local; }

bool WasShown(const RegisterBase& base) {
  return base.has_seen && base.seen != SeenDigest(std::string());
}

bool IsToGo(const RegisterBase& base) {
  if (base.agreed || !WasShown(base)) return false;
  return base.is_pending || base.held == kHeldForAWord;
}

void NoteRenamed(LocalView& view, const Terms& terms, const FieldBinding& binding,
                 const IssueBase& base, const LocalIssue& local, const LocalField& field) {
  std::set<Id> shown, renamed;
  for (const Value& one : field.values) shown.insert(SeenElement(binding, one));
  const RegisterKey first = ElementKey(binding.name, "");
  for (auto at = base.registers.lower_bound(first);
       at != base.registers.end() && IsElementOf(at->first, binding.name); ++at) {
    const auto entry = view.find(at->first);
    const bool is_still_there = at->second.has_seen && shown.contains(at->second.seen);
    if (!is_still_there || entry == view.end() || entry->second.shared) continue;
    entry->second.seen = at->second.seen;
    entry->second.is_renamed = true;
    renamed.insert(at->second.seen);
  }
  for (auto at = view.lower_bound(first);
       at != view.end() && IsElementOf(at->first, binding.name); ++at) {
    if (renamed.contains(at->second.seen)) at->second.is_renamed = true;
  }
  if (binding.values) NoteToGo(view, terms, binding, base, local, field);
}

void KeepRenamedOptions(LocalView& view, const Terms& terms, const FieldBinding& binding,
                        const IssueBase& base, const LocalIssue& local, const LocalField& field) {
  const bool is_any_renamed = HasRenamedOption(terms, binding, local, field);
  std::erase_if(view, [&](const auto& entry) {
    const auto& [key, shown] = entry;
    if (!IsElementOf(key, binding.name) || shown.shared) return false;
    const auto known = base.registers.find(key);
    if (known == base.registers.end()) return false;
    if (!known->second.agreed && !IsToGo(known->second)) return false;
    const auto names = binding.values->to_local.find(key.element);
    if (names == binding.values->to_local.end()) return true;
    return is_any_renamed && !WasTakenOut(terms, binding, local, names->second);
  });
}

bool MayBeRenamed(const Terms& terms, const FieldBinding& binding, const RegisterBase& base,
                  const std::string& element, const LocalIssue& local, const LocalField& field) {
  if (!binding.values || !IsToGo(base)) return false;
  const auto names = binding.values->to_local.find(element);
  if (names == binding.values->to_local.end()) return true;
  return HasRenamedOption(terms, binding, local, field) &&
         !WasTakenOut(terms, binding, local, names->second);
}

}  // namespace valise
