// A second sealer, written from FORMAT.md with libsodium alone, that can also do what Seal never
// does. Tests use it as the hostile side, and as a check that FORMAT.md says enough.
#pragma once

#include <cstdint>
#include <optional>

#include "packet/keys.h"

namespace valise {

struct Forgery {
  Bytes core;
  Bytes control;
  Bytes payload;
  Bytes signing;     // Ed25519 secret, 64 bytes
  Digest receive;    // sealed to this key
  Bytes pre_shared;  // 32 bytes: suite 2; empty: suite 1
  Bytes ephemeral_secret = Bytes(32, '\x11');

  std::uint8_t version = 1;
  std::uint8_t suite = 0;  // 0: what pre_shared says
  std::uint8_t chunk_log2 = 16;
  std::uint8_t flags = 1;
  Bytes box_padding = Bytes(1, '\0');  // repeated
  std::uint8_t body_padding = 0;
  Bytes signature;                        // not empty: taken from another packet
  std::optional<std::uint8_t> first_tag;  // of the first chunk
  std::optional<std::uint8_t> last_tag;   // of the last chunk
};
Bytes Forge(const Forgery& forgery);

// What the recipient of a packet can take from its header box: everything but the sender's key.
struct StolenBox {
  Bytes core;
  Bytes control;
  Bytes signature;
  Bytes body_key;
};
StolenBox StealBox(std::string_view sealed, const SiteKeys& recipient);

// The same packet with another body, made by whoever knows the body key.
Bytes WithBody(std::string_view sealed, std::size_t body_offset, std::string_view plain,
               std::string_view body_key);

}  // namespace valise
