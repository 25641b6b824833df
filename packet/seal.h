// bytes <-> SealedPacket: VLS1, byte-exact in packet/FORMAT.md. The order of checks on opening is
// prefix, commitment, header box, sender and recipient, signature; the caller then checks the
// position; only then body, its hash, decompression and records.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "packet/codec.h"
#include "packet/keys.h"
#include "packet/packet.h"

namespace valise {

struct SealTo {
  const SiteKeys& own;
  const PeerCard& peer;                     // receive key to seal to
  const SecretBytes* pre_shared = nullptr;  // 32 bytes: suite 2; null: suite 1
};

// Bytes of the sealed packet, padding included: what a packer plans with.
std::uint64_t SealedBytes(std::size_t core_bytes, std::size_t control_bytes,
                          std::uint64_t payload_bytes);

// core.payload_* must already describe `payload`. `core_bytes` are the stored, immutable bytes.
// The same inputs and entropy give the same bytes. CHECKs that the result is at most
// limits::kSealedBytesMax long.
Bytes Seal(std::string_view core_bytes, std::string_view control_bytes, std::string_view payload,
           const SealTo& to, Entropy& entropy);

// Parses core and control; the agent hands in the sandboxed child, others DecodeCore/DecodeControl.
struct HeaderParser {
  virtual ~HeaderParser() = default;
  virtual Result<std::pair<Core, Control>> ParseHeader(std::string_view core_bytes,
                                                       std::string_view control_bytes) = 0;
};
struct InProcessHeaderParser final : HeaderParser {
  Result<std::pair<Core, Control>> ParseHeader(std::string_view core_bytes,
                                               std::string_view control_bytes) override;
};

struct OpenAs {
  const SiteKeys& own;
  const PeerCard& peer;  // the pinned, verified peer
  Id channel;
  const SecretBytes* pre_shared = nullptr;
  std::span<const SecretBytes> older_receive_keys = {};
};

struct OpenedHeader {
  Core core;
  Control control;
  Bytes core_bytes;
  Digest packet_id;
  std::size_t body_offset = 0;  // in the sealed bytes
  SecretBytes body_key;
};

// Whether it begins like one: a carrier knows packets among other things by this alone.
bool HasPacketMagic(std::string_view bytes);

// What can be told of a sealed packet without any key (inspect).
struct OuterHeader {
  std::uint8_t version = 0;
  std::uint8_t suite = 0;
  std::uint32_t header_box_bytes = 0;
  Bytes recipient_hint, ephemeral_key, commitment;
  std::uint64_t sealed_bytes = 0;
};
Result<OuterHeader> ReadOuterHeader(std::string_view sealed);

// Errors, all kRejectPacket: VAL-PACKET-MAGIC, -VERSION (newer: says so), -SUITE, -RECIPIENT (not
// sealed to our key), -COMMITMENT, -HEADER, -SENDER (unknown peer), -CHANNEL, -SIGNATURE, -LIMIT,
// -MALFORMED, -TRUNCATED.
Result<OpenedHeader> OpenHeader(std::string_view sealed, const OpenAs& as, HeaderParser& parser);
// The payload, hash-checked against the signed core; VAL-PACKET-BODY, -TRUNCATED, -TRAILING.
Result<Bytes> OpenBody(std::string_view sealed, const OpenedHeader& header);

}  // namespace valise
