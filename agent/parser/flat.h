// What the child answers: values laid out flat, in a form so plain that the parent can read it
// without protobuf, zstd, tar or TOML. Numbers are little-endian and of fixed width, texts and
// lists have a 32-bit length in front. It never leaves this machine, so it has no version.
//
// The parent trusts none of it: every length is checked against what is left and against limits.h,
// and each value against packet/validate.h, as if it came from the peer. A child that was taken
// over can lie only about the packet that took it over.
//
// Errors of the readers: kRejectPacket, "VAL-PARSER-ANSWER", or those of packet/validate.h.
#pragma once

#include <string_view>
#include <utility>

#include "agent/config/toml_tree.h"
#include "packet/packet.h"
#include "packet/result.h"
#include "transport/bundle.h"
#include "transport/mail/mime.h"

namespace valise {

Bytes FlatHeader(const Core& core, const Control& control);
Result<std::pair<Core, Control>> ReadFlatHeader(std::string_view bytes);

Bytes FlatRecord(const Record& record);
Result<Record> ReadFlatRecord(std::string_view bytes);

Bytes FlatSummary(const BundleSummary& summary);
Result<BundleSummary> ReadFlatSummary(std::string_view bytes);

// All but the packets, which travel as frames of their own. The reader makes the texts printable
// and cuts them, as ReadMail did.
Bytes FlatMail(const ReceivedMail& mail);
Result<ReceivedMail> ReadFlatMail(std::string_view bytes);

// Within limits::kTomlNodesMax and kTomlDepthMax, which the writer CHECKs. The reader makes the
// fault printable, cut to 1000 octets.
Bytes FlatToml(const TomlDocument& document);
Result<TomlDocument> ReadFlatToml(std::string_view bytes);

// Only code and message travel; what the caller does next is the parent's to say. The reader makes
// the text printable and cuts it to 1000 octets; of anything else it makes VAL-PARSER-ANSWER.
Bytes FlatError(const Error& error);
Error ReadFlatError(std::string_view bytes, Recovery recovery);

}  // namespace valise
