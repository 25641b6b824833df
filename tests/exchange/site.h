// One end of a channel without a Jira: store and contents in memory, real sealing, a lane to the
// other end that a test may empty, shuffle and repeat.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "agent/inbox.h"
#include "agent/outbox.h"
#include "packet/codec.h"
#include "tests/packet/samples.h"
#include "tests/simulation/memory_contents.h"
#include "tests/store/support.h"

namespace valise::exchange {

struct ManualClock final : Clock {
  std::int64_t NowMs() override { return now_ms; }
  std::int64_t now_ms = 1'700'000'000'000;
};

struct NoJira final : HttpPort {
  std::uint64_t Start(const HttpRequest&) override { return 0; }
  std::vector<HttpAnswer> Collect(std::chrono::milliseconds) override { return {}; }
};

struct MemoryFence final : Fence {
  Result<FencePosition> Read() override { return position; }
  Result<void> Write(const FencePosition& to) override {
    position = to;
    return Ok();
  }
  FencePosition position;
};

// What was sent stays in `sent`; what is in `inbox` is received.
struct Lane final : Transport {
  Result<void> Send(std::string_view sealed) override {
    sent.emplace_back(sealed);
    return Ok();
  }
  Result<std::vector<Arrival>> Receive(std::size_t count_max) override {
    std::vector<Arrival> arrivals;
    for (const Bytes& sealed : inbox) {
      if (arrivals.size() < count_max) arrivals.push_back({Text(Hash("lane", sealed)), sealed});
    }
    return arrivals;
  }
  Result<void> Remove(const std::string& handle) override {
    std::erase_if(inbox, [&](const Bytes& sealed) { return Text(Hash("lane", sealed)) == handle; });
    return Ok();
  }
  std::vector<Bytes> sent, inbox;
};

inline Terms TermsOf(std::uint32_t site) {
  Terms terms;
  terms.contract.sites = {"hq", "field"};
  terms.contract.has_attachments = true;
  terms.contract.attachments.bytes_max = 64U << 20;
  terms.contract.digest = Hash("VLS1 contract", "the same at both ends");
  terms.own_site = site;
  terms.peer_site = 1 - site;
  return terms;
}

// Bytes that do not compress, and differ with `seed`.
inline Bytes Noise(std::size_t bytes, std::uint64_t seed) {
  Bytes noise(bytes, '\0');
  SeededEntropy(seed).Fill(noise.data(), noise.size());
  return noise;
}

inline Digest ContentOf(std::string_view bytes) { return Hash("VLS1 content", bytes); }

class Site {
 public:
  Site(const samples::Pair& pair, std::uint32_t index)
      : terms(TermsOf(index)),
        entropy(index + 1),
        store(InMemory()),
        contents(store.get()),
        channel{index == 0 ? pair.hq : pair.field, index == 0 ? pair.field.card : pair.hq.card,
                pair.channel, nullptr},
        world{clock, entropy, jira, &lane, *store, contents, parser, fence, log} {
    Begin();
  }

  // Each life begins here; the store and what is durable of the contents are as they were left.
  void Begin() {
    store->Revive();
    inbox = std::make_unique<Inbox>(world, channel, terms, [this](const Store::Work& work) {
      store->PutWork(work);
      touched.insert(work.issue_id);
    });
    outbox = std::make_unique<Outbox>(world, channel, terms, *inbox);
    if (outbox->Open().ok()) inbox->Load();
  }
  void Crash() {
    contents.Crash();
    Begin();
  }

  // A change with these attachments, their bytes in place: what commit A leaves behind.
  void Capture(std::uint8_t number, const std::vector<Bytes>& files) {
    Change change;
    change.op_id = IdOf(number);
    change.issue_id = IdOf(number);
    store->Begin();
    std::vector<Digest> needed;
    for (const Bytes& bytes : files) {
      ObjectOrigin origin;
      origin.id = IdOf(static_cast<std::uint8_t>(100 + change.objects.size()));
      origin.kind = ObjectKind::kAttachment;
      origin.name = "file";
      origin.mime = "text/plain";
      origin.bytes = bytes.size();
      origin.content = ContentOf(bytes);
      REQUIRE(contents.Write(WholeName(origin.content), 0, bytes).ok());
      REQUIRE(contents.Sync(WholeName(origin.content)).ok());
      change.objects.push_back(origin);
    }
    OutgoingChange row;
    row.op_id = change.op_id;
    row.issue_id = change.issue_id;
    row.record = EncodeRecord(change);
    row.captured_at_ms = clock.now_ms;
    store->AppendOutgoing(row);
    for (const ObjectOrigin& origin : change.objects) {
      store->NeedContent(row.op_id, origin.content, origin.bytes);
    }
    RequireCommit(*store);
  }

  // Packs and sends whatever the windows let out.
  void SendAll(bool at_once = true) {
    for (bool is_more = true; is_more;) {
      const auto packed = outbox->Pack(at_once);
      REQUIRE_MESSAGE(packed.ok(), (packed.ok() ? "" : packed.error().message));
      const auto sent = outbox->Send();
      REQUIRE_MESSAGE(sent.ok(), (sent.ok() ? "" : sent.error().message));
      is_more = packed.value() + sent.value() > 0;
    }
  }
  // Everything of its own that the peer has not acked, once more.
  void SendAgain() {
    clock.now_ms += 2 * terms.settings.resend_at_most_ms;
    SendAll();
  }
  // The first reason to stop, if there is one.
  std::optional<Error> TakeAll() {
    while (true) {
      const auto received = inbox->Receive();
      const auto opened = inbox->OpenArrivals();
      if (!opened.ok()) return opened.error();
      if (!received.ok() || received.value() + opened.value() == 0) return std::nullopt;
    }
  }

  bool Has(const Bytes& bytes) const {
    const auto stored = contents.Read(WholeName(ContentOf(bytes)), 0, bytes.size() + 1);
    return store->HasContent(ContentOf(bytes)) && stored.ok() && stored.value() == bytes;
  }
  std::size_t Listed(const std::string& kind, const std::string& reason = "") const {
    std::size_t count = 0;
    for (const valise::Listed& listed : store->AllListed(true)) {
      if (listed.kind == kind && (reason.empty() || listed.reason_code == reason)) ++count;
    }
    return count;
  }

  Terms terms;
  ManualClock clock;
  SeededEntropy entropy;
  NoJira jira;
  Lane lane;
  std::unique_ptr<Store> store;
  simulation::MemoryContents contents;
  InProcessParser parser;
  MemoryFence fence;
  SilentLog log;
  Channel channel;
  World world;
  std::set<Id> touched;
  std::unique_ptr<Inbox> inbox;
  std::unique_ptr<Outbox> outbox;
};

struct Two {
  samples::Pair pair;
  Site hq{pair, 0}, field{pair, 1};

  void Carry(Site& from, Site& to) {
    for (Bytes& sealed : from.lane.sent) to.lane.inbox.push_back(std::move(sealed));
    from.lane.sent.clear();
  }
  // To the field, and its ack back.
  void Exchange() {
    hq.SendAll();
    Carry(hq, field);
    REQUIRE_FALSE(field.TakeAll());
    Answer();
  }
  void Answer() {
    field.clock.now_ms += field.terms.settings.ack_after_ms;
    field.SendAll();
    field.clock.now_ms += field.terms.settings.ack_after_ms;
    field.SendAll();
    Carry(field, hq);
    REQUIRE_FALSE(hq.TakeAll());
  }
};

}  // namespace valise::exchange
