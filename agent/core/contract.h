// The contract: the shared vocabulary of a channel. Both sites hold the same bytes; their digest
// is in every packet. Parsing: agent/config.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "packet/bytes.h"

namespace valise {

enum class ValueKind : std::uint8_t {
  kLine,      // one line of text
  kText,      // Jira wiki markup, LF line ends
  kNumber,    // shortest decimal, no exponent: "1", "0.5"
  kDate,      // yyyy-mm-dd
  kDatetime,  // UTC, yyyy-mm-ddThh:mm:ss.mmmZ
  kFlag,      // kTicked or absent
  kOption,
  kOptions,   // several options: a set of registers
  kCascade,   // text = parent, detail = child (may be empty)
  kSet,       // labels, components, versions: a set of registers
  kPerson,    // text = display name, detail = alias
  kPeople,
  kUrl,
  kDuration,  // seconds, decimal
  kIssue,     // text = id of a shared issue: an epic link
  kSprint     // name of a sprint
};

// The only value of a flag. Which option of a site's field it is, says that site's binding.
inline constexpr char kTicked[] = "true";

// Every element of these kinds is a register of its own.
bool IsSet(ValueKind kind);

// kBoth, or the position in `sites` of the only site whose edits count.
struct Direction {
  std::optional<std::uint32_t> owner;
  bool operator==(const Direction&) const = default;
};

// Rule `newest` (no site), or `site W`.
struct ConflictRule {
  std::optional<std::uint32_t> site;
  bool operator==(const ConflictRule&) const = default;
};

// Which people-visible comments travel.
enum class CommentVisibility : std::uint8_t { kPublicOnly, kAll };

// What a version holds beside its name. Shared for every version that travels in the
// field, or in another one that the site draws from the same list.
enum class VersionAttribute : std::uint8_t {
  kReleased,
  kReleaseDate,
  kStartDate,
  kDescription,
  kArchived
};

struct FieldTerms {
  std::string name;
  ValueKind kind = ValueKind::kLine;
  std::vector<std::string> values;  // allowed shared values of kOption/kOptions; empty: any
  bool any_value = false;           // values = "any": options travel under their own names
  Direction from;
  std::optional<ConflictRule> conflict;
  bool local_override_kept = false;  // one-way fields: a local edit is listed, not put back
  std::set<std::string> types{};     // issue types that have the field; empty: all
  std::set<VersionAttribute> attributes{};  // kSet only
  bool IsOf(const std::string& type) const { return types.empty() || types.contains(type); }
  bool operator==(const FieldTerms&) const = default;
};

// Which attachments travel. Names and MIME types are patterns with * and ?, without regard to case.
struct AttachmentTerms {
  std::uint64_t bytes_max = 100ULL << 20;
  std::vector<std::string> types;          // MIME types that travel; empty: all
  std::vector<std::string> types_refused;  // stronger than `types`
  std::vector<std::string> names_refused;
  bool operator==(const AttachmentTerms&) const = default;
};

// What a site does with its copy of a peer's issue that came to an end at its birth site.
enum class EndAction : std::uint8_t {
  kNothing,  // listed only
  kComment,  // a comment says so
  kLabel,    // a label: LifecycleBinding::label
  kClose,    // moved to a status: LifecycleBinding::close
  kDelete
};

// By what happened at the birth site; the other site's doings to its copy are never an end.
struct LifecycleTerms {
  EndAction deleted = EndAction::kNothing;
  EndAction moved = EndAction::kNothing;       // to another project
  EndAction archived = EndAction::kNothing;
  EndAction left_scope = EndAction::kNothing;  // [jira] scope finds it no longer
  bool Has(EndAction action) const;            // some end asks for it
  bool operator==(const LifecycleTerms&) const = default;
};

struct TypeTerms {
  bool has_parent = false;
  bool operator==(const TypeTerms&) const = default;
};

struct Contract {
  std::string name;
  std::uint32_t version = 1;
  std::vector<std::string> sites;  // exactly two; position = Version::site
  std::map<std::string, TypeTerms> types;
  std::vector<std::string> statuses;
  std::map<std::string, FieldTerms> fields;  // without "type", "status", "parent"
  bool has_comments = false;
  Direction comments_from;
  CommentVisibility comment_visibility = CommentVisibility::kPublicOnly;
  bool has_work_logs = false;
  Direction work_logs_from;
  CommentVisibility work_log_visibility = CommentVisibility::kPublicOnly;
  bool has_attachments = false;
  Direction attachments_from;
  AttachmentTerms attachments;
  std::set<std::string> link_types;  // shared names; empty: links do not travel
  Direction links_from;
  LifecycleTerms lifecycle;
  ConflictRule conflict;  // default
  std::map<std::string, std::string> people;  // alias -> display name
  std::map<std::string, std::string> people_emails;  // alias -> EmailDigest (people.h)
  Bytes email_key;                                   // of these digests, 26..64 octets; else empty
  bool shares_keys = false;
  Bytes toml;     // the exact bytes
  Digest digest;  // Hash("VLS1 contract", toml)

  const FieldTerms* Field(const std::string& field_name) const;
  // Of a register: attributes of versions ("versions.released", project.h) go by their field.
  // A field of its own, one of the reserved names, a key, or an attribute of a field's versions.
  bool HasRegistersOf(const std::string& register_field) const;
  const FieldTerms* FieldOfRegister(const std::string& register_field) const;
  ConflictRule RuleFor(const std::string& field_name) const;
  Direction DirectionOf(const std::string& field_name) const;  // also "status", "type": both
};

}  // namespace valise
