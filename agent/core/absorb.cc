#include "agent/core/absorb.h"

#include <algorithm>
#include <set>

#include "agent/core/decide.h"
#include "agent/core/history.h"
#include "agent/core/objects.h"
#include "agent/core/remote_key.h"
#include "agent/core/text.h"
#include "agent/core/view.h"

namespace valise {
namespace {

constexpr char kLinks[] = "Link";  // in every changelog, whatever the language

std::string Trimmed(const std::string& text) {
  const std::size_t last = text.find_last_not_of(" \n\t\r");
  return last == std::string::npos ? "" : text.substr(0, last + 1);
}

// The Jira field behind a register; empty for comments.
std::string JiraField(const Terms& terms, const RegisterKey& key) {
  if (key.field == kStatusField) return "status";
  if (key.field == kTypeField) return "issuetype";
  const auto binding = terms.binding.fields.find(key.field);
  return binding == terms.binding.fields.end() ? "" : binding->second.field;
}

bool Names(const LocalHistory& history, const std::string& name) {
  return std::any_of(history.items.begin(), history.items.end(),
                     [&](const LocalHistoryItem& item) { return item.field == name; });
}

class Absorber {
 public:
  Absorber(const Terms& terms, IssueBase base, const LocalIssue& local, const Directory& directory,
           const PeerKeys& keys, std::int64_t now_ms)
      : terms_(terms), local_(local), directory_(directory), keys_(keys), now_ms_(now_ms) {
    out_.base = std::move(base);
    view_ = ViewOf(terms, out_.base, local, directory, keys);
  }

  Absorbed Run(const std::vector<DoneWrite>& writes) {
    for (const DoneWrite& write : writes) own_write_ids_.insert(write.write_id);
    for (const DoneWrite& write : writes) {
      for (const Register& target : write.targets) AbsorbTarget(write, target);
      if (write.kind == WriteKind::kCreate) AbsorbDefaults(write);
    }
    return std::move(out_);
  }

 private:
  void AbsorbTarget(const DoneWrite& write, const Register& target) {
    RegisterBase& base = out_.base.registers[target.key];
    const auto entry = view_.find(target.key);
    // A transition may have been one hop of several, and its screen may have asked for nothing.
    const bool is_one_hop = write.kind == WriteKind::kTransition && entry != view_.end() &&
                            entry->second.shared != target.value;
    const bool is_on_its_way = is_one_hop || NeedsLinkYet(write, target.key);
    if (base.version == target.version && !is_on_its_way) base.is_pending = false;
    if (IsPresence(target.key.kind)) return;
    if (!terms_.switches.seen) return;
    // Gone again, or not readable here: nothing to compare.
    if (entry == view_.end()) return NoteWrittenTarget(target, base);
    if (ObjectKindOf(target.key.kind)) {
      return AbsorbText(write, target, base, entry->second);
    }
    if (target.key.kind == RegisterKind::kLinkPresence) {
      return AbsorbLink(write, target, base, entry->second);
    }
    if (target.key == FieldKey(kParentField)) return AbsorbParent(target, base);
    const bool is_create = write.kind == WriteKind::kCreate;  // leaves no entry of its own
    const LocalHistory* ours = is_create ? nullptr : OurEntry(write, target.key);
    // A write that changed nothing has no entry: what is there since our look is no answer to it.
    const std::int64_t since = ours ? ours->id : is_create ? 0 : write.history_before;
    const bool is_edited_after = EditedAfter(since, target.key);
    base.has_seen = true;
    // After a later edit by a person the ordinary diff has to find it: seen stays what we wrote.
    base.seen = is_edited_after ? WrittenDigest(target, entry->second) : entry->second.seen;
    if (!is_edited_after) ListAlteration(target, base, entry->second);
    if (ours && terms_.switches.changelog_check) {
      FindRace(write, *ours, target, base, is_edited_after);
    }
  }

  // A link's write leaves no entry that names it, but a person's does: after one, `seen` is what we
  // wrote, so that the ordinary diff finds what the person made of it.
  void AbsorbLink(const DoneWrite& write, const Register& target, RegisterBase& base,
                  const ViewEntry& entry) {
    base.has_seen = true;
    base.seen = entry.seen;
    if (base.version != target.version || entry.shared == target.value) return;
    if (EditedAfter(write.history_before, kLinks)) {
      base.seen = SeenDigest(std::string(target.value ? "present" : ""));
      return;
    }
    out_.findings.push_back({"altered", target.key, entry.shared, base.version, "altered"});
  }

