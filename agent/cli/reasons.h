// What a reason code means and what to type: the operator's side of holds and refusals.
#pragma once

#include <string>

#include "packet/model.h"

namespace valise::cli {

// "value" -> "no local option stands for it; bind it in channel.toml, then: valise retry ISSUE".
// Empty for an unknown code. A code may carry a field name after a colon.
std::string Remedy(const std::string& reason_code);
// Of something listed: its kind ("unmapped", "altered") says more than its reason, where it does.
std::string RemedyOf(const std::string& kind, const std::string& reason_code);
// The same with the issue's name in it, ready to type.
std::string RemedyFor(const std::string& kind, const std::string& reason_code,
                      const std::string& issue);
const char* NameOf(OutcomeResult result);

}  // namespace valise::cli
