// Every recorded answer of two collections, by file: read without loss by the parser that would
// meet it, or skipped with its reason. A file that is in neither list fails the test.
#include <algorithm>
#include <filesystem>
#include <map>

#include "tests/jira/doctest.h"
#include "tests/jira/fixture_readers.h"
#include "tests/jira/support.h"

namespace valise::jira {
namespace {

struct Rule {
  const char* path;  // a file, or a folder with its slash; the longest that fits counts
  void (*read)(const std::string& text);
  const char* reason = "";  // why it is skipped
};

constexpr const char* kOld = "the shape of Jira 4.4; valise needs 8 or later";
constexpr const char* kNoId = "no id, which every Jira since 5 sends";
constexpr const char* kInput = "what that client writes, no answer";
constexpr const char* kNotAsked = "valise does not ask for it";
constexpr const char* kFilters = "filters: valise asks by JQL of its own";
constexpr const char* kCloud = "Jira Cloud";

constexpr Rule kRules[] = {
    {"jrjc/actor/", nullptr, kNotAsked},
    {"jrjc/attachment/", ReadAttachmentFile},
    {"jrjc/auditRecord/", nullptr, kNotAsked},
    {"jrjc/authentication/", nullptr, kNotAsked},
    {"jrjc/basicIssue/", ReadCreatedFile},
    {"jrjc/cimField/", nullptr, kOld},
    {"jrjc/comment/", nullptr, kOld},
    {"jrjc/component/", nullptr, kNoId},
    {"jrjc/component/complete-valid-with-id.json", ReadComponentFile},
    {"jrjc/createmeta/", ReadCreateMetaFile},
    {"jrjc/createmeta/fieldsinfo/", ReadFieldMapFile},
    {"jrjc/customFieldOption/", ReadOptionFile},
    {"jrjc/error/", ReadErrorFile},
    {"jrjc/field/", ReadFieldsFile},
    {"jrjc/field/valid-fields.json", nullptr, kOld},
    {"jrjc/filter/", nullptr, kFilters},
    {"jrjc/groups/", nullptr, kNotAsked},
    {"jrjc/group/", nullptr, kNotAsked},
    {"jrjc/issue/", ReadIssueFile},
    {"jrjc/issue/valid-with-labels.json", nullptr, kOld},
    {"jrjc/issue/valid-without-labels.json", nullptr, kOld},
    {"jrjc/issue/valid-with-languageCode.json", nullptr, "of Jira Cloud, without its fields"},
    {"jrjc/issueInput/", nullptr, kInput},
    {"jrjc/issueLink/", nullptr, kOld},
    {"jrjc/issueLinkInput/", nullptr, kInput},
    {"jrjc/issueLinks/issue-links-5.0.json", ReadLinkTypesFile},
    {"jrjc/issueLinks/links-disabled-error.json", ReadErrorFile},
    {"jrjc/issueRemotelink/", nullptr, "remote links are written only, by their globalId"},
    {"jrjc/issueType/", ReadTypeFile},
    {"jrjc/loginInfo/", nullptr, kNotAsked},
    {"jrjc/mypermission/", ReadPermissionsFile},
    {"jrjc/operationGroup/", nullptr, kNotAsked},
    {"jrjc/operationHeader/", nullptr, kNotAsked},
    {"jrjc/operationLink/", nullptr, kNotAsked},
    {"jrjc/operations/", nullptr, kNotAsked},
    {"jrjc/page/", ReadTypePageFile},
    {"jrjc/priority/", ReadNamesFile},
    {"jrjc/project/", ReadProjectFile},
    {"jrjc/resolution/", ReadNamesFile},
    {"jrjc/role/", nullptr, kNotAsked},
    {"jrjc/search/", ReadSearchFile},
    {"jrjc/search/issues-invalid-total.json", nullptr, "no JSON: `\"total\": g2b`"},
    {"jrjc/securitylevel/", ReadLevelFile},
    {"jrjc/serverInfo/", ReadServerFile},
    {"jrjc/session/", nullptr, kNotAsked},
    {"jrjc/sessionCookie/", nullptr, kNotAsked},
    {"jrjc/status/", ReadNamesFile},
    {"jrjc/timeTracking/", nullptr, "estimates are not bound to fields yet"},
    {"jrjc/transition/", nullptr, kOld},
    {"jrjc/user/", ReadUserFile},
    {"jrjc/user/valid-with-accountId-without-name.json", nullptr, kCloud},
    {"jrjc/userInput/", nullptr, kInput},
    {"jrjc/users/", ReadUsersFile},
    {"jrjc/version/", ReadVersionFile},
    {"jrjc/version/valid-no-id.json", nullptr, kNoId},
    {"jrjc/visibility/", ReadVisibilityFile},
    {"jrjc/votes/", nullptr, "votes are not bound to fields yet"},
    {"jrjc/watcher/", nullptr, "watchers are not bound to fields yet"},
    {"jrjc/worklog/", nullptr, kOld},
    {"jrjc/worklogInput/", nullptr, kInput},
    {"go-jira/all_boards.json", ReadBoardsFile},
    {"go-jira/all_boards_filtered.json", ReadBoardsFile},
    {"go-jira/all_fields.json", ReadFieldsFile},
    {"go-jira/all_filters.json", nullptr, kFilters},
    {"go-jira/all_issuelinktypes.json", ReadLinkTypesFile},
    {"go-jira/all_permissionschemes.json", nullptr, kNotAsked},
    {"go-jira/all_priorities.json", ReadNamesFile},
    {"go-jira/all_projects.json", nullptr, "valise asks for its own project, never for all"},
    {"go-jira/all_resolutions.json", ReadNamesFile},
    {"go-jira/all_roles.json", nullptr, kNotAsked},
    {"go-jira/all_statuscategories.json", nullptr, kNotAsked},
    {"go-jira/all_statuses.json", ReadNamesFile},
    {"go-jira/board_configuration.json", nullptr, kNotAsked},
    {"go-jira/component_get.json", ReadComponentFile},
    {"go-jira/favourite_filters.json", nullptr, kFilters},
    {"go-jira/filter.json", nullptr, kFilters},
    {"go-jira/issues_in_sprint.json", ReadSearchFile},
    {"go-jira/my_filters.json", nullptr, kFilters},
    {"go-jira/no_permissionscheme.json", ReadErrorFile},
    {"go-jira/no_permissionschemes.json", nullptr, "empty"},
    {"go-jira/no_role.json", ReadErrorFile},
    {"go-jira/no_roles.json", nullptr, "empty"},
    {"go-jira/permissionscheme.json", nullptr, kNotAsked},
    {"go-jira/project.json", ReadProjectFile},
    {"go-jira/remote_links.json", nullptr, "remote links are written only, by their globalId"},
    {"go-jira/role.json", nullptr, kNotAsked},
    {"go-jira/search_filters.json", nullptr, kFilters},
    {"go-jira/sprints.json", ReadSprintsFile},
    {"go-jira/sprints_filtered.json", ReadSprintsFile},
    {"go-jira/status_category.json", nullptr, kNotAsked},
    {"go-jira/transitions.json", ReadTransitionsFile}};

const Rule* RuleOf(const std::string& path) {
  const Rule* found = nullptr;
  for (const Rule& rule : kRules) {
    const std::string_view name = rule.path;
    const bool fits = name.ends_with('/') ? path.starts_with(name) : path == name;
    if (fits && (found == nullptr || name.size() > std::string_view(found->path).size())) {
      found = &rule;
    }
  }
  return found;
}

std::vector<std::string> Files() {
  std::vector<std::string> files;
  for (const char* folder : {"jrjc", "go-jira"}) {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(FixtureFolder() + folder)) {
      if (entry.path().extension() != ".json") continue;
      files.push_back(entry.path().lexically_relative(FixtureFolder()));
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST_CASE("every recorded answer that valise would meet is read without loss") {
  if (FixtureFolder().empty()) return;
  int read = 0, skipped = 0;
  for (const std::string& file : Files()) {
    CAPTURE(file);
    const Rule* rule = RuleOf(file);
    REQUIRE_MESSAGE(rule != nullptr, "neither read nor skipped: " << file);
    if (rule->read != nullptr) {
      rule->read(ReadFile(FixtureFolder() + file));
      ++read;
    } else {
      CHECK(*rule->reason != '\0');
      ++skipped;
    }
  }
  MESSAGE(read << " recorded answers read, " << skipped << " skipped, each with its reason");
  CHECK(read >= 90);
}

TEST_CASE("no rule is left without a file") {
  if (FixtureFolder().empty()) return;
  const std::vector<std::string> files = Files();
  for (const Rule& rule : kRules) {
    CAPTURE(rule.path);
    CHECK(std::any_of(files.begin(), files.end(),
                      [&](const std::string& file) { return RuleOf(file) == &rule; }));
  }
}

}  // namespace
}  // namespace valise::jira
