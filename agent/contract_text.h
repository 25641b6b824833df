// Reading the texts of the book of contracts. What an operator here has accepted, at pairing or
// later, is parsed in process; what the peer only proposed, in the sandboxed child.
#pragma once

#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/core/contract_book.h"
#include "agent/parser/parser.h"

namespace valise {

// A proposal, of either site. Errors: those of the Parser; what is wrong with the text is a problem
// of the contract.
Result<ParsedContract> ReadProposal(Parser& parser, const std::string& toml);

// Those of the book that were ever in force, oldest first. Parses each.
std::vector<Contract> AgreedOf(const ContractBook& book);

// Why `next` cannot follow those, oldest first: one line each.
std::vector<std::string> WhyNotNext(const std::vector<Contract>& agreed, const Contract& next);

// The registers of fields that a contract lacked which came into force after the one of `digest`:
// both sites dropped theirs then, whatever the contract in force has again. A digest that was never
// agreed on: none. `agreed`: oldest first.
std::vector<Register> TakeLostFields(const std::vector<Contract>& agreed, const Digest& digest,
                                     std::vector<Register>& registers);

}  // namespace valise
