// What a fuzz target is: one file that defines these three. fuzz_main.cc drives it, or libFuzzer
// (clang, -DFUZZ=ON). Input is what the outside could send; a target checks what must hold of it
// with CHECK, and anything that ends the process is a failure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "packet/bytes.h"
#include "packet/check.h"

namespace valise::fuzz {

// Good inputs, of which copies are damaged. The first octet picks the reader and stays.
std::vector<Bytes> Samples();

// What damage may put anywhere: words of the format, and what readers stumble over.
std::vector<Bytes> Words();

// One sample: the octet that picks the reader, and its input.
inline Bytes For(char reader, const Bytes& input) { return Bytes(1, reader) + input; }

}  // namespace valise::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
