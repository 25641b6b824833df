// RFC 4648, section 4, strictly: one string of octets has one text, and nothing else is read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "packet/bytes.h"

namespace valise {

std::string Base64(std::string_view bytes);  // padded, in one line

// nullopt for any other character, missing or needless padding, anything after it, unused bits that
// are not zero.
std::optional<Bytes> FromBase64(std::string_view text);
// The same, but blanks, tabs and line ends are passed over: text may have been wrapped anew.
std::optional<Bytes> FromBase64Lines(std::string_view text);

}  // namespace valise
