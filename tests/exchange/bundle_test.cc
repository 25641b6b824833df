// The shuttle by hand: one packet in memory at a time, twice the same.
#include "tests/exchange/site.h"
#include "transport/bundle.h"

namespace valise::exchange {
namespace {

constexpr std::size_t kMiB = 1U << 20;

TEST_CASE("a bundle holds what waits, contents included, and is read at the other end") {
  Two two;
  TempFolder folder;
  const std::string file = folder.path() + "/bundle";
  two.hq.terms.settings.content_window_bytes = kMiB;  // of a carrier; a bundle takes more
  two.hq.Capture(1, {Noise(20 * kMiB, 1), "small"});
  REQUIRE(two.hq.outbox->Pack(true).ok());
  const auto source = two.hq.outbox->SealAll();
  REQUIRE(source.ok());
  const auto written = WriteBundle(file, source.value());
  REQUIRE_MESSAGE(written.ok(), (written.ok() ? "" : written.error().message));
  CHECK(written.value().packets == source.value().count);
  CHECK(two.hq.fence.position.sequence == 2);
  CHECK(two.hq.fence.position.content_sequence == 8);  // seven pieces of 3 MiB, "small" in the last

  const auto read = two.field.parser.ReadBundle(file, [&](Bytes sealed) -> Result<void> {
    TRY(two.field.inbox->PutArrival(std::move(sealed)));
    return Ok();
  });
  REQUIRE(read.ok());
  CHECK(read.value().short_digest == written.value().short_digest);
  REQUIRE_FALSE(two.field.TakeAll());
  CHECK(two.field.Has(Noise(20 * kMiB, 1)));
  CHECK(two.field.Has("small"));
}

TEST_CASE("each packet of a bundle is the same whenever it is asked for, and no other's") {
  Two two;
  two.hq.Capture(1, {Noise(5 * kMiB, 1)});
  REQUIRE(two.hq.outbox->Pack(true).ok());
  auto source = two.hq.outbox->SealAll();
  REQUIRE(source.ok());
  std::set<Bytes> ephemeral;
  std::vector<Bytes> first;
  for (std::size_t i = 0; i < source.value().count; ++i) {
    first.push_back(source.value().packet(i).value());
    ephemeral.insert(ReadOuterHeader(first.back()).value().ephemeral_key);
  }
  CHECK(ephemeral.size() == first.size());
  for (std::size_t i = first.size(); i-- > 0;) CHECK(source.value().packet(i).value() == first[i]);
  const auto again = two.hq.outbox->SealAll();
  CHECK(again.value().packet(1).value() != first[1]);  // another journey, other randomness
}

}  // namespace
}  // namespace valise::exchange
