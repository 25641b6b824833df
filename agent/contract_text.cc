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

}  // namespace valise
