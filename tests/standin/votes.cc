// Votes and watchers. Neither moves `updated` nor leaves history (pitfall 8).
#include "tests/standin/handlers.h"
#include "tests/standin/json_writer.h"

namespace valise::standin {
namespace {

Response CannotVote(const char* why) { return Fail(404, why); }

}  // namespace

Response GetWatchers(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  JsonWriter out;
  out.Open('{').Field("self", call.model.Rest("/issue/" + issue->key + "/watchers"));
  out.FieldBool("isWatching", call.user != nullptr && issue->watchers.contains(call.user->key));
  out.FieldInt("watchCount", static_cast<std::int64_t>(issue->watchers.size()));
  out.Key("watchers").Open('[');
  for (const std::string& key : issue->watchers) {
    const User* user = call.model.UserByKey(key);
    if (user != nullptr) out.Raw(user->json);
  }
  return Json(200, out.Close(']').Close('}').Take());
}

// The body is a bare JSON string, or nothing for oneself.
Response AddWatcher(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  const User* user = call.body.IsString() ? call.model.UserByName(call.body.text) : call.user;
  if (user == nullptr) return Fail(400, "The user \"" + call.body.text + "\" does not exist");
  Issue draft = *issue;
  draft.watchers.insert(user->key);
  call.model.Commit(std::move(draft), call.now_ms);
  return Empty(204);
}

Response DeleteWatcher(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  const User* user = call.model.UserByName(call.Query("username"));
  if (user == nullptr)
    return Fail(404, "The user \"" + call.Query("username") + "\" does not exist");
  Issue draft = *issue;
  draft.watchers.erase(user->key);
  call.model.Commit(std::move(draft), call.now_ms);
  return Empty(204);
}

Response GetVotes(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  JsonWriter out;
  out.Open('{').Field("self", call.model.Rest("/issue/" + issue->key + "/votes"));
  out.FieldInt("votes", static_cast<std::int64_t>(issue->voters.size()));
  out.FieldBool("hasVoted", call.user != nullptr && issue->voters.contains(call.user->key));
  out.Key("voters").Open('[');
  for (const std::string& key : issue->voters) {
    const User* user = call.model.UserByKey(key);
    if (user != nullptr && call.May("VIEW_VOTERS_AND_WATCHERS")) out.Raw(user->json);
  }
  return Json(200, out.Close(']').Close('}').Take());
}

// Whatever the reason, it is 404.
Response AddVote(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  if (issue->reporter == call.user->key) {
    return CannotVote("You cannot vote for an issue you have reported.");
  }
  if (!issue->resolution.empty()) {
    return CannotVote("You cannot vote or change your vote on resolved issues.");
  }
  Issue draft = *issue;
  draft.voters.insert(call.user->key);
  call.model.Commit(std::move(draft), call.now_ms);
  return Empty(204);
}

Response DeleteVote(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  if (!issue->voters.contains(call.user->key)) {
    return CannotVote("Cannot remove a vote for an issue that the user has not already voted for.");
  }
  if (!issue->resolution.empty()) {
    return CannotVote("You cannot vote or change your vote on resolved issues.");
  }
  Issue draft = *issue;
  draft.voters.erase(call.user->key);
  call.model.Commit(std::move(draft), call.now_ms);
  return Empty(204);
}

}  // namespace valise::standin
