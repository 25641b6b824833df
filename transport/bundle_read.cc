#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <set>

#include "packet/limits.h"
#include "transport/bundle.h"
#include "transport/file.h"
#include "transport/manifest.h"

namespace valise {
namespace {

constexpr std::size_t kForeignMax = 100;
// A manifest line takes at most 360 octets, our own ones 120.
constexpr std::uint64_t kManifestBytesMax = 160ULL * limits::kBundleEntriesMax;

struct FreeReader {
  void operator()(archive* reader) const { archive_read_free(reader); }
};

Error BundleError(std::string_view code, std::string message) {
  return {Recovery::kAskOperator, "VAL-BUNDLE-" + std::string(code), std::move(message)};
}

// The stream as libarchive pulls it, counted and capped.
struct Input {
  const BundleInput* read = nullptr;
  std::array<char, 65536> buffer{};
  std::uint64_t bytes = 0;
  std::optional<Error> error;
};

la_ssize_t ReadIn(archive* reader, void* data, const void** buffer) {
  auto* input = static_cast<Input*>(data);
  Result<std::size_t> got = (*input->read)(input->buffer.data(), input->buffer.size());
  if (got.ok()) input->bytes += got.value();
  if (got.ok() && input->bytes > limits::kBundleBytesMax) {
    got = BundleError(
        "LIMIT", "the bundle is larger than " + std::to_string(limits::kBundleBytesMax) + " bytes");
  }
  if (!got.ok()) {
    input->error = std::move(got).error();
    archive_set_error(reader, EIO, "input");
    return -1;
  }
  *buffer = input->buffer.data();
  return static_cast<la_ssize_t>(got.value());
}

std::string PrintableName(const char* name) {
  std::string out;
  for (const char c : std::string_view(name == nullptr ? "" : name).substr(0, 200)) {
    out += c >= ' ' && c < '\x7f' ? c : '?';
  }
  return out;
}

class BundleReader {
 public:
  BundleReader(const BundleInput& input, const TakePacket& take)
      : take_(take), input_(std::make_unique<Input>()), reader_(archive_read_new()) {
    input_->read = &input;
  }

  Result<BundleSummary> Read();

 private:
  enum class Step { kEntry, kDamaged, kEnd };
  enum class Data { kWhole, kTooLong, kHoles, kCut };

  bool Open();
  Result<Step> Next(archive_entry** entry);
  Result<void> TakeEntry(archive_entry* entry);
  Result<void> TakeManifest(archive_entry* entry);
  Result<void> TakeSealed(archive_entry* entry);
  Data ReadData(archive_entry* entry, std::uint64_t bytes_max, Bytes* bytes);
  void NoteForeign(archive_entry* entry, const char* reason);
  Result<BundleSummary> Finish();
  std::string Counts() const;

