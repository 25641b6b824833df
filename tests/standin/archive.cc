// Archived issues: still read, never found, never changed (pitfall 7).
#include "tests/standin/handlers.h"

namespace valise::standin {
namespace {

void SetArchived(Call& call, std::uint64_t id, bool archived) {
  const auto found = call.model.issues.find(id);
  if (found == call.model.issues.end()) return;
  Issue draft = *found->second;
  draft.archived_ms = archived ? call.now_ms : 0;
  draft.archived_by = archived ? call.user->key : "";
  call.model.Commit(std::move(draft), call.now_ms);
}

// Sub-tasks go with their parent.
Response Change(Call& call, bool archived) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  if (!call.May(archived ? "ARCHIVE_ISSUES" : "RESTORE_ISSUES") && !call.May("ADMINISTER")) {
    return Forbidden(call, "You do not have permission to archive or restore this issue.");
  }
  if ((issue->archived_ms != 0) == archived) {
    return Fail(400, archived ? "The issue is archived already." : "The issue is not archived.");
  }
  SetArchived(call, issue->id, archived);
  for (const std::uint64_t id : issue->subtasks) SetArchived(call, id, archived);
  return Empty(204);
}

}  // namespace

Response ArchiveIssue(Call& call) { return Change(call, true); }
Response RestoreIssue(Call& call) { return Change(call, false); }

}  // namespace valise::standin
