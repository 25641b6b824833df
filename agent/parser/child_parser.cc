#include "agent/parser/child_parser.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <optional>

#include "agent/parser/flat.h"
#include "packet/limits.h"

namespace valise {
namespace {

constexpr std::uint32_t kPacketCpuSeconds = 10;

Error Unexpected() {
  return {Recovery::kRejectPacket, "VAL-PARSER-ANSWER", "the parser child answered out of turn"};
}

// Collects records under bounds of the parent's own: the signed records_bytes, of which the flat
// form is a small multiple, and the limit on their number.
class RecordTaker {
 public:
  explicit RecordTaker(std::uint64_t records_bytes) : bytes_left_((1U << 20) + 8 * records_bytes) {}

  Result<void> Take(const Frame& frame) {
    if (frame.kind == FrameKind::kDone) return Ok();
    if (frame.kind == FrameKind::kError) return ReadFlatError(frame.body, Recovery::kRejectPacket);
    const bool is_too_much =
        frame.body.size() > bytes_left_ || records_.size() >= limits::kRecordsMax;
    if (frame.kind != FrameKind::kRecord || is_too_much) return Unexpected();
    bytes_left_ -= frame.body.size();
    records_.push_back(TRY(ReadFlatRecord(frame.body)));
    return Ok();
  }
  std::vector<Record> Done() { return std::move(records_); }

 private:
  std::uint64_t bytes_left_;
  std::vector<Record> records_;
};

class BundleTaker {
 public:
  explicit BundleTaker(const TakePacket& take) : take_(take) {}

  Result<void> Take(Frame frame) {
    switch (frame.kind) {
      case FrameKind::kPacket:
        return take_(std::move(frame.body));
      case FrameKind::kDone:
        summary_ = TRY(ReadFlatSummary(frame.body));
        return Ok();
      case FrameKind::kError:
        return ReadFlatError(frame.body, Recovery::kAskOperator);
      case FrameKind::kHeader:
      case FrameKind::kRecord:
      case FrameKind::kDocument:
        break;
    }
    return Unexpected();
  }
  std::optional<BundleSummary> summary() { return summary_; }

 private:
  const TakePacket& take_;
  std::optional<BundleSummary> summary_;
};

// Packets under bounds of the parent's own: each stood in the mail, so all of them are no longer.
class MailTaker {
 public:
  explicit MailTaker(std::size_t mail_bytes) : bytes_left_(mail_bytes) {}

  Result<void> Take(Frame frame) {
    if (frame.kind == FrameKind::kError) return ReadFlatError(frame.body, Recovery::kRejectPacket);
    if (frame.kind == FrameKind::kPacket) return TakePacket(std::move(frame.body));
    if (frame.kind != FrameKind::kDone) return Unexpected();
    mail_ = TRY(ReadFlatMail(frame.body));
    if ((mail_->kind == MailKind::kPacket) == packets_.empty()) return Unexpected();
    mail_->packets = std::move(packets_);
    return Ok();
  }
  std::optional<ReceivedMail> Done() { return std::move(mail_); }

 private:
  Result<void> TakePacket(Bytes sealed) {
    const bool is_too_much =
        sealed.size() > bytes_left_ || packets_.size() >= limits::kMailPacketsMax;
    if (is_too_much || !HasPacketMagic(sealed)) return Unexpected();
    bytes_left_ -= sealed.size();
    packets_.push_back(std::move(sealed));
    return Ok();
  }

