// The project as a shared entity: attributes of versions and components by the rules for registers.
#include "agent/core/project.h"

#include "agent/core/lifecycle.h"
#include "tests/agent/support.h"

using namespace valise;

namespace {

constexpr VersionAttribute kDescription = VersionAttribute::kDescription;
constexpr VersionAttribute kReleased = VersionAttribute::kReleased;
constexpr VersionAttribute kReleaseDate = VersionAttribute::kReleaseDate;

LocalVersion VersionOf(const std::string& name, const std::string& id = "7") {
  return {ProjectList::kVersions, id, name, {}};
}

RegisterKey Key(VersionAttribute attribute, const std::string& name = "1.0") {
  return AttributeKey("versions", attribute, name);
}

// One site: what its Jira shows, and its base of the project.
struct Site {
  Terms terms;
  IssueBase base;
  LocalProject project;
  TravelledNames travelled;
  std::vector<Finding> findings;
  std::int64_t now_ms = kNow;

  explicit Site(std::uint32_t site) : terms(TermsOf(site)) {
    terms.project_id = IdOf(99);
    terms.contract.fields["versions"].attributes = {kDescription, kReleased, kReleaseDate};
    base = NewProjectBase(terms);
    project = {VersionOf("1.0")};
    travelled = {{"versions", "1.0"}};
  }

  LocalView View() const { return ViewOfProject(terms, base, project, travelled, now_ms); }
  void Meet() { MeetVersions(terms, base, View(), findings); }

  std::vector<Register> Captures() {
    Meet();
    Captured captured = CaptureView(terms, base, View(), now_ms);
    base = captured.base;
    findings.insert(findings.end(), captured.findings.begin(), captured.findings.end());
    return captured.change.registers;
  }

  Outcome Takes(const std::vector<Register>& registers) {
    Change change = ChangeOf(registers);
    change.issue_id = terms.project_id;
    Merged merged = Merge(terms, base, change);
    base = merged.base;
    findings.insert(findings.end(), merged.findings.begin(), merged.findings.end());
    Meet();
    Plan plan = Plans();
    return OutcomeOf(terms, plan.base, change).value_or(Outcome{});
  }

  Plan Plans(bool is_one_at_a_time = false) const {
    return PlanProject(terms, base, project, is_one_at_a_time);
  }

  // Jira takes every write as it is.
  void Writes() {
    Plan plan = Plans();
    base = plan.base;
    std::vector<Register> targets;
    for (const PlannedWrite& write : plan.writes) {
      for (const RegisterKey& key : write.keys) {
        const RegisterBase& reg = base.registers.at(key);
        const VersionAttribute attribute = AttributeOf(terms.contract, key)->attribute;
        auto& attributes = project.front().attributes;
        attributes.erase(attribute);
        if (reg.agreed) attributes[attribute] = reg.agreed->text;
        targets.push_back({key, reg.version, Version{}, reg.agreed});
      }
    }
    AbsorbProject(base, View(), targets);
  }
};

}  // namespace

TEST_CASE("the project's id is the channel's, the same at both sites, and no other channel's") {
  CHECK(ProjectIdOf(IdOf(1)) == ProjectIdOf(IdOf(1)));
  CHECK(ProjectIdOf(IdOf(1)) != ProjectIdOf(IdOf(2)));
  CHECK(!ProjectIdOf(IdOf(1)).is_zero());
}

TEST_CASE("attributes cross, are written once, and do not come back") {
  Site hq(kHq), field(kField);
  hq.project[0].attributes = {{kReleased, "true"}, {kDescription, "a\r\nb "}};
  const auto left = hq.Captures();
  REQUIRE(left.size() == 2);
  CHECK(hq.Captures().empty());
  CHECK(field.Captures().empty());
  field.Takes(left);
  const Plan plan = field.Plans();
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].kind == WriteKind::kVersionEdit);
  CHECK(plan.writes[0].object_jira_id == "7");
  CHECK(plan.writes[0].fields.at("description").values.front().text == "a\nb");
  CHECK(!plan.writes[0].fields.contains("release-date"));  // a person's own, left alone
  CHECK(field.Plans(true).writes.size() == 2);
  field.Writes();
  CHECK(field.Captures().empty());
  CHECK(field.Plans().writes.empty());

  field.project[0].attributes.erase(kReleased);
  field.now_ms += 1000;
  const auto back = field.Captures();
  REQUIRE(back.size() == 1);
  CHECK(back[0].key == Key(kReleased));
  CHECK(!back[0].value);
  hq.Takes(back);
  hq.Writes();
  CHECK(!hq.project[0].attributes.contains(kReleased));
  CHECK(hq.Captures().empty());
}

