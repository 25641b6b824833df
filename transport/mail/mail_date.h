// Dates as mail and IMAP write them.
#pragma once

#include <cstdint>
#include <string>

namespace valise {

std::string MailDate(std::int64_t ms);  // "Sun, 22 Nov 2026 08:50:15 +0000" (RFC 5322, 3.3)
std::string ImapDate(std::int64_t ms);  // "22-Nov-2026" (RFC 3501, "date")

}  // namespace valise
