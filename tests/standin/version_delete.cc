// Deleting versions and components: issues lose them, or get another one instead.
#include <algorithm>
#include <functional>

#include "tests/standin/handlers.h"

namespace valise::standin {
namespace {

using Ids = std::vector<std::string>;

// Replaces `from` by `to` where it is; an empty `to` only takes it away.
void Swap(Ids& ids, const std::string& from, const std::string& to) {
  const auto place = std::find(ids.begin(), ids.end(), from);
  if (place == ids.end()) return;
  const bool has_both = std::find(ids.begin(), ids.end(), to) != ids.end();
  if (to.empty() || has_both)
    ids.erase(place);
  else
    *place = to;
}

void ChangeAll(Call& call, const std::function<void(Issue&)>& change) {
  const auto issues = call.model.issues;  // the pointers: commits alter the map
  for (const auto& [id, issue] : issues) {
    Issue draft = *issue;
    change(draft);
    CommitChange(call, *issue, std::move(draft), JsonValue());
  }
}

// False: the parameter names something that is not there, or the thing itself.
template <typename T>
bool IsTarget(const std::vector<T>& all, const std::string& id, const std::string& deleted) {
  return id.empty() || (id != deleted && ById(all, id) != nullptr);
}

// Custom fields of versions lose it too.
void DropFromPickers(const Model& model, Issue& draft, const std::string& id) {
  for (const Field& field : model.fields) {
    if (field.kind != FieldKind::kVersionPicker && field.kind != FieldKind::kMultiVersion) continue;
    const auto value = draft.custom.find(field.id);
    if (value == draft.custom.end()) continue;
    std::erase(value->second.items, id);
    if (value->second.items.empty()) draft.custom.erase(value);
  }
}

Response RemoveVersion(Call& call, const std::string& fix_to, const std::string& affects_to) {
  const std::string id = call.args[0];
  auto& versions = call.model.versions;
  if (ById(versions, id) == nullptr) return Fail(404, "Could not find version for id '" + id + "'");
  if (!MayAdminister(call)) {
    return Forbidden(call, "You do not have permission to manage versions in this project.");
  }
  if (!IsTarget(versions, fix_to, id) || !IsTarget(versions, affects_to, id)) {
    return Fail(400, "The version to move issues to does not exist.");
  }
  ChangeAll(call, [&](Issue& draft) {
    Swap(draft.fix_versions, id, fix_to);
    Swap(draft.versions, id, affects_to);
    DropFromPickers(call.model, draft, id);
  });
  std::erase_if(versions, [&](const Version& one) { return one.id == id; });
  return Empty(204);
}

}  // namespace

Response DeleteVersion(Call& call) {
  return RemoveVersion(call, call.Query("moveFixIssuesTo"), call.Query("moveAffectedIssuesTo"));
}

Response SwapVersion(Call& call) {
  return RemoveVersion(call, call.body.Text("moveFixIssuesTo"),
                       call.body.Text("moveAffectedIssuesTo"));
}

Response DeleteComponent(Call& call) {
  const std::string id = call.args[0], to = call.Query("moveIssuesTo");
  auto& components = call.model.components;
  if (ById(components, id) == nullptr || !IsTarget(components, to, id)) {
    return Fail(404, "The component with id " + id + " does not exist.");
  }
  if (!MayAdminister(call)) {
    return Forbidden(call, "The user does not have permission to complete this operation.");
  }
  ChangeAll(call, [&](Issue& draft) { Swap(draft.components, id, to); });
  std::erase_if(components, [&](const Component& one) { return one.id == id; });
  return Empty(204);
}

}  // namespace valise::standin
