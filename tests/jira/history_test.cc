#include "agent/jira/history.h"

#include "agent/jira/answers.h"
#include "tests/jira/doctest.h"
#include "tests/jira/support.h"

namespace valise::jira {
namespace {

using K = ValueKind;
using F = JsonForm;

LocalIssue Parsed() {
  const std::vector<FieldShape> none;
  return ParseIssue(Answered(IssueText()), none).value();
}

LocalHistory Entry(std::vector<LocalHistoryItem> items) {
  LocalHistory entry;
  entry.id = 1;
  entry.items = std::move(items);
  return entry;
}

TEST_CASE("the newest entry of a field is found by the changelog's own name (pitfall 9)") {
  const LocalIssue issue = Parsed();
  CHECK(NewestOf(issue, "summary")->history_id == 1003);
  CHECK(NewestOf(issue, kHistoryStatus)->item.to_string == "In Progress");
  CHECK(NewestOf(issue, "STATUS")->author == "carol");
  CHECK(NewestOf(issue, "Severity")->item.from_string == "Low");
  CHECK(!NewestOf(issue, "priority").has_value());
  CHECK(EntriesAfter(issue, "summary", 1001).size() == 2);
  CHECK(EntriesAfter(issue, "summary", 1003).empty());
}

TEST_CASE("our own entry is known by its write id, never by author or time (pitfall 34)") {
  const LocalIssue issue = Parsed();
  REQUIRE(EntryOfWrite(issue, "w1") != nullptr);
  CHECK(EntryOfWrite(issue, "w1")->id == 1002);
  CHECK(ItemOf(*EntryOfWrite(issue, "w1"), "status") != nullptr);
  CHECK(ItemOf(*EntryOfWrite(issue, "w1"), "labels") == nullptr);
  CHECK(EntryOfWrite(issue, "w2") == nullptr);
  CHECK(EntryOfWrite(issue, "") == nullptr);
}

TEST_CASE("elements of sets are found one by one") {
  const LocalIssue issue = Parsed();
  const FieldShape labels = Shape("labels", K::kSet, F::kStringArray);
  const FieldShape versions = Shape("fixVersions", K::kSet, F::kNameArray);
  CHECK(NewestOfElement(issue, labels, "a")->history_id == 1001);
  CHECK(!NewestOfElement(issue, labels, "b").has_value());
  CHECK(NewestOfElement(issue, versions, "2.0")->history_id == 1001);
  CHECK(!NewestOfElement(issue, versions, "2").has_value());
}

TEST_CASE("values before an entry are read back from its print") {
  const auto before = [](const FieldShape& shape, LocalHistoryItem item) {
    item.field = shape.history_name;
    return ValueBefore(Entry({item}), shape, {});
  };
  CHECK(before(Shape("summary", K::kLine, F::kString), {"", "", "old", "", "new"}) == Just("old"));
  CHECK(before(Shape("summary", K::kLine, F::kString), {"", "", "", "", "new"}) == LocalField{});
  CHECK(before(Shape("n", K::kNumber, F::kNumber), {"", "", "1.0", "", "2"}) == Just("1"));
  CHECK(before(Shape("duedate", K::kDate, F::kString),
               {"", "2012-04-12", "2012-04-12 00:00:00.0", "", ""}) == Just("2012-04-12"));
  CHECK(before(Shape("w", K::kDatetime, F::kString),
               {"", "2012-04-11T14:26+0200", "11/Apr/12 2:26 PM", "", ""}) ==
        Just("2012-04-11T12:26:00.000Z"));
  CHECK(before(Shape("c", K::kCascade, F::kCascade),
               {"", "", "Parent values: A(1)(10)Level 1 values: B(11)", "", ""}) ==
        Just("A(1)", "B"));
  CHECK(before(Shape("c", K::kCascade, F::kCascade), {"", "", "anything", "", ""}) == std::nullopt);
  CHECK(before(Shape("assignee", K::kPerson, F::kUser), {"", "JIRAUSER1", "Bob", "", ""}) ==
        Just("", "Bob"));
  CHECK(before(Shape("labels", K::kSet, F::kStringArray), {"", "", "b a", "", "c"}) ==
        Many({"a", "b"}));
  CHECK(before(Shape("o", K::kOptions, F::kValueArray), {"", "[1, 2]", "Two,One", "", ""}) ==
        Many({"One", "Two"}));
  CHECK(ValueBefore(Entry({}), Shape("summary", K::kLine, F::kString), {}) == std::nullopt);
}

TEST_CASE("lists of names come one item an element, and are undone one by one") {
  const FieldShape shape = Shape("fixVersions", K::kSet, F::kNameArray);
  const LocalHistory entry =
      Entry({{"Fix Version", "1", "1.0", "", ""}, {"Fix Version", "", "", "3", "3.0"}});
  CHECK(ValueBefore(entry, shape, Many({"2.0", "3.0"})) == Many({"1.0", "2.0"}));
}

TEST_CASE("what our write overwrote is compared with what was read before it") {
  const FieldShape summary = Shape("summary", K::kLine, F::kString);
  const LocalHistory entry = Entry({{"summary", "", "human", "", "ours"}});
  CHECK(CompareBefore(entry, summary, Just("human"), Just("ours")) == Overwrote::kAsRead);
  CHECK(CompareBefore(entry, summary, Just("older"), Just("ours")) == Overwrote::kOther);
  CHECK(CompareBefore(Entry({}), summary, Just("x"), Just("x")) == Overwrote::kUnclear);
  const FieldShape text = Shape("description", K::kText, F::kString);
  CHECK(CompareBefore(Entry({{"description", "", "a\r\nb", "", "c"}}), text, Just("a\nb"),
                      Just("c")) == Overwrote::kAsRead);
}

TEST_CASE("comparisons allow for what the changelog cannot print") {
  const FieldShape person = Shape("assignee", K::kPerson, F::kUser);
  const LocalHistory to_carol = Entry({{"assignee", "JIRAUSER1", "Bob", "carol", "Carol"}});
  CHECK(CompareBefore(to_carol, person, Just("bob", "Bob"), Just("carol", "Carol")) ==
        Overwrote::kAsRead);
  CHECK(CompareBefore(to_carol, person, Just("amy", "Amy"), Just("carol", "Carol")) ==
        Overwrote::kOther);
  const FieldShape when = Shape("customfield_2", K::kDatetime, F::kString, "When");
  const LocalHistory moved = Entry({{"When", "2012-04-11T14:26+0200", "11/Apr/12", "", ""}});
  CHECK(CompareBefore(moved, when, Just("2012-04-11T12:26:59.123Z"), {}) == Overwrote::kAsRead);
  const LocalHistory early = Entry({{"When", "1912-04-14T23:40+0000", "14/Apr/12", "", ""}});
  CHECK(CompareBefore(early, when, Just("1912-04-14T23:40:30.000Z"), {}) == Overwrote::kAsRead);
  const FieldShape options = Shape("customfield_4", K::kOptions, F::kValueArray, "Platforms");
  const LocalHistory chosen = Entry({{"Platforms", "[1]", "Red, dark", "", ""}});
  CHECK(CompareBefore(chosen, options, Just("Red, dark"), {}) == Overwrote::kAsRead);
}

}  // namespace
}  // namespace valise::jira
