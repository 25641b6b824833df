#include "agent/sprint_book.h"

#include "agent/core/agile.h"
#include "tests/agent/support.h"

namespace valise {
namespace {

using Open = std::map<std::string, jira::Sprint>;

jira::Sprint Active(const std::string& id, const std::string& name) {
  return {id, name, "active", "1"};
}
jira::Sprint Closed(const std::string& id, const std::string& name) {
  return {id, name, "closed", "1"};
}

// The agent ends and begins again: what it kept is all that it knows.
SprintBook NextLife(SprintBook& book) {
  SprintBook next;
  for (const auto& [row, text] : book.TakeUnsaved()) next.Recall(row, text);
  return next;
}

LocalField Numbers(const std::string& id) { return LocalField{{Value{id, ""}}}; }
LocalField Named(const std::string& name, const char* state) {
  return LocalField{{Value{name, state}}};
}

}  // namespace

TEST_CASE("a sprint that was renamed or closed since the last list is told, once") {
  SprintBook book;
  CHECK(book.TakeOpen(Open{{"1", Active("1", "A")}, {"2", Active("2", "B")}}, 5).names.empty());
  CHECK(book.TakeOpen(Open{{"1", Active("1", "B")}, {"2", Active("2", "A")}}, 6).names ==
        std::set<std::string>{"A", "B"});
  CHECK(book.TakeOpen(Open{{"1", Active("1", "B")}}, 7).names == std::set<std::string>{"A"});
  CHECK(book.TakeOpen(Open{{"1", Active("1", "B")}}, 8).names.empty());
}

// Only the list of the same life was compared, so the peer never heard of such a rename.
TEST_CASE("a sprint that is renamed while no agent runs, or without the agile API, is told") {
  SprintBook first;
  (void)first.TakeOpen(Open{{"1", Active("1", "A")}}, 5);
  SprintBook second = NextLife(first);
  SUBCASE("an issue is read before the list") { second.Note(Active("1", "B")); }
  SUBCASE("the list is read first") {}
  SUBCASE("Jira has no agile API meanwhile") { second.TakeNoAgile(6); }
  CHECK(second.TakeOpen(Open{{"1", Active("1", "B")}}, 7).names == std::set<std::string>{"A"});
}

// Simulation, seed 919: made, seen by an issue, renamed, and only then in a list.
TEST_CASE("a sprint that was renamed between an issue's read and its first list is told, once") {
  SprintBook book;
  (void)book.TakeOpen({}, 5);
  book.Note(Active("1", "A"));
  SUBCASE("at once") {}
  SUBCASE("with another issue's read, after a restart") {
    book = NextLife(book);
    book.Note(Active("1", "B"));
  }
  SUBCASE("without the agile API meanwhile") { book.TakeNoAgile(6); }
  const Open open{{"1", Active("1", "B")}};
  CHECK(book.TakeOpen(open, 7).names == std::set<std::string>{"A"});
  CHECK(book.TakeOpen(open, 8).names.empty());
}

TEST_CASE("a closed sprint stands under each name that it had") {
  SprintBook first;
  first.Note(Active("1", "A"));
  first.Note(Active("1", "B"));
  SprintBook second = NextLife(first);
  second.Note(Closed("1", "C"));
  CHECK(second.Named(Numbers("1")) ==
        LocalField{{{"A", kSprintClosed}, {"B", kSprintClosed}, {"C", kSprintClosed}}});
  RegisterBase base;
  base.agreed = Text("A");
  CHECK(ShownSprint(second.Named(Numbers("1")), base) == LocalField{{{"A", ""}}});
  second.Note(Active("2", "C"));
  CHECK(second.Named(Numbers("2")) == Named("C", kSprintOpen));
}

TEST_CASE("what Jira tells no more of a sprint is as it was last told") {
  SprintBook first;
  (void)first.TakeOpen(Open{{"1", Active("1", "A")}}, 5);
  SprintBook second = NextLife(first);
  second.Note({"1", "", "", ""});
  CHECK(second.Named(Numbers("1")) == Named("A", kSprintOpen));
  second.Note({"2", "", "", ""});
  CHECK(second.Named(Numbers("2")) == SprintBook::Hidden("2"));
}

TEST_CASE("issues of a sprint without a name are looked at when the agile API is back") {
  SprintBook book;
  book.TakeNoAgile(5);
  book.Note({"2", "", "", ""});
  SprintBook next = NextLife(book);
  CHECK(next.TakeOpen({}, 6).hidden == std::set<std::string>{"2"});
  CHECK(next.TakeOpen({}, 7).hidden.empty());
  next.TakeNoAgile(8);
  CHECK(next.TakeOpen({}, 9).hidden == std::set<std::string>{"2"});
  CHECK(next.TakeOpen(Open{{"2", Active("2", "B")}}, 10).hidden == std::set<std::string>{"2"});
  CHECK(next.TakeOpen(Open{{"2", Active("2", "B")}}, 11).hidden.empty());
}

// The read of one issue asked for the name before the list came: the others were never looked at.
TEST_CASE("issues of a sprint without a name are looked at, though one of them was by itself") {
  SprintBook book;
  book.TakeNoAgile(5);
  book.Note({"2", "", "", ""});
  SUBCASE("an open one") { book.Note(Active("2", "B")); }
  SUBCASE("a closed one") { book.Note(Closed("2", "B")); }
  SUBCASE("at the next start") {
    book = NextLife(book);
    book.Note(Active("2", "B"));
  }
  SUBCASE("before the next start") {
    book.Note(Active("2", "B"));
    book = NextLife(book);
  }
  SUBCASE("and the one is read once more, without a name") {
    book.Note(Active("2", "B"));
    book.Note({"2", "", "", ""});
  }
  CHECK(book.TakeOpen({}, 6).hidden == std::set<std::string>{"2"});
  CHECK(book.TakeOpen({}, 7).hidden.empty());
  SprintBook next = NextLife(book);
  CHECK(next.TakeOpen({}, 8).hidden.empty());
  next.Note(Closed("2", "C"));
  CHECK(next.Named(Numbers("2")) ==
        LocalField{{{"B", kSprintClosed}, {"C", kSprintClosed}}});
}

TEST_CASE("of a sprint's many names the newest are kept") {
  SprintBook book;
  for (int i = 0; i < 20; ++i) book.Note(Active("1", "name " + std::to_string(i)));
  SprintBook next = NextLife(book);
  next.Note(Closed("1", "last"));
  const LocalField named = next.Named(Numbers("1"));
  CHECK(named.values.size() == 8);
  CHECK(named.values.front().text == "name 13");
}

}  // namespace valise
