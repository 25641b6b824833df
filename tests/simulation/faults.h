// How much goes wrong in one run. Each seed draws its own ratios (swarm testing), in permille.
#pragma once

namespace valise::simulation {

struct Faults {
  int folder_drop = 0, folder_duplicate = 0, folder_corrupt = 0;
  long folder_delay_ms = 1;          // up to
  int jira_not_sent = 0, jira_refused_before = 0, jira_limit = 0;
  int jira_lost_answer = 0;          // applied, but the answer never comes
  int jira_late_apply = 0;           // applied long after the client gave up
  int jira_error_after = 0;          // 5xx although applied
  int crash_commit = 0;              // per commit, before or after it
  int crash_answer = 0;              // as an answer arrives: between a write and its commit
  long clock_skew_ms = 0;            // of FIELD's Jira and agent against HQ's
  long index_lag_ms = 0;
};

}  // namespace valise::simulation