  // Jira makes a sub-task where it was told to: under another parent a person has put it since.
  static void AbsorbParent(const Register& target, RegisterBase& base) {
    base.has_seen = true;
    base.seen = SeenDigest(target.value ? target.value->text : std::string());
  }

  // An epic that left, or ended, since it was written has no entry. It was seen all the same: else
  // a person who goes back to what stood there before would not be heard.
  void NoteWrittenTarget(const Register& target, RegisterBase& base) const {
    const auto binding = terms_.binding.fields.find(target.key.field);
    const bool is_field = target.key.kind == RegisterKind::kField;
    if (!is_field || binding == terms_.binding.fields.end()) return;
    if (binding->second.kind != ValueKind::kIssue) return;
    base.has_seen = true;
    base.seen = SeenDigest(target.value ? target.value->text : std::string());
  }

  // The peer's key went into its text field; the remote link is a write of its own.
  bool NeedsLinkYet(const DoneWrite& write, const RegisterKey& key) const {
    return terms_.binding.remote_key.is_linked && write.kind != WriteKind::kRemoteLinkPut &&
           SiteOfKeyField(terms_.contract, key.field).has_value();
  }

  // What Jira filled in by itself on create, in registers that the peer has a value for (an empty
  // one, or one held here), is no edit of anybody's.
  void AbsorbDefaults(const DoneWrite& write) {
    for (const auto& [key, entry] : view_) {
      const auto found = out_.base.registers.find(key);
      if (found == out_.base.registers.end() || found->second.version == Version{}) continue;
      if (SiteOfKeyField(terms_.contract, key.field)) continue;  // a copy made anew has a new one
      const bool is_target = std::any_of(write.targets.begin(), write.targets.end(),
                                         [&](const Register& t) { return t.key == key; });
      if (is_target || !IsField(key) || EditedAfter(0, key)) continue;
      found->second.seen = entry.seen;
    }
  }

  // Jira trims these texts. One that its database cut, at a character which that cannot keep, still
  // has our name on it; anything else, the time of a work log too, is a person's later edit.
  void AbsorbText(const DoneWrite& write, const Register& target, RegisterBase& base,
                  const ViewEntry& entry) {
    const std::string detail = target.value ? target.value->detail : "";
    base.has_seen = true;
    const bool is_as_sent = SeenDigest(Trimmed(write.body), detail) == entry.seen ||
                            SeenDigest(write.body, detail) == entry.seen;
    const bool is_ours = is_as_sent || IsOurText(target.key, detail);
    base.seen = is_ours ? entry.seen : SeenDigest(write.body, detail);
    if (is_as_sent || !is_ours || base.version != target.version) return;
    if (entry.shared == target.value) return;
    out_.findings.push_back({"altered", target.key, entry.shared, base.version, "altered"});
  }

  bool IsOurText(const RegisterKey& key, const std::string& detail) const {
    const auto object = out_.base.objects.find(key.object);
    if (object == out_.base.objects.end()) return false;
    const LocalObject* shown = ShownAs(local_, *ObjectKindOf(key.kind), object->second.jira_id);
    return shown && shown->editor == terms_.own_user && !shown->editor.empty() &&
           SeenDigest(shown->body, detail) == SeenDigest(*shown);
  }

  const LocalHistory* OurEntry(const DoneWrite& write, const RegisterKey& key) const {
    if (const LocalHistory* marked = EntryOfWrite(local_, write.write_id)) return marked;
    const std::string name = HistoryName(terms_, JiraField(terms_, key));
    for (const LocalHistory& history : local_.histories) {  // a Jira that drops historyMetadata
      if (history.id > write.history_before && !IsOther(history) && Names(history, name)) {
        return &history;
      }
    }
    return nullptr;
  }

  bool EditedAfter(std::int64_t history, const RegisterKey& key) const {
    return EditedAfter(history, HistoryName(terms_, JiraField(terms_, key)));
  }

  bool EditedAfter(std::int64_t history, const std::string& name) const {
    return std::any_of(local_.histories.begin(), local_.histories.end(), [&](const auto& h) {
      return h.id > history && IsOther(h) && Names(h, name);
    });
  }

  bool IsOther(const LocalHistory& history) const {
    return IsByOthers(history, terms_, own_write_ids_);
  }

