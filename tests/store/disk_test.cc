#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>

#include "agent/store/sqlite.h"
#include "tests/store/support.h"

namespace valise {
namespace {

// No file may grow beyond `size`, as on a disk that is full.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t size) {
    old_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &old_limit_);
    rlimit limit{size, old_limit_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_limit_);
    std::signal(SIGXFSZ, old_handler_);
  }

 private:
  rlimit old_limit_{};
  void (*old_handler_)(int) = nullptr;
};

class SmallDisk {
 public:
  explicit SmallDisk(const std::string& path)
      : path_(path), is_mounted_(::mount("tmpfs", path.c_str(), "tmpfs", 0, "size=1m") == 0) {}
  ~SmallDisk() {
    if (is_mounted_) ::umount(path_.c_str());
  }
  bool is_mounted() const { return is_mounted_; }

 private:
  std::string path_;
  bool is_mounted_;
};

void CheckFull(const Result<void>& committed, const std::string& file) {
  REQUIRE_FALSE(committed.ok());
  CHECK(committed.error().code == "VAL-STATE-FULL");
  CHECK(committed.error().recovery == Recovery::kRetryLater);
  CHECK(committed.error().message.find(file) != std::string::npos);
  CHECK(committed.error().message.find("free space; nothing was lost") != std::string::npos);
}

TEST_CASE("what was committed is there after reopening, what was not is not") {
  TempFolder folder;
  {
    auto store = OnDisk(folder.File());
    CHECK(store->path() == folder.File());
    PutMeta(*store, "a", "1");
    store->Begin();
    store->PutMeta("a", "2");
  }
  auto store = OnDisk(folder.File());
  CHECK(store->Meta("a") == "1");
  CHECK(store->CheckIntegrity().ok());
}

