#include "transport/drop_folder.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/transport/doctest.h"
#include "tests/transport/temporary.h"

namespace valise {
namespace {

namespace fs = std::filesystem;

struct Fixture {
  TemporaryFolder folder;
  DropFolderSettings settings{folder / "out", folder / "in"};
  DropFolder carrier{settings};
  Bytes sealed = SomeBytes(3000, 7);

  Fixture() { REQUIRE(DropFolder::Prepare(settings).ok()); }
  std::string Out(const std::string& name) const { return settings.outbox + "/" + name; }
  std::string In(const std::string& name) const { return settings.inbox + "/" + name; }
  std::vector<Arrival> Receive(std::size_t count_max = 100) {
    auto got = carrier.Receive(count_max);
    REQUIRE(got.ok());
    return std::move(got).value();
  }
  std::string ForeignReason(const std::string& name) const {
    for (const ForeignFile& file : carrier.foreign()) {
      if (file.name == name) return file.reason;
    }
    return "";
  }
};

std::string CodeOf(const Result<void>& result) { return result.ok() ? "" : result.error().code; }

std::size_t FilesIn(const std::string& directory) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

TEST_CASE("the name of a packet is the base32 of its BLAKE2b-128") {
  CHECK(DropFolder::NameOf("") == "zltgsqoz566uatsnrb2y5jtwoa.valise");
  CHECK(DropFolder::NameOf("abc") == "z5flpeogfogswiijzebhkkdycy.valise");
}

TEST_CASE_FIXTURE(Fixture, "a sent packet is one file under its name and no part is left") {
  REQUIRE(carrier.Send(sealed).ok());
  CHECK(ReadFile(Out(DropFolder::NameOf(sealed))) == sealed);
  CHECK(FilesIn(settings.outbox) == 2);  // with the marker
}

TEST_CASE_FIXTURE(Fixture, "prepare makes markers once and changes nothing that is there") {
  WriteFile(Out(settings.marker), "mine");
  REQUIRE(DropFolder::Prepare(settings).ok());
  CHECK(ReadFile(Out(settings.marker)) == "mine");
}

TEST_CASE_FIXTURE(Fixture, "without its marker a folder counts as unmounted") {
  REQUIRE(carrier.Send(sealed).ok());
  fs::remove(Out(settings.marker));
  fs::remove(In(settings.marker));
  WriteFile(In("x.valise"), sealed);
  const auto sent = carrier.Send(sealed);
  CHECK(CodeOf(sent) == "VAL-FOLDER-MARKER");
  CHECK(sent.error().recovery == Recovery::kRetryLater);
  CHECK(sent.error().message.find("touch " + settings.outbox) != std::string::npos);
  const auto received = carrier.Receive(10);
  REQUIRE(!received.ok());
  CHECK(received.error().code == "VAL-FOLDER-MARKER");
  CHECK(CodeOf(carrier.Remove("x.valise")) == "VAL-FOLDER-MARKER");
  CHECK(fs::exists(In("x.valise")));
}

TEST_CASE_FIXTURE(Fixture, "a marker that is a link or a directory does not count") {
  fs::remove(In(settings.marker));
  fs::create_symlink("/dev/null", In(settings.marker));
  CHECK(!carrier.Receive(10).ok());
  fs::remove(In(settings.marker));
  fs::create_directory(In(settings.marker));
  CHECK(!carrier.Receive(10).ok());
}

TEST_CASE_FIXTURE(Fixture, "a missing folder counts as unmounted") {
  fs::remove_all(settings.outbox);
  CHECK(CodeOf(carrier.Send(sealed)) == "VAL-FOLDER-MARKER");
}

TEST_CASE_FIXTURE(Fixture, "a part is never read, whatever its case") {
  WriteFile(In("a.valise.part"), sealed);
  WriteFile(In("b.valise.PART"), sealed);
  WriteFile(In(".c.valise"), sealed);
  CHECK(Receive().empty());
  CHECK(carrier.foreign().empty());
}

TEST_CASE_FIXTURE(Fixture, "a planted link is neither followed nor removed") {
  WriteFile(folder / "secret", "secret");
  fs::create_symlink(folder / "secret", In("link.valise"));
  CHECK(Receive().empty());
  CHECK(ForeignReason("link.valise") == "is a link");
  CHECK(fs::is_symlink(In("link.valise")));
}

TEST_CASE_FIXTURE(Fixture, "a link planted under a part's name is replaced, not written through") {
  WriteFile(folder / "victim", "untouched");
  const std::string name = DropFolder::NameOf(sealed);
  fs::create_symlink(folder / "victim", Out(name + ".part"));
  REQUIRE(carrier.Send(sealed).ok());
  CHECK(ReadFile(folder / "victim") == "untouched");
  CHECK(ReadFile(Out(name)) == sealed);
}

TEST_CASE_FIXTURE(Fixture, "a link planted under the final name is refused") {
  WriteFile(folder / "victim", sealed);
  fs::create_symlink(folder / "victim", Out(DropFolder::NameOf(sealed)));
  CHECK(CodeOf(carrier.Send(sealed)) == "VAL-FOLDER-TAKEN");
}

TEST_CASE_FIXTURE(Fixture, "directories, pipes, empty and oversize files are listed and left") {
  fs::create_directory(In("directory.valise"));
  REQUIRE(mkfifo(In("pipe.valise").c_str(), 0600) == 0);
  WriteFile(In("empty.valise"), "");
  WriteFile(In("big.valise"), "x");
  fs::resize_file(In("big.valise"), (64U << 20) + 1);
  WriteFile(In("notes\n.txt"), "hello");
  WriteFile(In("good.valise"), sealed);
  const auto arrivals = Receive();
  REQUIRE(arrivals.size() == 1);
  CHECK(arrivals[0].sealed == sealed);
  CHECK(ForeignReason("directory.valise") == "is a directory");
  CHECK(ForeignReason("pipe.valise") == "is not a regular file");
  CHECK(ForeignReason("empty.valise") == "is empty; perhaps still being copied");
  CHECK(ForeignReason("big.valise") == "67108865 bytes, more than 67108864");
  CHECK(ForeignReason("notes\\x0a.txt") == "is not named like a packet (*.valise)");
  CHECK(carrier.foreign().size() == 5);
  CHECK(FilesIn(settings.inbox) == 7);
}

TEST_CASE_FIXTURE(Fixture, "a packet under another name is delivered all the same") {
  WriteFile(In("Copy of packet (1).VALISE"), sealed);
  const auto arrivals = Receive();
  REQUIRE(arrivals.size() == 1);
  CHECK(arrivals[0].sealed == sealed);
  REQUIRE(carrier.Remove(arrivals[0].handle).ok());
  CHECK(Receive().empty());
}

TEST_CASE_FIXTURE(Fixture, "packets come in the order of their names and no more than asked for") {
  for (const char* name : {"c.valise", "a.valise", "b.valise"}) WriteFile(In(name), name);
  const auto arrivals = Receive(2);
  REQUIRE(arrivals.size() == 2);
  CHECK(arrivals[0].handle == "a.valise");
  CHECK(arrivals[1].handle == "b.valise");
}

TEST_CASE_FIXTURE(Fixture, "one call reads one packet beyond 8 MiB at most, whatever is there") {
  for (int i = 0; i < 4; ++i) WriteFile(In(std::to_string(i) + ".valise"), SomeBytes(5U << 20, 1));
  CHECK(Receive().size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "a file that grew after it was read is received again, not removed") {
  WriteFile(In("x.valise"), sealed.substr(0, 1000));  // a copy under way
  const auto half = Receive();
  WriteFile(In("x.valise"), sealed);
  REQUIRE(carrier.Remove(half[0].handle).ok());
  const auto whole = Receive();
  REQUIRE(whole.size() == 1);
  CHECK(whole[0].sealed == sealed);
  REQUIRE(carrier.Remove(whole[0].handle).ok());
  CHECK(Receive().empty());
}

TEST_CASE_FIXTURE(Fixture, "a truncated file is delivered: only its inside says what it is") {
  WriteFile(In(DropFolder::NameOf(sealed)), sealed.substr(0, 1234));
  CHECK(Receive().at(0).sealed == sealed.substr(0, 1234));
}

TEST_CASE_FIXTURE(Fixture, "an existing file of the right size is success, of another is not") {
  const std::string file = Out(DropFolder::NameOf(sealed));
  REQUIRE(carrier.Send(sealed).ok());
  const auto before = fs::last_write_time(file);
  REQUIRE(carrier.Send(sealed).ok());
  CHECK(fs::last_write_time(file) == before);
  fs::resize_file(file, 10);
  CHECK(CodeOf(carrier.Send(sealed)) == "VAL-FOLDER-TAKEN");
  CHECK(fs::file_size(file) == 10);
}

TEST_CASE_FIXTURE(Fixture, "a part that a crash left is replaced; old ones are cleared away") {
  const std::string name = DropFolder::NameOf(sealed);
  WriteFile(Out(name + ".part"), "half");
  const std::string old_part = Out(DropFolder::NameOf("old") + ".part");
  const std::string young_part = Out(DropFolder::NameOf("young") + ".part");
  const std::string foreign_part = Out("download.part");
  for (const auto& part : {old_part, young_part, foreign_part}) WriteFile(part, "half");
  for (const auto& part : {old_part, foreign_part}) {
    fs::last_write_time(part, fs::file_time_type::clock::now() - std::chrono::hours(25));
  }
  REQUIRE(carrier.Send(sealed).ok());
  CHECK(ReadFile(Out(name)) == sealed);
  CHECK(!fs::exists(Out(name + ".part")));
  CHECK(!fs::exists(old_part));
  CHECK(fs::exists(young_part));
  CHECK(fs::exists(foreign_part));
}

TEST_CASE_FIXTURE(Fixture, "Remove takes no path and nothing that Receive could not have given") {
  WriteFile(folder / "secret.valise", "secret");
  for (const std::string handle :
       {"../secret.valise", "/etc/passwd", ".valise-folder", "", ".", "..", "notes.txt"}) {
    CHECK(CodeOf(carrier.Remove(handle)) == "VAL-FOLDER-HANDLE");
  }
  CHECK(CodeOf(carrier.Remove(std::string("a\0.valise", 9))) == "VAL-FOLDER-HANDLE");
  CHECK(fs::exists(folder / "secret.valise"));
}

// Runs `body` in a forked process and gives its exit code; what it does to itself ends with it.
template <typename Body>
int InFork(Body body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_CASE_FIXTURE(Fixture, "a read-only outbox asks the operator and leaves nothing") {
  fs::permissions(settings.outbox, fs::perms::owner_read | fs::perms::owner_exec |
                                       fs::perms::others_read | fs::perms::others_exec);
  fs::permissions(folder.path(), fs::perms::others_exec, fs::perm_options::add);
  const int answer = InFork([&] {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) return 2;  // root may all
    const auto sent = carrier.Send(sealed);
    return !sent.ok() && sent.error().code == "VAL-FOLDER-ACCESS" &&
                   sent.error().recovery == Recovery::kAskOperator
               ? 0
               : 1;
  });
  CHECK(answer == 0);
  fs::permissions(settings.outbox, fs::perms::owner_all);
  CHECK(FilesIn(settings.outbox) == 1);
}

TEST_CASE_FIXTURE(Fixture, "a full disk leaves no half file and says so; later it goes on") {
  if (geteuid() != 0) {
    MESSAGE("skipped: needs root to mount a small tmpfs");
    return;
  }
  if (mount("tmpfs", settings.outbox.c_str(), "tmpfs", 0, "size=64k") != 0) {
    MESSAGE("skipped: this system does not let us mount a tmpfs");
    return;
  }
  WriteFile(Out(settings.marker), "");
  const Bytes large = SomeBytes(100000, 9);
  const auto sent = carrier.Send(large);
  CHECK(CodeOf(sent) == "VAL-FOLDER-FULL");
  CHECK(sent.error().recovery == Recovery::kRetryLater);
  CHECK(FilesIn(settings.outbox) == 1);
  CHECK(carrier.Send(sealed).ok());
  CHECK(umount(settings.outbox.c_str()) == 0);
}

TEST_CASE_FIXTURE(Fixture, "a share that is unmounted is not taken for an empty one") {
  if (geteuid() != 0 || mount("tmpfs", settings.inbox.c_str(), "tmpfs", 0, "size=1m") != 0) {
    MESSAGE("skipped: needs the right to mount a tmpfs");
    return;
  }
  const auto received = carrier.Receive(1);  // what is mounted here has no marker
  CHECK(umount(settings.inbox.c_str()) == 0);
  REQUIRE(!received.ok());
  CHECK(received.error().code == "VAL-FOLDER-MARKER");
  CHECK(carrier.Receive(1).ok());
}

}  // namespace
}  // namespace valise
