#include "tests/standin/handlers.h"
#include "tests/standin/json_writer.h"
#include "tests/standin/render.h"
#include "tests/standin/workflow.h"

namespace valise::standin {

namespace {

// Of what a read-only issue keeps others from; to restore it is none.
bool IsChange(const Call& call) {
  const std::string& target = call.request.target;
  const bool restores = target.substr(0, target.find('?')).ends_with("/restore");
  return call.request.method != "GET" && !restores;
}

}  // namespace

// Anonymous is told nothing about what exists.
IssuePtr SeenIssue(Call& call, Response* failure) {
  IssuePtr issue = call.model.FindIssue(call.args.at(0));
  const bool is_hidden = issue != nullptr && !MaySee(call.model, *issue, call.user);
  const bool is_denied = is_hidden && call.model.options.hidden_is_forbidden;
  if (call.user == nullptr || !call.May("BROWSE_PROJECTS") || is_denied) {
    *failure = issue == nullptr && call.user != nullptr
                   ? Fail(404, "Issue Does Not Exist")
                   : Forbidden(call, "You do not have the permission to see the specified issue.");
    return nullptr;
  }
  if (issue != nullptr && !is_hidden) {
    if (issue->archived_ms == 0 || !IsChange(call)) return issue;
    *failure = Fail(403, "The issue " + issue->key + " is archived and cannot be changed.");
    return nullptr;
  }
  *failure = Fail(404, "Issue Does Not Exist");
  return nullptr;
}

Response GetIssue(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  IssueView view;
  view.changelog = call.Expands("changelog");
  view.transition_fields = call.Expands("transitions.fields");
  view.transitions = view.transition_fields || call.Expands("transitions");
  view.names = call.Expands("names");
  view.schema = call.Expands("schema");
  view.editmeta = call.Expands("editmeta");
  view.rendered = call.Expands("renderedFields");
  view.properties = SplitList(call.Query("properties"), ',');
  const FieldSelection fields(SplitList(call.Query("fields"), ','), "*all");
  JsonWriter out;
  WriteIssue(out, call.model, *issue, call.user, fields, view);
  return Json(200, out.Take());
}

Response GetTransitions(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  JsonWriter out;
  out.Open('{').Field("expand", "transitions").Key("transitions");
  const bool with_fields = call.Expands("transitions.fields");
  WriteTransitions(out, call.model, *issue, call.user, with_fields, call.Query("transitionId"));
  return Json(200, out.Close('}').Take());
}

Response GetEditMeta(Call& call) {
  Response failure;
  const IssuePtr issue = SeenIssue(call, &failure);
  if (issue == nullptr) return failure;
  JsonWriter out;
  WriteEditMeta(out, call.model, *issue, call.user);
  return Json(200, out.Take());
}

}  // namespace valise::standin
