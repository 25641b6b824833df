// What the sandboxed child answers, which may have been taken over by what it parses: frames and
// the flat values in them. What is read is written again to what reads alike, and is in its limits.
#include "agent/parser/flat.h"
#include "agent/parser/wire.h"
#include "packet/codec.h"
#include "packet/describe.h"
#include "tests/fuzz/fuzz.h"
#include "tests/parser/values.h"

namespace valise {
namespace {

bool IsPrintable(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  }
  return true;
}

void TryHeader(std::string_view bytes) {
  const auto read = ReadFlatHeader(bytes);
  if (!read.ok()) {
    CHECK(read.error().recovery == Recovery::kRejectPacket);
    return;
  }
  const auto& [core, control] = read.value();
  CHECK(FlatHeader(core, control) == bytes);
  CHECK(DecodeCore(EncodeCore(core)).value() == core);  // what the child says could have come
  CHECK(DecodeControl(EncodeControl(control)).value() == control);
}

void TryRecord(std::string_view bytes) {
  const auto read = ReadFlatRecord(bytes);
  if (!read.ok()) {
    CHECK(read.error().recovery == Recovery::kRejectPacket);
    return;
  }
  CHECK(FlatRecord(read.value()) == bytes);
  CHECK(DecodeRecord(EncodeRecord(read.value())).value() == read.value());
  CHECK(!Describe(read.value()).empty());
}

void TrySummary(std::string_view bytes) {
  const auto read = ReadFlatSummary(bytes);
  if (!read.ok()) {
    CHECK(read.error().recovery == Recovery::kRejectPacket);
    return;
  }
  CHECK(read.value().foreign.size() <= 100);
  CHECK(ReadFlatSummary(FlatSummary(read.value())).value() == read.value());
}

void TryToml(std::string_view bytes) {
  const auto read = ReadFlatToml(bytes);
  if (!read.ok()) {
    CHECK(read.error().recovery == Recovery::kRejectPacket);
    return;
  }
  CHECK(ReadFlatToml(FlatToml(read.value())).ok());
  if (read.value().fault) CHECK(IsPrintable(read.value().fault->message));
  if (!read.value().fault) CHECK(FlatToml(read.value()) == bytes);
}

void TryError(std::string_view bytes) {
  const Error error = ReadFlatError(bytes, Recovery::kRetryLater);
  CHECK(error.recovery == Recovery::kRetryLater || error.code == "VAL-PARSER-ANSWER");
  CHECK(error.code.starts_with("VAL-"));
  CHECK(!error.message.empty() && error.message.size() <= 1000);
  CHECK(IsPrintable(error.code) && IsPrintable(error.message));
}

struct Cut {
  Bytes bodies;
  bool ok = true;
  bool is_between = true;
};

Cut CutInto(std::string_view bytes, std::size_t piece) {
  FrameCutter cutter;
  Cut cut;
  const TakeFrame take = [&](Frame frame) -> Result<void> {
    CHECK(frame.body.size() <= FrameBytesMax(static_cast<std::uint8_t>(frame.kind)));
    cut.bodies += FrameHead(frame.kind, frame.body.size()) + frame.body;
    return Ok();
  };
  while (cut.ok && !bytes.empty()) {
    cut.ok = cutter.Add(bytes.substr(0, piece), take).ok();
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  cut.is_between = cutter.is_between_frames();
  return cut;
}

// In whatever pieces the pipe gives them.
void TryFrames(std::string_view bytes) {
  const Cut whole = CutInto(bytes, bytes.size() + 1);
  CHECK(bytes.starts_with(whole.bodies));
  if (whole.ok && whole.is_between) CHECK(bytes == whole.bodies);
  const Cut small = CutInto(bytes, bytes.size() % 7 + 1);
  CHECK(small.ok == whole.ok && small.bodies == whole.bodies);
}

}  // namespace

std::vector<Bytes> fuzz::Samples() {
  std::vector<Bytes> samples;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    ValueMaker make(seed);
    const Bytes record = FlatRecord(make.MakeRecord());
    const Bytes header = FlatHeader(make.MakeCore(), make.MakeControl());
    samples.push_back(For(0, header));
    samples.push_back(For(1, record));
    samples.push_back(For(4, FrameHead(FrameKind::kHeader, header.size()) + header +
                                 FrameHead(FrameKind::kRecord, record.size()) + record +
                                 FrameHead(FrameKind::kDone, 0)));
  }
  BundleSummary summary;
  summary.packets = summary.promised = 3;
  summary.short_digest = "90709 57379 86017 14817";
  summary.foreign = {"x.txt: not named like a packet (*.valise)"};
  samples.push_back(For(2, FlatSummary(summary)));
  samples.push_back(For(3, FlatError({Recovery::kRejectPacket, "VAL-PACKET-CUT", "cut short"})));
  samples.push_back(For(5, FlatToml(ParseToml("a = [1, 'x', true]\n[b.c]\nd = {e = 0.5}\n"))));
  samples.push_back(For(5, FlatToml(ParseToml("a = "))));
  return samples;
}

std::vector<Bytes> fuzz::Words() {
  return {Bytes(4, '\xff'),         Bytes(8, '\xff'),       Bytes(8, '\0'),
          Bytes("\xff\xff\0\0", 4), Bytes("\0\0\0\x80", 4), "VAL-"};
}

void Try(unsigned reader, std::string_view bytes) {
  constexpr void (*kReaders[])(std::string_view) = {TryHeader, TryRecord, TrySummary,
                                                    TryError,  TryFrames, TryToml};
  kReaders[reader % 6](bytes);
}

}  // namespace valise

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0) valise::Try(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
