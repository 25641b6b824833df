#include "transport/manifest.h"

#include <charconv>

#include "packet/limits.h"

namespace valise {
namespace {

constexpr std::string_view kFirstWord = "valise-bundle ";

// The next line without its end; `text` moves on. A last line may lack its end.
std::string_view TakeLine(std::string_view* text) {
  const std::size_t end = text->find('\n');
  const std::string_view line = text->substr(0, end);
  text->remove_prefix(end == std::string_view::npos ? text->size() : end + 1);
  return line;
}

std::string_view TakeWord(std::string_view* line) {
  const std::size_t end = line->find(' ');
  const std::string_view word = line->substr(0, end);
  line->remove_prefix(end == std::string_view::npos ? line->size() : end + 1);
  return word;
}

bool ReadNumber(std::string_view word, std::uint64_t* number) {
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), *number);
  return problem == std::errc{} && end == word.data() + word.size() && !word.empty();
}

Error Malformed(const std::string& what) {
  return {Recovery::kAskOperator, "VAL-BUNDLE-MANIFEST",
          "the bundle's manifest is damaged (" + what + "); ask for a new copy"};
}

// "<key> <number>"
bool ReadNumberLine(std::string_view line, std::string_view key, std::uint64_t* number) {
  return TakeWord(&line) == key && ReadNumber(line, number);
}

bool ReadPacketLine(std::string_view line, ManifestLine* packet) {
  if (TakeWord(&line) != "packet") return false;
  packet->name = TakeWord(&line);
  if (packet->name.empty() || packet->name.size() > limits::kNameBytesMax) return false;
  if (!ReadNumber(TakeWord(&line), &packet->bytes)) return false;
  const auto bytes = FromHex(line);
  const auto digest = bytes ? DigestFromBytes(*bytes) : std::nullopt;
  if (!digest) return false;
  packet->digest = *digest;
  return true;
}

Result<void> CheckVersion(std::string_view line) {
  std::uint64_t version = 0;
  if (!line.starts_with(kFirstWord) || !ReadNumber(line.substr(kFirstWord.size()), &version)) {
    return Malformed("first line");
  }
  if (version > kBundleVersion) {
    return Error{Recovery::kAskOperator, "VAL-BUNDLE-VERSION",
                 "the bundle has version " + std::to_string(version) + ", this valise reads " +
                     std::to_string(kBundleVersion) + "; update valise here"};
  }
  return Ok();
}

}  // namespace

Digest BundleDigest(std::string_view sealed) { return Hash("VLS1 bundle packet", sealed); }

std::string ShortDigest(const std::set<Digest>& digests) {
  Bytes all;
  all.reserve(digests.size() * 32);
  for (const Digest& digest : digests) all += View(digest);
  const Digest whole = Hash("VLS1 bundle", all);
  std::string text;
  for (std::size_t group = 0; group < 4; ++group) {
    std::uint64_t number = 0;  // 40 bits modulo 100,000: the bias is below 1 in 10 million
    for (std::size_t i = 0; i < 5; ++i) number = number << 8 | whole.bytes[group * 5 + i];
    const std::string digits = std::to_string(number % 100000);
    if (group > 0) text += ' ';
    text.append(5 - digits.size(), '0');
    text += digits;
  }
  return text;
}

std::string EncodeManifest(const Manifest& manifest) {
  std::string text = std::string(kFirstWord) + std::to_string(kBundleVersion) + "\n";
  text += "packets " + std::to_string(manifest.packets.size()) + "\n";
  text += "bytes " + std::to_string(manifest.bytes) + "\n";
  text += "digest " + manifest.short_digest + "\n";
  for (const ManifestLine& packet : manifest.packets) {
    text += "packet " + packet.name + " " + std::to_string(packet.bytes) + " " +
            Hex(View(packet.digest)) + "\n";
  }
  return text;
}

Result<Manifest> DecodeManifest(std::string_view text) {
  TRY(CheckVersion(TakeLine(&text)));
  Manifest manifest;
  std::uint64_t count = 0;
  if (!ReadNumberLine(TakeLine(&text), "packets", &count)) return Malformed("packets");
  if (!ReadNumberLine(TakeLine(&text), "bytes", &manifest.bytes)) return Malformed("bytes");
  std::string_view digest_line = TakeLine(&text);
  if (TakeWord(&digest_line) != "digest" || digest_line.size() != 23) return Malformed("digest");
  manifest.short_digest = digest_line;
  while (!text.empty()) {
    ManifestLine packet;
    if (!ReadPacketLine(TakeLine(&text), &packet)) return Malformed("packet line");
    if (manifest.packets.size() >= limits::kBundleEntriesMax) return Malformed("too many packets");
    manifest.packets.push_back(std::move(packet));
  }
  if (manifest.packets.size() != count) return Malformed("count");
  return manifest;
}

}  // namespace valise
