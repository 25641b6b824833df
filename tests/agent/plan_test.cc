#include "tests/agent/support.h"

namespace valise {
namespace {

const RegisterKey kSummary = FieldKey("summary");
const RegisterKey kSeverity = FieldKey("severity");
const RegisterKey kStatus = FieldKey("status");

struct Case : PlanCase {
  const RegisterBase& Reg(const Plan& plan, const RegisterKey& key) const {
    return plan.base.registers.at(key);
  }
};

}  // namespace

TEST_CASE("nothing pending, nothing planned; a frozen issue is never written") {
  Case c;
  CHECK(c.Planned().writes.empty());
  c.Want(kSummary, Text("two"));
  c.base.state = IssueState::kFrozen;
  CHECK(c.Planned().writes.empty());
}

TEST_CASE("several fields go in one edit") {
  Case c;
  c.Want(kSummary, Text("two"));
  c.Want(kSeverity, Text("high"));
  const Plan plan = c.Planned();
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].kind == WriteKind::kEdit);
  CHECK(plan.writes[0].fields.at("summary") == Local({"two"}));
  CHECK(plan.writes[0].fields.at("customfield_1") == Local({"Major"}));  // the first is written
  CHECK(plan.writes[0].keys.size() == 2);
}

TEST_CASE("blanks are no empty value, though they read as one: the field is cleared") {
  Case c;
  Edit(c.local, "customfield_2", {"  "});
  c.Want(FieldKey("reference"), std::nullopt);
  const Plan plan = c.Planned();
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].fields.at("customfield_2") == LocalField{});
}

TEST_CASE("what Jira shows already is settled without a write") {
  Case c;
  c.Want(kSummary, Text("one"));
  c.local.fields["customfield_1"] = Local({"Blocker"});
  c.Want(kSeverity, Text("high"));  // another local value of the same shared one
  const Plan plan = c.Planned();
  CHECK(plan.writes.empty());
  CHECK_FALSE(c.Reg(plan, kSummary).is_pending);
  CHECK_FALSE(c.Reg(plan, kSeverity).is_pending);
  CHECK(c.Reg(plan, kSeverity).seen == SeenDigest(Local({"Blocker"})));
}

TEST_CASE("several shared values on one local value are written once and rest") {
  Case c;
  c.local.fields["customfield_1"] = Local({"Major"});
  c.Want(kSeverity, Text("mid"));
  const Plan plan = c.Planned();
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].fields.at("customfield_1") == Local({"Minor"}));
  c.local.fields["customfield_1"] = Local({"Minor"});
  CHECK(c.Planned().writes.empty());
}

TEST_CASE("a value without a local word is held, and the rest goes on") {
  Case c;
  c.Want(kSeverity, Text("top"));
  c.Want(kSummary, Text("two"));
  const Plan plan = c.Planned();
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].keys == std::vector<RegisterKey>{kSummary});
  CHECK(c.Reg(plan, kSeverity).held == "value");
  CHECK_FALSE(c.Reg(plan, kSeverity).is_pending);
  REQUIRE(Of(plan.findings, "held").size() == 1);
  CHECK(Of(plan.findings, "held")[0].value == Text("top"));
}

TEST_CASE("an empty value empties the field") {
  Case c;
  c.Want(kSeverity, std::nullopt);
  const Plan plan = c.Planned();
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].fields.at("customfield_1").values.empty());
}

TEST_CASE("a person without an account here is held, with one is written as that account") {
  Case c;
  c.Want(FieldKey("assignee"), Value{"Eve Evans", "eve"});
  CHECK(c.Reg(c.Planned(), FieldKey("assignee")).held == "person");
  c.Want(FieldKey("assignee"), Value{"Bob Brown", "bob"});
  CHECK(c.Planned().writes.at(0).fields.at("assignee") == Local({"bbrown"}));
}

// The account was found by that name when it was written; that is not known for ever.
TEST_CASE("a person whom the peer takes out of a list goes, though nobody is found by the name") {
  Case c;
  FieldBinding team;
  team.name = "team";
  team.field = "customfield_9";
  team.kind = ValueKind::kPeople;
  c.terms.contract.fields["team"].name = "team";
  c.terms.contract.fields["team"].kind = ValueKind::kPeople;
  c.terms.binding.fields["team"] = team;
  c.terms.binding.people.unknown = UnknownPerson::kNone;
  const RegisterKey zoe = ElementKey("team", "Zoe Zimmer");
  c.local.fields["customfield_9"] = Local({"alice", "zz"});
  c.base.registers[zoe].has_seen = true;
  c.base.registers[zoe].seen = SeenElement(team, Value{"zz", ""});
  c.Want(zoe, std::nullopt);
  const Plan plan = c.Planned();
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].fields.at("customfield_9") == Local({"alice"}));
  c.local.fields["customfield_9"] = Local({"alice"});  // gone already: settled
  CHECK(c.Planned().writes.empty());
}

TEST_CASE("a set is written absolute, from what the read shows") {
  Case c;
  c.local.fields["labels"] = Local({"a", "b", "stranger"});
  c.Want(ElementKey("labels", "a"), std::nullopt);
  c.Want(ElementKey("labels", "c"), Value{});
  c.Want(ElementKey("labels", "b"), Value{});  // is there: settled
  const Plan plan = c.Planned();
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].fields.at("labels") == Local({"b", "c", "stranger"}));
  CHECK(plan.writes[0].keys.size() == 2);
  CHECK_FALSE(c.Reg(plan, ElementKey("labels", "b")).is_pending);
}

