// What hangs on an issue and has an id of its own: comments, work logs, attachments. One set of
// rules for the three; what differs between them is here.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/base.h"
#include "agent/core/local.h"
#include "agent/core/terms.h"

namespace valise {

inline constexpr ObjectKind kObjectKinds[] = {ObjectKind::kComment, ObjectKind::kWorkLog,
                                              ObjectKind::kAttachment};

// An object of one issue by Jira's id; Jira numbers each kind for itself.
struct ObjectRef {
  ObjectKind kind = ObjectKind::kComment;
  std::string jira_id;
  auto operator<=>(const ObjectRef&) const = default;
};

bool IsShared(const Terms& terms, ObjectKind kind);  // by the contract
bool IsBound(const Terms& terms, ObjectKind kind);   // shared, and taken here
Direction DirectionOf(const Contract& contract, ObjectKind kind);

const std::vector<LocalObject>& ObjectsOf(const LocalIssue& local, ObjectKind kind);
bool HasAll(const LocalIssue& local, ObjectKind kind);  // false: the page may be cut
// The object with that Jira id, or null.
const LocalObject* ShownAs(const LocalIssue& local, ObjectKind kind, const std::string& jira_id);

// Restricted or internal ones stay at home unless the contract says otherwise.
bool IsShareable(const Terms& terms, const LocalObject& object);
// Also what was written here for the peer, restricted as the binding says and no further.
bool IsShareable(const Terms& terms, const ObjectBase& known, const LocalObject& shown);
// Who sees what is written here of that kind.
const Visibility& VisibilityOf(const Binding& binding, ObjectKind kind);
// Why an attachment may not travel ("size", "type", "name"); empty: it may.
std::string WhyFiltered(const AttachmentTerms& terms, const std::string& name,
                        const std::string& mime, std::uint64_t bytes);

// The value of a work log: its text, and "2026-01-02T03:04:05.000Z 3600" (UTC start, seconds).
struct WorkTime {
  std::int64_t started_ms = 0;
  std::int64_t seconds = 0;
  bool operator==(const WorkTime&) const = default;
};
std::string WorkTimeText(const WorkTime& time);
std::optional<WorkTime> ParseWorkTime(std::string_view text);  // nullopt: not in that form

// The marker that our objects carry in this Jira: a property, or in a work log's text.
std::string MarkerOf(const Terms& terms, const Id& id);
// The marker in a work log's text, in the form of MarkerOf; empty: none.
std::string MarkerInBody(std::string_view body);

// The whole body of a comment or work log in this Jira: author line and text for a peer's.
std::string ObjectBody(const Terms& terms, const ObjectBase& object,
                       const std::optional<Value>& agreed, const PeerKeys& keys = {});
// And back: the shared value of what Jira shows.
std::optional<Value> ObjectToShared(const Terms& terms, const ObjectBase& object,
                                    const LocalObject& shown, const std::optional<Value>& agreed,
                                    const Directory& directory, const PeerKeys& keys = {});
// `seen` of a comment or work log.
Id SeenDigest(const LocalObject& object);
Id SeenDigest(const std::string& body, const std::string& detail);

// A peer's file name made safe for any file system and any eye: no path, control or bidirectional
// characters, no reserved name, at most 255 octets, never empty. Idempotent.
std::string SafeFileName(std::string_view name);

}  // namespace valise
