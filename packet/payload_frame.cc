#include "packet/payload_frame.h"

#include <algorithm>

#include "packet/error.h"
#include "packet/limits.h"

namespace valise {
namespace {

constexpr std::uint32_t kFrameMagic = 0xFD2FB528;
constexpr std::uint32_t kSkippableMagic = 0x184D2A50;
constexpr std::size_t kSkippableHeaderBytes = 8;

// Takes little-endian numbers and whole stretches from the front; after the first lack it only
// says so.
class Front {
 public:
  explicit Front(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t Number(std::size_t bytes) {
    std::uint64_t number = 0;
    const std::string_view taken = Take(bytes);
    for (std::size_t i = taken.size(); i > 0; --i)
      number = number << 8 | static_cast<std::uint8_t>(taken[i - 1]);
    return number;
  }
  std::string_view Take(std::uint64_t bytes) {
    if (bytes > rest_.size()) {
      is_short_ = true;
      rest_ = {};
    }
    const std::string_view taken = rest_.substr(0, is_short_ ? 0 : bytes);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  bool is_short() const { return is_short_; }
  bool is_empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool is_short_ = false;
};

std::uint64_t WindowBytes(std::uint64_t descriptor) {
  const std::uint64_t base = std::uint64_t{1} << (10 + (descriptor >> 3));
  return base + base / 8 * (descriptor & 7);
}

// RFC 8878 3.1.1.1. A single-segment frame has no window of its own: its content is the window.
Result<void> CheckFrameHeader(Front& front) {
  if (front.Number(4) != kFrameMagic) return Malformed("payload is not a zstd stream");
  const std::uint64_t descriptor = front.Number(1);
  const bool is_single_segment = (descriptor & 0x20) != 0;
  if ((descriptor & 0x08) != 0) return Malformed("zstd frame uses a reserved bit");
  if ((descriptor & 0x03) != 0) return Malformed("zstd frame wants a dictionary");
  std::uint64_t window = is_single_segment ? 0 : WindowBytes(front.Number(1));
  constexpr std::size_t kSizeBytes[] = {0, 2, 4, 8};
  const std::uint64_t size_code = descriptor >> 6;
  const std::size_t size_bytes = size_code == 0 && is_single_segment ? 1 : kSizeBytes[size_code];
  const std::uint64_t content = front.Number(size_bytes);
  if (is_single_segment) window = content;
  if (window > limits::kWindowBytesMax)
    return OverLimit("zstd frame wants a window of " + std::to_string(window) + " bytes");
  return Ok();
}

// RFC 8878 3.1.1.2: blocks until the one marked last.
Result<void> SkipBlocks(Front& front) {
  constexpr std::uint64_t kRunLengthBlock = 1;
  constexpr std::uint64_t kReservedBlock = 3;
  for (bool is_last = false; !is_last && !front.is_short();) {
    const std::uint64_t header = front.Number(3);
    const std::uint64_t type = header >> 1 & 3;
    if (type == kReservedBlock) return Malformed("zstd block of a reserved type");
    is_last = (header & 1) != 0;
    front.Take(type == kRunLengthBlock ? 1 : header >> 3);
  }
  return Ok();
}

}  // namespace

Result<void> CheckPayloadFrame(std::string_view payload) {
  Front front(payload);
  const bool has_checksum = payload.size() > 4 && (payload[4] & 0x04) != 0;
  TRY(CheckFrameHeader(front));
  TRY(SkipBlocks(front));
  front.Take(has_checksum ? 4 : 0);
  if (!front.is_short() && !front.is_empty()) {
    if (front.Number(4) != kSkippableMagic) return Malformed("bytes after the zstd frame");
    front.Take(front.Number(4));
    if (!front.is_empty()) return Malformed("bytes after the zstd stream");
  }
  if (front.is_short()) return Malformed("zstd stream is cut short");
  return Ok();
}

void WidenPayload(Bytes& payload, std::uint64_t bytes) {
  if (payload.size() >= bytes) return;
  const std::uint64_t lacking = bytes - payload.size();
  const std::uint64_t zeros = lacking > kSkippableHeaderBytes ? lacking - kSkippableHeaderBytes : 0;
  for (unsigned shift = 0; shift < 32; shift += 8)
    payload += static_cast<char>(kSkippableMagic >> shift & 0xff);
  for (unsigned shift = 0; shift < 32; shift += 8)
    payload += static_cast<char>(zeros >> shift & 0xff);
  payload.append(zeros, '\0');
}

}  // namespace valise
