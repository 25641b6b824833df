#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <set>

#include "packet/limits.h"
#include "transport/bundle.h"
#include "transport/drop_folder.h"
#include "transport/file.h"
#include "transport/manifest.h"

namespace valise {
namespace {

struct FreeWriter {
  void operator()(archive* writer) const { archive_write_free(writer); }
};
struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

// libarchive reports through errno; the writer below remembers the first one it saw.
struct Output {
  int descriptor = -1;
  int error_number = 0;
};

la_ssize_t WriteOut(archive*, void* data, const void* buffer, std::size_t size) {
  auto* output = static_cast<Output*>(data);
  output->error_number = WriteAll(output->descriptor, {static_cast<const char*>(buffer), size});
  return output->error_number == 0 ? static_cast<la_ssize_t>(size) : -1;
}

class BundleArchive {
 public:
  explicit BundleArchive(int descriptor) : output_{descriptor, 0}, writer_(archive_write_new()) {}

  bool Open() {
    return archive_write_set_format_pax_restricted(writer_.get()) == ARCHIVE_OK &&
           archive_write_open(writer_.get(), &output_, nullptr, WriteOut, nullptr) == ARCHIVE_OK;
  }
  // Constant owner, mode and time: they would only tell about this machine.
  bool Add(const std::string& name, std::string_view bytes) {
    const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_mtime(entry.get(), 0, 0);
    if (archive_write_header(writer_.get(), entry.get()) != ARCHIVE_OK) return false;
    const la_ssize_t written = archive_write_data(writer_.get(), bytes.data(), bytes.size());
    return written == static_cast<la_ssize_t>(bytes.size());
  }
  bool Close() { return archive_write_close(writer_.get()) == ARCHIVE_OK; }
  int error_number() const { return output_.error_number == 0 ? EIO : output_.error_number; }

 private:
  Output output_;
  std::unique_ptr<archive, FreeWriter> writer_;
};

Error LimitError(const std::string& what) {
  return {Recovery::kAskOperator, "VAL-BUNDLE-LIMIT", what};
}

struct Plan {
  Manifest manifest;
  std::vector<std::size_t> chosen;  // index in the source of each line of the manifest
  std::set<Digest> digests;
};

// First pass: sizes and digests, each packet once.
Result<Plan> MakePlan(const BundleSource& source) {
  Plan plan;
  for (std::size_t i = 0; i < source.count; ++i) {
    const Bytes packet = TRY(source.packet(i));
    if (packet.empty() || packet.size() > limits::kSealedBytesMax) {
      return LimitError("a packet of " + std::to_string(packet.size()) + " bytes is not allowed");
    }
    const Digest digest = BundleDigest(packet);
    if (!plan.digests.insert(digest).second) continue;
    plan.manifest.packets.push_back({DropFolder::NameOf(packet), packet.size(), digest});
    plan.manifest.bytes += packet.size();
    plan.chosen.push_back(i);
  }
  // Headers and padding of an entry take 1 KiB at most; the reader counts them too.
  const std::uint64_t whole = plan.manifest.bytes + (plan.chosen.size() + 1024) * 1200;
  if (plan.chosen.size() > limits::kBundleEntriesMax || whole > limits::kBundleBytesMax) {
    return LimitError("too much for one bundle: " + std::to_string(plan.chosen.size()) +
                      " packets of " + std::to_string(plan.manifest.bytes) +
                      " bytes; export in parts");
  }
  plan.manifest.short_digest = ShortDigest(plan.digests);
  return plan;
}

// Second pass.
Result<void> WriteEntries(const BundleSource& source, const Plan& plan, int descriptor,
                          const std::string& doing) {
  BundleArchive bundle(descriptor);
  const auto failed = [&] { return FileError("BUNDLE", doing, bundle.error_number()); };
  if (!bundle.Open()) return failed();
  if (!bundle.Add(std::string(kManifestName), EncodeManifest(plan.manifest))) return failed();
  for (std::size_t i = 0; i < plan.chosen.size(); ++i) {
    const Bytes packet = TRY(source.packet(plan.chosen[i]));
    if (BundleDigest(packet) != plan.manifest.packets[i].digest) {
      return Error{Recovery::kRetryLater, "VAL-BUNDLE-CHANGED",
                   doing + ": a packet changed while the bundle was written; try again"};
    }
    if (!bundle.Add(plan.manifest.packets[i].name, packet)) return failed();
  }
  if (!bundle.Close()) return failed();
  return Ok();
}

struct Place {
  std::string directory;
  std::string name;
};

Place PlaceOf(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  if (slash == std::string::npos) return {".", file};
  return {slash == 0 ? "/" : file.substr(0, slash), file.substr(slash + 1)};
}

Error Exists(const std::string& file) {
  return {Recovery::kAskOperator, "VAL-BUNDLE-EXISTS",
          file + " is there already and is not replaced; give another name"};
}

}  // namespace

Result<BundleSummary> WriteBundle(const std::string& file, const BundleSource& source) {
  const Plan plan = TRY(MakePlan(source));
  const Place place = PlaceOf(file);
  const std::string doing = "cannot write " + file;
  const Descriptor directory(open(place.directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open()) return FileError("BUNDLE", doing, errno);
  if (faccessat(directory.get(), place.name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
    return Exists(file);
  }
  NewFile part(directory.get(), place.name);
  int failed = part.Create();
  if (failed != 0) return FileError("BUNDLE", doing, failed);
  TRY(WriteEntries(source, plan, part.descriptor(), doing));
  failed = part.Publish();
  if (failed == EEXIST) return Exists(file);
  if (failed != 0) return FileError("BUNDLE", doing, failed);
  BundleSummary summary;
  summary.packets = summary.promised = plan.chosen.size();
  summary.bytes = plan.manifest.bytes;
  summary.short_digest = plan.manifest.short_digest;
  summary.duplicates = source.count - plan.chosen.size();
  return summary;
}

Result<BundleSummary> WriteBundle(const std::string& file, std::span<const Bytes> packets) {
  return WriteBundle(
      file, {packets.size(), [packets](std::size_t i) -> Result<Bytes> { return packets[i]; }});
}

}  // namespace valise
