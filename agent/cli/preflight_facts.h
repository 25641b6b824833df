// Asks a Jira everything that a preflight looks at. Reads only.
#pragma once

#include "agent/cli/jira_session.h"
#include "agent/clock.h"
#include "agent/preflight.h"

namespace valise::cli {

// Some 20 requests, one more for each bound type without paged metadata, three for each type that
// has an issue, and two for each account that the binding names. Errors: no log-in, no project, no
// metadata; whatever else Jira does not tell is in `unread`.
Result<PreflightFacts> ReadPreflightFacts(JiraSession& jira, const Config& config, Clock& clock);

}  // namespace valise::cli
