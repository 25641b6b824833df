#include "agent/cli/commands.h"
#include "agent/cli/contract_state.h"
#include "agent/cli/json_text.h"
#include "agent/clock.h"

namespace valise::cli {

std::string Invocation::Value(const std::string& option, const std::string& missing) const {
  const auto found = options.find(option);
  return found == options.end() ? missing : found->second;
}

std::string Invocation::ArgumentOf(const std::string& name) const {
  const auto found = arguments.find(name);
  return found == arguments.end() ? "" : found->second;
}

Exit Fail(const Invocation& call, const Error& error) {
  if (call.is_json) {
    JsonText json;
    json.Object().ObjectOf("error").Text("code", error.code).Text("message", error.message);
    json.EndObject().EndObject();
    std::string line = std::move(json).Line();
    line.pop_back();
    call.terminal.Complain({std::move(line)});
  } else {
    call.terminal.Complain(
        {{"valise: ", Style::kBad}, {error.message}, {" [" + error.code + "]", Style::kFaint}});
  }
  return ExitOf(error);
}

Exit FailUsage(const Invocation& call, const std::string& message) {
  return Fail(call, {Recovery::kAskOperator, "VAL-USAGE", message});
}

std::string Place(const ConfigProblem& problem) {
  if (problem.line == 0) return problem.file;
  const std::string place = problem.file + ":" + std::to_string(problem.line);
  return problem.column == 0 ? place : place + ":" + std::to_string(problem.column);
}

void PrintProblems(const Invocation& call, const std::vector<ConfigProblem>& problems) {
  for (const ConfigProblem& problem : problems) {
    if (call.is_json) {
      Fail(call, {Recovery::kAskOperator, problem.code, Place(problem) + ": " + problem.message});
      continue;
    }
    call.terminal.Complain({{Place(problem), Style::kStrong},
                            {": "},
                            {problem.message},
                            {" [" + problem.code + "]", Style::kFaint}});
  }
}

namespace {

std::optional<Config> TakeOrComplain(const Invocation& call, LoadedConfig loaded) {
  if (loaded.problems.empty()) return std::move(loaded.config);
  PrintProblems(call, loaded.problems);
  return std::nullopt;
}

}  // namespace

std::optional<Config> LoadOrComplain(const Invocation& call) {
  return TakeOrComplain(call, LoadUnderContract(call.config_file));
}

std::optional<SiteFiles> LoadSiteOrComplain(const Invocation& call) {
  SiteFiles site = LoadSiteFiles(call.config_file);
  if (site.problems.empty()) return site;
  PrintProblems(call, site.problems);
  return std::nullopt;
}

std::int64_t NowMs() { return SystemClock().NowMs(); }

}  // namespace valise::cli
