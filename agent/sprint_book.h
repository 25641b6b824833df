// The sprints of this site's Jira, as far as they were read. What waits for one is pending or held
// in base, and asks again. Their names are kept in rows: a sprint that is renamed or closed while
// no agent runs, or while Jira does not show it, must not look like an edit of its issues.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "agent/core/local.h"
#include "agent/core/plan.h"
#include "agent/jira/agile.h"

namespace valise {

class SprintBook {
 public:
  bool Knows(const std::string& id) const { return known_.contains(id); }
  // By itself; without a name: Jira does not show it, and what was known of it stands.
  void Note(jira::Sprint sprint);
  // What another look at its issues may show otherwise.
  struct Moved {
    std::set<std::string> names;   // of sprints that were renamed or closed
    std::set<std::string> hidden;  // ids that had no name here, and have or may have one now
  };
  // All open ones of the project's scrum boards, by id, as read at that time.
  Moved TakeOpen(const std::map<std::string, jira::Sprint>& open, std::int64_t now_ms);
  void TakeNoAgile(std::int64_t now_ms);  // this Jira has no such API

  // Jira's numbers as names with their states, oldest first (core/agile.h). A closed one stands
  // there under each name that it had: issues were agreed on under any of them.
  LocalField Named(const LocalField& numbers) const;
  static LocalField Hidden(const std::string& id);
  const OpenSprints& Open() const { return open_; }
  bool is_read() const { return read_at_ms_ > 0; }
  std::int64_t read_at_ms() const { return read_at_ms_; }

  // Rows (`sprint.ID`) to be kept, once each; and one that was.
  static constexpr char kRow[] = "sprint.";
  std::map<std::string, std::string> TakeUnsaved() { return std::exchange(unsaved_, {}); }
  void Recall(const std::string& row, const std::string& text);

 private:
  struct Memory {
    std::string listed;              // its name in the last list of open ones; empty: not there
    std::vector<std::string> names;  // oldest first; none: never shown
    bool was_hidden = false;         // issues were read without its name, and wait for it
  };
  void Keep(const std::string& id);
  void AddName(const std::string& id, const std::string& name);
  std::set<std::string> TakeHidden(bool is_back);
  void RecallInto(jira::Sprint& sprint) const;
  std::map<std::string, Memory> memory_;         // by id
  std::map<std::string, std::string> unsaved_;
  std::map<std::string, jira::Sprint> known_;    // by id, of this life
  std::set<std::string> open_ids_;
  OpenSprints open_;
  std::int64_t read_at_ms_ = 0;
};

}  // namespace valise
