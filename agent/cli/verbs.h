// One Command a verb, each in its own file; a new verb is that file, a line here and in
// commands.cc.
#pragma once

#include "agent/cli/commands.h"

namespace valise::cli {

extern const Command kInit;
extern const Command kPairInvite, kPairJoin, kPairFinish, kPairVerify, kPairShow, kPairPsk;
extern const Command kMapSuggest, kMapDigest, kMapApply;
extern const Command kCheckConfig;
extern const Command kContractShow, kContractPropose, kContractAccept, kContractReject;
extern const Command kRun;
extern const Command kStatus;
extern const Command kQueue, kQueueShow;
extern const Command kPreview;
extern const Command kInspect;
extern const Command kExplain;
extern const Command kRetry, kDismiss, kPause, kResume;
extern const Command kLink;
extern const Command kExport, kImport;

}  // namespace valise::cli
