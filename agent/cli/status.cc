#include "agent/cli/json_text.h"
#include "agent/cli/state.h"
#include "agent/cli/verbs.h"
#include "agent/health.h"
#include "agent/link.h"
#include "agent/lock.h"
#include "agent/pairing.h"

namespace valise::cli {

namespace {

constexpr std::size_t kWorkMax = 1'000'000;
constexpr std::uint32_t kStuckAfter = 5;  // tries of one issue; a restart of Jira takes fewer

struct Summary {
  std::string pairing;  // "none", "unverified", "verified"
  std::string peer;
  bool has_state = false;
  bool is_running = false;
  bool is_paused = false;
  bool is_stream_broken = false;
  std::int64_t polled_at_ms = 0, sent_at_ms = 0, received_at_ms = 0, next_send_at_ms = 0;
  std::uint64_t issues = 0, unpacked = 0, unacked = 0, unacked_bytes = 0, incoming = 0;
  std::uint64_t stuck = 0, pending = 0, held = 0, writes = 0, quarantined = 0, listed = 0;
  std::uint64_t links = 0;      // that wait for the peer's issue
  std::uint64_t set_aside = 0;  // by the carrier: what was no packet
  std::uint64_t in_epoch = 0, in_through = 0, out_epoch = 0, out_sequence = 0;
  std::vector<std::pair<std::string, Trouble>> troubles;
  std::string contract;  // what to do about a proposal of the peer; empty: none waits
};

void AddPairing(const Config& config, Summary& summary) {
  const SiteFiles site{config.file, config.site, "", config.state_dir, {}};
  const auto state = LoadPairingState(site);
  summary.pairing = "none";
  if (!state.ok() || !state.value().peer) return;
  summary.peer = state.value().peer->card.name;
  summary.pairing = state.value().stage == PairingStage::kVerified ? "verified" : "unverified";
}

std::uint64_t Counter(const Store& store, const char* name) {
  return static_cast<std::uint64_t>(store.MetaNumber(name, 0));
}

void AddQueues(const Store& store, Summary& summary) {
  for (const Store::KnownIssue& issue : store.KnownIssues()) {
    if (issue.jira_id != kProjectJiraId) ++summary.issues;
  }
  summary.unpacked = store.UnpackedCount();
  summary.unacked = store.UnackedPackets().size();
  summary.unacked_bytes =
      store.UnackedBytes(Stream::kChanges) + store.UnackedBytes(Stream::kContent);
  summary.next_send_at_ms = store.NextSendAt().value_or(0);
  summary.incoming = store.AllIncoming(1'000'000).size();
  summary.writes = store.AllIntents().size();
  summary.links = WaitingLinks(store).size();
  summary.quarantined = store.Quarantined().size();
  for (const Listed& listed : store.AllListed(true)) {
    if (listed.kind != "held") ++summary.listed;  // those are counted by their registers
  }
  for (const Store::Work& work : store.DueWork(INT64_MAX, kWorkMax)) {
    if (work.failures >= kStuckAfter) ++summary.stuck;
  }
  for (const Store::OpenRegister& open : store.OpenRegisters()) {
    ++(open.held.empty() ? summary.pending : summary.held);
  }
}

void AddStore(const Store& store, Summary& summary) {
  summary.has_state = true;
  summary.is_paused = store.MetaNumber("paused", 0) != 0;
  summary.polled_at_ms = store.MetaNumber("poll.last_ms", 0);
  summary.sent_at_ms = store.MetaNumber("out.last_at", 0);
  summary.received_at_ms = store.MetaNumber("in.last_at", 0);
  summary.in_epoch = Counter(store, "in.changes.epoch");
  summary.in_through = Counter(store, "in.changes.taken_through");
  summary.is_stream_broken = store.MetaNumber("in.changes.broken", 0) != 0;
  summary.out_epoch = Counter(store, "out.epoch");
  summary.out_sequence = Counter(store, "out.sequence");
  summary.set_aside = Counter(store, "carrier.set_aside");
  AddQueues(store, summary);
  for (const char* about : kTroubles) {
    if (const auto trouble = ReadTrouble(store, about)) {
      summary.troubles.emplace_back(about, *trouble);
    }
  }
}

void AddContract(const Config& config, const Store& store, Summary& summary) {
  const ContractBook book = store.Contracts();
  const KnownContract* pending = book.Pending();
  if (pending == nullptr || pending->site == config.site_index) return;
  summary.contract = "the peer proposes contract version " + std::to_string(pending->version) +
                     "; type: valise contract show";
}

bool IsSilent(const Config& config, const Summary& summary, std::int64_t now_ms) {
  return summary.received_at_ms != 0 &&
         now_ms - summary.received_at_ms > config.settings.expect_every_ms;
}

// What a person should look at, each with what to type.
std::vector<std::string> NeedsYou(const Config& config, const Summary& summary,
                                  std::int64_t now_ms) {
  std::vector<std::string> needs;
  const auto count = [&](std::uint64_t number, const char* what) {
    if (number > 0) needs.push_back(std::to_string(number) + what);
  };
  if (summary.pairing == "none") needs.push_back("not paired; type: valise pair show");
  if (summary.pairing == "unverified") {
    needs.push_back("nobody compared the pairing code; type: valise pair verify");
  }
  for (const auto& [about, trouble] : summary.troubles) {
    needs.push_back(about + " since " + LocalTime(trouble.since_ms) + ": " + trouble.message +
                    " [" + trouble.code + "]");
  }
  if (summary.is_paused) needs.push_back("paused; type: valise resume");
  if (!summary.contract.empty()) needs.push_back(summary.contract);
  count(summary.stuck, " issues tried again and again; type: valise queue");
  count(summary.held, " held values; type: valise queue");
  count(summary.listed, " listed values (lost, altered, unmapped); type: valise queue");
  count(summary.quarantined, " packets in quarantine; type: valise queue");
  if (summary.is_stream_broken) needs.push_back("the peer's packets do not follow each other");
  if (IsSilent(config, summary, now_ms)) {
    needs.push_back("nothing came from the peer since " + LocalTime(summary.received_at_ms));
  }
  return needs;
}

std::string ToJson(const Config& config, const Summary& summary,
                   const std::vector<std::string>& needs) {
  JsonText json;
  json.Object().Text("channel", config.channel).Text("site", config.site);
  json.Text("peer", summary.peer).Text("pairing", summary.pairing);
  json.Flag("running", summary.is_running).Flag("paused", summary.is_paused);
  json.Time("polled_at", summary.polled_at_ms).Time("sent_at", summary.sent_at_ms);
  json.Time("received_at", summary.received_at_ms).Time("next_send_at", summary.next_send_at_ms);
  json.Count("issues", summary.issues).Count("changes_unpacked", summary.unpacked);
  json.Count("packets_unacked", summary.unacked).Count("bytes_unacked", summary.unacked_bytes);
  json.Count("changes_waiting", summary.incoming).Count("writes_underway", summary.writes);
  json.Count("values_pending", summary.pending).Count("values_held", summary.held);
  json.Count("listed", summary.listed).Count("quarantined", summary.quarantined);
  json.Count("set_aside", summary.set_aside).Count("links_waiting", summary.links);
  json.Count("out_epoch", summary.out_epoch).Count("out_sequence", summary.out_sequence);
  json.Count("in_epoch", summary.in_epoch).Count("in_taken_through", summary.in_through);
  json.Flag("in_broken", summary.is_stream_broken).Array("needs_you");
  for (const std::string& need : needs) json.Item(need);
  json.EndArray().EndObject();
  return std::move(json).Line();
}

std::string Number(std::uint64_t number) { return std::to_string(number); }

void Print(Terminal& terminal, const Config& config, const Summary& summary, std::int64_t now_ms) {
  terminal.Out({{"channel  "}, {config.channel, Style::kStrong}});
  terminal.Out({"sites    " + config.site + " (here), " +
                (summary.peer.empty() ? "no peer yet" : summary.peer + ", " + summary.pairing)});
  const std::string state = summary.is_running ? "running" : "not running";
  terminal.Out({"agent    " + state + (summary.is_paused ? ", paused" : "")});
  terminal.Out({"Jira     polled " + Ago(summary.polled_at_ms, now_ms) + ", " +
                Number(summary.issues) + " issues shared"});
  terminal.Out({"out      sent " + Ago(summary.sent_at_ms, now_ms) + ", epoch " +
                Number(summary.out_epoch) + " through " + Number(summary.out_sequence) + "; " +
                Number(summary.unpacked) + " changes to pack, " + Number(summary.unacked) +
                " packets without ack (" + Number(summary.unacked_bytes) + " bytes)"});
  terminal.Out({"in       received " + Ago(summary.received_at_ms, now_ms) + ", epoch " +
                Number(summary.in_epoch) + " through " + Number(summary.in_through) + "; " +
                Number(summary.incoming) + " changes waiting, " + Number(summary.pending) +
                " values to write, " + Number(summary.writes) + " writes underway"});
  if (summary.links > 0) {
    terminal.Out({"links    " + Number(summary.links) + " issues wait for the peer's own"});
  }
}

Exit Status(const Invocation& call) {
  const auto config = LoadOrComplain(call);
  if (!config) return Exit::kConfig;
  Summary summary;
  AddPairing(*config, summary);
  summary.is_running = StateLock::IsHeld(config->state_dir);
  const auto store = OpenForReading(*config);
  if (store.ok()) {
    AddStore(*store.value(), summary);
    AddContract(*config, *store.value(), summary);
    const auto read = CheckRead(*store.value());
    if (!read.ok()) return Fail(call, read.error());
  } else if (store.error().code != "VAL-STATE-NONE") {
    return Fail(call, store.error());
  }
  const std::int64_t now_ms = NowMs();
  const auto needs = NeedsYou(*config, summary, now_ms);
  if (call.is_json) {
    call.terminal.OutRaw(ToJson(*config, summary, needs));
  } else {
    Print(call.terminal, *config, summary, now_ms);
    for (const std::string& need : needs) call.terminal.Out({{"! ", Style::kWarning}, {need}});
  }
  return needs.empty() ? Exit::kOk : Exit::kAttention;
}

}  // namespace

const Command kStatus{
    "status", "one screen: where the channel stands and what needs you", {}, {}, Status};

}  // namespace valise::cli
