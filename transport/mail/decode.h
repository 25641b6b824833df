// What a leaf of a mail holds, out of its transfer encoding, and whether that is a packet.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "packet/bytes.h"
#include "transport/mail/parts.h"

namespace valise {

// RFC 2045, 6.7, strictly but for lower-case digits: nullopt for an octet that may not stand there.
std::optional<Bytes> FromQuotedPrintable(std::string_view text);

// By Content-Transfer-Encoding, an unknown one taken as none: a view of the mail itself, or of what
// was decoded into `storage`. nullopt if it is not so encoded.
std::optional<std::string_view> DecodeBody(const MailEntity& leaf, Bytes* storage);

struct FoundPacket {
  Bytes sealed;
  bool is_damaged = false;  // altered so that it cannot be decoded: `sealed` is empty
};
// A leaf that begins like a packet does, whatever it is called. Large parts in base64 that do not
// are not decoded.
std::optional<FoundPacket> FindAttachedPacket(const MailEntity& leaf);
// Every armoured packet in a text; quote marks, HTML tags and new line breaks
// are passed over. Armour around
// anything but a packet is no concern of ours. At most limits::kMailPacketsMax + 1.
std::vector<FoundPacket> FindArmoredPackets(std::string_view text);

}  // namespace valise