  std::size_t bytes_left_;
  std::vector<Bytes> packets_;
  std::optional<ReceivedMail> mail_;
};

// 16 MiB of bundle in a second is slow even for old machines.
std::uint32_t BundleCpuSeconds(std::uint64_t bytes) {
  return kPacketCpuSeconds + static_cast<std::uint32_t>(bytes >> 24);
}

// There is no packet to reject: whoever ran the command decides.
Error ForBundle(Error error) {
  const bool is_ours = error.code.starts_with("VAL-PARSER-");
  if (is_ours && error.recovery == Recovery::kRejectPacket) error.recovery = Recovery::kAskOperator;
  return error;
}

Error NoFile(const std::string& file) {
  return {Recovery::kAskOperator, "VAL-BUNDLE-FORMAT", file + " is no regular file"};
}

}  // namespace

Result<std::pair<Core, Control>> ChildParser::ParseHeader(std::string_view core_bytes,
                                                          std::string_view control_bytes) {
  std::optional<std::pair<Core, Control>> header;
  const Bytes request = Bytes(core_bytes) + Bytes(control_bytes);
  const auto take = [&](const Frame& frame) -> Result<void> {
    if (frame.kind == FrameKind::kDone) return Ok();
    if (frame.kind == FrameKind::kError) return ReadFlatError(frame.body, Recovery::kRejectPacket);
    if (frame.kind != FrameKind::kHeader || header) return Unexpected();
    header = TRY(ReadFlatHeader(frame.body));
    return Ok();
  };
  const JobMessage job{Operation::kHeader, kPacketCpuSeconds, 0, core_bytes.size()};
  TRY(child_.Run(job, request, -1, take));
  if (!header) return Unexpected();
  return std::move(*header);
}

Result<std::vector<Record>> ChildParser::ParsePayload(std::string_view payload,
                                                      std::uint64_t records_bytes) {
  if (records_bytes > limits::kRecordsBytesMax || payload.size() > limits::kSealedBytesMax) {
    return Error{Recovery::kRejectPacket, "VAL-PACKET-LIMIT", "the payload is too long"};
  }
  RecordTaker taker(records_bytes);
  const JobMessage job{Operation::kPayload, kPacketCpuSeconds, 0, records_bytes};
  TRY(child_.Run(job, payload, -1, [&](const Frame& frame) { return taker.Take(frame); }));
  return taker.Done();
}

Result<BundleSummary> ChildParser::ReadBundle(const std::string& file, const TakePacket& take) {
  const Descriptor opened(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  struct stat status {};
  if (!opened.is_open() || fstat(opened.get(), &status) != 0) {
    return FileError("BUNDLE", "cannot open " + file, errno);
  }
  if (!S_ISREG(status.st_mode)) return NoFile(file);
  BundleTaker taker(take);
  const JobMessage job{Operation::kBundle,
                       BundleCpuSeconds(static_cast<std::uint64_t>(status.st_size)), 0, 0};
  auto read =
      child_.Run(job, "", opened.get(), [&](Frame frame) { return taker.Take(std::move(frame)); });
  if (!read.ok()) return ForBundle(std::move(read).error());
  const auto summary = taker.summary();
  if (!summary) return Unexpected();
  return *summary;
}

Result<TomlDocument> ChildParser::ParseToml(const std::string& text) {
  if (text.size() > limits::kConfigBytesMax) return valise::ParseToml(text);  // says so at once
  std::optional<TomlDocument> document;
  const auto take = [&](const Frame& frame) -> Result<void> {
    if (frame.kind == FrameKind::kDone) return Ok();
    if (frame.kind == FrameKind::kError) return ReadFlatError(frame.body, Recovery::kRejectPacket);
    if (frame.kind != FrameKind::kDocument || document) return Unexpected();
    document = TRY(ReadFlatToml(frame.body));
    return Ok();
  };
  TRY(child_.Run({Operation::kToml, kPacketCpuSeconds, 0, 0}, text, -1, take));
  if (!document) return Unexpected();
  return std::move(*document);
}

Result<ReceivedMail> ChildParser::Read(std::string_view raw) {
  if (raw.size() > limits::kMailBytesMax) return ReadMail(raw);  // says so at once
  MailTaker taker(raw.size());
  const JobMessage job{Operation::kMail, kPacketCpuSeconds, 0, 0};
  TRY(child_.Run(job, raw, -1, [&](Frame frame) { return taker.Take(std::move(frame)); }));
  auto mail = taker.Done();
  if (!mail) return Unexpected();
  return std::move(*mail);
}

}  // namespace valise
