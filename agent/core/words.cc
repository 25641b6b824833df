#include "agent/core/words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace valise {

namespace {

constexpr std::array<std::pair<const char*, ValueKind>, 16> kKinds{{
    {"line", ValueKind::kLine},
    {"text", ValueKind::kText},
    {"number", ValueKind::kNumber},
    {"date", ValueKind::kDate},
    {"datetime", ValueKind::kDatetime},
    {"flag", ValueKind::kFlag},
    {"option", ValueKind::kOption},
    {"options", ValueKind::kOptions},
    {"cascade", ValueKind::kCascade},
    {"set", ValueKind::kSet},
    {"person", ValueKind::kPerson},
    {"people", ValueKind::kPeople},
    {"url", ValueKind::kUrl},
    {"duration", ValueKind::kDuration},
    {"issue", ValueKind::kIssue},
    {"sprint", ValueKind::kSprint},
}};

constexpr std::array<const char*, 4> kReserved{kTypeField, kStatusField, kParentField,
                                              kLifecycleField};

}  // namespace

std::optional<ValueKind> KindNamed(const std::string& name) {
  for (const auto& [known, kind] : kKinds) {
    if (name == known) return kind;
  }
  return std::nullopt;
}

const char* NameOf(ValueKind kind) {
  for (const auto& [name, known] : kKinds) {
    if (kind == known) return name;
  }
  return "unknown";
}

const std::vector<std::string>& KindNames() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& [name, kind] : kKinds) all.emplace_back(name);
    return all;
  }();
  return names;
}

const char* AttributeName(VersionAttribute attribute) {
  return AttributeNames().at(static_cast<std::size_t>(attribute)).c_str();
}

const std::vector<std::string>& AttributeNames() {
  static const std::vector<std::string> names{"released", "release-date", "start-date",
                                              "description", "archived"};
  return names;
}

bool IsReservedField(const std::string& name) {
  return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

}  // namespace valise
