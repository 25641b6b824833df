// Keys of a site on one channel, peer cards, and the code that two people read aloud.
// Secrets live in SecretBytes (locked memory, wiped), are written 0600 and never printed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "packet/bytes.h"
#include "packet/entropy.h"
#include "packet/result.h"

namespace valise {

// sodium_malloc'ed octets; not copyable, cannot be printed or compared by accident.
class SecretBytes {
 public:
  explicit SecretBytes(std::size_t bytes);
  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  ~SecretBytes();
  std::uint8_t* data() { return data_; }
  const std::uint8_t* data() const { return data_; }
  std::size_t size() const { return size_; }
  std::string_view view() const { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

// The public half that a peer pins. `site` = first 16 bytes of BLAKE2b-256("VLS1 site", identity).
struct PeerCard {
  std::string name;   // the contract's site name
  Digest identity;    // Ed25519 public, certifies the two below
  Digest signing;     // Ed25519 public, signs packets
  Digest receive;     // X25519 public
  Bytes certificate;  // Ed25519 by identity over name, signing, receive
  bool operator==(const PeerCard&) const = default;
};
Id SiteId(const PeerCard& card);
// Errors: kRejectPacket "VAL-CARD-SIGNATURE", "VAL-CARD-MALFORMED" (its name).
Result<void> VerifyCard(const PeerCard& card);
// False for the few X25519 keys that would make every shared secret zero.
bool IsUsableReceiveKey(const Digest& receive);
Bytes EncodeCard(const PeerCard& card);
// Verifies what it decodes. Errors: as VerifyCard, and "VAL-CARD-VERSION".
Result<PeerCard> DecodeCard(std::string_view bytes);

struct SiteKeys {
  SecretBytes identity;  // Ed25519 secret, 64 bytes
  SecretBytes signing;   // Ed25519 secret, 64 bytes
  SecretBytes receive;   // X25519 secret, 32 bytes
  SecretBytes
      origin;  // 32 bytes: derives issue and comment ids; kept for ever, not in the database
  SecretBytes storage;  // 32 bytes: payloads at rest
  PeerCard card;
};
// `site_name` has 1 to 255 bytes of UTF-8.
SiteKeys GenerateKeys(const std::string& site_name, Entropy& entropy);
// The key file's bytes (secret!); the caller writes them 0600. Layout: FORMAT.md.
SecretBytes EncodeKeys(const SiteKeys& keys);
// Errors: kAskOperator "VAL-KEYS-MALFORMED".
Result<SiteKeys> DecodeKeys(std::string_view bytes);

// 40 decimal digits in 8 groups of 5 over both whole cards (sorted), the channel id and the
// contract's digest: 133 bits, so it needs no interactive commitment.
std::string PairingCode(const PeerCard& a, const PeerCard& b, const Id& channel,
                        const Digest& contract_digest);

// At rest: XChaCha20-Poly1305 under the storage key, random nonce in front.
Bytes EncryptToSelf(std::string_view plain, const SecretBytes& storage_key, Entropy& entropy);
// Errors: kAskOperator "VAL-STORE-DECRYPT".
Result<Bytes> DecryptToSelf(std::string_view sealed, const SecretBytes& storage_key);

// Detached Ed25519 with a label that keeps uses apart (invitations, manifests).
Bytes SignDetached(std::string_view label, std::string_view data, const SecretBytes& signing);
bool VerifyDetached(std::string_view label, std::string_view data, std::string_view signature,
                    const Digest& public_key);

}  // namespace valise
