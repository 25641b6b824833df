#include "tests/store/support.h"

namespace valise {
namespace {

TEST_CASE("the journal tells an issue's story in order") {
  auto store = InMemory();
  Commit(*store, [&] {
    store->AppendJournal({0, 1, IdOf(1), IdOf(5), "captured", "summary"});
    store->AppendJournal({0, 2, {}, {}, "paused", ""});
    store->AppendJournal({0, 1, IdOf(1), {}, "packed", "1/1"});
  });
  auto story = store->JournalOf(IdOf(1));
  REQUIRE(story.size() == 2);
  CHECK(story[0].event == "captured");
  CHECK(story[0].detail == "summary");
  CHECK(story[0].op_id == IdOf(5));
  CHECK(story[0].at_ms == 1);
  CHECK(story[0].row < story[1].row);
  CHECK(store->JournalOf({}).size() == 1);
  auto tail = store->JournalTail(2);
  REQUIRE(tail.size() == 2);
  CHECK(tail[0].event == "paused");
  CHECK(tail[1].event == "packed");
}

TEST_CASE("listed values stay as history when settled") {
  auto store = InMemory();
  Listed listed{0, 7, IdOf(1), "held", Field("due"), Value{"x", "y"}, {3, 1}, "VAL-HELD", true};
  Listed absent{0, 8, IdOf(2), "conflict-lost", Field("due"), {}, {4, 0}, "", true};
  Commit(*store, [&] {
    store->AppendListed(listed);
    store->AppendListed(absent);
  });
  auto of_issue = store->ListedOf(IdOf(1));
  REQUIRE(of_issue.size() == 1);
  CHECK(of_issue[0].at_ms == 7);
  CHECK(of_issue[0].kind == "held");
  CHECK(of_issue[0].key == Field("due"));
  CHECK(of_issue[0].value == Value{"x", "y"});
  CHECK(of_issue[0].version == Version{3, 1});
  CHECK(of_issue[0].reason_code == "VAL-HELD");
  CHECK_FALSE(store->ListedOf(IdOf(2))[0].value);
  Commit(*store, [&] {
    store->SettleListed(IdOf(1), Field("due"), "altered");
    store->SettleListed(IdOf(1), Field("summary"), "held");
  });
  CHECK(store->AllListed(true).size() == 2);
  Commit(*store, [&] { store->SettleListed(IdOf(1), Field("due"), "held"); });
  REQUIRE(store->AllListed(true).size() == 1);
  CHECK(store->AllListed(true)[0].issue_id == IdOf(2));
  CHECK(store->AllListed(false).size() == 2);
  CHECK_FALSE(store->ListedOf(IdOf(1))[0].is_open);
}

TEST_CASE("intents keep the order in which they were first put") {
  auto store = InMemory();
  Intent first;
  first.write_id = IdOf(2);
  first.issue_id = IdOf(1);
  first.kind = WriteKind::kCommentEdit;
  first.method = "PUT";
  first.path = "/rest/api/2/issue/1/comment/2";
  first.body = "{}";
  first.targets = Octets(20);
  first.history_before = 40;
  first.body_sent = "as sent";
  first.probes = 2;
  first.object = IdOf(8);
  first.before_mark = 41;
  first.sent_at_ms = 42;
  Intent second;
  second.write_id = IdOf(1);
  second.issue_id = IdOf(1);
  Commit(*store, [&] {
    store->PutIntent(first);
    store->PutIntent(second);
  });
  first.state = WriteState::kUnknown;
  first.settle_at_ms = 43;
  first.attempts = 1;
  first.jira_id = "77";
  Commit(*store, [&] { store->PutIntent(first); });
  auto intents = store->IntentsOf(IdOf(1));
  REQUIRE(intents.size() == 2);
  const Intent& stored = intents[0];
  CHECK(stored.write_id == first.write_id);
  CHECK(stored.kind == WriteKind::kCommentEdit);
  CHECK(stored.state == WriteState::kUnknown);
  CHECK(stored.method == first.method);
  CHECK(stored.path == first.path);
  CHECK(stored.body == first.body);
  CHECK(stored.targets == first.targets);
  CHECK(stored.history_before == 40);
  CHECK(stored.body_sent == "as sent");
  CHECK(stored.probes == 2);
  CHECK(stored.object == first.object);
  CHECK(stored.before_mark == 41);
  CHECK(stored.sent_at_ms == 42);
  CHECK(stored.settle_at_ms == 43);
  CHECK(stored.attempts == 1);
  CHECK(stored.jira_id == "77");
  CHECK(intents[1].write_id == second.write_id);
  Commit(*store, [&] { store->RemoveIntent(IdOf(2)); });
  CHECK(store->AllIntents().size() == 1);
}

TEST_CASE("requests of commands wait in order") {
  auto store = InMemory();
  Commit(*store, [&] {
    store->AppendRequest({0, 1, "pause", ""});
    store->AppendRequest({0, 2, "retry", "PROJ-1"});
  });
  auto requests = store->Requests();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].verb == "pause");
  CHECK(requests[1].argument == "PROJ-1");
  CHECK(requests[1].at_ms == 2);
  Commit(*store, [&] { store->RemoveRequest(requests[0].row); });
  CHECK(store->Requests().size() == 1);
}

}  // namespace
}  // namespace valise
