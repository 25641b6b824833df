// What the binding's rules do: incoming conditions, defaults, templates, fields of some types,
// people, keys of the peer, who sees what is written.
#include "agent/core/incoming.h"
#include "agent/core/people.h"
#include "agent/core/remote_key.h"
#include "tests/agent/support.h"

namespace valise {
namespace {

const RegisterKey kSummary = FieldKey("summary");
const RegisterKey kAssignee = FieldKey("assignee");

using Case = PlanCase;

Terms TermsWithKeys() {
  Terms terms = TermsOf(kHq);
  terms.contract.shares_keys = true;
  terms.binding.remote_key = {true, "https://j.example/browse/{key}", "customfield_9"};
  return terms;
}

void BindTeam(Terms& terms) {
  FieldTerms& team = terms.contract.fields["team"];
  team.name = "team";
  team.kind = ValueKind::kPeople;
  FieldBinding& binding = terms.binding.fields["team"];
  binding.name = "team";
  binding.field = "customfield_6";
  binding.kind = ValueKind::kPeople;
}

}  // namespace

TEST_CASE("a peer's new issue is taken if every condition that is given holds") {
  const Terms terms = TermsOf(kHq);
  const Version at = At(9'000, kField);
  const IssueBase issue =
      Incoming(terms, {Peers(FieldKey("status"), at, Text("open")),
                       Peers(FieldKey("severity"), at, Text("high")),
                       Peers(ElementKey("labels", "shared"), at, Value{}),
                       Peers(ElementKey("labels", "gone"), at, std::nullopt)});
  IncomingConditions wanted;
  CHECK(IsTaken(wanted, issue));
  wanted.types = {"bug", "task"};
  wanted.statuses = {"open"};
  wanted.fields["severity"] = {"high", "top"};
  wanted.fields["labels"] = {"shared", "other"};
  CHECK(IsTaken(wanted, issue));
  wanted.fields["labels"] = {"gone"};
  CHECK_FALSE(IsTaken(wanted, issue));
  wanted.fields.erase("labels");
  wanted.statuses = {"done"};
  CHECK_FALSE(IsTaken(wanted, issue));
  wanted.statuses.clear();
  wanted.types = {"task"};
  CHECK_FALSE(IsTaken(wanted, issue));
}

TEST_CASE("a create carries the binding's defaults and its security level beside the fields") {
  Terms terms = TermsOf(kHq);
  terms.binding.defaults = {{"customfield_8", "Hardware"}};
  terms.binding.security_level = "Partners";
  const Plan plan = PlanCreate(terms, Incoming(terms, {}), "");
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].defaults.at("customfield_8") == "Hardware");
  CHECK(plan.writes[0].defaults.at(kSecurityField) == "Partners");
}

TEST_CASE("a transition has at hand what the status' binding names") {
  Case c;
  c.terms.binding.statuses["done"].fields = {{"customfield_8", "why"}};
  c.Want(FieldKey("status"), Text("done"));
  const auto defaults = c.Planned().writes.at(0).defaults;
  CHECK(defaults.at("customfield_8") == "why");
  CHECK(defaults.at("resolution") == "Fixed");
}

