// Every commit of both sites, one after another, ends a life before or after it happened; what was
// not made durable is gone. All of it arrives whole all the same, and no file is left over.
#include "agent/content_files.h"
#include "tests/exchange/site.h"

namespace valise::exchange {
namespace {

// Ends the life at the n-th commit, once.
struct CrashAt final : Store::CommitWatcher {
  Store::CommitFate OnCommit(std::uint64_t) override {
    if (--commits_left != 0) return Store::CommitFate::kCommit;
    return is_before ? Store::CommitFate::kCrashBefore : Store::CommitFate::kCrashAfter;
  }
  int commits_left = 0;
  bool is_before = true;
};

// As Agent does it, all faults being harmless to the caller.
void Work(Site& site) {
  (void)site.inbox->Receive().ok();
  (void)site.inbox->OpenArrivals().ok();
  (void)site.outbox->Pack(true).ok();
  (void)site.outbox->Send().ok();
}

void RunWithCrash(Site& victim, Two& two, CrashAt& crash) {
  victim.store->set_commit_watcher(&crash);
  for (int round = 0; round < 12; ++round) {
    for (Site* site : {&two.hq, &two.field}) {
      Work(*site);
      if (site->store->has_crashed()) {
        site->Crash();
        SweepContentFiles(site->world);
      }
      site->clock.now_ms += 2 * site->terms.settings.resend_at_most_ms;
    }
    two.Carry(two.hq, two.field);
    two.Carry(two.field, two.hq);
  }
}

const std::vector<Bytes>& Files() {
  static const std::vector<Bytes> files = {Noise(500'000, 1), Noise(90'000, 2), ""};
  return files;
}

// One run; false when there is no such commit any more.
template <typename Check>
bool RunOnce(std::uint32_t victim, int commit, bool is_before, bool is_lazy, Check check) {
  Two two;
  two.hq.terms.settings.sealed_bytes_max = 256U << 10;
  two.hq.Capture(1, Files());
  two.field.contents.set_is_lazy(is_lazy);
  CrashAt crash;
  crash.commits_left = commit;
  crash.is_before = is_before;
  RunWithCrash(victim == 0 ? two.hq : two.field, two, crash);
  check(two);
  return crash.commits_left <= 0;
}

void CheckAll(std::uint32_t victim, bool is_before) {
  const auto check = [](Two& two) {
    for (const Bytes& file : Files()) REQUIRE(two.field.Has(file));
    CHECK(two.field.contents.Names().size() == Files().size());
    CHECK(two.field.Listed("content-damaged") == 0);
    CHECK(two.hq.store->UnackedBytes(Stream::kContent) == 0);
    CHECK(two.field.store->AllIncoming(10).size() == 1);
  };
  int commit = 1;
  while (RunOnce(victim, commit, is_before, false, check)) ++commit;
  CHECK(commit > 10);
}

TEST_CASE("the receiver dies before each of its commits") { CheckAll(1, true); }
TEST_CASE("the receiver dies after each of its commits") { CheckAll(1, false); }
TEST_CASE("the sender dies before each of its commits") { CheckAll(0, true); }
TEST_CASE("the sender dies after each of its commits") { CheckAll(0, false); }

TEST_CASE("these tests would notice a file that was not made durable") {
  int lost = 0;
  const auto count = [&](Two& two) {
    if (!two.field.Has(Files()[0])) ++lost;
  };
  for (int commit = 1; RunOnce(1, commit, false, true, count); ++commit) {
  }
  CHECK(lost > 0);
}

TEST_CASE("a rename whose commit was lost is recognised") {
  Two two;
  const Bytes file = Noise(1000, 1);
  two.hq.Capture(1, {file});
  two.Exchange();
  Site& field = two.field;
  Commit(*field.store, [&] {
    field.store->ForgetIncomingContent(ContentOf(file));
    field.store->PutReceived(
        {ContentOf(file), file.size(), Store::ContentState::kPartial, 1}, 0, file.size());
  });
  field.Crash();
  CHECK(field.Has(file));
}

TEST_CASE("a row whose file is gone is called damaged, not waited for") {
  Two two;
  const Bytes whole = Noise(1000, 1);
  two.hq.Capture(1, {whole});
  two.Exchange();
  Site& field = two.field;
  Commit(*field.store, [&] {
    field.store->PutReceived({DigestOf(5), 100, Store::ContentState::kPartial, 1}, 0, 10);
  });
  REQUIRE(field.contents.Remove(WholeName(ContentOf(whole))).ok());
  field.Crash();
  CHECK(field.store->IncomingContentState(ContentOf(whole)) == Store::ContentState::kDamaged);
  CHECK(field.store->IncomingContentState(DigestOf(5)) == Store::ContentState::kDamaged);
  CHECK(field.Listed("content-damaged", "lost") == 1);
  field.Crash();  // said once
  CHECK(field.Listed("content-damaged", "lost") == 1);
}

}  // namespace
}  // namespace valise::exchange
