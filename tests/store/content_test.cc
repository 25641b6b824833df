#include "tests/store/support.h"

namespace valise {
namespace {

using State = Store::ContentState;

void Capture(Store& store, std::uint8_t op, std::uint8_t issue) {
  OutgoingChange change;
  change.op_id = IdOf(op);
  change.issue_id = IdOf(issue);
  change.record = Octets(50);
  store.AppendOutgoing(change);
}

void Arrive(Store& store, std::uint8_t op, std::uint8_t issue) {
  IncomingChange change;
  change.position = {Stream::kChanges, {1, 7}, op};
  change.issue_id = IdOf(issue);
  change.op_id = IdOf(op);
  change.record = Octets(50);
  store.AppendIncoming(change);
}

// An issue with one attachment of the peer's.
IssueBase Waiting(std::uint8_t issue, std::uint8_t content) {
  IssueBase base;
  base.issue_id = IdOf(issue);
  ObjectBase file;
  file.origin.id = IdOf(99);
  file.origin.kind = ObjectKind::kAttachment;
  file.origin.content = DigestOf(content);
  file.is_ours = false;
  base.objects[file.origin.id] = file;
  base.registers[PresenceKey(ObjectKind::kAttachment, file.origin.id)].is_pending = true;
  return base;
}

void Receive(Store& store, std::uint8_t content, std::uint64_t bytes, std::uint64_t offset,
             std::uint64_t size, std::int64_t now_ms = 10) {
  Commit(store, [&] {
    store.PutReceived({DigestOf(content), bytes, State::kPartial, now_ms}, offset, size);
  });
}

std::vector<Digest> ToPack(const Store& store) {
  std::vector<Digest> contents;
  for (const auto& content : store.ContentsToPack(100)) contents.push_back(content.content);
  return contents;
}

TEST_CASE("a content is packed after a change that speaks of it, and in order") {
  auto store = InMemory();
  Commit(*store, [&] {
    Capture(*store, 1, 1);
    Capture(*store, 2, 2);
    store->NeedContent(IdOf(1), DigestOf(5), 1000);
    store->NeedContent(IdOf(2), DigestOf(4), 0);
    store->NeedContent(IdOf(2), DigestOf(5), 1000);
  });
  CHECK_FALSE(store->NextOutgoingContent());
  Commit(*store, [&] { store->MarkPacked(IdOf(2), "packed", 1, 3); });
  CHECK(ToPack(*store) == std::vector<Digest>{DigestOf(5), DigestOf(4)});
  Commit(*store, [&] { store->AdvanceContent(DigestOf(5), 600); });
  REQUIRE(store->NextOutgoingContent());
  CHECK(store->NextOutgoingContent()->next_offset == 600);
  CHECK(store->NextOutgoingContent()->bytes == 1000);
  Commit(*store, [&] { store->AdvanceContent(DigestOf(5), 1000); });
  CHECK(ToPack(*store) == std::vector<Digest>{DigestOf(4)});
  // Even of an empty one there is something to say.
  Commit(*store, [&] { store->AdvanceContent(DigestOf(4), 0); });
  CHECK_FALSE(store->NextOutgoingContent());
  CHECK(store->IssuesSending(DigestOf(5)) == std::vector<Id>{IdOf(1), IdOf(2)});
}

TEST_CASE("a content is forgotten with the outcome of the last change that uses it") {
  auto store = InMemory();
  Commit(*store, [&] {
    Capture(*store, 1, 1);
    Capture(*store, 2, 2);
    store->NeedContent(IdOf(1), DigestOf(5), 1000);
    store->NeedContent(IdOf(2), DigestOf(5), 1000);
    store->NeedContent(IdOf(2), DigestOf(6), 1000);
  });
  Commit(*store, [&] { CHECK(store->DropContentUses(IdOf(2)) == std::vector{DigestOf(6)}); });
  CHECK(store->OutgoingContents() == std::vector{DigestOf(5)});
  Commit(*store, [&] { CHECK(store->DropContentUses(IdOf(1)) == std::vector{DigestOf(5)}); });
  Commit(*store, [&] { CHECK(store->DropContentUses(IdOf(1)).empty()); });
  CHECK(store->OutgoingContents().empty());
}

TEST_CASE("a pruned change leaves its content unused") {
  auto store = InMemory();
  Commit(*store, [&] {
    Capture(*store, 1, 1);
    store->NeedContent(IdOf(1), DigestOf(5), 1000);
    store->PutOutcomeOf(IdOf(1), {IdOf(1), OutcomeResult::kHeld, "content", {}});
  });
  CHECK(store->UnusedContents().empty());
  Commit(*store, [&] { store->PruneOutgoing(1'000'000); });
  CHECK(store->UnusedContents() == std::vector{DigestOf(5)});
}

TEST_CASE("a content that came damaged is pushed again, but not for ever") {
  auto store = InMemory();
  Commit(*store, [&] {
    Capture(*store, 1, 1);
    store->NeedContent(IdOf(1), DigestOf(5), 1000);
    store->MarkPacked(IdOf(1), "packed", 1, 3);
  });
  for (bool is_pushed : {true, true, false}) {
    Commit(*store, [&] { store->AdvanceContent(DigestOf(5), 1000); });
    CHECK_FALSE(store->NextOutgoingContent());
    Commit(*store, [&] { CHECK(store->PushContentAgain(DigestOf(5)) == is_pushed); });
    CHECK(store->NextOutgoingContent().has_value() == is_pushed);
  }
  Commit(*store, [&] { CHECK_FALSE(store->PushContentAgain(DigestOf(6))); });
}

TEST_CASE("ranges of any order, twice and overlapping, become one") {
  auto store = InMemory();
  const Digest content = DigestOf(5);
  Receive(*store, 5, 100, 80, 20);
  Receive(*store, 5, 100, 0, 10);
  Receive(*store, 5, 100, 30, 10);
  CHECK(store->ReceivedRangeCount(content) == 3);
  Receive(*store, 5, 100, 10, 10);  // touches on its left only
  Receive(*store, 5, 100, 0, 10);   // twice
  CHECK(store->ReceivedRangeCount(content) == 3);
  Receive(*store, 5, 100, 15, 40);  // overlaps two
  CHECK(store->ReceivedRangeCount(content) == 2);
  CHECK_FALSE(store->IsContentCovered(content));
  CHECK(store->IncomingContentState(content) == State::kPartial);
  Receive(*store, 5, 100, 55, 25);
  CHECK(store->ReceivedRangeCount(content) == 1);
  CHECK(store->IsContentCovered(content));
  CHECK(store->PartialContents() == std::vector{content});
  CHECK_FALSE(store->HasContent(content));

  Commit(*store, [&] { store->SetContentState(content, State::kWhole); });
  CHECK(store->HasContent(content));
  CHECK(store->ReceivedRangeCount(content) == 0);
  CHECK(store->PartialContents().empty());
}

TEST_CASE("an empty content is whole with its first piece") {
  auto store = InMemory();
  CHECK_FALSE(store->IsContentCovered(DigestOf(5)));
  Receive(*store, 5, 0, 0, 0);
  CHECK(store->IsContentCovered(DigestOf(5)));
}

TEST_CASE("a damaged content begins anew, in another length if need be") {
  auto store = InMemory();
  Receive(*store, 5, 100, 0, 100);
  Commit(*store, [&] { store->SetContentState(DigestOf(5), State::kDamaged); });
  CHECK(store->IncomingContentState(DigestOf(5)) == State::kDamaged);
  CHECK_FALSE(store->IsContentCovered(DigestOf(5)));
  Receive(*store, 5, 50, 0, 20);
  CHECK(store->IncomingContentState(DigestOf(5)) == State::kPartial);
  CHECK(store->IncomingContentOf(DigestOf(5))->bytes == 50);
  CHECK_FALSE(store->IsContentCovered(DigestOf(5)));
}

TEST_CASE("issues wait for a content until their attachment is in Jira") {
  auto store = InMemory();
  IssueBase first = Waiting(1, 5), second = Waiting(2, 5);
  Commit(*store, [&] {
    store->SaveIssue(first);
    store->SaveIssue(second);
    store->SaveIssue(Waiting(3, 6));
  });
  CHECK(store->IssuesWaitingForContent(DigestOf(5)) == std::vector{IdOf(1), IdOf(2)});
  first.objects.begin()->second.jira_id = "10001";
  second.objects.begin()->second.is_ours = true;
  Commit(*store, [&] {
    store->SaveIssue(first);
    store->SaveIssue(second);
  });
  CHECK(store->IssuesWaitingForContent(DigestOf(5)).empty());
  // Comments have no content; they do not wait for none.
  CHECK(store->IssuesWaitingForContent(Digest{}).empty());
}

TEST_CASE("bytes that no change speaks of are counted, none for less than a file costs") {
  auto store = InMemory();
  Receive(*store, 5, 1'000'000, 0, 1);
  Receive(*store, 6, 0, 0, 0);
  CHECK(store->UnannouncedBytes() == 1'000'000 + 65536);
  Commit(*store, [&] {
    Arrive(*store, 1, 1);
    store->AnnounceContent(DigestOf(5));
  });
  CHECK(store->IsContentAnnounced(DigestOf(5)));
  CHECK_FALSE(store->IsContentAnnounced(DigestOf(6)));
  CHECK(store->UnannouncedBytes() == 65536);
  Commit(*store, [&] { store->SaveIssue(Waiting(1, 6)); });
  CHECK(store->IsContentAnnounced(DigestOf(6)));
  CHECK(store->UnannouncedBytes() == 0);
  Commit(*store, [&] { store->RemoveIncoming(store->IncomingOf(IdOf(1))[0].row); });
  CHECK(store->UnannouncedBytes() == 1'000'000);
}

TEST_CASE("a content that something wants is never unwanted, however old") {
  auto store = InMemory();
  for (std::uint8_t content = 4; content <= 8; ++content) {
    Receive(*store, content, 10, 0, 10, content);
  }
  IssueBase pending = Waiting(1, 4), held = Waiting(2, 5), kept = Waiting(3, 6);
  held.registers.begin()->second.is_pending = false;
  held.registers.begin()->second.held = "size";
  kept.registers.begin()->second.is_pending = false;  // not bound here
  Commit(*store, [&] {
    for (const IssueBase& issue : {pending, held, kept}) store->SaveIssue(issue);
    Arrive(*store, 1, 4);
    store->AnnounceContent(DigestOf(7));
  });
  CHECK(store->UnwantedContents(8) == std::vector{DigestOf(6)});
  CHECK(store->UnwantedContents(9) == std::vector{DigestOf(6), DigestOf(8)});
  Commit(*store, [&] { store->ForgetIncomingContent(DigestOf(6)); });
  CHECK(store->IncomingContentState(DigestOf(6)) == State::kUnknown);
  CHECK(store->IncomingContents().size() == 4);
}

}  // namespace
}  // namespace valise
