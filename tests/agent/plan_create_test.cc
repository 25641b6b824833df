#include <algorithm>

#include "tests/agent/support.h"

namespace valise {
namespace {

const Version kAt = At(9'000, kField);

}  // namespace

TEST_CASE("a create carries every pending field that has a local value, sets as one") {
  const Terms terms = TermsOf(kHq);
  const Plan plan = PlanCreate(
      terms,
      Incoming(terms, {Peers(FieldKey("type"), kAt, Text("bug")),
                       Peers(FieldKey("summary"), kAt, Text("new")),
                       Peers(FieldKey("severity"), kAt, Text("high")),
                       Peers(FieldKey("reference"), kAt, std::nullopt),
                       Peers(ElementKey("labels", "x"), kAt, Value{}),
                       Peers(ElementKey("labels", "y"), kAt, Value{}),
                       Peers(FieldKey("resolution"), kAt, Text("Fixed"))}),
      "To Do");
  REQUIRE_FALSE(plan.writes.empty());
  const PlannedWrite& create = plan.writes[0];
  CHECK(create.kind == WriteKind::kCreate);
  CHECK(create.type == "Bug");
  CHECK(create.fields.at("summary") == Local({"new"}));
  CHECK(create.fields.at("customfield_1") == Local({"Major"}));
  CHECK(create.fields.at("labels") == Local({"x", "y"}));
  CHECK_FALSE(create.fields.contains("customfield_2"));
  CHECK_FALSE(create.fields.contains("resolution"));  // on transition screens only
}

TEST_CASE("a summary that is missing or held gets a stand-in, so the issue is created") {
  const Terms terms = TermsOf(kHq);
  const Plan plan = PlanCreate(terms, Incoming(terms, {}), "");
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].fields.at("summary") == Local({"(summary held by valise)"}));
}

TEST_CASE("a value without a local word is held, and the create goes on without it") {
  const Terms terms = TermsOf(kHq);
  const Plan plan =
      PlanCreate(terms, Incoming(terms, {Peers(FieldKey("summary"), kAt, Text("new")),
                                         Peers(FieldKey("severity"), kAt, Text("top"))}),
                 "To Do");
  REQUIRE(plan.writes.size() == 1);
  CHECK_FALSE(plan.writes[0].fields.contains("customfield_1"));
  CHECK(plan.base.registers.at(FieldKey("severity")).held == "value");
  CHECK(Of(plan.findings, "held").size() == 1);
}

TEST_CASE("a person without an account is held as a person, by a create as by an edit") {
  const Terms terms = TermsOf(kHq);
  const Plan plan = PlanCreate(
      terms,
      Incoming(terms, {Peers(FieldKey("assignee"), kAt, Value{"Eve Evans", "eve"})}), "To Do");
  REQUIRE(plan.writes.size() == 1);
  CHECK_FALSE(plan.writes[0].fields.contains("assignee"));
  CHECK(plan.base.registers.at(FieldKey("assignee")).held == "person");
}

TEST_CASE("the binding's default fills what no value fills") {
  Terms terms = TermsOf(kHq);
  terms.binding.fields["severity"].default_value = "Minor";
  const Plan plan = PlanCreate(terms, Incoming(terms, {}), "To Do");
  CHECK(plan.writes.at(0).fields.at("customfield_1") == Local({"Minor"}));
}

TEST_CASE("a type that the peer changed before the create is the one it is made with") {
  Terms terms = TermsOf(kHq);
  terms.contract.types["task"] = {};
  terms.binding.types["task"] = {"Task"};
  terms.contract.fields["severity"].types = {"bug"};
  IssueBase base = Incoming(terms, {Peers(FieldKey("type"), kAt, Text("task")),
                                    Peers(FieldKey("summary"), kAt, Text("new")),
                                    Peers(FieldKey("severity"), kAt, Text("high"))});
  REQUIRE(base.origin.type == "bug");
  const Plan plan = PlanCreate(terms, base, "To Do");
  const PlannedWrite& create = plan.writes.at(0);
  CHECK(create.type == "Task");
  CHECK(std::find(create.keys.begin(), create.keys.end(), FieldKey("type")) != create.keys.end());
  CHECK_FALSE(create.fields.contains("customfield_1"));  // a field of bugs
  CHECK(plan.base.registers.at(FieldKey("severity")).held == kOtherType);
}

