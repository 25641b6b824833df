// The contracts that the state folder knows, for commands: the one in force stands above the file.
#pragma once

#include "agent/config.h"
#include "agent/core/contract_book.h"

namespace valise::cli {

// Empty where nothing has run yet, or the state cannot be read now (`run` says why).
ContractBook ReadContracts(const std::string& state_dir);
ContractTexts TextsOf(const ContractBook& book);
// LoadConfig under the contract that is in force.
LoadedConfig LoadUnderContract(const std::string& channel_file);
// A contract file that holds a former contract is written anew; what it held is in the state.
Result<void> RenewContractFile(const Config& config);

}  // namespace valise::cli
