#include "transport/bundle.h"

#include <sys/mount.h>

#include <optional>
#include <set>

#include "packet/limits.h"
#include "tests/transport/doctest.h"
#include "tests/transport/hand_made.h"
#include "tests/transport/temporary.h"
#include "transport/drop_folder.h"
#include "transport/manifest.h"

namespace valise {
namespace {

struct ReadBack {
  std::vector<Bytes> packets;
  std::optional<BundleSummary> summary;
  std::string code;
  std::string message;
};

void Finish(Result<BundleSummary> result, ReadBack* back) {
  if (result.ok()) {
    back->summary = std::move(result).value();
  } else {
    back->code = result.error().code;
    back->message = result.error().message;
  }
}

TakePacket Into(ReadBack* back) {
  return [back](Bytes sealed) -> Result<void> {
    back->packets.push_back(std::move(sealed));
    return Ok();
  };
}

ReadBack ReadText(std::string_view bytes) {
  ReadBack back;
  const BundleInput input = [&](char* buffer, std::size_t size) -> Result<std::size_t> {
    const std::size_t count = bytes.copy(buffer, size);
    bytes.remove_prefix(count);
    return count;
  };
  Finish(ReadBundleStream(input, Into(&back)), &back);
  return back;
}

ReadBack ReadPath(const std::string& file) {
  ReadBack back;
  Finish(ReadBundle(file, Into(&back)), &back);
  return back;
}

BundleSummary Written(const std::string& file, const std::vector<Bytes>& packets) {
  auto written = WriteBundle(file, packets);
  REQUIRE_MESSAGE(written.ok(), (written.ok() ? "" : written.error().message));
  return std::move(written).value();
}

Bytes BundleOf(const std::vector<Bytes>& packets) {
  const TemporaryFolder folder;
  Written(folder / "bundle", packets);
  return ReadFile(folder / "bundle");
}

TEST_CASE("a bundle gives back its packets in their order, and the same digest at both ends") {
  const TemporaryFolder folder;
  const auto packets = Packets(20);
  const BundleSummary written = Written(folder / "b.valise-bundle", packets);
  const ReadBack back = ReadPath(folder / "b.valise-bundle");
  CHECK(back.packets == packets);
  REQUIRE(back.summary);
  CHECK(*back.summary == written);
  CHECK(written.packets == 20);
  CHECK(written.promised == 20);
  CHECK(written.short_digest.size() == 23);
}

TEST_CASE("a bundle of nothing is a bundle") {
  const ReadBack back = ReadText(BundleOf({}));
  REQUIRE(back.summary);
  CHECK(back.summary->packets == 0);
}

TEST_CASE("the largest packet passes through a bundle") {
  const std::vector<Bytes> packets = {SomeBytes(64U << 20, 1), SomeBytes(1, 2)};
  const ReadBack back = ReadText(BundleOf(packets));
  CHECK((back.packets == packets));
}

TEST_CASE("writing the same packets gives the same octets") {
  CHECK((BundleOf(Packets(5)) == BundleOf(Packets(5))));
}

TEST_CASE("digests are those that another BLAKE2b gives for the specification") {
  CHECK(Hex(View(BundleDigest("one"))) ==
        "55ef2e83416927be9118d07baf110c52952c2d13c9703aeebbc520f2347c7d3a");
  CHECK(ShortDigest({BundleDigest("one"), BundleDigest("two")}) == "90709 57379 86017 14817");
}

TEST_CASE("the short digest depends neither on order nor on repetition") {
  const TemporaryFolder folder;
  auto packets = Packets(5);
  const std::string digest = Written(folder / "a", packets).short_digest;
  std::swap(packets[0], packets[4]);
  packets.push_back(packets[2]);
  const BundleSummary other = Written(folder / "b", packets);
  CHECK(other.short_digest == digest);
  CHECK(other.packets == 5);
  CHECK(other.duplicates == 1);
  packets.erase(packets.begin());
  CHECK(Written(folder / "c", packets).short_digest != digest);
}

TEST_CASE("an existing file is never replaced, nor is a part left behind") {
  const TemporaryFolder folder;
  WriteFile(folder / "b", "precious");
  const auto written = WriteBundle(folder / "b", Packets(1));
  REQUIRE(!written.ok());
  CHECK(written.error().code == "VAL-BUNDLE-EXISTS");
  CHECK(ReadFile(folder / "b") == "precious");
  CHECK(!std::filesystem::exists(folder / "b.part"));
}

TEST_CASE("an oversize or empty packet is not written") {
  const TemporaryFolder folder;
  CHECK(!WriteBundle(folder / "b", std::vector<Bytes>{Bytes((64U << 20) + 1, 'x')}).ok());
  CHECK(!WriteBundle(folder / "b", std::vector<Bytes>{""}).ok());
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a source that changes its mind is caught") {
  const TemporaryFolder folder;
  int calls = 0;
  const auto written = WriteBundle(
      folder / "b", {1, [&](std::size_t) -> Result<Bytes> { return std::to_string(++calls); }});
  REQUIRE(!written.ok());
  CHECK(written.error().code == "VAL-BUNDLE-CHANGED");
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a full disk leaves no bundle and no part") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "small");
  if (geteuid() != 0 || mount("tmpfs", (folder / "small").c_str(), "tmpfs", 0, "size=64k") != 0) {
    MESSAGE("skipped: needs the right to mount a tmpfs");
    return;
  }
  const auto written = WriteBundle(folder / "small/b", std::vector<Bytes>{SomeBytes(200000, 1)});
  CHECK(std::filesystem::is_empty(folder / "small"));
  CHECK(umount((folder / "small").c_str()) == 0);
  REQUIRE(!written.ok());
  CHECK(written.error().code == "VAL-BUNDLE-FULL");
}

TEST_CASE("cut at any octet a bundle gives its whole packets and says what is missing") {
  const auto packets = Packets(4);
  const Bytes whole = BundleOf(packets);
  std::size_t most = 0;
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    const ReadBack back = ReadText(std::string_view(whole).substr(0, cut));
    CAPTURE(cut);
    REQUIRE(back.packets.size() >= most);
    most = back.packets.size();
    REQUIRE(back.packets == std::vector<Bytes>(packets.begin(), packets.begin() + int(most)));
    // The end marker alone may be missing without harm: all that was promised is here.
    if (most < packets.size())
      REQUIRE((back.code == "VAL-BUNDLE-TRUNCATED" || back.code == "VAL-BUNDLE-FORMAT"));
  }
  CHECK(most == packets.size());
}

TEST_CASE("the message about a cut bundle counts") {
  const auto packets = Packets(4);
  const Bytes whole = BundleOf(packets);
  const ReadBack back = ReadText(std::string_view(whole).substr(0, 5000));
  CHECK(back.code == "VAL-BUNDLE-TRUNCATED");
  CHECK(back.message.find(std::to_string(back.packets.size()) + " of 4 packets") !=
        std::string::npos);
}

TEST_CASE("a flipped bit anywhere never crashes and never passes for the whole") {
  const auto packets = Packets(3);
  const Bytes whole = BundleOf(packets);
  const std::set<Bytes> good(packets.begin(), packets.end());
  for (std::size_t bit = 0; bit < whole.size() * 8; bit += 5) {
    Bytes bytes = whole;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    const ReadBack back = ReadText(bytes);
    std::size_t intact = 0;
    for (const Bytes& packet : back.packets) intact += good.count(packet);
    CAPTURE(bit);
    // Complete without complaint only if all packets came (padding, times and such decide nothing).
    if (back.summary && back.summary->altered == 0) REQUIRE(intact == packets.size());
  }
}

TEST_CASE("a damaged packet inside costs only itself") {
  const auto packets = Packets(3);
  Bytes bytes = BundleOf(packets);
  bytes[bytes.find(packets[1]) + 5] ^= 1;
  const ReadBack back = ReadText(bytes);
  REQUIRE(back.packets.size() == 3);
  CHECK(back.packets[0] == packets[0]);
  CHECK(back.packets[2] == packets[2]);
  CHECK(back.code == "VAL-BUNDLE-TRUNCATED");
}

TEST_CASE("a damaged header in the middle costs only its packet") {
  const auto packets = Packets(3);
  Bytes bytes = BundleOf(packets);
  bytes[bytes.find(packets[1]) - 512] ^= 1;
  const ReadBack back = ReadText(bytes);
  CHECK(back.packets == std::vector<Bytes>{packets[0], packets[2]});
  CHECK(back.message.find("2 of 3 packets") != std::string::npos);
}

TEST_CASE("a packet twice in a bundle is handed over once") {
  const auto packets = Packets(2);
  const ReadBack back = ReadText(HandMade()
                                     .AddManifest(packets)
                                     .Add("a.valise", packets[0])
                                     .Add("b.valise", packets[1])
                                     .Add("c.valise", packets[0])
                                     .Done());
  CHECK(back.packets == packets);
  REQUIRE(back.summary);
  CHECK(back.summary->duplicates == 1);
}

TEST_CASE("foreign entries are named and passed over, whatever they are") {
  const auto packets = Packets(1);
  const ReadBack back = ReadText(HandMade()
                                     .AddManifest(packets)
                                     .Add("../../etc/passwd", "root")
                                     .Add("link.valise", "", AE_IFLNK, "/etc/passwd")
                                     .Add("hard.valise", "", AE_IFREG, "/etc/passwd")
                                     .Add("folder/", "", AE_IFDIR)
                                     .Add("empty.valise", "")
                                     .Add("MANIFEST", "again")
                                     .Add("../../tmp/ok.valise", packets[0])
                                     .Done());
  CHECK(back.packets == packets);
  REQUIRE(back.summary);
  CHECK(back.summary->foreign.size() == 6);
  CHECK(back.summary->foreign[0] == "../../etc/passwd: not named like a packet (*.valise)");
  CHECK(back.summary->foreign[1] == "link.valise: not a regular file");
}

TEST_CASE("holes are not filled, whether the archive lists them or only declares a larger size") {
  const auto packets = Packets(2);
  Bytes bytes = HandMade(archive_write_set_format_pax)
                    .AddManifest(packets)
                    .AddSparse("a.valise", 1 << 20, "x")
                    .Add("b.valise", packets[0])
                    .Add("c.valise", packets[1])
                    .Done();
  const ReadBack back = ReadText(bytes);
  CHECK(back.packets == packets);
  REQUIRE(back.summary);
  CHECK(back.summary->foreign == std::vector<std::string>{"a.valise: has holes"});
  bytes.replace(bytes.find("GNU.sparse.major"), 16, "GNU.xxxxxx.major");
  for (const Bytes& packet : ReadText(bytes).packets) CHECK(packet.size() < bytes.size());
}

TEST_CASE("an entry over the limit is passed over and the rest is read") {
  const auto packets = Packets(1);
  const ReadBack back = ReadText(HandMade()
                                     .AddManifest(packets)
                                     .Add("big.valise", Bytes((64U << 20) + 1, 'x'))
                                     .Add("ok.valise", packets[0])
                                     .Done());
  CHECK((back.packets == packets));
  REQUIRE(back.summary);
  CHECK(back.summary->foreign == std::vector<std::string>{"big.valise: too large"});
}

TEST_CASE("packets without a manifest are delivered and the lack is reported") {
  const auto packets = Packets(2);
  const ReadBack back =
      ReadText(HandMade().Add("a.valise", packets[0]).Add("b.valise", packets[1]).Done());
  CHECK(back.packets == packets);
  CHECK(back.code == "VAL-BUNDLE-MANIFEST");
}

TEST_CASE("what is no bundle is called so") {
  CHECK(ReadText("").code == "VAL-BUNDLE-TRUNCATED");
  CHECK(ReadText("hello").code == "VAL-BUNDLE-FORMAT");
  CHECK(ReadText(SomeBytes(100000, 3)).code == "VAL-BUNDLE-FORMAT");
  CHECK(ReadText(Bytes(100000, '\0')).code == "VAL-BUNDLE-FORMAT");
  CHECK(ReadText(HandMade().Add("a.txt", "hello").Done()).code == "VAL-BUNDLE-FORMAT");
  CHECK(ReadPath("/nonexistent/b").code == "VAL-BUNDLE-IO");
}

TEST_CASE("a compressed archive is not opened") {
  CHECK(ReadText(std::string("\x1f\x8b\x08") + SomeBytes(2000, 1)).code == "VAL-BUNDLE-FORMAT");
  CHECK(ReadText("\x28\xb5\x2f\xfd" + SomeBytes(2000, 1)).code == "VAL-BUNDLE-FORMAT");
}

TEST_CASE("a newer bundle asks for an update and hands nothing over") {
  const ReadBack back = ReadText(
      HandMade().Add("MANIFEST", "valise-bundle 2\nwhat=ever\n").Add("a.valise", "x").Done());
  CHECK(back.packets.empty());
  CHECK(back.code == "VAL-BUNDLE-VERSION");
}

TEST_CASE("an Error of the taker ends the reading and is given on") {
  const Bytes bytes = BundleOf(Packets(3));
  int calls = 0;
  std::string_view rest = bytes;
  const auto read = ReadBundleStream(
      [&](char* buffer, std::size_t size) -> Result<std::size_t> {
        const std::size_t count = rest.copy(buffer, size);
        rest.remove_prefix(count);
        return count;
      },
      [&](Bytes) -> Result<void> {
        if (++calls < 2) return Ok();
        return Error{Recovery::kRetryLater, "VAL-TEST", "no room"};
      });
  REQUIRE(!read.ok());
  CHECK(read.error().code == "VAL-TEST");
  CHECK(calls == 2);
}

TEST_CASE("a manifest survives its own coding and refuses every damage that changes its form") {
  Manifest manifest;
  const auto packets = Packets(3);
  std::set<Digest> digests;
  for (const Bytes& packet : packets) {
    digests.insert(BundleDigest(packet));
    manifest.packets.push_back({DropFolder::NameOf(packet), packet.size(), BundleDigest(packet)});
    manifest.bytes += packet.size();
  }
  manifest.short_digest = ShortDigest(digests);
  const std::string text = EncodeManifest(manifest);
  CHECK(DecodeManifest(text).value() == manifest);
  for (std::size_t cut = 0; cut + 1 < text.size(); ++cut) {
    CAPTURE(cut);
    REQUIRE(!DecodeManifest(text.substr(0, cut)).ok());
  }
  for (const std::string bad : {"valise-bundle x\n", "valise-bundle \n", "other 1\n"}) {
    CHECK(DecodeManifest(bad).error().code == "VAL-BUNDLE-MANIFEST");
  }
}

}  // namespace
}  // namespace valise
