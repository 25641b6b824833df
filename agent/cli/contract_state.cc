#include "agent/cli/contract_state.h"

#include "agent/cli/state.h"
#include "agent/contract_text.h"
#include "agent/durable_file.h"
#include "agent/lock.h"
#include "agent/parser/child_parser.h"

namespace valise::cli {

namespace {

ConfigProblem ProblemOf(const SiteFiles& site, const Error& error) {
  return {site.state_dir, 0, 0, error.code, error.message};
}

}  // namespace

Result<ContractBook> ReadContracts(const std::string& state_dir) {
  Config config;
  config.state_dir = state_dir;
  if (state_dir.empty() || !Exists(DatabaseFile(config))) return ContractBook();
  const auto store = TRY(OpenForReading(config));
  ContractBook book = store->Contracts();
  TRY(CheckRead(*store));
  return book;
}

KnownContracts AcceptedOf(const ContractBook& book) {
  KnownContracts known;
  const KnownContract* in_force = book.InForce();
  if (in_force != nullptr) known.in_force = ParseContract("contract in force", in_force->toml);
  for (const KnownContract& one : book.all()) {
    const bool is_former = one.state == ContractState::kAgreed && &one != in_force;
    if (is_former) known.former.push_back(one.toml);
  }
  return known;
}

Result<void> AddWaiting(const ContractBook& book, Parser& parser, KnownContracts& known) {
  for (const KnownContract& one : book.all()) {
    if (one.state != ContractState::kProposed) continue;
    known.waiting.push_back(TRY(ReadProposal(parser, one.toml)).contract);
  }
  return Ok();
}

Result<void> BringStateForward(const std::string& channel_file) {
  const SiteFiles site = LoadSiteFiles(channel_file);
  Config config;
  config.state_dir = site.state_dir;
  // Problems are told with all others when the whole file is read.
  if (!site.problems.empty() || !Exists(DatabaseFile(config))) return Ok();
  const StateLock lock = TRY(StateLock::Take(config.state_dir));
  TRY(Store::Open(DatabaseFile(config), Store::Mode::kReadWrite));
  return Ok();
}

LoadedConfig LoadUnderContract(const std::string& channel_file) {
  const SiteFiles site = LoadSiteFiles(channel_file);
  const Result<ContractBook> book = ReadContracts(site.state_dir);
  if (!book.ok()) {
    LoadedConfig unread;
    unread.problems.push_back(ProblemOf(site, book.error()));
    return unread;
  }
  KnownContracts known = AcceptedOf(book.value());
  ChildParser parser;
  const Result<void> waiting = AddWaiting(book.value(), parser, known);
  LoadedConfig loaded = LoadConfig(channel_file, known);
  if (waiting.ok()) return loaded;
  // Words of the proposal count as unknown then. That alone must not stand in the way of rejecting
  // it.
  (loaded.problems.empty() ? loaded.warnings : loaded.problems)
      .push_back(
          ProblemOf(site, Error(waiting.error()).WithContext("reading a proposed contract")));
  return loaded;
}

Result<void> RenewContractFile(const Config& config) {
  if (!config.is_contract_file_old) return Ok();
  return WriteDurably(config.contract_file, config.contract.toml, 0644, IfThere::kReplace);
}

}  // namespace valise::cli
