// fuzz_packet SECONDS [SEED]: random damage to good inputs, for compilers without libFuzzer.
// Prints the number of executions. A failing run prints its seed first and aborts.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "tests/packet/samples.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace valise;

std::vector<Bytes> GoodInputs() {
  const samples::Pair pair;
  const samples::Packet packet = samples::SamplePacket(pair, samples::SampleRecords());
  const Bytes decoders(1, '\0');
  const Bytes payloads(1, '\1');
  const Bytes packets(1, '\2');
  std::vector<Bytes> inputs = {decoders + packet.core_bytes, decoders + packet.control_bytes,
                               packets + packet.sealed, packets + EncodeCard(pair.hq.card),
                               packets + Bytes(EncodeKeys(pair.hq).view())};
  for (const Record& record : samples::SampleRecords()) {
    inputs.push_back(decoders + EncodeRecord(record));
    const Payload payload = EncodePayload({&record, 1});
    const Bytes length = {static_cast<char>(payload.records_bytes & 0xff),
                          static_cast<char>(payload.records_bytes >> 8 & 0xff)};
    inputs.push_back(payloads + length + payload.bytes);
  }
  return inputs;
}

void Damage(Bytes& input, Entropy& entropy) {
  for (std::uint64_t times = entropy.RandomU64() % 4 + 1; times > 0 && input.size() > 1; --times) {
    const std::size_t at = 1 + entropy.RandomU64() % (input.size() - 1);
    switch (entropy.RandomU64() % 5) {
      case 0:
        input[at] = static_cast<char>(input[at] ^ (1 << entropy.RandomU64() % 8));
        break;
      case 1:
        input[at] = static_cast<char>(entropy.RandomU64());
        break;
      case 2:
        input.erase(at, entropy.RandomU64() % 16);
        break;
      case 3:
        input.insert(at, input.substr(at, entropy.RandomU64() % 16));
        break;
      default:
        input.insert(at, entropy.RandomU64() % 16, static_cast<char>(entropy.RandomU64()));
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::strtod(argv[1], nullptr) : 1;
  const std::uint64_t seed =
      argc > 2 ? std::strtoull(argv[2], nullptr, 10) : SystemEntropy().RandomU64();
  std::printf("fuzz_packet: seed %llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  SeededEntropy entropy(seed);
  const std::vector<Bytes> inputs = GoodInputs();
  const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  unsigned long long executions = 0;
  while (std::chrono::steady_clock::now() < until) {
    Bytes input = inputs[entropy.RandomU64() % inputs.size()];
    Damage(input, entropy);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
    ++executions;
  }
  std::printf("fuzz_packet: %llu executions, none failed\n", executions);
  return 0;
}
