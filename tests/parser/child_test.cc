#include <dirent.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>

#include "agent/parser/child_parser.h"
#include "packet/codec.h"
#include "packet/limits.h"
#include "tests/parser/values.h"
#include "tests/transport/doctest.h"
#include "tests/transport/temporary.h"

namespace valise {
namespace {

std::size_t OpenDescriptors() {
  std::size_t count = 0;
  DIR* directory = opendir("/proc/self/fd");
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

struct Collected {
  std::vector<Bytes> packets;
  TakePacket take = [this](Bytes sealed) -> Result<void> {
    packets.push_back(std::move(sealed));
    return Ok();
  };
};

TEST_CASE("headers come through the child as they come in process") {
  ChildParser child;
  InProcessParser here;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    ValueMaker make(seed);
    const Bytes core = EncodeCore(make.MakeCore());
    const Bytes control = EncodeControl(make.MakeControl());
    const auto got = child.ParseHeader(core, control);
    CAPTURE(seed);
    REQUIRE_MESSAGE(got.ok(), (got.ok() ? "" : got.error().message));
    REQUIRE((got.value() == here.ParseHeader(core, control).value()));
  }
}

TEST_CASE("payloads come through the child as they come in process") {
  ChildParser child;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    ValueMaker make(seed);
    const auto records = make.MakeRecords(1 + make.Below(200));
    const Payload payload = EncodePayload(records);
    const auto got = child.ParsePayload(payload.bytes, payload.records_bytes);
    CAPTURE(seed);
    REQUIRE_MESSAGE(got.ok(), (got.ok() ? "" : got.error().message));
    REQUIRE((got.value() == records));
  }
}

TEST_CASE("a payload without records comes through") {
  ChildParser child;
  const auto got = child.ParsePayload("", 0);
  REQUIRE(got.ok());
  CHECK(got.value().empty());
}

TEST_CASE("the largest payloads fit within the walls: 60 MiB that do not shrink") {
  std::vector<Record> records;
  ValueMaker make(1);
  for (int i = 0; i < 60; ++i) records.push_back(make.MakePiece(1000U << 10));
  const Payload payload = EncodePayload(records);
  ChildParser child;
  const auto got = child.ParsePayload(payload.bytes, payload.records_bytes);
  REQUIRE_MESSAGE(got.ok(), (got.ok() ? "" : got.error().message));
  CHECK((got.value() == records));
}

TEST_CASE("the largest payloads fit within the walls: 250 MiB that shrink") {
  ValueMaker make(1);
  const std::vector<Record> records(256, make.MakePiece(1000U << 10));
  const Payload payload = EncodePayload(records);
  REQUIRE(payload.records_bytes > 249U << 20);
  ChildParser child;
  const auto got = child.ParsePayload(payload.bytes, payload.records_bytes);
  REQUIRE_MESSAGE(got.ok(), (got.ok() ? "" : got.error().message));
  CHECK((got.value() == records));
}

TEST_CASE("a bundle comes through the child with its summary") {
  const TemporaryFolder folder;
  std::vector<Bytes> packets;
  for (unsigned i = 0; i < 50; ++i) packets.push_back(SomeBytes(1000 * i + 1, i));
  const auto written = WriteBundle(folder / "b", packets);
  REQUIRE(written.ok());
  ChildParser child;
  Collected collected;
  const auto read = child.ReadBundle(folder / "b", collected.take);
  REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().message));
  CHECK((collected.packets == packets));
  CHECK((read.value() == written.value()));
}

TEST_CASE("a packet of 64 MiB comes through a bundle and the child") {
  const TemporaryFolder folder;
  const std::vector<Bytes> packets = {SomeBytes(64U << 20, 1), SomeBytes(64U << 20, 2)};
  REQUIRE(WriteBundle(folder / "b", packets).ok());
  ChildParser child;
  Collected collected;
  const auto read = child.ReadBundle(folder / "b", collected.take);
  REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().message));
  CHECK((collected.packets == packets));
}

