// Delivery reports, RFC 3464: who could not deliver what, and why. A hint: anybody can write one.
#pragma once

#include <string_view>

#include "transport/mail/mime.h"
#include "transport/mail/parts.h"

namespace valise {

// The body of a part message/delivery-status, decoded: of the first recipient that has an action,
// for our mails have one. `original_message_id` is not in it and stays empty.
DeliveryReport ReadDeliveryStatus(std::string_view body);

// The id in a Message-ID, the first one in In-Reply-To or References; without <>; empty if none.
std::string ReadMessageId(std::string_view value);

}  // namespace valise
