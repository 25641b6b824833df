#include "packet/entropy.h"

#include <algorithm>
#include <array>

#include "packet/sodium.h"

namespace valise {

Id Entropy::RandomId() {
  Id id;
  Fill(id.bytes.data(), id.bytes.size());
  return id;
}

std::uint64_t Entropy::RandomU64() {
  std::array<std::uint8_t, 8> octets;
  Fill(octets.data(), octets.size());
  std::uint64_t value = 0;
  for (const std::uint8_t octet : octets) value = value << 8 | octet;
  return value;
}

void SystemEntropy::Fill(void* buffer, std::size_t bytes) {
  EnsureSodium();
  randombytes_buf(buffer, bytes);
}

// Block n of a seed = BLAKE2b-512("valise seeded entropy" || seed || n), both little endian. Each
// Fill starts a block, so what one caller takes never depends on how much another one left over.
void SeededEntropy::Fill(void* buffer, std::size_t bytes) {
  auto* out = static_cast<std::uint8_t*>(buffer);
  while (bytes > 0) {
    std::array<std::uint8_t, 16> input;
    for (unsigned i = 0; i < 8; ++i) {
      input[i] = static_cast<std::uint8_t>(seed_ >> (8 * i));
      input[8 + i] = static_cast<std::uint8_t>(counter_ >> (8 * i));
    }
    ++counter_;
    std::array<std::uint8_t, 64> block;
    Hasher(block.size()).Add("valise seeded entropy").Add(View(input)).Finish(block);
    const std::size_t taken = std::min(bytes, block.size());
    out = std::copy_n(block.begin(), taken, out);
    bytes -= taken;
  }
}

}  // namespace valise
