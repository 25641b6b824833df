#include "packet/envelope.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>

namespace valise {
namespace {

constexpr char kKdfContext[crypto_kdf_CONTEXTBYTES + 1] = "VLS1keys";
static_assert(crypto_kdf_KEYBYTES == 32);

void DeriveOne(std::array<std::uint8_t, 32>& key, std::uint64_t number, const std::uint8_t* prk) {
  CHECK(crypto_kdf_derive_from_key(key.data(), key.size(), number, kKdfContext, prk) == 0);
}

}  // namespace

void DerivePacketKeys(std::string_view shared, const SecretBytes* pre_shared,
                      std::string_view ephemeral, std::string_view receive, PacketKeys& keys) {
  CHECK(pre_shared == nullptr || pre_shared->size() == 32);
  // The suite is in the key of the hash, so that no input of one suite means another in the other.
  Hasher hasher(64, pre_shared == nullptr ? "VLS1 prk suite 1" : "VLS1 prk suite 2");
  hasher.Add(shared);
  if (pre_shared != nullptr) hasher.Add(pre_shared->view());
  WipedArray<64> prk;
  hasher.Add(ephemeral).Add(receive).Finish<64>(prk);
  DeriveOne(keys.body, 1, prk.data());
  DeriveOne(keys.header, 2, prk.data());
  DeriveOne(keys.commitment, 3, prk.data());
}

std::array<std::uint8_t, kHintBytes> RecipientHint(std::string_view ephemeral,
                                                   std::string_view receive) {
  Digest digest;
  Hasher().Add("VLS1 hint").Add(ephemeral).Add(receive).Finish(digest.bytes);
  std::array<std::uint8_t, kHintBytes> hint;
  std::copy_n(digest.bytes.begin(), kHintBytes, hint.begin());
  return hint;
}

Bytes SignedMessage(std::string_view outer, std::string_view parts) {
  Digest digest;
  Hasher().Add(outer).Add(parts).Finish(digest.bytes);
  return "VLS1 packet signature v1" + Bytes(View(digest));
}

std::uint64_t Padme(std::uint64_t bytes) {
  if (bytes < 2) return bytes;
  const auto exponent = static_cast<unsigned>(std::bit_width(bytes)) - 1;
  const unsigned kept_bits = static_cast<unsigned>(std::bit_width(exponent));
  if (exponent <= kept_bits) return bytes;
  const std::uint64_t mask = (std::uint64_t{1} << (exponent - kept_bits)) - 1;
  return (bytes + mask) & ~mask;
}

std::uint64_t BodyBytes(std::uint64_t plain_bytes) {
  const std::uint64_t chunks =
      std::max<std::uint64_t>(1, (plain_bytes + kChunkBytes - 1) / kChunkBytes);
  return kStreamHeaderBytes + plain_bytes + chunks * kChunkTagBytes;
}

std::uint64_t PaddedPlainBytes(std::uint64_t front_bytes, std::uint64_t payload_bytes) {
  const std::uint64_t total =
      Padme(std::max(kSealedBytesMin, front_bytes + BodyBytes(payload_bytes)));
  const std::uint64_t chunked = total - front_bytes - kStreamHeaderBytes;
  const std::uint64_t full = chunked / (kChunkBytes + kChunkTagBytes);
  const std::uint64_t rest = chunked % (kChunkBytes + kChunkTagBytes);
  if (rest == 0) return full * kChunkBytes;
  // A new chunk of one byte costs 1 + tag at once: totals in between cannot be had, so take more.
  return full * kChunkBytes + (rest <= kChunkTagBytes && full > 0 ? 1 : rest - kChunkTagBytes);
}

void ReserveLarge(Bytes& bytes, std::size_t capacity) {
  constexpr std::uintptr_t kPageBytes = 4096;
  constexpr std::size_t kLargeBytes = 4 << 20;
  bytes.reserve(capacity);
  if (capacity < kLargeBytes) return;
  const auto start = reinterpret_cast<std::uintptr_t>(bytes.data());
  const std::uintptr_t first = (start + kPageBytes - 1) & ~(kPageBytes - 1);
  const std::uintptr_t end = (start + capacity) & ~(kPageBytes - 1);
  // Advice only: where it is refused, all works as before.
  (void)madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE);
}

}  // namespace valise
