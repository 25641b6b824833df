// Values <-> bytes. Core and control are protobuf messages whose exact bytes are kept and signed,
// never re-serialised. A payload is a zstd stream (through libarchive) of length-delimited records.
// Everything here that decodes reads bytes from outside the site: the agent calls it in the
// sandboxed child (agent/parser), the simulation in process.
#pragma once

#include <span>
#include <vector>

#include "packet/packet.h"
#include "packet/result.h"

namespace valise {

// Both CHECK what packet/validate.h asks. EncodeControl leaves out the last (oldest) received
// ranges and needs beyond limits::kRangesMax and limits::kControlBytesMax.
Bytes EncodeCore(const Core& core);
Bytes EncodeControl(const Control& control);
// Errors: kRejectPacket, "VAL-PACKET-MALFORMED" or "VAL-PACKET-LIMIT".
Result<Core> DecodeCore(std::string_view bytes);
Result<Control> DecodeControl(std::string_view bytes);

struct Payload {
  Bytes bytes;                      // compressed
  std::uint64_t records_bytes = 0;  // before compression
};
// Bytes one record takes in the uncompressed stream, length prefix included.
std::uint64_t EncodedBytes(const Record& record);
// CHECKs that each record is valid (ValidateRecord), at most limits::kRecordBytesMax long, and that
// they are at most limits::kRecordsMax and limits::kRecordsBytesMax together: the packer splits.
// No records give an empty payload.
Payload EncodePayload(std::span<const Record> records);
// Decompresses under `records_bytes` (signed) and the limits of limits.h, then decodes records one
// by one. Never allocates by an unchecked length. Errors: kRejectPacket, "VAL-PACKET-MALFORMED" or
// "VAL-PACKET-LIMIT".
Result<std::vector<Record>> DecodePayload(std::string_view payload, std::uint64_t records_bytes);

Digest PacketId(std::string_view core_bytes);  // BLAKE2b-256("VLS1 packet id" || core)
Digest PayloadHash(std::string_view payload);

// One change alone, for rows of the store (not for the wire).
Bytes EncodeRecord(const Record& record);
Result<Record> DecodeRecord(std::string_view bytes);

}  // namespace valise
