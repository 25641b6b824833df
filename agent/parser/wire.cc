#include "agent/parser/wire.h"

#include <algorithm>

#include "packet/limits.h"

namespace valise {
namespace {

constexpr std::size_t kHeadBytes = 5;

Error BadFrame(const std::string& what) {
  return {Recovery::kRejectPacket, "VAL-PARSER-ANSWER",
          "the parser child gave a malformed answer: " + what};
}

std::uint64_t ReadNumber(std::string_view octets) {
  std::uint64_t number = 0;
  for (std::size_t i = octets.size(); i > 0; --i) {
    number = number << 8 | static_cast<std::uint8_t>(octets[i - 1]);
  }
  return number;
}

}  // namespace

std::uint64_t FrameBytesMax(std::uint8_t kind) {
  switch (static_cast<FrameKind>(kind)) {
    case FrameKind::kHeader:
      return 1U << 20;
    case FrameKind::kRecord:
      return 4U << 20;
    case FrameKind::kPacket:
      return limits::kSealedBytesMax;
    case FrameKind::kDone:
      return 64U << 10;
    case FrameKind::kError:
      return 8U << 10;
    case FrameKind::kDocument:
      return 5U << 20;
  }
  return 0;
}

Bytes FrameHead(FrameKind kind, std::size_t body_bytes) {
  CHECK(body_bytes <= FrameBytesMax(static_cast<std::uint8_t>(kind)));
  Bytes head(1, static_cast<char>(kind));
  for (unsigned shift = 0; shift < 32; shift += 8) {
    head += static_cast<char>(body_bytes >> shift & 0xff);
  }
  return head;
}

Result<void> FrameCutter::Add(std::string_view bytes, const TakeFrame& take) {
  while (!bytes.empty()) {
    const std::size_t head_lack = kHeadBytes - std::min(pending_.size(), kHeadBytes);
    pending_ += bytes.substr(0, head_lack);
    bytes.remove_prefix(std::min(head_lack, bytes.size()));
    if (pending_.size() < kHeadBytes) return Ok();
    const auto kind = static_cast<std::uint8_t>(pending_[0]);
    const std::uint64_t body_bytes = ReadNumber(std::string_view(pending_).substr(1, 4));
    const std::uint64_t body_bytes_max = FrameBytesMax(kind);
    if (body_bytes_max == 0) return BadFrame("kind " + std::to_string(kind));
    if (body_bytes > body_bytes_max) return BadFrame(std::to_string(body_bytes) + " bytes");
    pending_.reserve(kHeadBytes + static_cast<std::size_t>(body_bytes));
    const std::size_t lack = kHeadBytes + static_cast<std::size_t>(body_bytes) - pending_.size();
    pending_ += bytes.substr(0, lack);
    if (bytes.size() < lack) return Ok();
    bytes.remove_prefix(lack);
    Frame frame{static_cast<FrameKind>(kind), std::move(pending_)};
    frame.body.erase(0, kHeadBytes);  // in place: a packet is not held twice
    pending_.clear();
    TRY(take(std::move(frame)));
  }
  return Ok();
}

}  // namespace valise
