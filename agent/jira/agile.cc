#include "agent/jira/agile.h"

#include "agent/jira/json.h"
#include "agent/jira/parse.h"
#include "agent/jira/requests.h"
#include "packet/check.h"

namespace valise::jira {
namespace {

constexpr std::string_view kRoot = "/rest/agile/1.0/";

HttpRequest GetAgile(const std::string& path) {
  return {"GET", std::string(kRoot) + path, "", kReadTimeout};
}

Result<HttpRequest> MoveIssues(const std::string& path, std::span<const std::string> issues) {
  CHECK(!issues.empty() && issues.size() <= kIssuesPerSprintCall);
  JsonWriter writer;
  writer.BeginObject().Name("issues").BeginArray();
  for (const std::string& issue : issues) writer.String(issue);
  writer.EndArray().EndObject();
  std::string body = TRY(std::move(writer).Finish());
  return HttpRequest{"POST", std::string(kRoot) + path, std::move(body), kWriteTimeout};
}

Result<Board> ReadBoardJson(const Json& json) {
  Board board{json["id"].String(), json["name"].String(), json["type"].String()};
  if (board.id.empty()) return BadMember("board", "id");
  return board;
}

Result<Sprint> ReadSprintJson(const Json& json) {
  Sprint sprint{json["id"].String(), json["name"].String(), json["state"].String(),
                json["originBoardId"].String()};
  if (sprint.id.empty()) return BadMember("sprint", "id");
  if (sprint.name.empty()) return BadMember("sprint", "name");
  if (sprint.state.empty()) return BadMember("sprint", "state");
  return sprint;
}

}  // namespace

HttpRequest ReadBoards(std::string_view project_key, std::uint64_t start_at) {
  return GetAgile("board?projectKeyOrId=" + PercentEncode(project_key) +
                  "&startAt=" + std::to_string(start_at));
}

HttpRequest ReadOpenSprints(std::string_view board_id, std::uint64_t start_at) {
  return GetAgile("board/" + PercentEncode(board_id) +
                  "/sprint?state=active,future&startAt=" + std::to_string(start_at));
}

HttpRequest ReadSprint(std::string_view sprint_id) {
  return GetAgile("sprint/" + PercentEncode(sprint_id));
}

Result<HttpRequest> PutIntoSprint(std::string_view sprint_id, std::span<const std::string> issues) {
  return MoveIssues("sprint/" + PercentEncode(sprint_id) + "/issue", issues);
}

Result<HttpRequest> PutIntoBacklog(std::span<const std::string> issues) {
  return MoveIssues("backlog/issue", issues);
}

Result<MetaPage<Board>> ParseBoards(const HttpResponse& response) {
  return ReadPage<Board>(response, ReadBoardJson);
}

Result<MetaPage<Sprint>> ParseSprints(const HttpResponse& response) {
  return ReadPage<Sprint>(response, ReadSprintJson);
}

Result<Sprint> ParseSprint(const HttpResponse& response) {
  const Json json = TRY(ParseJson(response.body));
  return ReadSprintJson(json);
}

}  // namespace valise::jira
