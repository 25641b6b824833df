#include "packet/model.h"

#include <utility>

namespace valise {

RegisterKey FieldKey(std::string field) { return {RegisterKind::kField, std::move(field), {}, {}}; }

RegisterKey ElementKey(std::string field, std::string element) {
  return {RegisterKind::kElement, std::move(field), std::move(element), {}};
}

RegisterKey CommentTextKey(const Id& comment) {
  return {RegisterKind::kCommentText, {}, {}, comment};
}

RegisterKey CommentPresenceKey(const Id& comment) {
  return {RegisterKind::kCommentPresence, {}, {}, comment};
}

RegisterKey TextKey(ObjectKind kind, const Id& object) {
  const bool is_work_log = kind == ObjectKind::kWorkLog;
  return {is_work_log ? RegisterKind::kWorkLog : RegisterKind::kCommentText, {}, {}, object};
}

RegisterKey PresenceKey(ObjectKind kind, const Id& object) {
  switch (kind) {
    case ObjectKind::kWorkLog:
      return {RegisterKind::kWorkLogPresence, {}, {}, object};
    case ObjectKind::kAttachment:
      return {RegisterKind::kAttachmentPresence, {}, {}, object};
    case ObjectKind::kComment:
      break;
  }
  return CommentPresenceKey(object);
}

RegisterKey LinkKey(std::string type, const Id& target) {
  return {RegisterKind::kLinkPresence, std::move(type), {}, target};
}

std::optional<ObjectKind> ObjectKindOf(RegisterKind kind) {
  switch (kind) {
    case RegisterKind::kCommentText:
    case RegisterKind::kCommentPresence:
      return ObjectKind::kComment;
    case RegisterKind::kWorkLog:
    case RegisterKind::kWorkLogPresence:
      return ObjectKind::kWorkLog;
    case RegisterKind::kAttachmentPresence:
      return ObjectKind::kAttachment;
    default:
      return std::nullopt;
  }
}

bool IsPresence(RegisterKind kind) {
  return kind == RegisterKind::kCommentPresence || kind == RegisterKind::kWorkLogPresence ||
         kind == RegisterKind::kAttachmentPresence;
}

std::string Describe(const RegisterKey& key) {
  const std::string object = Text(key.object).substr(0, 8) + "…";
  switch (key.kind) {
    case RegisterKind::kField:
      return key.field;
    case RegisterKind::kElement:
      // One that begins with \x1f is a local name without a word (view.h); it never travels.
      return key.field + "[" + key.element.substr(key.element.find('\x1f') == 0 ? 1 : 0) + "]";
    case RegisterKind::kCommentText:
      return "comment " + object + " text";
    case RegisterKind::kCommentPresence:
      return "comment " + object + " presence";
    case RegisterKind::kAttachmentPresence:
      return "attachment " + object + " presence";
    case RegisterKind::kWorkLog:
      return "work log " + object;
    case RegisterKind::kWorkLogPresence:
      return "work log " + object + " presence";
    case RegisterKind::kLinkPresence:
      return "link " + key.field + " to " + object;
  }
  return "register of unknown kind " + std::to_string(static_cast<int>(key.kind));
}

}  // namespace valise
