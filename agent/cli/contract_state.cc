#include "agent/cli/contract_state.h"

#include "agent/cli/state.h"
#include "agent/durable_file.h"

namespace valise::cli {

ContractBook ReadContracts(const std::string& state_dir) {
  Config config;
  config.state_dir = state_dir;
  if (state_dir.empty() || !Exists(DatabaseFile(config))) return {};
  const auto store = Store::Open(DatabaseFile(config), Store::Mode::kReadOnly);
  return store.ok() ? store.value()->Contracts() : ContractBook();
}

ContractTexts TextsOf(const ContractBook& book) {
  ContractTexts texts;
  const KnownContract* in_force = book.InForce();
  for (const KnownContract& one : book.all()) {
    if (&one == in_force)
      texts.in_force = one.toml;
    else if (one.state == ContractState::kAgreed)
      texts.former.push_back(one.toml);
    else if (one.state == ContractState::kProposed)
      texts.waiting.push_back(one.toml);
  }
  return texts;
}

LoadedConfig LoadUnderContract(const std::string& channel_file) {
  const SiteFiles site = LoadSiteFiles(channel_file);
  return LoadConfig(channel_file, TextsOf(ReadContracts(site.state_dir)));
}

Result<void> RenewContractFile(const Config& config) {
  if (!config.is_contract_file_old) return Ok();
  return WriteDurably(config.contract_file, config.contract.toml, 0644, IfThere::kReplace);
}

}  // namespace valise::cli
