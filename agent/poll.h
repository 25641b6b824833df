// What changed in this Jira: the poll over the index, with overlap, and the slow sweep that catches
// what never moves `updated`. Both only say which issues to read; index answers are never diffed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "agent/jira_side.h"
#include "agent/site.h"
#include "agent/task.h"

namespace valise {

class Poll {
 public:
  // `touch`: this issue is to be looked at; called inside a transaction.
  using Touch = std::function<void(const Store::Work&)>;
  Poll(World& world, const Terms& terms, JiraSide& jira, Touch touch)
      : world_(world), terms_(terms), jira_(jira), touch_(std::move(touch)) {}

  Task<Result<void>> Run();    // one poll; the cursor moves with each page, in its commit
  Task<Result<void>> Sweep();  // the whole project once, by id

 private:
  enum class Pass { kScope, kKnown };  // what the scope says; what is shared already
  struct Look {
    std::int64_t updated_ms = 0, first_ms = 0;
    bool is_again = false;
  };
  static const char* CursorOf(Pass pass);
  Task<Result<void>> Pages(Pass pass);
  Result<void> TouchProject();
  Result<void> CommitPage(const jira::SearchPage& page, Pass pass);
  void NoteHit(const jira::SearchHit& hit, Pass pass);
  std::vector<std::string> SweptFields() const;
  bool ShowsNewName(const jira::SearchHit& hit) const;
  Task<Result<void>> Census(Pass pass);
  Result<void> CommitVanished();
  Result<void> CommitSweepPage(const jira::SearchPage& page, Pass pass);

  World& world_;
  const Terms& terms_;
  JiraSide& jira_;
  Touch touch_;
  int polls_ = 0;                      // in this life
  std::set<std::string> in_scope_, in_project_;  // by jira id: what this sweep has seen
  std::set<std::string> new_names_;    // what this sweep is the first to look for (swept_names.h)
  std::map<std::string, Look> looks_;  // by jira id: the `updated` that we asked to read
};

}  // namespace valise
