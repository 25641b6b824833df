#include "tests/agent/support.h"

namespace valise {
namespace {

const RegisterKey kSummary = FieldKey("summary");

IssueBase Known() { return Born(TermsOf(kHq), Shown()); }

}  // namespace

TEST_CASE("of thousands of refusals in a row the first are listed, and the peer is told of all") {
  const Terms terms = TermsOf(kHq);
  Change change = ChangeOf({});
  for (int i = 0; i < 500; ++i) {
    change.registers.push_back(
        Peers(FieldKey("stranger" + std::to_string(i)), At(2000, kField), Text("x")));
  }
  const Merged merged = Merge(terms, Born(terms, Shown()), change);
  CHECK(Of(merged.findings, "refused").size() == 20);
  const auto outcome = OutcomeOf(terms, merged.base, change);
  REQUIRE(outcome);
  CHECK(outcome->registers.size() == 500);
}

TEST_CASE("the peer's newer value is agreed and waits to be written") {
  const Merged merged =
      Merge(TermsOf(kHq), Known(), ChangeOf({Peers(kSummary, At(9'000, kField), Text("two"))}));
  const RegisterBase& base = merged.base.registers.at(kSummary);
  CHECK(base.agreed == Text("two"));
  CHECK(base.version == At(9'000, kField));
  CHECK(base.peer_newest == At(9'000, kField));
  CHECK(base.is_pending);
}

TEST_CASE("an edit that saw ours loses nothing, one that did not lists our value") {
  const IssueBase known = Known();
  const Version ours = known.registers.at(kSummary).version;
  const Merged next = Merge(TermsOf(kHq), known,
                            ChangeOf({Peers(kSummary, At(9'000, kField), Text("two"), ours)}));
  CHECK(next.findings.empty());
  const Merged beside =
      Merge(TermsOf(kHq), known, ChangeOf({Peers(kSummary, At(9'000, kField), Text("two"))}));
  REQUIRE(beside.findings.size() == 1);
  CHECK(beside.findings[0] == Finding{"conflict-lost", kSummary, Text("one"), ours, "conflict"});
}

TEST_CASE("the peer's losing value is listed, and what is agreed stays") {
  const IssueBase known = Known();
  const Merged merged =
      Merge(TermsOf(kHq), known, ChangeOf({Peers(kSummary, At(2, kField), Text("late"))}));
  REQUIRE(merged.findings.size() == 1);
  CHECK(merged.findings[0].value == Text("late"));
  CHECK(merged.base.registers.at(kSummary).agreed == Text("one"));
  CHECK_FALSE(merged.base.registers.at(kSummary).is_pending);
  CHECK(merged.base.registers.at(kSummary).peer_newest == At(2, kField));
}

TEST_CASE("an equal value takes over the higher version and lists nothing") {
  const Merged merged =
      Merge(TermsOf(kHq), Known(), ChangeOf({Peers(kSummary, At(9'000, kField), Text("one"))}));
  CHECK(merged.findings.empty());
  CHECK(merged.base.registers.at(kSummary).version == At(9'000, kField));
}

TEST_CASE("merging twice is merging once") {
  const Change change = ChangeOf({Peers(kSummary, At(9'000, kField), Text("two")),
                                  Peers(FieldKey("severity"), At(1, kField), Text("high")),
                                  Peers(ElementKey("labels", "c"), At(3, kField), Value{})});
  const Merged once = Merge(TermsOf(kHq), Known(), change);
  const Merged twice = Merge(TermsOf(kHq), once.base, change);
  CHECK(twice.base == once.base);
  CHECK(twice.findings.empty());
}

TEST_CASE("the deletion of a comment lists the text that goes with it") {
  const Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  local.comments.push_back(CommentOf("1", "precious"));
  const IssueBase known = Born(terms, local);
  const Id id = known.objects.begin()->first;
  const Merged merged = Merge(
      terms, known, ChangeOf({Peers(CommentPresenceKey(id), At(2, kField), std::nullopt)}));
  const auto lost = Of(merged.findings, "comment-deleted");
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].value == Text("precious"));
  CHECK(merged.base.registers.at(CommentPresenceKey(id)).is_pending);
}

TEST_CASE("an edit of a comment that is deleted here does not bring it back") {
  const Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  local.comments.push_back(CommentOf("1", "precious"));
  IssueBase known = Born(terms, local);
  const Id id = known.objects.begin()->first;
  local.comments.clear();
  known = Read(terms, known, local, {"1"}).base;
  const Merged merged = Merge(
      terms, known, ChangeOf({Peers(CommentTextKey(id), At(90'000, kField), Text("edited"))}));
  CHECK_FALSE(merged.base.registers.at(CommentPresenceKey(id)).agreed);
  const Plan plan = PlanWrites(terms, merged.base, local, {});
  CHECK(plan.writes.empty());
  // The edited text is lost with its comment: it has to be listed here too.
  CHECK_FALSE(merged.findings.empty());
}

TEST_CASE("a hold ends with the next version") {
  IssueBase known = Known();
  RegisterBase& base = known.registers[FieldKey("severity")];
  base.agreed = Text("top");
  base.version = base.peer_newest = At(8'000, kField);
  base.held = "value";
  const Merged merged = Merge(
      TermsOf(kHq), known, ChangeOf({Peers(FieldKey("severity"), At(9'000, kField), Text("low"))}));
  CHECK(merged.base.registers.at(FieldKey("severity")).held.empty());
  CHECK(merged.base.registers.at(FieldKey("severity")).is_pending);
}

TEST_CASE("a field that is bound nowhere here is kept, never pending") {
  const Merged merged = Merge(
      TermsOf(kHq), Known(), ChangeOf({Peers(FieldKey("notes"), At(9, kField), Text("kept"))}));
  const RegisterBase& base = merged.base.registers.at(FieldKey("notes"));
  CHECK(base.agreed == Text("kept"));
  CHECK_FALSE(base.is_pending);
}

TEST_CASE("a change from the wrong side of a one-way field changes nothing and is listed") {
  const IssueBase known = Known();
  const Register wrong = Peers(FieldKey("due"), At(9'000, kField), Text("2030-01-01"));
  const Merged merged = Merge(TermsOf(kHq), known, ChangeOf({wrong}));
  CHECK(merged.base == known);
  REQUIRE(merged.findings.size() == 1);
  CHECK(merged.findings[0].kind == "refused");
  CHECK(merged.findings[0].reason_code == "direction");
}

TEST_CASE("a flag is true or absent, whatever the peer says") {
  Terms terms = TermsOf(kHq);
  terms.contract.fields["blocked"] = {"blocked", ValueKind::kFlag, {}, false, {}, {}};
  const auto merged = [&](std::optional<Value> value) {
    return Merge(terms, Known(),
                 ChangeOf({Peers(FieldKey("blocked"), At(9, kField), std::move(value))}));
  };
  CHECK(merged(Text("true")).base.registers.at(FieldKey("blocked")).agreed == Text("true"));
  CHECK(merged(std::nullopt).findings.empty());
  for (const Value& other : {Value{"Impediment", ""}, Value{"", ""}, Value{"true", "x"}}) {
    const auto findings = merged(other).findings;
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].kind == "refused");
    CHECK(findings[0].reason_code == "value");
  }
}

TEST_CASE("a duration is seconds in decimal, whatever the peer says") {
  Terms terms = TermsOf(kHq);
  terms.contract.fields["estimate"] = {"estimate", ValueKind::kDuration, {}, false, {}, {}};
  const auto merged = [&](std::optional<Value> value) {
    return Merge(terms, Known(),
                 ChangeOf({Peers(FieldKey("estimate"), At(9, kField), std::move(value))}));
  };
  for (const char* seconds : {"0", "60", "999999999999999"}) {
    CHECK(merged(Text(seconds)).base.registers.at(FieldKey("estimate")).agreed == Text(seconds));
  }
  CHECK(merged(std::nullopt).findings.empty());
  for (const char* other : {"", "1h", "-60", "060", "6e1", "1.5", "1000000000000000"}) {
    const auto findings = merged(Text(other)).findings;
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].reason_code == "value");
  }
}

TEST_CASE("comments of the peer become known once, and not from the wrong side") {
  Terms terms = TermsOf(kHq);
  Change change = ChangeOf({Peers(CommentPresenceKey(IdOf(9)), At(5, kField), Value{}),
                            Peers(CommentTextKey(IdOf(9)), At(5, kField), Text("hello"))});
  change.objects.push_back({IdOf(9), {"Zoe", ""}, 77});
  const Merged merged = Merge(terms, Known(), change);
  REQUIRE(merged.base.objects.contains(IdOf(9)));
  CHECK_FALSE(merged.base.objects.at(IdOf(9)).is_ours);
  terms.contract.comments_from.owner = kHq;
  const Merged refused = Merge(terms, Known(), change);
  CHECK(refused.base.objects.empty());
  CHECK(Of(refused.findings, "refused").size() == 2);
}

}  // namespace valise
