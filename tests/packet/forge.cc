#include "tests/packet/forge.h"

#include <sodium.h>

#include <algorithm>

namespace valise {
namespace {

const std::uint8_t* In(const Bytes& bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}
std::uint8_t* Out(Bytes& bytes) { return reinterpret_cast<std::uint8_t*>(bytes.data()); }

Bytes LittleEndian(std::uint64_t number, int octets) {
  Bytes bytes;
  for (int i = 0; i < octets; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xff);
  return bytes;
}

Bytes Blake2b(std::size_t hash_bytes, const Bytes& key, const Bytes& data) {
  Bytes hash(hash_bytes, '\0');
  crypto_generichash(Out(hash), hash_bytes, In(data), data.size(), In(key), key.size());
  return hash;
}

struct DerivedKeys {
  Bytes body;
  Bytes header;
  Bytes commitment;
};

DerivedKeys Derive(const Bytes& secret, const Bytes& other_open, const Bytes& pre_shared,
                   const Bytes& ephemeral, const Bytes& receive) {
  Bytes shared(32, '\0');
  if (crypto_scalarmult(Out(shared), In(secret), In(other_open)) != 0) return {};
  const Bytes label = pre_shared.empty() ? "VLS1 prk suite 1" : "VLS1 prk suite 2";
  const Bytes prk = Blake2b(64, label, shared + pre_shared + ephemeral + receive);
  DerivedKeys keys;
  std::uint64_t number = 0;
  for (Bytes* key : {&keys.body, &keys.header, &keys.commitment}) {
    key->resize(32);
    crypto_kdf_derive_from_key(Out(*key), 32, ++number, "VLS1keys", In(prk));
  }
  return keys;
}

std::uint64_t PadmeBySteps(std::uint64_t length) {
  std::uint64_t exponent = 0;
  while (length >> (exponent + 1) != 0) ++exponent;
  std::uint64_t digits = 0;
  while (exponent >> digits != 0) ++digits;
  const std::uint64_t step = std::uint64_t{1} << (exponent - digits);
  return (length + step - 1) / step * step;
}

std::uint64_t SizeWith(std::uint64_t front, std::uint64_t plain) {
  const std::uint64_t chunks = plain == 0 ? 1 : (plain + 65535) / 65536;
  return front + 24 + plain + 17 * chunks;
}

// The least plaintext that makes the packet at least as long as it has to be.
std::uint64_t PlainBytes(std::uint64_t front, std::uint64_t payload) {
  const std::uint64_t wanted =
      PadmeBySteps(std::max<std::uint64_t>(4096, SizeWith(front, payload)));
  std::uint64_t low = payload;
  std::uint64_t high = payload + wanted;
  while (low < high) {
    const std::uint64_t middle = (low + high) / 2;
    if (SizeWith(front, middle) >= wanted)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

Bytes Stream(const Bytes& plain, const Bytes& key, std::optional<std::uint8_t> first_tag,
             std::optional<std::uint8_t> last_tag) {
  crypto_secretstream_xchacha20poly1305_state state;
  Bytes body(24, '\0');
  crypto_secretstream_xchacha20poly1305_init_push(&state, Out(body), In(key));
  std::size_t offset = 0;
  do {
    const std::size_t chunk = std::min<std::size_t>(65536, plain.size() - offset);
    const bool is_last = offset + chunk == plain.size();
    std::uint8_t tag = is_last ? 3 : 0;
    if (offset == 0) tag = first_tag.value_or(tag);
    if (is_last) tag = last_tag.value_or(tag);
    Bytes sealed(chunk + 17, '\0');
    crypto_secretstream_xchacha20poly1305_push(&state, Out(sealed), nullptr, In(plain) + offset,
                                               chunk, nullptr, 0, tag);
    body += sealed;
    offset += chunk;
  } while (offset < plain.size());
  return body;
}

Bytes Box(const Forgery& forgery, const Bytes& outer, const Bytes& key, std::size_t box_bytes) {
  Bytes plain = LittleEndian(forgery.core.size(), 2) + forgery.core +
                LittleEndian(forgery.control.size(), 2) + forgery.control;
  const Bytes message = "VLS1 packet signature v1" + Blake2b(32, "", outer + plain);
  Bytes signature(64, '\0');
  crypto_sign_detached(Out(signature), nullptr, In(message), message.size(), In(forgery.signing));
  plain += forgery.signature.empty() ? signature : forgery.signature;
  while (plain.size() < box_bytes - 16) plain += forgery.box_padding;
  plain.resize(box_bytes - 16);
  const Bytes nonce(24, '\0');
  Bytes box(box_bytes, '\0');
  crypto_aead_xchacha20poly1305_ietf_encrypt(Out(box), nullptr, In(plain), plain.size(), In(outer),
                                             outer.size(), nullptr, In(nonce), In(key));
  return box;
}

}  // namespace

Bytes Forge(const Forgery& forgery) {
  Bytes ephemeral(32, '\0');
  crypto_scalarmult_base(Out(ephemeral), In(forgery.ephemeral_secret));
  const Bytes receive(View(forgery.receive));
  const DerivedKeys keys =
      Derive(forgery.ephemeral_secret, receive, forgery.pre_shared, ephemeral, receive);
  const std::size_t parts_bytes = forgery.core.size() + forgery.control.size() + 4 + 64;
  const std::size_t box_bytes = (parts_bytes + 255) / 256 * 256 + 16;
  Bytes sealed("\x8aVLS\r\n\x1a\n");
  const std::uint8_t suite = forgery.pre_shared.empty() ? 1 : 2;
  sealed += static_cast<char>(forgery.version);
  sealed += static_cast<char>(forgery.suite == 0 ? suite : forgery.suite);
  sealed += static_cast<char>(forgery.chunk_log2);
  sealed += static_cast<char>(forgery.flags);
  sealed += LittleEndian(box_bytes, 4);
  sealed += Blake2b(32, "", "VLS1 hint" + ephemeral + receive).substr(0, 8);
  sealed += ephemeral + keys.commitment;
  sealed += Box(forgery, sealed, keys.header, box_bytes);
  Bytes plain = forgery.payload;
  plain.resize(PlainBytes(sealed.size(), plain.size()), static_cast<char>(forgery.body_padding));
  return sealed + Stream(plain, keys.body, forgery.first_tag, forgery.last_tag);
}

StolenBox StealBox(std::string_view sealed, const SiteKeys& recipient) {
  const Bytes outer(sealed.substr(0, 88));
  const Bytes ephemeral = outer.substr(24, 32);
  const DerivedKeys keys = Derive(Bytes(recipient.receive.view()), ephemeral, "", ephemeral,
                                  Bytes(View(recipient.card.receive)));
  const std::size_t box_bytes =
      static_cast<std::uint8_t>(outer[12]) + 256U * static_cast<std::uint8_t>(outer[13]);
  const Bytes box(sealed.substr(88, box_bytes));
  const Bytes nonce(24, '\0');
  Bytes plain(box_bytes - 16, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(Out(plain), nullptr, nullptr, In(box), box.size(),
                                                 In(outer), outer.size(), In(nonce),
                                                 In(keys.header)) != 0)
    return {};
  std::size_t offset = 0;
  const auto take_part = [&] {
    const std::size_t bytes = static_cast<std::uint8_t>(plain[offset]) +
                              256U * static_cast<std::uint8_t>(plain[offset + 1]);
    offset += 2 + bytes;
    return plain.substr(offset - bytes, bytes);
  };
  StolenBox stolen;
  stolen.core = take_part();
  stolen.control = take_part();
  stolen.signature = plain.substr(offset, 64);
  stolen.body_key = keys.body;
  return stolen;
}

Bytes WithBody(std::string_view sealed, std::size_t body_offset, std::string_view plain,
               std::string_view body_key) {
  return Bytes(sealed.substr(0, body_offset)) +
         Stream(Bytes(plain), Bytes(body_key), std::nullopt, std::nullopt);
}

}  // namespace valise
