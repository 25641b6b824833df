// Gives the command line something to read: a filled state folder, and sealed packets.
#include <cstdio>
#include <string_view>

#include "agent/durable_file.h"
#include "agent/pairing.h"
#include "agent/store/store.h"
#include "packet/codec.h"
#include "packet/seal.h"

namespace valise::test {
namespace {

Id IdOf(std::uint8_t number) {
  Id id;
  id.bytes[0] = number;
  return id;
}

Change ChangeOf(std::uint8_t number) {
  Change change;
  change.op_id = IdOf(number);
  change.issue_id = IdOf(1);
  change.author = {"Jane \x1b[31mDoe", ""};
  change.registers = {{FieldKey("summary"), {1000, 0}, {}, Value{"shared text", ""}}};
  return change;
}

void FillIssue(Store& store) {
  IssueBase issue;
  issue.issue_id = IdOf(1);
  issue.origin = {0, "bug", {}, {"Jane", ""}, 1000, ""};
  issue.jira_id = "10001";
  issue.jira_key = "PROJ-7";
  RegisterBase held;
  held.agreed = Value{"purple", ""};
  held.version = {2000, 1};
  held.held = "value";
  issue.registers[FieldKey("severity")] = held;
  RegisterBase pending;
  pending.agreed = Value{"x", ""};
  pending.version = {2001, 1};
  pending.is_pending = true;
  issue.registers[FieldKey("summary")] = pending;
  store.SaveIssue(issue);
}

void FillQueues(Store& store) {
  store.AppendOutgoing({0, IdOf(2), IdOf(1), EncodeRecord(ChangeOf(2)), 1000, 0, 0, {}});
  IncomingChange incoming;
  incoming.position.epoch.number = 1;
  incoming.position.sequence = 4;
  incoming.issue_id = IdOf(1);
  incoming.op_id = IdOf(3);
  incoming.issue_sequence = 2;
  incoming.record = EncodeRecord(ChangeOf(3));
  incoming.arrived_at_ms = 3000;
  incoming.waiting = "gap";
  store.AppendIncoming(incoming);
  store.DeferWork({"10007", Id{}, 9'000'000'000'000, "parent", 5});
  ArrivedPacket arrived;
  arrived.digest = Hash("test", "arrived");
  arrived.sealed = "no packet at all";
  arrived.arrived_at_ms = 4000;
  store.PutArrival(arrived);
  store.Quarantine(arrived.digest, "VAL-PACKET-MAGIC", "not a packet");
  store.AppendListed({0,
                      5000,
                      IdOf(1),
                      "conflict-lost",
                      FieldKey("summary"),
                      Value{"evil \xe2\x80\xae text", ""},
                      {900, 0},
                      "conflict",
                      true});
  store.AppendListed({0, 5000, IdOf(1), "held", FieldKey("severity"), Value{"purple", ""},
                      {2000, 1}, "value", true});
  store.AppendJournal({0, 1000, IdOf(1), IdOf(2), "captured", "summary"});
  store.AppendJournal({0, 1500, IdOf(1), IdOf(3), "arrived", "packet 1.4"});
  store.PutMetaNumber("poll.last_ms", 6000);
}

int Fill(const Config& config) {
  auto store = Store::Open(config.state_dir + "/valise.db", Store::Mode::kReadWrite);
  if (!store.ok()) return 1;
  store.value()->Begin();
  FillIssue(*store.value());
  FillQueues(*store.value());
  return store.value()->Commit().ok() ? 0 : 1;
}

int SealTo(const Config& config, const std::string& file) {
  const auto paired = LoadPaired(config);
  if (!paired.ok()) return 1;
  const std::vector<Record> records{ChangeOf(5)};
  const Payload payload = EncodePayload(records);
  Core core;
  core.sender = SiteId(paired.value().keys.card);
  core.recipient = SiteId(paired.value().peer);
  core.channel = paired.value().channel;
  core.epoch = {1, 77};
  core.sequence = 1;
  core.payload_bytes = payload.bytes.size();
  core.records_bytes = payload.records_bytes;
  core.payload_hash = PayloadHash(payload.bytes);
  core.contract_digest = config.contract.digest;
  Control control;
  control.acker_epoch_number = 1;
  control.control_number = 1;
  control.incarnation = IdOf(9);
  SeededEntropy entropy(1);
  const SecretBytes* pre_shared = paired.value().psk ? &*paired.value().psk : nullptr;
  const Bytes sealed = Seal(EncodeCore(core), EncodeControl(control), payload.bytes,
                            {paired.value().keys, paired.value().peer, pre_shared}, entropy);
  return WriteDurably(file, sealed, 0644, IfThere::kReplace).ok() ? 0 : 1;
}

int Run(int argc, char** argv) {
  if (argc < 3) return 64;
  const LoadedConfig loaded = LoadConfig(argv[2]);
  if (!loaded.problems.empty()) return 78;
  const std::string_view verb = argv[1];
  if (verb == "fill") return Fill(loaded.config);
  if (verb == "seal" && argc == 4) return SealTo(loaded.config, argv[3]);
  if (verb == "verified") {
    const auto paired = LoadPaired(loaded.config);
    const auto allowed = paired.ok() ? RequireVerified(paired.value()) : paired.error();
    if (!allowed.ok()) std::puts(allowed.error().code.c_str());
    return allowed.ok() ? 0 : 1;
  }
  return 64;
}

}  // namespace
}  // namespace valise::test

int main(int argc, char** argv) { return valise::test::Run(argc, argv); }
