#include "agent/core/reapply.h"

#include <algorithm>
#include <utility>

#include "agent/core/decide.h"
#include "agent/core/people.h"
#include "agent/core/view.h"
#include "agent/core/wanted.h"
#include "agent/core/words.h"

namespace valise {
namespace {

std::string Joined(const LocalField& field) {
  std::string text;
  for (const Value& value : field.values) {
    text += (text.empty() ? "" : ", ") + value.text;
    if (!value.detail.empty()) text += " (" + value.detail + ")";
  }
  return text;
}

// Holds that only wait for a word of the binding. The others end by `valise retry`.
bool IsOfBinding(const std::string& held) {
  return held.empty() || held == "value" || held == "person";
}

class Finder {
 public:
  Finder(const Terms& terms, const IssueBase& base, const LocalIssue& local,
         const Directory& directory, const PeerKeys& keys)
      : terms_(terms),
        base_(base),
        local_(local),
        directory_(directory),
        keys_(keys),
        view_(ViewOf(terms, base, local, directory, keys)) {}

  Misfits Run() {
    for (const auto& [key, entry] : view_) {
      if (!IsTranslated(key)) continue;
      static const RegisterBase kNone;
      const auto found = base_.registers.find(key);
      const RegisterBase& reg = found == base_.registers.end() ? kNone : found->second;
      if (reg.is_pending || reg.is_override || !IsOfBinding(reg.held)) continue;
      // Of a field that was bound late the peer's value was never shown.
      const bool is_late = key.kind == RegisterKind::kField && reg.version != Version{};
      if (!reg.has_seen && !is_late && !entry.is_renamed) continue;  // new: Capture takes it
      const bool is_edited = reg.has_seen && reg.seen != entry.seen && !entry.is_renamed;
      if (is_edited) out_.edited.push_back(key);
      else Look(key, reg, entry);
    }
    return std::move(out_);
  }

 private:
  // An epic is an issue and a sprint its own name: no binding has words for them.
  bool IsTranslated(const RegisterKey& key) const {
    if (key == FieldKey(kTypeField) || key == FieldKey(kStatusField)) return true;
    const auto binding = terms_.binding.fields.find(key.field);
    return IsField(key) && binding != terms_.binding.fields.end() &&
           binding->second.kind != ValueKind::kIssue &&
           binding->second.kind != ValueKind::kSprint;
  }

  void Look(const RegisterKey& key, const RegisterBase& reg, const ViewEntry& entry) {
    if (key.kind == RegisterKind::kElement) return LookAtElement(key, reg, entry);
    if (key.field == kTypeField) {
      const auto names = terms_.binding.types.find(reg.agreed ? reg.agreed->text : "");
      const bool is_bound = names != terms_.binding.types.end();
      return LookAtName(key, reg, entry, is_bound ? names->second : std::vector<std::string>{});
    }
    if (key.field == kStatusField) {
      const auto status = terms_.binding.statuses.find(reg.agreed ? reg.agreed->text : "");
      const bool is_bound = status != terms_.binding.statuses.end();
      return LookAtName(key, reg, entry,
                        is_bound ? status->second.local : std::vector<std::string>{});
    }
    LookAtField(key, reg, entry, terms_.binding.fields.at(key.field));
  }

  void LookAtName(const RegisterKey& key, const RegisterBase& reg, const ViewEntry& entry,
                  const std::vector<std::string>& names) {
    if (std::find(names.begin(), names.end(), entry.local_text) != names.end()) return;
    Add(key, reg, entry, entry.local_text,
        names.empty() ? std::nullopt : std::optional(names.front()));
  }

  void LookAtField(const RegisterKey& key, const RegisterBase& reg, const ViewEntry& entry,
                   const FieldBinding& binding) {
    const LocalField& shown = local_.fields.at(binding.field);
    const auto wanted = WantedField(terms_, binding, reg, shown, directory_, keys_);
    if (wanted && Shows(terms_, binding, shown, reg, *wanted)) return;
    if (!wanted && entry.is_mapped && entry.shared == reg.agreed) return;
    Add(key, reg, entry, Joined(shown), wanted ? std::optional(Joined(*wanted)) : std::nullopt);
  }

  void LookAtElement(const RegisterKey& key, const RegisterBase& reg, const ViewEntry& entry) {
    if (!entry.is_mapped || entry.shared.has_value() == reg.agreed.has_value()) return;
    const FieldBinding& binding = terms_.binding.fields.at(key.field);
    const auto local = ToLocalField(terms_, binding, Value{key.element, ""}, reg.version.site);
    if (local && local->values.empty()) return;  // a person who is nobody here
    const std::string name = local ? local->values.front().text : "";
    if (!reg.agreed && IsWantedElsewhere(terms_, base_, key, binding, name)) return;
    const bool is_shown = reg.agreed && local && ShowsName(binding, name);
    if (is_shown) return;
    Add(key, reg, entry, entry.shared ? key.element : "",
        local ? std::optional(reg.agreed ? name : "") : std::nullopt);
  }

