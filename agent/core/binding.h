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
  std::map<std::string, std::string> fields{};  // likewise for others: Jira field id -> value
  std::map<std::string, std::string> Defaults() const;  // both, by Jira field id
  bool operator==(const StatusBinding&) const = default;
};

// What becomes of a version or component that the peer names and this Jira lacks.
enum class MissingValue : std::uint8_t {
  kHold,    // that register is held
  kCreate,  // it is created, where the sync user may
  kIgnore   // the issue goes without it; the agreed value stays
};

struct FieldBinding {
  std::string name;       // in the contract
  std::string field;      // Jira field id: "summary", "customfield_10105", "fixVersions"
  ValueKind kind = ValueKind::kLine;
  std::optional<ValueMap> values;  // options; without: names travel as they are
  std::string default_value;       // for a create whose screen requires the field; may be empty
  MissingValue missing = MissingValue::kHold;  // kSet only, not labels
  std::string text_template{};     // kLine, kText: how a peer's value is shown (template.h)
  bool operator==(const FieldBinding&) const = default;
};

// How a person of the peer is found among this Jira's users.
enum class PersonMatch : std::uint8_t {
  kAlias,  // [bind.users], else `prefix` and the alias
  kEmail,  // the user whose e-mail address has the contract's digest
  kName    // the only user of that display name
};

// What stands in a field of this Jira for a person who is not found.
enum class UnknownPerson : std::uint8_t {
  kHold,     // what stood there; that register is held
  kNone,     // nobody
  kDefault,  // PeopleBinding::default_user
  kText      // nobody, and the name in PeopleBinding::text_field
};

struct PeopleBinding {
  std::vector<PersonMatch> match = {PersonMatch::kAlias};  // in this order
  std::string prefix;        // an alias that [bind.users] lacks is the user prefix + alias;
                             // empty: no such rule
  UnknownPerson unknown = UnknownPerson::kHold;
  std::string default_user;  // kDefault
  std::string text_field;    // kText: a text field of this Jira, "Assignee: Jane Doe"
  bool operator==(const PeopleBinding&) const = default;
};

// Which of the peer's new issues are taken, in contract words; each list empty: all. An issue that
// was taken once stays.
struct IncomingConditions {
  std::set<std::string> types;
  std::set<std::string> statuses;
  std::map<std::string, std::set<std::string>> fields;  // option or set: one of these values
  bool IsEmpty() const { return types.empty() && statuses.empty() && fields.empty(); }
  bool operator==(const IncomingConditions&) const = default;
};

// Where the peer's key of an issue is shown here. The contract must share keys.
struct RemoteKeyBinding {
  bool is_linked = false;  // as a remote link
  std::string url;         // of that link, with "{key}"
  std::string field;       // a one-line text field of this Jira; empty: none
  bool operator==(const RemoteKeyBinding&) const = default;
};

// Who sees what is written here for the peer. A name and a role: never both kinds.
struct Visibility {
  enum class Kind : std::uint8_t { kPublic, kRole, kGroup };
  Kind kind = Kind::kPublic;
  std::string name;  // of the role or group
  std::string Text() const;  // "role:Developers"; public: empty
  bool operator==(const Visibility&) const = default;
};

// How this site carries out what the contract's LifecycleTerms ask for.
struct LifecycleBinding {
  std::string label = "gone-at-peer";  // EndAction::kLabel; no blanks
  std::string close;                   // EndAction::kClose: shared status; empty: not carried out
  std::uint32_t at_once_max = 20;      // more ends in one packet or sweep: none is carried out
                                       // before an operator agrees; 0: each one asks
  bool operator==(const LifecycleBinding&) const = default;
};

// The Jira field that security_level goes into.
inline constexpr char kSecurityField[] = "security";

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
  Visibility comment_visibility;                           // of comments written here
  Visibility work_log_visibility;                          // of work logs written here
  LifecycleBinding lifecycle;
  PeopleBinding people;
  IncomingConditions incoming;
  RemoteKeyBinding remote_key;
  std::string security_level;                              // of issues created here; may be empty
  std::map<std::string, std::string> defaults;             // Jira field id -> value, on create
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
