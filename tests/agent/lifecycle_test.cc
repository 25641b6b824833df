#include "agent/core/lifecycle.h"

#include "tests/agent/support.h"

namespace valise {
namespace {

const RegisterKey kSummary = FieldKey("summary");

// An issue of FIELD's, as HQ has its copy.
IssueBase Copy(const Terms& terms) {
  IssueBase base = Born(terms, Shown());
  base.origin.birth_site = kField;
  return base;
}

Terms TermsWith(EndAction action) {
  Terms terms = TermsOf(kHq);
  LifecycleTerms& ends = terms.contract.lifecycle;
  ends.deleted = ends.moved = ends.archived = ends.left_scope = action;
  terms.binding.lifecycle.close = "done";
  return terms;
}

Merged Ended(const Terms& terms, const IssueBase& base, const std::string& end,
             std::int64_t at_ms = 50) {
  std::optional<Value> value;
  if (!end.empty()) value = Text(end);
  return Merge(terms, base, ChangeOf({Peers(LifecycleKey(), At(at_ms, kField), value)}));
}

Plan PlanOf(const Terms& terms, const IssueBase& base, const LocalIssue& local,
            DeleteGuard guard = {}) {
  return PlanEnd(terms, base, local, Directory{}, guard);
}

}  // namespace

TEST_CASE("only the birth site's word ends an issue, in the contract's words") {
  const Terms terms = TermsWith(EndAction::kLabel);
  const Merged ours = Ended(terms, Born(terms, Shown()), kDeleted);
  CHECK(ours.base.state == IssueState::kMapped);
  REQUIRE(ours.findings.size() == 1);
  CHECK(ours.findings[0].reason_code == "direction");
  CHECK(Ended(terms, Copy(terms), "burnt").base.state == IssueState::kMapped);
  const Merged theirs = Ended(terms, Copy(terms), kDeleted);
  CHECK(theirs.base.state == IssueState::kFrozen);
  CHECK(theirs.base.registers.at(LifecycleKey()).is_pending);
  REQUIRE(theirs.findings.size() == 1);
  CHECK(theirs.findings[0].kind == "frozen");
}

TEST_CASE("what the end overtakes is held until the issue is shared again") {
  const Terms terms = TermsWith(EndAction::kNothing);
  IssueBase copy = Copy(terms);
  Pend(copy, kSummary, Text("two"), At(40, kField));
  const Merged ended = Ended(terms, copy, kLeftScope);
  CHECK(ended.base.registers.at(kSummary).held == kLeftScope);
  CHECK_FALSE(ended.base.registers.at(kSummary).is_pending);
  CHECK_FALSE(ended.base.registers.at(LifecycleKey()).is_pending);  // nothing is to be done
  const Change late = ChangeOf({Peers(FieldKey("description"), At(9'000, kField), Text("x"))});
  const Merged merged = Merge(terms, ended.base, late);
  CHECK(merged.base.registers.at(FieldKey("description")).held == kLeftScope);
  const auto outcome = OutcomeOf(terms, merged.base, late);
  REQUIRE(outcome.has_value());
  REQUIRE(outcome->registers.size() == 1);
  CHECK(outcome->registers[0].result == OutcomeResult::kHeld);
  const Merged back = Ended(terms, merged.base, "", 70);
  CHECK(back.base.state == IssueState::kMapped);
  CHECK(back.base.registers.at(kSummary).is_pending);
  CHECK(back.base.registers.at(FieldKey("description")).is_pending);
}

TEST_CASE("an issue that ends before it is made here is never made, unless it comes back") {
  const Terms terms = TermsWith(EndAction::kClose);
  Change change = ChangeOf({Peers(kSummary, At(5, kField), Text("one"))});
  change.created = IssueOrigin{kField, "bug", {}, {}, 1, ""};
  IssueBase base = Merge(terms, IncomingBase(change), change).base;
  base = Ended(terms, base, kDeleted).base;
  CHECK(base.state == IssueState::kFrozen);
  CHECK_FALSE(base.registers.at(LifecycleKey()).is_pending);
  base = Ended(terms, base, "", 60).base;
  CHECK(base.state == IssueState::kIncoming);
  CHECK(base.registers.at(kSummary).is_pending);
}

TEST_CASE("each action is one write, and none where Jira shows it already") {
  const auto kind_of = [](EndAction action) {
    const Terms terms = TermsWith(action);
    const Plan plan = PlanOf(terms, Ended(terms, Copy(terms), kDeleted).base, Shown());
    REQUIRE(plan.writes.size() == 1);
    CHECK(plan.writes[0].keys == std::vector<RegisterKey>{LifecycleKey()});
    return plan.writes[0].kind;
  };
  CHECK(kind_of(EndAction::kLabel) == WriteKind::kEdit);
  CHECK(kind_of(EndAction::kClose) == WriteKind::kTransition);
  CHECK(kind_of(EndAction::kComment) == WriteKind::kCommentAdd);
  CHECK(kind_of(EndAction::kDelete) == WriteKind::kIssueDelete);
  const Terms terms = TermsWith(EndAction::kLabel);
  LocalIssue labelled = Shown();
  Edit(labelled, "labels", {"a", "b", "gone-at-peer"});
  const Plan plan = PlanOf(terms, Ended(terms, Copy(terms), kMoved).base, labelled);
  CHECK(plan.writes.empty());
  CHECK_FALSE(plan.base.registers.at(LifecycleKey()).is_pending);
}

TEST_CASE("the word about an end is seen by whom comments for the peer are") {
  Terms terms = TermsWith(EndAction::kComment);
  const auto word = [&] {
    return PlanOf(terms, Ended(terms, Copy(terms), kDeleted).base, Shown()).writes.at(0);
  };
  CHECK(word().visible_to.empty());
  terms.binding.comment_visibility = {Visibility::Kind::kRole, "Developers"};
  CHECK(word().visible_to == "role:Developers");
}

TEST_CASE("a label for an end keeps the others, is no edit, and goes when the issue is back") {
  const Terms terms = TermsWith(EndAction::kLabel);
  IssueBase base = Ended(terms, Copy(terms), kMoved).base;
  const Plan plan = PlanOf(terms, base, Shown());
  CHECK(plan.writes[0].label == std::pair(std::string("gone-at-peer"), true));
  CHECK(plan.writes[0].fields.empty());  // whole, they would undo what a person does meanwhile
  LocalIssue labelled = Shown();
  Edit(labelled, "labels", {"a", "b", "gone-at-peer"});
  DoneWrite done;
  done.targets = {{LifecycleKey(), LifecycleVersion(base), {}, Text(kMoved)}};
  AbsorbEnd(terms, done, labelled, base);
  CHECK_FALSE(base.registers.at(LifecycleKey()).is_pending);
  CHECK(EditsOfFrozen(terms, base, labelled, Directory{}).empty());
  base = Ended(terms, base, "", 90).base;
  CHECK(Read(terms, base, labelled).change.empty());
  const Plan back = TakeBackEnd(terms, Plan{base, {}, {}}, labelled);
  REQUIRE(back.writes.size() == 1);
  CHECK(back.writes[0].label == std::pair(std::string("gone-at-peer"), false));
  CHECK(back.writes[0].fields.empty());
}

TEST_CASE("a closed copy is opened again when the issue is back, and its close never leaves") {
  const Terms terms = TermsWith(EndAction::kClose);
  IssueBase base = Ended(terms, Copy(terms), kArchived).base;
  const Plan plan = PlanOf(terms, base, Shown());
  REQUIRE(plan.writes.size() == 1);
  LocalIssue closed = Shown();
  closed.status = plan.writes[0].status;
  DoneWrite done;
  done.kind = WriteKind::kTransition;
  done.targets = {{LifecycleKey(), LifecycleVersion(base), {}, Text(kArchived)}};
  AbsorbEnd(terms, done, Shown(), base);  // one hop of several
  CHECK(base.registers.at(LifecycleKey()).is_pending);
  AbsorbEnd(terms, done, closed, base);
  CHECK_FALSE(base.registers.at(LifecycleKey()).is_pending);
  base = Ended(terms, base, "", 90).base;
  CHECK(base.registers.at(FieldKey(kStatusField)).is_pending);
  const Captured captured = Read(terms, base, closed);
  CHECK(captured.change.empty());
  const Plan reopened = PlanWrites(terms, captured.base, closed, Directory{});
  REQUIRE(reopened.writes.size() == 1);
  CHECK(reopened.writes[0].kind == WriteKind::kTransition);
}

TEST_CASE("a copy that somebody worked on is not deleted without the operator's word") {
  const Terms terms = TermsWith(EndAction::kDelete);
  const IssueBase base = Ended(terms, Copy(terms), kDeleted).base;
  const auto held = [&](const LocalIssue& local, DeleteGuard guard = {}) {
    const Plan plan = PlanOf(terms, base, local, guard);
    CHECK(plan.writes.empty() == !plan.base.registers.at(LifecycleKey()).held.empty());
    return plan.base.registers.at(LifecycleKey()).held;
  };
  CHECK(held(Shown()) == "");
  CHECK(held(Shown(), {true, false}) == "edited");  // an edit that the peer did not take
  LocalIssue edited = Shown();
  Edit(edited, "summary", {"mine"});
  CHECK(held(edited) == "edited");
  LocalIssue commented = Shown();
  commented.comments.push_back(CommentOf("77", "a word"));
  commented.comments.back().is_restricted = true;  // stays at home: it is nowhere else
  CHECK(held(commented) == "edited");
  CHECK(held(edited, {true, true}) == "");
}

TEST_CASE("a birth site ends and resumes by versions of its own") {
  const Terms terms = TermsOf(kHq);
  IssueBase base = Born(terms, Shown());
  Pend(base, kSummary, Text("theirs"), At(40, kField));
  LocalChange change;
  RecordEnd(terms, base, kMoved, kNow, change);
  CHECK(base.state == IssueState::kFrozen);
  CHECK(EndOf(base) == kMoved);
  const Version ended = LifecycleVersion(base);
  RecordEnd(terms, base, "", kNow, change);
  CHECK(base.state == IssueState::kMapped);
  CHECK(LifecycleVersion(base) > ended);
  CHECK(base.registers.at(kSummary).is_pending);
  REQUIRE(change.registers.size() == 2);
  CHECK_FALSE(change.registers[1].value);
}

TEST_CASE("a link to an issue that ended is neither captured nor written") {
  const Terms terms = TermsOf(kHq);
  IssueBase base = Born(terms, Shown());
  RegisterBase& link = base.registers[LinkKey("blocks", IdOf(7))];
  link.agreed = Value{};
  link.version = At(3, kHq);
  link.has_seen = true;
  link.seen = SeenDigest(std::string("present"));
  LocalIssue local = Shown();
  local.has_links = true;
  local.ended = {IdOf(7)};  // Jira deleted the link with its target
  CHECK(Read(terms, base, local).change.empty());
}

}  // namespace valise
