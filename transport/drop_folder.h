// The carrier of folders: sealed packets as files that people, mounts, diodes or sticks move.
// A file under its final name is whole and durable; nothing is overwritten; nothing that is not
// a packet is touched. Documented in packet/FORMAT.md ("Drop folder" rules) and agent/DESIGN.md.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "transport/file.h"
#include "transport/transport.h"

namespace valise {

struct DropFolderSettings {
  std::string outbox;  // directories; may be the same one only if nobody else sends there
  std::string inbox;
  std::string marker = ".valise-folder";  // a file in both that tells an empty share from no share
};

// Something in the inbox that is not taken as a packet. It stays where it is.
struct ForeignFile {
  std::string name;  // printable: other octets as \xNN
  std::string reason;
  bool operator==(const ForeignFile&) const = default;
};

class DropFolder final : public Transport {
 public:
  explicit DropFolder(DropFolderSettings settings) : settings_(std::move(settings)) {}
  DropFolder(const DropFolder&) = delete;
  DropFolder& operator=(const DropFolder&) = delete;

  // Makes missing directories and markers; for `valise init`, never for `run`.
  static Result<void> Prepare(const DropFolderSettings& settings);
  // 26 characters of base32 of the BLAKE2b-128 of the sealed bytes, then ".valise".
  static std::string NameOf(std::string_view sealed);

  // Errors: VAL-FOLDER-MARKER (kRetryLater: the share looks unmounted), VAL-FOLDER-FULL
  // (kRetryLater), VAL-FOLDER-ACCESS (kAskOperator), VAL-FOLDER-IO (kRetryLater),
  // VAL-FOLDER-TAKEN (kRetryLater: a file of that name has another size).
  Result<void> Send(std::string_view sealed) override;
  // In the order of their names.
  Result<std::vector<Arrival>> Receive(std::size_t count_max) override;
  // A file that changed since it was received stays, and is received again.
  Result<void> Remove(const std::string& handle) override;

  // What the last Receive left lying, at most 1000 names.
  const std::vector<ForeignFile>& foreign() const { return foreign_; }

 private:
  Result<Descriptor> OpenMarked(const std::string& directory) const;
  Result<void> CheckTaken(int directory, const std::string& name, std::uint64_t bytes) const;
  void ReceiveOne(int directory, const std::string& name, std::vector<Arrival>* arrivals);
  void NoteForeign(const std::string& name, std::string reason);
  Result<std::vector<std::string>> PacketNames(int directory);

  DropFolderSettings settings_;
  std::vector<ForeignFile> foreign_;
  std::map<std::string, FileIdentity> received_;  // until Remove: what was read under that name
  std::map<std::string, std::uint64_t> given_;    // how often, of names that are still there
  bool is_swept_ = false;
};

}  // namespace valise
