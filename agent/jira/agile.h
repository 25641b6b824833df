// Boards and sprints, by the agile API of Jira Software (/rest/agile/1.0); a Jira without it
// answers 404. Requests and parsers, pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "agent/jira/answers.h"
#include "agent/jira/http.h"
#include "packet/result.h"

namespace valise::jira {

struct Board {
  std::string id, name;
  std::string type;  // "scrum"; only those have sprints. "kanban", "simple"
  bool operator==(const Board&) const = default;
};
struct Sprint {
  std::string id, name;
  std::string state;     // "future", "active", "closed": a closed one takes no issues
  std::string board_id;  // where it was made; may be empty
  bool operator==(const Sprint&) const = default;
};

inline constexpr std::size_t kIssuesPerSprintCall = 50;  // pitfall 19

HttpRequest ReadBoards(std::string_view project_key, std::uint64_t start_at);
HttpRequest ReadOpenSprints(std::string_view board_id, std::uint64_t start_at);  // future, active
HttpRequest ReadSprint(std::string_view sprint_id);
// At most kIssuesPerSprintCall issues, by id or key. 204 without a body.
Result<HttpRequest> PutIntoSprint(std::string_view sprint_id, std::span<const std::string> issues);
// Out of every open sprint.
Result<HttpRequest> PutIntoBacklog(std::span<const std::string> issues);

Result<MetaPage<Board>> ParseBoards(const HttpResponse& response);
Result<MetaPage<Sprint>> ParseSprints(const HttpResponse& response);
Result<Sprint> ParseSprint(const HttpResponse& response);

}  // namespace valise::jira
