#include "packet/seal.h"

#include <algorithm>

#include "packet/envelope.h"

namespace valise {
namespace {

void AppendNumber(Bytes& bytes, std::uint64_t number, unsigned octets) {
  for (unsigned i = 0; i < octets; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xff);
}

// The box up to the signature. Its lengths are inside the signature too: else the same signature
// would fit another cut between core and control.
Bytes BoxParts(std::string_view core_bytes, std::string_view control_bytes) {
  Bytes parts;
  AppendNumber(parts, core_bytes.size(), 2);
  parts += core_bytes;
  AppendNumber(parts, control_bytes.size(), 2);
  parts += control_bytes;
  return parts;
}

std::size_t BoxBytes(std::size_t parts_bytes) {
  const std::size_t blocks = (parts_bytes + kSignatureBytes + kBoxBlockBytes - 1) / kBoxBlockBytes;
  return blocks * kBoxBlockBytes + kBoxTagBytes;
}

void AppendOuter(Bytes& sealed, std::size_t box_bytes, const SealTo& to, Entropy& entropy,
                 PacketKeys& keys) {
  WipedArray<crypto_scalarmult_SCALARBYTES> secret;
  entropy.Fill(secret.data(), secret.size());
  std::array<std::uint8_t, crypto_scalarmult_BYTES> ephemeral;
  CHECK(crypto_scalarmult_base(ephemeral.data(), secret.data()) == 0);
  WipedArray<crypto_scalarmult_BYTES> shared;
  // A peer's card was verified: its receive key is no low-order point.
  CHECK(crypto_scalarmult(shared.data(), secret.data(), to.peer.receive.bytes.data()) == 0);
  DerivePacketKeys(View(shared), to.pre_shared, View(ephemeral), View(to.peer.receive), keys);

  sealed += kMagic;
  AppendNumber(sealed, kFormatVersion, 1);
  AppendNumber(sealed, to.pre_shared == nullptr ? kSuitePlain : kSuitePreShared, 1);
  AppendNumber(sealed, kChunkLog2, 1);
  AppendNumber(sealed, kFlagPadded, 1);
  AppendNumber(sealed, box_bytes, 4);
  sealed += View(RecipientHint(View(ephemeral), View(to.peer.receive)));
  sealed += View(ephemeral);
  sealed += View(keys.commitment);
  CHECK(sealed.size() == kOuterBytes);
}

void AppendBox(Bytes& sealed, std::string_view parts, std::size_t box_bytes,
               const SecretBytes& signing, const PacketKeys& keys) {
  const Bytes message = SignedMessage(std::string_view(sealed).substr(0, kOuterBytes), parts);
  std::array<std::uint8_t, kSignatureBytes> signature;
  CHECK(crypto_sign_detached(signature.data(), nullptr, Octets(std::string_view(message)),
                             message.size(), signing.data()) == 0);
  sealed += parts;
  sealed += View(signature);
  sealed.resize(kOuterBytes + box_bytes);  // zeros, and room for the tag
  // One box per key, so one nonce is enough.
  constexpr std::array<std::uint8_t, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES> kNonce{};
  std::uint8_t* const box = Octets(sealed) + kOuterBytes;
  CHECK(crypto_aead_xchacha20poly1305_ietf_encrypt(box, nullptr, box, box_bytes - kBoxTagBytes,
                                                   Octets(sealed), kOuterBytes, nullptr,
                                                   kNonce.data(), keys.header.data()) == 0);
}

void AppendBody(Bytes& sealed, std::string_view payload, std::size_t plain_bytes,
                const PacketKeys& keys, Entropy& entropy) {
  std::array<std::uint8_t, kStreamHeaderBytes> stream_header;
  entropy.Fill(stream_header.data(), stream_header.size());
  sealed += View(stream_header);
  // init_push would draw the header from libsodium's own randomness; given a header, init_pull
  // makes the very same state (k = HChaCha20(key, header[0..15]), counter 1, nonce header[16..23]).
  crypto_secretstream_xchacha20poly1305_state state;
  CHECK(crypto_secretstream_xchacha20poly1305_init_pull(&state, stream_header.data(),
                                                        keys.body.data()) == 0);
  std::size_t offset = 0;
  do {
    const std::size_t chunk = std::min(kChunkBytes, plain_bytes - offset);
    const std::size_t start = sealed.size();
    sealed.resize(start + chunk + kChunkTagBytes);
    std::uint8_t* const out = Octets(sealed) + start;
    const std::uint8_t* source = Octets(payload) + offset;
    if (offset + chunk > payload.size()) {  // the padding begins in this chunk, or has begun
      const std::string_view rest = payload.substr(std::min(offset, payload.size()));
      source = out + 1;  // where push puts the encrypted text of it: in place
      std::copy_n(Octets(rest), rest.size(), out + 1);
    }
    offset += chunk;
    const unsigned char tag = offset == plain_bytes
                                  ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                                  : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
    CHECK(crypto_secretstream_xchacha20poly1305_push(&state, out, nullptr, source, chunk, nullptr,
                                                     0, tag) == 0);
  } while (offset < plain_bytes);
  sodium_memzero(&state, sizeof state);
}

}  // namespace

std::uint64_t SealedBytes(std::size_t core_bytes, std::size_t control_bytes,
                          std::uint64_t payload_bytes) {
  const std::uint64_t front = kOuterBytes + BoxBytes(core_bytes + control_bytes + 4);
  return front + BodyBytes(PaddedPlainBytes(front, payload_bytes));
}

Bytes Seal(std::string_view core_bytes, std::string_view control_bytes, std::string_view payload,
           const SealTo& to, Entropy& entropy) {
  EnsureSodium();
  CHECK(core_bytes.size() <= limits::kCoreBytesMax);
  CHECK(control_bytes.size() <= limits::kControlBytesMax);
  const Bytes parts = BoxParts(core_bytes, control_bytes);
  const std::size_t box_bytes = BoxBytes(parts.size());
  CHECK(box_bytes <= limits::kHeaderBoxBytesMax);
  const std::size_t plain_bytes = PaddedPlainBytes(kOuterBytes + box_bytes, payload.size());
  const std::size_t sealed_bytes = kOuterBytes + box_bytes + BodyBytes(plain_bytes);
  CHECK(sealed_bytes <= limits::kSealedBytesMax);

  Bytes sealed;
  ReserveLarge(sealed, sealed_bytes);
  PacketKeys keys;
  AppendOuter(sealed, box_bytes, to, entropy, keys);
  AppendBox(sealed, parts, box_bytes, to.own.signing, keys);
  AppendBody(sealed, payload, plain_bytes, keys, entropy);
  CHECK(sealed.size() == sealed_bytes);
  return sealed;
}

}  // namespace valise
