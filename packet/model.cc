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

std::string Describe(const RegisterKey& key) {
  const std::string object = Text(key.object).substr(0, 8) + "…";
  switch (key.kind) {
    case RegisterKind::kField:
      return key.field;
    case RegisterKind::kElement:
      return key.field + "[" + key.element + "]";
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
      return "link " + object + " presence";
  }
  return "register of unknown kind " + std::to_string(static_cast<int>(key.kind));
}

}  // namespace valise
