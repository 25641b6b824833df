// A peer that floods one issue: what is too many is held or refused, and told once.
#include <algorithm>

#include "agent/core/objects.h"
#include "packet/limits.h"
#include "tests/agent/support.h"

namespace valise {
namespace {

Terms CrowdedTerms() {
  Terms terms = TermsOf(kHq);
  terms.contract.has_work_logs = true;
  return terms;
}

void Come(IssueBase& base, ObjectKind kind, const Id& id) {
  ObjectBase& object = base.objects[id];
  object.is_ours = false;
  object.origin = {id, {"Zoe", ""}, 91};
  object.origin.kind = kind;
  Pend(base, PresenceKey(kind, id), Value{}, At(2000, kField));
}

std::size_t PendingRegisters(const IssueBase& base) {
  return static_cast<std::size_t>(
      std::count_if(base.registers.begin(), base.registers.end(),
                    [](const auto& one) { return one.second.is_pending; }));
}

}  // namespace

TEST_CASE("of too many comments the first are written, the others held and told once") {
  Terms terms = CrowdedTerms();
  terms.settings.objects_max = 4;
  LocalIssue local = Shown();
  local.comments.push_back(CommentOf("50", "our own"));
  IssueBase base = Born(terms, local);
  for (std::uint8_t number = 21; number < 26; ++number) {
    Come(base, ObjectKind::kComment, IdOf(number));
    Pend(base, TextKey(ObjectKind::kComment, IdOf(number)), Text("spam"), At(2000, kField));
  }
  Come(base, ObjectKind::kWorkLog, IdOf(30));
  Pend(base, TextKey(ObjectKind::kWorkLog, IdOf(30)),
       Value{"dug", WorkTimeText({7'200'000, 90})}, At(2000, kField));
  const Plan plan = PlanWrites(terms, base, local, {});
  CHECK(plan.writes.size() == 3 + 1);  // with our own four; work logs are counted for themselves
  CHECK(Of(plan.findings, "held").size() == 1);
  for (const std::uint8_t number : std::initializer_list<std::uint8_t>{24, 25}) {
    const auto& text = plan.base.registers.at(TextKey(ObjectKind::kComment, IdOf(number)));
    CHECK(text.held == "too-many");
    CHECK_FALSE(text.is_pending);
  }
}

TEST_CASE("comments beyond what the base of one issue keeps are refused and told once") {
  const Terms terms = CrowdedTerms();
  IssueBase base = Born(terms, Shown());
  for (std::size_t i = 0; i < limits::kIssueObjectsMax; ++i) {
    Id id;
    id.bytes[0] = 9;
    for (std::size_t at = 1; at < 4; ++at) {
      id.bytes[at] = static_cast<std::uint8_t>(i >> (8 * at - 8));
    }
    base.objects[id].origin.id = id;
  }
  Change change = ChangeOf({});
  for (const std::uint8_t number : std::initializer_list<std::uint8_t>{21, 22}) {
    change.objects.push_back({IdOf(number), {"Zoe", ""}, 77});
    change.registers.push_back(Peers(PresenceKey(ObjectKind::kComment, IdOf(number)),
                                     At(2000, kField), Value{}));
    change.registers.push_back(Peers(TextKey(ObjectKind::kComment, IdOf(number)),
                                     At(2000, kField), Text("spam")));
  }
  change.registers.push_back(Peers(FieldKey("summary"), At(2 * kNow, kField), Text("two")));
  const Merged merged = Merge(terms, base, change);
  CHECK(merged.base.objects.size() == limits::kIssueObjectsMax);
  CHECK(merged.base.registers.at(FieldKey("summary")).agreed == Text("two"));
  REQUIRE(Of(merged.findings, "refused").size() == 1);
  CHECK(Of(merged.findings, "refused")[0].reason_code == "size");
  const auto outcome = OutcomeOf(terms, merged.base, change);
  CHECK_FALSE(outcome);  // the summary is still to be written; nothing else is waited for
}

// Each costs a look at its own name, none at all the others.
TEST_CASE("elements that the peer takes away and Jira never showed are settled in no time") {
  const Terms terms = CrowdedTerms();
  IssueBase base = Born(terms, Shown());
  constexpr int kEach = 20'000;
  for (int i = 0; i < kEach; ++i) {
    const std::string name = std::to_string(i);
    Pend(base, ElementKey("labels", "gone" + name), std::nullopt, At(2000, kField));
    RegisterBase& there = base.registers[ElementKey("labels", "there" + name)];
    there.agreed = Value{};
    there.version = At(2000, kField);
  }
  const Plan plan = PlanWrites(terms, base, Shown(), {});
  CHECK(plan.writes.empty());
  CHECK(PendingRegisters(plan.base) == 0);
}

}  // namespace valise
