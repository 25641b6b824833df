// The part of the agile API that valise and its operators can see: boards, sprints, ranks.
#include "tests/standin/agile.h"

#include <algorithm>

#include "tests/standin/handlers.h"
#include "tests/standin/json_writer.h"
#include "tests/standin/zone.h"

namespace valise::standin {
namespace {

constexpr std::size_t kIssuesMax = 50;

std::string Agile(const Model& model, const std::string& path) {
  return model.options.base_url + "/rest/agile/1.0" + path;
}

// This API writes the offset with a colon.
std::string WithColon(const Model& model, std::int64_t instant_ms) {
  std::string text = model.Time(instant_ms);
  return text.insert(text.size() - 2, ":");
}

void WriteBoard(JsonWriter& out, const Model& model, const Board& board) {
  out.Open('{').FieldRaw("id", board.id).Field("self", Agile(model, "/board/" + board.id));
  out.Field("name", board.name).Field("type", board.type).Close('}');
}

void WriteSprint(JsonWriter& out, const Model& model, const Sprint& sprint) {
  out.Open('{').FieldRaw("id", sprint.id).Field("self", Agile(model, "/sprint/" + sprint.id));
  out.Field("state", sprint.state).Field("name", sprint.name);
  const auto date = [&](const char* name, std::int64_t instant_ms) {
    if (instant_ms != 0) out.Field(name, WithColon(model, instant_ms));
  };
  date("startDate", sprint.start_ms);
  date("endDate", sprint.end_ms);
  date("completeDate", sprint.complete_ms);
  out.FieldRaw("originBoardId", sprint.board).FieldIf("goal", sprint.goal).Close('}');
}

template <typename T, typename Write>
Response Page(const Call& call, const std::vector<T>& all, Write write) {
  const std::uint64_t total = all.size();
  const std::uint64_t size = std::min<std::uint64_t>(call.QueryNumber("maxResults", 50), 50);
  const std::uint64_t start = std::min(call.QueryNumber("startAt", 0), total);
  const std::uint64_t end = std::min(start + size, total);
  JsonWriter out;
  out.Open('{').FieldInt("maxResults", static_cast<std::int64_t>(size));
  out.FieldInt("startAt", static_cast<std::int64_t>(start));
  out.FieldInt("total", static_cast<std::int64_t>(total)).FieldBool("isLast", end == total);
  out.Key("values").Open('[');
  for (std::uint64_t i = start; i < end; ++i) write(out, all[i]);
  return Json(200, out.Close(']').Close('}').Take());
}

bool MayUse(const Call& call, Response* failure) {
  if (call.user != nullptr) return true;
  *failure = Forbidden(call, "You are not authenticated.");
  return false;
}

Response NoBoard(const std::string& id) {
  return Fail(404, "Board with id '" + id + "' does not exist or you do not have permission.");
}

const Board* FindBoard(const Call& call) { return ById(call.model.boards, call.args.at(0)); }

Response NoSprint(const std::string& id) {
  return Fail(404, "Sprint with id '" + id + "' does not exist.");
}

// The issues named in the body; a failure if there are too many, or one is not to be seen.
std::vector<IssuePtr> NamedIssues(const Call& call, Response* failure) {
  std::vector<IssuePtr> issues;
  const auto& names = call.body.At("issues").items;
  if (names.empty() || names.size() > kIssuesMax) {
    *failure = Fail(400, "The number of issues must be between 1 and 50.");
    return {};
  }
  for (const JsonValue& name : names) {
    IssuePtr issue = call.model.FindIssue(name.text);
    if (issue == nullptr || !MaySee(call.model, *issue, call.user)) {
      *failure =
          Fail(400, "Issue does not exist or you do not have permission to see it: " + name.text);
      return {};
    }
    if (issue->archived_ms != 0) {
      *failure = Fail(400, "An archived issue cannot be changed: " + name.text);
      return {};
    }
    issues.push_back(std::move(issue));
  }
  return issues;
}

Response Move(Call& call, const Sprint* sprint) {
  if (!call.May("SCHEDULE_ISSUES") || !call.May("EDIT_ISSUES")) {
    return Forbidden(call, "You do not have the Schedule Issues and Edit Issues permissions.");
  }
  Response failure;
  const std::vector<IssuePtr> issues = NamedIssues(call, &failure);
  if (issues.empty()) return failure;
  for (const IssuePtr& issue : issues) {
    Issue draft = *issue;
    MoveToSprint(call.model, draft, sprint);
    CommitChange(call, *issue, std::move(draft), JsonValue());
  }
  return Empty(204);
}

// Reads what was sent onto the sprint; problems go to errors.
void ReadSprint(const Call& call, Sprint* sprint, Errors* errors) {
  const JsonValue& body = call.body;
  if (body.Find("name") != nullptr) sprint->name = body.Text("name");
  if (body.Find("goal") != nullptr) sprint->goal = body.Text("goal");
  if (body.Find("state") != nullptr) sprint->state = Lower(body.Text("state"));
  for (auto [name, target] :
       {std::pair{"startDate", &sprint->start_ms}, std::pair{"endDate", &sprint->end_ms}}) {
    std::string text = body.Text(name);
    if (text.empty()) continue;
    if (text.size() > 6 && text[text.size() - 3] == ':') text.erase(text.size() - 3, 1);
    const auto instant = ParseJiraTime(text);
    if (instant.has_value())
      *target = *instant;
    else
      errors->fields[name] = "The date must be in ISO 8601 form.";
  }
  if (sprint->name.empty()) errors->fields["name"] = "The sprint name must not be empty.";
  const std::string& state = sprint->state;
  if (state != "future" && state != "active" && state != "closed") {
    errors->fields["state"] = "The state must be one of: future, active, closed.";
  }
}

bool MayManage(const Call& call) {
  return call.May("MANAGE_SPRINTS_PERMISSION") || call.May("ADMINISTER_PROJECTS");
}

}  // namespace

Response GetBoards(Call& call) {
  Response failure;
  if (!MayUse(call, &failure)) return failure;
  const Model& model = call.model;
  const std::string project = call.Query("projectKeyOrId");
  if (!project.empty() && project != model.options.project && project != model.project_id) {
    return Fail(400, "No project could be found with key or id '" + project + "'.");
  }
  std::vector<Board> boards;
  for (const Board& board : model.boards) {
    const std::string type = call.Query("type"), name = Lower(call.Query("name"));
    const bool fits =
        (type.empty() || type == board.type) && Lower(board.name).find(name) != std::string::npos;
    if (fits && call.May("BROWSE_PROJECTS")) boards.push_back(board);
  }
  return Page(call, boards,
              [&](JsonWriter& out, const Board& board) { WriteBoard(out, model, board); });
}

Response GetBoard(Call& call) {
  Response failure;
  if (!MayUse(call, &failure)) return failure;
  const Board* board = FindBoard(call);
  if (board == nullptr) return NoBoard(call.args[0]);
  JsonWriter out;
  WriteBoard(out, call.model, *board);
  return Json(200, out.Take());
}

// Closed ones first, then active, then future.
Response GetBoardSprints(Call& call) {
  Response failure;
  if (!MayUse(call, &failure)) return failure;
  const Board* board = FindBoard(call);
  if (board == nullptr) return NoBoard(call.args[0]);
  if (board->type != "scrum") return Fail(400, "The board does not support sprints");
  const std::vector<std::string> states = SplitList(call.Query("state"), ',');
  std::vector<Sprint> sprints;
  for (const char* state : {"closed", "active", "future"}) {
    const bool wanted =
        states.empty() || std::find(states.begin(), states.end(), state) != states.end();
    for (const Sprint& sprint : call.model.sprints) {
      if (wanted && sprint.board == board->id && sprint.state == state) sprints.push_back(sprint);
    }
  }
  return Page(call, sprints,
              [&](JsonWriter& out, const Sprint& sprint) { WriteSprint(out, call.model, sprint); });
}

Response GetSprint(Call& call) {
  Response failure;
  if (!MayUse(call, &failure)) return failure;
  const Sprint* sprint = SprintById(call.model, call.args[0]);
  if (sprint == nullptr) return NoSprint(call.args[0]);
  JsonWriter out;
  WriteSprint(out, call.model, *sprint);
  return Json(200, out.Take());
}

Response CreateSprint(Call& call) {
  Response failure;
  if (!MayUse(call, &failure)) return failure;
  if (!MayManage(call)) return Forbidden(call, "You do not have the Manage Sprints permission.");
  Sprint sprint;
  Errors errors;
  sprint.board = call.body.Text("originBoardId");
  if (ById(call.model.boards, sprint.board) == nullptr) return NoBoard(sprint.board);
  ReadSprint(call, &sprint, &errors);
  if (!errors.empty()) return Fail(400, errors);
  sprint.state = "future";
  sprint.id = std::to_string(call.model.sprints.size() + 1);
  call.model.sprints.push_back(sprint);
  JsonWriter out;
  WriteSprint(out, call.model, sprint);
  return Json(201, out.Take());
}

// POST changes what is sent, which is also all that PUT does here.
Response EditSprint(Call& call) {
  Response failure;
  if (!MayUse(call, &failure)) return failure;
  const Sprint* found = SprintById(call.model, call.args[0]);
  if (found == nullptr) return NoSprint(call.args[0]);
  if (!MayManage(call)) return Forbidden(call, "You do not have the Manage Sprints permission.");
  Sprint sprint = *found;
  Errors errors;
  ReadSprint(call, &sprint, &errors);
  if (found->state == "closed" && sprint.state != "closed") {
    errors.fields["state"] = "A closed sprint cannot be opened again.";
  }
  if (!errors.empty()) return Fail(400, errors);
  if (sprint.state == "closed" && sprint.complete_ms == 0) sprint.complete_ms = call.now_ms;
  for (Sprint& one : call.model.sprints) {
    if (one.id == sprint.id) one = sprint;
  }
  JsonWriter out;
  WriteSprint(out, call.model, sprint);
  return Json(200, out.Take());
}

Response MoveIssuesToSprint(Call& call) {
  Response failure;
  if (!MayUse(call, &failure)) return failure;
  const Sprint* sprint = SprintById(call.model, call.args[0]);
  if (sprint == nullptr) return NoSprint(call.args[0]);
  if (sprint->state == "closed") {
    return Fail(400, "Issue can be assigned only active or future sprints.");
  }
  return Move(call, sprint);
}

Response MoveIssuesToBacklog(Call& call) {
  Response failure;
  return MayUse(call, &failure) ? Move(call, nullptr) : failure;
}

}  // namespace valise::standin
