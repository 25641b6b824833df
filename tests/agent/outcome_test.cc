// What the peer is told of a change of its own.
#include "tests/agent/support.h"

namespace valise {
namespace {

struct Case {
  Terms terms = TermsOf(kHq);
  IssueBase base = Born(TermsOf(kHq), Shown());
  Change change;

  void Take(std::vector<Register> registers) {
    change = ChangeOf(std::move(registers));
    base = Merge(terms, base, change).base;
  }
  std::optional<Outcome> Told() const { return OutcomeOf(terms, base, change); }
};

}  // namespace

TEST_CASE("no outcome while a register is still to be written, applied once it is") {
  Case c;
  c.Take({Peers(FieldKey("summary"), At(9'000, kField), Text("two"))});
  CHECK_FALSE(c.Told());
  c.base.registers[FieldKey("summary")].is_pending = false;
  REQUIRE(c.Told());
  CHECK(c.Told()->result == OutcomeResult::kApplied);
  CHECK(c.Told()->registers.empty());
}

TEST_CASE("superseded, kept, refused and held registers are told apart") {
  Case c;
  c.Take({Peers(FieldKey("summary"), At(2, kField), Text("late")),
          Peers(FieldKey("notes"), At(9, kField), Text("unbound here")),
          Peers(FieldKey("due"), At(9, kField), Text("2030-01-01")),
          Peers(FieldKey("severity"), At(9'000, kField), Text("top"))});
  std::vector<Finding> findings;
  HoldRegister(c.base, FieldKey("severity"), "value:customfield_1", findings);
  const auto told = c.Told();
  REQUIRE(told);
  REQUIRE(told->registers.size() == 4);
  CHECK(told->registers[0].result == OutcomeResult::kSuperseded);
  CHECK(told->registers[1].result == OutcomeResult::kKept);
  CHECK(told->registers[2].result == OutcomeResult::kRefused);
  CHECK(told->registers[2].reason_code == "direction");
  CHECK(told->registers[3].result == OutcomeResult::kHeld);
  // The class of the reason only: the rest would tell the peer how this site is set up.
  CHECK(told->registers[3].reason_code == "value");
}

TEST_CASE("a held issue is told as a whole, an issue not created yet is not told at all") {
  Case c;
  c.base.state = IssueState::kIncoming;
  c.Take({Peers(FieldKey("notes"), At(9, kField), Text("x"))});
  CHECK_FALSE(c.Told());
  c.base.held = "refused:VAL-JIRA-REFUSED";
  REQUIRE(c.Told());
  CHECK(c.Told()->result == OutcomeResult::kHeld);
  CHECK(c.Told()->reason_code == "refused");
  CHECK(c.Told()->registers.empty());
}

// A work log of no time, as importers make them, is none of the contract's.
TEST_CASE("an object whose text is refused is held and told, and does not wait for ever") {
  Case c;
  c.terms.contract.has_work_logs = true;
  const RegisterKey presence = PresenceKey(ObjectKind::kWorkLog, IdOf(7));
  const RegisterKey text = TextKey(ObjectKind::kWorkLog, IdOf(7));
  c.change.objects = {{IdOf(7), {"Zoe", ""}, 50, ObjectKind::kWorkLog}};
  const Value none{"", WorkTimeText({60'000, 0})}, some{"", WorkTimeText({60'000, 60})};
  SUBCASE("both at once") {
    c.change.registers = {Peers(presence, At(9, kField), Value{}),
                          Peers(text, At(9, kField), none)};
    c.base = Merge(c.terms, c.base, c.change).base;
  }
  SUBCASE("the text in a later record") {
    c.change.registers = {Peers(presence, At(9, kField), Value{})};
    c.base = Merge(c.terms, c.base, c.change).base;
    CHECK_FALSE(c.Told());
    c.base = Merge(c.terms, c.base, ChangeOf({Peers(text, At(9, kField), none)})).base;
  }
  const auto told = c.Told();
  REQUIRE(told);
  CHECK(told->registers.front().key == presence);
  CHECK(told->registers.front().result == OutcomeResult::kHeld);
  CHECK(told->registers.front().reason_code == "textless");
  // The peer edits it: both halves are here, and it is made.
  c.base = Merge(c.terms, c.base, ChangeOf({Peers(text, At(99, kField), some)})).base;
  const Plan plan = PlanWrites(c.terms, c.base, Shown(), {});
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].kind == WriteKind::kWorkLogAdd);
  CHECK(plan.base.registers.at(presence).held.empty());
}

}  // namespace valise
