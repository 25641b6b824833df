// STATE/peer as text: `name value` lines.
#pragma once

#include <string>
#include <string_view>

#include "agent/pairing.h"

namespace valise {

std::string EncodePeerRecord(const PeerRecord& record);
// Error: VAL-PAIR-STATE.
Result<PeerRecord> DecodePeerRecord(std::string_view text);

}  // namespace valise
