// export and import: the shuttle by hand. Both take the state folder's lock; stop `run` first, or
// let it run without a carrier and use a timer.
#include <filesystem>

#include "agent/cli/channel.h"
#include "agent/cli/json_text.h"
#include "agent/cli/verbs.h"
#include "transport/bundle.h"

namespace valise::cli {
namespace {

Exit PrintSummary(const Invocation& call, const char* verb, const std::string& file,
                  const BundleSummary& summary, std::size_t new_packets) {
  if (call.is_json) {
    JsonText json;
    json.Object().Text("bundle", file).Count("packets", summary.packets);
    json.Count("bytes", summary.bytes).Text("digest", summary.short_digest);
    json.Count("new", new_packets).EndObject();
    call.terminal.OutRaw(std::move(json).Line());
    return Exit::kOk;
  }
  call.terminal.Out({std::string(verb) + " " + file + ": " + std::to_string(summary.packets) +
                     " packets, " + std::to_string(summary.bytes) + " bytes"});
  call.terminal.Out({"digest " + summary.short_digest + "  (compare on paper)"});
  return Exit::kOk;
}

Exit Export(const Invocation& call) {
  const auto config = LoadOrComplain(call);
  if (!config) return Exit::kConfig;
  const auto live = LiveChannel::Open(*config, false, false);
  if (!live.ok()) return Fail(call, live.error());
  const Result<BundleSource> packets = live.value()->agent().ExportPackets();
  if (!packets.ok()) return Fail(call, packets.error());
  const std::string file = call.ArgumentOf("FILE");
  const Result<BundleSummary> written = WriteBundle(file, packets.value());
  if (!written.ok()) return Fail(call, written.error());
  return PrintSummary(call, "wrote", file, written.value(), packets.value().count);
}

Exit Import(const Invocation& call) {
  const std::string file = call.ArgumentOf("FILE");
  if (!std::filesystem::exists(file)) {
    return Fail(call, {Recovery::kAskOperator, "VAL-FILE-MISSING",
                       file + " is not there; give the path of the bundle"});
  }
  const auto config = LoadOrComplain(call);
  if (!config) return Exit::kConfig;
  const auto live = LiveChannel::Open(*config, false, false);
  if (!live.ok()) return Fail(call, live.error());
  std::size_t new_packets = 0;
  const std::size_t aside_before = live.value()->store().Quarantined().size();
  const Result<BundleSummary> read =
      live.value()->parser().ReadBundle(file, [&](Bytes sealed) -> Result<void> {
        const bool is_new = TRY(live.value()->agent().ImportPacket(std::move(sealed)));
        if (is_new) ++new_packets;
        return Ok();
      });
  // Opened, ordered and queued now; applied by the next run.
  const std::optional<Error> stopped = live.value()->agent().OpenImported();
  if (!read.ok()) return Fail(call, read.error());
  if (const auto& content = live.value()->agent().content_error()) return Fail(call, *content);
  if (stopped) return Fail(call, *stopped);
  const std::size_t aside = live.value()->store().Quarantined().size() - aside_before;
  const Exit exit = PrintSummary(call, "read", file, read.value(), new_packets);
  if (aside == 0 || exit != Exit::kOk) return exit;
  call.terminal.Note({std::to_string(aside) + " packets were not accepted; type: valise queue"});
  return Exit::kAttention;
}

}  // namespace

const Command kExport{"export",
                      "write all that waits into one bundle file",
                      {},
                      {{"FILE", true, "bundle to write"}},
                      Export};
const Command kImport{
    "import", "take a bundle file in", {}, {{"FILE", true, "bundle to read"}}, Import};

}  // namespace valise::cli