TEST_CASE("a sub-task that the peer moved before the create is made under its new parent") {
  const Terms terms = TermsOf(kHq);
  IssueBase base = Incoming(terms, {Peers(FieldKey("parent"), kAt, Text(Text(IdOf(8))))});
  base.origin.parent = IdOf(7);
  CHECK(ParentOf(base) == IdOf(8));
  const Plan plan = PlanCreate(terms, base, "To Do");
  const auto& keys = plan.writes.at(0).keys;
  CHECK(std::find(keys.begin(), keys.end(), FieldKey("parent")) != keys.end());
  CHECK(plan.findings.empty());
  CHECK(ParentOf(Incoming(terms, {Peers(FieldKey("parent"), kAt, std::nullopt)})).is_zero());
}

TEST_CASE("a sub-task is made without a security level: it has its parent's (pitfall 24)") {
  Terms terms = TermsOf(kHq);
  terms.binding.security_level = "Partners";
  IssueBase part = Incoming(terms, {});
  part.origin.parent = IdOf(77);
  CHECK_FALSE(PlanCreate(terms, part, "").writes.at(0).defaults.contains(kSecurityField));
  part.origin.parent = Id{};
  CHECK(PlanCreate(terms, part, "").writes.at(0).defaults.at(kSecurityField) == "Partners");
}

TEST_CASE("a screen that insists on a field again is given what the create gives it") {
  const Terms terms = TermsOf(kHq);
  const Plan plan =
      PlanCreate(terms, Incoming(terms, {Peers(FieldKey("severity"), kAt, Text("high")),
                                         Peers(FieldKey("status"), kAt, Text("done"))}),
                 "To Do");
  REQUIRE(plan.writes.size() == 2);
  CHECK(plan.writes[1].standing.at("customfield_1") == Local({"Major"}));
}

TEST_CASE("a first original estimate is not what remains, where that is a field of its own") {
  Terms terms = TermsOf(kHq);
  const auto bind = [&](const char* name, const char* field) {
    terms.contract.fields[name] = {name, ValueKind::kDuration, {}, false, {}, {}};
    terms.binding.fields[name].name = name;
    terms.binding.fields[name].field = field;
    terms.binding.fields[name].kind = ValueKind::kDuration;
  };
  bind("estimate", "timeoriginalestimate");
  const std::vector<Register> told = {Peers(FieldKey("estimate"), kAt, Text("3600")),
                                      Peers(FieldKey("left"), kAt, std::nullopt)};
  const auto created = [&] { return PlanCreate(terms, Incoming(terms, told), "").writes.at(0); };
  CHECK_FALSE(created().fields.contains("timeestimate"));  // this Jira's own business
  bind("left", "timeestimate");
  CHECK(created().fields.at("timeoriginalestimate") == Local({"3600"}));
  CHECK(created().fields.at("timeestimate") == LocalField{});

  PlanCase c;
  c.terms = terms;
  c.Want(FieldKey("estimate"), Text("3600"));
  CHECK(c.Planned().writes.at(0).fields.at("timeestimate") == LocalField{});
  c.local.fields["timeestimate"] = Local({"60"});
  CHECK_FALSE(c.Planned().writes.at(0).fields.contains("timeestimate"));
}

TEST_CASE("a type that this site does not have holds the issue") {
  Terms terms = TermsOf(kHq);
  terms.binding.types.clear();
  const Plan plan = PlanCreate(terms, Incoming(terms, {}), "To Do");
  CHECK(plan.writes.empty());
  CHECK(plan.base.held == "type");
}

TEST_CASE("the first status needs no transition, another one gets it, an unknown one waits") {
  const Terms terms = TermsOf(kHq);
  const IssueBase open = Incoming(terms, {Peers(FieldKey("status"), kAt, Text("open"))});
  const IssueBase done = Incoming(terms, {Peers(FieldKey("status"), kAt, Text("done"))});
  CHECK(PlanCreate(terms, open, "To Do").writes.size() == 1);
  CHECK_FALSE(PlanCreate(terms, open, "To Do").base.registers.at(FieldKey("status")).is_pending);
  const Plan plan = PlanCreate(terms, done, "To Do");
  REQUIRE(plan.writes.size() == 2);
  CHECK(plan.writes[1].status == "Done");
  const Plan unknown = PlanCreate(terms, done, "");
  CHECK(unknown.writes.size() == 1);
  CHECK(unknown.base.registers.at(FieldKey("status")).is_pending);
}

}  // namespace valise
