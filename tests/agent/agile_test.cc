// Epic links and sprints as values (agent/DESIGN.md, "Epic links and sprints").
#include "agent/core/agile.h"
#include "tests/agent/support.h"

namespace valise {
namespace {

const RegisterKey kEpic = FieldKey("epic");
const RegisterKey kSprint = FieldKey("sprint");
constexpr char kEpicLink[] = "customfield_8";
constexpr char kSprintField[] = "customfield_9";

Terms AgileTerms() {
  Terms terms = TermsOf(kHq);
  for (const auto& [name, field, kind] :
       {std::tuple{"epic", kEpicLink, ValueKind::kIssue},
        std::tuple{"sprint", kSprintField, ValueKind::kSprint}}) {
    terms.contract.fields[name].name = name;
    terms.contract.fields[name].kind = kind;
    FieldBinding& binding = terms.binding.fields[name];
    binding.name = name;
    binding.field = field;
    binding.kind = kind;
  }
  return terms;
}

LocalField Sprints(std::vector<Value> values) { return LocalField{std::move(values)}; }

// An issue of no epic and no sprint, and what the peer wants of it.
struct Scene {
  Terms terms = AgileTerms();
  LocalIssue local = Shown();
  IssueBase base;
  Neighbours neighbours;

  Scene() {
    local.fields[kEpicLink] = local.fields[kSprintField] = {};
    base = Born(terms, local);
  }
  void Want(const RegisterKey& key, const std::optional<Value>& value) {
    Pend(base, key, value, At(9'000, kField));
  }
  Plan Plans() const { return PlanWrites(terms, base, local, {}, neighbours); }
  IssueBase Incoming() const {
    IssueBase incoming = base;
    incoming.state = IssueState::kIncoming;
    incoming.origin.type = "bug";
    incoming.jira_id.clear();
    return incoming;
  }
};

}  // namespace

TEST_CASE("the newest open sprint counts; closed ones are history (pitfall 19)") {
  const Value past{"S1", kSprintClosed}, now{"S2", kSprintOpen}, next{"S3", kSprintOpen};
  RegisterBase in_past;
  in_past.agreed = Text("S1");
  CHECK(ShownSprint({}, {}) == LocalField{});
  CHECK(ShownSprint(Sprints({past}), {}) == LocalField{});
  CHECK(ShownSprint(Sprints({past, now}), in_past) == Local({"S2"}));
  CHECK(ShownSprint(Sprints({now, next}), {}) == Local({"S3"}));
  const LocalField hidden = Sprints({{"sprint 5", kSprintHidden}});
  CHECK(ShownSprint(hidden, {}) == hidden);
}

TEST_CASE("the end of a sprint is nobody's edit; leaving it for another one is") {
  Scene scene;
  scene.local.fields[kSprintField] = Sprints({{"S1", kSprintOpen}});
  scene.base = Read(scene.terms, scene.base, scene.local).base;
  CHECK(scene.base.registers.at(kSprint).agreed == Text("S1"));
  scene.local.fields[kSprintField] = Sprints({{"S1", kSprintClosed}});
  CHECK(Read(scene.terms, scene.base, scene.local).change.registers.empty());
  scene.local.fields[kSprintField] = Sprints({{"S1", kSprintClosed}, {"S2", kSprintOpen}});
  const Captured next = Read(scene.terms, scene.base, scene.local);
  REQUIRE(Find(next.change.registers, kSprint));
  CHECK(Find(next.change.registers, kSprint)->value == Text("S2"));
}

TEST_CASE("the end of a sprint is nobody's edit, though the peer wants another one meanwhile") {
  Scene scene;
  scene.local.fields[kSprintField] = Sprints({{"S1", kSprintOpen}});
  scene.base = Read(scene.terms, scene.base, scene.local).base;
  scene.local.fields[kSprintField] = Sprints({{"S1", kSprintClosed}});
  scene.Want(kSprint, Text("S2"));
  const Captured waits = Read(scene.terms, scene.base, scene.local);
  CHECK(waits.change.registers.empty());
  CHECK(waits.base.registers.at(kSprint).is_pending);
  scene.base = scene.Plans().base;
  CHECK(scene.base.registers.at(kSprint).held == "sprint-unknown");
  const Captured held = Read(scene.terms, scene.base, scene.local);
  CHECK(held.change.registers.empty());
  CHECK(held.base.registers.at(kSprint).agreed == Text("S2"));
  scene.neighbours.sprints.by_name["S2"] = {"7"};
  CHECK(scene.Plans().writes.at(0).fields.at(kSprintField) == Local({"7"}));
}

TEST_CASE("the peer takes an issue out of a sprint that closed here: nothing is left to write") {
  Scene scene;
  scene.local.fields[kSprintField] = Sprints({{"S1", kSprintOpen}});
  scene.base = Read(scene.terms, scene.base, scene.local).base;
  scene.local.fields[kSprintField] = Sprints({{"S1", kSprintClosed}});
  scene.Want(kSprint, std::nullopt);
  scene.base = Read(scene.terms, scene.base, scene.local).base;
  CHECK_FALSE(scene.base.registers.at(kSprint).agreed);
  CHECK(scene.Plans().writes.empty());
  CHECK_FALSE(scene.Plans().base.registers.at(kSprint).is_pending);
}

TEST_CASE("a sprint whose name Jira hides is listed and never leaves") {
  Scene scene;
  scene.local.fields[kSprintField] = Sprints({{"sprint 5", kSprintHidden}});
  const Captured captured = Read(scene.terms, scene.base, scene.local);
  CHECK(captured.change.registers.empty());
  CHECK(Of(captured.findings, "unmapped").at(0).value == Text("sprint 5"));
}

TEST_CASE("a sprint is written by its number, and held where its name is none or two") {
  Scene scene;
  scene.Want(kSprint, Text("S1"));
  CHECK(scene.Plans().base.registers.at(kSprint).held == "sprint-unknown");
  scene.neighbours.sprints.by_name["S1"] = {"5", "7"};
  CHECK(scene.Plans().base.registers.at(kSprint).held == "sprint-ambiguous");
  scene.neighbours.sprints.by_name["S1"] = {"7"};
  const Plan plan = scene.Plans();
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].fields.at(kSprintField) == Local({"7"}));
  scene.neighbours.sprints.has_agile = false;
  CHECK(scene.Plans().base.registers.at(kSprint).held == "no-agile");
}

TEST_CASE("what is held for a sprint goes on when there is one of that name") {
  Scene scene;
  scene.Want(kSprint, Text("S1"));
  scene.base = scene.Plans().base;
  CHECK(scene.Plans().writes.empty());
  scene.neighbours.sprints.by_name["S1"] = {"7"};
  const Plan plan = scene.Plans();
  CHECK(plan.writes.size() == 1);
  CHECK(plan.base.registers.at(kSprint).held.empty());
  CHECK(plan.base.registers.at(kSprint).is_pending);
}

TEST_CASE("a sprint that is shown needs no number, though its name is there twice") {
  Scene scene;
  scene.Want(kSprint, Text("S1"));
  scene.neighbours.sprints.by_name["S1"] = {"5", "7"};
  scene.local.fields[kSprintField] = Sprints({{"S1", kSprintOpen}});
  CHECK(scene.Plans().writes.empty());
  CHECK_FALSE(scene.Plans().base.registers.at(kSprint).is_pending);
  scene.Want(kSprint, std::nullopt);
  CHECK(scene.Plans().writes.at(0).fields.at(kSprintField) == LocalField{});
}

TEST_CASE("an epic link is its target's key here, and waits for it without holding up the rest") {
  Scene scene;
  scene.Want(kEpic, Text(Text(IdOf(7))));
  scene.Want(FieldKey("summary"), Text("two"));
  Plan plan = scene.Plans();
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].keys == std::vector<RegisterKey>{FieldKey("summary")});
  CHECK(plan.base.registers.at(kEpic).is_pending);
  scene.neighbours.keys[IdOf(7)] = "HQ-9";
  plan = scene.Plans();
  CHECK(plan.writes.at(0).fields.at(kEpicLink) == Local({"HQ-9"}));
  scene.local.fields[kEpicLink] = Local({Text(IdOf(7))});  // as a read shows it by then
  CHECK_FALSE(scene.Plans().base.registers.at(kEpic).is_pending);
}

