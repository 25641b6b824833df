#include "tests/agent/support.h"

namespace valise {
namespace {

const RegisterKey kSummary = FieldKey("summary");
const RegisterKey kSeverity = FieldKey("severity");

}  // namespace

TEST_CASE("a birth carries every bound register, the empty ones too") {
  const Terms terms = TermsOf(kHq);
  const LocalIssue local = Shown();
  const Captured born = Read(terms, NewBase(terms, local, kOriginKey, Id{}), local);
  CHECK(born.change.is_birth);
  REQUIRE(Find(born.change.registers, kSummary));
  CHECK(Find(born.change.registers, kSummary)->value == Text("one"));
  CHECK(Find(born.change.registers, FieldKey("status"))->value == Text("open"));
  CHECK(Find(born.change.registers, FieldKey("type"))->value == Text("bug"));
  REQUIRE(Find(born.change.registers, FieldKey("reference")));
  CHECK_FALSE(Find(born.change.registers, FieldKey("reference"))->value);
  CHECK(Find(born.change.registers, ElementKey("labels", "a")));
  CHECK_FALSE(Find(born.change.registers, FieldKey("notes")));
  CHECK(Read(terms, born.base, local).change.empty());
}

// A birth whose parent came with no register of its own: what it says of the parent is agreed.
TEST_CASE("a sub-task under the parent of its birth is nobody's edit, a move from there is one") {
  const Terms terms = TermsOf(kHq);
  const RegisterKey key = FieldKey("parent");
  LocalIssue local = Shown();
  local.parent_id = "77";
  local.parent = IdOf(5);
  IssueBase copy = Incoming(terms, {});
  copy.origin.parent = IdOf(5);
  copy.jira_id = local.id;
  const Captured first = Read(terms, copy, local);
  CHECK_FALSE(Find(first.change.registers, key));
  CHECK(ParentOf(first.base) == IdOf(5));
  SUBCASE("under another issue") {
    local.parent = IdOf(6);
    const Captured moved = Read(terms, first.base, local);
    REQUIRE(Find(moved.change.registers, key));
    CHECK(Find(moved.change.registers, key)->value == Text(Text(IdOf(6))));
    local.parent = IdOf(5);
    CHECK(Find(Read(terms, moved.base, local).change.registers, key));  // and back is another
  }
  SUBCASE("made an issue without a parent") {
    local.parent_id.clear();
    local.parent = Id{};
    const Captured freed = Read(terms, first.base, local);
    REQUIRE(Find(freed.change.registers, key));
    CHECK_FALSE(Find(freed.change.registers, key)->value);
  }
}

TEST_CASE("an edit leaves once, with a newer version and what of the peer's it was made on") {
  const Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  IssueBase base = Born(terms, local);
  base.registers[kSummary].peer_newest = At(4'500, kField);
  Edit(local, "summary", {"two"});
  Log(local, 1, "bbrown", 5'500, {"summary", "", "one", "", "two"});
  const Captured captured = Read(terms, base, local);
  REQUIRE(captured.change.registers.size() == 1);
  const Register& edit = captured.change.registers[0];
  CHECK(edit.value == Text("two"));
  CHECK(edit.version == At(5'500, kHq));
  CHECK(edit.seen == At(4'500, kField));
  CHECK(Read(terms, captured.base, local).change.empty());
}

TEST_CASE("no clock makes a version that is not newer, or more than a day ahead") {
  const Terms terms = TermsOf(kHq);
  RegisterBase base;
  base.version = base.peer_newest = At(9'000, kField);
  CHECK(NextVersion(terms, base, 5, kNow) == At(9'001, kHq));
  CHECK(NextVersion(terms, base, 9'500, kNow) == At(9'500, kHq));
  CHECK(NextVersion(terms, base, INT64_MAX / 2, kNow) == At(kNow + 24 * 3'600'000, kHq));
}

TEST_CASE("what differs from seen but says what is agreed does not leave") {
  const Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  Edit(local, "customfield_1", {"Major"});
  const IssueBase base = Born(terms, local);
  Edit(local, "customfield_1", {"Blocker"});  // "high" as well
  const Captured captured = Read(terms, base, local);
  CHECK(captured.change.empty());
  CHECK(captured.base.registers.at(kSeverity).seen == SeenDigest(Local({"Blocker"})));
}

TEST_CASE("line ends and order of labels are no edits") {
  const Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  Edit(local, "description", {"a\nb"});
  const IssueBase base = Born(terms, local);
  Edit(local, "description", {"a\r\nb"});
  Edit(local, "labels", {"b", "a"});
  CHECK(Read(terms, base, local).change.empty());
}

TEST_CASE("what a lossy binding reads back never leaves by itself") {
  const Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  IssueBase base = Born(terms, local);
  Pend(base, kSeverity, Text("mid"), At(9'000, kField));  // written as Minor, which reads "low"
  const Plan plan = PlanWrites(terms, base, local, {});
  CHECK(plan.writes.empty());
  const Captured captured = Read(terms, plan.base, local);
  CHECK(captured.change.empty());
  CHECK(captured.base.registers.at(kSeverity).agreed == Text("mid"));
}

TEST_CASE("a value without a shared name is listed once and sends nothing") {
  const Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  const IssueBase base = Born(terms, local);
  Edit(local, "customfield_1", {"Trivial"});
  const Captured captured = Read(terms, base, local);
  CHECK(captured.change.empty());
  const auto unmapped = Of(captured.findings, "unmapped");
  REQUIRE(unmapped.size() == 1);
  CHECK(unmapped[0].value == Text("Trivial"));
  CHECK(captured.base.registers.at(kSeverity).agreed == Text("low"));
  CHECK(Read(terms, captured.base, local).findings.empty());
}

TEST_CASE("an unmapped value that goes back to the agreed one sends nothing") {
  const Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  IssueBase base = Born(terms, local);
  Edit(local, "customfield_1", {"Trivial"});
  base = Read(terms, base, local).base;
  Edit(local, "customfield_1", {"Minor"});
  CHECK(Read(terms, base, local).change.empty());
}

TEST_CASE("a field that the read does not show is not diffed") {
  const Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  const IssueBase base = Born(terms, local);
  local.fields.erase("summary");
  CHECK(Read(terms, base, local).change.empty());
}

TEST_CASE("labels leave element by element") {
  const Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  const IssueBase base = Born(terms, local);
  Edit(local, "labels", {"b", "c"});
  const Captured captured = Read(terms, base, local);
  REQUIRE(captured.change.registers.size() == 2);
  CHECK_FALSE(Find(captured.change.registers, ElementKey("labels", "a"))->value);
  CHECK(Find(captured.change.registers, ElementKey("labels", "c"))->value == Value{});
}

TEST_CASE("an empty field that the peer owns is no edit of anybody's at birth") {
  const Terms terms = TermsOf(kField);  // `due` and `region` are HQ's
  const LocalIssue local = Shown();
  const Captured born = Read(terms, NewBase(terms, local, kOriginKey, Id{}), local);
  CHECK(Of(born.findings, "override").empty());
}

TEST_CASE("rules that answer each other are held; a person's edit ends the hold") {
  Terms terms = TermsOf(kHq);
  terms.binding.automations = {"robot"};
  terms.settings.flips_max = 3;
  LocalIssue local = Shown();
  IssueBase base = Born(terms, local);
  base.registers[kSummary].flips = 2;
  Edit(local, "summary", {"two"});
  Log(local, 1, "robot", 6'000, {"summary", "", "one", "", "two"});
  const Captured third = Read(terms, base, local);
  REQUIRE(third.change.registers.size() == 1);
  CHECK(third.change.registers[0].is_automatic);
  CHECK(third.base.registers.at(kSummary).flips == 3);

  Edit(local, "summary", {"three"});
  Log(local, 2, "robot", 7'000, {"summary", "", "two", "", "three"});
  const Captured fourth = Read(terms, third.base, local);
  CHECK(fourth.change.empty());
  CHECK(fourth.base.registers.at(kSummary).held == "flip");
  CHECK(Of(fourth.findings, "held").size() == 1);

  Edit(local, "summary", {"four"});
  Log(local, 3, "bbrown", 8'000, {"summary", "", "three", "", "four"});
  const Captured person = Read(terms, fourth.base, local);
  REQUIRE(person.change.registers.size() == 1);
  CHECK_FALSE(person.change.registers[0].is_automatic);
  CHECK(person.base.registers.at(kSummary).flips == 0);
  CHECK(person.base.registers.at(kSummary).held.empty());
}

TEST_CASE("an issue went back when its birth, its changelog or its time did") {
  const Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  local.updated_ms += 3'600'000;
  Log(local, 5, "bbrown", 5'500, {"summary", "", "zero", "", "one"});
  const IssueBase base = Born(terms, local);
  CHECK_FALSE(WentBack(base, local));
  LocalIssue other = local;
  SUBCASE("another issue under its id") { other.created_ms += 1; }
  SUBCASE("an edit that is no more") { other.histories.clear(); }
  SUBCASE("a comment that is no more") { other.updated_ms -= 11 * 60'000; }
  CHECK(WentBack(base, other) == (other != local));
  LocalIssue skewed = local;
  skewed.updated_ms -= 60'000;  // a server's clock was set a little
  CHECK_FALSE(WentBack(base, skewed));
}

TEST_CASE("an edit at the wrong side of a one-way field is put back, or kept and listed") {
  const Terms terms = TermsOf(kField);
  LocalIssue local = Shown();
  Edit(local, "duedate", {"2030-01-01"});
  Edit(local, "customfield_4", {"north"});
  IssueBase base = Born(TermsOf(kHq), local);  // registers with versions of hq's
  Edit(local, "duedate", {"2031-01-01"});
  Edit(local, "customfield_4", {"south"});
  const Captured captured = Read(terms, base, local);
  CHECK(captured.change.empty());
  CHECK(Of(captured.findings, "put-back").size() == 1);
  CHECK(Of(captured.findings, "override").size() == 1);
  CHECK(captured.base.registers.at(FieldKey("due")).is_pending);
  CHECK(captured.base.registers.at(FieldKey("region")).is_override);
  const Plan plan = PlanWrites(terms, captured.base, local, {});
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].fields.at("duedate") == Local({"2030-01-01"}));
  CHECK_FALSE(plan.writes[0].fields.contains("customfield_4"));
  CHECK(Read(terms, captured.base, local).findings.empty());  // told once
}

TEST_CASE("restricted comments never leave unless the contract says all") {
  Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  local.comments = {CommentOf("1", "open"), CommentOf("2", "secret")};
  local.comments[1].is_restricted = true;
  const IssueBase fresh = NewBase(terms, local, kOriginKey, Id{});
  const Captured captured = Read(terms, fresh, local);
  CHECK(captured.change.objects.size() == 1);
  for (const Register& reg : captured.change.registers) CHECK(reg.value != Text("secret"));
  terms.contract.comment_visibility = CommentVisibility::kAll;
  CHECK(Read(terms, fresh, local).change.objects.size() == 2);
}

TEST_CASE("a comment that becomes restricted stays agreed, and its later text does not leave") {
  const Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  local.comments = {CommentOf("1", "open")};
  const IssueBase base = Born(terms, local);
  local.comments[0].is_restricted = true;
  local.comments[0].body = "secret";
  const Captured captured = Read(terms, base, local);
  CHECK(captured.change.empty());
}

TEST_CASE("a comment leaves with author and presence, its edit as text only") {
  const Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  const IssueBase base = Born(terms, local);
  local.comments = {CommentOf("1", "hello [~zoe]")};
  const Captured added = Read(terms, base, local);
  REQUIRE(added.change.objects.size() == 1);
  const Id id = added.change.objects[0].id;
  CHECK(added.change.objects[0].author.name == "Bob Brown");
  CHECK(Find(added.change.registers, CommentPresenceKey(id))->value == Value{});
  CHECK(Find(added.change.registers, CommentTextKey(id))->value == Text("hello @Zoe Zimmer"));
  local.comments[0].body = "bye";
  const Captured edited = Read(terms, added.base, local);
  REQUIRE(edited.change.registers.size() == 1);
  CHECK(edited.change.registers[0].key == CommentTextKey(id));
}

TEST_CASE("comments of one instant keep the order in which Jira shows them") {
  const Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  local.comments = {CommentOf("1", "first")};
  const IssueBase base = Born(terms, local);
  const std::int64_t first_ms = base.objects.begin()->second.origin.created_ms;
  CHECK(first_ms == local.comments[0].created_ms);
  local.comments = {CommentOf("1", "first"), CommentOf("2", "second"), CommentOf("3", "third")};
  const Captured captured = Read(terms, base, local);
  REQUIRE(captured.change.objects.size() == 2);
  CHECK(captured.change.objects[0].created_ms == first_ms + 1);
  CHECK(captured.change.objects[1].created_ms == first_ms + 2);
}

TEST_CASE("a missing comment is a candidate; only proof makes it a deletion") {
  const Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  local.comments = {CommentOf("1", "hello")};
  const IssueBase base = Born(terms, local);
  local.comments.clear();
  CHECK(MissingObjects(terms, base, local) == std::vector<ObjectRef>{{ObjectKind::kComment, "1"}});
  CHECK(Read(terms, base, local).change.empty());
  const Captured gone = Read(terms, base, local, {"1"});
  REQUIRE(gone.change.registers.size() == 1);
  CHECK_FALSE(gone.change.registers[0].value);
  CHECK(MissingObjects(terms, gone.base, local).empty());
  local.has_all_comments = false;
  CHECK(MissingObjects(terms, base, local).empty());
}

TEST_CASE("comments of this side stay here where only the peer's travel") {
  Terms terms = TermsOf(kHq);
  terms.contract.comments_from.owner = kField;
  LocalIssue local = Shown();
  local.comments = {CommentOf("1", "hello")};
  CHECK(Read(terms, NewBase(terms, local, kOriginKey, Id{}), local).change.objects.empty());
}

TEST_CASE("an edit beside a value that waits to be written is concurrent with it") {
  const Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  IssueBase base = Born(terms, local);
  Edit(local, "summary", {"mine"});
  Log(local, 1, "bbrown", 6'000, {"summary", "", "one", "", "mine"});
  SUBCASE("the peer's is newer: it stands and is still to be written") {
    Pend(base, kSummary, Text("theirs"), At(9'000, kField));
    const Captured captured = Read(terms, base, local);
    REQUIRE(captured.change.registers.size() == 1);  // it leaves, so that the peer lists it too
    CHECK(captured.change.registers[0].version == At(6'000, kHq));
    CHECK(captured.change.registers[0].seen == Version{});
    CHECK(captured.base.registers.at(kSummary).agreed == Text("theirs"));
    CHECK(captured.base.registers.at(kSummary).is_pending);
    CHECK(Of(captured.findings, "conflict-lost")[0].value == Text("mine"));
  }
  SUBCASE("the person's is newer: it stands and nothing is written") {
    Pend(base, kSummary, Text("theirs"), At(5'500, kField));
    const Captured captured = Read(terms, base, local);
    CHECK(captured.base.registers.at(kSummary).agreed == Text("mine"));
    CHECK_FALSE(captured.base.registers.at(kSummary).is_pending);
    CHECK(Of(captured.findings, "conflict-lost")[0].value == Text("theirs"));
  }
}

TEST_CASE("a local edit ends a hold, and so does a Jira that shows the held value after all") {
  const Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  IssueBase base = Born(terms, local);
  Pend(base, kSeverity, Text("high"), At(9'000, kField));
  std::vector<Finding> findings;
  HoldRegister(base, kSeverity, "refused", findings);
  CHECK(Read(terms, base, local).change.empty());
  SUBCASE("somebody sets another value of the held shared one") {
    Edit(local, "customfield_1", {"Blocker"});
    const Captured captured = Read(terms, base, local);
    CHECK(captured.change.empty());
    CHECK(captured.base.registers.at(kSeverity).held.empty());
  }
  SUBCASE("somebody decides otherwise") {
    Edit(local, "customfield_1", {});
    const Captured captured = Read(terms, base, local);
    REQUIRE(captured.change.registers.size() == 1);
    CHECK_FALSE(captured.change.registers[0].value);
    CHECK(captured.change.registers[0].version > At(9'000, kField));
    CHECK(captured.base.registers.at(kSeverity).held.empty());
  }
}

TEST_CASE("a held value that the read does not show does not make the old local value leave") {
  const Terms terms = TermsOf(kHq);
  const LocalIssue local = Shown();
  IssueBase base = Born(terms, local);
  Pend(base, FieldKey("status"), Text("done"), At(9'000, kField));
  std::vector<Finding> findings;
  HoldRegister(base, FieldKey("status"), "no-transition", findings);
  const Captured captured = Read(terms, base, local);
  CHECK(captured.change.empty());
  CHECK(captured.base.registers.at(FieldKey("status")).held == "no-transition");
}

TEST_CASE("ids hang on the origin key, Jira's id and its birth alone") {
  CHECK(IssueIdOf(kOriginKey, "1", 5) == IssueIdOf(kOriginKey, "1", 5));
  CHECK(IssueIdOf(kOriginKey, "1", 5) != IssueIdOf(kOriginKey, "1", 6));
  CHECK(IssueIdOf(kOriginKey, "1", 5) != IssueIdOf(kOriginKey, "2", 5));
  CHECK(IssueIdOf(kOriginKey, "1", 5) != ObjectIdOf(kOriginKey, ObjectKind::kComment, "1", 5));
  CHECK(IssueIdOf(kOriginKey, "1", 5) != IssueIdOf("another key of 16+ bytes", "1", 5));
}

}  // namespace valise
