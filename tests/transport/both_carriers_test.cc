#include "transport/both_carriers.h"

#include "tests/transport/conformance.h"
#include "tests/transport/memory_transport.h"

namespace valise {
namespace {

class BrokenTransport final : public Transport {
 public:
  Result<void> Send(std::string_view) override { return Broken(); }
  Result<std::vector<Arrival>> Receive(std::size_t) override { return Broken(); }
  Result<void> Remove(const std::string&) override { return Broken(); }

 private:
  static Error Broken() { return {Recovery::kRetryLater, "VAL-BROKEN", "broken"}; }
};

class BothUnderTest final : public CarrierUnderTest {
 public:
  Transport& sender() override { return both_; }
  Transport& receiver() override { return both_; }
  void Restart() override {}
  bool PlantForeign(std::string_view bytes) override {
    first_.copies["foreign"] = Bytes(bytes);
    return true;
  }

 private:
  MemoryLink first_, second_;
  MemoryTransport one_{first_}, two_{second_};
  BothCarriers both_{{one_, true}, {two_, false}};
};

TEST_CASE("two carriers as one conform, sending over one") {
  CheckCarrier([] { return std::make_unique<BothUnderTest>(); });
}

TEST_CASE("sending over both gives twins, taking from both loses none") {
  MemoryLink first, second;
  MemoryTransport one(first), two(second);
  BothCarriers both({one, true}, {two, true});
  REQUIRE(both.Send("x").ok());
  CHECK(first.copies.size() == 1);
  CHECK(second.copies.size() == 1);
  CHECK(Drain(both, 3).size() == 2);
  CHECK(first.copies.empty());
  CHECK(second.copies.empty());
  CHECK(!both.Remove("").ok());
  CHECK(!both.Remove("7x").ok());
}

TEST_CASE("a flood over one carrier hides nothing on the other") {
  MemoryLink first, second;
  for (int i = 0; i < 100; ++i) first.copies[std::to_string(i)] = "flood";
  second.copies["a"] = "wanted";
  MemoryTransport one(first), two(second);
  BothCarriers both({one, true}, {two, true});
  CHECK(Contents(TakeAll(both, 10)).count("wanted") == 1);
}

TEST_CASE("one broken carrier impairs, two are an error") {
  MemoryLink link;
  MemoryTransport works(link);
  BrokenTransport broken, broken_too;
  BothCarriers half({broken, true}, {works, true});
  CHECK(half.Send("x").ok());
  CHECK(half.Receive(5).value().size() == 1);
  REQUIRE(half.News().impaired);
  CHECK(half.News().impaired->code == "VAL-BROKEN");  // as long as it is so
  BothCarriers none({broken, true}, {broken_too, true});
  CHECK(!none.Send("x").ok());
  CHECK(!none.Receive(5).ok());
  BothCarriers unsent({broken, false}, {works, true});
  CHECK(unsent.Send("x").ok());
  CHECK(!unsent.News().impaired);
}

}  // namespace
}  // namespace valise
