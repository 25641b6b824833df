#include "packet/keys.h"

#include <algorithm>

#include "packet/envelope.h"
#include "packet/limits.h"
#include "packet/sodium.h"

namespace valise {
namespace {

constexpr std::string_view kCardMagic = "VLSC\x01";
constexpr std::size_t kCertificateBytes = crypto_sign_BYTES;
constexpr std::string_view kAtRestLabel = "VLS1 at rest";
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;

Error CardError(std::string_view code, std::string message) {
  return {Recovery::kRejectPacket, "VAL-CARD-" + std::string(code), std::move(message)};
}

Bytes DetachedMessage(std::string_view label, std::string_view data) {
  CHECK(label.size() <= 255);
  Bytes message = "VLS1 detached signature";
  message += static_cast<char>(label.size());
  message += label;
  message += View(Hash("", data));
  return message;
}

Result<void> CheckCardName(std::string_view name) {
  if (name.empty() || name.size() > limits::kNameBytesMax || !IsUtf8(name) ||
      name.find('\0') != std::string_view::npos)
    return CardError("MALFORMED", "site name of a card is empty, too long or not UTF-8");
  return Ok();
}

}  // namespace

Id SiteId(const PeerCard& card) {
  return *IdFromBytes(View(Hash("VLS1 site", View(card.identity))).substr(0, 16));
}

Bytes CertifiedBytes(const PeerCard& card) {
  CHECK(card.name.size() <= limits::kNameBytesMax);
  Bytes bytes;
  bytes += static_cast<char>(card.name.size());
  bytes += card.name;
  for (const Digest* key : {&card.identity, &card.signing, &card.receive}) bytes += View(*key);
  return bytes;
}

Result<void> VerifyCard(const PeerCard& card) {
  TRY(CheckCardName(card.name));
  if (!IsUsableReceiveKey(card.receive))
    return CardError("SIGNATURE", "receive key of a card is not a usable X25519 key");
  if (!VerifyDetached(kCardLabel, CertifiedBytes(card), card.certificate, card.identity))
    return CardError("SIGNATURE", "card is not certified by its own identity key");
  return Ok();
}

Bytes EncodeCard(const PeerCard& card) {
  CHECK(card.certificate.size() == kCertificateBytes);
  return Bytes(kCardMagic) + CertifiedBytes(card) + card.certificate;
}

Result<PeerCard> DecodeCard(std::string_view bytes) {
  if (bytes.size() <= kCardMagic.size() || !bytes.starts_with(kCardMagic.substr(0, 4)))
    return CardError("MALFORMED", "these bytes are not a card");
  if (!bytes.starts_with(kCardMagic))
    return CardError("VERSION", "card comes from another version of valise: upgrade this site");
  bytes.remove_prefix(kCardMagic.size());
  const std::size_t name_bytes = static_cast<std::uint8_t>(bytes.front());
  bytes.remove_prefix(1);
  if (bytes.size() != name_bytes + 3 * sizeof(Digest) + kCertificateBytes)
    return CardError("MALFORMED", "card is cut short or has bytes after its end");
  PeerCard card;
  card.name = bytes.substr(0, name_bytes);
  bytes.remove_prefix(name_bytes);
  for (Digest* key : {&card.identity, &card.signing, &card.receive}) {
    *key = *DigestFromBytes(bytes.substr(0, sizeof(Digest)));
    bytes.remove_prefix(sizeof(Digest));
  }
  card.certificate = bytes;
  TRY(VerifyCard(card));
  return card;
}

bool IsUsableReceiveKey(const Digest& receive) {
  // No EnsureSodium: decoders come here in a child that may not ask the kernel for randomness, and
  // this function works without.
  // A low-order point makes any product zero, whatever the secret: then everybody knows the key.
  std::array<std::uint8_t, crypto_scalarmult_SCALARBYTES> scalar{};
  scalar[0] = 8;
  std::array<std::uint8_t, crypto_scalarmult_BYTES> product;
  return crypto_scalarmult(product.data(), scalar.data(), receive.bytes.data()) == 0;
}

std::string PairingCode(const PeerCard& a, const PeerCard& b, const Id& channel,
                        const Digest& contract_digest) {
  Bytes low = EncodeCard(a);
  Bytes high = EncodeCard(b);
  if (high < low) std::swap(low, high);
  std::array<std::uint8_t, 64> hash;
  Hasher(hash.size())
      .Add("VLS1 pairing code")
      .Add(low)
      .Add(high)
      .Add(View(channel))
      .Add(View(contract_digest))
      .Finish(hash);
  std::string code;
  for (std::size_t group = 0; group < 8; ++group) {
    std::uint64_t number = 0;
    for (std::size_t i = 8; i > 0; --i) number = number << 8 | hash[group * 8 + i - 1];
    const std::string digits = std::to_string(number % 100000);
    if (group > 0) code += ' ';
    code += std::string(5 - digits.size(), '0') + digits;
  }
  return code;
}

Bytes EncryptToSelf(std::string_view plain, const SecretBytes& storage_key, Entropy& entropy) {
  EnsureSodium();
  CHECK(storage_key.size() == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  Bytes sealed(kNonceBytes + plain.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
  entropy.Fill(sealed.data(), kNonceBytes);
  CHECK(crypto_aead_xchacha20poly1305_ietf_encrypt(
            Octets(sealed) + kNonceBytes, nullptr, Octets(plain), plain.size(),
            Octets(kAtRestLabel), kAtRestLabel.size(), nullptr, Octets(sealed),
            storage_key.data()) == 0);
  return sealed;
}

Result<Bytes> DecryptToSelf(std::string_view sealed, const SecretBytes& storage_key) {
  EnsureSodium();
  CHECK(storage_key.size() == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  const Error error{Recovery::kAskOperator, "VAL-STORE-DECRYPT",
                    "stored bytes are damaged or were encrypted under another storage key"};
  constexpr std::size_t kOverhead = kNonceBytes + crypto_aead_xchacha20poly1305_ietf_ABYTES;
  if (sealed.size() < kOverhead) return error;
  Bytes plain(sealed.size() - kOverhead, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          Octets(plain), nullptr, nullptr, Octets(sealed) + kNonceBytes,
          sealed.size() - kNonceBytes, Octets(kAtRestLabel), kAtRestLabel.size(), Octets(sealed),
          storage_key.data()) != 0)
    return error;
  return plain;
}

Bytes SignDetached(std::string_view label, std::string_view data, const SecretBytes& signing) {
  CHECK(signing.size() == crypto_sign_SECRETKEYBYTES);
  const Bytes message = DetachedMessage(label, data);
  Bytes signature(crypto_sign_BYTES, '\0');
  CHECK(crypto_sign_detached(Octets(signature), nullptr, Octets(std::string_view(message)),
                             message.size(), signing.data()) == 0);
  return signature;
}

bool VerifyDetached(std::string_view label, std::string_view data, std::string_view signature,
                    const Digest& public_key) {
  if (signature.size() != crypto_sign_BYTES) return false;
  const Bytes message = DetachedMessage(label, data);
  return crypto_sign_verify_detached(Octets(signature), Octets(std::string_view(message)),
                                     message.size(), public_key.bytes.data()) == 0;
}

}  // namespace valise
