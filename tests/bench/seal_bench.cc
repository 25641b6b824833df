// What sealing costs beyond the cryptography in it. "bare" runs libsodium's functions on the same
// bytes in the same order (hash, X25519, signature, header box, secretstream) into a buffer that is
// there already; ours builds and returns packets. Runs alternate, so that a busy machine spoils
// both.
#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "packet/seal.h"
#include "tests/bench/bench.h"

namespace {

using namespace valise;

constexpr std::size_t kChunkBytes = 65536;
constexpr std::size_t kRuns = 7;

double SecondsOf(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

const std::uint8_t* In(const Bytes& bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}
std::uint8_t* Out(Bytes& bytes) { return reinterpret_cast<std::uint8_t*>(bytes.data()); }

// The sites, and libsodium's buffers for one payload.
struct Setting {
  explicit Setting(std::size_t payload_bytes)
      : entropy(1),
        own(GenerateKeys("hq", entropy)),
        peer(GenerateKeys("field", entropy)),
        payload(payload_bytes, '\0'),
        opened(payload_bytes, '\0') {
    entropy.Fill(payload.data(), payload.size());
    core.sender = SiteId(own.card);
    core.recipient = SiteId(peer.card);
    core.channel = entropy.RandomId();
    core.sequence = 1;
    core.payload_bytes = payload.size();
    sealed = SealOurs();
    body_offset = 88 + ReadOuterHeader(sealed).value().header_box_bytes;
    bare.resize(sealed.size());
  }

  Bytes SealOurs() {
    core.payload_hash = PayloadHash(payload);
    return Seal(EncodeCore(core), EncodeControl({}), payload, {own, peer.card}, system);
  }
  void OpenOurs() {
    InProcessHeaderParser parser;
    const OpenAs as{peer, own.card, core.channel, nullptr, {}};
    const Result<OpenedHeader> header = OpenHeader(sealed, as, parser);
    CHECK(header.ok());
    CHECK(OpenBody(sealed, header.value()).ok());
  }
  void SealBare();
  void OpenBare();
  std::size_t PlainBytes() const {
    const std::size_t chunked = sealed.size() - body_offset - 24;
    return chunked - (chunked + kChunkBytes + 16) / (kChunkBytes + 17) * 17;
  }

  SeededEntropy entropy;
  SystemEntropy system;
  SiteKeys own;
  SiteKeys peer;
  Core core;
  Bytes payload;
  Bytes opened;
  Bytes sealed;
  Bytes bare;
  std::size_t body_offset = 0;
  std::uint8_t ephemeral[32], ephemeral_secret[32], shared[32], key[64], hash[32], signature[64];
  std::uint8_t nonce[24] = {};
};

void Setting::SealBare() {
  crypto_generichash(hash, 32, In(payload), payload.size(), nullptr, 0);
  crypto_box_keypair(ephemeral, ephemeral_secret);
  CHECK(crypto_scalarmult(shared, ephemeral_secret, peer.card.receive.bytes.data()) == 0);
  crypto_generichash(key, 64, shared, 32, nullptr, 0);
  crypto_generichash(hash, 32, In(bare), body_offset, nullptr, 0);
  crypto_sign_detached(signature, nullptr, hash, 32, own.signing.data());
  crypto_aead_xchacha20poly1305_ietf_encrypt(Out(bare) + 88, nullptr, In(bare) + 88,
                                             body_offset - 88 - 16, In(bare), 88, nullptr, nonce,
                                             key);
  crypto_secretstream_xchacha20poly1305_state state;
  std::uint8_t* out = Out(bare) + body_offset;
  crypto_secretstream_xchacha20poly1305_init_push(&state, out, key);
  out += 24;
  const std::size_t plain_bytes = PlainBytes();
  for (std::size_t offset = 0; offset < plain_bytes; offset += kChunkBytes) {
    const std::size_t chunk = std::min(kChunkBytes, plain_bytes - offset);
    // Where the padding begins, any bytes of that number serve.
    const std::uint8_t* source =
        offset + chunk <= payload.size() ? In(payload) + offset : In(sealed);
    crypto_secretstream_xchacha20poly1305_push(&state, out, nullptr, source, chunk, nullptr, 0,
                                               offset + chunk == plain_bytes ? 3 : 0);
    out += chunk + 17;
  }
}

void Setting::OpenBare() {
  CHECK(crypto_scalarmult(shared, peer.receive.data(), ephemeral) == 0);
  crypto_generichash(key, 64, shared, 32, nullptr, 0);
  CHECK(crypto_aead_xchacha20poly1305_ietf_decrypt(Out(bare) + 88, nullptr, nullptr, In(bare) + 88,
                                                   body_offset - 88, In(bare), 88, nonce,
                                                   key) == 0);
  crypto_generichash(hash, 32, In(bare), body_offset, nullptr, 0);
  // Verifying costs the same whether or not the signature holds.
  (void)!crypto_sign_verify_detached(signature, hash, 32, own.card.signing.bytes.data());
  crypto_secretstream_xchacha20poly1305_state state;
  const std::uint8_t* in = In(bare) + body_offset;
  CHECK(crypto_secretstream_xchacha20poly1305_init_pull(&state, in, key) == 0);
  in += 24;
  std::uint8_t tag = 0;
  const std::size_t plain_bytes = PlainBytes();
  std::uint8_t padding[kChunkBytes];
  for (std::size_t offset = 0; offset < plain_bytes; offset += kChunkBytes) {
    const std::size_t chunk = std::min(kChunkBytes, plain_bytes - offset);
    std::uint8_t* out = offset + chunk <= opened.size() ? Out(opened) + offset : padding;
    CHECK(crypto_secretstream_xchacha20poly1305_pull(&state, out, nullptr, &tag, in, chunk + 17,
                                                     nullptr, 0) == 0);
    in += chunk + 17;
  }
  crypto_generichash(hash, 32, In(opened), opened.size(), nullptr, 0);
}

// Medians of the four, each run `times` times in a row, kRuns rounds, turn about.
void Compare(const char* what, Setting& setting, std::size_t times, double per_run,
             const char* unit) {
  const auto repeat = [&](const std::function<void()>& work) {
    return SecondsOf([&] {
      for (std::size_t i = 0; i < times; ++i) work();
    });
  };
  std::vector<double> ours[2];
  std::vector<double> bare[2];
  for (std::size_t run = 0; run < kRuns; ++run) {
    ours[0].push_back(repeat([&] { (void)setting.SealOurs(); }));
    bare[0].push_back(repeat([&] { setting.SealBare(); }));
    ours[1].push_back(repeat([&] { setting.OpenOurs(); }));
    // Decrypting the box in place leaves it open: seal it again, outside the measured time.
    std::vector<double> each;
    double total = 0;
    for (std::size_t i = 0; i < times; ++i) {
      if (i > 0) setting.SealBare();
      total += SecondsOf([&] { setting.OpenBare(); });
    }
    bare[1].push_back(total);
  }
  const char* const names[] = {"seal", "open"};
  for (int i = 0; i < 2; ++i) {
    const double our_rate = per_run * static_cast<double>(times) / Median(ours[i]);
    const double bare_rate = per_run * static_cast<double>(times) / Median(bare[i]);
    std::printf("%s %-10s valise %9.0f %s   libsodium %9.0f %s   time ratio %.2f\n", names[i], what,
                our_rate, unit, bare_rate, unit, bare_rate / our_rate);
  }
}

}  // namespace

void BenchSeal() {
  constexpr std::size_t kLargeMiB = 63;  // with its padding just the largest sealed packet
  Setting large(kLargeMiB << 20);
  Compare("63 MiB", large, 1, kLargeMiB, "MiB/s");
  Setting small(2048);
  Compare("2 KiB", small, 1000, 1, "packets/s");
}
