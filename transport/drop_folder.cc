#include "transport/drop_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "packet/limits.h"

namespace valise {
namespace {

constexpr std::string_view kEnding = ".valise";
constexpr std::string_view kPart = ".part";
constexpr std::size_t kForeignMax = 1000;
constexpr std::int64_t kStaleSeconds = 24 * 60 * 60;
constexpr std::string_view kMarkerText =
    "valise drop folder. This file tells a mounted, empty share from one that is not mounted.\n"
    "Do not delete it.\n";

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// Names are never trusted for anything but this choice. FAT may show them in capitals, and people
// copy files to "x (1).valise": both are taken, identity comes only from inside the packet.
bool IsPacketName(const std::string& name) {
  return name.size() > kEnding.size() && name.front() != '.' && Lower(name).ends_with(kEnding);
}

bool IsOwnPart(std::string_view name) {
  constexpr std::size_t kBase32Length = 26;
  return name.size() == kBase32Length + kEnding.size() + kPart.size() && name.ends_with(kPart) &&
         name.substr(kBase32Length).starts_with(kEnding);
}

bool IsPassedOver(const std::string& name) {
  return name.front() == '.' || Lower(name).ends_with(kPart);
}

std::string Printable(const std::string& name) {
  std::string out;
  for (const char c : name) {
    const bool is_plain = c >= ' ' && c < '\x7f' && c != '\\';
    out += is_plain ? std::string(1, c) : "\\x" + Hex(std::string_view(&c, 1));
  }
  return out;
}

// All names but "." and "..", sorted; `directory` stays open.
Result<std::vector<std::string>> Names(int directory, const std::string& path) {
  Descriptor own(openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!own.is_open()) return FileError("FOLDER", "cannot list " + path, errno);
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(fdopendir(own.get()), closedir);
  if (!listing) return FileError("FOLDER", "cannot list " + path, errno);
  (void)own.Release();  // closedir closes it
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = readdir(listing.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
    errno = 0;
  }
  if (errno != 0) return FileError("FOLDER", "cannot list " + path, errno);
  std::sort(names.begin(), names.end());
  return names;
}

// Parts that a crash of ours left long ago. "Now" is the folder's own clock, as a file that was
// just written there shows it; the share's and this machine's need not agree.
void SweepStaleParts(int directory, const std::string& path, std::int64_t now_seconds) {
  const auto names = Names(directory, path);
  if (!names.ok()) return;
  for (const std::string& name : names.value()) {
    struct stat status {};
    if (!IsOwnPart(name)) continue;
    if (fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    const bool is_stale = status.st_mtim.tv_sec < now_seconds - kStaleSeconds;
    if (S_ISREG(status.st_mode) && is_stale) unlinkat(directory, name.c_str(), 0);
  }
}

Result<void> PrepareOne(const std::string& path, const std::string& marker) {
  if (mkdir(path.c_str(), 0770) != 0 && errno != EEXIST) {
    return FileError("FOLDER", "cannot make " + path, errno);
  }
  const Descriptor directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open()) return FileError("FOLDER", "cannot open " + path, errno);
  const Descriptor file(openat(directory.get(), marker.c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file.is_open() && errno == EEXIST) return Ok();
  int failed = file.is_open() ? WriteAll(file.get(), kMarkerText) : errno;
  if (failed == 0 && fsync(file.get()) != 0) failed = errno;
  if (failed == 0) failed = SyncDirectory(directory.get());
  if (failed != 0) return FileError("FOLDER", "cannot write " + path + "/" + marker, failed);
  return Ok();
}

}  // namespace

Result<void> DropFolder::Prepare(const DropFolderSettings& settings) {
  TRY(PrepareOne(settings.outbox, settings.marker));
  return PrepareOne(settings.inbox, settings.marker);
}

std::string DropFolder::NameOf(std::string_view sealed) {
  std::array<unsigned char, 16> digest{};
  const int hashed = crypto_generichash(digest.data(), digest.size(),
                                        reinterpret_cast<const unsigned char*>(sealed.data()),
                                        sealed.size(), nullptr, 0);
  CHECK(hashed == 0);
  return Base32({reinterpret_cast<const char*>(digest.data()), digest.size()}) +
         std::string(kEnding);
}

// The marker is looked for through the same descriptor that is then used, so a share that goes
// away in between cannot make the directory beneath the mount point look like it.
Result<Descriptor> DropFolder::OpenMarked(const std::string& directory) const {
  Descriptor opened(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_open() && errno != ENOENT) {
    return FileError("FOLDER", "cannot open " + directory, errno);
  }
  struct stat status {};
  const bool is_marked =
      opened.is_open() &&
      fstatat(opened.get(), settings_.marker.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
      S_ISREG(status.st_mode);
  if (is_marked) return opened;
  return Error{Recovery::kRetryLater, "VAL-FOLDER-MARKER",
               directory + " has no file " + settings_.marker +
                   ": the share looks unmounted; mount it, or, if this is the right and mounted "
                   "folder, run `valise init` or `touch " +
                   directory + "/" + settings_.marker + "`"};
}

Result<void> DropFolder::CheckTaken(int directory, const std::string& name,
                                    std::uint64_t bytes) const {
  struct stat status {};
  const std::string path = settings_.outbox + "/" + name;
  if (fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return FileError("FOLDER", "cannot look at " + path, errno);
  }
  if (S_ISREG(status.st_mode) && static_cast<std::uint64_t>(status.st_size) == bytes) return Ok();
  return Error{Recovery::kRetryLater, "VAL-FOLDER-TAKEN",
               path + " is not the packet of " + std::to_string(bytes) +
                   " bytes that belongs there; move it away"};
}

Result<void> DropFolder::Send(std::string_view sealed) {
  if (sealed.empty() || sealed.size() > limits::kSealedBytesMax) {
    return Error{Recovery::kRejectPacket, "VAL-FOLDER-SIZE",
                 "a packet of " + std::to_string(sealed.size()) + " bytes cannot be sent"};
  }
  const Descriptor directory = TRY(OpenMarked(settings_.outbox));
  const std::string name = NameOf(sealed);
  const std::string doing = "cannot write " + settings_.outbox + "/" + name;
  struct stat status {};
  if (fstatat(directory.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
    TRY(CheckTaken(directory.get(), name, sealed.size()));
    // It may be ours from before a crash that came between the rename and this.
    const int failed = SyncDirectory(directory.get());
    if (failed != 0) return FileError("FOLDER", doing, failed);
    return Ok();
  }
  NewFile file(directory.get(), name);
  int failed = file.Create();
  if (failed == 0) failed = WriteAll(file.descriptor(), sealed);
  if (failed == 0 && fstat(file.descriptor(), &status) != 0) failed = errno;
  if (failed == 0) failed = file.Publish();
  if (failed == EEXIST) return CheckTaken(directory.get(), name, sealed.size());
  if (failed != 0) return FileError("FOLDER", doing, failed);
  if (!is_swept_) SweepStaleParts(directory.get(), settings_.outbox, status.st_mtim.tv_sec);
  is_swept_ = true;
  return Ok();
}

void DropFolder::NoteForeign(const std::string& name, std::string reason) {
  if (foreign_.size() < kForeignMax) foreign_.push_back({Printable(name), std::move(reason)});
}

void DropFolder::ReceiveOne(int directory, const std::string& name,
                            std::vector<Arrival>* arrivals) {
  FileRead read = ReadRegularFile(directory, name, limits::kSealedBytesMax);
  if (read.is_gone) return;
  if (!read.problem.empty()) return NoteForeign(name, std::move(read.problem));
  received_[name] = read.identity;
  ++given_[name];
  arrivals->push_back({name, std::move(read.bytes)});
}

// Sorted, those that were given before last.
Result<std::vector<std::string>> DropFolder::PacketNames(int directory) {
  std::vector<std::string> names = TRY(Names(directory, settings_.inbox));
  const auto is_away = [&](const auto& entry) {
    return !std::binary_search(names.begin(), names.end(), entry.first);
  };
  std::erase_if(received_, is_away);
  std::erase_if(given_, is_away);
  std::erase_if(names, [&](const std::string& name) {
    if (!IsPassedOver(name) && IsPacketName(name)) return false;
    if (!IsPassedOver(name)) NoteForeign(name, "is not named like a packet (*.valise)");
    return true;
  });
  const auto times = [&](const std::string& name) {
    const auto found = given_.find(name);
    return found == given_.end() ? 0U : found->second;
  };
  std::stable_sort(names.begin(), names.end(),
                   [&](const auto& a, const auto& b) { return times(a) < times(b); });
  return names;
}

Result<std::vector<Arrival>> DropFolder::Receive(std::size_t count_max) {
  const Descriptor directory = TRY(OpenMarked(settings_.inbox));
  foreign_.clear();
  std::vector<Arrival> arrivals;
  std::uint64_t bytes = 0;
  for (const std::string& name : TRY(PacketNames(directory.get()))) {
    if (arrivals.size() >= count_max || bytes >= kReceiveBytes) break;
    const std::size_t before = arrivals.size();
    ReceiveOne(directory.get(), name, &arrivals);
    if (arrivals.size() > before) bytes += arrivals.back().sealed.size();
  }
  return arrivals;
}

Result<void> DropFolder::Remove(const std::string& handle) {
  const bool is_name = IsPacketName(handle) && handle.find('/') == std::string::npos &&
                       handle.find('\0') == std::string::npos;
  if (!is_name) {
    return Error{Recovery::kAskOperator, "VAL-FOLDER-HANDLE",
                 "not a name that Receive gave: " + Printable(handle)};
  }
  const Descriptor directory = TRY(OpenMarked(settings_.inbox));
  const std::string doing = "cannot remove " + settings_.inbox + "/" + Printable(handle);
  const auto known = received_.find(handle);
  if (known != received_.end()) {
    const bool is_same = IsUnchanged(directory.get(), handle, known->second);
    received_.erase(known);
    if (!is_same) return Ok();  // half-copied when it was read; what is there now is unread
  }
  if (unlinkat(directory.get(), handle.c_str(), 0) != 0 && errno != ENOENT) {
    return FileError("FOLDER", doing, errno);
  }
  const int failed = SyncDirectory(directory.get());
  if (failed != 0) return FileError("FOLDER", doing, failed);
  return Ok();
}

}  // namespace valise
