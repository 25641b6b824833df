// An administrator gives something another name in Jira: no issue changed, and nothing may leave as
// if somebody had taken the old name away.
#include "agent/core/objects.h"
#include "tests/agent/support.h"

namespace valise {
namespace {

const std::string kField9 = "customfield_9";
const RegisterKey kA = ElementKey("impact", "a"), kB = ElementKey("impact", "b");

// "impact", options: shared a and b are this Jira's Alpha and Beta.
Terms WithOptions() {
  Terms terms = TermsOf(kHq);
  FieldTerms& field = terms.contract.fields["impact"];
  field.name = "impact";
  field.kind = ValueKind::kOptions;
  field.values = {"a", "b"};
  FieldBinding& binding = terms.binding.fields["impact"];
  binding = {"impact", kField9, ValueKind::kOptions, ValueMap{}, "", MissingValue::kHold, ""};
  binding.values->to_local = {{"a", {"Alpha"}}, {"b", {"Beta"}}};
  return terms;
}

LocalIssue ShownWith(const std::vector<std::string>& options) {
  LocalIssue local = Shown();
  local.fields[kField9] = Local(options);
  return local;
}

struct Options {
  Terms terms = WithOptions();
  IssueBase base = Born(terms, ShownWith({"Alpha", "Beta"}));
};

Terms WithLinks() {
  Terms terms = TermsOf(kHq);
  terms.contract.link_types = {"blocks"};
  terms.binding.links = {{"blocks", "Blocks"}};
  return terms;
}

LocalLink LinkTo(std::uint8_t other) {
  LocalLink link;
  link.id = "70" + std::to_string(other);
  link.type = "Blocks";
  link.is_source = true;
  link.other = IdOf(other);
  return link;
}

void Retry(IssueBase& base, const RegisterKey& key) {
  base.registers.at(key).held.clear();
  base.registers.at(key).is_pending = true;
}

}  // namespace

TEST_CASE("an option with another name was not taken out, and is listed until it is bound") {
  Options was;
  const LocalIssue renamed = ShownWith({"Alpha 2", "Beta"});
  const Captured captured = Read(was.terms, was.base, renamed);
  CHECK(captured.change.empty());
  REQUIRE(captured.findings.size() == 1);
  CHECK(captured.findings[0].kind == "unmapped");
  CHECK(captured.findings[0].value == Text("Alpha 2"));
  CHECK(Read(was.terms, captured.base, renamed).findings.empty());
  was.terms.binding.fields["impact"].values->to_local["a"] = {"Alpha 2"};
  CHECK(Read(was.terms, captured.base, renamed).change.empty());
  CHECK(Read(was.terms, captured.base, renamed).findings.empty());
}

TEST_CASE("a word that is bound to nothing any more is taken away by nobody") {
  Options was;
  was.terms.binding.fields["impact"].values->to_local.erase("a");
  CHECK(Read(was.terms, was.base, ShownWith({"Alpha 2", "Beta"})).change.empty());
  CHECK(Read(was.terms, was.base, ShownWith({"Beta"})).change.empty());
}

TEST_CASE("beside an option with another name people go on taking out and putting in") {
  Options was;
  LocalIssue local = ShownWith({"Alpha 2", "Beta"});
  const IssueBase base = Read(was.terms, was.base, local).base;
  SUBCASE("another one") {
    Edit(local, kField9, {"Alpha 2"});
    Log(local, 11, "zoe", 6'000, {kField9, "", "Alpha 2,Beta", "", "Alpha 2"}, "");
    const Captured taken = Read(was.terms, base, local);
    REQUIRE(taken.change.registers.size() == 1);
    CHECK(taken.change.registers[0].key == kB);
  }
  SUBCASE("that one") {
    Edit(local, kField9, {"Beta"});
    Log(local, 11, "zoe", 6'000, {kField9, "", "Alpha 2,Beta", "", "Beta"}, "");
    const Captured taken = Read(was.terms, base, local);
    REQUIRE(taken.change.registers.size() == 1);
    CHECK(taken.change.registers[0].key == kA);
    CHECK_FALSE(taken.change.registers[0].value);
  }
}

TEST_CASE("an option that a person put in the place of another took that one away") {
  Options was;
  LocalIssue local = ShownWith({"Gamma", "Beta"});
  SUBCASE("as the changelog says of the new one") {
    Log(local, 11, "zoe", 6'000, {kField9, "", "Alpha,Beta", "", "Gamma,Beta"}, "");
  }
  SUBCASE("as it says of the old one; the new one was always there") {
    Log(local, 11, "zoe", 6'000, {kField9, "", "Alpha,Gamma,Beta", "", "Gamma,Beta"}, "");
  }
  const Captured taken = Read(was.terms, was.base, local);
  REQUIRE(taken.change.registers.size() == 1);
  CHECK(taken.change.registers[0].key == kA);
  CHECK_FALSE(taken.change.registers[0].value);
}

TEST_CASE("an option that the peer takes out while its name here is unbound waits for its word") {
  Options was;
  LocalIssue local = ShownWith({"Alpha 2", "Beta"});
  IssueBase base = Read(was.terms, was.base, local).base;
  Pend(base, kA, std::nullopt, At(9'000, kField));
  const Plan plan = PlanWrites(was.terms, base, local, {});
  CHECK(plan.writes.empty());
  CHECK(plan.base.registers.at(kA).held == "value");
  const Captured again = Read(was.terms, plan.base, local);
  CHECK(again.change.empty());
  CHECK(again.base.registers.at(kA).held == "value");
  was.terms.binding.fields["impact"].values->to_local["a"] = {"Alpha 2"};
  const Captured bound = Read(was.terms, again.base, local);
  CHECK(bound.change.empty());  // or the peer would be given it back
  IssueBase retried = bound.base;
  Retry(retried, kA);
  CHECK(Read(was.terms, retried, local).change.empty());
  const Plan taken = PlanWrites(was.terms, retried, local, {});
  REQUIRE(taken.writes.size() == 1);
  CHECK(taken.writes[0].fields.at(kField9) == Local({"Beta"}));
}

TEST_CASE("an option is taken out by whichever of its names stands there") {
  Options was;
  was.terms.binding.fields["impact"].values->to_local["a"] = {"Alpha", "First"};
  const LocalIssue local = ShownWith({"First", "Beta"});
  IssueBase base = Born(was.terms, local);
  Pend(base, kA, std::nullopt, At(9'000, kField));
  const Plan plan = PlanWrites(was.terms, base, local, {});
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes[0].fields.at(kField9) == Local({"Beta"}));
}

TEST_CASE("a new name that is part of the old one was not put in by whoever put in the old one") {
  Options was;
  was.terms.binding.fields["impact"].values->to_local["a"] = {"Alpha 2"};
  LocalIssue local = ShownWith({"Alpha 2", "Beta"});
  Log(local, 11, "zoe", 6'000, {kField9, "", "Beta", "", "Alpha 2,Beta"}, "");
  const IssueBase base = Born(was.terms, local);
  local.fields[kField9] = Local({"Alpha", "Beta"});
  CHECK(Read(was.terms, base, local).change.empty());
}

TEST_CASE("a link that the peer removes while the name of its type is unbound waits for its word") {
  Terms terms = WithLinks();
  LocalIssue local = Shown();
  local.has_links = true;
  local.links = {LinkTo(7)};
  const RegisterKey key = LinkKey("blocks", IdOf(7));
  IssueBase base = Read(terms, Born(terms, local), local).base;
  local.links[0].type = "Blocker";
  base = Read(terms, base, local).base;
  Pend(base, key, std::nullopt, At(9'000, kField));
  Neighbours known;
  known.keys[IdOf(7)] = "HQ-7";
  const Plan plan = PlanWrites(terms, base, local, {}, known);
  CHECK(plan.writes.empty());
  CHECK(plan.base.registers.at(key).held == "value");
  base = Read(terms, plan.base, local).base;
  CHECK(base.registers.at(key).held == "value");
  terms.binding.links = {{"blocks", "Blocker"}};
  const Captured bound = Read(terms, base, local);
  CHECK(bound.change.empty());
  base = bound.base;
  Retry(base, key);
  CHECK(Read(terms, base, local).change.empty());
  const Plan gone = PlanWrites(terms, base, local, {}, known);
  REQUIRE(gone.writes.size() == 1);
  CHECK(gone.writes[0].kind == WriteKind::kLinkDelete);
}

// It was taken for the other one until that one had its name, and then for removed: seed 2117.
TEST_CASE("a link that was refused here is not the one beside it whose type has another name") {
  Terms terms = WithLinks();
  terms.contract.link_types = {"blocks", "relates"};
  terms.binding.links = {{"blocks", "Blocks"}, {"relates", "Relates"}};
  LocalIssue local = Shown();
  local.has_links = true;
  local.links = {LinkTo(7)};
  IssueBase base = Read(terms, Born(terms, local), local).base;
  const RegisterKey refused = LinkKey("relates", IdOf(7));
  base = Merge(terms, base, ChangeOf({Peers(refused, At(9'000, kField), Text(""))})).base;
  base.registers.at(refused).is_pending = false;
  base.registers.at(refused).held = "refused";
  local.links[0].type = "Blocker";
  const Captured renamed = Read(terms, base, local);
  CHECK(renamed.change.empty());
  CHECK(renamed.findings.size() == 1);
  terms.binding.links["blocks"] = "Blocker";
  const Captured bound = Read(terms, renamed.base, local);
  CHECK(bound.change.empty());
  CHECK(bound.base.registers.at(refused).held == "refused");
}

TEST_CASE("a link whose type got another name was removed by nobody") {
  Terms terms = WithLinks();
  LocalIssue local = Shown();
  local.has_links = true;
  local.links = {LinkTo(7), LinkTo(8)};
  const IssueBase base = Read(terms, Born(terms, local), local).base;
  SUBCASE("in Jira, until it is bound") {
    for (LocalLink& link : local.links) link.type = "Blocker";
    const Captured renamed = Read(terms, base, local);
    CHECK(renamed.change.empty());
    REQUIRE(renamed.findings.size() == 2);  // so that somebody binds it
    CHECK(renamed.findings[0].kind == "unmapped");
    CHECK(renamed.findings[0].value == Value{"Blocker", ""});
    CHECK(Read(terms, renamed.base, local).findings.empty());
    terms.binding.links = {{"blocks", "Blocker"}};
    CHECK(Read(terms, renamed.base, local).change.empty());
    terms.binding.links = {{"blocks", "Blocks"}};
    local.links.pop_back();  // a person removed that one
    const Captured removed = Read(terms, renamed.base, local);
    REQUIRE(removed.change.registers.size() == 1);
    CHECK(removed.change.registers[0].key == LinkKey("blocks", IdOf(8)));
    CHECK_FALSE(removed.change.registers[0].value);
  }
  SUBCASE("in the binding") {
    terms.binding.links = {{"blocks", "Prevents"}};
    CHECK(Read(terms, base, local).change.empty());
  }
  SUBCASE("or is not bound any more") {
    terms.binding.links = {{"relates", "Relates"}};
    const Captured unbound = Read(terms, base, local);
    CHECK((unbound.change.empty() && unbound.findings.empty()));
    local.links.clear();
    CHECK(Read(terms, unbound.base, local).change.empty());
  }
  SUBCASE("though another link beside it says nothing") {
    local.links.push_back(LinkTo(7));
    local.links[2].type = "Clones";
    CHECK(Read(terms, base, local).findings.empty());
  }
}

}  // namespace valise
