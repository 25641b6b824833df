// The sprints of this site's Jira, as far as they were read. In memory only: what waits for one is
// pending or held in base, and asks again.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "agent/core/local.h"
#include "agent/core/plan.h"
#include "agent/jira/agile.h"

namespace valise {

class SprintBook {
 public:
  bool Knows(const std::string& id) const { return known_.contains(id); }
  // By itself; without a name: Jira does not show it.
  void Note(jira::Sprint sprint);
  // All open ones of the project's scrum boards, by id, as read at that time. The names that went:
  // renamed or closed.
  std::set<std::string> TakeOpen(const std::map<std::string, jira::Sprint>& open,
                                 std::int64_t now_ms);
  void TakeNoAgile(std::int64_t now_ms);  // this Jira has no such API

  // Jira's numbers as names with their states, oldest first (core/agile.h).
  LocalField Named(const LocalField& numbers) const;
  const OpenSprints& Open() const { return open_; }
  bool is_read() const { return read_at_ms_ > 0; }
  std::int64_t read_at_ms() const { return read_at_ms_; }

 private:
  std::map<std::string, jira::Sprint> known_;  // by id
  std::set<std::string> open_ids_;
  OpenSprints open_;
  std::int64_t read_at_ms_ = 0;
};

}  // namespace valise