TEST_CASE("what no shared issue ever held stays at home") {
  Site hq(kHq);
  hq.project.push_back(VersionOf("secret", "8"));
  hq.project[1].attributes[kDescription] = "nobody's business";
  CHECK(hq.Captures().empty());
  CHECK(NamesOf(hq.terms, hq.project) ==
        TravelledNames{{"versions", "1.0"}, {"versions", "secret"}});
  hq.travelled.insert({"versions", "secret"});
  CHECK(hq.Captures().size() == 1);
}

TEST_CASE("attributes of a version that is not here are kept, and shown when it comes") {
  Site hq(kHq), field(kField);
  hq.project[0].attributes = {{kReleaseDate, "2024-05-06"}, {kDescription, "theirs"}};
  field.project.clear();
  const Outcome outcome = field.Takes(hq.Captures());
  REQUIRE(outcome.registers.size() == 2);
  CHECK(outcome.registers[0].result == OutcomeResult::kKept);
  CHECK(field.Plans().writes.empty());

  const PlannedWrite made =
      PlanVersion(field.terms, field.base, ProjectList::kVersions, "1.0");
  CHECK(made.kind == WriteKind::kVersionAdd);
  CHECK(made.body == "1.0");
  CHECK(made.fields.at("release-date").values.front().text == "2024-05-06");

  // A person made it meanwhile, and said something else.
  field.project = {VersionOf("1.0")};
  field.project[0].attributes[kDescription] = "ours";
  CHECK(field.Captures().empty());
  CHECK(Of(field.findings, "conflict-lost").size() == 1);
  CHECK(Of(field.findings, "conflict-lost")[0].value->text == "ours");
  CHECK(field.Plans().writes.at(0).keys.size() == 2);
}

TEST_CASE("a version that goes takes nothing with it, and comes back as it was") {
  Site hq(kHq);
  hq.project[0].attributes[kDescription] = "kept";
  CHECK(hq.Captures().size() == 1);
  const LocalProject before = hq.project;
  hq.project.clear();  // deleted, or renamed
  CHECK(hq.Captures().empty());
  CHECK(hq.base.registers.at(Key(kDescription)).agreed == Text("kept"));
  hq.project = before;
  CHECK(hq.Captures().empty());
  hq.project[0].attributes.clear();  // made anew by a person who said nothing
  CHECK(hq.Captures().size() == 1);
}

TEST_CASE("two edits of one attribute meet by the rule of its field") {
  for (const std::uint32_t winner : {kHq, kField}) {
    Site hq(kHq), field(kField);
    for (Site* site : {&hq, &field}) {
      site->terms.contract.fields["versions"].conflict = ConflictRule{winner};
    }
    hq.project[0].attributes[kDescription] = "hq's";
    field.project[0].attributes[kDescription] = "field's";
    const auto of_hq = hq.Captures(), of_field = field.Captures();
    hq.Takes(of_field);
    field.Takes(of_hq);
    hq.Writes();
    field.Writes();
    const std::string stands = winner == kHq ? "hq's" : "field's";
    CHECK(hq.project[0].attributes.at(kDescription) == stands);
    CHECK(field.project[0].attributes.at(kDescription) == stands);
    CHECK(Of(hq.findings, "conflict-lost").size() == 1);
    CHECK(Of(field.findings, "conflict-lost").size() == 1);
    CHECK(hq.Captures().empty());
    CHECK(field.Captures().empty());
  }
}

