// [bind.people] unknown = "text": the line with the names of people who are nobody here.
#include "tests/agent/support.h"

namespace valise {

// The line kept the name of whom the peer had meant.
TEST_CASE("the line of a person who is nobody here goes when people here assign somebody") {
  Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  IssueBase base = Born(terms, local);
  terms.binding.people.unknown = UnknownPerson::kText;
  terms.binding.people.text_field = "customfield_7";
  const auto becomes = [&](LocalField shown) {
    local.fields["assignee"] = std::move(shown);
    Captured captured = Read(terms, base, local);
    Neighbours neighbours;
    for (const Register& edit : captured.change.registers) neighbours.edited.insert(edit.key);
    return PlanWrites(terms, captured.base, local, {}, neighbours);
  };
  RegisterBase& assignee = base.registers[FieldKey("assignee")];
  assignee.agreed = Value{"Eve Evans", "eve"};
  assignee.version = At(9'000, kField);
  assignee.has_seen = true;
  assignee.seen = SeenDigest(LocalField{});
  local.fields["customfield_7"] = Local({"assignee: Eve Evans"});
  SUBCASE("somebody of the contract") {
    const Plan plan = becomes(LocalField{{{"bbrown", "Bob Brown"}}});
    REQUIRE(plan.writes.size() == 1);
    CHECK(plan.writes[0].fields == std::map<std::string, LocalField>{{"customfield_7", {}}});
    CHECK(plan.writes[0].keys == std::vector<RegisterKey>{FieldKey("assignee")});
  }
  SUBCASE("somebody whom only this Jira knows: the field itself shows who it is") {
    const Plan plan = becomes(LocalField{{{"carl", "Carl Cole"}}});
    REQUIRE(plan.writes.size() == 1);
    CHECK(plan.writes[0].fields == std::map<std::string, LocalField>{{"customfield_7", {}}});
  }
  SUBCASE("nobody has edited: what Jira or a person made of the line stays") {
    local.fields["customfield_7"] = Local({"assignee: E. Evans"});
    CHECK(becomes({}).writes.empty());
  }
}

}  // namespace valise
