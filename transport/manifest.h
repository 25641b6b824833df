// The first entry of a bundle: what was put into it, as text that a person can read. It is not
// signed and decides nothing; it lets the reader say what is missing, and two people compare one
// short digest on paper. Packets are trusted only by what is inside them. packet/FORMAT.md, Bundle.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "packet/bytes.h"
#include "packet/result.h"

namespace valise {

inline constexpr std::string_view kManifestName = "MANIFEST";
inline constexpr int kBundleVersion = 1;

struct ManifestLine {
  std::string name;  // of the archive's entry
  std::uint64_t bytes = 0;
  Digest digest;
  bool operator==(const ManifestLine&) const = default;
};

struct Manifest {
  std::vector<ManifestLine> packets;  // in the order of the archive
  std::uint64_t bytes = 0;            // sum
  std::string short_digest;
  bool operator==(const Manifest&) const = default;
};

// BLAKE2b-256 of "VLS1 bundle packet" || sealed bytes.
Digest BundleDigest(std::string_view sealed);
// "12345 67890 12345 67890": over the sorted, distinct digests, so it depends neither on order nor
// on repetition. 66 bits.
std::string ShortDigest(const std::set<Digest>& digests);

std::string EncodeManifest(const Manifest& manifest);
// Errors: kAskOperator, VAL-BUNDLE-VERSION (written by a newer valise) or VAL-BUNDLE-MANIFEST.
Result<Manifest> DecodeManifest(std::string_view text);

}  // namespace valise
