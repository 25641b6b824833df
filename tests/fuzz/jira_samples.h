// Good answers for fuzz_jira: what the stand-in Jira says to the agent's own requests.
#pragma once

#include <vector>

#include "agent/jira/fields.h"
#include "packet/bytes.h"

namespace valise::jira {

// The first octet of a sample; up to kField it names the parser.
enum class SampleKind : char {
  kIssue, kSearch, kComments, kComment, kTransitions, kCreated, kMarker, kCommentMarker, kMyself,
  kUser, kServerInfo, kPermissions, kNames, kTypes, kProjectStatuses, kProject, kCreateTypes,
  kCreateFields, kCreateMetaOld, kEditMeta, kFields, kWorkLogs, kWorkLog, kAttachment, kUploaded,
  kAttachmentLimits, kLinkTypes, kVersions, kComponents, kLevels, kUsers, kBoards, kSprints,
  kSprint, kVerdict, kScalar, kZone
};

// A shape of each field that a sample issue has.
const std::vector<FieldShape>& SampleShapes();
std::vector<Bytes> JiraSamples();

}  // namespace valise::jira
