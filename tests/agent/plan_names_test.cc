// Versions that this project lacks: held, ignored or wanted, name by name.
#include "tests/agent/support.h"

using namespace valise;

namespace {

const RegisterKey kOld = ElementKey("versions", "1.0");
const RegisterKey kNew = ElementKey("versions", "2.0");

// An issue whose peer wants 1.0 and 2.0; only 1.0 is in this project.
struct Scene {
  Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  IssueBase base;
  Neighbours neighbours;

  explicit Scene(MissingValue missing) {
    terms.binding.fields["versions"].missing = missing;
    local.fields["fixVersions"] = {};
    base = Born(terms, local);
    Pend(base, kOld, Value{}, At(kNow, kField));
    Pend(base, kNew, Value{}, At(kNow, kField));
    neighbours.offered["fixVersions"].here = {"1.0"};
  }
  Plan Plans() const { return PlanWrites(terms, base, local, {}, neighbours); }
};

}  // namespace

TEST_CASE("a missing version holds itself and no other one (jira-rest 7.3: set by name)") {
  const Scene scene(MissingValue::kHold);
  const Plan plan = scene.Plans();
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].keys == std::vector<RegisterKey>{kOld});
  CHECK(plan.writes[0].fields.at("fixVersions") == Local({"1.0"}));
  CHECK(plan.base.registers.at(kNew).held == "missing");
  CHECK(plan.base.registers.at(kNew).agreed);
  CHECK(plan.wanted.empty());
}

TEST_CASE("a held name goes on when somebody makes it") {
  Scene scene(MissingValue::kHold);
  scene.base = scene.Plans().base;
  scene.base.registers[ElementKey("labels", "x")].held = "missing";  // nobody's list: stays
  scene.neighbours.offered["fixVersions"].here.insert("2.0");
  const Plan plan = scene.Plans();
  CHECK(plan.writes.at(0).fields.at("fixVersions") == Local({"1.0", "2.0"}));
  CHECK(plan.base.registers.at(kNew).held.empty());
  CHECK(plan.base.registers.at(ElementKey("labels", "x")).held == "missing");
}

TEST_CASE("an ignored name is listed once, stays agreed, and never leaves as a deletion") {
  Scene scene(MissingValue::kIgnore);
  Plan plan = scene.Plans();
  CHECK(Of(plan.findings, "ignored").size() == 1);
  CHECK(plan.base.registers.at(kNew).agreed);
  CHECK(!plan.base.registers.at(kNew).is_pending);
  Edit(scene.local, "fixVersions", {"1.0"});
  Edit(scene.local, "summary", {"another"});
  const Captured captured = Read(scene.terms, plan.base, scene.local);
  CHECK(!Find(captured.change.registers, kNew));
  CHECK(captured.base.registers.at(kNew).agreed);
  scene.base = captured.base;
  CHECK(Of(scene.Plans().findings, "ignored").empty());

  // The peer takes it away again: nothing to do here.
  Pend(scene.base, kNew, std::nullopt, At(kNow + 1, kField));
  plan = scene.Plans();
  CHECK(!plan.base.registers.at(kNew).is_pending);
}

TEST_CASE("a name that is to be made is wanted, and its element waits") {
  Scene scene(MissingValue::kCreate);
  const Plan plan = scene.Plans();
  CHECK(plan.wanted.at("fixVersions") == std::set<std::string>{"2.0"});
  CHECK(plan.base.registers.at(kNew).is_pending);
  CHECK(plan.writes.at(0).fields.at("fixVersions") == Local({"1.0"}));
  CHECK(NamesAskedFor(scene.terms, scene.base).size() == 2);

  scene.neighbours.offered["fixVersions"].refused["2.0"] = "forbidden";
  const Plan refused = scene.Plans();
  CHECK(refused.wanted.empty());
  CHECK(refused.base.registers.at(kNew).held == "missing:forbidden");
}

TEST_CASE("a create waits for its names, or goes without what is held") {
  for (const MissingValue missing : {MissingValue::kCreate, MissingValue::kHold}) {
    const Scene scene(missing);
    IssueBase base = scene.base;
    base.state = IssueState::kIncoming;
    base.origin.type = "bug";
    base.jira_id.clear();
    const Plan plan = PlanCreate(scene.terms, base, "", scene.neighbours);
    if (missing == MissingValue::kCreate) {
      CHECK(plan.writes.empty());
      CHECK(plan.wanted.size() == 1);
      CHECK(plan.base.registers.at(kOld).is_pending);
    } else {
      REQUIRE(!plan.writes.empty());
      CHECK(plan.writes[0].fields.at("fixVersions") == Local({"1.0"}));
      CHECK(plan.base.registers.at(kNew).held == "missing");
    }
  }
}

TEST_CASE("labels need nobody's leave") {
  Scene scene(MissingValue::kHold);
  Pend(scene.base, ElementKey("labels", "new"), Value{}, At(kNow, kField));
  CHECK(scene.Plans().writes.at(0).fields.at("labels") == Local({"a", "b", "new"}));
}
