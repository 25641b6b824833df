// Wire forms made by hand, for what our encoders refuse to make: protobuf fields, zstd frames.
#pragma once

#include <string>
#include <string_view>

#include "packet/bytes.h"

namespace valise::wire_form {

inline Bytes Varint(std::uint64_t number) {
  Bytes bytes;
  for (; number >= 0x80; number >>= 7) bytes += static_cast<char>(number | 0x80);
  bytes += static_cast<char>(number);
  return bytes;
}
inline Bytes Number(unsigned field, std::uint64_t number) {
  return Varint(field << 3) + Varint(number);
}
inline Bytes Text(unsigned field, std::string_view bytes) {
  return Varint(field << 3 | 2) + Varint(bytes.size()) + Bytes(bytes);
}
inline Bytes RecordOf(unsigned kind, std::string_view body) {
  return Number(1, kind) + Text(2, body);
}
// As it stands in the decompressed stream.
inline Bytes Delimited(std::string_view record) { return Varint(record.size()) + Bytes(record); }

inline Bytes FrameHeader(std::uint8_t window_descriptor = 0x40) {  // 256 KiB
  return Bytes("\x28\xb5\x2f\xfd\x00", 5) + static_cast<char>(window_descriptor);
}
inline Bytes BlockHeader(bool is_last, unsigned type, std::size_t bytes) {
  const std::uint64_t header = bytes << 3 | type << 1 | (is_last ? 1U : 0U);
  return {static_cast<char>(header & 0xff), static_cast<char>(header >> 8 & 0xff),
          static_cast<char>(header >> 16 & 0xff)};
}
// A zstd frame that holds `bytes` (at most 128 KiB) uncompressed.
inline Bytes StoredFrame(std::string_view bytes) {
  return FrameHeader() + BlockHeader(true, 0, bytes.size()) + Bytes(bytes);
}
// A zstd frame that expands to `blocks` times 128 KiB of zeros, 4 bytes each.
inline Bytes ZerosFrame(std::size_t blocks) {
  Bytes frame = FrameHeader();
  for (std::size_t i = 1; i <= blocks; ++i)
    frame += BlockHeader(i == blocks, 1, 128 << 10) + Bytes(1, '\0');
  return frame;
}

}  // namespace valise::wire_form
