// Base: what a site keeps of each shared issue, per register (agent/DESIGN.md, "Base").
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "packet/model.h"
#include "packet/packet.h"

namespace valise {

// Writes to Jira. Numbers are stored.
enum class WriteKind : std::uint8_t {
  kCreate = 1, kEdit = 2, kTransition = 3, kCommentAdd = 4, kCommentEdit = 5, kCommentDelete = 6,
  kWorkLogAdd = 7, kWorkLogEdit = 8, kWorkLogDelete = 9, kAttachmentAdd = 10,
  kAttachmentDelete = 11, kLinkAdd = 12, kLinkDelete = 13, kIssueDelete = 14,
  kVersionAdd = 20, kVersionEdit = 21, kComponentAdd = 22, kComponentEdit = 23,
  kRemoteLinkPut = 24
};

struct RegisterBase {
  std::optional<Value> agreed;  // shared value ...
  Version version;              // ... and its version; zero: never had one
  Version own_newest;           // newest version made at this site
  Version peer_newest;          // newest version of the peer's that is known here
  bool has_seen = false;
  Id seen;                      // digest of the local value as last read back, before the binding
  bool is_pending = false;      // `agreed` is still to be written to Jira
  std::string held;             // reason code; empty: not held. Ends with the version
  bool is_override = false;     // one-way field whose local edit is kept (listed)
  std::uint32_t flips = 0;      // versions made by rules since a person made one, at both sites
  bool operator==(const RegisterBase&) const = default;
};

struct ObjectBase {
  ObjectOrigin origin;
  bool is_ours = true;          // born at this site
  std::string jira_id;          // empty: not created here (yet)
  bool operator==(const ObjectBase&) const = default;
};

enum class IssueState : std::uint8_t {
  kIncoming = 0,   // known by the peer's `created`, not yet created in this Jira
  kMapped = 1,
  kFrozen = 2      // ended at its birth site (lifecycle.h): mapping kept, edits listed
};

// Stands for Jira's id in the base of the project (project.h): no issue's, as those are numbers.
inline constexpr char kProjectJiraId[] = "project";

struct IssueBase {
  Id issue_id;
  IssueOrigin origin;
  IssueState state = IssueState::kMapped;
  std::string jira_id, jira_key;      // empty until created
  std::int64_t jira_created_ms = 0;
  std::int64_t jira_updated_ms = 0;   // `updated` of the last whole read
  std::int64_t history_through = 0;   // highest changelog id read
  std::string held;                   // reason code that holds the whole issue (create refused, …)
  std::uint32_t out_epoch = 0;        // epoch for which out_sequence counts
  std::uint64_t out_sequence = 0;     // issue_sequence given last
  Epoch in_epoch;                     // of the peer, for which in_sequence counts
  std::uint64_t in_sequence = 0;      // issue_sequence merged last in in_epoch
  Digest jira_parts;                  // work logs, attachments, links of the last whole read
  std::map<RegisterKey, RegisterBase> registers;
  std::map<Id, ObjectBase> objects;
  bool operator==(const IssueBase&) const = default;
};

}  // namespace valise
