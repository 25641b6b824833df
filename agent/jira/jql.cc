#include "agent/jira/jql.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "agent/jira/zone.h"

namespace valise::jira {
namespace {

constexpr std::int64_t kHour = 3600;

std::string InScope(std::string_view project, std::string_view scope) {
  std::string jql = "project = " + JqlQuote(project);
  if (!scope.empty()) jql += " AND (" + std::string(scope) + ")";
  return jql;
}

// Jira takes a quoted number for a key; a bare one is an id.
bool IsNumeric(std::string_view id) {
  return !id.empty() && id.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string RenderWall(std::int64_t wall_seconds) {
  const std::chrono::sys_seconds wall{std::chrono::seconds(wall_seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(wall);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{wall - day};
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u %02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()));
  return buffer;
}

// The latest instant that shows the same wall-clock time; `instant` itself outside of a fold.
std::int64_t LatestTwin(const Zone& zone, std::int64_t instant) {
  const std::int64_t wall = instant + zone.OffsetAt(instant);
  std::int64_t latest = instant;
  for (const std::int64_t later : {instant + 6 * kHour, instant + 24 * kHour}) {
    const std::int64_t offset = zone.OffsetAt(later);
    const std::int64_t twin = wall - offset;
    if (twin > latest && zone.OffsetAt(twin) == offset) latest = twin;
  }
  return latest;
}

}  // namespace

std::string JqlQuote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\r') {
      quoted += "\\r";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      quoted += ' ';  // no name in Jira holds one, and JQL has no way to say it
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

Result<std::string> JqlTime(std::int64_t instant_ms, std::string_view zone_name) {
  const Zone zone = TRY(Zone::Load(zone_name));
  const std::chrono::milliseconds instant_of_ms(instant_ms);
  std::int64_t instant = std::chrono::floor<std::chrono::minutes>(instant_of_ms).count() * 60;
  const std::int64_t twin = LatestTwin(zone, instant);
  if (twin > instant) instant -= std::max(twin - instant, kHour);
  const std::int64_t wall = instant + zone.OffsetAt(instant);
  return RenderWall(wall);
}

std::string JqlChangedSince(std::string_view project, std::string_view scope,
                            std::string_view since) {
  std::string jql = InScope(project, scope);
  if (!since.empty()) jql += " AND updated >= " + JqlQuote(since);
  return jql + " ORDER BY updated ASC, id ASC";
}

std::string JqlCensus(std::string_view project, std::string_view scope,
                      std::string_view after_id) {
  std::string jql = InScope(project, scope);
  if (!after_id.empty()) {
    jql += " AND id > " + (IsNumeric(after_id) ? std::string(after_id) : JqlQuote(after_id));
  }
  return jql + " ORDER BY id ASC";
}

std::string JqlScopeCheck(std::string_view project, std::string_view scope,
                          const std::vector<std::string>& issue_ids) {
  std::string list;
  for (const std::string& id : issue_ids) {
    list.append(list.empty() ? "" : ", ").append(IsNumeric(id) ? id : JqlQuote(id));
  }
  return InScope(project, scope) + " AND id in (" + list + ") ORDER BY id ASC";
}

}  // namespace valise::jira