TEST_CASE("a transition changes no bound field that its screen asks for again") {
  Case c;
  c.Want(kStatus, Text("done"));
  c.Want(kSummary, Text("two"));
  c.terms.binding.fields["reference"].default_value = "none";
  const Plan plan = c.Planned();
  const PlannedWrite& transition = plan.writes.back();
  REQUIRE(transition.kind == WriteKind::kTransition);
  CHECK(transition.standing.at("customfield_1") == Local({"Minor"}));  // as shown
  CHECK(transition.standing.at("summary") == Local({"two"}));          // as it is to be
  CHECK(transition.standing.at("customfield_2") == Local({"none"}));   // shows nothing
}

TEST_CASE("a status is a transition, and the resolution goes with it") {
  Case c;
  c.Want(kStatus, Text("done"));
  c.Want(FieldKey("resolution"), Text("Won't Fix"));
  const Plan plan = c.Planned();
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].kind == WriteKind::kTransition);
  CHECK(plan.writes[0].status == "Done");
  CHECK(plan.writes[0].defaults.at("resolution") == "Fixed");
  CHECK(plan.writes[0].fields.at("resolution") == Local({"Won't Fix"}));
  CHECK(plan.writes[0].keys.size() == 2);
}

TEST_CASE("edits come first, comments in the order of their birth, and the transition last") {
  Case c;
  c.Want(kStatus, Text("done"));
  c.Want(kSummary, Text("two"));
  for (const auto& [id, created_ms] : {std::pair{IdOf(8), 92}, std::pair{IdOf(9), 91}}) {
    ObjectBase comment;
    comment.is_ours = false;
    comment.origin = {id, {"Zoe", ""}, created_ms};
    c.base.objects[id] = comment;
    c.Want(CommentPresenceKey(id), Value{});
    c.Want(CommentTextKey(id), Text("hello"));
  }
  const Plan plan = c.Planned();
  REQUIRE(plan.writes.size() == 4);
  CHECK(plan.writes[0].kind == WriteKind::kEdit);
  CHECK(plan.writes[1].object == IdOf(9));
  CHECK(plan.writes[2].object == IdOf(8));
  CHECK(plan.writes[1].body == "_Zoe (field), 1970-01-01 00:00:_\nhello");
  CHECK(plan.writes[3].kind == WriteKind::kTransition);
}

TEST_CASE("what a status takes no edits of waits for another status") {
  Case c;
  c.Want(kSummary, Text("two"));
  c.local.status = "Done";
  std::vector<Finding> findings;
  HoldRegister(c.base, kSummary, NotEditableReason("Done"), findings);
  CHECK(c.Planned().writes.empty());
  c.local.status = "To Do";
  const Plan plan = c.Planned();
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].fields.at("summary") == Local({"two"}));
  CHECK(c.Reg(plan, kSummary).held.empty());
}

TEST_CASE("another local name of the wanted status or type is left as it is") {
  Case c;
  c.local.status = "Reopened";
  c.local.type = "Defect";
  c.Want(kStatus, Text("open"));
  c.Want(FieldKey("type"), Text("bug"));
  const Plan plan = c.Planned();
  CHECK(plan.writes.empty());
  CHECK_FALSE(c.Reg(plan, kStatus).is_pending);
}

TEST_CASE("a status or type that this site does not have is held") {
  Case c;
  c.Want(kStatus, Text("frozen"));
  c.Want(FieldKey("type"), Text("epic"));
  const Plan plan = c.Planned();
  CHECK(plan.writes.empty());
  CHECK(c.Reg(plan, kStatus).held == "value");
  CHECK(c.Reg(plan, FieldKey("type")).held == "value");
}

TEST_CASE("comments: edits and deletions go to the right one, restricted ones are held") {
  Case c;
  c.local.comments = {CommentOf("1", "hello")};
  c.base = Born(c.terms, c.local);
  const Id id = c.base.objects.begin()->first;
  SUBCASE("edit") {
    c.Want(CommentTextKey(id), Text("bye"));
    const Plan plan = c.Planned();
    REQUIRE(plan.writes.size() == 1);
    CHECK(plan.writes[0].kind == WriteKind::kCommentEdit);
    CHECK(plan.writes[0].object_jira_id == "1");
    CHECK(plan.writes[0].body == "bye");
  }
  SUBCASE("an edit of one that nobody may see any more") {
    c.Want(CommentTextKey(id), Text("bye"));
    c.local.comments[0].is_restricted = true;
    const Plan plan = c.Planned();
    CHECK(plan.writes.empty());
    CHECK(c.Reg(plan, CommentTextKey(id)).held == "restricted");
  }
  SUBCASE("deletion, with an edit that comes too late") {
    c.Want(CommentTextKey(id), Text("bye"));
    c.Want(CommentPresenceKey(id), std::nullopt);
    const Plan plan = c.Planned();
    REQUIRE(plan.writes.size() == 1);
    CHECK(plan.writes[0].kind == WriteKind::kCommentDelete);
    CHECK_FALSE(c.Reg(plan, CommentTextKey(id)).is_pending);
  }
}

TEST_CASE("an edit of one line keeps the mention that this Jira shows in another") {
  Case c;
  c.local.fields["description"] = Local({"ask [~carl]\nsecond"});
  const Directory directory = {{"carl", "Carl Cole"}};
  c.Want(FieldKey("description"), Text("ask @Carl Cole\nchanged"));
  const Plan plan = PlanWrites(c.terms, c.base, c.local, directory);
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].fields.at("description") == Local({"ask [~carl]\nchanged"}));
}

}  // namespace valise
