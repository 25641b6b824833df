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

SprintBook Users::ReadSprints(SimSite& site) const {
  SprintBook book;
  for (const auto& [id, names] : former_names_[site.index]) {
    book.Recall(SprintBook::kRow + id, names);
  }
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
  if (dice < 80) return RenameSprint(site);
  if (dice > 95) {
    site.port.set_has_agile(!site.port.has_agile());
    return world_.trace.Note(world_.now_ms, site.name + (site.port.has_agile()
                                                             ? " has the agile API again"
                                                             : " loses the agile API"));
  }
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

// Open or closed: Jira takes both. Whatever issue shows it shows another name by that, also one
// that is put into it before the agent hears of the name.
void Users::RenameSprint(SimSite& site) {
  int last = 0;
  while (Ask(site.jira, jira::ReadSprint(std::to_string(last + 1)), kAdmin).status == 200) ++last;
  if (last == 0) return;
  const std::string id = std::to_string(1 + world_.random.Below(last));
  const auto before = jira::ParseSprint(Ask(site.jira, jira::ReadSprint(id), kAdmin)).value();
  const std::string name = world_.random.Chance(300) ? Unique("Sprint ")
                                                     : SomeSprint(world_.random);
  if (AskAs(site, Post("sprint/" + id, R"({"name":")" + name + R"("})"), kAdmin).status != 200) {
    return;
  }
  former_names_[site.index][id] += "\n" + before.name;
  ++edit_counts_[CountKey(site.index, "", "sprint")];
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
