// Base64 as in basic authentication and in saved states.
#pragma once

#include <string>
#include <string_view>

namespace valise::standin {

std::string ToBase64(std::string_view bytes);

// Stops at the first character that is none of the alphabet.
std::string FromBase64(std::string_view text);

}  // namespace valise::standin
