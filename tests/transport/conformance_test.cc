#include "tests/transport/conformance.h"

#include "tests/transport/memory_transport.h"
#include "transport/drop_folder.h"

namespace valise {
namespace {

class MemoryCarrier final : public CarrierUnderTest {
 public:
  Transport& sender() override { return ends_; }
  Transport& receiver() override { return ends_; }
  void Restart() override {}
  bool PlantForeign(std::string_view bytes) override {
    link_.copies["foreign"] = Bytes(bytes);
    return true;
  }

 private:
  MemoryLink link_;
  MemoryTransport ends_{link_};
};

class FolderCarrier final : public CarrierUnderTest {
 public:
  FolderCarrier() {
    REQUIRE(DropFolder::Prepare({folder_ / "there", folder_ / "back"}).ok());
    Restart();
  }
  Transport& sender() override { return *sender_; }
  Transport& receiver() override { return *receiver_; }
  void Restart() override {
    sender_.emplace(DropFolderSettings{folder_ / "there", folder_ / "back"});
    receiver_.emplace(DropFolderSettings{folder_ / "back", folder_ / "there"});
  }
  bool PlantForeign(std::string_view bytes) override {
    WriteFile(folder_ / "there/aaa.txt", bytes);
    WriteFile(folder_ / "there/.hidden.valise", bytes);
    WriteFile(folder_ / "there/abc.valise.part", bytes);
    std::filesystem::create_directory(folder_ / "there/aaa.valise");
    return true;
  }

 private:
  TemporaryFolder folder_;
  std::optional<DropFolder> sender_;
  std::optional<DropFolder> receiver_;
};

TEST_CASE("the carrier in memory conforms") {
  CheckCarrier([] { return std::make_unique<MemoryCarrier>(); });
}

TEST_CASE("the drop folder conforms") {
  CheckCarrier([] { return std::make_unique<FolderCarrier>(); });
}

}  // namespace
}  // namespace valise
