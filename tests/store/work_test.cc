#include "tests/store/support.h"

namespace valise {
namespace {

using Work = Store::Work;

std::vector<Work> All(const Store& store) { return store.DueWork(1'000'000, 100); }

TEST_CASE("due work comes by time, then in order of insertion") {
  auto store = InMemory();
  CHECK_FALSE(store->NextWorkAt());
  Commit(*store, [&] {
    store->PutWork({"1", {}, 20, "poll", 0});
    store->PutWork({"2", {}, 10, "poll", 0});
    store->PutWork({"", IdOf(3), 10, "incoming", 1});
    store->PutWork({"4", IdOf(4), 30, "poll", 0});
  });
  CHECK(store->WorkCount() == 4);
  CHECK(store->NextWorkAt() == 10);
  CHECK(store->DueWork(9, 10).empty());
  auto due = store->DueWork(20, 10);
  REQUIRE(due.size() == 3);
  CHECK(due[0].jira_id == "2");
  CHECK(due[1].issue_id == IdOf(3));
  CHECK(due[1].why == "incoming");
  CHECK(due[1].failures == 1);
  CHECK(due[2].jira_id == "1");
  CHECK(store->DueWork(20, 1).size() == 1);
}

TEST_CASE("the earlier time wins, and failures are not forgiven") {
  auto store = InMemory();
  Commit(*store, [&] {
    store->PutWork({"1", {}, 20, "retry", 3});
    store->PutWork({"1", {}, 30, "poll", 0});
  });
  auto work = All(*store);
  REQUIRE(work.size() == 1);
  CHECK(work[0].not_before_ms == 20);
  CHECK(work[0].why == "retry");
  CHECK(work[0].failures == 3);
  Commit(*store, [&] { store->PutWork({"1", {}, 5, "poll", 0}); });
  work = All(*store);
  REQUIRE(work.size() == 1);
  CHECK(work[0].not_before_ms == 5);
  CHECK(work[0].why == "poll");
  CHECK(work[0].failures == 3);
  Commit(*store, [&] { store->DeferWork({"1", {}, 50, "", 0}); });
  work = All(*store);
  CHECK(work[0].not_before_ms == 50);
  CHECK(work[0].why == "poll");
  CHECK(work[0].failures == 0);
}

TEST_CASE("a row known by Jira id alone joins its issue's") {
  auto store = InMemory();
  Commit(*store, [&] {
    store->PutWork({"1", {}, 20, "poll", 2});
    store->PutWork({"1", IdOf(1), 30, "mapped", 0});
  });
  auto work = All(*store);
  REQUIRE(work.size() == 1);
  CHECK(work[0].issue_id == IdOf(1));
  CHECK(work[0].jira_id == "1");
  CHECK(work[0].not_before_ms == 20);
  CHECK(work[0].failures == 2);
}

TEST_CASE("two rows of one issue become one when both names are given") {
  auto store = InMemory();
  Commit(*store, [&] {
    store->PutWork({"1", {}, 10, "poll", 0});
    store->PutWork({"", IdOf(1), 20, "incoming", 4});
  });
  CHECK(store->WorkCount() == 2);
  Commit(*store, [&] { store->PutWork({"1", IdOf(1), 30, "mapped", 0}); });
  auto work = All(*store);
  REQUIRE(work.size() == 1);
  CHECK(work[0].not_before_ms == 10);
  CHECK(work[0].failures == 4);
  CHECK(work[0].issue_id == IdOf(1));
  CHECK(work[0].jira_id == "1");
}

TEST_CASE("a Jira id alone finds the row of its issue") {
  auto store = InMemory();
  Commit(*store, [&] {
    store->PutWork({"1", IdOf(1), 30, "incoming", 0});
    store->PutWork({"1", {}, 20, "poll", 0});
  });
  auto work = All(*store);
  REQUIRE(work.size() == 1);
  CHECK(work[0].issue_id == IdOf(1));
  CHECK(work[0].not_before_ms == 20);
}

TEST_CASE("deferring what is not there puts it there") {
  auto store = InMemory();
  Commit(*store, [&] { store->DeferWork({"", IdOf(1), 30, "retry", 2}); });
  CHECK(All(*store).size() == 1);
}

TEST_CASE("dropping by Jira id alone keeps the row of a mapped issue") {
  auto store = InMemory();
  Commit(*store, [&] {
    store->PutWork({"1", IdOf(1), 30, "incoming", 0});
    store->PutWork({"2", {}, 30, "poll", 0});
    store->PutWork({"3", {}, 30, "poll", 0});
    store->DropWork({"1", {}, 0, "", 0});
    store->DropWork({"2", {}, 0, "", 0});
  });
  CHECK(store->WorkCount() == 2);
  Commit(*store, [&] {
    store->DropWork({"1", IdOf(1), 0, "", 0});
    store->DropWork({"3", IdOf(3), 0, "", 0});  // mapped since it was taken
  });
  CHECK(store->WorkCount() == 0);
}

}  // namespace
}  // namespace valise
