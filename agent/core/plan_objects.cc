// The writes of comments, work logs, attachments and links: each is one request, in the order in
// which they were made at the peer.
#include <algorithm>

#include "agent/core/objects.h"
#include "agent/core/plan_parts.h"
#include "agent/core/renamed.h"
#include "agent/core/text.h"

namespace valise {
namespace {

struct ObjectWrites {
  WriteKind add, edit, remove;
};

ObjectWrites WritesOf(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kWorkLog:
      return {WriteKind::kWorkLogAdd, WriteKind::kWorkLogEdit, WriteKind::kWorkLogDelete};
    case ObjectKind::kAttachment:  // immutable (pitfall 15)
      return {WriteKind::kAttachmentAdd, WriteKind::kAttachmentAdd, WriteKind::kAttachmentDelete};
    case ObjectKind::kComment:
      break;
  }
  return {WriteKind::kCommentAdd, WriteKind::kCommentEdit, WriteKind::kCommentDelete};
}

class ObjectPlanner {
 public:
  ObjectPlanner(const Terms& terms, const LocalIssue& local, const Directory& directory,
                const Neighbours& neighbours, Plan& plan)
      : terms_(terms),
        local_(local),
        directory_(directory),
        neighbours_(neighbours),
        plan_(plan) {}

  std::vector<PlannedWrite> Run() {
    for (const ObjectKind kind : kObjectKinds) {
      here_[kind] = ObjectsOf(local_, kind).size();
    }
    for (const ObjectBase* object : Ordered()) {
      if (IsBound(terms_, object->origin.kind)) PlanObject(*object);
    }
    PlanLinks();
    return std::move(writes_);
  }

 private:
  std::vector<const ObjectBase*> Ordered() const {
    std::vector<const ObjectBase*> ordered;
    for (const auto& [id, object] : plan_.base.objects) ordered.push_back(&object);
    std::sort(ordered.begin(), ordered.end(), [](const ObjectBase* a, const ObjectBase* b) {
      return std::tie(a->origin.created_ms, a->origin.id) <
             std::tie(b->origin.created_ms, b->origin.id);
    });
    return ordered;
  }

  void Hold(const RegisterKey& key, const std::string& reason) {
    HoldRegister(plan_.base, key, reason, plan_.findings);
  }

  void PlanObject(const ObjectBase& object) {
    const RegisterKey text_key = TextKey(object.origin.kind, object.origin.id);
    const RegisterKey presence_key = PresenceKey(object.origin.kind, object.origin.id);
    const bool is_file = object.origin.kind == ObjectKind::kAttachment;
    RegisterBase* text = is_file ? nullptr : PendingRegister(plan_.base, text_key);
    RegisterBase* presence = PendingRegister(plan_.base, presence_key);
    const auto known = plan_.base.registers.find(presence_key);
    const bool is_gone = known != plan_.base.registers.end() &&
                         known->second.version != Version{} && !known->second.agreed;
    if (is_gone) return PlanGone(object, presence_key, presence, text);
    if (object.jira_id.empty()) {
      if (is_file && presence) return AddFile(object, presence_key);
      if (text || presence) AddText(object, {text_key, presence_key});
      return;
    }
    if (presence) SettleRegister(*presence, Id{});
    if (text) EditText(object, *text, text_key);
  }

  // Beyond objects_max: held, and told once. Jira itself slows down on such an issue, and from
  // 9.0 on has limits of its own (jira.safeguards.issue.comments).
  bool HasRoom(const ObjectBase& object, const std::vector<RegisterKey>& keys) {
    const ObjectKind kind = object.origin.kind;
    if (object.is_ours || here_[kind] < terms_.settings.objects_max) {
      ++here_[kind];
      return true;
    }
    std::vector<Finding> told;
    for (const RegisterKey& key : keys) HoldRegister(plan_.base, key, "too-many", told);
    if (told_.insert(kind).second) plan_.findings.push_back(told.front());
    return false;
  }

  PlannedWrite WriteOf(WriteKind kind, const ObjectBase& object) const {
    PlannedWrite write;
    write.kind = kind;
    write.object = object.origin.id;
    write.object_jira_id = object.jira_id;
    return write;
  }

  void PlanGone(const ObjectBase& object, const RegisterKey& key, RegisterBase* presence,
                RegisterBase* text) {
    if (text) text->is_pending = false;
    if (!presence) return;
    if (object.jira_id.empty()) return SettleRegister(*presence, Id{});
    PlannedWrite write = WriteOf(WritesOf(object.origin.kind).remove, object);
    write.keys = {key};
    const LocalObject* shown = ShownAs(local_, object.origin.kind, object.jira_id);
    if (shown && object.origin.kind != ObjectKind::kAttachment) write.shown = SeenDigest(*shown);
    writes_.push_back(std::move(write));
  }

  // Text and presence are one write; a newer version of either ends a hold of both.
  void AddText(const ObjectBase& object, std::vector<RegisterKey> keys) {
    for (const RegisterKey& key : keys) {
      RegisterBase& base = plan_.base.registers[key];
      if (base.version == Version{}) return;  // the other half has not come yet
      base.held.clear();
      base.is_pending = true;
    }
    if (!HasRoom(object, keys)) return;
    PlannedWrite write = WriteOf(WritesOf(object.origin.kind).add, object);
    const std::optional<Value>& agreed = plan_.base.registers[keys.front()].agreed;
    write.body = ObjectBody(terms_, object, agreed, neighbours_.peer_keys);
    if (agreed) write.detail = agreed->detail;
    write.visible_to = VisibilityOf(terms_.binding, object.origin.kind).Text();
    write.keys = std::move(keys);
    writes_.push_back(std::move(write));
  }

