#include "tests/cli/preflight_support.h"

namespace valise::test {

Config SoundConfig() {
  Config config;
  config.site = "hq";
  config.jira = {"https://jira.example/jira", "token", "", "", ""};
  Contract& contract = config.contract;
  contract.sites = {"hq", "field"};
  contract.types = {{"bug", {}}, {"step", {true}}};
  contract.statuses = {"open", "done"};
  contract.fields["summary"].kind = ValueKind::kLine;
  contract.fields["severity"].kind = ValueKind::kOption;
  contract.fields["severity"].values = {"low", "high"};
  for (auto& [name, field] : contract.fields) field.name = name;
  Binding& binding = config.binding;
  binding.project = "PROJ";
  binding.types = {{"bug", {"Bug"}}, {"step", {"Sub-task"}}};
  binding.statuses = {{"open", {{"To Do", "Reopened"}, ""}}, {"done", {{"Done"}, "Fixed"}}};
  binding.fields["summary"] = {"summary", "summary", ValueKind::kLine, {}, "", {}};
  binding.fields["severity"] = {"severity",
                                "customfield_1",
                                ValueKind::kOption,
                                ValueMap{{{"low", {"Minor"}}, {"high", {"Major"}}}},
                                "",
                                {}};
  return config;
}

jira::FieldInfo Info(const std::string& id, const std::string& name, const std::string& type,
                     const std::string& custom) {
  const std::string family = "com.atlassian.jira.plugin.system.customfieldtypes:";
  return {id,
          name,
          !custom.empty(),
          type,
          "",
          custom.empty() ? id : "",
          custom.empty() ? "" : family + custom};
}

jira::MetaField Meta(const jira::FieldInfo& info, std::vector<std::string> allowed) {
  return {info, false, false, std::move(allowed)};
}

PreflightFacts SoundFacts() {
  const jira::FieldInfo summary = Info("summary", "Summary", "string");
  const jira::FieldInfo severity = Info("customfield_1", "Severity", "option", "select");
  const jira::FieldInfo notes = Info("customfield_2", "Notes", "string", "textfield");
  PreflightFacts facts;
  JiraFacts& project = facts.project;
  project.project = "PROJ";
  project.types = {{"1", "Bug", false, {}}, {"2", "Sub-task", true, {}}};
  project.workflows = project.types;
  project.statuses = {"To Do", "Reopened", "Done"};
  for (auto& type : project.workflows) type.statuses = project.statuses;
  project.resolutions = {"Fixed"};
  project.attachments = {true, 1 << 20};
  const std::vector<jira::MetaField> screen = {Meta(summary), Meta(severity, {"Minor", "Major"})};
  project.fields = {
      {summary, {}, {}, true}, {severity, {"Minor", "Major"}, {}, true}, {notes, {}, {}, false}};
  for (const auto& type : project.types) {
    project.screens.push_back({type, screen});
    facts.samples.push_back({type.name, "PROJ-1", screen, {{"4", "Finish", "Done", {}}}, true});
  }
  facts.server = {{9, 12, 4}, "9.12.4", "https://jira.example/jira", 0};
  facts.account = {"bot", "JIRAUSER1", "Bot", "Europe/Berlin", false};
  for (auto* read : {&facts.roles, &facts.groups, &facts.security_levels}) read->emplace();
  facts.permissions = std::set<std::string>{"BROWSE_PROJECTS", "CREATE_ISSUES", "EDIT_ISSUES",
                                            "TRANSITION_ISSUES"};
  facts.scope = {std::nullopt, 7, 100, 100};
  return facts;
}

void PutOnScreens(PreflightFacts& facts, const jira::FieldInfo& info) {
  facts.project.fields.push_back({info, {}, {}, true});
  for (auto& screen : facts.project.screens) screen.fields.push_back(Meta(info));
  for (auto& sample : facts.samples) sample.edit_fields.push_back(Meta(info));
}

PreflightFinding Only(const PreflightFindings& findings, const std::string& code,
                      const std::string& place) {
  PreflightFindings found;
  for (const auto& one : findings) {
    INFO(one.code, " ", one.place, ": ", one.why);
    if (one.code == code && one.place == place) found.push_back(one);
  }
  REQUIRE_MESSAGE(found.size() == 1, code, " at ", place, " of ", findings.size());
  CHECK(!found.front().why.empty());
  CHECK(!found.front().remedy.empty());
  return found.front();
}

bool Says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace valise::test
