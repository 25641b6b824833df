// Bundles: a damaged archive. Nothing is ever written, and what is handed over is what was written,
// or counted as altered, or an Error.
#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

#include "packet/limits.h"
#include "tests/fuzz/fuzz.h"
#include "tests/transport/hand_made.h"
#include "tests/transport/temporary.h"
#include "transport/bundle.h"
#include "transport/manifest.h"

namespace valise {
namespace {

// The process stands in a folder of its own, so that an entry that was extracted would show.
struct Fixture {
  Fixture() {
    std::filesystem::create_directory(outer / "inner");
    std::filesystem::current_path(outer / "inner");
    for (const Bytes& packet : Packets(20)) good.insert(packet);
  }
  ~Fixture() { std::filesystem::current_path("/"); }
  void CheckUntouched() const {
    CHECK(std::filesystem::is_empty(outer / "inner"));
    const std::filesystem::directory_iterator entries(outer.path());
    CHECK(std::distance(begin(entries), end(entries)) == 1);
  }
  TemporaryFolder outer;
  TemporaryFolder files;  // for what is read from a file
  std::set<Bytes> good;
};

const Fixture& TheFixture() {
  static const Fixture fixture;
  return fixture;
}

bool IsPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < '\x7f'; });
}

struct Back {
  std::vector<Bytes> packets;
  std::optional<BundleSummary> summary;
  std::string code;
  bool operator==(const Back&) const = default;
};

template <typename Read>
Back ReadWith(const Read& read) {
  Back back;
  const TakePacket take = [&](Bytes sealed) -> Result<void> {
    back.packets.push_back(std::move(sealed));
    return Ok();
  };
  const Result<BundleSummary> result = read(take);
  if (result.ok()) {
    back.summary = result.value();
    return back;
  }
  back.code = result.error().code;
  CHECK(back.code.starts_with("VAL-BUNDLE-"));
  CHECK(IsPrintable(result.error().message) && !result.error().message.empty());
  return back;
}

void CheckSummary(const Back& back, const std::set<Bytes>& distinct) {
  const BundleSummary& summary = *back.summary;
  std::set<Digest> digests;
  std::uint64_t bytes = 0, foreign_packets = 0;
  for (const Bytes& packet : distinct) {
    digests.insert(BundleDigest(packet));
    bytes += packet.size();
    foreign_packets += TheFixture().good.contains(packet) ? 0U : 1U;
  }
  CHECK(summary.packets == distinct.size() && summary.bytes == bytes);
  CHECK(summary.short_digest == ShortDigest(digests));
  CHECK(summary.altered >= foreign_packets);  // nothing passes for what was written but that
  CHECK(summary.packets - summary.altered == summary.promised);
  CHECK(summary.foreign.size() <= 100);
  for (const std::string& name : summary.foreign) CHECK(IsPrintable(name));
}

void TryBundle(std::string_view bytes, std::size_t piece) {
  std::string_view rest = bytes;
  const BundleInput input = [&](char* buffer, std::size_t size) -> Result<std::size_t> {
    const std::size_t count = rest.copy(buffer, std::min(size, piece));
    rest.remove_prefix(count);
    return count;
  };
  const Fixture& fixture = TheFixture();
  const Back back = ReadWith([&](const auto& take) { return ReadBundleStream(input, take); });
  const std::set<Bytes> distinct(back.packets.begin(), back.packets.end());
  CHECK(distinct.size() == back.packets.size());
  for (const Bytes& packet : distinct) {
    CHECK(!packet.empty() && packet.size() <= limits::kSealedBytesMax);
    CHECK(packet.size() <= bytes.size());  // no octet that is not in the file
  }
  if (back.summary) CheckSummary(back, distinct);
  if (bytes.size() % 8 == 0) {
    WriteFile(fixture.files / "b", bytes);
    const std::string file = fixture.files / "b";
    CHECK(back == ReadWith([&](const auto& take) { return ReadBundle(file, take); }));
  }
  fixture.CheckUntouched();
}

void TryManifest(std::string_view text) {
  const Result<Manifest> manifest = DecodeManifest(text);
  if (!manifest.ok()) {
    CHECK(manifest.error().code.starts_with("VAL-BUNDLE-"));
    return;
  }
  CHECK(DecodeManifest(EncodeManifest(manifest.value())).value() == manifest.value());
}

}  // namespace

std::vector<Bytes> fuzz::Samples() {
  const TemporaryFolder folder;
  std::vector<Bytes> samples;
  for (const unsigned count : {0U, 1U, 4U, 20U}) {
    const std::string file = folder / std::to_string(count);
    CHECK(WriteBundle(file, Packets(count)).ok());
    const Bytes bundle = ReadFile(file);
    samples.push_back(For(0, bundle));
    samples.push_back(For(1, bundle));
    const std::size_t begin = bundle.find("valise-bundle ");
    samples.push_back(For(2, bundle.substr(begin, bundle.find('\0', begin) - begin)));
  }
  const Bytes packet = Packets(1).front();
  for (const auto format : {archive_write_set_format_pax, archive_write_set_format_ustar,
                            archive_write_set_format_gnutar, archive_write_set_format_v7tar}) {
    HandMade other(format);
    other.AddManifest({packet}).Add("../outside.valise", packet);
    other.Add("a/" + std::string(150, 'b') + ".valise", packet).Add("x.txt", "x");
    other.Add("link.valise", "", AE_IFLNK, "../outside").Add("folder.valise/", "", AE_IFDIR);
    samples.push_back(For(0, other.Done()));
  }
  HandMade sparse(archive_write_set_format_pax);
  sparse.AddManifest({packet}).AddSparse("s.valise", 1 << 20, packet).Add("r.valise", packet);
  samples.push_back(For(0, sparse.Done()));
  return samples;
}

std::vector<Bytes> fuzz::Words() {
  return {"MANIFEST", ".valise", "../",     "/",          "77777777777", "00000000000",
          "ustar",    "x",       "g",       "L",          "S",           "1",
          "2",        "5",       "30 size=99999999999\n", "22 GNU.sparse.major=1\n",
          "22 GNU.sparse.minor=0\n",        "30 path=../../../tmp/valise.x\n",
          Bytes(512, '\0'),      Bytes("\x80\0\0\0\0\0\0\xff\xff\xff\xff\xff", 12)};
}

void Try(unsigned reader, std::string_view bytes) {
  if (reader == 0) TryBundle(bytes, Bytes::npos);
  if (reader == 1) TryBundle(bytes, bytes.size() % 509 + 1);
  if (reader == 2) TryManifest(bytes);
}

}  // namespace valise

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0) valise::Try(data[0] % 3U, {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
