// What `check-config --live` finds out by asking the servers that the configuration names: one line
// each, in the order they were asked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/preflight.h"
#include "packet/result.h"

namespace valise::cli {

struct LiveCheck {
  std::string what;                      // "imap mail.example.org:993"
  std::string found;                     // what is well
  std::optional<Error> problem;          // or what is not, with what to type
  Severity severity = Severity::kFails;  // of the problem
};
using LiveChecks = std::vector<LiveCheck>;

// TLS, login, SIZE, capabilities, folders, quota, and a mail to itself. Sends one mail; changes
// nothing else.
LiveChecks CheckMailLive(const Config& config);

// Everything of contract and binding that this Jira would refuse, or hold: agent/preflight.h.
// Changes nothing.
LiveChecks CheckJiraLive(const Config& config);

}  // namespace valise::cli
