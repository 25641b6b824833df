// fuzz_NAME SECONDS [SEED]: random damage to good inputs, for compilers without libFuzzer. Prints
// the number of executions. A failing run has printed its seed and leaves its input beside itself.
// fuzz_NAME FILE: that input again.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "packet/entropy.h"
#include "tests/fuzz/fuzz.h"

// So that what a sanitizer finds ends like a failed CHECK, with the input in a file.
extern "C" const char* __asan_default_options() { return "abort_on_error=1"; }
extern "C" int __lsan_do_recoverable_leak_check() __attribute__((weak));

namespace {

using namespace valise;

constexpr unsigned kSecondsMax = 60;  // for one input

// For the signal handler.
Bytes input;
std::string failed_file;

void Failed(int number) {
  constexpr std::string_view kLate = "an input took too long\n", kLeft = "its input is in ";
  const auto say = [](std::string_view text) { (void)!write(2, text.data(), text.size()); };
  if (number == SIGALRM) say(kLate);
  const int file = open(failed_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  (void)!write(file, input.data(), input.size());
  say(kLeft);
  say(failed_file);
  say("\n");
  std::signal(SIGABRT, SIG_DFL);
  std::abort();
}

void Run() {
  alarm(kSecondsMax);
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

class Damager {
 public:
  Damager(std::vector<Bytes> samples, std::uint64_t seed)
      : samples_(std::move(samples)), words_(fuzz::Words()), entropy_(seed) {}

  void Next() {
    input = Any(samples_);
    for (std::size_t times = Below(4) + 1; times > 0 && input.size() > 1; --times) Damage();
  }

 private:
  std::size_t Below(std::size_t bound) { return entropy_.RandomU64() % bound; }
  const Bytes& Any(const std::vector<Bytes>& list) { return list[Below(list.size())]; }
  char Octet() { return static_cast<char>(entropy_.RandomU64()); }

  void Damage() {
    const std::size_t at = 1 + Below(input.size() - 1);
    switch (Below(words_.empty() ? 8 : 10)) {
      case 0:
        input[at] = static_cast<char>(input[at] ^ (1 << Below(8)));
        break;
      case 1:
        input[at] = Octet();
        break;
      case 2:
        input.erase(at, Below(16));
        break;
      case 3:
        input.insert(at, input.substr(at, Below(16)));
        break;
      case 4:
        input.insert(at, Below(16), Octet());
        break;
      case 5:
        Splice(at);
        break;
      case 6:
        if (Below(4) == 0) input.erase(at);
        break;
      case 7:
        MoveLine(at);
        break;
      case 8:
        input.insert(at, Any(words_));
        break;
      default:
        input.replace(at, Below(12), Any(words_));
    }
  }

  // A piece of another sample in place of one of this.
  void Splice(std::size_t at) {
    const Bytes& other = Any(samples_);
    if (other.size() < 2) return;
    const std::size_t from = 1 + Below(other.size() - 1);
    input.replace(at, Below(64), other.substr(from, Below(2) == 0 ? Bytes::npos : Below(64)));
  }

  // A line goes, or comes again elsewhere.
  void MoveLine(std::size_t at) {
    const std::size_t before = input.rfind('\n', at - 1);
    const std::size_t begin = before == Bytes::npos ? 1 : before + 1;
    const std::size_t end = std::min(input.find('\n', begin), input.size() - 1) + 1;
    const Bytes line = input.substr(begin, end - begin);
    if (Below(2) == 0) input.erase(begin, end - begin);
    if (Below(2) == 0) input.insert(1 + Below(input.size()), line);
  }

  std::vector<Bytes> samples_;
  std::vector<Bytes> words_;
  SeededEntropy entropy_;
};

int Again(const char* file) {
  std::ifstream in(file, std::ios::binary);
  input.assign(std::istreambuf_iterator<char>(in), {});
  Run();
  std::printf("%s: held\n", file);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  namespace fs = std::filesystem;
  const std::string name = fs::path(argv[0]).filename();
  failed_file = fs::absolute(argv[0]).string() + ".failed";
  std::signal(SIGABRT, Failed);
  std::signal(SIGALRM, Failed);
  char* end = nullptr;
  const double seconds = argc > 1 ? std::strtod(argv[1], &end) : 1;
  if (argc > 1 && *end != '\0') return Again(argv[1]);
  const std::uint64_t seed =
      argc > 2 ? std::strtoull(argv[2], nullptr, 10) : SystemEntropy().RandomU64();
  std::printf("%s: seed %llu\n", name.c_str(), static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  const std::vector<Bytes> samples = fuzz::Samples();
  const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  unsigned long long executions = 0;
  for (const Bytes& sample : samples) {
    input = sample;
    Run();
    ++executions;
  }
  Damager damager(samples, seed);
  while (std::chrono::steady_clock::now() < until) {
    damager.Next();
    Run();
    ++executions;
  }
  alarm(0);
  std::signal(SIGABRT, SIG_DFL);  // no input is known to be the cause from here on
  if (__lsan_do_recoverable_leak_check != nullptr && __lsan_do_recoverable_leak_check() != 0) {
    std::printf("%s: %llu executions, memory leaked\n", name.c_str(), executions);
    std::fflush(stdout);
    _exit(1);  // or it would be told again
  }
  std::printf("%s: %llu executions, none failed\n", name.c_str(), executions);
  return 0;
}
