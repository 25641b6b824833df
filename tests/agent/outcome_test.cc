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

}  // namespace valise
