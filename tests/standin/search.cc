// Search reads the index, which may lag behind the database (pitfall 2).
#include <algorithm>

#include "tests/standin/handlers.h"
#include "tests/standin/jql.h"
#include "tests/standin/json_writer.h"
#include "tests/standin/render.h"

namespace valise::standin {
namespace {

struct SearchRequest {
  std::string jql;
  std::uint64_t start = 0, size = 50;
  bool validate = true;
  std::vector<std::string> fields;
  IssueView view;
};

Response BadQuery(const std::vector<std::string>& messages) {
  return Fail(400, Errors{messages, {}});
}

// One pass over the index; the order of equals is by id, which a client must not rely on.
std::vector<IssuePtr> Find(const Call& call, const IssueTest& test, const IssueOrder& order) {
  std::vector<IssuePtr> found;
  for (const auto& [id, issue] : call.model.index) {
    // What is archived is in no index (pitfall 7).
    if (issue->archived_ms == 0 && test(*issue) && MaySee(call.model, *issue, call.user))
      found.push_back(issue);
  }
  std::stable_sort(found.begin(), found.end(),
                   [&](const IssuePtr& a, const IssuePtr& b) { return order(*a, *b); });
  return found;
}

void WriteHead(JsonWriter& out, const SearchRequest& request, std::uint64_t size,
               std::uint64_t total) {
  out.Open('{').Field("expand", "schema,names");
  out.FieldInt("startAt", static_cast<std::int64_t>(request.start));
  out.FieldInt("maxResults", static_cast<std::int64_t>(size));
  out.FieldInt("total", static_cast<std::int64_t>(total)).Key("issues").Open('[');
}

Response Search(Call& call, const SearchRequest& request) {
  std::string error;
  const auto query = ParseJql(request.jql, &error);
  if (!query.has_value()) return BadQuery({error});
  std::vector<std::string> errors;
  const IssueTest test = CompileJql(call.model, call.user, call.now_ms, *query, &errors);
  const IssueOrder order = CompileOrder(call.model, *query, &errors);
  if (!errors.empty() && request.validate) return BadQuery(errors);
  std::vector<IssuePtr> found;
  // Anonymous sees nothing, with 200 (pitfall 26).
  if (call.May("BROWSE_PROJECTS")) found = Find(call, test, order);
  const std::uint64_t size = std::min(request.size, call.model.options.max_results);
  JsonWriter out;
  WriteHead(out, request, size, found.size());
  const FieldSelection fields(request.fields, "*navigable");
  for (std::uint64_t i = request.start; i < found.size() && i - request.start < size; ++i) {
    WriteIssue(out, call.model, *found[i], call.user, fields, request.view);
  }
  out.Close(']');
  if (!errors.empty()) {
    out.Key("warningMessages").Open('[');
    for (const std::string& message : errors) out.String(message);
    out.Close(']');
  }
  return Json(200, out.Close('}').Take());
}

void SetView(IssueView* view, const std::string& expand) {
  if (expand == "changelog") view->changelog = true;
  if (expand == "transitions") view->transitions = true;
  if (expand == "renderedFields") view->rendered = true;
  if (expand == "editmeta") view->editmeta = true;
}

std::vector<std::string> Strings(const JsonValue& list) {
  std::vector<std::string> strings;
  for (const JsonValue& one : list.items) {
    if (one.IsString() && !one.text.empty()) strings.push_back(one.text);
  }
  return strings;
}

}  // namespace

Response SearchByGet(Call& call) {
  SearchRequest request;
  request.jql = call.Query("jql");
  request.start = call.QueryNumber("startAt", 0);
  const std::string size = call.Query("maxResults");
  request.size = size == "-1" ? call.model.options.max_results : call.QueryNumber("maxResults", 50);
  const std::string validate = Lower(call.Query("validateQuery"));
  request.validate = validate != "false" && validate != "none" && validate != "warn";
  const auto [first, last] = call.query.equal_range("fields");
  for (auto it = first; it != last; ++it) {
    for (std::string& field : SplitList(it->second, ',')) request.fields.push_back(field);
  }
  for (const std::string& expand : SplitList(call.Query("expand"), ',')) {
    SetView(&request.view, expand);
  }
  return Search(call, request);
}

Response SearchByPost(Call& call) {
  const JsonValue& body = call.body;
  SearchRequest request;
  request.jql = body.Text("jql");
  const double start = std::min(body.At("startAt").number, 1e9);
  const double size = std::min(body.At("maxResults").number, 1e9);
  request.start = start > 0 ? static_cast<std::uint64_t>(start) : 0;
  if (body.At("maxResults").IsNumber()) {
    request.size = size < 0 ? call.model.options.max_results : static_cast<std::uint64_t>(size);
  }
  request.validate = body.Flag("validateQuery", true);
  const JsonValue& expands = body.At("expand");
  if (!body.At("fields").IsArray() && !body.At("fields").IsNull()) {
    return Fail(400, "Can not deserialize instance of java.util.List out of VALUE_STRING token");
  }
  if (!expands.IsArray() && !expands.IsNull()) {
    return Fail(400,
                "Can not deserialize instance of java.util.ArrayList out of VALUE_STRING token");
  }
  request.fields = Strings(body.At("fields"));
  for (const std::string& expand : Strings(expands)) SetView(&request.view, expand);
  return Search(call, request);
}

}  // namespace valise::standin
