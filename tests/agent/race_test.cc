// A person who writes between our read and our write is not lost (absorb.h).
#include <algorithm>

#include "tests/agent/support.h"

namespace valise {
namespace {

const RegisterKey kSummary = FieldKey("summary");

// The peer's value `two` of 9000 overwrote what the person gave at `human_at_ms`.
struct Race {
  Terms terms = TermsOf(kHq);
  LocalIssue local = Shown();
  IssueBase base = Born(TermsOf(kHq), Shown());
  DoneWrite write;

  Race() {
    write.write_id = "w1";
    write.history_before = 10;
  }
  void Wrote(const RegisterKey& key, std::optional<Value> value, Version seen = {}) {
    Pend(base, key, value, At(9'000, kField));
    write.targets.push_back(Peers(key, At(9'000, kField), std::move(value), seen));
  }
  void Entries(const std::string& field, const std::string& before, const std::string& human,
               const std::string& ours, std::int64_t human_at_ms,
               const std::string& write_id = "w1") {
    Log(local, 11, "bbrown", human_at_ms, {field, "", before, "", human});
    Log(local, 12, "valise", 10'000, {field, "", human, "", ours}, write_id);
  }
  Absorbed Done() const { return Absorb(terms, base, local, {write}, {}, kNow); }
};

}  // namespace

TEST_CASE("text: the newer of the two goes back into Jira, the older is listed; both leave") {
  Race race;
  race.Wrote(kSummary, Text("two"));
  Edit(race.local, "summary", {"two"});
  SUBCASE("the person is newer") {
    race.Entries("summary", "one", "human", "two", 9'500);
    const Absorbed done = race.Done();
    REQUIRE(done.change.registers.size() == 1);
    CHECK(done.change.registers[0].value == Text("human"));
    CHECK(done.change.registers[0].version == At(9'500, kHq));
    CHECK(done.base.registers.at(kSummary).agreed == Text("human"));
    CHECK(done.base.registers.at(kSummary).is_pending);
    CHECK(Of(done.findings, "conflict-lost").at(0).value == Text("two"));
    const Plan plan = PlanWrites(race.terms, done.base, race.local, {});
    CHECK(plan.writes.at(0).fields.at("summary") == Local({"human"}));
    CHECK(Read(race.terms, done.base, race.local).change.empty());
  }
  SUBCASE("the peer is newer") {
    race.Entries("summary", "one", "human", "two", 8'000);
    const Absorbed done = race.Done();
    REQUIRE(done.change.registers.size() == 1);
    CHECK(done.base.registers.at(kSummary).agreed == Text("two"));
    CHECK_FALSE(done.base.registers.at(kSummary).is_pending);
    CHECK(Of(done.findings, "conflict-lost").at(0).value == Text("human"));
  }
  SUBCASE("a Jira that drops the marker of our write") {
    race.Entries("summary", "one", "human", "two", 9'500, "");
    CHECK(race.Done().change.registers.size() == 1);
  }
  SUBCASE("the entry is from before our read") {
    race.write.history_before = 11;
    race.Entries("summary", "one", "human", "two", 9'500);
    CHECK(race.Done().change.empty());
  }
  SUBCASE("the person wrote the very same") {
    Log(race.local, 11, "bbrown", 9'500, {"summary", "", "one", "", "two"});
    CHECK(race.Done().change.empty());
  }
  SUBCASE("a third edit stands by now: the overwritten one is listed") {
    race.Entries("summary", "one", "human", "two", 9'500);
    Log(race.local, 13, "bbrown", 11'000, {"summary", "", "two", "", "third"});
    Edit(race.local, "summary", {"third"});
    const Absorbed done = race.Done();
    CHECK(done.change.empty());
    CHECK(Of(done.findings, "conflict-lost").at(0).value == Text("human"));
    const LocalChange leaves = Read(race.terms, done.base, race.local).change;
    REQUIRE(leaves.registers.size() == 1);
    CHECK(leaves.registers[0].value == Text("third"));
  }
  SUBCASE("with the check switched off nobody looks") {
    race.Entries("summary", "one", "human", "two", 9'500);
    race.terms.switches.changelog_check = false;
    CHECK(race.Done().change.empty());
  }
}

TEST_CASE("an edit beside a rewrite of keys has seen what stands, whatever rule and clock") {
  Race race;
  race.terms.contract.shares_keys = true;
  const RegisterKey text = FieldKey("reference");  // the rule is against HQ, and so is the clock
  const Value agreed = Text("see [FIELD-7|valise-key:1]");
  race.terms.contract.fields.at("reference").conflict = ConflictRule{kField};
  race.Wrote(text, agreed, At(9'000, kField));
  race.base.registers[text].is_pending = false;
  race.base.registers[text].peer_newest = At(9'000, kField);
  Edit(race.local, "customfield_2", {"see HQ-12"});
  race.Entries("Reference", "see FIELD-7", "human", "see HQ-12", 8'000);
  race.terms.history_names["customfield_2"] = "Reference";
  const Absorbed done = race.Done();
  REQUIRE(done.change.registers.size() == 1);
  CHECK(done.change.registers[0].value == Text("human"));
  CHECK(done.change.registers[0].version > At(9'000, kField));
  CHECK(done.change.registers[0].seen == At(9'000, kField));
  CHECK(done.base.registers.at(text).agreed == Text("human"));
  CHECK(done.base.registers.at(text).is_pending);
  CHECK(Of(done.findings, "conflict-lost").empty());
}

TEST_CASE("status: the person's goes back by a transition") {
  Race race;
  race.write.kind = WriteKind::kTransition;
  race.Wrote(FieldKey("status"), Text("done"));
  race.local.status = "Done";
  race.Entries("status", "To Do", "In Progress", "Done", 9'500);
  const Absorbed done = race.Done();
  REQUIRE(done.change.registers.size() == 1);
  CHECK(done.change.registers[0].value == Text("doing"));
  CHECK(done.base.registers.at(FieldKey("status")).is_pending);
}

TEST_CASE("labels: an element that the person added and our write took away comes back") {
  Race race;
  const RegisterKey ours = ElementKey("labels", "c");
  const RegisterKey lost = ElementKey("labels", "human");
  race.Wrote(ours, Value{});
  Edit(race.local, "labels", {"a", "b", "c"});
  race.Entries("labels", "a b", "a b human", "a b c", 9'500);
  const Absorbed done = race.Done();
  REQUIRE(done.change.registers.size() == 1);
  CHECK(done.change.registers[0].key == lost);
  CHECK(done.base.registers.at(lost).is_pending);
  const Plan plan = PlanWrites(race.terms, done.base, race.local, {});
  CHECK(plan.writes.at(0).fields.at("labels") == Local({"a", "b", "c", "human"}));
}

// 200 characters are 400 octets: in a record it would make that unreadable, with all that is in it.
TEST_CASE("labels: one that no packet can carry is listed when our write took it away") {
  Race race;
  std::string label;
  for (int i = 0; i < 200; ++i) label += "\xD0\x96";
  race.Wrote(ElementKey("labels", "c"), Value{});
  Edit(race.local, "labels", {"a", "b", "c"});
  race.Entries("labels", "a b", "a b " + label, "a b c", 9'500);
  const Absorbed done = race.Done();
  CHECK(done.change.empty());
  CHECK(Of(done.findings, "overwritten").size() == 1);
}

TEST_CASE("labels: an element that the person removed and our write put back goes again") {
  Race race;
  race.Wrote(ElementKey("labels", "c"), Value{});
  Edit(race.local, "labels", {"a", "b", "c"});
  race.Entries("labels", "a b", "a", "a b c", 9'500);
  const Absorbed done = race.Done();
  REQUIRE(done.change.registers.size() == 1);
  CHECK(done.change.registers[0].key == ElementKey("labels", "b"));
  CHECK_FALSE(done.change.registers[0].value);
}

TEST_CASE("versions: one name with spaces to an item") {
  Race race;
  race.Wrote(ElementKey("versions", "1.0"), Value{});
  Edit(race.local, "fixVersions", {"1.0"});
  Log(race.local, 11, "bbrown", 9'500, {"Fix Version", "", "", "7", "2.0 beta"});
  Log(race.local, 12, "valise", 10'000, {"Fix Version", "", "", "6", "1.0"}, "w1");
  race.local.histories.back().items.push_back({"Fix Version", "7", "2.0 beta", "", ""});
  const Absorbed done = race.Done();
  REQUIRE(done.change.registers.size() == 1);
  CHECK(done.change.registers[0].key == ElementKey("versions", "2.0 beta"));
}

TEST_CASE("options: names with spaces, and commas between them") {
  Race race;
  FieldBinding& systems = race.terms.binding.fields["versions"];
  systems.field = "customfield_7";
  systems.kind = ValueKind::kOptions;
  race.terms.contract.fields["versions"].kind = ValueKind::kOptions;
  race.terms.history_names["customfield_7"] = "Systems";
  Edit(race.local, "customfield_7", {"Haiku"});
  race.Wrote(ElementKey("versions", "Haiku"), Value{});
  SUBCASE("of names that are bound, what the person added comes back") {
    systems.values = ValueMap{{{"xp", {"Windows XP"}}, {"linux", {"Linux"}}, {"Haiku", {"Haiku"}}}};
    race.Entries("Systems", "", "Windows XP, Linux", "Haiku", 9'500);
    const Absorbed done = race.Done();
    REQUIRE(done.change.registers.size() == 2);
    CHECK(done.change.registers[0].key == ElementKey("versions", "linux"));
    CHECK(done.change.registers[1].key == ElementKey("versions", "xp"));
  }
  SUBCASE("of names that may hold a comma it is listed, not guessed") {
    race.Entries("Systems", "", "Windows XP, Linux", "Haiku", 9'500);
    const Absorbed done = race.Done();
    CHECK(done.change.registers.empty());
    REQUIRE(Of(done.findings, "overwritten").size() == 1);
    CHECK(Of(done.findings, "overwritten")[0].value == Value{"Windows XP, Linux", "Haiku"});
  }
}

TEST_CASE("options under words: what the person removed goes again, and is no second edit") {
  Race race;
  FieldBinding& systems = race.terms.binding.fields["versions"];
  systems.field = "customfield_7";
  systems.kind = ValueKind::kOptions;
  systems.values = ValueMap{{{"xp", {"Windows XP"}}, {"linux", {"Linux"}}}};
  race.terms.contract.fields["versions"].kind = ValueKind::kOptions;
  race.terms.history_names["customfield_7"] = "Systems";
  Edit(race.local, "customfield_7", {"Windows XP"});
  race.base = Born(race.terms, race.local);
  race.Wrote(ElementKey("versions", "linux"), Value{});
  Edit(race.local, "customfield_7", {"Windows XP", "Linux"});
  race.Entries("Systems", "Windows XP", "", "Windows XP, Linux", 9'500);
  const Absorbed done = race.Done();
  const RegisterKey removed = ElementKey("versions", "xp");
  REQUIRE(done.change.registers.size() == 1);
  CHECK(done.change.registers[0].key == removed);
  CHECK_FALSE(done.change.registers[0].value);
  const Captured captured = Read(race.terms, done.base, race.local);
  CHECK(captured.change.empty());
  CHECK_FALSE(captured.base.registers.at(removed).agreed);
  CHECK(captured.base.registers.at(removed).is_pending);
}

TEST_CASE("people of a set are listed, as the changelog has no accounts") {
  Race race;
  race.terms.binding.fields["versions"].field = "customfield_8";
  race.terms.binding.fields["versions"].kind = ValueKind::kPeople;
  race.terms.contract.fields["versions"].kind = ValueKind::kPeople;
  race.terms.history_names["customfield_8"] = "Team";
  Edit(race.local, "customfield_8", {"bbrown"});
  race.Wrote(ElementKey("versions", "~bob"), Value{});
  race.Entries("Team", "", "[Zoe Zimmer]", "[Bob Brown]", 9'500);
  const Absorbed done = race.Done();
  CHECK(done.change.registers.empty());
  REQUIRE(Of(done.findings, "overwritten").size() == 1);
  CHECK(Of(done.findings, "overwritten")[0].value == Value{"[Zoe Zimmer]", "[Bob Brown]"});
}

TEST_CASE("a kind that the changelog does not print as it is is listed, not guessed") {
  Race race;
  race.Wrote(FieldKey("assignee"), Value{"Bob Brown", "bob"});
  Edit(race.local, "assignee", {"bbrown"});
  race.Entries("assignee", "", "Zoe Zimmer", "Bob Brown", 9'500);
  const Absorbed done = race.Done();
  CHECK(done.change.empty());
  REQUIRE(Of(done.findings, "overwritten").size() == 1);
  CHECK(Of(done.findings, "overwritten")[0].value == Value{"Zoe Zimmer", "Bob Brown"});
}

TEST_CASE("an option comes back under its shared name, an unmapped one cannot") {
  Race race;
  race.Wrote(FieldKey("severity"), Text("low"));
  SUBCASE("mapped") {
    race.Entries("Severity", "Minor", "Blocker", "Minor", 9'500);
    const Absorbed done = race.Done();
    REQUIRE(done.change.registers.size() == 1);
    CHECK(done.change.registers[0].value == Text("high"));
  }
  SUBCASE("unmapped") {
    race.Entries("Severity", "Minor", "Trivial", "Minor", 9'500);
    CHECK(race.Done().change.empty());
  }
}

TEST_CASE("a one-way field that a person of the wrong side wrote in between never leaves") {
  Race race;
  race.terms = TermsOf(kField);
  race.terms.contract.fields["due"].kind = ValueKind::kLine;
  race.terms.binding.fields["due"].kind = ValueKind::kLine;
  Pend(race.base, FieldKey("due"), Text("theirs"), At(9'000, kHq));
  race.write.targets.push_back(Peers(FieldKey("due"), At(9'000, kHq), Text("theirs")));
  Edit(race.local, "duedate", {"theirs"});
  race.Entries("duedate", "", "mine", "theirs", 9'500);
  const Absorbed done = race.Done();
  CHECK(done.change.empty());
  CHECK(done.base.registers.at(FieldKey("due")).agreed == Text("theirs"));
}

}  // namespace valise