TEST_CASE("an epic link to an issue that ended is held until that one is back") {
  Scene scene;
  scene.Want(kEpic, Text(Text(IdOf(7))));
  scene.neighbours.ended = {IdOf(7)};
  scene.base = scene.Plans().base;
  CHECK(scene.base.registers.at(kEpic).held == "link-ended");
  CHECK(scene.Plans().writes.empty());
  scene.neighbours.ended.clear();
  scene.neighbours.keys[IdOf(7)] = "HQ-9";
  CHECK(scene.Plans().writes.size() == 1);
}

TEST_CASE("an epic link to an issue that is held here is listed until that one is made") {
  Scene scene;
  scene.Want(kEpic, Text(Text(IdOf(7))));
  CHECK(scene.Plans().base.registers.at(kEpic).held.empty());
  scene.neighbours.held_back = {IdOf(7)};
  scene.base = scene.Plans().base;
  CHECK(scene.base.registers.at(kEpic).held == "awaited:" + Text(IdOf(7)));
  CHECK(scene.Plans().findings.empty());
  scene.neighbours.held_back.clear();
  scene.neighbours.keys[IdOf(7)] = "HQ-9";
  CHECK(scene.Plans().writes.size() == 1);
  CHECK(scene.Plans().base.registers.at(kEpic).held.empty());
}

