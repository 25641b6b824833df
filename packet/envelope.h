// What sealing and opening share: the layout of VLS1 in numbers, its key derivation and its sizes
// (FORMAT.md, "Outer layout"). For this folder and its tests.
#pragma once

#include <array>
#include <cstdint>

#include "packet/keys.h"
#include "packet/limits.h"
#include "packet/sodium.h"

namespace valise {

constexpr std::string_view kMagic = "\x8aVLS\r\n\x1a\n";
constexpr std::uint8_t kFormatVersion = 1;
constexpr std::uint8_t kSuitePlain = 1;
constexpr std::uint8_t kSuitePreShared = 2;
constexpr std::uint8_t kChunkLog2 = 16;
constexpr std::uint8_t kFlagPadded = 1;

constexpr std::size_t kVersionOffset = 8;
constexpr std::size_t kSuiteOffset = 9;
constexpr std::size_t kChunkOffset = 10;
constexpr std::size_t kFlagsOffset = 11;
constexpr std::size_t kBoxBytesOffset = 12;
constexpr std::size_t kHintOffset = 16;
constexpr std::size_t kHintBytes = 8;
constexpr std::size_t kEphemeralOffset = 24;
constexpr std::size_t kCommitmentOffset = 56;
constexpr std::size_t kOuterBytes = 88;

constexpr std::size_t kBoxBlockBytes = 256;
constexpr std::size_t kBoxTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kSignatureBytes = crypto_sign_BYTES;
constexpr std::size_t kStreamHeaderBytes = crypto_secretstream_xchacha20poly1305_HEADERBYTES;
constexpr std::size_t kChunkBytes = std::size_t{1} << kChunkLog2;
constexpr std::size_t kChunkTagBytes = crypto_secretstream_xchacha20poly1305_ABYTES;
constexpr std::uint64_t kSealedBytesMin = 4096;  // so that an ack looks like a small change

constexpr std::string_view kPayloadLabel = "VLS1 payload";

struct PacketKeys {
  WipedArray<32> body;
  WipedArray<32> header;
  std::array<std::uint8_t, 32> commitment;
};

// `shared` is the X25519 product; `pre_shared` null means suite 1.
void DerivePacketKeys(std::string_view shared, const SecretBytes* pre_shared,
                      std::string_view ephemeral, std::string_view receive, PacketKeys& keys);
std::array<std::uint8_t, kHintBytes> RecipientHint(std::string_view ephemeral,
                                                   std::string_view receive);
// What the sender signs: `outer` are the first kOuterBytes, `parts` the box up to the signature.
Bytes SignedMessage(std::string_view outer, std::string_view parts);

// Padmé (arXiv 1806.03160): at least `bytes`, at most 12 % more, with few distinct results.
std::uint64_t Padme(std::uint64_t bytes);
// Bytes of the body (stream header, chunks and tags) for that much plaintext.
std::uint64_t BodyBytes(std::uint64_t plain_bytes);
// Plaintext bytes, padding included, of a packet whose part before the body has `front_bytes`.
std::uint64_t PaddedPlainBytes(std::uint64_t front_bytes, std::uint64_t payload_bytes);

// As reserve; asks for large pages where they pay. Faulting in 64 MiB of small ones takes a fifth
// of the time of sealing them.
void ReserveLarge(Bytes& bytes, std::size_t capacity);

constexpr std::string_view kCardLabel = "card";
// What a card's certificate signs: all of it but the certificate.
Bytes CertifiedBytes(const PeerCard& card);

}  // namespace valise
