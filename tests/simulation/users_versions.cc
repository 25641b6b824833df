// What people do with the project's versions and components, and with the issues that hold them.
#include "agent/project_names.h"
#include "tests/simulation/users.h"

namespace valise::simulation {
namespace {

constexpr char kAdmin[] = "admin-token";

const char* SomeName(Random& random, ProjectList list) {
  const char* const versions[] = {"1.0", "2.0", "3 beta", "next"};  // few, so that sites collide
  const char* const components[] = {"core", "ui", "docs"};
  return list == ProjectList::kVersions ? versions[random.Below(4)] : components[random.Below(3)];
}

std::string SomeDay(Random& random, const char* month) {
  return std::string("2024-") + month + "-" + std::to_string(10 + random.Below(18));
}

HttpRequest Deletion(const LocalVersion& version) {
  HttpRequest request;
  request.method = "DELETE";
  const bool is_version = version.list == ProjectList::kVersions;
  request.path = (is_version ? "/rest/api/2/version/" : "/rest/api/2/component/") + version.id;
  return request;
}

HttpRequest Rename(const LocalVersion& version, const std::string& name) {
  HttpRequest request = Deletion(version);
  request.method = "PUT";
  request.body = "{\"name\":\"" + name + "\"}";
  return request;
}

}  // namespace

LocalProject Users::ReadProject(SimSite& site) {
  const std::string& key = site.terms.binding.project;
  LocalProject project;
  const auto versions = jira::ParseVersions(Ask(site.jira, jira::ReadVersions(key), kAdmin));
  const auto components = jira::ParseComponents(Ask(site.jira, jira::ReadComponents(key), kAdmin));
  CHECK(versions.ok() && components.ok());
  for (const auto& version : versions.value()) project.push_back(ToLocal(version));
  for (const auto& component : components.value()) project.push_back(ToLocal(component));
  return project;
}

void Users::CountVersion(SimSite& site, ProjectList list, const std::string& name) {
  const char* const field = list == ProjectList::kVersions ? "fixed" : "parts";
  ++edit_counts_[CountKey(site.index, field, name)];
}

void Users::Versions(SimSite& site, const LocalIssue& issue) {
  Random& random = world_.random;
  const LocalProject project = ReadProject(site);
  const std::int64_t dice = random.Below(100);
  if (dice < 50) return Pick(site, issue);
  if (dice < 65 || project.empty()) {
    return AddVersion(site, random.Chance(600) ? ProjectList::kVersions : ProjectList::kComponents);
  }
  const LocalVersion& version =
      project[static_cast<std::size_t>(random.Below(static_cast<std::int64_t>(project.size())))];
  if (dice < 92) EditVersion(site, version);
  else EndVersion(site, version);
}

void Users::AddVersion(SimSite& site, ProjectList list) {
  Random& random = world_.random;
  const std::string name = SomeName(random, list);
  if (FindVersion(ReadProject(site), list, name) != nullptr) return;
  const std::string text = random.Chance(500) ? Unique("made ") : "";
  const Result<HttpRequest> request =
      list == ProjectList::kVersions
          ? jira::CreateVersion(site.terms.binding.project,
                                {"", name, text, random.Chance(300), false, "",
                                 random.Chance(300) ? SomeDay(random, "08") : ""})
          : jira::CreateComponent(site.terms.binding.project, {"", name, text, {}});
  CountVersion(site, list, name);
  AskAs(site, request.value(), kAdmin);
}

void Users::EditVersion(SimSite& site, const LocalVersion& version) {
  Random& random = world_.random;
  CountVersion(site, version.list, version.name);
  if (version.list == ProjectList::kComponents) {
    const std::string text = random.Chance(800) ? Unique("part ") + "\r\nof it " : "";
    AskAs(site, jira::EditComponent(version.id, text).value(), kAdmin);
    return;
  }
  jira::VersionEdit edit;
  switch (random.Below(5)) {
    case 0:
      edit.is_released = !version.attributes.contains(VersionAttribute::kReleased);
      break;
    case 1:
      edit.release_date = random.Chance(700) ? SomeDay(random, "08") : "";
      break;
    case 2:
      edit.start_date = random.Chance(700) ? SomeDay(random, "03") : "";
      break;
    case 3:
      edit.is_archived = !version.attributes.contains(VersionAttribute::kArchived);
      break;
    default:
      edit.description = random.Chance(800) ? Unique("told ") : "";
  }
  AskAs(site, jira::EditVersion(version.id, edit).value(), kAdmin);
}

// A rename moves no issue's `updated`; a deletion takes it off its issues.
void Users::EndVersion(SimSite& site, const LocalVersion& version) {
  Random& random = world_.random;
  if (random.Chance(500)) {
    AskAs(site, Deletion(version), kAdmin);
    return;
  }
  const std::string name = SomeName(random, version.list);
  CountVersion(site, version.list, name);
  AskAs(site, Rename(version, name), kAdmin);
}

// One name on or off the issue.
void Users::Pick(SimSite& site, const LocalIssue& issue) {
  Random& random = world_.random;
  const std::pair<const char*, const char*> fields[] = {
      {"fixed", "fixVersions"}, {"fixed", "fixVersions"}, {"parts", "components"},
      {"affected", "versions"}};
  const auto& [name, jira_field] = fields[random.Below(4)];
  const ProjectList list = *ListOf(jira_field);
  std::vector<std::string> names;
  for (const LocalVersion& version : ReadProject(site)) {
    if (version.list == list) names.push_back(version.name);
  }
  if (names.empty()) return AddVersion(site, list);
  const Value picked{
      names[static_cast<std::size_t>(random.Below(static_cast<std::int64_t>(names.size())))], ""};
  LocalField value;
  const auto shown = issue.fields.find(jira_field);
  if (shown != issue.fields.end()) value = shown->second;
  if (std::erase(value.values, picked) == 0) value.values.push_back(picked);
  std::sort(value.values.begin(), value.values.end());
  Write(site, issue, name, jira_field, std::move(value));
}

}  // namespace valise::simulation
