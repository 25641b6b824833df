#include "agent/cli/preflight_facts.h"

#include <algorithm>

#include "agent/cli/jira_facts.h"
#include "agent/jira/jql.h"
#include "agent/jira/project.h"
#include "agent/jira/requests.h"
#include "agent/jira/times.h"
#include "agent/jira/zone.h"

namespace valise::cli {

namespace {

constexpr std::size_t kBoardPagesMax = 20;

class Reader {
 public:
  Reader(JiraSession& jira, const Config& config, Clock& clock)
      : jira_(jira), config_(config), clock_(clock) {}

  Result<PreflightFacts> Read() {
    facts_.server = TRY(ReadServer());
    facts_.project = TRY(ReadProject());
    const HttpResponse myself = TRY(jira_.Ask(jira::ReadMyself()));
    facts_.account = TRY(jira::ParseMyself(myself));
    facts_.has_zone = jira::Zone::Load(facts_.account.time_zone).ok();
    Take("permissions", ReadPermissions());
    Take("versions and components", ReadNames());
    Take("security levels", ReadLevels());
    Take("roles and groups", ReadPlaces());
    Take("boards", ReadBoards());
    Take("search", ReadScope());
    for (const auto& [shared, local] : config_.binding.types) {
      if (!local.empty()) Take("an issue of type " + local.front(), ReadSample(local.front()));
    }
    ReadPeople();
    return std::move(facts_);
  }

 private:
  void Take(const std::string& what, const Result<void>& read) {
    if (!read.ok()) facts_.unread.push_back({what, read.error()});
  }

  // Date has whole seconds, so half of one is what it is wrong by on average.
  Result<jira::ServerInfo> ReadServer() {
    const std::int64_t asked_ms = clock_.NowMs();
    const HttpResponse response = TRY(jira_.AskAsAnyone(jira::ReadServerInfo()));
    const std::int64_t between_ms = asked_ms + (clock_.NowMs() - asked_ms) / 2;
    const auto header = response.headers.find("date");
    const auto date_ms = header == response.headers.end() ? std::optional<std::int64_t>()
                                                          : jira::ParseHttpDate(header->second);
    const jira::ServerInfo server = TRY(jira::ParseServerInfo(response));
    if (date_ms) facts_.clock_ahead_ms = *date_ms + 500 - between_ms;
    return server;
  }

  // A Jira without tokens passes the header over and answers as to a stranger (pitfall 26).
  Result<JiraFacts> ReadProject() {
    Result<JiraFacts> project = ReadJiraFacts(jira_, config_.binding.project);
    const bool is_stranger = !project.ok() && project.error().code == "VAL-JIRA-AUTH";
    if (!is_stranger || config_.jira.token_file.empty() || !IsOlder(facts_.server, 8, 14)) {
      return project;
    }
    Error error = project.error();
    error.message = "Jira " + facts_.server.version_text +
                    " has no tokens, they came with 8.14; use [jira] user and password_file";
    return error;
  }

  Result<void> ReadPermissions() {
    const auto response = TRY(jira_.Ask(jira::ReadPermissions(config_.binding.project)));
    facts_.permissions = TRY(jira::ParsePermissions(response));
    return Ok();
  }

  Result<void> ReadNames() {
    const std::string& project = config_.binding.project;
    const auto versions = TRY(jira_.Ask(jira::ReadVersions(project)));
    for (const auto& one : TRY(jira::ParseVersions(versions))) facts_.versions.insert(one.name);
    const auto components = TRY(jira_.Ask(jira::ReadComponents(project)));
    for (const auto& one : TRY(jira::ParseComponents(components))) {
      facts_.components.insert(one.name);
    }
    return Ok();
  }

  Result<void> ReadLevels() {
    if (config_.binding.security_level.empty()) return Ok();
    const auto response = TRY(jira_.Ask(jira::ReadSecurityLevels(config_.binding.project)));
    std::set<std::string> levels;
    for (const auto& level : TRY(jira::ParseSecurityLevels(response))) levels.insert(level.name);
    facts_.security_levels = std::move(levels);
    return Ok();
  }

  Result<void> ReadPlaces() {
    bool has_role = false;
    for (const Visibility* visibility :
         {&config_.binding.comment_visibility, &config_.binding.work_log_visibility}) {
      has_role = has_role || visibility->kind == Visibility::Kind::kRole;
      if (visibility->kind != Visibility::Kind::kGroup) continue;
      const auto response = TRY(jira_.Ask(jira::FindGroups(visibility->name)));
      const auto names = TRY(jira::ParseGroups(response));
      if (!facts_.groups) facts_.groups.emplace();
      facts_.groups->insert(names.begin(), names.end());
    }
    if (!has_role) return Ok();
    const auto response = TRY(jira_.Ask(jira::ReadProjectRoles(config_.binding.project)));
    const auto names = TRY(jira::ParseProjectRoles(response));
    facts_.roles.emplace(names.begin(), names.end());
    return Ok();
  }

