// Every file under tests/vectors/ says what must happen, and it happens.
#include "tests/packet/vector.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/packet/samples.h"
#include "tests/packet/test.h"
#include "tests/packet/wire.h"

namespace valise {
namespace {

using namespace samples;

std::vector<Vector> ReadAll() {
  std::vector<Vector> vectors;
  for (const auto& entry : std::filesystem::directory_iterator(VECTORS_DIRECTORY)) {
    std::ifstream file(entry.path());
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    vectors.push_back(Read(entry.path().stem(), text));
  }
  return vectors;
}

// Gives what a vector says, in the order of Seal's asking.
class WrittenEntropy final : public Entropy {
 public:
  explicit WrittenEntropy(Bytes bytes) : bytes_(std::move(bytes)) {}
  void Fill(void* buffer, std::size_t bytes) override {
    CHECK(bytes <= bytes_.size());
    std::copy_n(bytes_.data(), bytes, static_cast<char*>(buffer));
    bytes_.erase(0, bytes);
  }

 private:
  Bytes bytes_;
};

void ExpectAccepted(const Vector& vector, const OpenAs& as) {
  const Bytes sealed = vector.Octets("packet");
  InProcessHeaderParser parser;
  const Result<OpenedHeader> header = OpenHeader(sealed, as, parser);
  REQUIRE(header.ok());
  EXPECT(header.value().core_bytes == vector.Octets("core"));
  EXPECT(View(header.value().packet_id) == vector.Octets("packet-id"));
  EXPECT(header.value().control == DecodeControl(vector.Octets("control")).value());
  const Result<Bytes> payload = OpenBody(sealed, header.value());
  REQUIRE(payload.ok());
  EXPECT(payload.value() == vector.Octets("payload"));
  const auto records = DecodePayload(payload.value(), header.value().core.records_bytes);
  REQUIRE(records.ok());
  Bytes stream;
  for (const Record& record : records.value()) stream += wire_form::Delimited(EncodeRecord(record));
  if (vector.fields.contains("records")) EXPECT(stream == vector.Octets("records"));

  WrittenEntropy entropy(vector.Octets("ephemeral-secret") + vector.Octets("stream-header"));
  const SiteKeys sender = DecodeKeys(vector.Octets("sender-keys")).value();
  const PeerCard receiver = DecodeCard(vector.Octets("receiver-card")).value();
  EXPECT(Seal(vector.Octets("core"), vector.Octets("control"), vector.Octets("payload"),
              {sender, receiver, as.pre_shared}, entropy) == sealed);
}

void ExpectPacket(const Vector& vector) {
  const SiteKeys own = DecodeKeys(vector.Octets("receiver-keys")).value();
  const PeerCard peer = DecodeCard(vector.Octets("sender-card")).value();
  const Bytes pre_shared = vector.Octets("pre-shared");
  SecretBytes secret(32);
  std::copy_n(pre_shared.begin(), pre_shared.size(), secret.data());
  const OpenAs as{own,
                  peer,
                  *IdFromBytes(vector.Octets("channel")),
                  pre_shared.empty() ? nullptr : &secret,
                  {}};
  EXPECT(OpenAll(vector.Octets("packet"), as) == vector.fields.at("expect"));
  if (vector.fields.at("expect") == "ok") ExpectAccepted(vector, as);
}

void ExpectPairing(const Vector& vector) {
  const PeerCard a = DecodeCard(vector.Octets("card-a")).value();
  const PeerCard b = DecodeCard(vector.Octets("card-b")).value();
  const Id channel = *IdFromBytes(vector.Octets("channel"));
  const Digest contract = *DigestFromBytes(vector.Octets("contract-digest"));
  EXPECT(View(SiteId(a)) == vector.Octets("site-a"));
  EXPECT(View(SiteId(b)) == vector.Octets("site-b"));
  EXPECT(PairingCode(a, b, channel, contract) == vector.fields.at("code"));
  EXPECT(PairingCode(b, a, channel, contract) == vector.fields.at("code"));
}

TEST_CASE("every test vector does what it says") {
  const std::vector<Vector> vectors = ReadAll();
  EXPECT(vectors.size() >= 36);
  for (const Vector& vector : vectors) {
    CAPTURE(vector.name);
    if (vector.fields.contains("packet"))
      ExpectPacket(vector);
    else
      ExpectPairing(vector);
  }
}

}  // namespace
}  // namespace valise
