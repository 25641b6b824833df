// Both forms of Contents keep the same promises; only the folder's can be broken from outside.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "agent/contents_folder.h"
#include "tests/simulation/memory_contents.h"
#include "tests/store/support.h"

namespace valise {
namespace {

namespace fs = std::filesystem;

const std::string kName = PartName(DigestOf(1));
const std::string kOther = WholeName(DigestOf(1));

std::unique_ptr<ContentsFolder> Folder(const std::string& path) {
  auto opened = ContentsFolder::Open(path);
  REQUIRE_MESSAGE(opened.ok(), (opened.ok() ? "" : opened.error().message));
  return std::move(opened).value();
}

Bytes ReadAll(const Contents& contents, const std::string& name) {
  auto bytes = contents.Read(name, 0, 1000);
  REQUIRE(bytes.ok());
  return std::move(bytes).value();
}

void CheckContents(Contents& contents) {
  CHECK(contents.Names().empty());
  CHECK_FALSE(contents.SizeOf(kName));
  CHECK(contents.Read(kName, 0, 10).error().recovery == Recovery::kRetryLater);
  CHECK_FALSE(contents.Sync(kName).ok());
  CHECK(contents.Remove(kName).ok());

  REQUIRE(contents.Write(kName, 4, "later").ok());
  CHECK(ReadAll(contents, kName) == Bytes("\0\0\0\0later", 9));
  REQUIRE(contents.Write(kName, 0, "once").ok());
  REQUIRE(contents.Write(kName, 0, "once").ok());
  REQUIRE(contents.Write(kName, 2, "").ok());
  CHECK(ReadAll(contents, kName) == "oncelater");
  CHECK(contents.SizeOf(kName) == 9);
  CHECK(contents.Read(kName, 3, 3).value() == "ela");
  CHECK(contents.Read(kName, 7, 100).value() == "er");
  CHECK(contents.Read(kName, 9, 100).value().empty());
  CHECK(contents.Read(kName, 100, 100).value().empty());

  REQUIRE(contents.Sync(kName).ok());
  REQUIRE(contents.Write(kOther, 0, "replaced").ok());
  REQUIRE(contents.Rename(kName, kOther).ok());
  CHECK(contents.Names() == std::vector{kOther});
  CHECK(ReadAll(contents, kOther) == "oncelater");
  CHECK_FALSE(contents.Rename(kName, kOther).ok());
  CHECK(contents.Remove(kOther).ok());
  CHECK(contents.Names().empty());

  REQUIRE(contents.Write(kName, 0, "").ok());  // an empty file is one
  CHECK(contents.SizeOf(kName) == 0);
}

void CheckStreams(Contents& contents) {
  const auto sink = SinkOf(contents, kName, 10);
  REQUIRE(sink->Write("abc").ok());
  REQUIRE(sink->Write("").ok());
  REQUIRE(sink->Write("defghij").ok());
  const auto refused = sink->Write("k");
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == "VAL-CONTENT-SIZE");
  CHECK(refused.error().recovery == Recovery::kAskOperator);
  CHECK(ReadAll(contents, kName) == "abcdefghij");

