#include "transport/mail/delivery_report.h"

#include "packet/limits.h"
#include "transport/mail/text.h"

namespace valise {
namespace {

constexpr int kGroupsMax = 100;

// "rfc822;x@y", "smtp; 550 no": what follows the type (RFC 3464, 2.1.2).
std::string_view WithoutType(std::string_view value) {
  const std::size_t semicolon = value.find(';');
  const bool is_typed = value.substr(0, semicolon).find(' ') == std::string_view::npos;
  if (semicolon == std::string_view::npos || !is_typed) return value;
  return WithoutBlanks(value.substr(semicolon + 1));
}

// "failed (retry time not reached)"
std::string_view FirstWord(std::string_view value) {
  return value.substr(0, value.find_first_of(" \t("));
}

}  // namespace

// Groups of fields with an empty line after each: the first is about the mail, the others about one
// recipient each. Which is which shows in the fields, for some gateways leave the first one out.
DeliveryReport ReadDeliveryStatus(std::string_view body) {
  DeliveryReport report;
  for (int group = 0; group < kGroupsMax && !body.empty(); ++group) {
    const auto entity = ReadEntity(body);
    if (!entity.ok()) break;
    const MailHeader& fields = entity.value().header;
    body = entity.value().body;
    if (!fields.Has("action") && !fields.Has("status")) continue;
    report.action = PrintableMailText(LowerCase(FirstWord(fields.Find("action"))));
    report.status = PrintableMailText(FirstWord(fields.Find("status")));
    report.diagnostic = PrintableMailText(WithoutType(fields.Find("diagnostic-code")));
    break;
  }
  return report;
}

std::string ReadMessageId(std::string_view value) {
  const std::size_t open = value.find('<');
  if (open == std::string_view::npos) return PrintableMailText(FirstWord(value));
  const std::size_t close = value.find('>', open);
  if (close == std::string_view::npos) return "";
  return PrintableMailText(WithoutBlanks(value.substr(open + 1, close - open - 1)));
}

}  // namespace valise
