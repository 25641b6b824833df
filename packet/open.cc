#include <algorithm>

#include "packet/envelope.h"
#include "packet/error.h"
#include "packet/seal.h"

namespace valise {
namespace {

std::uint64_t NumberAt(std::string_view bytes, std::size_t offset, std::size_t octets) {
  std::uint64_t number = 0;
  for (std::size_t i = octets; i > 0; --i)
    number = number << 8 | static_cast<std::uint8_t>(bytes[offset + i - 1]);
  return number;
}

Error Truncated(std::string_view part) {
  return PacketError("TRUNCATED", "packet ends inside its " + std::string(part));
}

Result<void> CheckMagic(std::string_view sealed) {
  const std::string_view front = sealed.substr(0, kMagic.size());
  if (!kMagic.starts_with(front) || sealed.empty())
    return PacketError("MAGIC", "this is not a packet, or something changed its line ends");
  if (sealed.size() < kOuterBytes) return Truncated("outer header");
  return Ok();
}

Result<void> CheckVersion(const OuterHeader& outer) {
  if (outer.version > kFormatVersion)
    return NewerVersion("packet format " + std::to_string(outer.version));
  if (outer.version != kFormatVersion) return PacketError("VERSION", "unknown packet format 0");
  if (outer.suite > kSuitePreShared)
    return PacketError("SUITE", "cipher suite " + std::to_string(outer.suite) +
                                    " comes from a newer version of valise: upgrade this site");
  if (outer.suite < kSuitePlain) return PacketError("SUITE", "unknown cipher suite 0");
  return Ok();
}

Result<void> CheckBoxBytes(std::uint64_t box_bytes, std::uint64_t sealed_bytes) {
  if (box_bytes > limits::kHeaderBoxBytesMax) return OverLimit("header box is too long");
  if (box_bytes < kBoxTagBytes + kBoxBlockBytes || (box_bytes - kBoxTagBytes) % kBoxBlockBytes != 0)
    return PacketError("HEADER", "header box has an impossible length");
  if (sealed_bytes < kOuterBytes + box_bytes) return Truncated("header box");
  return Ok();
}

// What of `as` fits the packet: the secret receive key and its public half.
struct ReceiveKey {
  const SecretBytes* secret;
  Digest open;
};

Result<ReceiveKey> FindReceiveKey(const OuterHeader& outer, const OpenAs& as) {
  const auto fits = [&](const Digest& open) {
    return View(RecipientHint(outer.ephemeral_key, View(open))) == outer.recipient_hint;
  };
  if (fits(as.own.card.receive)) return ReceiveKey{&as.own.receive, as.own.card.receive};
  for (const SecretBytes& secret : as.older_receive_keys) {
    Digest open;
    CHECK(crypto_scalarmult_base(open.bytes.data(), secret.data()) == 0);
    if (fits(open)) return ReceiveKey{&secret, open};
  }
  return PacketError("RECIPIENT", "packet is not sealed to a receive key of this site");
}

Result<void> DeriveKeys(const OuterHeader& outer, const OpenAs& as, PacketKeys& keys) {
  const ReceiveKey receive = TRY(FindReceiveKey(outer, as));
  if ((outer.suite == kSuitePreShared) != (as.pre_shared != nullptr))
    return PacketError("SUITE", as.pre_shared != nullptr
                                    ? "packet does without the pre-shared key of this channel"
                                    : "packet needs a pre-shared key, and this channel has none");
  WipedArray<crypto_scalarmult_BYTES> shared;
  if (crypto_scalarmult(shared.data(), receive.secret->data(), Octets(outer.ephemeral_key)) != 0)
    return PacketError("HEADER", "ephemeral key is not a usable X25519 key");
  DerivePacketKeys(View(shared), as.pre_shared, outer.ephemeral_key, View(receive.open), keys);
  if (sodium_memcmp(keys.commitment.data(), Octets(outer.commitment), keys.commitment.size()) != 0)
    return PacketError("COMMITMENT", "packet is damaged or made with another pre-shared key");
  return Ok();
}

// The parts of an opened header box; views into it.
struct Box {
  std::string_view parts;  // what is signed
  std::string_view core;
  std::string_view control;
  std::string_view signature;
};

// One way to cut a box only: the padding is zero and shorter than a block.
Result<Box> CutBox(std::string_view plain) {
  const Error error = PacketError("HEADER", "header box does not have the form of a header");
  Box box;
  std::size_t offset = 0;
  for (std::string_view* part : {&box.core, &box.control}) {
    if (plain.size() - offset < 2) return error;
    const std::uint64_t part_bytes = NumberAt(plain, offset, 2);
    offset += 2;
    if (plain.size() - offset < part_bytes) return error;
    *part = plain.substr(offset, part_bytes);
    offset += part_bytes;
  }
  box.parts = plain.substr(0, offset);
  if (plain.size() - offset < kSignatureBytes) return error;
  box.signature = plain.substr(offset, kSignatureBytes);
  const std::string_view padding = plain.substr(offset + kSignatureBytes);
  if (padding.size() >= kBoxBlockBytes || padding.find_first_not_of('\0') != padding.npos)
    return error;
  return box;
}

Result<Bytes> DecryptBox(std::string_view sealed, std::size_t box_bytes, const PacketKeys& keys) {
  constexpr std::array<std::uint8_t, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES> kNonce{};
  Bytes plain(box_bytes - kBoxTagBytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          Octets(plain), nullptr, nullptr, Octets(sealed) + kOuterBytes, box_bytes, Octets(sealed),
          kOuterBytes, kNonce.data(), keys.header.data()) != 0)
    return PacketError("HEADER", "header box is damaged");
  return plain;
}

Result<void> CheckParties(const Core& core, const OpenAs& as) {
  if (core.sender != SiteId(as.peer))
    return PacketError("SENDER", "packet comes from site " + Text(core.sender) +
                                     ", which is not the peer of this channel");
  if (core.recipient != SiteId(as.own.card))
    return PacketError("RECIPIENT", "packet was written for site " + Text(core.recipient));
  if (core.channel != as.channel)
    return PacketError("CHANNEL", "packet belongs to channel " + Text(core.channel));
  return Ok();
}

Result<void> CheckSignature(std::string_view sealed, const Box& box, const PeerCard& peer) {
  const Bytes message = SignedMessage(sealed.substr(0, kOuterBytes), box.parts);
  if (crypto_sign_verify_detached(Octets(box.signature), Octets(std::string_view(message)),
                                  message.size(), peer.signing.bytes.data()) != 0)
    return PacketError("SIGNATURE", "packet is not signed by the peer of this channel");
  return Ok();
}

// Pulls the chunks of a body whose length is already known to be right.
class BodyReader {
 public:
  BodyReader(std::string_view body, const SecretBytes& key)
      : body_(body.substr(kStreamHeaderBytes)) {
    CHECK(crypto_secretstream_xchacha20poly1305_init_pull(&state_, Octets(body), key.data()) == 0);
  }
  BodyReader(const BodyReader&) = delete;
  BodyReader& operator=(const BodyReader&) = delete;
  ~BodyReader() { sodium_memzero(&state_, sizeof state_); }

