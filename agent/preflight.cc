#include "agent/preflight.h"

#include "agent/preflight_parts.h"

namespace valise {
namespace preflight {
namespace {

// The oldest and newest Jira that the adapter was held against.
constexpr std::uint64_t kMajorMin = 8, kMajorMax = 10;
// Within this Jira's clock and ours count as equal; versions of registers carry Jira's.
constexpr std::int64_t kSkewMaxMs = 60'000;

std::string VersionText(const PreflightFacts& facts) { return "Jira " + facts.server.version_text; }

void CheckVersion(const PreflightFacts& facts, Report& report) {
  const std::uint64_t major = facts.server.version.empty() ? 0 : facts.server.version.front();
  if (major >= kMajorMin && major <= kMajorMax) return;
  report.Note("VAL-CHECK-VERSION", "[jira] url",
              VersionText(facts) + " is not one that this version was tried with (8 to 10)",
              "try it with a copy of the project first");
}

void CheckScope(const Config& config, const PreflightFacts& facts, Report& report) {
  if (facts.scope.problem) {
    report.Fails(
        "VAL-CHECK-SCOPE", "[jira] scope",
        "Jira does not take this JQL, so nothing would be found: " + facts.scope.problem->message,
        "try it in Jira's own search as this account");
    return;
  }
  if (facts.scope.given < facts.scope.asked) {
    report.Note("VAL-CHECK-LIMIT", "[jira] url",
                "a search gives " + std::to_string(facts.scope.given) + " issues at most, not " +
                    std::to_string(facts.scope.asked) + "; polling takes more requests (pitfall 4)",
                "raise jira.search.views.default.max, or leave it");
  }
  if (facts.project.screens.empty() || !facts.samples.empty()) return;
  report.Note("VAL-CHECK-EMPTY",
              "[jira] " + std::string(config.binding.scope.empty() ? "project" : "scope"),
              "no issue of a bound type is there: edit screens, transitions and the keeping of "
              "properties could not be checked",
              "make one issue of each type, and check again");
}

void CheckClock(const PreflightFacts& facts, Report& report) {
  const std::int64_t ahead_ms = facts.clock_ahead_ms;
  if (ahead_ms <= kSkewMaxMs && ahead_ms >= -kSkewMaxMs) return;
  report.Add(Severity::kLook, "VAL-CHECK-CLOCK", "[jira] url",
             "Jira's clock is " + std::to_string(std::abs(ahead_ms) / 1000) + " s " +
                 (ahead_ms > 0 ? "ahead of" : "behind") +
                 " this machine's: of two edits at the same time the wrong one may win",
             "set both by NTP");
}

void CheckProperties(const PreflightFacts& facts, Report& report) {
  const auto hides = [](const SampleIssue& sample) { return !sample.shows_properties; };
  if (std::any_of(facts.samples.begin(), facts.samples.end(), hides)) {
    report.Fails("VAL-CHECK-PROPERTIES", "[jira] url",
                 "Jira shows no properties of issues, by which a created issue is found again "
                 "when the answer is lost",
                 "look for a proxy that cuts the query, or an app that hides properties");
  }
  if (facts.shows_comment_properties.value_or(true)) return;
  report.Note("VAL-CHECK-PROPERTIES", "[jira] url",
              "comments are served without their properties (expand=properties), so each new one "
              "costs one request more",
              "nothing");
}

bool IsWorse(const PreflightFinding& a, const PreflightFinding& b) {
  return a.severity < b.severity;
}

}  // namespace

std::string Quoted(const std::string& name) { return "\"" + name + "\""; }

std::string Listed(const std::vector<std::string>& names, std::size_t most) {
  std::string list;
  for (std::size_t i = 0; i < names.size() && i < most; ++i) {
    list += (i == 0 ? "" : ", ") + Quoted(names[i]);
  }
  if (names.size() > most) list += " and " + std::to_string(names.size() - most) + " more";
  return list;
}

const jira::FieldInfo* FieldOf(const PreflightFacts& facts, const std::string& id) {
  for (const FieldFact& fact : facts.project.fields) {
    if (fact.info.id == id) return &fact.info;
  }
  return nullptr;
}

const jira::MetaField* MetaOf(const std::vector<jira::MetaField>& screen, const std::string& id) {
  for (const jira::MetaField& meta : screen) {
    if (meta.field.id == id) return &meta;
  }
  return nullptr;
}

std::vector<std::string> WrittenTypes(const Config& config) {
  std::vector<std::string> types;
  for (const auto& [shared, local] : config.binding.types) {
    if (!local.empty()) types.push_back(local.front());
  }
  return types;
}

void CheckServer(const Config& config, const PreflightFacts& facts, Report& report) {
  CheckVersion(facts, report);
  if (!config.jira.token_file.empty() && IsOlder(facts.server, 8, 14)) {
    report.Note("VAL-CHECK-VERSION", "[jira] token_file",
                VersionText(facts) + " has no tokens of its own, they came with 8.14 (pitfall 26)",
                "if an app gives them, leave it; else use user and password_file");
  }
  if (!facts.has_zone) {
    report.Fails("VAL-JIRA-ZONE", "[jira] url",
                 "this machine does not know the account's time zone " + facts.account.time_zone +
                     ", in which Jira reads JQL (pitfall 1)",
                 "install tzdata, or change the account's time zone");
  }
  CheckScope(config, facts, report);
  CheckClock(facts, report);
  CheckProperties(facts, report);
  for (const Unread& unread : facts.unread) {
    report.Note("VAL-CHECK-UNREAD", unread.what, "could not be checked: " + unread.error.message,
                "see there, and check again");
  }
}

}  // namespace preflight

bool IsOlder(const jira::ServerInfo& server, std::uint64_t major, std::uint64_t minor) {
  const auto part = [&](std::size_t at) {
    return at < server.version.size() ? server.version[at] : 0;
  };
  return part(0) < major || (part(0) == major && part(1) < minor);
}

PreflightFindings Preflight(const Config& config, const PreflightFacts& facts) {
  using namespace preflight;
  Report report;
  for (const auto check :
       {CheckServer, CheckPermissions, CheckTypes, CheckStatuses, CheckTransitions, CheckFields,
        CheckScreens, CheckRequired, CheckValues, CheckContent, CheckPeople}) {
    check(config, facts, report);
  }
  PreflightFindings findings = std::move(report).Take();
  std::stable_sort(findings.begin(), findings.end(), IsWorse);
  return findings;
}

std::vector<std::pair<std::string, std::string>> PreflightSummary(const Config& config,
                                                                  const PreflightFacts& facts) {
  const jira::AccountInfo& account = facts.account;
  std::vector<std::pair<std::string, std::string>> lines;
  std::string server = preflight::VersionText(facts) + " at " + config.jira.url;
  // Attachments are asked for by path, so another host in their URLs does no harm (pitfall 15).
  if (facts.server.base_url != config.jira.url) server += ", calls itself " + facts.server.base_url;
  lines.emplace_back("server", server);
  std::string who = account.name;
  if (account.key != account.name) who += " (key " + account.key + ")";
  lines.emplace_back("account", who + ", time zone " + account.time_zone);
  lines.emplace_back("clock", "Jira is " + std::to_string(facts.clock_ahead_ms / 1000) +
                                  " s ahead of this machine");
  if (!facts.scope.problem) {
    lines.emplace_back("scope", std::to_string(facts.scope.issues) + " issues of " +
                                    config.binding.project + " begin to be shared");
  }
  return lines;
}

}  // namespace valise
