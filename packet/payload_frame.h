// The outer shape of a zstd stream (RFC 8878), read without decompressing, so that a payload cannot
// make the decoder ask for more memory than allowed or hide a second stream behind the first.
#pragma once

#include <string_view>

#include "packet/bytes.h"
#include "packet/result.h"

namespace valise {

// Demands one zstd frame with a window of at most limits::kWindowBytesMax, then at most one
// skippable frame (WidenPayload), then the end. Errors: VAL-PACKET-MALFORMED, VAL-PACKET-LIMIT.
Result<void> CheckPayloadFrame(std::string_view payload);

// Appends a skippable frame of zeros so that `payload` has `bytes` or more. The limit on expansion
// would otherwise refuse honest payloads that compress too well (a file of zeros).
void WidenPayload(Bytes& payload, std::uint64_t bytes);

}  // namespace valise
