// What one Jira shows, in its own words: values read by agent/jira, diffed by agent/core.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "packet/model.h"

namespace valise {

struct LocalUser {
  std::string name;          // account name; empty: anonymous or deleted
  std::string display_name;
  bool operator==(const LocalUser&) const = default;
};

// Normal form of a local field: option, version, component, priority names, user names, labels,
// text with its original line ends. No element: empty. Scalars have at most one. Sets are sorted.
// A user is Value{name, display name}; a cascade Value{parent, child}.
struct LocalField {
  std::vector<Value> values;
  bool operator==(const LocalField&) const = default;
};

// A comment, work log or attachment.
struct LocalObject {
  ObjectKind kind = ObjectKind::kComment;
  std::string id;
  LocalUser author;
  std::string editor;          // comment, work log: account that wrote it last; may be unknown
  std::string body;            // comment, work log
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
  bool is_restricted = false;  // visibility by role or group, or internal in a service desk
  std::string visible_to;      // "role:Developers", "group:staff"; empty: everybody, or internal
  bool has_properties = false; // read with its properties: whether it is internal is known
  std::string marker;          // property valise.origin, where it was read; else empty
  // Work log.
  std::int64_t started_ms = 0;
  std::int64_t seconds = 0;
  // Attachment.
  std::string name, mime;
  std::uint64_t bytes = 0;
  std::string path;            // below the base URL, for the download: "/secure/attachment/…"
  Digest content;              // zero until its bytes are here
  bool operator==(const LocalObject&) const = default;
};
using LocalComment = LocalObject;

// One end of an issue link. Jira's own words (pitfall 23): the source "blocks", the other "is
// blocked by".
struct LocalLink {
  std::string id;
  std::string type;            // the link type's name
  bool is_source = false;      // this issue is the source
  std::string other_id, other_key;
  Id other;                    // zero: that issue is not shared on this channel
  bool operator==(const LocalLink&) const = default;
};

struct LocalHistoryItem {
  std::string field;       // as Jira prints it: localised name for custom fields (pitfall 9)
  std::string from, from_string, to, to_string;
  bool operator==(const LocalHistoryItem&) const = default;
};

struct LocalHistory {
  std::int64_t id = 0;
  std::string author;      // account name
  std::int64_t created_ms = 0;
  std::string write_id;    // historyMetadata.extraData.valise_op, if any
  std::vector<LocalHistoryItem> items;
  bool operator==(const LocalHistory&) const = default;
};

struct LocalIssue {
  std::string id;   // numeric, as text
  std::string key;
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
  std::string project;  // key
  std::string type;
  std::string status;
  std::string parent_id, parent_key;
  Id parent;  // zero: none, or not shared on this channel
  bool is_archived = false;  // read only, and in no search; known only where it was asked for
  LocalUser reporter;
  std::map<std::string, LocalField> fields;  // by Jira field id; only those asked for
  std::vector<LocalObject> comments;         // in Jira's order
  bool has_all_comments = true;              // the embedded page may be cut (pitfall 11)
  std::vector<LocalObject> work_logs;
  bool has_all_work_logs = true;             // the embedded page has at most 20 (pitfall 14)
  std::vector<LocalObject> attachments;
  bool has_attachments = false;              // Jira sent them (absent where they are off)
  std::vector<LocalLink> links;
  bool has_links = false;                    // Jira sent them (null where linking is off)
  std::set<Id> ended;                        // linked, and not shared or not here any more
  std::vector<LocalHistory> histories;       // ascending id
  std::string marker;                        // property valise.origin
  Digest parts;                              // jira::DigestOfParts
  bool operator==(const LocalIssue&) const = default;
};

}  // namespace valise
