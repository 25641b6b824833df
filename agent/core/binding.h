// The binding: one site's private translation between its Jira and the contract. Never leaves.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/core/contract.h"

namespace valise {

// Several local values may map to one shared value; the first one is written back.
struct ValueMap {
  std::map<std::string, std::vector<std::string>> to_local;  // shared -> local, first is written
  std::optional<std::string> ToShared(const std::string& local) const;
  std::optional<std::string> ToLocal(const std::string& shared) const;
  bool operator==(const ValueMap&) const = default;
};

struct StatusBinding {
  std::vector<std::string> local;  // status names; the first is written
  std::string resolution;          // default for transitions that ask for one; may be empty
  bool operator==(const StatusBinding&) const = default;
};

struct FieldBinding {
  std::string name;       // in the contract
  std::string field;      // Jira field id: "summary", "customfield_10105", "fixVersions"
  ValueKind kind = ValueKind::kLine;
  std::optional<ValueMap> values;  // options; without: names travel as they are
  std::string default_value;       // for a create whose screen requires the field; may be empty
  bool operator==(const FieldBinding&) const = default;
};

struct Binding {
  std::map<std::string, std::vector<std::string>> types;   // shared -> local names
  std::map<std::string, StatusBinding> statuses;           // shared -> local
  std::map<std::string, FieldBinding> fields;              // by shared name; absent: unbound
  std::map<std::string, std::string> users;                // alias -> local user name
  std::set<std::string> automations;                       // accounts of rules, not of people
  bool has_comments = true;
  bool has_work_logs = true;
  bool has_attachments = true;
  std::map<std::string, std::string> links;                // shared link type -> local name
  std::string author_line = "_{name} ({site}), {date}:_";  // above a peer's comment; empty: none
  std::string project;                                     // project key
  std::string scope;                                       // JQL; empty: whole project

  std::optional<std::string> TypeToShared(const std::string& local) const;
  std::optional<std::string> TypeToLocal(const std::string& shared) const;
  std::optional<std::string> LinkToShared(const std::string& local) const;
  std::optional<std::string> StatusToShared(const std::string& local) const;
  const FieldBinding* ByField(const std::string& jira_field) const;
};

}  // namespace valise