  Result<void> ReadBoards() {
    const auto& fields = config_.binding.fields;
    if (std::none_of(fields.begin(), fields.end(),
                     [](const auto& field) { return field.second.kind == ValueKind::kSprint; })) {
      return Ok();
    }
    const std::string& project = config_.binding.project;
    for (std::size_t page = 0; page < kBoardPagesMax; ++page) {
      const auto response = TRY(jira_.AskIfThere(jira::ReadBoards(project, facts_.boards.size())));
      if (!response) return Ok();
      facts_.has_agile = true;
      const auto read = TRY(jira::ParseBoards(*response));
      facts_.boards.insert(facts_.boards.end(), read.values.begin(), read.values.end());
      if (read.is_last) return Ok();
    }
    return Ok();
  }

  Result<jira::SearchPage> SearchFor(const std::string& jql, std::uint64_t results_max) {
    jira::SearchQuery query;
    query.jql = jql;
    query.results_max = results_max;
    const HttpRequest request = TRY(jira::Search(query));
    const HttpResponse response = TRY(jira_.Ask(request));
    return jira::ParseSearch(response);
  }

  // The JQL of every poll; Jira says at once whether it takes it (pitfall 6).
  Result<void> ReadScope() {
    const Binding& binding = config_.binding;
    const std::string jql = jira::JqlChangedSince(binding.project, binding.scope, "");
    const auto page = SearchFor(jql, config_.settings.search_page);
    if (!page.ok() && page.error().code != "VAL-JIRA-REFUSED") return page.error();
    if (!page.ok()) {
      facts_.scope.problem = page.error();
      return Ok();
    }
    facts_.scope.issues = page.value().total;
    facts_.scope.asked = config_.settings.search_page;
    facts_.scope.given = page.value().max_results;
    return Ok();
  }

  Result<void> ReadSample(const std::string& type) {
    const std::string is_type = "issuetype = " + jira::JqlQuote(type);
    const auto found = SearchFor(jira::JqlCensus(config_.binding.project, is_type, ""), 1);
    // A type that Jira does not know is told by what it lists of the project.
    if (!found.ok() || found.value().hits.empty()) return Ok();
    SampleIssue sample{type, found.value().hits.front().key, {}, {}, false};
    const auto edit = TRY(jira_.Ask(jira::ReadEditMeta(sample.key)));
    sample.edit_fields = TRY(jira::ParseEditMeta(edit));
    const auto transitions = TRY(jira_.Ask(jira::ReadTransitions(sample.key)));
    sample.transitions = TRY(jira::ParseTransitions(transitions));
    const auto marker = TRY(jira_.Ask(jira::ReadMarker(sample.key)));
    sample.shows_properties = TRY(jira::ParseMarker(marker)).has_properties;
    TRY(ReadCommentOf(sample.key));
    facts_.samples.push_back(std::move(sample));
    return Ok();
  }

  Result<void> ReadCommentOf(const std::string& key) {
    if (facts_.shows_comment_properties) return Ok();
    const auto response = TRY(jira_.Ask(jira::ReadComments(key, 0, 1, true)));
    const auto page = TRY(jira::ParseComments(response));
    if (!page.comments.empty()) {
      facts_.shows_comment_properties = page.comments.front().has_properties;
    }
    return Ok();
  }

  void ReadPeople() {
    std::set<std::string> accounts = config_.binding.automations;
    for (const auto& [alias, account] : config_.binding.users) accounts.insert(account);
    accounts.insert(config_.binding.people.default_user);
    accounts.erase("");
    for (const std::string& account : accounts) {
      Take("user " + account, ReadPerson(account));
    }
  }

  // The search finds no inactive user (pitfall 17), GET user does.
  Result<void> ReadPerson(const std::string& account) {
    PersonFact person;
    const auto found = TRY(jira_.AskIfThere(jira::ReadUser(account)));
    if (found) {
      const jira::UserInfo shown = TRY(jira::ParseUserInfo(*found));
      // Jira finds "JDoe" for jdoe, but shows and compares jdoe, and so does the agent.
      person.exists = shown.name == account;
      person.is_active = shown.is_active;
      const auto response =
          TRY(jira_.Ask(jira::SearchAssignable(config_.binding.project, account)));
      for (const auto& user : TRY(jira::ParseUsers(response))) {
        person.is_assignable = person.is_assignable || user.name == account;
      }
    }
    facts_.people[account] = person;
    return Ok();
  }

  JiraSession& jira_;
  const Config& config_;
  Clock& clock_;
  PreflightFacts facts_;
};

}  // namespace

Result<PreflightFacts> ReadPreflightFacts(JiraSession& jira, const Config& config, Clock& clock) {
  return Reader(jira, config, clock).Read();
}

}  // namespace valise::cli
