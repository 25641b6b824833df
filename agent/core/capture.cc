#include "agent/core/capture.h"

#include <algorithm>

#include "agent/core/decide.h"
#include "agent/core/objects.h"
#include "packet/limits.h"

namespace valise {
namespace {

constexpr std::string_view kNotInNames("\0\x1f", 2);

// A name as it may travel: Jira counts characters, the wire octets.
std::string NameCut(std::string name) {
  std::replace(name.begin(), name.end(), '\0', ' ');
  if (name.size() <= limits::kNameBytesMax) return name;
  std::size_t end = limits::kNameBytesMax;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
  name.resize(end);
  return name;
}

constexpr std::int64_t kClockStepMs = 10 * 60'000;
constexpr std::int64_t kAheadMaxMs = 24LL * 3600 * 1000;

Id DerivedId(std::string_view origin_key, std::string_view what, const std::string& jira_id,
             std::int64_t created_ms) {
  return KeyedId(origin_key,
                 std::string(what) + "|" + jira_id + "|" + std::to_string(created_ms));
}

class Capturer {
 public:
  Capturer(const Terms& terms, IssueBase base, const CaptureInput& input)
      : terms_(terms), input_(input) {
    out_.base = std::move(base);
    is_first_read_ = out_.base.registers.empty();
  }

  Captured RunView(const LocalView& view) {
    for (const auto& [key, entry] : view) CaptureRegister(key, entry);
    return std::move(out_);
  }

  Captured Run() {
    out_.change.is_birth = is_first_read_ && out_.base.origin.birth_site == terms_.own_site;
    for (const ObjectKind kind : kObjectKinds) NoteObjects(kind);
    for (const auto& [key, entry] : ViewOf(terms_, out_.base, input_.local, input_.directory,
                                           input_.keys)) {
      CaptureRegister(key, entry);
    }
    NoteDeletedObjects();
    return std::move(out_);
  }

 private:
  bool Leaves(ObjectKind kind) const {
    return IsBound(terms_, kind) && MayEdit(terms_, PresenceKey(kind, Id{}), terms_.own_site);
  }

  // Comments of one instant (some databases keep whole seconds) cross in the order Jira shows them.
  static std::int64_t PlaceInTime(const LocalObject& shown, const ObjectBase* known,
                                  std::int64_t& last_ms) {
    const bool is_placed = known && known->is_ours;
    const std::int64_t place_ms =
        is_placed ? known->origin.created_ms : std::max(shown.created_ms, last_ms + 1);
    if (is_placed || !known) last_ms = std::max(last_ms, place_ms);
    return place_ms;
  }

  void NoteObjects(ObjectKind kind) {
    if (!Leaves(kind)) return;
    std::map<std::string, const ObjectBase*> known;  // by jira id
    for (const auto& [id, object] : out_.base.objects) {
      if (object.origin.kind == kind && !object.jira_id.empty()) known[object.jira_id] = &object;
    }
    std::int64_t last_ms = 0;
    for (const LocalObject& shown : ObjectsOf(input_.local, kind)) {
      if (!IsShareable(terms_, shown) || input_.ignored.contains({kind, shown.id})) continue;
      const auto found = known.find(shown.id);
      const ObjectBase* before = found == known.end() ? nullptr : found->second;
      const std::int64_t place_ms = PlaceInTime(shown, before, last_ms);
      if (!before) NoteObject(shown, place_ms);
    }
  }

  void NoteObject(const LocalObject& shown, std::int64_t place_ms) {
    ObjectBase object;
    object.origin.id = ObjectIdOf(input_.origin_key, shown.kind, shown.id, shown.created_ms);
    object.origin.kind = shown.kind;
    object.origin.author.name = NameCut(shown.author.display_name);
    object.origin.created_ms = place_ms;
    object.jira_id = shown.id;
    const RegisterKey key = PresenceKey(shown.kind, object.origin.id);
    const auto before = out_.base.registers.find(key);
    if (before != out_.base.registers.end() && before->second.version != Version{} &&
        !before->second.agreed) {
      // Shown again after it was taken for deleted (a visibility that came and went). Deletion
      // has won at the peer; here it only stops being unknown.
      out_.base.objects[object.origin.id].jira_id = shown.id;
      out_.findings.push_back({"override", key, Value{}, before->second.version, "deleted"});
      return;
    }
    if (shown.kind == ObjectKind::kAttachment && !DescribeFile(shown, key, object)) return;
    out_.base.objects[object.origin.id] = object;
    out_.change.objects.push_back(object.origin);
    RecordLocalEdit(terms_, out_.base.registers[key], key, Value{}, {shown.created_ms, false},
                    input_.now_ms, out_.change);
  }

