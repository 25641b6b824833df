#include "agent/cli/contract_state.h"
#include "agent/cli/jira_facts.h"
#include "agent/cli/suggest.h"
#include "agent/cli/verbs.h"
#include "agent/durable_file.h"

namespace valise::cli {

namespace {

// Problems that a draft is there to solve: of the binding, and with --contract-out of a contract
// that is missing.
bool IsSolvable(const ConfigProblem& problem, bool drafts_contract) {
  return problem.code.starts_with("VAL-BINDING-") ||
         (drafts_contract && problem.message.starts_with("[site] contract:"));
}

// The configuration as far as a draft needs it: Jira's part is whole.
std::optional<Config> LoadForDraft(const Invocation& call) {
  LoadedConfig loaded = LoadUnderContract(call.config_file);
  std::vector<ConfigProblem> problems;
  for (const ConfigProblem& problem : loaded.problems) {
    if (!IsSolvable(problem, call.Has("--contract-out"))) problems.push_back(problem);
  }
  if (problems.empty()) return std::move(loaded.config);
  PrintProblems(call, problems);
  return std::nullopt;
}

Exit WriteContract(const Invocation& call, const Config& config, const JiraFacts& facts) {
  const std::string peer = call.Value("--peer", "peer");
  const std::string name = config.channel.empty() ? config.site + "-" + peer : config.channel;
  const std::string file = call.Value("--contract-out");
  const auto written =
      WriteDurably(file, DraftContract({name, {config.site, peer}}, facts), 0644, IfThere::kRefuse);
  if (!written.ok()) return Fail(call, written.error());
  call.terminal.Out({"contract: " + file});
  call.terminal.Note({"Remove what shall not travel, then type: valise map suggest"});
  return Exit::kOk;
}

Exit Suggest(const Invocation& call) {
  const auto config = LoadForDraft(call);
  if (!config) return Exit::kConfig;
  const auto port = OpenJira(config->jira);
  if (!port.ok()) return Fail(call, port.error());
  JiraSession session(*port.value());
  const auto facts = ReadJiraFacts(session, config->binding.project);
  if (!facts.ok()) return Fail(call, facts.error());
  if (call.Has("--contract-out")) return WriteContract(call, *config, facts.value());
  call.terminal.OutLines(DraftBinding(config->contract, facts.value()));
  return Exit::kOk;
}

}  // namespace

const Command kMapSuggest{"map suggest",
                          "draft the binding from this Jira's own metadata; prints it",
                          {{"--contract-out", "FILE", "draft a contract into FILE instead"},
                           {"--peer", "NAME", "the peer's site in that contract"}},
                          {},
                          Suggest};

}  // namespace valise::cli
