#include "agent/contract_text.h"

#include <algorithm>

#include "agent/config/toml_tree.h"

namespace valise {

Result<ParsedContract> ReadProposal(Parser& parser, const std::string& toml) {
  const TomlDocument document = TRY(parser.ParseToml(toml));
  return ParseContract("contract", toml, document);
}

std::vector<std::string> WhyNotNext(const ContractBook& book, const Contract& next) {
  std::vector<Contract> former;
  for (const KnownContract& one : book.all()) {
    if (one.state != ContractState::kAgreed) continue;
    former.push_back(ParseContract("contract", one.toml).contract);
  }
  std::sort(former.begin(), former.end(),
            [](const auto& a, const auto& b) { return a.version < b.version; });
  std::vector<const Contract*> in_order;
  for (const Contract& one : former) in_order.push_back(&one);
  return WhyNotNext(in_order, next);
}

std::vector<Register> TakeLostFields(const ContractBook& book, const Digest& digest,
                                     std::vector<Register>& registers) {
  std::vector<Register> lost;
  const KnownContract* under = book.Find(digest);
  if (under == nullptr) return lost;
  for (const KnownContract& one : book.all()) {
    if (one.state != ContractState::kAgreed || one.version <= under->version) continue;
    const Contract contract = ParseContract("contract", one.toml).contract;
    const std::vector<Register> taken = TakeLost(contract, registers);
    lost.insert(lost.end(), taken.begin(), taken.end());
  }
  return lost;
}

}  // namespace valise
