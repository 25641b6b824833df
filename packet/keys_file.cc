// Making keys, and the key file: every secret of a site on one channel, in one place.
#include <algorithm>

#include "packet/envelope.h"
#include "packet/keys.h"
#include "packet/limits.h"
#include "packet/sodium.h"

namespace valise {
namespace {

constexpr std::string_view kKeyFileMagic = "VLSK\x01";
constexpr std::size_t kSeedBytes = crypto_sign_SEEDBYTES;
constexpr std::size_t kSecretsBytes = 5 * 32;  // two seeds, receive, origin, storage
constexpr std::size_t kChecksumBytes = 32;

Error FileError(std::string message) {
  return {Recovery::kAskOperator, "VAL-KEYS-MALFORMED", std::move(message)};
}

SecretBytes Filled(std::size_t bytes, Entropy& entropy) {
  SecretBytes secret(bytes);
  entropy.Fill(secret.data(), bytes);
  return secret;
}

SecretBytes Copied(std::string_view bytes) {
  SecretBytes secret(bytes.size());
  std::copy_n(Octets(bytes), bytes.size(), secret.data());
  return secret;
}

struct SigningKey {
  SecretBytes secret;
  Digest open;
};

SigningKey SigningKeyFrom(const SecretBytes& seed) {
  SigningKey key{SecretBytes(crypto_sign_SECRETKEYBYTES), {}};
  CHECK(crypto_sign_seed_keypair(key.open.bytes.data(), key.secret.data(), seed.data()) == 0);
  return key;
}

// What a key file holds of the secrets; everything else follows from it.
struct Secrets {
  SecretBytes identity_seed;
  SecretBytes signing_seed;
  SecretBytes receive;
  SecretBytes origin;
  SecretBytes storage;
};

SiteKeys KeysFrom(const std::string& name, Secrets secrets) {
  SigningKey identity = SigningKeyFrom(secrets.identity_seed);
  SigningKey signing = SigningKeyFrom(secrets.signing_seed);
  PeerCard card{name, identity.open, signing.open, {}, {}};
  CHECK(crypto_scalarmult_base(card.receive.bytes.data(), secrets.receive.data()) == 0);
  card.certificate = SignDetached(kCardLabel, CertifiedBytes(card), identity.secret);
  return {std::move(identity.secret), std::move(signing.secret),  std::move(secrets.receive),
          std::move(secrets.origin),  std::move(secrets.storage), std::move(card)};
}

std::array<std::uint8_t, kChecksumBytes> Checksum(std::string_view bytes) {
  return Hash("VLS1 key file", bytes).bytes;
}

}  // namespace

SiteKeys GenerateKeys(const std::string& site_name, Entropy& entropy) {
  // One after the other, in this order: test vectors depend on it.
  SecretBytes identity_seed = Filled(kSeedBytes, entropy);
  SecretBytes signing_seed = Filled(kSeedBytes, entropy);
  SecretBytes receive = Filled(crypto_scalarmult_SCALARBYTES, entropy);
  SecretBytes origin = Filled(32, entropy);
  SecretBytes storage = Filled(32, entropy);
  return KeysFrom(site_name, {std::move(identity_seed), std::move(signing_seed), std::move(receive),
                              std::move(origin), std::move(storage)});
}

SecretBytes EncodeKeys(const SiteKeys& keys) {
  const std::string& name = keys.card.name;
  CHECK(name.size() <= limits::kNameBytesMax);
  SecretBytes file(kKeyFileMagic.size() + 1 + name.size() + kSecretsBytes + kChecksumBytes);
  std::uint8_t* out = std::copy_n(Octets(kKeyFileMagic), kKeyFileMagic.size(), file.data());
  *out++ = static_cast<std::uint8_t>(name.size());
  out = std::copy_n(Octets(name), name.size(), out);
  // An Ed25519 secret is its seed, then the public key.
  for (const SecretBytes* secret :
       {&keys.identity, &keys.signing, &keys.receive, &keys.origin, &keys.storage})
    out = std::copy_n(secret->data(), 32, out);
  const auto checksum = Checksum(file.view().substr(0, file.size() - kChecksumBytes));
  std::ranges::copy(checksum, out);
  return file;
}

Result<SiteKeys> DecodeKeys(std::string_view bytes) {
  if (!bytes.starts_with(kKeyFileMagic.substr(0, 4))) return FileError("this is not a key file");
  if (!bytes.starts_with(kKeyFileMagic))
    return FileError("key file comes from another version of valise: upgrade this site");
  constexpr std::size_t kFixedBytes = kKeyFileMagic.size() + 1 + kSecretsBytes + kChecksumBytes;
  if (bytes.size() < kFixedBytes) return FileError("key file is cut short: restore it");
  const std::size_t name_bytes = static_cast<std::uint8_t>(bytes[kKeyFileMagic.size()]);
  if (bytes.size() != kFixedBytes + name_bytes)
    return FileError("key file has the wrong length: restore it from a backup");
  const auto checksum = Checksum(bytes.substr(0, bytes.size() - kChecksumBytes));
  if (View(checksum) != bytes.substr(bytes.size() - kChecksumBytes))
    return FileError("key file is damaged: restore it from a backup");
  bytes.remove_prefix(kKeyFileMagic.size() + 1);
  const std::string name(bytes.substr(0, name_bytes));
  bytes.remove_prefix(name_bytes);
  const auto secret = [&](std::size_t index) { return Copied(bytes.substr(index * 32, 32)); };
  SiteKeys keys = KeysFrom(name, {secret(0), secret(1), secret(2), secret(3), secret(4)});
  if (!VerifyCard(keys.card).ok()) return FileError("key file holds no usable keys: restore it");
  return keys;
}

}  // namespace valise
