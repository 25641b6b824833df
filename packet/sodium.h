// libsodium made ready, and the few lines that every user of it needs. Included by packet/*.cc
// only, so that nobody above this layer sees libsodium.
#pragma once

#include <sodium.h>

#include <array>
#include <cstdint>
#include <string_view>

#include "packet/check.h"

namespace valise {

// Every function that reaches libsodium calls this first: without it libsodium works, but with its
// slowest code.
inline void EnsureSodium() {
  static const bool is_ready = sodium_init() >= 0;
  CHECK(is_ready);
}

inline const std::uint8_t* Octets(std::string_view bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}
inline std::uint8_t* Octets(std::string& bytes) {
  return reinterpret_cast<std::uint8_t*>(bytes.data());
}
template <std::size_t N>
std::string_view View(const std::array<std::uint8_t, N>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), N};
}

// A short-lived secret on the stack, wiped on every way out. (SecretBytes costs several system
// calls; it is for secrets that live longer than a function.)
template <std::size_t N>
struct WipedArray : std::array<std::uint8_t, N> {
  WipedArray() : std::array<std::uint8_t, N>{} {}
  WipedArray(const WipedArray&) = delete;
  WipedArray& operator=(const WipedArray&) = delete;
  ~WipedArray() { sodium_memzero(this->data(), N); }
};

// BLAKE2b over parts, without a joined copy.
class Hasher {
 public:
  explicit Hasher(std::size_t hash_bytes = 32, std::string_view key = {}) {
    EnsureSodium();
    CHECK(crypto_generichash_init(&state_, key.empty() ? nullptr : Octets(key), key.size(),
                                  hash_bytes) == 0);
  }
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  ~Hasher() { sodium_memzero(&state_, sizeof state_); }
  Hasher& Add(std::string_view bytes) {
    CHECK(crypto_generichash_update(&state_, Octets(bytes), bytes.size()) == 0);
    return *this;
  }
  template <std::size_t N>
  void Finish(std::array<std::uint8_t, N>& hash) {
    CHECK(crypto_generichash_final(&state_, hash.data(), N) == 0);
  }

 private:
  crypto_generichash_state state_;
};

}  // namespace valise