  // Digest of the local value that we wrote, without what was changed after it.
  Id WrittenDigest(const Register& target, const ViewEntry& entry) const {
    const auto binding = terms_.binding.fields.find(target.key.field);
    if (binding == terms_.binding.fields.end()) return Id{};  // status, type: differs from any
    if (target.key.kind == RegisterKind::kElement) {
      return SeenWritten(terms_, binding->second, target);
    }
    const auto wanted = ToLocalField(terms_, binding->second, target.value, target.version.site,
                                     keys_);
    return wanted ? SeenDigest(*wanted) : entry.seen;
  }

  void ListAlteration(const Register& target, const RegisterBase& base, const ViewEntry& entry) {
    if (base.version != target.version || entry.shared == base.agreed) return;
    const auto binding = terms_.binding.fields.find(target.key.field);
    if (binding == terms_.binding.fields.end()) return;
    const auto wanted = ToLocalField(terms_, binding->second, base.agreed, base.version.site,
                                     keys_);
    if (wanted && SeenDigest(*wanted) == entry.seen) return;
    const bool is_that_person = wanted && binding->second.kind == ValueKind::kPerson &&
                                !wanted->values.empty() &&
                                wanted->values.front().text == entry.local_text;
    if (is_that_person) return;
    out_.findings.push_back({"altered", target.key, entry.shared, base.version, "altered"});
  }

  // Somebody else's entry on this field after the read our write rested on, before our own.
  void FindRace(const DoneWrite& write, const LocalHistory& ours, const Register& target,
                RegisterBase& base, bool is_edited_after) {
    const std::string name = HistoryName(terms_, JiraField(terms_, target.key));
    const LocalHistory* human = OthersBefore(local_, terms_, own_write_ids_, ours, name);
    if (!human || human->id <= write.history_before) return;
    if (target.key.kind == RegisterKind::kElement) return FindSetRace(write, ours, target);
    Register edit;
    edit.key = target.key;
    edit.version = Version{human->created_ms, terms_.own_site};
    if (target.seen.site == terms_.peer_site) edit.seen = target.seen;
    if (!HumanValue(ours, name, target, edit.value)) return;
    if (edit.value == target.value) return;
    if (!MayEdit(terms_, edit.key, terms_.own_site)) return ListPutBack(edit);
    if (is_edited_after) {  // a third edit stands by now; the overwritten one is at least listed
      out_.findings.push_back({"conflict-lost", edit.key, edit.value, edit.version, "race"});
      return;
    }
    // The write only rewrote keys: the person edited the value that stands, having seen it.
    if (target.seen != Version{} && target.seen == base.version) {
      RecordLocalEdit(terms_, base, edit.key, edit.value, {human->created_ms, false}, now_ms_,
                      out_.change);
      base.is_pending = true;
      return;
    }
    const bool stands = RecordConcurrentEdit(terms_, base, std::move(edit), now_ms_, out_.change,
                                             out_.findings);
    if (stands) base.is_pending = true;  // Jira shows our overwrite: the person's value goes back
  }

  // The wrong side of a one-way register: our write has put it back already, and it never leaves.
  void ListPutBack(const Register& edit) {
    out_.findings.push_back({"put-back", edit.key, edit.value, edit.version, "direction"});
  }

  // The value the person gave, in contract words; false: nothing was lost, or it cannot be told.
  bool HumanValue(const LocalHistory& ours, const std::string& name, const Register& target,
                  std::optional<Value>& value) {
    const RegisterKey& key = target.key;
    for (const LocalHistoryItem& item : ours.items) {
      if (item.field != name) continue;
      if (key.field == kStatusField) {
        return Named(terms_.binding.StatusToShared(item.from_string), value);
      }
      if (key.field == kTypeField) {
        return Named(terms_.binding.TypeToShared(item.from_string), value);
      }
      const FieldBinding& binding = terms_.binding.fields.at(key.field);
      if (!IsReadable(binding.kind)) return ListOverwritten(key, item.from_string, item.to_string);
      LocalField field;
      if (!item.from_string.empty()) field.values.push_back(Value{item.from_string, ""});
      // Of a text, lines that the person left as they were keep their shared form.
      const ViewEntry entry =
          ToSharedField(terms_, binding, field, target.value, directory_, keys_);
      value = entry.shared;
      return entry.is_mapped;
    }
    return false;  // our entry does not change the field: it held our value already
  }

  // The changelog prints these as they are; others only for people (cascades, users, dates).
  static bool IsReadable(ValueKind kind) {
    return kind == ValueKind::kLine || kind == ValueKind::kText || kind == ValueKind::kUrl ||
           kind == ValueKind::kNumber || kind == ValueKind::kDuration ||
           kind == ValueKind::kOption || kind == ValueKind::kFlag;
  }

