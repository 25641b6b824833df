// The one table of commands. Each verb is a Command in a file of its own; command_line.cc turns
// the table into a parser and help, so that CLI11 is known in that file alone.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/cli/exit_codes.h"
#include "agent/cli/terminal.h"
#include "agent/config.h"
#include "packet/result.h"

namespace valise::cli {

struct Option {
  const char* name;   // "--out"
  const char* value;  // what it takes, for help; null: a flag
  const char* help;
};

struct Argument {
  const char* name;  // "FILE"
  bool is_required;
  const char* help;
};

// One call: what was typed, and where to print.
struct Invocation {
  std::string config_file;
  bool is_json = false;
  std::map<std::string, std::string> options;    // those given; flags: "1"
  std::map<std::string, std::string> arguments;  // those given
  Terminal& terminal;

  bool Has(const std::string& option) const { return options.count(option) > 0; }
  std::string Value(const std::string& option, const std::string& missing = "") const;
  std::string ArgumentOf(const std::string& name) const;
};

struct Command {
  const char* name;  // "status", or of a group: "pair join"
  const char* summary;
  std::vector<Option> options;
  std::vector<Argument> arguments;
  Exit (*run)(const Invocation& call);
};

const std::vector<const Command*>& Commands();
// Summaries of the groups: "pair" -> "exchange keys with the peer".
const std::map<std::string, std::string>& Groups();

// Parses, runs, prints errors; the process's exit code.
int RunCommandLine(int argc, const char* const* argv);

// --- what commands share (support.cc) ---
// Prints the error as people or programs (--json) want it on stderr.
Exit Fail(const Invocation& call, const Error& error);
Exit FailUsage(const Invocation& call, const std::string& message);
// Prints all problems on stderr when there are any, and gives nullopt: exit with kConfig.
std::optional<Config> LoadOrComplain(const Invocation& call);
std::optional<SiteFiles> LoadSiteOrComplain(const Invocation& call);
void PrintProblems(const Invocation& call, const std::vector<ConfigProblem>& problems);
std::string Place(const ConfigProblem& problem);  // "channel.toml:3:7"
std::int64_t NowMs();

}  // namespace valise::cli
