// Values as text for people: failing tests, `valise inspect`. The form is not stable. Shows issue
// content, so it never goes to a log.
#pragma once

#include <string>

#include "packet/packet.h"

namespace valise {

std::string Describe(const Core& core);        // several lines
std::string Describe(const Control& control);  // several lines
std::string Describe(const Record& record);    // several lines
std::string Describe(const Version& version);
std::string Describe(const Value& value);  // quoted, control characters escaped, cut at 200

}  // namespace valise
