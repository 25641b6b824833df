// Two sites, a channel, and packets between them, for tests to spoil.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "packet/seal.h"

namespace valise::samples {

Id SampleId(std::uint8_t number);
Digest SampleDigest(std::uint8_t number);
SecretBytes SamplePreShared(std::uint8_t number);

Register SampleRegister();
Change SampleChange();
State SampleState();
// One of every kind, an unknown one included.
std::vector<Record> SampleRecords();
Control SampleControl();

// Keys made from seeds, so that every run and every test vector has the same ones.
struct Pair {
  Pair();
  SiteKeys hq;
  SiteKeys field;
  SiteKeys stranger;
  Id channel;
};

// A packet from hq to field, with what it was made of.
struct Packet {
  Core core;
  Bytes core_bytes;
  Bytes control_bytes;
  Bytes payload;
  Bytes sealed;
};
Core SampleCore(const Pair& pair, const Payload& payload);
Packet SamplePacket(const Pair& pair, const std::vector<Record>& records,
                    const SecretBytes* pre_shared = nullptr, std::uint64_t seed = 7);

// "ok", or the code of the error of the first step that fails: header, body, records.
std::string OpenAll(std::string_view sealed, const OpenAs& as);
OpenAs AsField(const Pair& pair);

}  // namespace valise::samples
