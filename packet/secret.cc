#include <utility>

#include "packet/keys.h"
#include "packet/sodium.h"

namespace valise {

SecretBytes::SecretBytes(std::size_t bytes) : size_(bytes) {
  EnsureSodium();
  data_ = static_cast<std::uint8_t*>(sodium_malloc(bytes));
  CHECK(data_ != nullptr);
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

SecretBytes::~SecretBytes() { sodium_free(data_); }  // wipes; takes nullptr

}  // namespace valise
