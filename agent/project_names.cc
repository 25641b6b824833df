// What issues ask of the project: whether the versions and components they are to show are there.
#include "agent/issue_operation.h"
#include "agent/jira/project.h"

namespace valise {
namespace {

std::map<VersionAttribute, std::string> AttributesOf(const jira::VersionInfo& version) {
  std::map<VersionAttribute, std::string> attributes{
      {VersionAttribute::kReleaseDate, version.release_date},
      {VersionAttribute::kStartDate, version.start_date},
      {VersionAttribute::kDescription, version.description}};
  if (version.is_released) attributes[VersionAttribute::kReleased] = "true";
  if (version.is_archived) attributes[VersionAttribute::kArchived] = "true";
  std::erase_if(attributes, [](const auto& one) { return one.second.empty(); });
  return attributes;
}

}  // namespace

LocalVersion ToLocal(const jira::VersionInfo& version) {
  return {ProjectList::kVersions, version.id, version.name, AttributesOf(version)};
}

LocalVersion ToLocal(const jira::ComponentInfo& component) {
  LocalVersion local{ProjectList::kComponents, component.id, component.name, {}};
  if (!component.description.empty()) {
    local.attributes[VersionAttribute::kDescription] = component.description;
  }
  return local;
}

Task<Result<LocalProject>> IssueOperation::ReadProject(std::set<ProjectList> lists) {
  LocalProject project;
  for (const ProjectList list : lists) {
    const bool is_versions = list == ProjectList::kVersions;
    HttpRequest request = is_versions ? jira::ReadVersions(terms_.binding.project)
                                      : jira::ReadComponents(terms_.binding.project);
    JiraAnswer answer = co_await jira_.Send(std::move(request));
    if (!answer.ok()) co_return Result<LocalProject>(answer.judged.error);
    const std::size_t before = project.size();
    if (is_versions) {
      const auto versions = jira::ParseVersions(answer.response);
      if (!versions.ok()) co_return Result<LocalProject>(versions.error());
      for (const auto& version : versions.value()) project.push_back(ToLocal(version));
    } else {
      const auto components = jira::ParseComponents(answer.response);
      if (!components.ok()) co_return Result<LocalProject>(components.error());
      for (const auto& component : components.value()) project.push_back(ToLocal(component));
    }
    std::set<std::string>& names = jira_.names.here[list];
    names.clear();
    for (std::size_t i = before; i < project.size(); ++i) names.insert(project[i].name);
  }
  co_return Result<LocalProject>(std::move(project));
}

// A name that is not known here may have come since the last look.
Task<Result<void>> IssueOperation::LearnNames(const IssueBase& base) {
  std::set<ProjectList> unsure;
  for (const auto& [field, name] : NamesAskedFor(terms_, base)) {
    const ProjectList list = *ListOf(field);
    if (!jira_.names.Has(list, name)) unsure.insert(list);
  }
  if (unsure.empty()) co_return Ok();
  Result<LocalProject> read = co_await ReadProject(std::move(unsure));
  if (!read.ok()) co_return read.error();
  co_return Ok();
}

std::map<std::string, OfferedNames> IssueOperation::OfferedHere() const {
  std::map<std::string, OfferedNames> offered;
  for (const auto& [name, binding] : terms_.binding.fields) {
    const auto list = ListOf(binding.field);
    const auto here = list ? jira_.names.here.find(*list) : jira_.names.here.end();
    if (here == jira_.names.here.end()) continue;
    OfferedNames& names = offered[binding.field];
    names.here = here->second;
    for (const auto& [wished, wish] : jira_.names.wishes) {
      const bool is_refused = wished.first == *list && !wish.refused.empty();
      if (is_refused) names.refused[wished.second] = wish.refused;
    }
  }
  return offered;
}

// The project's own operation makes them, so that no name is made twice.
IssueOperation::Step IssueOperation::WaitForNames(
    const std::map<std::string, std::set<std::string>>& wanted) {
  for (const auto& [field, names] : wanted) {
    for (const std::string& name : names) {
      jira_.names.wishes[{*ListOf(field), name}].issues.insert(issue_id_);
    }
  }
  TouchAll({terms_.project_id}, "version");
  return Later(BackOffMs(), "version");
}

}  // namespace valise