  bool ShowsName(const FieldBinding& binding, const std::string& name) const {
    const auto field = local_.fields.find(binding.field);
    if (field == local_.fields.end()) return false;
    return std::any_of(field->second.values.begin(), field->second.values.end(),
                       [&](const Value& value) { return value.text == name; });
  }

  void Add(const RegisterKey& key, const RegisterBase& reg, const ViewEntry& entry,
           std::string shown, std::optional<std::string> wanted) {
    // What nobody agreed on is nothing to write; an element that nobody agreed on is absent.
    const bool is_agreed = reg.version != Version{} || key.kind == RegisterKind::kElement;
    if (!is_agreed) wanted.reset();
    const bool is_sendable = entry.is_mapped && IsSendable(key, entry.shared);
    out_.found.push_back({key, reg.version, entry.seen, std::move(shown), reg.agreed, entry.shared,
                          is_sendable, std::move(wanted), MayEdit(terms_, key, terms_.own_site),
                          reg.held});
  }

  const Terms& terms_;
  const IssueBase& base_;
  const LocalIssue& local_;
  const Directory& directory_;
  const PeerKeys& keys_;
  const LocalView view_;
  Misfits out_;
};

const Misfit* Find(const Misfits& misfits, const RegisterKey& key) {
  const auto found = std::find_if(misfits.found.begin(), misfits.found.end(),
                                  [&](const Misfit& misfit) { return misfit.key == key; });
  return found == misfits.found.end() ? nullptr : &*found;
}

// Empty: it can be done.
std::string WhyNot(const Misfit& misfit, const Wish& wish) {
  if (misfit.version != wish.version || misfit.seen != wish.seen) return "changed";
  if (wish.side == Side::kHere) return misfit.CanWrite() ? "" : "value";
  if (!misfit.may_leave) return "direction";
  return misfit.is_mapped ? "" : "value";
}

// No misfit by now: is it done, or does something stand in the way of what was wished?
bool StandsInTheWay(const IssueBase& base, const Wish& wish) {
  const auto found = base.registers.find(wish.key);
  if (found == base.registers.end() || found->second.version != wish.version) return false;
  const RegisterBase& reg = found->second;
  return !IsOfBinding(reg.held) || (reg.is_pending && wish.side == Side::kPeer);
}

void WriteHere(const Terms& terms, const Misfit& misfit, std::int64_t now_ms, RegisterBase& reg,
               LocalChange& change) {
  reg.held.clear();
  // A word that came with the binding has no version yet; a write needs one to be settled by. In a
  // field of the other side nobody there is told: such a word never left.
  if (reg.version == Version{}) {
    LocalChange at_home;
    RecordLocalEdit(terms, reg, misfit.key, std::nullopt, {now_ms, false}, now_ms,
                    misfit.may_leave ? change : at_home);
  }
  reg.has_seen = true;
  reg.seen = misfit.seen;
  reg.is_pending = true;
}

void SendShown(const Terms& terms, const Misfit& misfit, std::int64_t now_ms, RegisterBase& reg,
               LocalChange& change) {
  RecordLocalEdit(terms, reg, misfit.key, misfit.shared, {now_ms, false}, now_ms, change);
  const bool is_gone = misfit.key.kind == RegisterKind::kElement && !misfit.shared;
  reg.has_seen = true;
  reg.seen = is_gone ? SeenDigest(std::string()) : misfit.seen;
}

}  // namespace

Misfits FindMisfits(const Terms& terms, const IssueBase& base, const LocalIssue& local,
                    const Directory& directory, const PeerKeys& keys) {
  return Finder(terms, base, local, directory, keys).Run();
}

Wish WishFor(const Misfit& misfit, Side side) {
  return {misfit.key, misfit.version, misfit.seen, side};
}

Reapplied Reapply(const Terms& terms, IssueBase base, const std::vector<Wish>& wishes,
                  const LocalIssue& local, const Directory& directory, std::int64_t now_ms,
                  const PeerKeys& keys) {
  Reapplied out;
  const Misfits misfits = FindMisfits(terms, base, local, directory, keys);
  for (const Wish& wish : wishes) {
    const Misfit* misfit = Find(misfits, wish.key);
    if (!misfit) {
      if (!StandsInTheWay(base, wish)) continue;  // done already, or settled otherwise since
      const RegisterBase& reg = base.registers.at(wish.key);
      out.findings.push_back({"not-applied", wish.key, reg.agreed, reg.version, "changed"});
      continue;
    }
    const std::string why_not = WhyNot(*misfit, wish);
    if (!why_not.empty()) {
      out.findings.push_back({"not-applied", wish.key, misfit->agreed, misfit->version, why_not});
      continue;
    }
    RegisterBase& reg = base.registers[wish.key];
    if (wish.side == Side::kHere) WriteHere(terms, *misfit, now_ms, reg, out.change);
    else SendShown(terms, *misfit, now_ms, reg, out.change);
  }
  out.base = std::move(base);
  return out;
}

}  // namespace valise
