// The versions and components of this site's project by name, and which of them are to be made. In
// memory only: an element that waits for its name is pending in base, and asks again.
#pragma once

#include <map>
#include <set>
#include <string>

#include "agent/core/project.h"
#include "agent/jira/project.h"

namespace valise {

LocalVersion ToLocal(const jira::VersionInfo& version);
LocalVersion ToLocal(const jira::ComponentInfo& component);

struct ProjectNames {
  struct Wish {
    std::set<Id> issues;  // that wait for it
    std::string refused;  // reason code; empty: not tried, or underway
  };
  std::map<ProjectList, std::set<std::string>> here;  // as last read; a list not in it was not
  std::map<std::pair<ProjectList, std::string>, Wish> wishes;

  bool Has(ProjectList list, const std::string& name) const {
    const auto names = here.find(list);
    return names != here.end() && names->second.contains(name);
  }
  void ForgetRefusals() {
    std::erase_if(wishes, [](const auto& wish) { return !wish.second.refused.empty(); });
  }
};

}  // namespace valise
