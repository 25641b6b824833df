#include "agent/cli/live_check.h"
#include "agent/cli/preflight_facts.h"

namespace valise::cli {

namespace {

LiveCheck Told(const PreflightFinding& finding) {
  return {finding.place, "",
          Error{Recovery::kAskOperator, finding.code, finding.why + "; " + finding.remedy},
          finding.severity};
}

LiveChecks Failed(const Config& config, const Error& error) {
  return {{"jira " + config.jira.url, "", error}};
}

}  // namespace

LiveChecks CheckJiraLive(const Config& config) {
  const auto port = OpenJira(config.jira);
  if (!port.ok()) return Failed(config, port.error());
  JiraSession session(*port.value());
  SystemClock clock;
  const auto facts = ReadPreflightFacts(session, config, clock);
  if (!facts.ok()) return Failed(config, facts.error());
  LiveChecks checks;
  for (const auto& [what, found] : PreflightSummary(config, facts.value())) {
    checks.push_back({"jira " + what, found, std::nullopt});
  }
  for (const PreflightFinding& finding : Preflight(config, facts.value())) {
    checks.push_back(Told(finding));
  }
  return checks;
}

}  // namespace valise::cli
