// Rights, people and what is no field: facts in, findings out.
#include "tests/cli/preflight_support.h"

namespace valise::test {
namespace {

TEST_CASE("rights follow what is bound and from where it comes") {
  PreflightFacts facts = SoundFacts();
  Config config = SoundConfig();
  config.contract.has_comments = true;
  config.contract.comments_from.owner = 0;
  CHECK(Preflight(config, facts).empty());  // ours only: nothing is written here
  config.contract.comments_from.owner = 1;
  CHECK(Preflight(config, facts).size() == 3);
  config.contract.comments_from.owner.reset();
  CHECK(Preflight(config, facts).size() == 5);  // and what people wrote here
  config.binding.has_comments = false;
  CHECK(Preflight(config, facts).empty());
  config.contract.link_types = {"blocks"};
  config.binding.links = {{"blocks", "Blocks"}};
  facts.project.link_types = {{"1", "Blocks", "", ""}};
  CHECK(Only(Preflight(config, facts), "VAL-CHECK-PERMISSION", "[bind.links]").severity ==
        Severity::kHeld);
  config.contract.lifecycle.moved = EndAction::kDelete;
  CHECK(Only(Preflight(config, facts), "VAL-CHECK-PERMISSION", "[lifecycle]").severity ==
        Severity::kHeld);
  config.binding.security_level = "Inner";
  const auto findings = Preflight(config, facts);
  CHECK(Only(findings, "VAL-CHECK-PERMISSION", "[bind.security]").severity == Severity::kFails);
  CHECK(Only(findings, "VAL-BINDING-SECURITY", "[bind.security] default").severity ==
        Severity::kFails);
}

TEST_CASE("versions and components: what is missing is held, ignored or created") {
  PreflightFacts facts = SoundFacts();
  Config config = SoundConfig();
  jira::FieldInfo versions = Info("fixVersions", "Fix Version/s", "array");
  versions.items = "version";
  PutOnScreens(facts, versions);
  facts.permissions->insert("RESOLVE_ISSUES");
  facts.versions = {"1.0", "2.0"};
  config.contract.fields["versions"] = {"versions", ValueKind::kSet, {}, false, {}, {}};
  config.binding.fields["versions"] = {"versions", "fixVersions", ValueKind::kSet, {}, "", {}};
  const std::string place = "[bind.fields.versions] missing";
  CHECK(Says(Only(Preflight(config, facts), "VAL-CHECK-NAMES", place).why, "has 2 versions"));
  config.binding.fields["versions"].missing = MissingValue::kIgnore;
  CHECK(Preflight(config, facts).empty());
  config.binding.fields["versions"].missing = MissingValue::kCreate;
  CHECK(Says(Only(Preflight(config, facts), "VAL-CHECK-PERMISSION", place).why,
             "Administer Projects"));
}

TEST_CASE("who sees what is written: roles and groups that Jira lacks refuse it all (pitfall 12)") {
  PreflightFacts facts = SoundFacts();
  Config config = SoundConfig();
  facts.roles = std::set<std::string>{"Developers"};
  facts.groups = std::set<std::string>{"staff"};
  config.binding.comment_visibility = {Visibility::Kind::kRole, "Developers"};
  config.binding.work_log_visibility = {Visibility::Kind::kGroup, "staff"};
  CHECK(Preflight(config, facts).empty());
  config.binding.comment_visibility.name = "staff";
  config.binding.work_log_visibility.name = "Developers";
  const auto findings = Preflight(config, facts);
  CHECK(Says(Only(findings, "VAL-BINDING-VISIBILITY", "[bind] comments visibility").remedy,
             "\"Developers\""));
  CHECK(Only(findings, "VAL-BINDING-VISIBILITY", "[bind] worklogs visibility").severity ==
        Severity::kFails);
}

TEST_CASE("people: there, active, and assignable where the assignee is written (pitfall 17)") {
  PreflightFacts facts = SoundFacts();
  Config config = SoundConfig();
  config.binding.users = {{"ann", "ann"}, {"bob", "bob"}, {"cy", "cy"}, {"di", "di"}};
  config.binding.automations = {"bot2"};
  facts.people = {{"ann", {true, true, true}},
                  {"bob", {false, true, false}},
                  {"cy", {true, false, false}},
                  {"di", {true, true, false}},
                  {"bot2", {false, true, false}}};
  auto findings = Preflight(config, facts);
  REQUIRE(findings.size() == 3);
  CHECK(findings[0].place == "[bind.users] bob");
  CHECK(findings[1].place == "[bind.users] cy");
  CHECK(findings[2].place == "[jira] automation_users");
  CHECK(findings[2].severity == Severity::kNote);
  const jira::FieldInfo assignee = Info("assignee", "Assignee", "user");
  PutOnScreens(facts, assignee);
  facts.permissions->insert("ASSIGN_ISSUES");
  config.contract.fields["assignee"] = {"assignee", ValueKind::kPerson, {}, false, {}, {}};
  config.binding.fields["assignee"] = {"assignee", "assignee", ValueKind::kPerson, {}, "", {}};
  findings = Preflight(config, facts);
  CHECK(Says(Only(findings, "VAL-BINDING-USER", "[bind.users] di").why, "cannot be assigned"));
}

TEST_CASE("sprints need the agile API and a scrum board (pitfall 19)") {
  PreflightFacts facts = SoundFacts();
  Config config = SoundConfig();
  facts.permissions->insert("SCHEDULE_ISSUES");
  const jira::FieldInfo sprint{"customfield_5",
                               "Sprint",
                               true,
                               "array",
                               "string",
                               "",
                               "com.pyxis.greenhopper.jira:gh-sprint"};
  facts.project.fields.push_back({sprint, {}, {}, false});
  config.contract.fields["sprint"] = {"sprint", ValueKind::kOption, {}, true, {}, {}};
  config.binding.fields["sprint"] = {"sprint", "customfield_5", ValueKind::kSprint, {}, "", {}};
  const auto of = [](const PreflightFindings& findings) {
    return Only(findings, "VAL-CHECK-AGILE", "[bind.fields.sprint]").severity;
  };
  CHECK(of(Preflight(config, facts)) == Severity::kFails);
  facts.has_agile = true;
  facts.boards = {{"1", "Kanban", "kanban"}};
  CHECK(of(Preflight(config, facts)) == Severity::kHeld);
}

TEST_CASE("attachments: switched off, or smaller here than agreed (pitfall 15)") {
  PreflightFacts facts = SoundFacts();
  Config config = SoundConfig();
  config.contract.has_attachments = true;
  config.contract.attachments.bytes_max = 100 << 20;
  facts.permissions->insert(
      {"CREATE_ATTACHMENTS", "DELETE_OWN_ATTACHMENTS", "DELETE_ALL_ATTACHMENTS"});
  CHECK(Says(Only(Preflight(config, facts), "VAL-CHECK-LARGE", "[attachments] bytes_max").why,
             "100MiB"));
  facts.project.attachments.is_enabled = false;
  CHECK(Only(Preflight(config, facts), "VAL-CHECK-ATTACHMENTS", "[bind] attachments").severity ==
        Severity::kHeld);
}

}  // namespace
}  // namespace valise::test
