#include "agent/core/adopt.h"

#include <array>
#include <map>
#include <set>
#include <utility>

#include "agent/core/capture.h"
#include "agent/core/key_text.h"
#include "agent/core/objects.h"
#include "agent/core/text.h"
#include "agent/core/view.h"

namespace valise {
namespace {

constexpr std::array<std::pair<const char*, Prefer>, 3> kNames{
    {{"newest", Prefer::kNewest}, {"ours", Prefer::kOurs}, {"peer", Prefer::kPeers}}};

std::string Plain(const std::string& text) {
  const std::string unix_text = WithUnixLineEnds(text);
  const std::size_t last = unix_text.find_last_not_of(" \n\t");
  return last == std::string::npos ? "" : unix_text.substr(0, last + 1);
}

// Keys may stand in `shown` as the peer's words or as those here.
bool IsSameText(const Terms& terms, const PeerKeys& keys, const std::string& told,
                const std::string& shown) {
  if (Plain(told) == Plain(shown)) return true;
  const std::string here = WithKeysAsWords(TextToLocal(told, terms, keys), terms, keys);
  return Plain(here) == Plain(WithKeysAsWords(shown, terms, keys));
}

bool IsSameTime(const ObjectOrigin& origin, const std::optional<Value>& text,
                const LocalObject& shown) {
  if (origin.kind == ObjectKind::kComment) return true;
  return ParseWorkTime(text->detail) == WorkTime{shown.started_ms, shown.seconds};
}

class Adopter {
 public:
  Adopter(const Terms& terms, IssueBase base, const LocalIssue& local)
      : terms_(terms), base_(std::move(base)), local_(local) {}

  IssueBase Run(const AdoptInput& input) {
    keys_ = input.keys;
    base_.jira_id = local_.id;
    base_.jira_key = local_.key;
    base_.state = IssueState::kMapped;
    for (auto& [id, object] : base_.objects) {
      if (object.origin.kind != ObjectKind::kAttachment) MatchObject(object);
    }
    KeepFilesHome(input.origin_key);
    for (const auto& [key, entry] : ViewOf(terms_, base_, local_, input.directory, input.keys)) {
      const auto found = base_.registers.find(key);
      const bool is_told = found != base_.registers.end() && found->second.version != Version{};
      if (!is_told || ObjectKindOf(key.kind)) continue;
      // Sets are united: that an element is not here was nobody's edit.
      const bool is_missing = key.kind != RegisterKind::kField && !entry.shared;
      Compare(found->second, entry, is_missing ? Prefer::kPeers : input.prefer);
    }
    return std::move(base_);
  }

 private:
  static void Compare(RegisterBase& reg, const ViewEntry& entry, Prefer prefer) {
    const bool is_equal = entry.is_mapped && entry.shared == reg.agreed;
    if (is_equal || prefer == Prefer::kOurs) reg.is_pending = false;
    const bool is_ours = !is_equal && prefer != Prefer::kPeers;
    reg.has_seen = true;
    reg.seen = is_ours ? Id{} : entry.seen;  // no digest is zero: Capture finds ours as an edit
  }

  // Known without a presence: neither captured nor missed.
  void KeepFilesHome(std::string_view origin_key) {
    for (const LocalObject& shown : local_.attachments) {
      ObjectBase home;
      home.origin.id = ObjectIdOf(origin_key, shown.kind, shown.id, shown.created_ms);
      home.origin.kind = shown.kind;
      home.origin.created_ms = shown.created_ms;
      home.jira_id = shown.id;
      base_.objects[home.origin.id] = home;
    }
  }

  void MatchObject(ObjectBase& object) {
    const ObjectOrigin& origin = object.origin;
    const auto text = base_.registers.find(TextKey(origin.kind, origin.id));
    const bool has_text = text != base_.registers.end();
    for (const LocalObject& shown : ObjectsOf(local_, origin.kind)) {
      const bool is_free = IsShareable(terms_, shown) && !taken_.contains({origin.kind, shown.id});
      const auto agreed = has_text ? text->second.agreed : std::nullopt;
      const bool is_same = agreed && IsSameTime(origin, agreed, shown) &&
                           IsSameText(terms_, keys_, agreed->text, shown.body);
      if (!is_free || !is_same) continue;
      taken_.insert({origin.kind, shown.id});
      object.jira_id = shown.id;
      base_.registers[PresenceKey(origin.kind, origin.id)].is_pending = false;
      if (!has_text) return;
      text->second.is_pending = false;
      text->second.has_seen = true;
      text->second.seen = SeenDigest(shown);
      return;
    }
  }

  const Terms& terms_;
  IssueBase base_;
  const LocalIssue& local_;
  PeerKeys keys_;
  std::set<ObjectRef> taken_;
};

}  // namespace

std::optional<Prefer> PreferNamed(const std::string& word) {
  for (const auto& [name, prefer] : kNames) {
    if (word == name) return prefer;
  }
  return std::nullopt;
}

const char* NameOf(Prefer prefer) {
  return kNames.at(static_cast<std::size_t>(prefer)).first;
}

IssueBase Adopt(const Terms& terms, IssueBase base, const AdoptInput& input) {
  return Adopter(terms, std::move(base), input.local).Run(input);
}

void AdoptFiles(const LocalIssue& local, IssueBase& base) {
  std::map<std::string, Id> at_home;  // by jira id
  for (const auto& [id, object] : base.objects) {
    const bool is_told = base.registers.contains(PresenceKey(ObjectKind::kAttachment, id));
    const bool is_file = object.origin.kind == ObjectKind::kAttachment;
    if (is_file && object.is_ours && !is_told) at_home[object.jira_id] = id;
  }
  for (auto at = base.objects.begin(); at != base.objects.end() && !at_home.empty(); ++at) {
    ObjectBase& wanted = at->second;
    const auto presence = base.registers.find(PresenceKey(ObjectKind::kAttachment, at->first));
    const bool is_pending = presence != base.registers.end() && presence->second.is_pending;
    if (wanted.is_ours || !is_pending || !wanted.jira_id.empty()) continue;
    for (const LocalObject& shown : local.attachments) {
      const auto home = at_home.find(shown.id);
      const bool is_same = shown.name == SafeFileName(wanted.origin.name) &&
                           shown.bytes == wanted.origin.bytes;
      if (home == at_home.end() || !is_same) continue;
      wanted.jira_id = shown.id;
      presence->second.is_pending = false;
      base.objects.erase(home->second);
      at_home.erase(home);
      break;
    }
  }
}

}  // namespace valise