  // False: it does not leave, now (its bytes are not here yet) or at all (filtered: known, so that
  // it is listed once).
  bool DescribeFile(const LocalObject& shown, const RegisterKey& key, ObjectBase& object) {
    const std::string why = WhyFiltered(terms_.contract.attachments, shown.name, shown.mime,
                                        shown.bytes);
    if (!why.empty()) {
      out_.base.objects[object.origin.id] = object;
      out_.findings.push_back({"filtered", key, Value{NameCut(shown.name), ""}, Version{}, why});
      return false;
    }
    object.origin.name = NameCut(shown.name);
    object.origin.mime = NameCut(shown.mime);
    object.origin.bytes = shown.bytes;
    object.origin.content = shown.content;
    return !shown.content.is_zero();
  }

  void NoteDeletedObjects() {
    for (const ObjectRef& gone : input_.gone) {
      for (auto& [id, object] : out_.base.objects) {
        if (object.origin.kind != gone.kind || object.jira_id != gone.jira_id) continue;
        object.jira_id.clear();
        NoteDeleted(PresenceKey(gone.kind, id));
      }
    }
  }

  void NoteDeleted(const RegisterKey& key) {
    RegisterBase& presence = out_.base.registers[key];
    if (!presence.agreed) {  // the peer deleted it, and we here; or it was filtered
      presence.held.clear();  // Jira could not delete what was gone
      presence.is_pending = false;
      return;
    }
    if (!Leaves(*ObjectKindOf(key.kind))) {
      out_.findings.push_back({"override", key, std::nullopt, presence.version, "direction"});
      return;
    }
    RecordLocalEdit(terms_, presence, key, std::nullopt, {input_.local.updated_ms, false},
                    input_.now_ms, out_.change);
  }

  void CaptureRegister(const RegisterKey& key, const ViewEntry& entry) {
    if (entry.is_renamed) return;  // only the binding changed (reapply.h)
    RegisterBase& base = out_.base.registers[key];
    if (!base.held.empty() && entry.is_mapped && entry.shared == base.agreed) {
      base.held.clear();  // Jira shows it after all: somebody helped, or a later write carried it
      base.has_seen = true;
      base.seen = entry.seen;
    }
    if (base.held == kOtherType) Resume(base, entry);
    if (base.has_seen && base.seen == entry.seen) return;
    const bool is_new = !base.has_seen && base.version == Version{};
    if (IsBoundLate(key, base)) {
      base.has_seen = true;
      base.seen = entry.seen;
      return;
    }
    base.has_seen = true;
    base.seen = entry.seen;
    if (!entry.is_mapped) {
      out_.findings.push_back(
          {"unmapped", key, Value{entry.local_text, ""}, base.version, "value"});
      return;
    }
    const bool is_element = key.kind == RegisterKind::kElement ||
                            key.kind == RegisterKind::kLinkPresence;
    if (is_new && !entry.shared && is_element) return;
    const bool is_birth_register = is_new && out_.change.is_birth;
    if (entry.shared == AgreedOf(key, base) && !is_birth_register) return;
    if (is_new && !entry.shared && !is_birth_register) return;
    if (!IsSendable(key, entry.shared)) {
      out_.findings.push_back({"unmapped", key, std::nullopt, base.version, "size"});
      return;
    }
    if (!MayEdit(terms_, key, terms_.own_site)) {
      if (!entry.shared && base.version == Version{}) return;  // nobody wrote it, here or there
      return ForeignEdit(key, base, entry);
    }
    if (IsFight(base, entry)) {
      base.held = "flip";
      base.is_pending = false;
      out_.findings.push_back({"held", key, entry.shared, base.version, "flip"});
      return;
    }
    if (base.is_pending) {
      // The peer's value is agreed but not written yet, so nobody here can have seen it.
      Register edit{key, Version{entry.at_ms, terms_.own_site}, Version{}, entry.shared,
                    entry.is_automatic};
      base.is_pending = !RecordConcurrentEdit(terms_, base, std::move(edit), input_.now_ms,
                                              out_.change, out_.findings);
      return;
    }
    RecordLocalEdit(terms_, base, key, entry.shared, {entry.at_ms, entry.is_automatic},
                    input_.now_ms, out_.change);
  }