TEST_CASE("a create goes without the epic that is not here: cycles do not wait for each other") {
  Scene scene;
  scene.Want(kEpic, Text(Text(IdOf(7))));
  scene.Want(kSprint, Text("S1"));
  scene.neighbours.sprints.by_name["S1"] = {"7"};
  Plan plan = PlanCreate(scene.terms, scene.Incoming(), "", scene.neighbours);
  REQUIRE(!plan.writes.empty());
  CHECK_FALSE(plan.writes[0].fields.contains(kEpicLink));
  CHECK(plan.writes[0].fields.at(kSprintField) == Local({"7"}));
  CHECK(plan.base.registers.at(kEpic).is_pending);
  scene.neighbours.keys[IdOf(7)] = "HQ-9";
  plan = PlanCreate(scene.terms, scene.Incoming(), "", scene.neighbours);
  CHECK(plan.writes.at(0).fields.at(kEpicLink) == Local({"HQ-9"}));
}

TEST_CASE("a target that is not shared is listed, known by its key, and leaves what is agreed") {
  Scene scene;
  scene.local.fields[kEpicLink] = Local({Text(IdOf(7))});
  scene.base = Read(scene.terms, scene.base, scene.local).base;
  scene.local.fields[kEpicLink] = Local({"OTHER-3"});
  const Captured captured = Read(scene.terms, scene.base, scene.local);
  CHECK(captured.change.registers.empty());
  const RegisterKey key = UnsharedKey("epic", "OTHER-3");
  CHECK(captured.base.registers.contains(key));
  CHECK(UnsharedTarget(scene.terms, key) == "OTHER-3");
  CHECK(UnsharedTarget(scene.terms, ElementKey("labels", "x")).empty());
  REQUIRE(Of(captured.findings, "unmapped").size() == 1);
  CHECK(Of(captured.findings, "unmapped")[0].value == Text("OTHER-3"));
  CHECK(captured.base.registers.at(kEpic).agreed == Text(Text(IdOf(7))));
  scene.base = captured.base;
  scene.local.fields[kEpicLink] = Local({Text(IdOf(8))});  // it is shared by now
  const Captured shared = Read(scene.terms, scene.base, scene.local);
  CHECK(Find(shared.change.registers, kEpic)->value == Text(Text(IdOf(8))));
}

