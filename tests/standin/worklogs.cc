// Work logs of one issue (pitfall 14).
#include <algorithm>

#include "tests/standin/edit.h"
#include "tests/standin/handlers.h"
#include "tests/standin/json_writer.h"
#include "tests/standin/render_parts.h"
#include "tests/standin/time_tracking.h"
#include "tests/standin/visibility.h"
#include "tests/standin/workflow.h"
#include "tests/standin/zone.h"

namespace valise::standin {
namespace {

using WorklogPtr = std::shared_ptr<const Worklog>;

WorklogPtr FindWorklog(const Issue& issue, const std::string& id, const User* viewer) {
  for (const WorklogPtr& one : issue.worklogs) {
    if (std::to_string(one->id) == id && MaySee(one->visibility, viewer)) return one;
  }
  return nullptr;
}

Response NoWorklog(const std::string& id) {
  return Fail(404, "Cannot find worklog with id: '" + id + "'.");
}

bool MayTouch(const Call& call, const Worklog& worklog, const std::string& verb) {
  const bool own = worklog.author == call.user->key;
  return call.May(verb + "_ALL_WORKLOGS") || (own && call.May(verb + "_OWN_WORKLOGS"));
}

// Exactly yyyy-MM-dd'T'HH:mm:ss.SSSZ: milliseconds needed, no colon in the offset (pitfall 14).
bool ReadStarted(const std::string& text, std::int64_t* started_ms) {
  const auto instant = ParseJiraTime(text);
  if (!instant.has_value() || text.size() != 28 || text[19] != '.') return false;
  *started_ms = *instant;
  return true;
}

// Fills what was sent. False: `started` is of another form, and the request ends here.
bool ReadWorklog(const Call& call, Worklog* worklog, Errors* errors) {
  const JsonValue& body = call.body;
  const bool is_new = worklog->id == 0;
  if (body.Find("started") != nullptr) {
    if (!ReadStarted(body.Text("started"), &worklog->started_ms)) return false;
  } else if (is_new) {
    worklog->started_ms = call.now_ms;
  }
  if (body.Find("comment") != nullptr) worklog->comment = body.Text("comment");
  if (IsTooLong(call.model, worklog->comment)) errors->fields["comment"] = kTooLong;
  if (body.Find("timeSpentSeconds") != nullptr) {
    worklog->seconds = static_cast<std::int64_t>(body.At("timeSpentSeconds").number);
  } else if (body.Find("timeSpent") != nullptr) {
    worklog->seconds = ReadDuration(body.Text("timeSpent")).value_or(-1);
  }
  if (worklog->seconds == 0)
    errors->fields["timeLogged"] = "You must indicate the time spent working.";
  else if (worklog->seconds < 0)
    errors->fields["timeLogged"] = "Invalid time duration entered.";
  worklog->seconds -= worklog->seconds % 60;  // kept to the minute
  worklog->update_author = call.user->key;
  worklog->updated_ms = call.now_ms;
  if (is_new) worklog->author = call.user->key;
  if (is_new) worklog->created_ms = call.now_ms;
  if (body.Find("visibility") != nullptr) {
    ReadVisibility(call, body.At("visibility"), &worklog->visibility, errors);
  }
  return true;
}

// Jira 8 fails while it reads the JSON, later ones say what is wrong.
Response BadStarted(const Call& call) {
  if (call.model.options.version.starts_with("8")) return Fail(500, "Internal server error");
  return FailField("started", "Error parsing date string: " + call.body.Text("started"));
}

// What becomes of the remaining estimate. `added` is what this call adds to the time spent.
void AdjustEstimate(const Call& call, std::int64_t added, const char* by, TimeTracking* time,
                    Errors* errors) {
  const std::string how = call.Query("adjustEstimate");
  const std::int64_t remaining = time->remaining.value_or(0);
  if (how.empty() || how == "auto") {
    time->remaining = std::max<std::int64_t>(remaining - added, 0);
  } else if (how == "new") {
    time->remaining = ReadDuration(call.Query("newEstimate"));
    if (!time->remaining) errors->fields["newEstimate"] = "Invalid new estimate entered.";
  } else if (how == "manual" && by != nullptr) {
    const auto amount = ReadDuration(call.Query(by));
    if (!amount) errors->fields[by] = "Invalid time entered for adjusting the estimate.";
    const std::int64_t moved = added > 0 ? -amount.value_or(0) : amount.value_or(0);
    time->remaining = std::max<std::int64_t>(remaining + moved, 0);
  } else if (how != "leave") {
    errors->fields["adjustEstimate"] =
        "adjustEstimate has to be one of: 'leave', 'new', 'manual', 'auto'.";
  }
}

ChangeItem IdItem(std::uint64_t id) {
  const std::string text = std::to_string(id);
  return {"WorklogId", "jira", text, text, {}, {}};
}

void CommitWork(Call& call, const Issue& before, Issue draft, std::vector<ChangeItem> more) {
  std::vector<ChangeItem> items = Differences(call.model, before, draft);
  for (ChangeItem& item : more) items.push_back(std::move(item));
  CommitItems(call, std::move(draft), std::move(items), JsonValue(),
              call.model.options.worklog_touches);
}

Response Rendered(const Call& call, int status, const Issue& issue, const Worklog& worklog) {
  JsonWriter out;
  WriteWorklog(out, call.model, issue, worklog);
  return Json(status, out.Take());
}

}  // namespace

void WriteWorklog(JsonWriter& out, const Model& model, const Issue& issue, const Worklog& worklog) {
  const std::string id = std::to_string(worklog.id), issue_id = std::to_string(issue.id);
  out.Open('{').Field("self", model.Rest("/issue/" + issue_id + "/worklog/" + id));
  if (model.UserByKey(worklog.author) != nullptr) {
    out.Key("author");
    WriteUser(out, model, worklog.author);
  }
  if (model.UserByKey(worklog.update_author) != nullptr) {
    out.Key("updateAuthor");
    WriteUser(out, model, worklog.update_author);
  }
  out.Field("comment", worklog.comment).Field("created", model.Time(worklog.created_ms));
  out.Field("updated", model.Time(worklog.updated_ms));
  WriteVisibility(out, worklog.visibility);
  out.Field("started", model.Time(worklog.started_ms));
  out.Field("timeSpent", WriteDuration(worklog.seconds));
  out.FieldInt("timeSpentSeconds", worklog.seconds);
  out.Field("id", id).Field("issueId", issue_id).Close('}');
}

void WriteWorklogPage(JsonWriter& out, const Model& model, const Issue& issue, const User* viewer,
                      std::size_t count_max) {
  std::vector<WorklogPtr> seen;
  for (const WorklogPtr& one : issue.worklogs) {
    if (MaySee(one->visibility, viewer)) seen.push_back(one);
  }
  const std::size_t count = std::min(seen.size(), count_max);
  const bool is_whole = count_max == SIZE_MAX;
  out.Open('{').FieldInt("startAt", 0);
  out.FieldInt("maxResults", static_cast<std::int64_t>(is_whole ? count : count_max));
  out.FieldInt("total", static_cast<std::int64_t>(seen.size())).Key("worklogs").Open('[');
  for (std::size_t i = 0; i < count; ++i) WriteWorklog(out, model, issue, *seen[i]);
  out.Close(']').Close('}');
}

Response GetWorklogs(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  JsonWriter out;
  WriteWorklogPage(out, call.model, *issue, call.user, SIZE_MAX);
  return Json(200, out.Take());
}

Response GetWorklog(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  const WorklogPtr worklog = FindWorklog(*issue, call.args[1], call.user);
  return worklog == nullptr ? NoWorklog(call.args[1]) : Rendered(call, 200, *issue, *worklog);
}

Response AddWorklog(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  if (!call.May("WORK_ON_ISSUES")) {
    return Forbidden(call, "You do not have the permission to associate a worklog to this issue.");
  }
  if (!IsEditableStep(call.model, *issue)) {
    return Fail(400, "You can not edit the issue as it is in a non-editable workflow state.");
  }
  Errors errors;
  Worklog worklog;
  Issue draft = *issue;
  if (!ReadWorklog(call, &worklog, &errors)) return BadStarted(call);
  AdjustEstimate(call, worklog.seconds, "reduceBy", &draft.time, &errors);
  if (!errors.empty()) return Fail(400, errors);
  worklog.id = call.model.next_worklog++;
  draft.time.spent = draft.time.spent.value_or(0) + worklog.seconds;
  call.model.issue_by_worklog[worklog.id] = issue->id;
  draft.worklogs.push_back(std::make_shared<const Worklog>(worklog));
  CommitWork(call, *issue, std::move(draft), {IdItem(worklog.id)});
  return Rendered(call, 201, *issue, worklog);
}

Response EditWorklog(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  const WorklogPtr former = FindWorklog(*issue, call.args[1], call.user);
  if (former == nullptr) return NoWorklog(call.args[1]);
  if (!MayTouch(call, *former, "EDIT")) {
    return Fail(403, "You do not have the permission to edit this worklog.");
  }
  Errors errors;
  Worklog worklog = *former;
  Issue draft = *issue;
  if (!ReadWorklog(call, &worklog, &errors)) return BadStarted(call);
  const std::int64_t added = worklog.seconds - former->seconds;
  AdjustEstimate(call, added, nullptr, &draft.time, &errors);
  if (!errors.empty()) return Fail(400, errors);
  draft.time.spent = draft.time.spent.value_or(0) + added;
  *std::find(draft.worklogs.begin(), draft.worklogs.end(), former) =
      std::make_shared<const Worklog>(worklog);
  CommitWork(call, *issue, std::move(draft), {IdItem(worklog.id)});
  return Rendered(call, 200, *issue, worklog);
}

Response DeleteWorklog(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  const WorklogPtr worklog = FindWorklog(*issue, call.args[1], call.user);
  if (worklog == nullptr) return NoWorklog(call.args[1]);
  if (!MayTouch(call, *worklog, "DELETE")) {
    return Fail(403, "You do not have the permission to delete this worklog.");
  }
  Errors errors;
  Issue draft = *issue;
  AdjustEstimate(call, -worklog->seconds, "increaseBy", &draft.time, &errors);
  if (!errors.empty()) return Fail(400, errors);
  draft.time.spent = std::max<std::int64_t>(draft.time.spent.value_or(0) - worklog->seconds, 0);
  std::erase(draft.worklogs, worklog);
  call.model.issue_by_worklog.erase(worklog->id);
  call.model.deleted_worklogs.push_back({worklog->id, call.now_ms});
  const std::string seconds = std::to_string(worklog->seconds);
  const ChangeItem spent{
      "WorklogTimeSpent", "jira", seconds, WriteDuration(worklog->seconds), {}, {}};
  CommitWork(call, *issue, std::move(draft), {IdItem(worklog->id), spent});
  return Empty(204);
}

}  // namespace valise::standin
