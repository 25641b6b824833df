#include "agent/cli/commands.h"

#include "agent/cli/verbs.h"

namespace valise::cli {

const std::vector<const Command*>& Commands() {
  static const std::vector<const Command*> commands{
      &kInit,         &kPairInvite,      &kPairJoin,       &kPairFinish,     &kPairVerify,
      &kPairShow,     &kPairPsk,         &kMapSuggest,     &kMapDigest,      &kMapApply,
      &kCheckConfig,  &kContractShow,    &kContractPropose, &kContractAccept, &kContractReject,
      &kRun,          &kStatus,          &kQueue,          &kQueueShow,      &kPreview,
      &kInspect,      &kExplain,         &kRetry,          &kDismiss,        &kPause,
      &kResume,       &kLink,            &kExport,         &kImport};
  return commands;
}

const std::map<std::string, std::string>& Groups() {
  static const std::map<std::string, std::string> groups{
      {"pair", "exchange keys with the peer: invite, join, finish, verify"},
      {"contract", "what both sites agreed on; a new one while traffic goes on"},
      {"map", "bind the contract's names to this Jira's"},
      {"queue", "what waits: changes, packets, held registers, quarantine"}};
  return groups;
}

}  // namespace valise::cli
