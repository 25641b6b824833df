// People plan: epics with their issues, sprints that are made, started and closed.
#include "agent/jira/agile.h"
#include "tests/simulation/users.h"

namespace valise::simulation {
namespace {

constexpr char kAdmin[] = "admin-token";

const char* SomeSprint(Random& random) {
  const char* const names[] = {"Sprint 1", "Sprint 2", "Sprint, [3]=x"};  // few: sites share them
  return names[random.Below(3)];
}

HttpRequest Post(const std::string& path, const std::string& body) {
  HttpRequest request;
  request.method = "POST";
  request.path = "/rest/agile/1.0/" + path;
  request.body = body;
  return request;
}

std::vector<std::string> OpenNumbers(const SprintBook& book) {
  std::vector<std::string> numbers;
  for (const auto& [name, ids] : book.Open().by_name) {
    numbers.insert(numbers.end(), ids.begin(), ids.end());
  }
  return numbers;
}

std::string State(bool is_closed) {
  return is_closed ? R"({"state":"closed"})" : R"({"state":"active"})";
}

template <typename T>
const T& OneOf(Random& random, const std::vector<T>& all) {
  return all[static_cast<std::size_t>(random.Below(static_cast<std::int64_t>(all.size())))];
}

}  // namespace

SprintBook Users::ReadSprints(SimSite& site) {
  SprintBook book;
  std::map<std::string, jira::Sprint> open;
  for (int id = 1;; ++id) {  // the stand-in counts them
    const HttpResponse told = Ask(site.jira, jira::ReadSprint(std::to_string(id)), kAdmin);
    if (told.status != 200) break;
    const auto sprint = jira::ParseSprint(told);
    CHECK(sprint.ok());
    if (sprint.value().state == "closed") book.Note(sprint.value());
    else open[sprint.value().id] = sprint.value();
  }
  (void)book.TakeOpen(open, 1);
  return book;
}

void Users::Agile(SimSite& site, const LocalIssue& issue) {
  const std::int64_t dice = world_.random.Below(100);
  if (dice < 45) return SetEpic(site, issue);
  if (dice < 75) return SetSprint(site, issue);
  ChangeSprints(site);
}

void Users::SetEpic(SimSite& site, const LocalIssue& issue) {
  std::vector<std::string> epics;
  for (const std::string& key : Keys(site)) {
    const auto one = Read(site, key);
    if (one && one->type == "Epic") epics.push_back(key);
  }
  LocalField epic;
  const bool is_set = !epics.empty() && !world_.random.Chance(200);
  if (is_set) epic.values.push_back({OneOf(world_.random, epics), ""});
  Write(site, issue, "epic", kEpicLink, std::move(epic));
}

// By the field or by the board, as people do.
void Users::SetSprint(SimSite& site, const LocalIssue& issue) {
  const std::vector<std::string> open = OpenNumbers(ReadSprints(site));
  const bool is_set = !open.empty() && !world_.random.Chance(250);
  const std::string id = is_set ? OneOf(world_.random, open) : "";
  if (world_.random.Chance(500)) {
    LocalField sprint;
    if (is_set) sprint.values.push_back({id, ""});
    Write(site, issue, "sprint", kSprintField, std::move(sprint));
    return;
  }
  const std::vector<std::string> issues{issue.id};
  const auto request = is_set ? jira::PutIntoSprint(id, issues) : jira::PutIntoBacklog(issues);
  if (AskAs(site, request.value()).status != 204) return;
  ++edit_counts_[CountKey(site.index, IssueOf(site, issue), "sprint")];
}

void Users::ChangeSprints(SimSite& site) {
  const std::vector<std::string> open = OpenNumbers(ReadSprints(site));
  if (open.size() < 4 && (open.empty() || world_.random.Chance(600))) {
    const std::string name = SomeSprint(world_.random);
    AskAs(site, Post("sprint", R"({"originBoardId":1,"name":")" + name + R"("})"), kAdmin);
    return;
  }
  const std::string state = State(world_.random.Chance(500));
  AskAs(site, Post("sprint/" + OneOf(world_.random, open), state), kAdmin);
}

}  // namespace valise::simulation
