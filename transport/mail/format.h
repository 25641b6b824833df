// What writing and reading a mail share: packet/FORMAT.md, Mail.
#pragma once

#include <string_view>

namespace valise {

inline constexpr std::string_view kMailSubject = "Data exchange";
inline constexpr std::string_view kMailArmorBegin = "-----BEGIN DATA-----";
inline constexpr std::string_view kMailArmorEnd = "-----END DATA-----";

}  // namespace valise
