// The contracts that the state folder knows, for commands: the one in force stands above the file.
// Of the proposals that wait the child reads the texts.
#pragma once

#include "agent/config.h"
#include "agent/core/contract_book.h"
#include "agent/parser/parser.h"

namespace valise::cli {

// Empty where nothing has run yet. Errors: those of Store::Open and of reading.
Result<ContractBook> ReadContracts(const std::string& state_dir);
// What was ever in force.
KnownContracts AcceptedOf(const ContractBook& book);
// Errors: those of the parser; what was read before is there.
Result<void> AddWaiting(const ContractBook& book, Parser& parser, KnownContracts& known);
// The state of an older valise is made one of this; only `run` does so. Errors: those of StateLock
// and Store::Open.
Result<void> BringStateForward(const std::string& channel_file);
// LoadConfig under the contract that is in force. A state that cannot be read is a problem.
LoadedConfig LoadUnderContract(const std::string& channel_file);
// A contract file that holds a former contract is written anew; what it held is in the state.
Result<void> RenewContractFile(const Config& config);

}  // namespace valise::cli
