// JQL: the only place that builds it. Values are always quoted; times are rendered in the
// searching user's zone with minute granularity (pitfall 1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "packet/result.h"

namespace valise::jira {

// "text" with quotes, backslashes and control characters escaped.
std::string JqlQuote(std::string_view text);

// "yyyy-MM-dd HH:mm" in the IANA zone, floored to the minute. Where that text could also mean a
// later instant (a DST fold) it is taken back by the fold, at least one hour.
// Errors: kAskOperator "VAL-JIRA-ZONE" for a zone this machine's time zone data does not have.
Result<std::string> JqlTime(std::int64_t instant_ms, std::string_view zone);

// project = "P" [AND (scope)] AND updated >= "since" ORDER BY updated ASC, id ASC (pitfall 3).
// `since` is a text of JqlTime, or empty: everything.
std::string JqlChangedSince(std::string_view project, std::string_view scope,
                            std::string_view since);
// Key-set paging over everything in scope: id > after ORDER BY id ASC; `after` empty: from the
// start.
// Jira orders and compares `id` as it does keys: a moved issue has a low id behind high ones.
std::string JqlCensus(std::string_view project, std::string_view scope,
                      std::string_view after_id);
// Which of these issue ids match the scope.
std::string JqlScopeCheck(std::string_view project, std::string_view scope,
                          const std::vector<std::string>& issue_ids);

}  // namespace valise::jira
