// One large attachment from one site to the other, through files on disk as `run` has them: store,
// contents and drop folder. Jira is not part of it. The bytes do not compress.
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <random>

#include "agent/contents_folder.h"
#include "agent/outbox.h"
#include "packet/check.h"
#include "packet/codec.h"
#include "tests/bench/bench.h"
#include "tests/simulation/site.h"
#include "transport/bundle.h"
#include "transport/drop_folder.h"

namespace {

using namespace valise;
namespace fs = std::filesystem;

constexpr std::uint64_t kMiB = 1ULL << 20;
constexpr std::uint64_t kBytes = 1ULL << 30;

double PeakMiB() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

double Seconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

struct NoJira final : HttpPort {
  std::uint64_t Start(const HttpRequest&) override { return 0; }
  std::vector<HttpAnswer> Collect(std::chrono::milliseconds) override { return {}; }
};

template <typename T>
T Must(Result<T> result) {
  if (!result.ok()) std::fprintf(stderr, "bench: %s\n", result.error().message.c_str());
  CHECK(result.ok());
  return std::move(result).value();
}
void Must(const Result<void>& result) {
  if (!result.ok()) std::fprintf(stderr, "bench: %s\n", result.error().message.c_str());
  CHECK(result.ok());
}

class End {
 public:
  End(const std::string& folder, const SiteKeys& own, const PeerCard& peer, const Id& id,
      std::uint32_t index)
      : store(Must(Store::Open(folder + "/valise.db", Store::Mode::kReadWrite))),
        contents(Must(ContentsFolder::Open(folder + "/contents"))),
        carrier({folder + "/../" + std::to_string(index), folder + "/../" +
                 std::to_string(1 - index), ".marker"}),
        channel{own, peer, id, nullptr},
        world{clock, entropy, jira, &carrier, *store, *contents, parser, fence, log},
        inbox(world, channel, terms, [](const Store::Work&) {}),
        outbox(world, channel, terms, inbox) {
    terms.contract.has_attachments = true;
    terms.contract.attachments.bytes_max = kBytes;
    Must(outbox.Open());
    inbox.Load();
  }

  void Step() {
    now_ms += 10'000;
    Must(inbox.Receive());
    Must(inbox.OpenArrivals());
    Must(outbox.Pack(false));
    Must(outbox.Send());
  }

  std::int64_t now_ms = 1'700'000'000'000;
  simulation::SimClock clock{now_ms, 0};
  std::unique_ptr<Store> store;
  std::unique_ptr<ContentsFolder> contents;
  DropFolder carrier;
  SystemEntropy entropy;
  NoJira jira;
  InProcessParser parser;
  simulation::MemoryFence fence;
  SilentLog log;
  Terms terms;
  Channel channel;
  World world;
  Inbox inbox;
  Outbox outbox;
};

Digest WriteSource(End& from) {
  std::mt19937_64 random(1);
  Bytes piece(kMiB, '\0');
  const std::string name = DownloadName("1");
  for (std::uint64_t offset = 0; offset < kBytes; offset += piece.size()) {
    for (std::size_t i = 0; i < piece.size(); i += 8) {
      const std::uint64_t number = random();
      piece.replace(i, 8, reinterpret_cast<const char*>(&number), 8);
    }
    Must(from.contents->Write(name, offset, piece));
  }
  const Digest content = Must(DigestOf(*from.contents, name));
  Must(from.contents->Sync(name));
  Must(from.contents->Rename(name, WholeName(content)));
  return content;
}

void Capture(End& from, const Digest& content) {
  Change change;
  change.op_id = change.issue_id = from.entropy.RandomId();
  OutgoingChange row;
  row.op_id = change.op_id;
  row.issue_id = change.issue_id;
  row.record = EncodeRecord(change);
  from.store->Begin();
  from.store->AppendOutgoing(row);
  from.store->NeedContent(row.op_id, content, kBytes);
  Must(from.store->Commit());
}

void Report(const char* what, double start) {
  const double seconds = Seconds() - start;
  std::printf("  %-34s %8.1f s  %6.0f MiB/s  peak RSS so far %6.1f MiB (limit 64)\n", what, seconds,
              static_cast<double>(kBytes / kMiB) / seconds, PeakMiB());
}

void Cross(End& from, End& to, const Digest& content) {
  const double start = Seconds();
  Capture(from, content);
  while (!to.store->HasContent(content)) {
    from.Step();
    to.Step();
  }
  Report("packed, sent, taken and verified", start);
}

void ByHand(End& from, End& to, const Digest& content, const std::string& file) {
  const double start = Seconds();
  from.terms.settings.window_bytes = 2 * kBytes;
  to.store->Begin();
  to.store->ForgetIncomingContent(content);
  Must(to.store->Commit());
  Capture(from, content);
  from.store->Begin();
  CHECK(from.store->PushContentAgain(content));
  Must(from.store->Commit());
  Must(from.outbox.Pack(true));
  Must(WriteBundle(file, Must(from.outbox.SealAll())));
  Must(to.parser.ReadBundle(file, [&](Bytes sealed) -> Result<void> {
    TRY(to.inbox.PutArrival(std::move(sealed)));
    return Ok();
  }));
  while (Must(to.inbox.OpenArrivals()) > 0) {
  }
  CHECK(to.store->HasContent(content));
  Report("the same through one bundle file", start);
}

}  // namespace

void BenchContent() {
  std::string root = (fs::temp_directory_path() / "bench-content-XXXXXX").string();
  CHECK(mkdtemp(root.data()) != nullptr);
  for (const char* folder : {"/hq", "/field", "/0", "/1"}) fs::create_directory(root + folder);
  for (const char* marker : {"/0/.marker", "/1/.marker"}) {
    std::fclose(std::fopen((root + marker).c_str(), "w"));
  }
  SystemEntropy entropy;
  const SiteKeys hq = GenerateKeys("hq", entropy), field = GenerateKeys("field", entropy);
  const Id channel = entropy.RandomId();
  {
    End from(root + "/hq", hq, field.card, channel, 0);
    End to(root + "/field", field, hq.card, channel, 1);
    std::printf("an attachment of %.0f MiB, both sites in this process, peak RSS before %.1f MiB\n",
                static_cast<double>(kBytes / kMiB), PeakMiB());
    const Digest content = WriteSource(from);
    Cross(from, to, content);
    ByHand(from, to, content, root + "/bundle");
  }
  fs::remove_all(root);
}
