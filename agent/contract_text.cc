#include "agent/contract_text.h"

#include <algorithm>

#include "agent/config/toml_tree.h"

namespace valise {

Result<ParsedContract> ReadProposal(Parser& parser, const std::string& toml) {
  const TomlDocument document = TRY(parser.ParseToml(toml));
  return ParseContract("contract", toml, document);
}

std::vector<Contract> AgreedOf(const ContractBook& book) {
  std::vector<Contract> agreed;
  for (const KnownContract& one : book.all()) {
    if (one.state != ContractState::kAgreed) continue;
    agreed.push_back(ParseContract("contract", one.toml).contract);
  }
  std::sort(agreed.begin(), agreed.end(),
            [](const auto& a, const auto& b) { return a.version < b.version; });
  return agreed;
}

std::vector<std::string> WhyNotNext(const std::vector<Contract>& agreed, const Contract& next) {
  std::vector<const Contract*> in_order;
  for (const Contract& one : agreed) in_order.push_back(&one);
  return WhyNotNext(in_order, next);
}

std::vector<Register> TakeLostFields(const std::vector<Contract>& agreed, const Digest& digest,
                                     std::vector<Register>& registers) {
  std::vector<Register> lost;
  auto newer = std::find_if(agreed.begin(), agreed.end(),
                            [&](const Contract& one) { return one.digest == digest; });
  if (newer == agreed.end()) return lost;
  for (++newer; newer != agreed.end(); ++newer) {
    const std::vector<Register> taken = TakeLost(*newer, registers);
    lost.insert(lost.end(), taken.begin(), taken.end());
  }
  return lost;
}

}  // namespace valise