  const TakePacket& take_;
  std::unique_ptr<Input> input_;
  std::unique_ptr<archive, FreeReader> reader_;
  std::optional<Manifest> manifest_;
  std::optional<Error> manifest_error_;
  std::set<Digest> promised_;
  std::set<Digest> taken_;
  std::size_t entries_ = 0;
  bool is_cut_ = false;
  BundleSummary summary_;
};

// Only tar, and no compression: the fewest parsers that read our own files.
bool BundleReader::Open() {
  return archive_read_support_filter_none(reader_.get()) == ARCHIVE_OK &&
         archive_read_support_format_tar(reader_.get()) == ARCHIVE_OK &&
         archive_read_open(reader_.get(), input_.get(), nullptr, ReadIn, nullptr) == ARCHIVE_OK;
}

Result<BundleReader::Step> BundleReader::Next(archive_entry** entry) {
  const int status = archive_read_next_header(reader_.get(), entry);
  if (input_->error) return *input_->error;
  if (status == ARCHIVE_EOF) return Step::kEnd;
  // A damaged header: the next block may hold a good one. Each try uses up 512 octets.
  if (status == ARCHIVE_RETRY) return Step::kDamaged;
  if (status == ARCHIVE_OK || status == ARCHIVE_WARN) return Step::kEntry;
  is_cut_ = true;
  return Step::kEnd;
}

// The declared size decides nothing but this: fewer octets than declared are a cut entry. Holes of
// a sparse entry are not filled: 64 MiB of nothing would cost its writer 1 KiB.
BundleReader::Data BundleReader::ReadData(archive_entry* entry, std::uint64_t bytes_max,
                                          Bytes* bytes) {
  const auto declared = static_cast<std::uint64_t>(archive_entry_size(entry));
  while (true) {
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int status = archive_read_data_block(reader_.get(), &block, &size, &offset);
    if (status == ARCHIVE_EOF) return bytes->size() < declared ? Data::kCut : Data::kWhole;
    if (status != ARCHIVE_OK) return Data::kCut;
    if (static_cast<std::uint64_t>(offset) != bytes->size()) return Data::kHoles;
    bytes->append(static_cast<const char*>(block), size);
    if (bytes->size() > bytes_max) return Data::kTooLong;
  }
}

void BundleReader::NoteForeign(archive_entry* entry, const char* reason) {
  if (summary_.foreign.size() >= kForeignMax) return;
  summary_.foreign.push_back(PrintableName(archive_entry_pathname(entry)) + ": " + reason);
}

Result<void> BundleReader::TakeManifest(archive_entry* entry) {
  Bytes text;
  const Data data = ReadData(entry, kManifestBytesMax, &text);
  if (input_->error) return *input_->error;
  if (data == Data::kCut) is_cut_ = true;
  if (data == Data::kCut) return Ok();
  if (data != Data::kWhole) {
    manifest_error_ = BundleError("MANIFEST", "the bundle's manifest is too long or has holes");
    return Ok();
  }
  Result<Manifest> manifest = DecodeManifest(text);
  // A newer version may mean another layout; a damaged list only costs the comparison.
  if (!manifest.ok() && manifest.error().code == "VAL-BUNDLE-VERSION") return manifest.error();
  if (!manifest.ok()) {
    manifest_error_ = std::move(manifest).error();
    return Ok();
  }
  manifest_ = std::move(manifest).value();
  for (const ManifestLine& line : manifest_->packets) promised_.insert(line.digest);
  return Ok();
}

Result<void> BundleReader::TakeSealed(archive_entry* entry) {
  Bytes sealed;
  const Data data = ReadData(entry, limits::kSealedBytesMax, &sealed);
  if (input_->error) return *input_->error;
  if (data == Data::kCut) {
    is_cut_ = true;
    return Ok();
  }
  if (data != Data::kWhole || sealed.empty()) {
    NoteForeign(entry, data == Data::kHoles     ? "has holes"
                       : data == Data::kTooLong ? "too large"
                                                : "empty");
    return Ok();
  }
  const Digest digest = BundleDigest(sealed);
  if (!taken_.insert(digest).second) {
    ++summary_.duplicates;
    return Ok();
  }
  ++summary_.packets;
  summary_.bytes += sealed.size();
  if (manifest_ && !promised_.contains(digest)) ++summary_.altered;
  return take_(std::move(sealed));
}

// Names choose between manifest, packet and foreign, and are never used as paths.
Result<void> BundleReader::TakeEntry(archive_entry* entry) {
  const char* path = archive_entry_pathname(entry);
  const std::string_view name = path == nullptr ? "" : path;
  const la_int64_t bytes = archive_entry_size(entry);
  if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr) {
    NoteForeign(entry, "not a regular file");
  } else if (entries_ == 1 && name == kManifestName) {
    return TakeManifest(entry);
  } else if (!name.ends_with(".valise")) {
    NoteForeign(entry, "not named like a packet (*.valise)");
  } else if (bytes < 0 || static_cast<std::uint64_t>(bytes) > limits::kSealedBytesMax) {
    NoteForeign(entry, "too large");
  } else {
    return TakeSealed(entry);
  }
  return Ok();
}

std::string BundleReader::Counts() const {
  const std::string of = manifest_ ? " of " + std::to_string(promised_.size()) : "";
  return std::to_string(summary_.packets - summary_.altered) + of + " packets were read whole";
}

Result<BundleSummary> BundleReader::Finish() {
  summary_.short_digest = ShortDigest(taken_);
  summary_.promised = promised_.size();
  const bool is_short = is_cut_ || summary_.packets - summary_.altered < promised_.size();
  if (input_->bytes == 0) return BundleError("TRUNCATED", "the file is empty; copy it again");
  if (is_short && entries_ > 0) {
    return BundleError("TRUNCATED", "the bundle is cut or damaged: " + Counts() +
                                        "; copy it again, reading it twice does no harm");
  }
  if (manifest_error_) return *manifest_error_;
  if (manifest_) return summary_;
  if (summary_.packets > 0) return BundleError("MANIFEST", "no manifest; " + Counts());
  return BundleError("FORMAT", "not a bundle that `valise export` wrote, or cut at its beginning");
}

Result<BundleSummary> BundleReader::Read() {
  if (!Open()) is_cut_ = true;
  if (input_->error) return *input_->error;
  while (!is_cut_) {
    archive_entry* entry = nullptr;
    const Step step = TRY(Next(&entry));
    if (step == Step::kEnd) break;
    if (step == Step::kDamaged) continue;
    if (++entries_ > limits::kBundleEntriesMax + 1) {
      return BundleError("LIMIT", "more than " + std::to_string(limits::kBundleEntriesMax) +
                                      " entries; " + Counts());
    }
    TRY(TakeEntry(entry));
  }
  return Finish();
}

}  // namespace

Result<BundleSummary> ReadBundleStream(const BundleInput& input, const TakePacket& take) {
  return BundleReader(input, take).Read();
}

Result<BundleSummary> ReadBundle(const std::string& file, const TakePacket& take) {
  const Descriptor opened(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!opened.is_open()) return FileError("BUNDLE", "cannot open " + file, errno);
  const BundleInput input = [&](char* buffer, std::size_t size) -> Result<std::size_t> {
    while (true) {
      const ssize_t got = read(opened.get(), buffer, size);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return FileError("BUNDLE", "cannot read " + file, errno);
    }
  };
  return ReadBundleStream(input, take);
}

}  // namespace valise
