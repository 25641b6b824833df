#include <algorithm>

#include "tests/standin/edit.h"
#include "tests/standin/handlers.h"
#include "tests/standin/json_writer.h"
#include "tests/standin/render.h"
#include "tests/standin/visibility.h"

namespace valise::standin {
namespace {

using CommentPtr = std::shared_ptr<const Comment>;

CommentPtr FindComment(const Issue& issue, const std::string& id, const User* viewer) {
  for (const CommentPtr& comment : issue.comments) {
    if (std::to_string(comment->id) == id && MaySee(*comment, viewer)) return comment;
  }
  return nullptr;
}

Response NoComment(const std::string& id) {
  return Fail(404, "Can not find a comment for the id: " + id + ".");
}

bool MayTouch(const Call& call, const Comment& comment, const std::string& verb) {
  const bool own = comment.author == call.user->key;
  return call.May(verb + "_ALL_COMMENTS") || (own && call.May(verb + "_OWN_COMMENTS"));
}

Response Rendered(const Call& call, int status, const Issue& issue, const Comment& comment) {
  JsonWriter out;
  WriteComment(out, call.model, issue, comment, call.Expands("properties"),
               call.Expands("renderedBody"));
  return Json(status, out.Take());
}

// In the order asked for: creation order, or the reverse for "-created".
std::vector<CommentPtr> VisibleComments(const Call& call, const Issue& issue) {
  std::vector<CommentPtr> visible;
  for (const CommentPtr& comment : issue.comments) {
    if (MaySee(*comment, call.user)) visible.push_back(comment);
  }
  const std::string order = call.Query("orderBy");
  if (!order.empty()) {
    std::stable_sort(visible.begin(), visible.end(),
                     [](const auto& a, const auto& b) { return a->created_ms < b->created_ms; });
  }
  if (order == "-created") std::reverse(visible.begin(), visible.end());
  return visible;
}

}  // namespace

void ReadComment(Call& call, const JsonValue& body, Comment* comment, Errors* errors) {
  const JsonValue& text = body.At("body");
  const bool blank = text.text.find_first_not_of(" \t\r\n") == std::string::npos;
  if (!text.IsString() || blank)
    errors->fields["comment"] = "Comment body can not be empty!";
  else if (IsTooLong(call.model, text.text))
    errors->fields["comment"] = kTooLong;
  for (const Refusal& refusal : call.model.refusals) {
    const bool hit =
        refusal.field == "comment" && text.text.find(refusal.part) != std::string::npos;
    if (hit) errors->fields["comment"] = refusal.message;
  }
  comment->body = text.text;
  comment->update_author = call.user->key;
  comment->updated_ms = call.now_ms;
  if (comment->id == 0) {
    comment->author = call.user->key;
    comment->created_ms = call.now_ms;
  }
  if (call.model.options.comment_edit_opens) comment->visibility = {};
  if (body.Find("visibility") != nullptr) {
    ReadVisibility(call, body.At("visibility"), &comment->visibility, errors);
  }
  ReadProperties(body.At("properties"), &comment->properties, errors);
}

const Comment& AttachComment(Call& call, Issue& draft, Comment comment) {
  comment.id = call.model.next_comment++;
  call.model.issue_by_comment[comment.id] = draft.id;
  draft.comments.push_back(std::make_shared<const Comment>(std::move(comment)));
  return *draft.comments.back();
}

Response GetComments(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  const auto visible = VisibleComments(call, *issue);
  // Without a limit 10.3 gives 50, older versions all (pitfall 13).
  const bool pages = call.model.options.version.starts_with("10");
  const std::size_t total = visible.size();
  const std::size_t size =
      call.QueryNumber("maxResults", pages ? 50 : std::max<std::size_t>(total, 1048576));
  const std::size_t start = std::min<std::size_t>(call.QueryNumber("startAt", 0), total);
  JsonWriter out;
  out.Open('{').FieldInt("startAt", static_cast<std::int64_t>(start));
  out.FieldInt("maxResults", static_cast<std::int64_t>(size));
  out.FieldInt("total", static_cast<std::int64_t>(total)).Key("comments").Open('[');
  for (std::size_t i = start; i < total && i - start < size; ++i) {
    WriteComment(out, call.model, *issue, *visible[i], call.Expands("properties"),
                 call.Expands("renderedBody"));
  }
  return Json(200, out.Close(']').Close('}').Take());
}

Response GetComment(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  const CommentPtr comment = FindComment(*issue, call.args[1], call.user);
  if (comment == nullptr) return NoComment(call.args[1]);
  return Rendered(call, 200, *issue, *comment);
}

Response AddComment(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  if (!call.May("ADD_COMMENTS")) {
    return Forbidden(call, "You do not have the permission to comment on this issue.");
  }
  Errors errors;
  Comment comment;
  ReadComment(call, call.body, &comment, &errors);
  if (!errors.empty()) return Fail(400, errors);
  Issue draft = *issue;
  draft.updated_ms = call.now_ms;  // pitfall 8
  const Comment& stored = AttachComment(call, draft, std::move(comment));
  const Response response = Rendered(call, 201, draft, stored);
  call.model.Commit(std::move(draft), call.now_ms);
  return response;
}

Response EditComment(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  const CommentPtr comment = FindComment(*issue, call.args[1], call.user);
  if (comment == nullptr) return NoComment(call.args[1]);
  if (!MayTouch(call, *comment, "EDIT")) {
    return Fail(403, "You do not have the permission to edit this comment.");
  }
  Errors errors;
  Comment changed = *comment;
  ReadComment(call, call.body, &changed, &errors);
  if (!errors.empty()) return Fail(400, errors);
  Issue draft = *issue;
  draft.updated_ms = call.now_ms;
  const auto place = std::find(draft.comments.begin(), draft.comments.end(), comment);
  *place = std::make_shared<const Comment>(std::move(changed));
  const Response response = Rendered(call, 200, draft, **place);
  call.model.Commit(std::move(draft), call.now_ms);
  return response;
}

Response DeleteComment(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  const CommentPtr comment = FindComment(*issue, call.args[1], call.user);
  if (comment == nullptr) return NoComment(call.args[1]);
  if (!MayTouch(call, *comment, "DELETE")) {
    return Fail(403, "You do not have permission to delete comment with id: " + call.args[1] + ".");
  }
  Issue draft = *issue;
  std::erase(draft.comments, comment);
  call.model.issue_by_comment.erase(comment->id);
  if (call.model.options.comment_delete_touches) {
    const ChangeItem item{"Comment", "jira", call.args[1], comment->body, {}, {}};
    CommitItems(call, std::move(draft), {item}, JsonValue());
  } else {
    call.model.Commit(std::move(draft), call.now_ms);
  }
  return Empty(204);
}

}  // namespace valise::standin
