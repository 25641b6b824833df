#include "agent/cli/jira_facts.h"

#include <algorithm>

#include "agent/jira/requests.h"

namespace valise::cli {

namespace {

constexpr std::size_t kPagesMax = 100;

void AddOnce(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

FieldFact& FactOf(JiraFacts& facts, const jira::FieldInfo& info) {
  for (FieldFact& fact : facts.fields) {
    if (fact.info.id == info.id) return fact;
  }
  facts.fields.push_back({info, {}, {}, false});
  return facts.fields.back();
}

void AddScreen(JiraFacts& facts, jira::CreateType screen) {
  for (const jira::MetaField& field : screen.fields) {
    FieldFact& fact = FactOf(facts, field.field);
    fact.is_on_screen = true;
    for (const std::string& value : field.allowed) AddOnce(fact.allowed, value);
    if (field.is_required && !field.has_default) AddOnce(fact.required_by, screen.type.name);
  }
  facts.screens.push_back(std::move(screen));
}

Result<void> CheckLogin(JiraSession& jira) {
  const HttpResponse response = TRY(jira.Ask(jira::ReadMyself()));
  const jira::AccountInfo account = TRY(jira::ParseMyself(response));
  if (!account.is_anonymous) return Ok();
  return Error{Recovery::kAskOperator, "VAL-JIRA-AUTH",
               "Jira does not know us: the token is wrong or expired; renew the token file"};
}

// Pages of createmeta (8.4 and later). False: this Jira has only the old form.
Result<bool> ReadPagedMeta(JiraSession& jira, JiraFacts& facts) {
  std::vector<jira::IssueTypeInfo> types;
  for (std::size_t page = 0; page < kPagesMax; ++page) {
    const auto response = TRY(jira.AskIfThere(jira::ReadCreateTypes(facts.project, types.size())));
    if (!response) return false;
    const auto read = TRY(jira::ParseCreateTypes(*response));
    types.insert(types.end(), read.values.begin(), read.values.end());
    if (read.is_last || read.values.empty()) break;
  }
  for (const jira::IssueTypeInfo& type : types) {
    jira::CreateType screen{type, {}};
    for (std::size_t page = 0; page < kPagesMax; ++page) {
      const auto response =
          TRY(jira.Ask(jira::ReadCreateFields(facts.project, type.id, screen.fields.size())));
      const auto read = TRY(jira::ParseCreateFields(response));
      screen.fields.insert(screen.fields.end(), read.values.begin(), read.values.end());
      if (read.is_last || read.values.empty()) break;
    }
    AddScreen(facts, std::move(screen));
  }
  return true;
}

Result<void> ReadOldMeta(JiraSession& jira, JiraFacts& facts) {
  const auto response = TRY(jira.Ask(jira::ReadCreateMetaOld(facts.project)));
  for (jira::CreateType& screen : TRY(jira::ParseCreateMetaOld(response))) {
    AddScreen(facts, std::move(screen));
  }
  return Ok();
}

Result<std::vector<std::string>> ReadNames(JiraSession& jira, const HttpRequest& request) {
  std::vector<std::string> names;
  const auto response = TRY(jira.Ask(request));
  for (const jira::NamedThing& thing : TRY(jira::ParseNames(response))) names.push_back(thing.name);
  return names;
}

Result<void> ReadStatuses(JiraSession& jira, JiraFacts& facts) {
  const auto response = TRY(jira.Ask(jira::ReadProjectStatuses(facts.project)));
  facts.workflows = TRY(jira::ParseProjectStatuses(response));
  for (const jira::IssueTypeInfo& type : facts.workflows) {
    for (const std::string& status : type.statuses) AddOnce(facts.statuses, status);
  }
  return Ok();
}

// Jira answers 404 where linking is switched off.
Result<void> ReadContentFacts(JiraSession& jira, JiraFacts& facts) {
  const auto links = TRY(jira.AskIfThere(jira::ReadLinkTypes()));
  if (links) facts.link_types = TRY(jira::ParseLinkTypes(*links));
  const auto limits = TRY(jira.AskIfThere(jira::ReadAttachmentLimits()));
  if (limits) facts.attachments = TRY(jira::ParseAttachmentLimits(*limits));
  return Ok();
}

}  // namespace

Result<JiraFacts> ReadJiraFacts(JiraSession& jira, const std::string& project) {
  JiraFacts facts;
  facts.project = project;
  TRY(CheckLogin(jira));
  const auto found = TRY(jira.AskIfThere(jira::ReadProject(project)));
  if (!found) {
    return Error{Recovery::kAskOperator, "VAL-JIRA-GONE",
                 "there is no project " + project +
                     " that this user can see; correct [jira] project or its permissions"};
  }
  facts.types = TRY(jira::ParseProject(*found)).types;
  TRY(ReadStatuses(jira, facts));
  facts.priorities = TRY(ReadNames(jira, jira::ReadPriorities()));
  facts.resolutions = TRY(ReadNames(jira, jira::ReadResolutions()));
  TRY(ReadContentFacts(jira, facts));
  const auto fields = TRY(jira.Ask(jira::ReadFields()));
  for (jira::FieldInfo& info : TRY(jira::ParseFields(fields))) {
    facts.fields.push_back({std::move(info), {}, {}, false});
  }
  const bool has_pages = TRY(ReadPagedMeta(jira, facts));
  if (!has_pages) TRY(ReadOldMeta(jira, facts));
  return facts;
}

}  // namespace valise::cli
