// What the codec's .cc files share. Generated classes are only named here; their header is
// included by codec*.cc alone.
#pragma once

#include <algorithm>

#include "packet/error.h"
#include "packet/packet.h"

namespace valise::wire {
class Change;
class Outcome;
class State;
}  // namespace valise::wire

namespace valise {

void ToWire(const Change& change, wire::Change& message);
void ToWire(const Outcome& outcome, wire::Outcome& message);
void ToWire(const State& state, wire::State& message);
// These take the texts out of `message`. They check shapes; ValidateRecord checks the values.
Result<Change> FromWire(wire::Change& message);
Result<Outcome> FromWire(wire::Outcome& message);
Result<State> FromWire(wire::State& message);

// "None" is an absent field, so that zero ids cost nothing.
template <typename IdOrDigest>
Bytes WireBytes(const IdOrDigest& id) {
  return id.is_zero() ? Bytes() : Bytes(View(id));
}

inline Result<Id> IdFromWire(std::string_view bytes) {
  if (bytes.empty()) return Id{};
  const std::optional<Id> id = IdFromBytes(bytes);
  if (!id) return Malformed("an id has " + std::to_string(bytes.size()) + " bytes, not 16");
  return *id;
}

inline Result<Digest> DigestFromWire(std::string_view bytes) {
  if (bytes.empty()) return Digest{};
  const std::optional<Digest> digest = DigestFromBytes(bytes);
  if (!digest) return Malformed("a digest has " + std::to_string(bytes.size()) + " bytes, not 32");
  return *digest;
}

// A number too large for the enum becomes 255, which no enum has: validation refuses it.
template <typename Enum>
Enum EnumFromWire(std::uint32_t number) {
  return static_cast<Enum>(std::min(number, std::uint32_t{255}));
}
template <typename Enum>
std::uint32_t WireNumber(Enum value) {
  return static_cast<std::uint32_t>(value);
}

}  // namespace valise
