#include "agent/core/binding.h"

#include <algorithm>

namespace valise {

std::map<std::string, std::string> StatusBinding::Defaults() const {
  std::map<std::string, std::string> all = fields;
  if (!resolution.empty()) all["resolution"] = resolution;
  return all;
}

std::string Visibility::Text() const {
  if (kind == Kind::kPublic) return "";
  return (kind == Kind::kRole ? "role:" : "group:") + name;
}

namespace {

bool Holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<std::string> FirstOf(const std::map<std::string, std::vector<std::string>>& to_local,
                                   const std::string& shared) {
  const auto found = to_local.find(shared);
  if (found == to_local.end() || found->second.empty()) return std::nullopt;
  return found->second.front();
}

std::optional<std::string> SharedOf(const std::map<std::string, std::vector<std::string>>& to_local,
                                    const std::string& local) {
  for (const auto& [shared, names] : to_local) {
    if (Holds(names, local)) return shared;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> ValueMap::ToShared(const std::string& local) const {
  return SharedOf(to_local, local);
}

std::optional<std::string> ValueMap::ToLocal(const std::string& shared) const {
  return FirstOf(to_local, shared);
}

std::optional<std::string> Binding::TypeToShared(const std::string& local) const {
  return SharedOf(types, local);
}

std::optional<std::string> Binding::TypeToLocal(const std::string& shared) const {
  return FirstOf(types, shared);
}

std::optional<std::string> Binding::StatusToShared(const std::string& local) const {
  for (const auto& [shared, status] : statuses) {
    if (Holds(status.local, local)) return shared;
  }
  return std::nullopt;
}

std::optional<std::string> Binding::LinkToShared(const std::string& local) const {
  for (const auto& [shared, name] : links) {
    if (name == local) return shared;
  }
  return std::nullopt;
}

const FieldBinding* Binding::ByField(const std::string& jira_field) const {
  for (const auto& [shared, field] : fields) {
    if (field.field == jira_field) return &field;
  }
  return nullptr;
}

}  // namespace valise
