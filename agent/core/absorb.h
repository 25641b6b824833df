// Absorb: what the read after our writes teaches. `seen` of the written registers becomes what Jira
// shows; an edit that a person made between our read and our write is found in the changelog and
// becomes theirs again (design, section 8).
#pragma once

#include <string>
#include <vector>

#include "agent/core/base.h"
#include "agent/core/capture.h"
#include "agent/core/local.h"
#include "agent/core/terms.h"

namespace valise {

// One write that was done since the last whole read. `targets`: key, version and value written;
// `seen` of each is the version that Jira showed already in another form (its keys are rewritten),
// else zero: nobody here can have seen a value before it was written.
struct DoneWrite {
  std::string write_id;
  WriteKind kind = WriteKind::kEdit;
  std::vector<Register> targets;
  std::string body;                  // comment, work log, add and edit: as sent
  std::int64_t history_before = 0;   // highest changelog id of the read before the write
  std::int64_t sent_at_ms = 0;
};

struct Absorbed {
  IssueBase base;
  LocalChange change;                // the human edits found between read and write
  std::vector<Finding> findings;
};
Absorbed Absorb(const Terms& terms, IssueBase base, const LocalIssue& local,
                const std::vector<DoneWrite>& writes, const Directory& directory,
                std::int64_t now_ms, const PeerKeys& keys = {});

}  // namespace valise