TEST_CASE("what a killed process had committed is there") {
  TempFolder folder;
  OnDisk(folder.File());
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  pid_t child = ::fork();
  if (child == 0) {
    auto store = std::move(Store::Open(folder.File(), Store::Mode::kReadWrite)).value();
    for (std::int64_t number = 1;; ++number) {
      store->Begin();
      store->PutMetaNumber("number", number);
      store->AppendJournal({0, number, {}, {}, "counted", std::string(500, 'x')});
      if (!store->Commit().ok()) ::_exit(1);
      if (::write(ends[1], &number, sizeof number) < 0) ::_exit(1);
    }
  }
  std::int64_t seen = 0;
  while (seen < 50) REQUIRE(::read(ends[0], &seen, sizeof seen) == sizeof seen);
  ::kill(child, SIGKILL);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  ::close(ends[0]);
  ::close(ends[1]);
  auto store = OnDisk(folder.File());
  std::int64_t committed = store->MetaNumber("number", 0);
  CHECK(committed >= seen);
  CHECK(store->JournalTail(100'000).size() == static_cast<std::size_t>(committed));
}

TEST_CASE("the state is readable for its owner only") {
  TempFolder folder;
  auto store = OnDisk(folder.File());
  PutMeta(*store, "a", "1");
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat status {};
    REQUIRE(::stat((folder.File() + suffix).c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
  }
}

TEST_CASE("a reader beside a writer sees what is committed and cannot write") {
  TempFolder folder;
  auto writer = OnDisk(folder.File());
  PutMeta(*writer, "a", "1");
  auto reader = OnDisk(folder.File(), Store::Mode::kReadOnly);
  CHECK(reader->Meta("a") == "1");
  writer->Begin();
  writer->PutMeta("a", "2");
  CHECK(reader->Meta("a") == "1");
  RequireCommit(*writer);
  CHECK(reader->Meta("a") == "2");
  reader->Begin();  // one view of several reads
  CHECK(reader->Meta("a") == "2");
  PutMeta(*writer, "a", "3");
  CHECK(reader->Meta("a") == "2");
  RequireCommit(*reader);
  CHECK(reader->Meta("a") == "3");
  reader->Begin();
  reader->PutMeta("a", "4");
  CHECK(reader->Commit().error().code == "VAL-STATE-WRITE");
  CHECK(writer->Meta("a") == "3");
}

TEST_CASE("a second writer can leave a request") {
  TempFolder folder;
  auto agent = OnDisk(folder.File());
  auto command = OnDisk(folder.File());
  Commit(*command, [&] { command->AppendRequest({0, 1, "pause", ""}); });
  REQUIRE(agent->Requests().size() == 1);
  CHECK(agent->Requests()[0].verb == "pause");
}

TEST_CASE("an issue changed by another process is compared as it is now") {
  TempFolder folder;
  auto first = OnDisk(folder.File());
  auto second = OnDisk(folder.File());
  IssueBase issue;
  issue.issue_id = IdOf(1);
  issue.registers[Field("due")].flips = 1;
  Commit(*first, [&] { first->SaveIssue(issue); });
  IssueBase other = issue;
  other.registers[Field("due")].flips = 2;
  Commit(*second, [&] { second->SaveIssue(other); });
  Commit(*first, [&] { first->SaveIssue(issue); });
  CHECK(second->LoadIssue(IdOf(1)) == issue);
}

TEST_CASE("reading without a state, or an older one, is refused") {
  TempFolder folder;
  auto missing = Store::Open(folder.File(), Store::Mode::kReadOnly);
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().code == "VAL-STATE-OPEN");
  CHECK(missing.error().message.find(folder.File()) != std::string::npos);
  std::ofstream(folder.File()).close();
  CHECK(Store::Open(folder.File(), Store::Mode::kReadOnly).error().code == "VAL-STATE-OPEN");
  CHECK(Store::Open("/nonexistent/valise.db", Store::Mode::kReadWrite).error().code ==
        "VAL-STATE-OPEN");
}

TEST_CASE("a file that may not grow means a full disk, and nothing is lost") {
  TempFolder folder;
  auto store = OnDisk(folder.File());
  PutMeta(*store, "a", "1");
  {
    FileSizeLimit limit(64 * 1024 + 512'000);
    store->Begin();
    store->PutMeta("a", "2");
    store->PutMeta("b", Octets(2'000'000));
    CheckFull(store->Commit(), folder.File());
    CHECK(store->Meta("a") == "1");
  }
  CHECK_FALSE(store->Meta("b"));
  PutMeta(*store, "b", Octets(2'000'000));
  store.reset();
  store = OnDisk(folder.File());
  CHECK(store->Meta("a") == "1");
  CHECK(store->Meta("b") == Octets(2'000'000));
  CHECK(store->CheckIntegrity().ok());
}

TEST_CASE("a full disk keeps what was committed and goes on when there is space") {
  TempFolder folder;
  SmallDisk disk(folder.path());
  if (!disk.is_mounted()) {
    MESSAGE("skipped: may not mount a small file system here");
    return;
  }
  auto store = OnDisk(folder.File());
  PutMeta(*store, "a", "1");
  std::string ballast = folder.path() + "/ballast";
  std::ofstream(ballast) << Octets(2'000'000);
  store->Begin();
  store->PutMeta("a", "2");
  store->PutMeta("b", Octets(100'000));
  CheckFull(store->Commit(), folder.File());
  CHECK(store->Meta("a") == "1");
  std::filesystem::remove(ballast);
  PutMeta(*store, "b", Octets(100'000));
  store.reset();
  store = OnDisk(folder.File());
  CHECK(store->Meta("a") == "1");
  CHECK(store->Meta("b") == Octets(100'000));
  CHECK(store->CheckIntegrity().ok());
}

TEST_CASE("a new state on a full disk says so") {
  TempFolder folder;
  SmallDisk disk(folder.path());
  if (!disk.is_mounted()) return;
  std::ofstream(folder.path() + "/ballast") << Octets(2'000'000);
  auto store = Store::Open(folder.File(), Store::Mode::kReadWrite);
  REQUIRE_FALSE(store.ok());
  CHECK(store.error().code == "VAL-STATE-FULL");
}

TEST_CASE("a damaged file is called damaged") {
  TempFolder folder;
  std::ofstream(folder.File()) << std::string(8192, 'x');
  auto store = Store::Open(folder.File(), Store::Mode::kReadWrite);
  REQUIRE_FALSE(store.ok());
  CHECK(store.error().code == "VAL-STATE-CORRUPT");
  CHECK(store.error().recovery == Recovery::kAskOperator);
}

TEST_CASE("a damaged page makes reads fail loudly") {
  TempFolder folder;
  {
    auto store = OnDisk(folder.File());
    Commit(*store, [&] {
      for (int row = 0; row < 500; ++row) {
        store->AppendJournal({0, row, IdOf(1), {}, "captured", std::string(200, 'x')});
      }
    });
  }
  {
    std::fstream file(folder.File(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(0, std::ios::end);
    auto size = file.tellp();
    file.seekp(size - std::streamoff{20 * 4096});
    file << std::string(20 * 4096, '\xff');
  }
  auto store = OnDisk(folder.File());
  CHECK(store->JournalTail(1000).size() < 500);
  CHECK_FALSE(store->healthy());
  CHECK(store->first_error()->code == "VAL-STATE-CORRUPT");
  CHECK(store->CheckIntegrity().error().code == "VAL-STATE-CORRUPT");
  store->Begin();
  CHECK(store->healthy());
  (void)store->JournalTail(1000);
  CHECK(store->Commit().error().code == "VAL-STATE-CORRUPT");
}

TEST_CASE("an id of the wrong length is damage") {
  TempFolder folder;
  auto store = OnDisk(folder.File());
  auto raw = Database::Open(folder.File(), Database::Mode::kReadWrite);
  REQUIRE(raw.ok());
  REQUIRE(raw.value()
              ->Execute("INSERT INTO journal VALUES (NULL, 1, x'0102', x'', 'a', 'b')", "VAL-TEST")
              .ok());
  CHECK(store->JournalTail(1).size() == 1);
  CHECK(store->first_error()->code == "VAL-STATE-CORRUPT");
}

TEST_CASE("a copy is whole, private and never written over something") {
  TempFolder folder;
  auto store = OnDisk(folder.File());
  PutMeta(*store, "a", "1");
  std::string copy = folder.path() + "/copy.db";
  REQUIRE(store->CopyTo(copy).ok());
  CHECK(OnDisk(copy)->Meta("a") == "1");
  CHECK_FALSE(store->CopyTo(copy).ok());
  CHECK(std::filesystem::status(copy).permissions() ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  PutMeta(*store, "a", "2");
  CHECK(store->Meta("a") == "2");
}

}  // namespace
}  // namespace valise
