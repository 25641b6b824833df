// Base64 and quoted-printable: what is read has the text that was read, up to line breaks.
#include <algorithm>

#include "packet/base64.h"
#include "tests/fuzz/fuzz.h"
#include "transport/mail/decode.h"

namespace valise {
namespace {

Bytes WithoutBlanks(std::string_view text) {
  Bytes dense(text);
  std::erase_if(dense, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  return dense;
}

void TryStrict(std::string_view text) {
  const auto bytes = FromBase64(text);
  const auto lines = FromBase64Lines(text);
  if (bytes) CHECK(Base64(*bytes) == text && lines == bytes);
  if (lines) CHECK(Base64(*lines) == WithoutBlanks(text));
  CHECK(lines == FromBase64(WithoutBlanks(text)));
}

void TryRoundTrip(std::string_view bytes) {
  const std::string text = Base64(bytes);
  CHECK(text.size() == (bytes.size() + 2) / 3 * 4);
  CHECK(FromBase64(text) == bytes && FromBase64Lines(text) == bytes);
}

void TryQuoted(std::string_view text) {
  const auto bytes = FromQuotedPrintable(text);
  if (bytes) CHECK(bytes->size() <= 2 * text.size());
}

void TryArmor(std::string_view text) {
  for (const FoundPacket& packet : FindArmoredPackets(text)) {
    CHECK(packet.is_damaged == packet.sealed.empty());
    CHECK(packet.sealed.size() < text.size());
  }
}

void Try(unsigned reader, std::string_view bytes) {
  constexpr void (*kReaders[])(std::string_view) = {TryStrict, TryRoundTrip, TryQuoted, TryArmor};
  kReaders[reader % 4](bytes);
}

}  // namespace

std::vector<Bytes> fuzz::Samples() {
  std::vector<Bytes> samples;
  for (std::size_t size = 0; size < 40; ++size) {
    Bytes bytes;
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(i * 37 + size);
    const std::string text = Base64(bytes);
    samples.push_back(For(0, text));
    samples.push_back(For(0, text.substr(0, size / 2) + "\r\n" + text.substr(size / 2)));
    samples.push_back(For(1, bytes));
    samples.push_back(For(3, "-----BEGIN DATA-----\r\n" + Base64("\x8aVLS\r\n\x1a\n" + bytes) +
                                 "\r\n-----END DATA-----\r\n"));
  }
  samples.push_back(For(2, "a=3D=20b=\r\nc \t\r\n=00=ff"));
  return samples;
}

std::vector<Bytes> fuzz::Words() {
  return {"=",
          "==",
          "\r\n",
          "\n",
          " ",
          "|",
          "-",
          "_",
          "AA",
          "AAAA",
          ">",
          "=\r\n",
          "=3D",
          "=0D=0A",
          "ilZMUw0KGgo=",
          "-----BEGIN DATA-----",
          "-----END DATA-----",
          Bytes(1, '\0'),
          "\xff"};
}

}  // namespace valise

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0) valise::Try(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
