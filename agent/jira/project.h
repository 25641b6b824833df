// What a project offers: versions and components with their attributes, security levels. Requests
// and parsers, pure, as in requests.h and answers.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/local.h"
#include "agent/jira/answers.h"
#include "agent/jira/http.h"
#include "packet/result.h"

namespace valise::jira {

struct VersionInfo {
  std::string id, name, description;
  bool is_released = false;
  bool is_archived = false;
  std::string start_date, release_date;  // "2019-03-29"; empty: none
  bool operator==(const VersionInfo&) const = default;
};
// Without `id`. Errors: kAskOperator "VAL-JIRA-VALUE" for a date that is none.
Result<HttpRequest> CreateVersion(std::string_view project_key, const VersionInfo& version);
// What is given; an empty text or date is cleared. The rest stays as it is, so that a person's edit
// of it is not undone.
struct VersionEdit {
  std::optional<std::string> description, start_date, release_date;
  std::optional<bool> is_released, is_archived;
  bool operator==(const VersionEdit&) const = default;
};
Result<HttpRequest> EditVersion(std::string_view version_id, const VersionEdit& edit);
HttpRequest ReadVersion(std::string_view version_id);
Result<std::vector<VersionInfo>> ParseVersions(const HttpResponse& response);  // ReadVersions
Result<VersionInfo> ParseVersion(const HttpResponse& response);  // GET, POST and PUT version

struct ComponentInfo {
  std::string id, name, description;
  LocalUser lead;  // empty: none
  bool operator==(const ComponentInfo&) const = default;
};
// Without `id`.
Result<HttpRequest> CreateComponent(std::string_view project_key, const ComponentInfo& component);
Result<HttpRequest> EditComponent(std::string_view component_id, const std::string& description);
HttpRequest ReadComponent(std::string_view component_id);
Result<std::vector<ComponentInfo>> ParseComponents(const HttpResponse& response);
Result<ComponentInfo> ParseComponent(const HttpResponse& response);  // GET and POST component

// Those that this account may set there (pitfall 24); none where the project has no scheme.
HttpRequest ReadSecurityLevels(std::string_view project_key);
Result<std::vector<NamedThing>> ParseSecurityLevels(const HttpResponse& response);

// Names of the project's roles, by which comments and work logs may be restricted (pitfall 12).
HttpRequest ReadProjectRoles(std::string_view project_key);
Result<std::vector<std::string>> ParseProjectRoles(const HttpResponse& response);

}  // namespace valise::jira
