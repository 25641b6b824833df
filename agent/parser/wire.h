// The pipe between the agent and its parser child: jobs out, frames back. It never leaves this
// machine and both ends are the same binary, so it has no version.
//
// A job is one datagram on the control socket with the descriptors the worker gets: one socket for
// its request and its answer, and for a bundle the open file in place of the request. The request
// follows on that socket and ends with its closing; the answer is a row of frames that ends with
// kDone or kError. When the worker has ended, its wait status comes back on the control socket.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "packet/bytes.h"
#include "packet/result.h"

namespace valise {

enum class Operation : std::uint8_t {
  kHeader = 1,   // request: core, control
  kPayload = 2,  // request: payload
  kBundle = 3,   // request: none, the bundle's file is descriptor 0
  kMail = 4,     // request: the mail
  kToml = 5,     // request: the text
  kTest = 255    // only in the test program
};

struct JobMessage {
  Operation operation = Operation::kHeader;
  std::uint32_t cpu_seconds = 0;
  std::uint64_t request_bytes = 0;
  std::uint64_t argument = 0;  // kHeader: length of the core; kPayload: records_bytes
};

enum class FrameKind : std::uint8_t {
  kHeader = 1,   // FlatHeader
  kRecord = 2,   // FlatRecord
  kPacket = 3,   // sealed bytes
  kDone = 4,     // nothing; for a bundle FlatSummary, for a mail FlatMail
  kError = 5,    // FlatError
  kDocument = 6  // FlatToml
};

// The largest body of a frame of that kind; 0 if there is no such kind. A record of 1 MiB of
// protobuf grows in the flat form, but to less than 4 MiB; 1 MiB of TOML within
// limits::kTomlNodesMax to less than 5 MiB.
std::uint64_t FrameBytesMax(std::uint8_t kind);

struct Frame {
  FrameKind kind = FrameKind::kDone;
  Bytes body;
};
using TakeFrame = std::function<Result<void>(Frame)>;

Bytes FrameHead(FrameKind kind, std::size_t body_bytes);  // kind, 32-bit length: 5 octets

// Cuts what comes into frames, handing over each as soon as it is whole. Memory: one frame.
// Errors: kRejectPacket "VAL-PARSER-ANSWER", or those of `take`.
class FrameCutter {
 public:
  Result<void> Add(std::string_view bytes, const TakeFrame& take);
  bool is_between_frames() const { return pending_.empty(); }

 private:
  Bytes pending_;  // head and what there is of the body
};

}  // namespace valise
