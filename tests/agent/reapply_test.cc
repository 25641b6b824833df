#include "agent/core/reapply.h"

#include "agent/core/adopt.h"
#include "tests/agent/support.h"

namespace valise {
namespace {

const RegisterKey kSeverity = FieldKey("severity");

// Severity Minor, which is "low", until the binding says otherwise.
Terms Rebound() {
  Terms terms = TermsOf(kHq);
  terms.binding.fields["severity"].values->to_local = {{"high", {"Minor"}}, {"low", {"Trivial"}}};
  return terms;
}

const Misfit* Of(const Misfits& misfits, const RegisterKey& key) {
  for (const Misfit& misfit : misfits.found) {
    if (misfit.key == key) return &misfit;
  }
  return nullptr;
}

std::vector<Wish> WishesFor(const Misfits& misfits, Side side) {
  std::vector<Wish> wishes;
  for (const Misfit& misfit : misfits.found) wishes.push_back(WishFor(misfit, side));
  return wishes;
}

Reapplied Do(const Terms& terms, const IssueBase& base, const LocalIssue& local, Side side) {
  return Reapply(terms, base, WishesFor(FindMisfits(terms, base, local, {}), side), local, {},
                 kNow);
}

// "impact", options: shared a, b; this Jira's Alpha is a until the binding says b.
Terms WithOptions(const char* word) {
  Terms terms = TermsOf(kHq);
  FieldTerms& field = terms.contract.fields["impact"];
  field.name = "impact";
  field.kind = ValueKind::kOptions;
  field.values = {"a", "b"};
  FieldBinding& binding = terms.binding.fields["impact"];
  binding = {"impact", "customfield_9", ValueKind::kOptions, ValueMap{}, "", MissingValue::kHold,
             ""};
  binding.values->to_local = {{word, {"Alpha"}}, {*word == 'a' ? "b" : "a", {"Beta"}}};
  return terms;
}

LocalIssue ShownWithOptions() {
  LocalIssue local = Shown();
  local.fields["customfield_9"] = Local({"Alpha"});
  return local;
}

}  // namespace

TEST_CASE("a binding that stays lists nothing, nor values that only read back otherwise") {
  const Terms terms = TermsOf(kHq);
  const IssueBase base = Born(terms, Shown());
  CHECK(FindMisfits(terms, base, Shown(), {}).found.empty());
  IssueBase lossy = base;  // "mid" is written as Minor, which reads back as "low"
  lossy.registers[kSeverity].agreed = Text("mid");
  CHECK(FindMisfits(terms, lossy, Shown(), {}).found.empty());
}

TEST_CASE("a value of this site's own that is kept beside the peer's is no misfit") {
  IssueBase base = Born(TermsOf(kHq), Shown());
  base.registers[kSeverity].is_override = true;
  CHECK(FindMisfits(Rebound(), base, Shown(), {}).found.empty());
}

TEST_CASE("a value that had no word before can leave, and nothing is written over it") {
  LocalIssue local = Shown();
  local.fields["customfield_1"] = Local({"Odd"});
  const IssueBase base = Born(TermsOf(kHq), local);
  Terms terms = TermsOf(kHq);
  terms.binding.fields["severity"].values->to_local["odd"] = {"Odd"};
  const Misfits misfits = FindMisfits(terms, base, local, {});
  REQUIRE(Of(misfits, kSeverity));
  CHECK_FALSE(Of(misfits, kSeverity)->CanWrite());
  CHECK(Do(terms, base, local, Side::kHere).base == base);
  const Reapplied sent = Do(terms, base, local, Side::kPeer);
  CHECK(Find(sent.change.registers, kSeverity)->value == Text("odd"));
}

TEST_CASE("epic links and sprints have no words of the binding and are not looked at") {
  Terms terms = TermsOf(kHq);
  const RegisterKey notes = FieldKey("notes");
  const IssueBase base = Merge(terms, Born(terms, Shown()),
                               ChangeOf({Peers(notes, At(9'000, kField), Text("theirs"))}))
                             .base;
  LocalIssue local = Shown();
  local.fields["customfield_8"] = {};
  FieldBinding& binding = terms.binding.fields["notes"];
  binding.name = "notes";
  binding.field = "customfield_8";
  for (const ValueKind kind : {ValueKind::kIssue, ValueKind::kSprint}) {
    binding.kind = kind;
    CHECK(FindMisfits(terms, base, local, {}).found.empty());
  }
  binding.kind = ValueKind::kLine;
  CHECK(FindMisfits(terms, base, local, {}).found.size() == 1);
}

TEST_CASE("two words of one local option: either is shown by it, and nothing is to be done") {
  const LocalIssue local = ShownWithOptions();
  const IssueBase base = Born(WithOptions("b"), local);
  Terms terms = WithOptions("a");
  terms.binding.fields["impact"].values->to_local = {{"a", {"Alpha"}}, {"b", {"Alpha"}}};
  CHECK(Read(terms, base, local).change.empty());
  CHECK(FindMisfits(terms, base, local, {}).found.empty());
}

TEST_CASE("a changed binding sends and writes nothing by itself, and both ways out are listed") {
  const IssueBase base = Born(TermsOf(kHq), Shown());
  const Captured captured = Read(Rebound(), base, Shown());
  CHECK(captured.change.empty());
  CHECK(PlanWrites(Rebound(), captured.base, Shown(), {}).writes.empty());
  const Misfits misfits = FindMisfits(Rebound(), captured.base, Shown(), {});
  REQUIRE(misfits.found.size() == 1);
  const Misfit& one = misfits.found.front();
  CHECK(one.key == kSeverity);
  CHECK(one.shown == "Minor");
  CHECK(one.agreed == Text("low"));
  CHECK(one.shared == Text("high"));
  CHECK(one.wanted == "Trivial");
}

TEST_CASE("write here makes the register pending, and once more changes nothing") {
  const Terms terms = Rebound();
  const IssueBase base = Born(TermsOf(kHq), Shown());
  const auto wishes = WishesFor(FindMisfits(terms, base, Shown(), {}), Side::kHere);
  const Reapplied done = Reapply(terms, base, wishes, Shown(), {}, kNow);
  CHECK(done.change.empty());
  CHECK(done.base.registers.at(kSeverity).is_pending);
  CHECK(Reapply(terms, done.base, wishes, Shown(), {}, kNow).base == done.base);
  const Plan plan = PlanWrites(terms, done.base, Shown(), {});
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes.front().fields.at("customfield_1") == Local({"Trivial"}));
  LocalIssue written = Shown();
  Edit(written, "customfield_1", {"Trivial"});
  IssueBase after = done.base;
  after.registers[kSeverity].is_pending = false;
  after.registers[kSeverity].seen = SeenDigest(Local({"Trivial"}));
  CHECK(FindMisfits(terms, after, written, {}).found.empty());
  CHECK(Reapply(terms, after, wishes, written, {}, kNow).base == after);
}

TEST_CASE("write peer sends what this Jira shows with a fresh version, and once more nothing") {
  const Terms terms = Rebound();
  IssueBase base = Born(TermsOf(kHq), Shown());
  base.registers[kSeverity].flips = 9;
  const auto wishes = WishesFor(FindMisfits(terms, base, Shown(), {}), Side::kPeer);
  const Reapplied done = Reapply(terms, base, wishes, Shown(), {}, kNow);
  const Register* sent = Find(done.change.registers, kSeverity);
  REQUIRE(sent);
  CHECK(sent->value == Text("high"));
  CHECK(sent->version == At(kNow, kHq));
  CHECK_FALSE(sent->is_automatic);
  CHECK(done.base.registers.at(kSeverity).flips == 0);  // a person decided: no fight of rules
  CHECK(Reapply(terms, done.base, wishes, Shown(), {}, kNow).change.empty());
  CHECK(Read(terms, done.base, Shown()).change.empty());
}

TEST_CASE("what changed since the operator saw it is left alone and listed") {
  const Terms terms = Rebound();
  const IssueBase base = Born(TermsOf(kHq), Shown());
  for (const Side side : {Side::kHere, Side::kPeer}) {
    const auto wishes = WishesFor(FindMisfits(terms, base, Shown(), {}), side);
    LocalIssue edited = Shown();  // by a person, to something without a shared word
    Edit(edited, "customfield_1", {"Odd"});
    CHECK(FindMisfits(terms, base, edited, {}).edited == std::vector{kSeverity});
    const IssueBase captured = Read(terms, base, edited).base;
    const Reapplied left = Reapply(terms, captured, wishes, edited, {}, kNow);
    CHECK(left.base == captured);
    CHECK(left.change.empty());
    CHECK(Of(left.findings, "not-applied").size() == 1);
    IssueBase newer = base;  // by the peer, and not shown here
    newer.registers[kSeverity].version = At(9'999, kField);
    CHECK(Reapply(terms, newer, wishes, Shown(), {}, kNow).base == newer);
  }
}

TEST_CASE("a one-way field of the other side never leaves") {
  Terms terms = Rebound();
  const IssueBase base = Born(TermsOf(kHq), Shown());
  terms.contract.fields["severity"].from.owner = kField;
  const Reapplied done = Do(terms, base, Shown(), Side::kPeer);
  CHECK(done.change.empty());
  CHECK(done.base == base);
  CHECK(Of(done.findings, "not-applied").front().reason_code == "direction");
  CHECK(Do(terms, base, Shown(), Side::kHere).base.registers.at(kSeverity).is_pending);
}

TEST_CASE("a held value that the binding can translate by now is written, others stay held") {
  Terms terms = TermsOf(kHq);
  IssueBase base = Born(terms, Shown());
  Pend(base, kSeverity, Text("top"), At(9'000, kField));
  base = PlanWrites(terms, base, Shown(), {}).base;
  REQUIRE(base.registers.at(kSeverity).held == "value");
  CHECK_FALSE(Of(FindMisfits(terms, base, Shown(), {}), kSeverity)->CanWrite());
  terms.binding.fields["severity"].values->to_local["top"] = {"Blocker"};
  const Reapplied done = Do(terms, base, Shown(), Side::kHere);
  CHECK(done.base.registers.at(kSeverity).is_pending);
  CHECK(done.base.registers.at(kSeverity).held.empty());
  base.registers[kSeverity].held = "refused";
  CHECK_FALSE(Of(FindMisfits(terms, base, Shown(), {}), kSeverity));
}

TEST_CASE("status and type are listed, and a status is walked to") {
  const IssueBase base = Born(TermsOf(kHq), Shown());
  Terms terms = TermsOf(kHq);
  terms.binding.statuses["open"].local = {"Backlog"};
  terms.binding.statuses["doing"].local = {"To Do", "In Progress"};
  terms.binding.types["bug"] = {"Defect"};
  const Misfits misfits = FindMisfits(terms, base, Shown(), {});
  REQUIRE(Of(misfits, FieldKey(kStatusField)));
  CHECK(Of(misfits, FieldKey(kStatusField))->shared == Text("doing"));
  REQUIRE(Of(misfits, FieldKey(kTypeField)));
  CHECK_FALSE(Of(misfits, FieldKey(kTypeField))->CanLeave());
  const Reapplied done = Do(terms, base, Shown(), Side::kHere);
  for (const PlannedWrite& write : PlanWrites(terms, done.base, Shown(), {}).writes) {
    if (write.kind == WriteKind::kTransition) CHECK(write.status == "Backlog");
    else CHECK(write.type == "Defect");
  }
}

TEST_CASE("people are listed after their accounts changed") {
  LocalIssue local = Shown();
  local.fields["assignee"] = Local({"bbrown"});
  const IssueBase base = Born(TermsOf(kHq), local);
  Terms terms = TermsOf(kHq);
  terms.binding.users["bob"] = "bob.new";
  const Misfits misfits = FindMisfits(terms, base, local, {});
  const Misfit* found = Of(misfits, FieldKey("assignee"));
  REQUIRE(found);
  CHECK(found->wanted == "bob.new");
}

TEST_CASE("somebody whom nobody here is bound to is no misfit where Jira shows that name") {
  LocalIssue local = Shown();
  local.fields["assignee"].values = {Value{"aother", "Ann Other"}};
  const Terms terms = TermsOf(kHq);
  const IssueBase base = Born(terms, local);
  REQUIRE(base.registers.at(FieldKey("assignee")).agreed == Text("Ann Other"));
  CHECK(FindMisfits(terms, base, local, {}).found.empty());
}

TEST_CASE("another word for an element is no edit; either side may have its way") {
  const LocalIssue local = ShownWithOptions();
  const IssueBase base = Born(WithOptions("a"), local);
  const Terms terms = WithOptions("b");
  const RegisterKey a = ElementKey("impact", "a"), b = ElementKey("impact", "b");
  const Captured captured = Read(terms, base, local);
  CHECK(captured.change.empty());
  CHECK(FindMisfits(terms, captured.base, local, {}).found.size() == 2);

  const Reapplied sent = Do(terms, captured.base, local, Side::kPeer);
  REQUIRE(sent.change.registers.size() == 2);
  CHECK_FALSE(Find(sent.change.registers, a)->value);
  CHECK(Find(sent.change.registers, b)->value == Value{});
  CHECK(Read(terms, sent.base, local).change.empty());
  CHECK(FindMisfits(terms, sent.base, local, {}).found.empty());
  CHECK_FALSE(ViewOf(terms, sent.base, local, {}).at(b).is_renamed);  // from now on an edit is one

  const Reapplied here = Do(terms, captured.base, local, Side::kHere);
  const Plan plan = PlanWrites(terms, here.base, local, {});
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes.front().fields.at("customfield_9") == Local({"Beta"}));
  LocalIssue without = local;  // a person takes it out: that is an edit
  Edit(without, "customfield_9", {});
  CHECK_FALSE(Find(Read(terms, base, without).change.registers, a)->value);
}

TEST_CASE("an element of the peer's that Jira shows already leaves under no other word either") {
  LocalIssue local = Shown();
  const IssueBase born = Born(WithOptions("a"), local);  // without the options on its screens
  IssueBase base = Merge(WithOptions("a"), born,
                         ChangeOf({Peers(ElementKey("impact", "a"), At(9'000, kField), Value{})}))
                       .base;
  local = ShownWithOptions();
  const Plan plan = PlanWrites(WithOptions("a"), base, local, {});
  CHECK(plan.writes.empty());
  CHECK_FALSE(plan.base.registers.at(ElementKey("impact", "a")).is_pending);
  CHECK(Read(WithOptions("b"), plan.base, local).change.empty());
}

TEST_CASE("a word nobody agreed on goes from a one-way field of the other side without leaving") {
  const LocalIssue local = ShownWithOptions();
  const IssueBase base = Read(WithOptions("b"), Born(WithOptions("a"), local), local).base;
  Terms terms = WithOptions("b");
  terms.contract.fields["impact"].from.owner = kField;
  const Reapplied here = Do(terms, base, local, Side::kHere);
  CHECK(here.change.empty());
  CHECK(here.findings.empty());
  const Plan plan = PlanWrites(terms, here.base, local, {});
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes.front().fields.at("customfield_9") == Local({"Beta"}));
}

TEST_CASE("a wish for the peer is listed where what is agreed is on its way here already") {
  const Terms terms = Rebound();
  IssueBase base = Born(TermsOf(kHq), Shown());
  const auto wishes = WishesFor(FindMisfits(terms, base, Shown(), {}), Side::kPeer);
  SUBCASE("to be written") { base.registers[kSeverity].is_pending = true; }
  SUBCASE("held by Jira") { base.registers[kSeverity].held = "refused"; }
  const Reapplied done = Reapply(terms, base, wishes, Shown(), {}, kNow);
  CHECK(done.base == base);
  REQUIRE(Of(done.findings, "not-applied").size() == 1);
  CHECK(Of(done.findings, "not-applied").front().reason_code == "changed");
}

TEST_CASE("a field bound late is not written by itself, and what it shows stays at home") {
  Terms terms = TermsOf(kHq);
  IssueBase base = Born(terms, Shown());
  const RegisterKey notes = FieldKey("notes");
  base = Merge(terms, base, ChangeOf({Peers(notes, At(9'000, kField), Text("theirs"))})).base;
  FieldBinding& binding = terms.binding.fields["notes"];
  binding.name = "notes";
  binding.field = "customfield_8";
  binding.kind = ValueKind::kText;
  LocalIssue local = Shown();
  local.fields["customfield_8"] = Local({"ours, of old"});
  REQUIRE(Of(FindMisfits(terms, base, local, {}), notes));
  const Captured captured = Read(terms, base, local);
  CHECK(captured.change.empty());
  CHECK(PlanWrites(terms, captured.base, local, {}).writes.empty());
  CHECK(Of(FindMisfits(terms, captured.base, local, {}), notes)->wanted == "theirs");
  CHECK(Do(terms, captured.base, local, Side::kHere).base.registers.at(notes).is_pending);
  Edit(local, "customfield_8", {"ours, anew"});
  CHECK(Find(Read(terms, captured.base, local).change.registers, notes));
}

}  // namespace valise
