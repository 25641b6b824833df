// Random but valid values for property tests, from one seed.
#pragma once

#include "packet/entropy.h"
#include "packet/packet.h"

namespace valise {

class ValueMaker {
 public:
  explicit ValueMaker(std::uint64_t seed) : entropy_(seed) {}

  Core MakeCore();
  Control MakeControl();
  Record MakeRecord();  // any alternative
  std::vector<Record> MakeRecords(std::size_t count);
  Record MakePiece(std::size_t bytes);
  std::uint64_t Below(std::uint64_t bound) { return entropy_.RandomU64() % bound; }

 private:
  bool Coin() { return Below(2) == 1; }
  Id MakeId() { return entropy_.RandomId(); }
  Digest MakeDigest();
  std::string Text(std::size_t length_max);
  std::string Name() { return Text(30) + "n"; }
  Person MakePerson() { return {Text(20), Text(5)}; }
  Version MakeVersion();
  RegisterKey MakeKey();
  Register MakeRegister();
  IssueOrigin MakeOrigin();
  std::vector<ObjectOrigin> MakeObjects();
  Ack MakeAck();
  Change MakeChange();
  Outcome MakeOutcome();
  State MakeState();

  SeededEntropy entropy_;
};

}  // namespace valise
