// Packets, and a hand-made archive, for what WriteBundle would never write.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <set>
#include <string>
#include <vector>

#include "tests/transport/temporary.h"
#include "transport/drop_folder.h"
#include "transport/manifest.h"

namespace valise {

// Packets as far as a bundle can tell: different bytes of different sizes.
inline std::vector<Bytes> Packets(unsigned count) {
  std::vector<Bytes> packets;
  for (unsigned i = 0; i < count; ++i) packets.push_back(SomeBytes(300 + i * 77, i));
  return packets;
}

class HandMade {
 public:
  using Format = int (*)(archive*);
  explicit HandMade(Format format = archive_write_set_format_pax_restricted)
      : writer_(archive_write_new()) {
    format(writer_);
    archive_write_set_bytes_in_last_block(writer_, 1);
    archive_write_open(writer_, this, nullptr, Append, nullptr);
  }
  HandMade(const HandMade&) = delete;
  HandMade& operator=(const HandMade&) = delete;
  ~HandMade() { archive_write_free(writer_); }

  HandMade& Add(const std::string& name, std::string_view bytes, unsigned type = AE_IFREG,
                const char* link = nullptr) {
    return AddEntry(name, 0, bytes, type, link);
  }
  // `hole` octets of nothing, then `bytes`; the format must be one that can say so.
  HandMade& AddSparse(const std::string& name, std::size_t hole, std::string_view bytes) {
    return AddEntry(name, hole, bytes, AE_IFREG, nullptr);
  }
  HandMade& AddManifest(const std::vector<Bytes>& packets) {
    return Add("MANIFEST", ManifestText(packets));
  }
  Bytes Done() {
    archive_write_close(writer_);
    return bytes_;
  }

 private:
  HandMade& AddEntry(const std::string& name, std::size_t hole, std::string_view bytes,
                     unsigned type, const char* link) {
    const auto size = static_cast<la_int64_t>(bytes.size());
    const auto start = static_cast<la_int64_t>(hole);
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, start + size);
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, 0644);
    if (link != nullptr && type == AE_IFLNK) archive_entry_set_symlink(entry, link);
    if (link != nullptr && type == AE_IFREG) archive_entry_set_hardlink(entry, link);
    if (hole > 0) archive_entry_sparse_add_entry(entry, start, size);
    archive_write_header(writer_, entry);
    const Bytes data = Bytes(hole, '\0') + Bytes(bytes);
    archive_write_data(writer_, data.data(), data.size());
    archive_entry_free(entry);
    return *this;
  }
  static la_ssize_t Append(archive*, void* self, const void* data, std::size_t size) {
    static_cast<HandMade*>(self)->bytes_.append(static_cast<const char*>(data), size);
    return static_cast<la_ssize_t>(size);
  }
  static std::string ManifestText(const std::vector<Bytes>& packets) {
    Manifest manifest;
    std::set<Digest> digests;
    for (const Bytes& packet : packets) {
      manifest.packets.push_back({DropFolder::NameOf(packet), packet.size(), BundleDigest(packet)});
      manifest.bytes += packet.size();
      digests.insert(BundleDigest(packet));
    }
    manifest.short_digest = ShortDigest(digests);
    return EncodeManifest(manifest);
  }

  archive* writer_;
  Bytes bytes_;
};

}  // namespace valise