TEST_CASE("a peer's text stands in its template, an own one does not, and both leave without it") {
  Case c;
  FieldBinding& summary = c.terms.binding.fields["summary"];
  summary.text_template = "[{site}] {value}";
  c.Want(kSummary, Text("it leaks"));
  CHECK(c.Planned().writes.at(0).fields.at("summary") == Local({"[field] it leaks"}));
  const auto shared = [&](const char* shown) {
    return ToSharedField(c.terms, summary, Local({shown}), std::nullopt, {}).shared;
  };
  CHECK(shared("[field] it leaks more") == Text("it leaks more"));
  CHECK(shared("somebody took it off") == Text("somebody took it off"));
  Pend(c.base, kSummary, Text("put back"), At(9'500, kHq));  // made here
  CHECK(c.Planned().writes.at(0).fields.at("summary") == Local({"put back"}));
}

TEST_CASE("a template frames a text whose untouched lines are kept") {
  Case c;
  c.terms.binding.fields["description"].text_template = "h6. {site}\n{value}";
  Edit(c.local, "description", {"h6. field\none [~bbrown]\ntwo"});
  c.Want(FieldKey("description"), Text("one @Bob Brown\nthree"));
  const LocalField written = c.Planned().writes.at(0).fields.at("description");
  CHECK(written.values.at(0).text.starts_with("h6. field\none "));
  CHECK(written.values.at(0).text.ends_with("\nthree"));
}

TEST_CASE("a field of other types is neither shown nor written; of this type later, it is") {
  Case c;
  c.terms.contract.types["task"] = {};
  c.terms.binding.types["task"] = {"Task"};
  c.terms.contract.fields["severity"].types = {"task"};
  c.base.registers.erase(FieldKey("severity"));
  CHECK_FALSE(ViewOf(c.terms, c.base, c.local, {}).contains(FieldKey("severity")));
  c.Want(FieldKey("severity"), Text("high"));
  SUBCASE("which this site has never seen") {
    c.base.registers[FieldKey("severity")].has_seen = false;
  }
  SUBCASE("which this site showed before") {
    c.base.registers[FieldKey("severity")].has_seen = true;
    c.base.registers[FieldKey("severity")].seen = SeenDigest(c.local.fields.at("customfield_1"));
  }
  Plan plan = c.Planned();
  CHECK(plan.writes.empty());
  CHECK_FALSE(plan.base.registers.at(FieldKey("severity")).is_pending);
  CHECK(plan.base.registers.at(FieldKey("severity")).held == kOtherType);
  CHECK(plan.findings.empty());  // nobody need do anything
  const auto outcome = OutcomeOf(
      c.terms, plan.base, ChangeOf({Peers(FieldKey("severity"), At(9'000, kField), Text("high"))}));
  REQUIRE(outcome);
  CHECK(outcome->registers.at(0).result == OutcomeResult::kKept);
  plan.base.registers[FieldKey("type")].is_pending = true;
  CHECK_FALSE(OutcomeOf(
      c.terms, plan.base,
      ChangeOf({Peers(FieldKey("severity"), At(9'000, kField), Text("high"))})));
  plan.base.registers[FieldKey("type")].is_pending = false;
  // It becomes a task: what Jira shows is no edit, and the peer's value is written.
  c.local.type = "Task";
  Captured captured = Read(c.terms, plan.base, c.local);
  CHECK_FALSE(Find(captured.change.registers, FieldKey("severity")));
  CHECK(captured.base.registers.at(FieldKey("severity")).is_pending);
  c.base = captured.base;
  CHECK(c.Planned().writes.at(0).fields.at("customfield_1") == Local({"Major"}));
}

TEST_CASE("of a set of other types the elements wait, and are written when the type has it") {
  Case c;
  c.terms.contract.types["task"] = {};
  c.terms.binding.types["task"] = {"Task"};
  c.terms.contract.fields["labels"].types = {"task"};
  const RegisterKey key = ElementKey("labels", "urgent");
  c.base = Merge(c.terms, c.base, ChangeOf({Peers(key, At(9'000, kField), Value{})})).base;
  const Plan plan = c.Planned();
  CHECK(plan.writes.empty());
  CHECK(plan.base.registers.at(key).held == kOtherType);
  c.local.type = "Task";
  c.base = Read(c.terms, plan.base, c.local).base;
  CHECK(c.Planned().writes.at(0).fields.at("labels") == Local({"a", "b", "urgent"}));
}

TEST_CASE("a person's value in a field that its type has again is an edit beside the peer's") {
  Case c;
  c.terms.contract.types["task"] = {};
  c.terms.binding.types["task"] = {"Task"};
  c.terms.contract.fields["severity"].types = {"task"};
  c.Want(FieldKey("severity"), Text("high"));
  c.base.registers[FieldKey("severity")].has_seen = true;
  c.base.registers[FieldKey("severity")].seen = SeenDigest(Local({"Major"}));  // Minor is shown
  c.base = c.Planned().base;
  c.local.type = "Task";
  const Captured captured = Read(c.terms, c.base, c.local);
  CHECK(Find(captured.change.registers, FieldKey("severity")));
  CHECK(Of(captured.findings, "conflict-lost").size() == 1);
}

TEST_CASE("a person is found by alias, by what Jira was asked for, or by name") {
  Terms terms = TermsOf(kHq);
  CHECK(AccountOf(terms, {"Bob Brown", "bob"}) == "bbrown");
  CHECK_FALSE(AccountOf(terms, {"Eve Evans", "eve"}));
  terms.people.by_alias["eve"] = "ext-eve";
  CHECK(AccountOf(terms, {"Eve Evans", "eve"}) == "ext-eve");
  CHECK(AliasOf(terms, "ext-eve") == "eve");
  terms.people.by_name = {{"Zoe", "zoe"}, {"Two", ""}};
  CHECK(AccountOf(terms, {"Zoe", ""}) == "zoe");
  CHECK_FALSE(AccountOf(terms, {"Two", ""}));  // several have that name
}

TEST_CASE("a person who is nobody here degrades as the binding says") {
  const Value eve{"Eve Evans", "eve"};
  Case c;
  c.local.fields["assignee"] = Local({"carl"});
  c.Want(kAssignee, eve);
  SUBCASE("nobody") {
    c.terms.binding.people.unknown = UnknownPerson::kNone;
    CHECK(c.Planned().writes.at(0).fields.at("assignee").values.empty());
    c.local.fields["assignee"] = {};
    CHECK(c.Planned().writes.empty());
  }
  SUBCASE("the default user, however Jira calls that one") {
    c.terms.binding.people.unknown = UnknownPerson::kDefault;
    c.terms.binding.people.default_user = "desk";
    CHECK(c.Planned().writes.at(0).fields.at("assignee") == Local({"desk"}));
    c.local.fields["assignee"].values = {{"desk", "Service Desk"}};
    CHECK(c.Planned().writes.empty());
  }
  SUBCASE("a line of text, until the person is known") {
    c.terms.binding.people.unknown = UnknownPerson::kText;
    c.terms.binding.people.text_field = "customfield_7";
    c.local.fields["customfield_7"] = {};
    const PlannedWrite write = c.Planned().writes.at(0);
    CHECK(write.fields.at("assignee").values.empty());
    CHECK(write.fields.at("customfield_7") == Local({"assignee: Eve Evans"}));
    c.local.fields["assignee"] = {};
    c.local.fields["customfield_7"] = Local({"assignee: Eve Evans"});
    CHECK(c.Planned().writes.empty());
    c.terms.people.by_alias["eve"] = "eve";
    const PlannedWrite known = c.Planned().writes.at(0);
    CHECK(known.fields.at("assignee") == Local({"eve"}));
    CHECK(known.fields.at("customfield_7").values.empty());
  }
}

TEST_CASE("people in a set cross by alias, else by name; who is nobody is not shown") {
  Case c;
  BindTeam(c.terms);
  c.local.fields["customfield_6"].values = {{"bbrown", "Bob Brown"}, {"carl", "Carl Cole"}};
  const LocalView view = ViewOf(c.terms, c.base, c.local, {});
  CHECK(view.contains(ElementKey("team", "~bob")));
  CHECK(view.contains(ElementKey("team", "Carl Cole")));
  c.local.fields["customfield_6"] = {};
  c.Want(ElementKey("team", "~bob"), Value{});
  c.Want(ElementKey("team", "Zoe"), Value{});
  c.terms.binding.people.unknown = UnknownPerson::kNone;
  const Plan plan = c.Planned();
  CHECK(plan.writes.at(0).fields.at("customfield_6") == Local({"bbrown"}));
  CHECK_FALSE(plan.base.registers.at(ElementKey("team", "Zoe")).is_pending);
  c.terms.binding.people.unknown = UnknownPerson::kHold;
  CHECK(c.Planned().base.registers.at(ElementKey("team", "Zoe")).held == "person");
}

TEST_CASE("somebody whom only this site knows leaves a set when the peer takes that one out") {
  Case c;
  BindTeam(c.terms);
  c.terms.binding.people.unknown = UnknownPerson::kNone;
  c.local.fields["customfield_6"].values = {{"carl", "Carl Cole"}, {"dora", "Dora Day"}};
  Pend(c.base, ElementKey("team", "Carl Cole"), std::nullopt, At(9'000, kField));
  CHECK(c.Planned().writes.at(0).fields.at("customfield_6") == Local({"dora"}));
}

TEST_CASE("an account that two shared words mean is neither doubled nor lost") {
  Case c;
  BindTeam(c.terms);
  c.terms.people.by_name["Bob Brown"] = "bbrown";
  c.local.fields["customfield_6"].values = {{"bbrown", "Bob Brown"}};
  Pend(c.base, ElementKey("team", "Bob Brown"), Value{}, At(9'000, kField));
  const LocalView view = ViewOf(c.terms, c.base, c.local, {});
  CHECK(view.at(ElementKey("team", "Bob Brown")).shared);
  CHECK_FALSE(view.contains(ElementKey("team", "~bob")));
  // The peer takes one of the words away; the other one still holds the account there.
  Pend(c.base, ElementKey("team", "~bob"), std::nullopt, At(9'100, kField));
  CHECK(c.Planned().writes.empty());
}

TEST_CASE("each site's key is a register that only it may write") {
  const Terms terms = TermsWithKeys();
  CHECK(KeyFieldOf(terms.contract, kField) == "key:field");
  CHECK(SiteOfKeyField(terms.contract, "key:hq") == kHq);
  CHECK_FALSE(SiteOfKeyField(terms.contract, "key:elsewhere"));
  CHECK_FALSE(SiteOfKeyField(TermsOf(kHq).contract, "key:hq"));
  CHECK(MayEdit(terms, FieldKey("key:field"), kField));
  CHECK_FALSE(MayEdit(terms, FieldKey("key:hq"), kField));
  const LocalIssue local = Shown();
  const IssueBase base = Born(terms, local);
  CHECK(base.registers.at(FieldKey("key:hq")).agreed == Text(local.key));
}

TEST_CASE("the key of a copy that was made anew leaves, though a create gave it") {
  const Terms terms = TermsWithKeys();
  LocalIssue local = Shown();
  IssueBase base = Born(terms, local);
  local.key = "HQ-77";
  DoneWrite create;
  create.kind = WriteKind::kCreate;
  base = Absorb(terms, base, local, {create}, {}, kNow).base;
  const Captured captured = Read(terms, base, local);
  const Register* key = Find(captured.change.registers, FieldKey("key:hq"));
  REQUIRE(key);
  CHECK(key->value == Text("HQ-77"));
}

TEST_CASE("the peer's key goes into its field and, with every new key, into a remote link") {
  Case c;
  c.terms = TermsWithKeys();
  c.local.fields["customfield_9"] = {};
  c.Want(FieldKey("key:field"), Text("FLD-7"));
  const Plan plan = c.Planned();
  REQUIRE(plan.writes.size() == 2);
  CHECK(plan.writes[0].fields.at("customfield_9") == Local({"FLD-7"}));
  CHECK(plan.writes[1].kind == WriteKind::kRemoteLinkPut);
  CHECK(plan.writes[1].body == "https://j.example/browse/FLD-7");
  // After the edit alone, a restart finds the link still to be made.
  c.local.fields["customfield_9"] = Local({"FLD-7"});
  DoneWrite edit;
  edit.kind = WriteKind::kEdit;
  edit.targets = {Peers(FieldKey("key:field"), At(9'000, kField), Text("FLD-7"))};
  c.base = Absorb(c.terms, c.base, c.local, {edit}, {}, kNow).base;
  REQUIRE(c.Planned().writes.size() == 1);
  edit.kind = WriteKind::kRemoteLinkPut;
  c.base = Absorb(c.terms, c.base, c.local, {edit}, {}, kNow).base;
  CHECK(c.Planned().writes.empty());
}

TEST_CASE("a move under another parent crosses, and waits for a person's hand") {
  Case c;
  const RegisterKey key = FieldKey("parent");
  c.local.parent_id = "77";
  c.local.parent = IdOf(5);
  Captured captured = Read(c.terms, c.base, c.local);
  const Register* moved = Find(captured.change.registers, key);
  REQUIRE(moved);
  CHECK(moved->value == Text(Text(IdOf(5))));
  // At the peer: held, until Jira shows it.
  c.base = captured.base;
  Pend(c.base, key, Text(Text(IdOf(6))), At(9'000, kField));
  Plan plan = c.Planned();
  CHECK(plan.writes.empty());
  CHECK(plan.base.registers.at(key).held == "parent-moved");
  c.base = plan.base;
  c.local.parent = IdOf(6);
  captured = Read(c.terms, c.base, c.local);
  CHECK(captured.base.registers.at(key).held.empty());
  CHECK_FALSE(Find(captured.change.registers, key));
  // A parent that is not shared is listed; none at all is a value.
  c.base = captured.base;
  c.local.parent = Id{};
  CHECK(Of(Read(c.terms, c.base, c.local).findings, "unmapped").size() == 1);
  c.local.parent_id.clear();
  captured = Read(c.terms, c.base, c.local);
  REQUIRE(Find(captured.change.registers, key));
  CHECK_FALSE(Find(captured.change.registers, key)->value);
  const Merged bad = Merge(c.terms, c.base, ChangeOf({Peers(key, At(99'000, kField), Text("x"))}));
  CHECK(Of(bad.findings, "refused").size() == 1);
}

TEST_CASE("a peer's key that is none is refused, so is one in our name") {
  const Terms terms = TermsWithKeys();
  IssueBase base = Born(terms, Shown());
  const Version at = At(9'000, kField);
  for (const char* bad : {"", "x", "javascript:alert(1)-1", "a-1", "FLD-1/../..", "FLD-", "-1"}) {
    const Merged merged =
        Merge(terms, base, ChangeOf({Peers(FieldKey("key:field"), at, Text(bad))}));
    CHECK_MESSAGE(Of(merged.findings, "refused").size() == 1, bad);
  }
  const Merged ours = Merge(terms, base, ChangeOf({Peers(FieldKey("key:hq"), at, Text("HQ-9"))}));
  CHECK(Of(ours.findings, "refused").size() == 1);
}

TEST_CASE("what is written here for the peer is restricted as bound, and never widened") {
  Case c;
  c.terms.binding.comment_visibility = {Visibility::Kind::kRole, "Staff"};
  const Id id = IdOf(7);
  ObjectBase& comment = c.base.objects[id];
  comment.is_ours = false;
  comment.origin = {id, {"Zoe", ""}, 50};
  c.Want(CommentTextKey(id), Text("hello"));
  c.Want(CommentPresenceKey(id), Value{});
  CHECK(c.Planned().writes.at(0).visible_to == "role:Staff");

  // Read back it is still the peer's comment: an edit of it here leaves, one of the peer's arrives.
  comment.jira_id = "31";
  LocalComment shown = CommentOf("31", ObjectBody(c.terms, comment, Text("hello")));
  shown.is_restricted = true;
  shown.visible_to = "role:Staff";
  c.local.comments = {shown};
  CHECK(ViewOf(c.terms, c.base, c.local, {}).contains(CommentTextKey(id)));
  c.Want(CommentTextKey(id), Text("hello again"));
  CHECK(c.Planned().writes.at(0).visible_to == "role:Staff");
  // Restricted further by a person of this site: that is that person's.
  c.local.comments[0].visible_to = "role:Administrators";
  CHECK_FALSE(ViewOf(c.terms, c.base, c.local, {}).contains(CommentTextKey(id)));
  CHECK(c.Planned().base.registers.at(CommentTextKey(id)).held == "restricted");
  // And a comment of our own people in that role stays at home.
  comment.is_ours = true;
  c.local.comments[0].visible_to = "role:Staff";
  CHECK_FALSE(ViewOf(c.terms, c.base, c.local, {}).contains(CommentTextKey(id)));
}

}  // namespace valise