  void AddFile(const ObjectBase& object, const RegisterKey& key) {
    const ObjectOrigin& file = object.origin;
    const std::string why =
        WhyFiltered(terms_.contract.attachments, file.name, file.mime, file.bytes);
    if (!why.empty()) return Hold(key, "filtered:" + why);
    if (!neighbours_.contents.contains(file.content)) return;  // its bytes are still on their way
    if (!HasRoom(object, {key})) return;
    PlannedWrite write = WriteOf(WriteKind::kAttachmentAdd, object);
    write.body = SafeFileName(file.name);
    write.keys = {key};
    writes_.push_back(std::move(write));
  }

  void EditText(const ObjectBase& object, RegisterBase& text, const RegisterKey& key) {
    const LocalObject* shown = ShownAs(local_, object.origin.kind, object.jira_id);
    if (!shown) return;
    if (!IsShareable(terms_, object, *shown)) return Hold(key, "restricted");
    PlannedWrite write = WriteOf(WritesOf(object.origin.kind).edit, object);
    write.body = object.is_ours && text.agreed
                     ? TextToLocalKeeping(text.agreed->text, shown->body, terms_, directory_,
                                          neighbours_.peer_keys)
                     : ObjectBody(terms_, object, text.agreed, neighbours_.peer_keys);
    if (text.agreed) write.detail = text.agreed->detail;
    write.visible_to = shown->visible_to;  // never widened
    write.shown = SeenDigest(*shown);
    if (write.shown == SeenDigest(write.body, write.detail)) {
      return SettleRegister(text, write.shown);
    }
    write.keys = {key};
    writes_.push_back(std::move(write));
  }

  // Detached on arrival: a link waits for the issue it points to, and nothing waits for the link.
  void PlanLinks() {
    for (auto& [key, base] : plan_.base.registers) {
      if (key.kind != RegisterKind::kLinkPresence) continue;
      const bool has_ended = local_.ended.contains(key.object);
      if (IsTargetHoldOver(neighbours_, base.held, key.object, has_ended)) {
        base.held.clear();
        base.is_pending = true;
      }
      if (!base.is_pending) continue;
      if (has_ended) {
        Hold(key, kLinkEnded);
        continue;
      }
      const auto type = terms_.binding.links.find(key.field);
      const auto target = neighbours_.keys.find(key.object);
      if (type == terms_.binding.links.end()) continue;
      if (target == neighbours_.keys.end()) {
        PlanUnmade(key, base);
        continue;
      }
      if (!local_.has_links) {
        Hold(key, "links-off");
        continue;
      }
      PlanLink(key, base, type->second, target->second);
    }
  }

  // Its target is not here (yet): there is nothing to take away, and nothing to point to.
  void PlanUnmade(const RegisterKey& key, RegisterBase& base) {
    if (!base.agreed) return SettleRegister(base, SeenDigest(std::string()));
    if (neighbours_.held_back.contains(key.object)) Hold(key, AwaitedReason(key.object));
  }

  // It may be the link that is to go: its type has a name in Jira that is not bound (any more).
  bool IsShownUnnamed(const RegisterKey& key) const {
    return std::any_of(local_.links.begin(), local_.links.end(), [&](const LocalLink& link) {
      return link.is_source && link.other == key.object && !terms_.binding.LinkToShared(link.type);
    });
  }

  void PlanLink(const RegisterKey& key, RegisterBase& base, const std::string& type,
                const std::string& target) {
    const auto shown = std::find_if(
        local_.links.begin(), local_.links.end(), [&](const LocalLink& link) {
          return link.is_source && link.type == type && link.other == key.object;
        });
    const bool is_shown = shown != local_.links.end();
    const bool is_wanted = base.agreed.has_value();
    if (!is_shown && IsToGo(base) && IsShownUnnamed(key)) return Hold(key, "value");
    if (is_shown == is_wanted) {
      return SettleRegister(base, SeenDigest(std::string(is_shown ? "present" : "")));
    }
    PlannedWrite write;
    write.kind = is_wanted ? WriteKind::kLinkAdd : WriteKind::kLinkDelete;
    write.object = key.object;
    write.object_jira_id = is_wanted ? target : shown->id;
    write.type = type;
    write.keys = {key};
    writes_.push_back(std::move(write));
  }

  const Terms& terms_;
  const LocalIssue& local_;
  const Directory& directory_;
  const Neighbours& neighbours_;
  Plan& plan_;
  std::vector<PlannedWrite> writes_;
  std::map<ObjectKind, std::size_t> here_;  // shown, or planned to be
  std::set<ObjectKind> told_;               // of too many
};

}  // namespace

std::vector<PlannedWrite> PlanObjects(const Terms& terms, const LocalIssue& local,
                                      const Directory& directory, const Neighbours& neighbours,
                                      Plan& plan) {
  return ObjectPlanner(terms, local, directory, neighbours, plan).Run();
}

}  // namespace valise