  const auto source = SourceOf(contents, kName);
  CHECK(source->bytes() == 10);
  char buffer[4];
  CHECK(source->Read(8, buffer).value() == 2);
  CHECK(std::string(buffer, 2) == "ij");
  CHECK(source->Read(10, buffer).value() == 0);
  CHECK(DigestOf(contents, kName).value() == Hash("VLS1 content", "abcdefghij"));
  REQUIRE(contents.Remove(kName).ok());
  CHECK_FALSE(DigestOf(contents, kName).ok());
  CHECK_FALSE(source->Read(0, buffer).ok());
}

TEST_CASE("contents are written in any order, read in pieces, renamed and removed") {
  SUBCASE("in memory") {
    simulation::MemoryContents contents;
    CheckContents(contents);
  }
  SUBCASE("in a folder") {
    TempFolder folder;
    CheckContents(*Folder(folder.path() + "/contents"));
  }
}

TEST_CASE("bodies are streamed into and out of contents") {
  SUBCASE("in memory") {
    simulation::MemoryContents contents;
    CheckStreams(contents);
  }
  SUBCASE("in a folder") {
    TempFolder folder;
    CheckStreams(*Folder(folder.path() + "/contents"));
  }
}

TEST_CASE("a digest is the same in pieces of any length") {
  simulation::MemoryContents contents;
  const Bytes bytes = Octets(700'001);
  REQUIRE(contents.Write(kName, 0, bytes).ok());
  CHECK(DigestOf(contents, kName).value() == Hash("VLS1 content", bytes));
}

TEST_CASE("names are ours alone, whatever Jira calls its attachment") {
  for (const char* id : {"10001", "", "../../etc/passwd", "a/b", "\n"}) {
    CHECK(IsContentName(DownloadName(id)));
  }
  CHECK(DownloadName("10001") != DownloadName("10002"));
  const std::string hex(64, 'a');
  for (const std::string& name : {hex, "whole-" + hex + "a", "whole-" + hex.substr(1), "whole-" +
       hex.substr(1) + "G", "part-" + hex.substr(1) + "/", std::string("part-"), std::string()}) {
    CHECK_FALSE(IsContentName(name));
  }
}

TEST_CASE("the folder and its files are for this user only") {
  TempFolder folder;
  const std::string path = folder.path() + "/contents";
  fs::create_directory(path);
  fs::permissions(path, fs::perms::all);
  const mode_t mask = ::umask(0);
  auto contents = Folder(path);
  REQUIRE(contents->Write(kName, 0, "x").ok());
  ::umask(mask);
  CHECK(fs::status(path).permissions() == fs::perms::owner_all);
  CHECK(fs::status(path + "/" + kName).permissions() ==
        (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("links are not followed, and what is not ours is left alone") {
  TempFolder folder;
  const std::string path = folder.path() + "/contents";
  auto contents = Folder(path);
  std::ofstream(folder.path() + "/secret") << "secret";
  fs::create_symlink(folder.path() + "/secret", path + "/" + kName);
  fs::create_directory(path + "/" + kOther);
  std::ofstream(path + "/README") << "of a person";
  CHECK(contents->Names().empty());
  CHECK_FALSE(contents->SizeOf(kName));
  CHECK_FALSE(contents->Read(kName, 0, 10).ok());
  CHECK_FALSE(contents->Write(kName, 0, "x").ok());
  CHECK(fs::file_size(folder.path() + "/secret") == 6);
  fs::create_directory_symlink(path, folder.path() + "/link");
  CHECK_FALSE(ContentsFolder::Open(folder.path() + "/link").ok());
}

TEST_CASE("what is wrong with the folder says what to do") {
  TempFolder folder;
  const auto missing = ContentsFolder::Open(folder.path() + "/none/contents");
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().code == "VAL-CONTENT-IO");
  CHECK(missing.error().message.find("/none/contents") != std::string::npos);
}

TEST_CASE("in memory, what was not made durable is gone after a crash") {
  simulation::MemoryContents contents;
  const std::string third = DownloadName("3");
  REQUIRE(contents.Write(kName, 0, "durable").ok());
  REQUIRE(contents.Sync(kName).ok());
  REQUIRE(contents.Write(kName, 7, ", not").ok());
  REQUIRE(contents.Write(kOther, 0, "never synced").ok());
  REQUIRE(contents.Write(third, 0, "renamed unsynced").ok());
  REQUIRE(contents.Rename(third, WholeName(DigestOf(3))).ok());
  contents.Crash();
  CHECK(contents.Names() == std::vector{kName, WholeName(DigestOf(3))});
  CHECK(ReadAll(contents, kName) == "durable");
  CHECK(contents.SizeOf(WholeName(DigestOf(3))) == 0);
}

}  // namespace
}  // namespace valise