  // The parent is agreed from the birth on, though no register told it.
  std::optional<Value> AgreedOf(const RegisterKey& key, const RegisterBase& base) const {
    if (key != FieldKey(kParentField) || base.version != Version{}) return base.agreed;
    const Id& parent = out_.base.origin.parent;
    return parent.is_zero() ? std::nullopt : std::optional(Value{Text(parent), ""});
  }

  // A value of the peer's that this Jira has never shown, as the field was not bound here: what
  // stands there is nobody's edit. It is written when the operator asks (reapply.h).
  static bool IsBoundLate(const RegisterKey& key, const RegisterBase& base) {
    return key.kind == RegisterKind::kField && base.version != Version{} && !base.has_seen &&
           !base.is_pending;
  }

  // The issue came to a type that has the field, whose value the peer gave meanwhile. What Jira
  // shows there is nobody's edit, unless it showed something else when the type had it before.
  static void Resume(RegisterBase& base, const ViewEntry& entry) {
    base.held.clear();
    base.is_pending = true;
    if (base.has_seen) return;
    base.has_seen = true;
    base.seen = entry.seen;
  }

  // Two rules answer each other over the wall: this one's answer stays here until a person decides.
  bool IsFight(const RegisterBase& base, const ViewEntry& entry) const {
    return entry.is_automatic && base.flips >= terms_.settings.flips_max &&
           terms_.switches.flip_hold;
  }

  // A local edit at the wrong side of a one-way register: put back, or listed. Never leaves.
  void ForeignEdit(const RegisterKey& key, RegisterBase& base, const ViewEntry& entry) {
    const FieldTerms* terms = terms_.contract.FieldOfRegister(key.field);
    const bool is_kept = base.version == Version{} || (terms && terms->local_override_kept);
    base.is_override = is_kept;
    base.is_pending = !is_kept;
    out_.findings.push_back({is_kept ? "override" : "put-back", key, entry.shared, base.version,
                             "direction"});
  }