TEST_CASE("an epic that left or ended since it was written was seen; the one before is an edit") {
  for (const bool has_ended : {false, true}) {
    CAPTURE(has_ended);
    Scene scene;
    scene.local.fields[kEpicLink] = Local({Text(IdOf(7))});
    scene.base = Read(scene.terms, scene.base, scene.local).base;
    scene.Want(kEpic, Text(Text(IdOf(8))));
    DoneWrite write;
    write.write_id = "w";
    write.targets = {Peers(kEpic, At(9'000, kField), Text(Text(IdOf(8))))};
    scene.local.fields[kEpicLink] = has_ended ? LocalField{} : Local({"OTHER-3"});
    if (has_ended) scene.local.ended = {IdOf(8)};
    const Absorbed absorbed = Absorb(scene.terms, scene.base, scene.local, {write}, {}, 10'000);
    CHECK_FALSE(absorbed.base.registers.at(kEpic).is_pending);
    scene.base = Read(scene.terms, absorbed.base, scene.local).base;
    CHECK(scene.base.registers.at(kEpic).agreed == Text(Text(IdOf(8))));
    scene.local.fields[kEpicLink] = Local({Text(IdOf(7))});
    const Captured captured = Read(scene.terms, scene.base, scene.local);
    REQUIRE(Find(captured.change.registers, kEpic));
    CHECK(Find(captured.change.registers, kEpic)->value == Text(Text(IdOf(7))));
  }
}

TEST_CASE("with a deleted epic Jira clears its links, which is nobody's edit") {
  Scene scene;
  scene.local.fields[kEpicLink] = Local({Text(IdOf(7))});
  scene.base = Read(scene.terms, scene.base, scene.local).base;
  scene.local.fields[kEpicLink] = {};
  CHECK(Find(Read(scene.terms, scene.base, scene.local).change.registers, kEpic));
  scene.local.ended = {IdOf(7)};
  CHECK_FALSE(Find(Read(scene.terms, scene.base, scene.local).change.registers, kEpic));
}

TEST_CASE("a deleted epic clears its links also where the peer wants another one meanwhile") {
  Scene scene;
  scene.local.fields[kEpicLink] = Local({Text(IdOf(7))});
  scene.base = Read(scene.terms, scene.base, scene.local).base;
  scene.Want(kEpic, Text(Text(IdOf(8))));
  scene.local.fields[kEpicLink] = {};
  CHECK(Find(Read(scene.terms, scene.base, scene.local).change.registers, kEpic));
  scene.local.ended = {IdOf(7)};
  const Captured captured = Read(scene.terms, scene.base, scene.local);
  CHECK_FALSE(Find(captured.change.registers, kEpic));
  CHECK(captured.base.registers.at(kEpic).agreed == Text(Text(IdOf(8))));
  scene.neighbours.keys[IdOf(8)] = "HQ-9";
  CHECK(scene.Plans().writes.at(0).fields.at(kEpicLink) == Local({"HQ-9"}));
}

TEST_CASE("the peer may only say ids and names") {
  const Terms terms = AgileTerms();
  const auto refused = [&](const RegisterKey& key, const Value& value) {
    const Change change = ChangeOf({Peers(key, At(9'000, kField), value)});
    return Of(Merge(terms, Born(terms, Shown()), change).findings, "refused").size() == 1;
  };
  CHECK(refused(kEpic, Text("HQ-1")));
  CHECK(refused(kEpic, Value{Text(IdOf(7)), "x"}));
  CHECK_FALSE(refused(kEpic, Text(Text(IdOf(7)))));
  CHECK(refused(kSprint, Text("two\nlines")));
  CHECK(refused(kSprint, Text(std::string(300, 'x'))));
  CHECK_FALSE(refused(kSprint, Text("Sprint 1, [a]")));
}

}  // namespace valise
