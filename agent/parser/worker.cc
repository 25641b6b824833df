#include "agent/parser/worker.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <new>

#include "agent/config/toml_tree.h"
#include "agent/parser/flat.h"
#include "packet/codec.h"
#include "packet/limits.h"
#include "transport/bundle.h"
#include "transport/file.h"
#include "transport/mail/mime.h"

namespace valise {
namespace {

constexpr int kRequest = 0;
constexpr int kAnswer = 1;
constexpr std::uint64_t kRequestBytesMax = limits::kSealedBytesMax;

Error Broken(const std::string& what) {
  return {Recovery::kRejectPacket, "VAL-PARSER-REQUEST", what};
}

Result<void> Put(FrameKind kind, std::string_view body) {
  if (WriteAll(kAnswer, FrameHead(kind, body.size())) == 0 && WriteAll(kAnswer, body) == 0) {
    return Ok();
  }
  return Broken("the answer cannot be written");
}

Result<std::size_t> ReadSome(char* buffer, std::size_t size) {
  while (true) {
    const ssize_t got = read(kRequest, buffer, size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) {
      return Error{Recovery::kAskOperator, "VAL-BUNDLE-IO", "the file cannot be read"};
    }
  }
}

Result<Bytes> ReadRequest(const JobMessage& job) {
  if (job.request_bytes > kRequestBytesMax) return Broken("the request is too long");
  Bytes request(static_cast<std::size_t>(job.request_bytes), '\0');
  std::size_t filled = 0;
  while (filled < request.size()) {
    const std::size_t got = TRY(ReadSome(request.data() + filled, request.size() - filled));
    if (got == 0) return Broken("the request is cut");
    filled += got;
  }
  return request;
}

Result<void> DoHeader(const JobMessage& job) {
  const Bytes request = TRY(ReadRequest(job));
  if (job.argument > request.size()) return Broken("the request is cut");
  const std::string_view view = request;
  const auto core_bytes = static_cast<std::size_t>(job.argument);
  const Core core = TRY(DecodeCore(view.substr(0, core_bytes)));
  const Control control = TRY(DecodeControl(view.substr(core_bytes)));
  TRY(Put(FrameKind::kHeader, FlatHeader(core, control)));
  return Put(FrameKind::kDone, "");
}

Result<std::vector<Record>> DecodeRequest(const JobMessage& job) {
  const Bytes payload = TRY(ReadRequest(job));
  return DecodePayload(payload, job.argument);
}

Result<void> DoPayload(const JobMessage& job) {
  std::vector<Record> records = TRY(DecodeRequest(job));
  for (Record& record : records) {
    TRY(Put(FrameKind::kRecord, FlatRecord(record)));
    record = Ping{};  // frees it: the flat form of the next one needs room
  }
  return Put(FrameKind::kDone, "");
}

Result<void> DoBundle() {
  const BundleSummary summary = TRY(ReadBundleStream(
      ReadSome, [](Bytes sealed) -> Result<void> { return Put(FrameKind::kPacket, sealed); }));
  return Put(FrameKind::kDone, FlatSummary(summary));
}

Result<void> DoMail(const JobMessage& job) {
  const Bytes raw = TRY(ReadRequest(job));
  const ReceivedMail mail = TRY(ReadMail(raw));
  for (const Bytes& packet : mail.packets) TRY(Put(FrameKind::kPacket, packet));
  return Put(FrameKind::kDone, FlatMail(mail));
}

// toml++ quotes what it does not like: a fault is cut, so that its frame stays within its limit.
Result<void> DoToml(const JobMessage& job) {
  constexpr std::size_t kFaultBytesMax = 1000;
  TomlDocument document = ParseToml(TRY(ReadRequest(job)));
  if (document.fault && document.fault->message.size() > kFaultBytesMax) {
    document.fault->message.resize(kFaultBytesMax);
  }
  TRY(Put(FrameKind::kDocument, FlatToml(document)));
  return Put(FrameKind::kDone, "");
}

Result<void> DoTest(const JobMessage& job, TestOperation test_operation) {
  if (test_operation == nullptr) return Broken("unknown operation");
  const Bytes request = TRY(ReadRequest(job));
  test_operation(request);
  return Put(FrameKind::kDone, "");
}

Result<void> Do(const JobMessage& job, TestOperation test_operation) {
  switch (job.operation) {
    case Operation::kHeader:
      return DoHeader(job);
    case Operation::kPayload:
      return DoPayload(job);
    case Operation::kBundle:
      return DoBundle();
    case Operation::kMail:
      return DoMail(job);
    case Operation::kToml:
      return DoToml(job);
    case Operation::kTest:
      return DoTest(job, test_operation);
  }
  return Broken("unknown operation");
}

// Libraries throw only for lack of memory; under the walls that is an input too large to trust.
Result<void> DoWithinMemory(const JobMessage& job, TestOperation test_operation) {
  try {
    return Do(job, test_operation);
  } catch (const std::bad_alloc&) {
    return Error{Recovery::kRejectPacket, "VAL-PARSER-MEMORY", "needs more memory than allowed"};
  }
}

// One entry of a ustar archive, padded to blocks of 512 octets.
Bytes TarEntry(std::string_view name, char type, const Bytes& body) {
  Bytes header(512, '\0');
  const auto put = [&](std::size_t at, std::string_view text) {
    header.replace(at, text.size(), text);
  };
  put(0, name);
  put(100, "0000644");
  std::array<char, 12> size{};
  std::snprintf(size.data(), size.size(), "%011zo", body.size());
  put(124, size.data());
  put(136, "00000000000");
  put(148, "        ");  // the checksum counts itself as blanks
  header[156] = type;
  put(257, std::string_view("ustar\00000", 8));
  unsigned sum = 0;
  for (const char octet : header) sum += static_cast<unsigned char>(octet);
  std::snprintf(size.data(), size.size(), "%06o", sum);
  put(148, size.data());
  return header + body + Bytes((512 - body.size() % 512) % 512, '\0');
}

// A pax archive with a name beyond ASCII: reading it makes glibc load its table of character sets.
Bytes SmallArchive() {
  return TarEntry("x", 'x', "18 path=\xc3\xa4.valise\n") + TarEntry("a", '0', "x") +
         Bytes(1024, '\0');
}

// A part in base64 within a part, a report, and a header that mimetic does not take for one.
constexpr std::string_view kSmallMail =
    "no field\r\nSubject: x\r\nContent-Type: multipart/report; boundary=\"b\"\r\n\r\n--b\r\n"
    "Content-Type: message/delivery-status\r\n\r\nAction: failed\r\n\r\n--b\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\neA==\r\n--b--\r\n";

// A value of each kind, and then what cannot be read.
constexpr const char* kSmallToml =
    "a = [1, 0.5, true, 'x', 2026-01-01, 10:00:00, 2026-01-01T10:00:00Z]\n[b.c]\n"
    "d = {e = \"\\u00e4\"}\n";

}  // namespace

void WarmUp() {
  const Record ping = Ping{1};
  const Payload payload = EncodePayload({&ping, 1});
  CHECK(DecodePayload(payload.bytes, payload.records_bytes).ok());
  CHECK(DecodeControl(EncodeControl(Control{})).ok());
  Core core;
  core.sequence = 1;
  core.sender.bytes[0] = core.recipient.bytes[0] = core.channel.bytes[0] = 1;
  CHECK(DecodeCore(EncodeCore(core)).ok());
  const Bytes small = SmallArchive();
  std::string_view rest = small;
  const auto read = ReadBundleStream(
      [&](char* buffer, std::size_t size) -> Result<std::size_t> {
        const std::size_t count = rest.copy(buffer, size);
        rest.remove_prefix(count);
        return count;
      },
      [](Bytes) { return Ok(); });
  CHECK(!read.ok() && read.error().code == "VAL-BUNDLE-MANIFEST");  // it has none
  const auto mail = ReadMail(kSmallMail);
  CHECK(mail.ok() && mail.value().kind == MailKind::kDeliveryReport);
  CHECK(!ParseToml(kSmallToml).fault && ParseToml("a = ").fault);
  try {
    throw std::bad_alloc();  // the unwinder, too, sets itself up at the first use
  } catch (const std::bad_alloc&) {
  }
}

int DoJob(const JobMessage& job, TestOperation test_operation) {
  const Result<void> done = DoWithinMemory(job, test_operation);
  if (done.ok()) return 0;
  return Put(FrameKind::kError, FlatError(done.error())).ok() ? 0 : 1;
}

}  // namespace valise
