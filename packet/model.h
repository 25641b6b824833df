// The shared model: what two sites agree on, in contract words (agent/DESIGN.md, "Shared model").
// Plain values; equality is equality of the normal form.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "packet/bytes.h"

namespace valise {

// When and where a register got its value. `at_ms` is the time of the edit in that site's Jira
// (ms since 1970), at least 1 ms more than the version it replaced. `site` is the site's position
// in the contract's list of sites. Higher (at, site) is newer.
struct Version {
  std::int64_t at_ms = 0;
  std::uint32_t site = 0;
  auto operator<=>(const Version&) const = default;
};

// One value in its kind's normal form. `detail` is the second half of a cascade (the child) or of
// a person (the alias); empty otherwise. An absent value is std::nullopt, never an empty text.
struct Value {
  std::string text;
  std::string detail;
  auto operator<=>(const Value&) const = default;
};

// Wire numbers: never re-used, never re-ordered.
enum class RegisterKind : std::uint8_t {
  kField = 1,            // `field`; also the reserved names "type", "status", "lifecycle"
  kElement = 2,          // `field` + `element`: present (empty Value) or absent (nullopt)
  kCommentText = 3,      // `object` = comment id
  kCommentPresence = 4,  // `object` = comment id; deletion wins
  kAttachmentPresence = 5,
  kWorkLog = 6,          // `object`; text = comment, detail = "STARTED SECONDS" (core/worklog.h)
  kWorkLogPresence = 7,
  kLinkPresence = 8      // `field` = link type, `object` = the issue it points to; at the source
};

// What hangs on an issue and has an id of its own. Wire numbers.
enum class ObjectKind : std::uint8_t { kComment = 0, kWorkLog = 1, kAttachment = 2 };

// Names one register of one issue.
struct RegisterKey {
  RegisterKind kind = RegisterKind::kField;
  std::string field;
  std::string element;
  Id object;
  auto operator<=>(const RegisterKey&) const = default;
};

RegisterKey FieldKey(std::string field);
RegisterKey ElementKey(std::string field, std::string element);
RegisterKey CommentTextKey(const Id& comment);
RegisterKey CommentPresenceKey(const Id& comment);
// Of any object. An attachment has no text of its own.
RegisterKey TextKey(ObjectKind kind, const Id& object);
RegisterKey PresenceKey(ObjectKind kind, const Id& object);
RegisterKey LinkKey(std::string type, const Id& target);
// The object that a register belongs to; nullopt: a field, an element or a link.
std::optional<ObjectKind> ObjectKindOf(RegisterKind kind);
bool IsPresence(RegisterKind kind);  // of an object: deletion wins
std::string Describe(const RegisterKey& key);  // "summary", "labels[x]", "comment abcd… text"

// A register as it travels. `seen` is the newest version of the deciding site that the sender knew
// when it made this edit (rule `site W`).
struct Register {
  RegisterKey key;
  Version version;
  Version seen;
  std::optional<Value> value;
  bool is_automatic = false;  // made by a rule of that Jira, not by a person
  bool operator==(const Register&) const = default;
};

// A person never travels as an account: a display name, plus an alias if the contract has one.
struct Person {
  std::string name;
  std::string alias;
  bool operator==(const Person&) const = default;
};

// The immutable part of a comment, work log or attachment. Presence is a register, and so is the
// text of a comment or work log. The last four are an attachment's.
struct ObjectOrigin {
  Id id;
  Person author;
  std::int64_t created_ms = 0;
  ObjectKind kind = ObjectKind::kComment;
  std::string name = {};    // file name, as that Jira has it; untrusted
  std::string mime = {};
  std::uint64_t bytes = 0;
  Digest content = {};      // Hash("VLS1 content", the bytes)
  bool operator==(const ObjectOrigin&) const = default;
};

// The immutable part of an issue, sent once with its first registers.
struct IssueOrigin {
  std::uint32_t birth_site = 0;
  std::string type;  // contract name
  Id parent;         // zero: none
  Person author;     // reporter at birth
  std::int64_t created_ms = 0;
  std::string remote_key;  // only if the contract shares keys
  bool operator==(const IssueOrigin&) const = default;
};

// One or more registers of one issue. `op_id` serves only to report the outcome;
// `issue_sequence` counts from 1 within (sender, epoch) and is given when the change is packed.
struct Change {
  Id op_id;
  Id issue_id;
  std::uint64_t issue_sequence = 0;
  Person author;
  std::optional<IssueOrigin> created;
  std::vector<ObjectOrigin> objects;
  std::vector<Register> registers;
  bool operator==(const Change&) const = default;
};

// What became of a change, or of one register of it, at the peer.
enum class OutcomeResult : std::uint8_t {
  kApplied = 1,
  kKept = 2,        // field not bound there; value kept as agreed
  kSuperseded = 3,  // a newer version stood
  kHeld = 4,
  kRefused = 5
};

struct RegisterOutcome {
  RegisterKey key;
  OutcomeResult result = OutcomeResult::kApplied;
  std::string reason_code;  // class of reason only: never reveals the peer's configuration
  bool operator==(const RegisterOutcome&) const = default;
};

// `result` is that of the change as a whole; `registers` lists only those that differ from it.
struct Outcome {
  Id op_id;
  OutcomeResult result = OutcomeResult::kApplied;
  std::string reason_code;
  std::vector<RegisterOutcome> registers;
  bool operator==(const Outcome&) const = default;
};

}  // namespace valise