  // As the changelog prints them: what the person gave, and what stands in its place.
  bool ListOverwritten(const RegisterKey& key, const std::string& theirs,
                       const std::string& stands) {
    out_.findings.push_back({"overwritten", key, Value{theirs, stands}, Version{}, "race"});
    return false;
  }

  static std::string GivenBy(const LocalHistory& entry, const std::string& name) {
    const auto item = std::find_if(entry.items.begin(), entry.items.end(),
                                   [&](const LocalHistoryItem& one) { return one.field == name; });
    return item == entry.items.end() ? "" : item->to_string;
  }

  static bool Named(const std::optional<std::string>& shared, std::optional<Value>& value) {
    if (!shared) return false;
    value = Value{*shared, ""};
    return true;
  }

  // A set is written whole, so it also puts back elements that we did not mean to touch. Every
  // element that a person added or removed after our read is compared with what Jira shows now.
  void FindSetRace(const DoneWrite& write, const LocalHistory& ours, const Register& target) {
    if (!set_races_.insert({write.write_id, target.key.field}).second) return;
    const FieldBinding& binding = terms_.binding.fields.at(target.key.field);
    const std::string name = HistoryName(terms_, binding.field);
    for (const LocalHistory& human : local_.histories) {
      if (human.id <= write.history_before || human.id >= ours.id) continue;
      if (!IsOther(human)) continue;
      for (const LocalHistoryItem& item : human.items) {
        if (item.field != name) continue;
        ReclaimElements(write, target, human.created_ms, item, GivenBy(ours, name));
      }
    }
  }

  void ReclaimElements(const DoneWrite& write, const Register& target, std::int64_t at_ms,
                       const LocalHistoryItem& item, const std::string& stands) {
    const FieldBinding& binding = terms_.binding.fields.at(target.key.field);
    const auto before = PrintedElements(binding, item.from_string);
    const auto after = PrintedElements(binding, item.to_string);
    if (!before || !after) {
      ListOverwritten(target.key, item.to_string, stands);
      return;
    }
    std::set<std::string> touched = *before;
    touched.insert(after->begin(), after->end());
    for (const std::string& local : touched) {
      const bool is_wanted = after->contains(local);
      if (is_wanted == before->contains(local)) continue;
      LocalField field;
      field.values.push_back(Value{local, ""});
      const ViewEntry entry = ToSharedField(terms_, binding, field, std::nullopt, directory_);
      const RegisterKey key = ElementKey(target.key.field, entry.shared ? entry.shared->text : "");
      if (entry.shared && IsSendable(key, {})) Reclaim(write, key, at_ms, is_wanted);
      else ListOverwritten(target.key, item.to_string, stands);
    }
  }

  void Reclaim(const DoneWrite& write, const RegisterKey& key, std::int64_t at_ms,
               bool is_wanted) {
    const auto shown = view_.find(key);
    const bool is_shown = shown != view_.end() && shown->second.shared.has_value();
    if (is_shown == is_wanted) return;
    Register edit;
    edit.key = key;
    edit.version = Version{at_ms, terms_.own_site};
    if (is_wanted) edit.value = Value{};
    if (!MayEdit(terms_, key, terms_.own_site)) return ListPutBack(edit);
    RegisterBase& base = out_.base.registers[key];
    edit.seen = base.peer_newest;
    for (const Register& written : write.targets) {
      if (written.key == key) edit.seen = written.seen;
    }
    base.has_seen = true;
    base.seen = is_shown ? shown->second.seen : SeenDigest(std::string());
    if (RecordConcurrentEdit(terms_, base, std::move(edit), now_ms_, out_.change, out_.findings)) {
      base.is_pending = true;
    }
  }

  const Terms& terms_;
  const LocalIssue& local_;
  const Directory& directory_;
  const PeerKeys& keys_;
  std::set<std::string> own_write_ids_;
  const std::int64_t now_ms_;
  Absorbed out_;
  LocalView view_;
  std::set<std::pair<std::string, std::string>> set_races_;  // write id, field: looked at
};

}  // namespace

Absorbed Absorb(const Terms& terms, IssueBase base, const LocalIssue& local,
                const std::vector<DoneWrite>& writes, const Directory& directory,
                std::int64_t now_ms, const PeerKeys& keys) {
  return Absorber(terms, std::move(base), local, directory, keys, now_ms).Run(writes);
}

}  // namespace valise
