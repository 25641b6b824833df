#include "tests/store/support.h"

namespace valise {
namespace {

OutgoingChange Captured(std::uint8_t number, std::uint8_t issue) {
  OutgoingChange change;
  change.op_id = IdOf(number);
  change.issue_id = IdOf(issue);
  change.record = Octets(500);
  change.captured_at_ms = 1000 + number;
  return change;
}

IncomingChange Arrived(std::uint8_t issue, std::uint64_t issue_sequence) {
  IncomingChange change;
  change.position = {Stream::kChanges, {3, 0xfedc'ba98'7654'3210}, 8};
  change.issue_id = IdOf(issue);
  change.op_id = IdOf(77);
  change.issue_sequence = issue_sequence;
  change.record = Octets(100);
  change.arrived_at_ms = 5;
  change.waiting = "VAL-WAIT-GAP";
  return change;
}

TEST_CASE("outgoing changes wait, are packed, and get their outcome") {
  auto store = InMemory();
  Commit(*store, [&] {
    store->AppendOutgoing(Captured(2, 1));
    store->AppendOutgoing(Captured(1, 1));
    store->AppendOutgoing(Captured(3, 2));
  });
  CHECK(store->UnpackedCount() == 3);
  auto unpacked = store->UnpackedChanges(2);
  REQUIRE(unpacked.size() == 2);
  CHECK(unpacked[0].op_id == IdOf(2));
  CHECK(unpacked[0].issue_id == IdOf(1));
  CHECK(unpacked[0].record == Octets(500));
  CHECK(unpacked[0].captured_at_ms == 1002);
  CHECK(unpacked[0].sequence == 0);
  CHECK_FALSE(unpacked[0].outcome);

  Commit(*store, [&] { store->MarkPacked(IdOf(2), "packed", 4, 9); });
  CHECK(store->UnpackedCount() == 2);
  auto packed = store->OutgoingByOp(IdOf(2));
  REQUIRE(packed);
  CHECK(packed->record == "packed");
  CHECK(packed->epoch_number == 4);
  CHECK(packed->sequence == 9);
  CHECK_FALSE(store->OutgoingByOp(IdOf(9)));
  CHECK(store->OutgoingOf(IdOf(1)).size() == 2);
  CHECK(store->OutgoingOf(IdOf(1))[0].op_id == IdOf(2));
}

TEST_CASE("an outcome comes back with the registers that differ from it") {
  auto store = InMemory();
  Outcome outcome{IdOf(1), OutcomeResult::kApplied, "", {}};
  outcome.registers = {{Field("summary"), OutcomeResult::kHeld, "VAL-HELD"},
                       {Field("due"), OutcomeResult::kKept, ""}};
  Commit(*store, [&] {
    store->AppendOutgoing(Captured(1, 1));
    store->PutOutcomeOf(IdOf(1), outcome);
    store->PutOutcomeOf(IdOf(8), outcome);  // unknown here: no error
  });
  CHECK(store->OutgoingByOp(IdOf(1))->outcome == outcome);
  CHECK(store->OutgoingOf(IdOf(1))[0].outcome == outcome);
  CHECK_FALSE(store->OutgoingByOp(IdOf(8)));
  Outcome second{IdOf(1), OutcomeResult::kRefused, "VAL-REFUSED", {}};
  Commit(*store, [&] { store->PutOutcomeOf(IdOf(1), second); });
  CHECK(store->OutgoingByOp(IdOf(1))->outcome == second);
}

TEST_CASE("pruning forgets only changes that have their outcome") {
  auto store = InMemory();
  Outcome outcome{IdOf(1), OutcomeResult::kApplied, "", {}};
  outcome.registers = {{Field("due"), OutcomeResult::kKept, ""}};
  Commit(*store, [&] {
    store->AppendOutgoing(Captured(1, 1));
    store->AppendOutgoing(Captured(2, 1));
    store->AppendOutgoing(Captured(3, 1));
    store->PutOutcomeOf(IdOf(1), outcome);
    store->PutOutcomeOf(IdOf(3), outcome);
  });
  Commit(*store, [&] { store->PruneOutgoing(1003); });
  CHECK_FALSE(store->OutgoingByOp(IdOf(1)));
  CHECK(store->OutgoingByOp(IdOf(2)));
  CHECK(store->OutgoingByOp(IdOf(3)));
  CHECK(store->CheckIntegrity().ok());
}

TEST_CASE("incoming changes queue by issue and sequence") {
  auto store = InMemory();
  Commit(*store, [&] {
    store->AppendIncoming(Arrived(2, 1));
    store->AppendIncoming(Arrived(1, 5));
    store->AppendIncoming(Arrived(1, 4));
  });
  auto queue = store->IncomingOf(IdOf(1));
  REQUIRE(queue.size() == 2);
  CHECK(queue[0].issue_sequence == 4);
  CHECK(queue[1].issue_sequence == 5);
  CHECK(queue[0].position == Arrived(1, 4).position);
  CHECK(queue[0].op_id == IdOf(77));
  CHECK(queue[0].record == Octets(100));
  CHECK(queue[0].arrived_at_ms == 5);
  CHECK(queue[0].waiting == "VAL-WAIT-GAP");
  CHECK(store->AllIncoming(2).size() == 2);
  CHECK(store->AllIncoming(10)[0].issue_id == IdOf(2));
  CHECK(store->IssuesWithIncoming() == std::vector<Id>{IdOf(1), IdOf(2)});

  queue[0].state = IncomingState::kMerged;
  queue[0].waiting = "";
  Commit(*store, [&] {
    store->UpdateIncoming(queue[0]);
    store->RemoveIncoming(queue[1].row);
  });
  queue = store->IncomingOf(IdOf(1));
  REQUIRE(queue.size() == 1);
  CHECK(queue[0].state == IncomingState::kMerged);
  CHECK(queue[0].waiting.empty());
}

TEST_CASE("records wait in order until they are packed") {
  auto store = InMemory();
  Commit(*store, [&] {
    store->AppendRecord(Octets(40));
    store->AppendRecord("");
  });
  auto waiting = store->WaitingRecords(10);
  REQUIRE(waiting.size() == 2);
  CHECK(waiting[0].record == Octets(40));
  CHECK(waiting[1].record.empty());
  Commit(*store, [&] { store->RemoveWaitingRecord(waiting[0].row); });
  CHECK(store->WaitingRecords(10).size() == 1);
}

}  // namespace
}  // namespace valise
