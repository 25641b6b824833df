// What every carrier must do, as one suite. A carrier joins by deriving from CarrierUnderTest and
// one TEST_CASE that calls CheckCarrier. What the protocol above must survive anyway (loss,
// delay, another order) is not asked of a carrier; what it relies on is.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <set>

#include "packet/limits.h"
#include "tests/transport/doctest.h"
#include "tests/transport/temporary.h"
#include "transport/transport.h"

namespace valise {

// One way: what sender() sends arrives at receiver().
class CarrierUnderTest {
 public:
  virtual ~CarrierUnderTest() = default;
  virtual Transport& sender() = 0;
  virtual Transport& receiver() = 0;
  // Both ends begin anew, as after a crash; what was durable is still there.
  virtual void Restart() = 0;
  // Puts something beside the packets that is none; false if this carrier has no such thing.
  virtual bool PlantForeign(std::string_view bytes) = 0;
  virtual std::uint64_t sealed_bytes_max() const { return limits::kSealedBytesMax; }
};
using MakeCarrier = std::function<std::unique_ptr<CarrierUnderTest>()>;

// Everything that waits; each Receive must give no more than asked for.
inline std::vector<Arrival> TakeAll(Transport& receiver, std::size_t count_max = 1000) {
  auto got = receiver.Receive(count_max);
  REQUIRE_MESSAGE(got.ok(), (got.ok() ? "" : got.error().message));
  CHECK(got.value().size() <= count_max);
  return std::move(got).value();
}

inline std::multiset<Bytes> Contents(const std::vector<Arrival>& arrivals) {
  std::multiset<Bytes> contents;
  for (const Arrival& arrival : arrivals) contents.insert(arrival.sealed);
  return contents;
}

// Receives in portions and removes each; ends when nothing more comes.
inline std::multiset<Bytes> Drain(Transport& receiver, std::size_t portion) {
  std::multiset<Bytes> contents;
  while (true) {
    const auto arrivals = TakeAll(receiver, portion);
    if (arrivals.empty()) return contents;
    contents.merge(Contents(arrivals));
    for (const Arrival& arrival : arrivals) REQUIRE(receiver.Remove(arrival.handle).ok());
  }
}

// What the sender may rely on.
inline void CheckSending(CarrierUnderTest& carrier) {
  const Bytes first = SomeBytes(4096, 1);
  const Bytes second = SomeBytes(5000, 2);

  SUBCASE("an empty carrier gives nothing and no error") {
    CHECK(TakeAll(carrier.receiver()).empty());
  }
  SUBCASE("what is sent arrives unchanged") {
    REQUIRE(carrier.sender().Send(first).ok());
    const auto arrivals = TakeAll(carrier.receiver());
    REQUIRE(arrivals.size() == 1);
    CHECK(arrivals[0].sealed == first);
    CHECK(!arrivals[0].handle.empty());
  }
  SUBCASE("all octets pass, also NUL, CR and LF, and one octet alone") {
    Bytes all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    all += "\r\n.\r\n\n\n From here\n";
    REQUIRE(carrier.sender().Send(all).ok());
    REQUIRE(carrier.sender().Send(std::string(1, '\0')).ok());
    CHECK(Contents(TakeAll(carrier.receiver())) == std::multiset<Bytes>{all, std::string(1, '\0')});
  }
  SUBCASE("sending is durable when it returns") {
    REQUIRE(carrier.sender().Send(first).ok());
    carrier.Restart();
    CHECK(Contents(TakeAll(carrier.receiver())) == std::multiset<Bytes>{first});
  }
  SUBCASE("sending the same bytes again is harmless, before and after they were taken") {
    REQUIRE(carrier.sender().Send(first).ok());
    REQUIRE(carrier.sender().Send(first).ok());
    CHECK(Contents(TakeAll(carrier.receiver())).count(first) >= 1);
    CHECK(Drain(carrier.receiver(), 10).count(second) == 0);
    REQUIRE(carrier.sender().Send(first).ok());
    CHECK(Contents(TakeAll(carrier.receiver())).count(first) >= 1);
  }
}

// What the receiver may rely on until and after it removes.
inline void CheckRemoval(CarrierUnderTest& carrier) {
  const Bytes first = SomeBytes(4096, 1);
  const Bytes second = SomeBytes(5000, 2);

  SUBCASE("copies are kept until Remove, also over a restart") {
    REQUIRE(carrier.sender().Send(first).ok());
    CHECK(TakeAll(carrier.receiver()).size() == 1);
    CHECK(TakeAll(carrier.receiver()).size() == 1);
    carrier.Restart();
    CHECK(TakeAll(carrier.receiver()).size() == 1);
  }
  SUBCASE("Remove takes away exactly that one, and for good") {
    REQUIRE(carrier.sender().Send(first).ok());
    REQUIRE(carrier.sender().Send(second).ok());
    for (const Arrival& arrival : TakeAll(carrier.receiver())) {
      if (arrival.sealed == first) REQUIRE(carrier.receiver().Remove(arrival.handle).ok());
    }
    CHECK(Contents(TakeAll(carrier.receiver())) == std::multiset<Bytes>{second});
    carrier.Restart();
    CHECK(Contents(TakeAll(carrier.receiver())) == std::multiset<Bytes>{second});
  }
  SUBCASE("removing again, or after a restart, is success") {
    REQUIRE(carrier.sender().Send(first).ok());
    const auto arrivals = TakeAll(carrier.receiver());
    carrier.Restart();
    CHECK(carrier.receiver().Remove(arrivals[0].handle).ok());
    CHECK(carrier.receiver().Remove(arrivals[0].handle).ok());
    CHECK(TakeAll(carrier.receiver()).empty());
  }
  SUBCASE("what is not removed hides nothing") {
    std::multiset<Bytes> sent, received;
    for (unsigned i = 0; i < 6; ++i) {
      sent.insert(SomeBytes(1000, i));
      REQUIRE(carrier.sender().Send(SomeBytes(1000, i)).ok());
    }
    for (unsigned look = 0; look < 6; ++look) {
      received.merge(Contents(TakeAll(carrier.receiver(), 2)));
    }
    for (const Bytes& packet : sent) CHECK(received.count(packet) >= 1);
  }
  SUBCASE("packets sent in between do not disturb a removal") {
    REQUIRE(carrier.sender().Send(first).ok());
    const auto arrivals = TakeAll(carrier.receiver());
    REQUIRE(carrier.sender().Send(second).ok());
    REQUIRE(carrier.receiver().Remove(arrivals[0].handle).ok());
    CHECK(Contents(TakeAll(carrier.receiver())) == std::multiset<Bytes>{second});
  }
}

// Many packets, large ones, and what is no packet.
inline void CheckLoad(CarrierUnderTest& carrier) {
  const Bytes first = SomeBytes(4096, 1);

  SUBCASE("many packets all arrive, in portions and whatever the order") {
    std::multiset<Bytes> sent;
    for (unsigned i = 0; i < 100; ++i) {
      const Bytes packet = SomeBytes(100 + i, 1000 + i);
      REQUIRE(carrier.sender().Send(packet).ok());
      sent.insert(packet);
    }
    CHECK(Drain(carrier.receiver(), 7) == sent);
    CHECK(TakeAll(carrier.receiver()).empty());
  }
  SUBCASE("the largest packet passes and a larger one is refused") {
    const Bytes largest = SomeBytes(static_cast<std::size_t>(carrier.sealed_bytes_max()), 3);
    REQUIRE(carrier.sender().Send(largest).ok());
    const auto arrivals = TakeAll(carrier.receiver());
    REQUIRE(arrivals.size() == 1);
    CHECK((arrivals[0].sealed == largest));  // not printed on failure
    CHECK(!carrier.sender().Send(largest + "x").ok());
    CHECK(!carrier.sender().Send("").ok());
  }
  SUBCASE("foreign content hides no packet") {
    if (!carrier.PlantForeign("this is no packet")) return;
    REQUIRE(carrier.sender().Send(first).ok());
    CHECK(Contents(TakeAll(carrier.receiver())).count(first) == 1);
    CHECK(Drain(carrier.receiver(), 10).count(first) == 1);
  }
}

inline void CheckCarrier(const MakeCarrier& make) {
  const std::unique_ptr<CarrierUnderTest> carrier = make();
  CheckSending(*carrier);
  CheckRemoval(*carrier);
  CheckLoad(*carrier);
}

}  // namespace valise
