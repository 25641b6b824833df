// What would fail, or be held, before the first packet: everything that this site's Jira says about
// itself, held against contract and binding. Values in, values out; agent/cli/check_jira.cc asks.
// "Pitfall N" is a point of the project's notes on the Jira REST API.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/jira/agile.h"
#include "agent/jira/answers.h"
#include "agent/jira/people.h"
#include "agent/jira_facts.h"
#include "packet/result.h"

namespace valise {

// One issue of a bound type, and what Jira lets this account do to it.
struct SampleIssue {
  std::string type, key;
  std::vector<jira::MetaField> edit_fields;
  std::vector<jira::LocalTransition> transitions;
  bool shows_properties = false;
};

struct PersonFact {
  bool exists = false;
  bool is_active = true;  // told only of those that can be assigned or were found by a search
  bool is_assignable = false;
};

struct ScopeFact {
  std::optional<Error> problem;        // Jira does not take the JQL
  std::uint64_t issues = 0;            // in scope now
  std::uint64_t asked = 0, given = 0;  // results of one page: asked for, and what Jira grants
};

struct Unread {
  std::string what;  // "security levels"
  Error error;
};

struct PreflightFacts {
  JiraFacts project;
  jira::ServerInfo server;
  jira::AccountInfo account;
  // Nullopt: not read, which `unread` says if it was needed; nothing is concluded from it.
  std::optional<std::set<std::string>> permissions;
  std::vector<SampleIssue> samples;              // of bound types that have an issue
  std::optional<bool> shows_comment_properties;  // nullopt: no comment was there to ask
  std::set<std::string> versions, components;
  std::optional<std::set<std::string>> security_levels;
  std::optional<std::set<std::string>> roles, groups;
  std::map<std::string, PersonFact> people;  // by account, those that the binding names
  bool has_agile = false;                    // Jira Software answers
  std::vector<jira::Board> boards;
  ScopeFact scope;
  std::int64_t clock_ahead_ms = 0;  // of Jira, by its header Date; its precision is a second
  bool has_zone = true;             // this machine knows the account's time zone
  std::vector<Unread> unread;       // what Jira did not tell
};

enum class Severity : std::uint8_t {
  kFails,  // nothing crosses, or no issue of a type does
  kHeld,   // the rest goes on, these values or issues would be held
  kLook,   // stops nothing today, but somebody should look
  kNote    // good to know
};

struct PreflightFinding {
  Severity severity = Severity::kNote;
  std::string code;    // "VAL-BINDING-FIELD"
  std::string place;   // where to correct it: "[bind.fields.severity] values.low"
  std::string why;     // with what is held by it
  std::string remedy;  // what to do or type
  bool operator==(const PreflightFinding&) const = default;
};
using PreflightFindings = std::vector<PreflightFinding>;

// Sorted by severity, worst first; within one in the order of the file. Empty: nothing stands in
// the way of the first packet, as far as Jira told.
PreflightFindings Preflight(const Config& config, const PreflightFacts& facts);

bool IsOlder(const jira::ServerInfo& server, std::uint64_t major, std::uint64_t minor);

// What is well, one line each: server, account, scope, clock. For people.
std::vector<std::pair<std::string, std::string>> PreflightSummary(const Config& config,
                                                                  const PreflightFacts& facts);

}  // namespace valise
