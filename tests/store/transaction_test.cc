#include <sys/wait.h>

#include <csignal>
#include <optional>

#include "tests/store/support.h"

namespace valise {
namespace {

OutgoingPacket PacketAt(std::uint64_t sequence) {
  OutgoingPacket packet;
  packet.position = {Stream::kChanges, {1, 7}, sequence};
  packet.packet_id = DigestOf(static_cast<std::uint8_t>(sequence));
  return packet;
}

struct Fates : Store::CommitWatcher {
  Store::CommitFate OnCommit(std::uint64_t number) override {
    last_number = number;
    return number == at ? fate : Store::CommitFate::kCommit;
  }
  std::uint64_t at = 0;
  Store::CommitFate fate = Store::CommitFate::kCommit;
  std::uint64_t last_number = 0;
};

// True if `action` ends the process, as a CHECK does.
template <typename Action>
bool Aborts(Action action) {
  pid_t child = ::fork();
  if (child == 0) {
    // doctest's handler would report the signal of the child as a failure of the test.
    std::signal(SIGABRT, SIG_DFL);
    if (std::freopen("/dev/null", "w", stderr) == nullptr) ::_exit(1);
    action();
    ::_exit(0);
  }
  int status = 0;
  return ::waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
         WTERMSIG(status) == SIGABRT;
}

TEST_CASE("meta values are octets, and numbers are readable as such") {
  auto store = InMemory();
  CHECK_FALSE(store->Meta("cursor"));
  CHECK(store->MetaNumber("count", 7) == 7);
  Commit(*store, [&] {
    store->PutMeta("cursor", Octets(300));
    store->PutMeta("empty", "");
    store->PutMetaNumber("count", -12);
  });
  CHECK(store->Meta("cursor") == Octets(300));
  CHECK(store->Meta("empty") == "");
  CHECK(store->MetaNumber("count", 7) == -12);
  CHECK(store->Meta("count") == "-12");
  PutMeta(*store, "cursor", "next");
  CHECK(store->Meta("cursor") == "next");
}

TEST_CASE("a rolled back transaction leaves nothing") {
  auto store = InMemory();
  PutMeta(*store, "a", "1");
  store->Begin();
  store->PutMeta("a", "2");
  CHECK(store->Meta("a") == "2");
  store->Rollback();
  CHECK(store->Meta("a") == "1");
  CHECK(store->healthy());
  store->Rollback();  // nothing open: nothing happens
  PutMeta(*store, "a", "3");
  CHECK(store->Meta("a") == "3");
}

TEST_CASE("a failing write poisons its transaction and no other") {
  auto store = InMemory();
  Commit(*store, [&] { store->PutPacket(PacketAt(1)); });
  store->Begin();
  store->PutMeta("before", "1");
  store->PutPacket(PacketAt(1));  // a position never has two contents
  CHECK_FALSE(store->healthy());
  store->PutMeta("after", "1");
  auto committed = store->Commit();
  REQUIRE_FALSE(committed.ok());
  CHECK(committed.error().code == "VAL-STATE-WRITE");
  CHECK(committed.error().message.find("UNIQUE") != std::string::npos);
  CHECK_FALSE(store->healthy());
  CHECK(store->first_error()->code == "VAL-STATE-WRITE");
  CHECK_FALSE(store->Meta("before"));
  CHECK_FALSE(store->Meta("after"));
  PutMeta(*store, "next", "1");
  CHECK(store->healthy());
  CHECK(store->Meta("next") == "1");
}

TEST_CASE("a crash before a commit takes the transaction along, and the store is dead") {
  auto store = InMemory();
  Fates fates;
  fates.at = 2;
  fates.fate = Store::CommitFate::kCrashBefore;
  store->set_commit_watcher(&fates);
  PutMeta(*store, "a", "1");
  store->Begin();
  store->PutMeta("a", "2");
  auto committed = store->Commit();
  REQUIRE_FALSE(committed.ok());
  CHECK(committed.error().code == "VAL-SIMULATED-CRASH");
  CHECK(store->has_crashed());
  CHECK_FALSE(store->healthy());
  CHECK_FALSE(store->Meta("a"));
  CHECK(store->AllIssues().empty());
  store->PutMeta("b", "1");  // no CHECK: the dead do nothing wrong
  store->Begin();
  store->Begin();
  CHECK(store->PutArrival({DigestOf(1), "sealed", 0, ArrivalState::kNew, "", ""}));
  CHECK(store->Commit().error().code == "VAL-SIMULATED-CRASH");
  store->Rollback();
  store->Revive();
  CHECK_FALSE(store->has_crashed());
  CHECK(store->healthy());
  CHECK(store->Meta("a") == "1");
  CHECK_FALSE(store->Meta("b"));
  PutMeta(*store, "a", "3");
  CHECK(fates.last_number == 3);
}

TEST_CASE("a crash after a commit keeps the transaction") {
  auto store = InMemory();
  Fates fates;
  fates.at = 1;
  fates.fate = Store::CommitFate::kCrashAfter;
  store->set_commit_watcher(&fates);
  store->Begin();
  store->PutMeta("a", "1");
  CHECK(store->Commit().error().code == "VAL-SIMULATED-CRASH");
  CHECK(store->has_crashed());
  CHECK_FALSE(store->Meta("a"));
  store->Revive();
  CHECK(store->Meta("a") == "1");
}

TEST_CASE("a transaction that failed is not asked for its fate") {
  auto store = InMemory();
  Fates fates;
  fates.at = 2;
  fates.fate = Store::CommitFate::kCrashAfter;
  store->set_commit_watcher(&fates);
  Commit(*store, [&] { store->PutPacket(PacketAt(1)); });
  store->Begin();
  store->PutPacket(PacketAt(1));
  CHECK(store->Commit().error().code == "VAL-STATE-WRITE");
  CHECK_FALSE(store->has_crashed());
  CHECK(fates.last_number == 1);
}

TEST_CASE("a new life rolls back what was open") {
  auto store = InMemory();
  store->Begin();
  store->PutMeta("a", "1");
  store->Revive();
  CHECK_FALSE(store->Meta("a"));
  PutMeta(*store, "a", "2");
  CHECK(store->Meta("a") == "2");
}

TEST_CASE("transactions within transactions and writes outside of them are bugs") {
  auto store = InMemory();
  CHECK(Aborts([&] {
    store->Begin();
    store->Begin();
  }));
  CHECK(Aborts([&] { store->PutMeta("a", "1"); }));
  CHECK(Aborts([&] { (void)store->Commit().ok(); }));
}

TEST_CASE("a full database refuses growth and keeps what it has") {
  auto store = InMemory();
  PutMeta(*store, "a", "1");
  store->SimulateFullDisk(true);
  store->Begin();
  store->PutMeta("a", "2");
  store->PutMeta("b", Octets(1'000'000));
  auto committed = store->Commit();
  REQUIRE_FALSE(committed.ok());
  CHECK(committed.error().code == "VAL-STATE-FULL");
  CHECK(committed.error().recovery == Recovery::kRetryLater);
  CHECK(store->Meta("a") == "1");
  store->SimulateFullDisk(false);
  PutMeta(*store, "b", Octets(1'000'000));
  CHECK(store->Meta("b") == Octets(1'000'000));
}

}  // namespace
}  // namespace valise