  // Writes the next `chunk` bytes of plaintext. libsodium goes on after a FINAL tag when asked to,
  // hence the tag is compared with what this place in the stream demands.
  bool Pull(std::uint8_t* out, std::size_t chunk) {
    const std::string_view sealed = body_.substr(0, chunk + kChunkTagBytes);
    body_.remove_prefix(sealed.size());
    unsigned char tag = 0;
    if (crypto_secretstream_xchacha20poly1305_pull(&state_, out, nullptr, &tag, Octets(sealed),
                                                   sealed.size(), nullptr, 0) != 0)
      return false;
    return tag == (body_.empty() ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                                 : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
  }

 private:
  std::string_view body_;
  crypto_secretstream_xchacha20poly1305_state state_;
};

}  // namespace

Result<std::pair<Core, Control>> InProcessHeaderParser::ParseHeader(
    std::string_view core_bytes, std::string_view control_bytes) {
  Core core = TRY(DecodeCore(core_bytes));
  Control control = TRY(DecodeControl(control_bytes));
  return std::pair(std::move(core), std::move(control));
}

bool HasPacketMagic(std::string_view bytes) { return bytes.starts_with(kMagic); }

Result<OuterHeader> ReadOuterHeader(std::string_view sealed) {
  if (sealed.size() > limits::kSealedBytesMax) return OverLimit("sealed packet is too long");
  TRY(CheckMagic(sealed));
  OuterHeader outer;
  outer.version = static_cast<std::uint8_t>(sealed[kVersionOffset]);
  outer.suite = static_cast<std::uint8_t>(sealed[kSuiteOffset]);
  TRY(CheckVersion(outer));
  if (sealed[kChunkOffset] != kChunkLog2 || sealed[kFlagsOffset] != kFlagPadded)
    return PacketError("HEADER", "outer header has an unknown chunk size or flag");
  outer.header_box_bytes = static_cast<std::uint32_t>(NumberAt(sealed, kBoxBytesOffset, 4));
  TRY(CheckBoxBytes(outer.header_box_bytes, sealed.size()));
  outer.recipient_hint = sealed.substr(kHintOffset, kHintBytes);
  outer.ephemeral_key = sealed.substr(kEphemeralOffset, crypto_scalarmult_BYTES);
  outer.commitment = sealed.substr(kCommitmentOffset, 32);
  outer.sealed_bytes = sealed.size();
  return outer;
}

Result<OpenedHeader> OpenHeader(std::string_view sealed, const OpenAs& as, HeaderParser& parser) {
  EnsureSodium();
  const OuterHeader outer = TRY(ReadOuterHeader(sealed));
  PacketKeys keys;
  TRY(DeriveKeys(outer, as, keys));
  const Bytes plain = TRY(DecryptBox(sealed, outer.header_box_bytes, keys));
  const Box box = TRY(CutBox(plain));
  auto [core, control] = TRY(parser.ParseHeader(box.core, box.control));
  TRY(CheckParties(core, as));
  TRY(CheckSignature(sealed, box, as.peer));
  OpenedHeader header{std::move(core),
                      std::move(control),
                      Bytes(box.core),
                      PacketId(box.core),
                      kOuterBytes + outer.header_box_bytes,
                      SecretBytes(keys.body.size())};
  std::ranges::copy(keys.body, header.body_key.data());
  return header;
}

Result<Bytes> OpenBody(std::string_view sealed, const OpenedHeader& header) {
  EnsureSodium();
  const std::size_t plain_bytes = PaddedPlainBytes(header.body_offset, header.core.payload_bytes);
  const std::size_t sealed_bytes = header.body_offset + BodyBytes(plain_bytes);
  if (sealed.size() < sealed_bytes) return Truncated("body");
  if (sealed.size() > sealed_bytes) return PacketError("TRAILING", "packet goes on after its end");

  BodyReader reader(sealed.substr(header.body_offset), header.body_key);
  const std::size_t payload_bytes = header.core.payload_bytes;
  Hasher hasher;
  hasher.Add(kPayloadLabel);
  Bytes payload;
  ReserveLarge(payload, plain_bytes);
  do {
    const std::size_t start = payload.size();
    const std::size_t chunk = std::min(kChunkBytes, plain_bytes - start);
    payload.resize(start + chunk);
    if (!reader.Pull(Octets(payload) + start, chunk)) return PacketError("BODY", "body is damaged");
    // Hashed while it is in the cache; what is beyond payload_bytes is padding.
    const std::size_t hashed =
        std::min(start + chunk, payload_bytes) - std::min(start, payload_bytes);
    hasher.Add(std::string_view(payload).substr(start, hashed));
    if (sodium_is_zero(Octets(payload) + start + hashed, chunk - hashed) != 1)
      return PacketError("BODY", "padding of the body is not zero");
  } while (payload.size() < plain_bytes);
  payload.resize(payload_bytes);
  Digest hash;
  hasher.Finish(hash.bytes);
  if (hash != header.core.payload_hash)
    return PacketError("BODY", "body is not the one that the sender signed");
  return payload;
}

}  // namespace valise