TEST_CASE("a taker's error ends a bundle, and the child goes on with the next job") {
  const TemporaryFolder folder;
  REQUIRE(WriteBundle(folder / "b", std::vector<Bytes>(1, SomeBytes(40U << 20, 1))).ok());
  REQUIRE(WriteBundle(folder / "many", std::vector<Bytes>{SomeBytes(9U << 20, 1), "x"}).ok());
  ChildParser child;
  Collected collected;
  for (const char* name : {"b", "many"}) {
    const auto read = child.ReadBundle(folder / name, [](Bytes) -> Result<void> {
      return Error{Recovery::kRetryLater, "VAL-TEST", "disk full"};
    });
    REQUIRE(!read.ok());
    CHECK(read.error().code == "VAL-TEST");
    CHECK(read.error().recovery == Recovery::kRetryLater);
  }
  CHECK(child.ReadBundle(folder / "many", collected.take).ok());
  CHECK(collected.packets.size() == 2);
}

TEST_CASE("a missing bundle and a directory are named") {
  const TemporaryFolder folder;
  ChildParser child;
  Collected collected;
  CHECK(child.ReadBundle(folder / "none", collected.take).error().code == "VAL-BUNDLE-IO");
  CHECK(child.ReadBundle(folder.path(), collected.take).error().code == "VAL-BUNDLE-FORMAT");
}

TEST_CASE("one child serves many jobs and leaves no descriptor and no zombie") {
  const std::size_t before = OpenDescriptors();
  pid_t pid = -1;
  {
    ChildParser child;
    REQUIRE(child.ParsePayload("", 0).ok());
    pid = child.child().pid();
    const std::size_t during = OpenDescriptors();
    for (int i = 0; i < 100; ++i) {
      REQUIRE(child.ParsePayload("", 0).ok());
      REQUIRE(!child.ParsePayload("junk", 100).ok());
    }
    CHECK(child.child().pid() == pid);
    CHECK(OpenDescriptors() == during);
    const std::string children =
        ReadFile("/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) + "/children");
    CHECK(children.empty());  // its workers are reaped
  }
  CHECK(OpenDescriptors() == before);
  CHECK(kill(pid, 0) == -1);
  CHECK(waitpid(-1, nullptr, WNOHANG) == -1);
}

TEST_CASE("a child that somebody killed is started again for the next packet") {
  ChildParser child;
  REQUIRE(child.ParsePayload("", 0).ok());
  const pid_t first = child.child().pid();
  kill(first, SIGKILL);
  siginfo_t ended{};
  REQUIRE(waitid(P_PID, static_cast<id_t>(first), &ended, WEXITED | WNOWAIT) == 0);
  CHECK(child.ParsePayload("", 0).ok());
  CHECK(child.child().pid() != first);
}

TEST_CASE("a program that is missing or is no parser child asks to retry, not to reject") {
  for (const ChildSettings& settings :
       {ChildSettings{"/nonexistent/valise", {"parse-child"}, std::chrono::seconds(5)},
        ChildSettings{"/proc/self/exe", {"refuse"}, std::chrono::seconds(5)}}) {
    ChildParser child(settings);
    const auto got = child.ParsePayload("", 0);
    REQUIRE(!got.ok());
    CHECK((got.error().code == "VAL-PARSER-START"));
    CHECK((got.error().recovery == Recovery::kRetryLater));
  }
}

TEST_CASE("the child's environment is empty and it has three descriptors") {
  setenv("VALISE_TEST_SECRET", "secret", 1);
  ChildParser child;
  REQUIRE(child.ParsePayload("", 0).ok());
  const std::string process = "/proc/" + std::to_string(child.child().pid());
  if (geteuid() == 0) {  // it is not dumpable: only root may look
    CHECK(ReadFile(process + "/environ").empty());
    std::size_t descriptors = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator(process + "/fd")) {
      ++descriptors;
    }
    CHECK(descriptors == 3);
  }
  unsetenv("VALISE_TEST_SECRET");
}

}  // namespace
}  // namespace valise
