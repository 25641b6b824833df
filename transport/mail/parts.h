// The parts of a mail as views into its octets: nothing is copied, and every bound is checked
// before anything is read. RFC 2046, 5.1; RFC 5322, 2.1.
#pragma once

#include <string_view>
#include <vector>

#include "packet/result.h"
#include "transport/mail/header.h"

namespace valise {

Error MailLimit(std::string_view what);  // VAL-MAIL-LIMIT

// A mail or a part of one.
struct MailEntity {
  MailHeader header;
  std::string_view body;
};
// The header ends with the first empty line. Errors: VAL-MAIL-LIMIT for a longer header than
// limits::kMailHeaderBytesMax.
Result<MailEntity> ReadEntity(std::string_view octets);

// What stands between the boundary's lines; the last part may lack its end. Blanks after a boundary
// are allowed (5.1.1, transport padding). Empty if there is no such line. Errors: VAL-MAIL-LIMIT
// for more than limits::kMailPartsMax.
Result<std::vector<std::string_view>> SplitParts(std::string_view body, std::string_view boundary);

}  // namespace valise
