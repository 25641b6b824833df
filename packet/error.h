// The errors that more than one .cc file of this folder makes. Their codes: FORMAT.md.
#pragma once

#include <string>
#include <utility>

#include "packet/result.h"

namespace valise {

// `code` without its prefix: "MAGIC" makes "VAL-PACKET-MAGIC".
inline Error PacketError(std::string_view code, std::string message) {
  return {Recovery::kRejectPacket, "VAL-PACKET-" + std::string(code), std::move(message)};
}
inline Error Malformed(std::string message) { return PacketError("MALFORMED", std::move(message)); }
inline Error OverLimit(std::string message) { return PacketError("LIMIT", std::move(message)); }
inline Error NewerVersion(const std::string& what) {
  return PacketError("VERSION", what + " comes from a newer version of valise: upgrade this site");
}

}  // namespace valise
