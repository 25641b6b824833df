// The table of commands as a CLI11 parser. The only file that includes CLI11 (7 s to compile).
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <deque>
#include <memory>

#include "agent/cli/commands.h"
#include "agent/cli/version.h"

namespace valise::cli {

namespace {

struct Globals {
  std::string config_file;
  bool is_json = false;
  bool is_quiet = false;
  std::string color = "auto";
};

// What CLI11 writes into while it parses; addresses must stay.
struct Typed {
  const Command* command = nullptr;
  CLI::App* app = nullptr;
  std::deque<std::pair<const Option*, std::string>> values;
  std::deque<std::pair<const Option*, bool>> flags;
  std::deque<std::pair<const Argument*, std::string>> arguments;
};

std::string DefaultConfig() {
  const char* file = std::getenv("VALISE_CONFIG");
  return file != nullptr && *file != '\0' ? file : "./channel.toml";
}

void AddOptions(CLI::App& app, const Command& command, Typed& typed) {
  typed.command = &command;
  typed.app = &app;
  for (const Option& option : command.options) {
    if (option.value == nullptr) {
      typed.flags.emplace_back(&option, false);
      app.add_flag(option.name, typed.flags.back().second, option.help);
    } else {
      typed.values.emplace_back(&option, "");
      app.add_option(option.name, typed.values.back().second, option.help)->type_name(option.value);
    }
  }
  for (const Argument& argument : command.arguments) {
    typed.arguments.emplace_back(&argument, "");
    app.add_option(argument.name, typed.arguments.back().second, argument.help)
        ->required(argument.is_required)
        ->type_name("");
  }
}

// The parser of "pair join" below that of "pair".
CLI::App& AppOf(CLI::App& root, const Command& command) {
  CLI::App* app = &root;
  std::string_view rest = command.name;
  while (!rest.empty()) {
    const std::string word(rest.substr(0, rest.find(' ')));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    const auto known = app->get_subcommands([&](CLI::App* sub) { return sub->get_name() == word; });
    CLI::App* next = known.empty() ? nullptr : known.front();
    if (next == nullptr) {
      const auto group = Groups().find(word);
      const bool is_group = !rest.empty() && group != Groups().end();
      next = app->add_subcommand(word, is_group ? group->second : command.summary);
      next->fallthrough();
    }
    app = next;
  }
  return *app;
}

void AddGlobals(CLI::App& root, Globals& globals) {
  root.add_option("--config", globals.config_file,
                  "channel.toml of the channel (default: $VALISE_CONFIG, else ./channel.toml)")
      ->type_name("FILE");
  root.add_flag("--json", globals.is_json, "print data as JSON");
  root.add_flag("--quiet,-q", globals.is_quiet, "print errors only");
  root.add_option("--color", globals.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN");
  root.set_version_flag("--version", std::string("valise ") + kVersion);
}

ColorChoice ColorOf(const std::string& word) {
  if (word == "always") return ColorChoice::kAlways;
  return word == "never" ? ColorChoice::kNever : ColorChoice::kAuto;
}

int Run(const Typed& typed, const Globals& globals) {
  Terminal terminal(ColorOf(globals.color), globals.is_quiet);
  Invocation call{globals.config_file.empty() ? DefaultConfig() : globals.config_file,
                  globals.is_json,
                  {},
                  {},
                  terminal};
  for (const auto& [option, value] : typed.values) {
    if (typed.app->count(option->name) > 0) call.options[option->name] = value;
  }
  for (const auto& [option, is_given] : typed.flags) {
    if (is_given) call.options[option->name] = "1";
  }
  for (const auto& [argument, value] : typed.arguments) {
    if (typed.app->count(argument->name) > 0) call.arguments[argument->name] = value;
  }
  const Exit exit = typed.command->run(call);
  if (!terminal.FlushedWell() && exit == Exit::kOk) {
    return static_cast<int>(Fail(call, {Recovery::kAskOperator, "VAL-FILE-WRITE",
                                        "the output could not be written whole; check the disk"}));
  }
  return static_cast<int>(exit);
}

// The deepest subcommand that was typed; null: none with a function of its own.
const Typed* Chosen(const std::deque<Typed>& all) {
  const Typed* chosen = nullptr;
  for (const Typed& typed : all) {
    const bool is_deeper = chosen == nullptr || typed.app->get_parent() == chosen->app;
    if (typed.app->parsed() && is_deeper) chosen = &typed;
  }
  return chosen;
}

int Explain(const CLI::App& root, const CLI::ParseError& error) {
  const bool is_answer = error.get_exit_code() == 0;  // --help, --version
  const int code = root.exit(error);
  if (is_answer) return code;
  return static_cast<int>(Exit::kUsage);
}

}  // namespace

int RunCommandLine(int argc, const char* const* argv) {
  CLI::App root("Keeps issues in step between two Jira projects that cannot reach each other.",
                "valise");
  Globals globals;
  AddGlobals(root, globals);
  std::deque<Typed> all;
  for (const Command* command : Commands()) {
    all.emplace_back();
    AddOptions(AppOf(root, *command), *command, all.back());
  }
  root.require_subcommand(0, 1);
  root.failure_message(CLI::FailureMessage::simple);
  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return Explain(root, error);
  }
  const Typed* chosen = Chosen(all);
  if (chosen != nullptr) return Run(*chosen, globals);
  for (const CLI::App* group : root.get_subcommands()) {
    std::fputs(group->help().c_str(), stderr);
    return static_cast<int>(Exit::kUsage);
  }
  std::fputs(root.help().c_str(), stderr);
  return static_cast<int>(Exit::kUsage);
}

}  // namespace valise::cli
