// The rules a value must keep to be on the wire, asked on both ways: a decoder answers with the
// error, an encoder takes a breach for a bug (CHECK). Texts are UTF-8 and bounded by limits.h, ids
// are there, kinds are known. What a field or value means is for the contract, not for this layer.
#pragma once

#include "packet/packet.h"
#include "packet/result.h"

namespace valise {

// Errors: kRejectPacket, "VAL-PACKET-MALFORMED", "-LIMIT", or "-VERSION" for an unknown feature.
Result<void> ValidateCore(const Core& core);
Result<void> ValidateControl(const Control& control);
// Call it before a change that came from Jira is packed: EncodePayload CHECKs it.
Result<void> ValidateRecord(const Record& record);

}  // namespace valise