  const Terms& terms_;
  const CaptureInput& input_;
  Captured out_;
  bool is_first_read_ = false;
};

}  // namespace

bool IsSendable(const RegisterKey& key, const std::optional<Value>& value) {
  if (key.element.size() > limits::kNameBytesMax || !IsUtf8(key.element)) return false;
  if (key.element.find_first_of(kNotInNames) != std::string::npos) return false;
  if (!value) return true;
  if (value->detail.find('\0') != std::string::npos) return false;
  return value->text.size() <= limits::kTextBytesMax && IsUtf8(value->text) &&
         value->detail.size() <= limits::kNameBytesMax && IsUtf8(value->detail);
}

Id IssueIdOf(std::string_view origin_key, const std::string& jira_id, std::int64_t created_ms) {
  return DerivedId(origin_key, "issue", jira_id, created_ms);
}

Id ObjectIdOf(std::string_view origin_key, ObjectKind kind, const std::string& jira_id,
              std::int64_t created_ms) {
  constexpr const char* kNames[] = {"comment", "work log", "attachment"};
  return DerivedId(origin_key, kNames[static_cast<std::size_t>(kind)], jira_id, created_ms);
}

Version NextVersion(const Terms& terms, const RegisterBase& base, std::int64_t at_ms,
                    std::int64_t now_ms) {
  const std::int64_t newest =
      std::max({base.version.at_ms, base.own_newest.at_ms, base.peer_newest.at_ms});
  return Version{std::max(std::min(at_ms, now_ms + kAheadMaxMs), newest + 1), terms.own_site};
}

void RecordLocalEdit(const Terms& terms, RegisterBase& base, const RegisterKey& key,
                     const std::optional<Value>& value, const Given& given, std::int64_t now_ms,
                     LocalChange& change) {
  Register edit;
  edit.key = key;
  edit.value = value;
  edit.seen = base.peer_newest;
  edit.version = NextVersion(terms, base, given.at_ms, now_ms);
  edit.is_automatic = given.is_automatic;
  base.agreed = value;
  base.version = base.own_newest = edit.version;
  base.held.clear();
  base.is_pending = false;
  base.is_override = false;
  base.flips = edit.is_automatic ? base.flips + 1 : 0;
  change.registers.push_back(std::move(edit));
}

bool RecordConcurrentEdit(const Terms& terms, RegisterBase& base, Register edit,
                          std::int64_t now_ms, LocalChange& change,
                          std::vector<Finding>& findings) {
  edit.version.site = terms.own_site;
  edit.version.at_ms = std::max(std::min(edit.version.at_ms, now_ms + kAheadMaxMs),
                                base.own_newest.at_ms + 1);
  const ConflictRule rule = RuleOf(terms, edit.key);
  const bool stands = rule.site ? *rule.site == terms.own_site : edit.version > base.version;
  base.own_newest = edit.version;
  base.flips = edit.is_automatic ? base.flips + 1 : 0;
  if (stands) {
    if (base.agreed != edit.value) {
      findings.push_back({"conflict-lost", edit.key, base.agreed, base.version, "conflict"});
    }
    base.agreed = edit.value;
    base.version = edit.version;
    base.held.clear();
  } else if (base.agreed != edit.value) {
    findings.push_back({"conflict-lost", edit.key, edit.value, edit.version, "conflict"});
  }
  change.registers.push_back(std::move(edit));
  return stands;
}

std::vector<ObjectRef> MissingObjects(const Terms& terms, const IssueBase& base,
                                      const LocalIssue& local) {
  std::vector<ObjectRef> missing;
  for (const auto& [id, object] : base.objects) {
    const ObjectKind kind = object.origin.kind;
    if (object.jira_id.empty() || !HasAll(local, kind) || !IsBound(terms, kind)) continue;
    if (!ShownAs(local, kind, object.jira_id)) missing.push_back({kind, object.jira_id});
  }
  return missing;
}

IssueBase NewBase(const Terms& terms, const LocalIssue& local, std::string_view origin_key,
                  const Id& parent) {
  IssueBase base;
  base.issue_id = IssueIdOf(origin_key, local.id, local.created_ms);
  base.origin.birth_site = terms.own_site;
  base.origin.type = terms.binding.TypeToShared(local.type).value_or("");
  base.origin.parent = parent;
  base.origin.author.name = NameCut(local.reporter.display_name);
  base.origin.created_ms = local.created_ms;
  if (terms.contract.shares_keys) base.origin.remote_key = local.key;
  base.jira_id = local.id;
  base.jira_key = local.key;
  base.jira_created_ms = local.created_ms;
  return base;
}

bool WentBack(const IssueBase& base, const LocalIssue& local) {
  if (base.jira_created_ms != 0 && base.jira_created_ms != local.created_ms) return true;
  const std::int64_t newest = local.histories.empty() ? 0 : local.histories.back().id;
  if (newest < base.history_through) return true;
  // Comments leave no changelog; a server's clock may be set back a little.
  return local.updated_ms < base.jira_updated_ms - kClockStepMs;
}

Captured CaptureView(const Terms& terms, IssueBase base, const LocalView& view,
                     std::int64_t now_ms) {
  const LocalIssue no_issue;
  const Directory nobody;
  const CaptureInput input{no_issue, nobody, {}, {}, now_ms, {}};
  return Capturer(terms, std::move(base), input).RunView(view);
}

Captured Capture(const Terms& terms, IssueBase base, const CaptureInput& input) {
  Captured out = Capturer(terms, std::move(base), input).Run();
  out.base.jira_key = input.local.key;
  out.base.jira_updated_ms = input.local.updated_ms;
  out.base.jira_parts = input.local.parts;
  out.base.jira_created_ms = input.local.created_ms;
  if (!input.local.histories.empty()) {
    out.base.history_through = input.local.histories.back().id;
  }
  return out;
}

}  // namespace valise