TEST_CASE("the wrong side of a one-way field puts its edit back") {
  Site hq(kHq), field(kField);
  for (Site* site : {&hq, &field}) site->terms.contract.fields["versions"].from.owner = kHq;
  hq.project[0].attributes[kDescription] = "hq's";
  field.Takes(hq.Captures());
  field.Writes();
  field.project[0].attributes[kDescription] = "field's";
  CHECK(field.Captures().empty());
  CHECK(Of(field.findings, "put-back").size() == 1);
  field.Writes();
  CHECK(field.project[0].attributes.at(kDescription) == "hq's");
  const Outcome outcome =
      hq.Takes({Peers(Key(kReleased), At(kNow, kField), Text("true"))});
  CHECK(outcome.registers.at(0).result == OutcomeResult::kRefused);
  CHECK(hq.Plans().writes.empty());
}

TEST_CASE("an edit after our write is a person's, a trimmed text is not") {
  Site hq(kHq);
  hq.Captures();
  hq.Takes({Peers(Key(kDescription), At(kNow, kField), Text("peer's text"))});
  IssueBase base = hq.Plans().base;
  const std::vector<Register> targets{
      {Key(kDescription), At(kNow, kField), Version{}, Text("peer's text")}};
  hq.project[0].attributes[kDescription] = "peer's text ";
  Site trimmed = hq;
  AbsorbProject(trimmed.base, trimmed.View(), targets);
  CHECK(trimmed.Captures().empty());
  CHECK(trimmed.Plans().writes.empty());
  hq.project[0].attributes[kDescription] = "a person was faster than our read";
  AbsorbProject(hq.base, hq.View(), targets);
  CHECK(hq.Captures().size() == 1);
}

TEST_CASE("a hostile peer gets no further with the project than with an issue") {
  Site hq(kHq);
  hq.Captures();
  const auto refused = [&](const RegisterKey& key, std::optional<Value> value) {
    const Outcome outcome = hq.Takes({Peers(key, At(kNow, kField), std::move(value))});
    REQUIRE(outcome.registers.size() == 1);
    CHECK(outcome.registers[0].result == OutcomeResult::kRefused);
    return outcome.registers[0].reason_code;
  };
  CHECK(refused(FieldKey("summary"), Text("x")) == "name");
  CHECK(refused(ElementKey("labels", "x"), Value{}) == "name");
  CHECK(refused(ElementKey("versions", "1.0"), Value{}) == "name");
  CHECK(refused(ElementKey("versions.archived", "1.0"), Text("true")) == "name");  // not shared
  CHECK(refused(ElementKey("labels.released", "1.0"), Text("true")) == "name");
  CHECK(refused(Key(kReleased), Text("yes")) == "value");
  CHECK(refused(Key(kReleaseDate), Text("2024-02-30")) == "value");
  CHECK(refused(Key(kReleaseDate), Text("2024-02-03T00")) == "value");
  CHECK(hq.base.registers.size() == 3);

  Change change = ChangeOf({Peers(Key(kReleased), At(kNow, kField), Text("true"))});
  change.issue_id = IdOf(1);  // an issue has no versions' attributes
  const Merged issue = Merge(hq.terms, Born(hq.terms, Shown()), change);
  CHECK(Of(issue.findings, "refused").size() == 1);

  change.issue_id = hq.terms.project_id;
  change.objects.push_back({IdOf(5), {}, 0});
  change.registers.push_back(Peers(LifecycleKey(), At(kNow, kField), Text(kDeleted)));
  const Merged project = Merge(hq.terms, hq.base, change);
  CHECK(project.base.objects.empty());
  CHECK(project.base.state == IssueState::kMapped);
}

TEST_CASE("a component has a description and nothing else to share") {
  Site hq(kHq);
  hq.terms.binding.fields["versions"].field = "components";
  hq.project = {{ProjectList::kComponents, "9", "1.0", {{kDescription, "pumps"}}}};
  CHECK(hq.Captures().size() == 1);
  const Outcome outcome = hq.Takes({Peers(Key(kReleased), At(kNow, kField), Text("true")),
                                    Peers(Key(kDescription), At(2 * kNow, kField), Text("x"))});
  CHECK(outcome.registers.empty());  // in work: the description is to be written
  const Plan plan = hq.Plans();
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].kind == WriteKind::kComponentEdit);
  CHECK(plan.writes[0].keys == std::vector<RegisterKey>{Key(kDescription)});
}
