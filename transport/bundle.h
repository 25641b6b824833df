// The shuttle by hand: one file with many sealed packets, a pax archive that any tar can list.
// Reading is a pure function from a stream to packets, so that it can run in the sandboxed child;
// nothing is ever extracted. Layout and limits: packet/FORMAT.md, Bundle.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "packet/bytes.h"
#include "packet/result.h"

namespace valise {

struct BundleSummary {
  std::uint64_t packets = 0;         // distinct ones, written or read whole
  std::uint64_t bytes = 0;           // of those
  std::string short_digest;          // over those: equal at both ends when all arrived
  std::uint64_t promised = 0;        // by the manifest
  std::uint64_t duplicates = 0;      // repeated inside this bundle, delivered once
  std::uint64_t altered = 0;         // delivered, but in no line of the manifest
  std::vector<std::string> foreign;  // entries that are no packets: "name: reason"; at most 100
  bool operator==(const BundleSummary&) const = default;
};

// What waits, in the order in which it should be read (acks and control first, then oldest first).
// `packet(i)` is asked twice and must give the same bytes both times.
struct BundleSource {
  std::size_t count = 0;
  std::function<Result<Bytes>(std::size_t)> packet;
};

// Writes `file`.part, makes it durable and gives it its name; an existing file is never replaced.
// Errors: VAL-BUNDLE-EXISTS, VAL-BUNDLE-LIMIT (kAskOperator), VAL-BUNDLE-FULL (kRetryLater),
// VAL-BUNDLE-ACCESS (kAskOperator), VAL-BUNDLE-IO and -CHANGED (kRetryLater), or what `packet`
// gave.
Result<BundleSummary> WriteBundle(const std::string& file, const BundleSource& source);
Result<BundleSummary> WriteBundle(const std::string& file, std::span<const Bytes> packets);

// Fills up to `size` octets and says how many; 0 at the end.
using BundleInput = std::function<Result<std::size_t>(char* buffer, std::size_t size)>;
using TakePacket = std::function<Result<void>(Bytes sealed)>;

// Hands over each whole packet as soon as it is read; stops at the first Error of `take`. What was
// handed over before an Error stays valid: a damaged bundle is worth its whole packets.
// Errors, all kAskOperator: VAL-BUNDLE-TRUNCATED (with counts), VAL-BUNDLE-FORMAT (no bundle at
// all), -MANIFEST, -VERSION, -LIMIT; and those of `input` and `take`.
Result<BundleSummary> ReadBundleStream(const BundleInput& input, const TakePacket& take);
Result<BundleSummary> ReadBundle(const std::string& file, const TakePacket& take);

}  // namespace valise
