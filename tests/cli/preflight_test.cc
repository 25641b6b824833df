// Facts in, findings out; where they come from is tests/e2e/test_preflight.py's.
#include <algorithm>

#include "tests/cli/preflight_support.h"

namespace valise::test {
namespace {

const jira::FieldInfo kNotes = Info("customfield_2", "Notes", "string", "textfield");

TEST_CASE("nothing stands in the way of a sound binding") {
  const PreflightFindings findings = Preflight(SoundConfig(), SoundFacts());
  CHECK(findings.empty());
  for (const auto& one : findings) FAIL_CHECK(one.place << ": " << one.why);
  const auto summary = PreflightSummary(SoundConfig(), SoundFacts());
  REQUIRE(summary.size() == 4);
  CHECK(summary[1].second == "bot (key JIRAUSER1), time zone Europe/Berlin");
  CHECK(summary[3].second == "7 issues of PROJ begin to be shared");
}

TEST_CASE("the worst comes first") {
  PreflightFacts facts = SoundFacts();
  facts.scope.given = 50;                        // a note
  facts.permissions->erase("TRANSITION_ISSUES");  // held
  facts.permissions->erase("CREATE_ISSUES");      // fails
  const auto findings = Preflight(SoundConfig(), facts);
  REQUIRE(findings.size() == 3);
  CHECK(findings[0].severity == Severity::kFails);
  CHECK(findings[1].severity == Severity::kHeld);
  CHECK(findings[2].severity == Severity::kNote);
  CHECK(Says(findings[2].why, "pitfall 4"));
}

TEST_CASE("one-way fields ask for no rights, screens or options at the owner's site") {
  Config config = SoundConfig();
  PreflightFacts facts = SoundFacts();
  config.contract.fields["severity"].from.owner = 0;  // ours
  for (auto& screen : facts.project.screens) screen.fields.pop_back();
  for (auto& sample : facts.samples) sample.edit_fields.pop_back();
  CHECK(Preflight(config, facts).empty());
  config.contract.fields["severity"].from.owner = 1;  // theirs: Jira's own options stay at home
  facts.project.fields[1].allowed.push_back("Cosmic");
  const auto findings = Preflight(config, facts);
  REQUIRE(findings.size() == 2);
  CHECK(Says(findings[0].why, "create screen of every bound type"));
  CHECK(Says(findings[1].why, "edit screen of every bound type"));
}

TEST_CASE("options: missing ones are held, those without a word stay at home (pitfall 18)") {
  Config config = SoundConfig();
  PreflightFacts facts = SoundFacts();
  config.binding.fields["severity"].values->to_local = {{"low", {"Tiny", "Little"}},
                                                        {"high", {"Major"}}};
  const auto findings = Preflight(config, facts);
  REQUIRE(findings.size() == 3);
  CHECK(findings[0].place == "[bind.fields.severity] values.low");
  CHECK(Says(findings[0].why, "the peer's \"low\" is held"));
  CHECK(Says(findings[0].remedy, "\"Minor\", \"Major\""));
  CHECK(findings[1].severity == Severity::kHeld);
  CHECK(Says(findings[1].why, "no word for Jira's \"Minor\""));
  CHECK(findings[2].severity == Severity::kNote);
  CHECK(Says(findings[2].why, "Little"));
  config.binding.fields["severity"].default_value = "Huge";
  CHECK(Only(Preflight(config, facts), "VAL-BINDING-VALUE", "[bind.fields.severity] default")
            .severity == Severity::kHeld);
}

TEST_CASE("the option that a flag is must be there (pitfall 18)") {
  Config config = SoundConfig();
  const PreflightFacts facts = SoundFacts();
  config.contract.fields["severity"] = {"severity", ValueKind::kFlag, {}, false, {}, {}};
  config.binding.fields["severity"].kind = ValueKind::kFlag;
  config.binding.fields["severity"].values = ValueMap{{{kTicked, {"Minor", "Major"}}}};
  CHECK(Preflight(config, facts).empty());
  config.binding.fields["severity"].values = ValueMap{{{kTicked, {"Impediment"}}}};
  CHECK(Says(Only(Preflight(config, facts), "VAL-BINDING-VALUE",
                  "[bind.fields.severity] values.true").why, "no option \"Impediment\""));
}

TEST_CASE("a field must be there, carry its kind, and stand on the screens (pitfalls 18, 21)") {
  Config config = SoundConfig();
  PreflightFacts facts = SoundFacts();
  config.contract.fields["notes"] = {"notes", ValueKind::kNumber, {}, false, {}, {}};
  config.binding.fields["notes"] = {"notes", "customfield_9", ValueKind::kNumber, {}, "", {}};
  CHECK(Says(Only(Preflight(config, facts), "VAL-BINDING-FIELD", "[bind.fields.notes]").why,
             "no field customfield_9"));
  config.binding.fields["notes"].field = "customfield_2";
  CHECK(Says(Only(Preflight(config, facts), "VAL-BINDING-KIND", "[bind.fields.notes]").why,
             "\"number\""));
  config.binding.fields["notes"].kind = ValueKind::kLine;
  config.contract.fields["notes"].kind = ValueKind::kLine;
  facts.project.screens[0].fields.push_back(Meta(kNotes));
  facts.samples.clear();
  const auto created = Only(Preflight(config, facts), "VAL-CHECK-SCREEN", "[bind.fields.notes]");
  CHECK(Says(created.why, "create screen of type \"Sub-task\""));
  config.contract.fields["notes"].types = {"bug"};  // the sub-task has no such field
  CHECK(Preflight(config, facts).size() == 1);      // that no issue is there
}

TEST_CASE("what Jira requires and nothing fills stops that type (pitfall 20)") {
  Config config = SoundConfig();
  PreflightFacts facts = SoundFacts();
  facts.project.screens[0].fields.push_back(Meta(kNotes));
  facts.project.screens[0].fields.back().is_required = true;
  const auto none =
      Only(Preflight(config, facts), "VAL-CHECK-REQUIRED", "[bind.defaults] customfield_2");
  CHECK(none.severity == Severity::kFails);
  CHECK(Says(none.why, "of a new \"Bug\""));
  config.binding.defaults["customfield_2"] = "From the partner";
  CHECK(Preflight(config, facts).empty());
  config.binding.defaults.clear();
  facts.project.screens[0].fields.back().has_default = true;
  CHECK(Preflight(config, facts).empty());
  facts.project.screens[0].fields[1].is_required = true;  // bound: the peer may leave it empty
  CHECK(Only(Preflight(config, facts), "VAL-CHECK-REQUIRED", "[bind.fields.severity] default")
            .severity == Severity::kHeld);
  config.contract.fields["severity"].from.owner = config.site_index;  // the peer never fills it
  CHECK(Only(Preflight(config, facts), "VAL-CHECK-REQUIRED", "[bind.defaults] customfield_1")
            .severity == Severity::kFails);
  config.binding.fields["severity"].default_value = "Minor";
  CHECK(Preflight(config, facts).empty());
  facts.project.screens[0].fields.push_back(Meta(Info("security", "Security", "securitylevel")));
  facts.project.screens[0].fields.back().is_required = true;
  CHECK(Only(Preflight(config, facts), "VAL-CHECK-REQUIRED", "[bind.defaults] security").severity ==
        Severity::kFails);
  config.binding.security_level = "Inner";
  facts.security_levels = {"Inner"};
  facts.permissions->insert("SET_ISSUE_SECURITY");
  CHECK(Preflight(config, facts).empty());
}

TEST_CASE("types: there, creatable, and sub-tasks where the contract says so (pitfall 24)") {
  PreflightFacts facts = SoundFacts();
  Config config = SoundConfig();
  config.binding.types["bug"] = {"Defect", "Bug"};
  CHECK(Says(Only(Preflight(config, facts), "VAL-BINDING-TYPE", "[bind.types] bug").remedy,
             "\"Sub-task\""));
  config.binding.types["bug"] = {"Sub-task"};
  CHECK(Says(Only(Preflight(config, facts), "VAL-BINDING-TYPE", "[bind.types] bug").why,
             "is a sub-task"));
  config = SoundConfig();
  facts.project.screens.erase(facts.project.screens.begin());
  CHECK(Says(Only(Preflight(config, facts), "VAL-BINDING-TYPE", "[bind.types] bug").why,
             "create no \"Bug\""));
  config.binding.types.clear();
  CHECK(Only(Preflight(config, facts), "VAL-BINDING-TYPE", "[bind.types]").severity ==
        Severity::kFails);
}

TEST_CASE("statuses and what transitions ask for (pitfall 22)") {
  PreflightFacts facts = SoundFacts();
  Config config = SoundConfig();
  facts.project.workflows[1].statuses = {"To Do", "Waiting"};
  facts.samples[0].transitions[0].fields = {{"resolution", true, false, {"Fixed"}},
                                            {"customfield_2", true, false, {}},
                                            {"customfield_7", true, true, {}}};
  facts.samples[1].transitions.clear();
  auto findings = Preflight(config, facts);
  CHECK(Says(Only(findings, "VAL-BINDING-STATUS", "[bind.statuses] done").why,
             "workflow of \"Sub-task\""));
  CHECK(Says(Only(findings, "VAL-BINDING-STATUS", "[bind.statuses]").why, "\"Waiting\""));
  const auto asked = Only(findings, "VAL-CHECK-REQUIRED", "[bind.statuses] done fields");
  CHECK(Says(asked.why, "requires \"customfield_2\", which"));
  CHECK(Only(findings, "VAL-CHECK-WORKFLOW", "[bind.statuses]").severity == Severity::kNote);
  config.binding.statuses["done"].fields["customfield_2"] = "Checked";
  config.binding.statuses["done"].resolution = "Over";
  findings = Preflight(config, facts);
  CHECK(Says(Only(findings, "VAL-BINDING-STATUS", "[bind.statuses] done resolution").remedy,
             "\"Fixed\""));
  CHECK(std::none_of(findings.begin(), findings.end(),
                     [](const auto& one) { return one.code == "VAL-CHECK-REQUIRED"; }));
}

TEST_CASE("Resolution belongs to transitions, so only a note says that it cannot be edited (22)") {
  PreflightFacts facts = SoundFacts();
  Config config = SoundConfig();
  const jira::FieldInfo resolution = Info("resolution", "Resolution", "resolution");
  facts.project.fields.push_back({resolution, {}, {}, false});
  facts.permissions->insert("RESOLVE_ISSUES");
  config.contract.fields["resolution"] = {"resolution", ValueKind::kOption, {}, true, {}, {}};
  config.binding.fields["resolution"] = {"resolution", "resolution", ValueKind::kOption,
                                         {},           "",           {}};
  const auto findings = Preflight(config, facts);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::kNote);
}

TEST_CASE("the server: JQL, zone, clock, properties, tokens (pitfalls 1, 6, 13, 26)") {
  PreflightFacts facts = SoundFacts();
  const Config config = SoundConfig();
  facts.has_zone = false;
  facts.scope.problem = Error{Recovery::kAskOperator, "VAL-JIRA-REFUSED", "answered 400"};
  facts.clock_ahead_ms = -61'000;
  facts.samples[0].shows_properties = false;
  facts.shows_comment_properties = false;
  facts.server.version = {8, 13, 2};
  facts.unread = {{"boards", {Recovery::kRetryLater, "VAL-JIRA-DOWN", "answered 503"}}};
  const auto findings = Preflight(config, facts);
  CHECK(Only(findings, "VAL-JIRA-ZONE", "[jira] url").severity == Severity::kFails);
  CHECK(Only(findings, "VAL-CHECK-SCOPE", "[jira] scope").severity == Severity::kFails);
  CHECK(Says(Only(findings, "VAL-CHECK-CLOCK", "[jira] url").why, "61 s behind"));
  CHECK(Says(Only(findings, "VAL-CHECK-VERSION", "[jira] token_file").why, "8.14"));
  CHECK(Says(Only(findings, "VAL-CHECK-UNREAD", "boards").why, "answered 503"));
  CHECK(findings.size() == 7);
  facts = SoundFacts();
  facts.clock_ahead_ms = 60'000;
  facts.server.version = {11, 0};
  CHECK(Preflight(config, facts).size() == 1);
}

TEST_CASE("what Jira did not tell is noted, and nothing is concluded from it") {
  PreflightFacts facts = SoundFacts();
  Config config = SoundConfig();
  config.binding.comment_visibility = {Visibility::Kind::kRole, "Developers"};
  config.binding.work_log_visibility = {Visibility::Kind::kGroup, "staff"};
  config.binding.security_level = "Secret";
  for (auto* read : {&facts.permissions, &facts.roles, &facts.groups, &facts.security_levels}) {
    read->reset();
  }
  facts.unread = {{"permissions", {Recovery::kRetryLater, "VAL-JIRA-DOWN", "answered 503"}}};
  const auto findings = Preflight(config, facts);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].code == "VAL-CHECK-UNREAD");
}

TEST_CASE("a project without issues says what could not be checked") {
  PreflightFacts facts = SoundFacts();
  facts.samples.clear();
  const auto findings = Preflight(SoundConfig(), facts);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].code == "VAL-CHECK-EMPTY");
  CHECK(findings[0].severity == Severity::kNote);
}

}  // namespace
}  // namespace valise::test
