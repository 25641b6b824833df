#include "agent/cli/commands.h"
#include "agent/cli/contract_state.h"
#include "agent/cli/json_text.h"
#include "agent/cli/live_check.h"
#include "agent/cli/verbs.h"
#include "agent/config/units.h"
#include "agent/pairing.h"

namespace valise::cli {

namespace {

// What the contract names and the binding leaves out: allowed, but worth a look.
std::vector<std::string> Unbound(const Config& config) {
  std::vector<std::string> unbound;
  const Contract& contract = config.contract;
  const Binding& binding = config.binding;
  for (const auto& [name, terms] : contract.types) {
    if (binding.types.count(name) == 0) unbound.push_back("issue type " + name);
  }
  for (const std::string& name : contract.statuses) {
    if (binding.statuses.count(name) == 0) unbound.push_back("status " + name);
  }
  const auto add = [&](bool is_shared, bool is_bound, const char* what) {
    if (is_shared && !is_bound) unbound.emplace_back(what);
  };
  add(contract.has_comments, binding.has_comments, "comments");
  add(contract.has_work_logs, binding.has_work_logs, "work logs");
  add(contract.has_attachments, binding.has_attachments, "attachments");
  for (const std::string& name : contract.link_types) {
    if (binding.links.count(name) == 0) unbound.push_back("link type " + name);
  }
  for (const auto& [name, terms] : contract.fields) {
    const auto bound = binding.fields.find(name);
    if (bound == binding.fields.end()) {
      unbound.push_back("field " + name);
      continue;
    }
    if (!bound->second.values) continue;
    for (const std::string& value : terms.values) {
      if (!bound->second.values->ToLocal(value)) unbound.push_back("value " + name + "." + value);
    }
  }
  return unbound;
}

std::string Listed(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

std::string From(const Contract& contract, const Direction& from) {
  return from.owner ? "from " + contract.sites.at(*from.owner) : "both ways";
}

const char* Seen(CommentVisibility visibility) {
  return visibility == CommentVisibility::kAll ? ", restricted ones too" : ", public ones only";
}

std::string AttachmentLine(const Contract& contract) {
  const AttachmentTerms& terms = contract.attachments;
  std::string line = "attachments " + From(contract, contract.attachments_from) + ", up to " +
                     SizeText(terms.bytes_max);
  if (!terms.types.empty()) line += "; only " + Listed(terms.types);
  if (!terms.types_refused.empty()) line += "; no " + Listed(terms.types_refused);
  if (!terms.names_refused.empty()) line += "; none named " + Listed(terms.names_refused);
  return line;
}

// What travels beside fields, and how: as agreed and bound.
std::vector<std::string> Travelling(const Config& config) {
  std::vector<std::string> lines;
  const Contract& contract = config.contract;
  const Binding& binding = config.binding;
  if (contract.has_comments && binding.has_comments) {
    lines.push_back("comments " + From(contract, contract.comments_from) +
                    Seen(contract.comment_visibility));
  }
  if (contract.has_work_logs && binding.has_work_logs) {
    lines.push_back("work logs " + From(contract, contract.work_logs_from) +
                    Seen(contract.work_log_visibility));
  }
  if (contract.has_attachments && binding.has_attachments) {
    lines.push_back(AttachmentLine(contract));
  }
  if (binding.links.empty()) return lines;
  std::vector<std::string> links;
  for (const auto& [shared, local] : binding.links) links.push_back(shared);
  lines.push_back("links " + From(contract, contract.links_from) + ": " + Listed(links));
  return lines;
}

// A site that is paired already must hold the contract that it was paired on.
void AddPairingProblem(LoadedConfig& loaded) {
  const Config& config = loaded.config;
  const SiteFiles site{config.file, config.site, "", config.state_dir, {}};
  const auto pairing = LoadPairingState(site);
  if (!pairing.ok() || !pairing.value().peer) return;
  const Result<void> same = CheckPairedContract(*pairing.value().peer, config);
  if (same.ok()) return;
  loaded.problems.push_back({config.file, 0, 0, same.error().code, same.error().message});
}

// Every server that the configuration names is asked.
LiveChecks CheckLive(const Config& config) {
  LiveChecks checks = CheckJiraLive(config);
  if (config.has_mail) {
    const LiveChecks mail = CheckMailLive(config);
    checks.insert(checks.end(), mail.begin(), mail.end());
  }
  return checks;
}

Exit ExitOf(const LiveChecks& checks) {
  Exit exit = Exit::kOk;
  for (const LiveCheck& check : checks) {
    if (!check.problem || check.severity == Severity::kNote) continue;
    if (check.severity == Severity::kFails) return cli::ExitOf(*check.problem);
    exit = Exit::kAttention;
  }
  return exit;
}

Span Word(Severity severity) {
  if (severity == Severity::kFails) return {"fails", Style::kBad};
  if (severity == Severity::kHeld) return {"held", Style::kWarning};
  if (severity == Severity::kLook) return {"look", Style::kWarning};
  return {"note"};
}

void PrintLive(const Invocation& call, const LiveChecks& checks) {
  for (const LiveCheck& check : checks) {
    if (!check.problem) {
      call.terminal.Out({{"ok", Style::kGood}, {": " + check.what + ": " + check.found}});
      continue;
    }
    call.terminal.Out({Word(check.severity),
                       {": " + check.what + ": " + check.problem->message},
                       {" [" + check.problem->code + "]", Style::kFaint}});
  }
}

void AddLive(JsonText& json, const LiveChecks& checks) {
  json.Array("live");
  for (const LiveCheck& check : checks) {
    json.Object().Text("what", check.what).Flag("ok", !check.problem);
    json.Text("severity", check.problem ? Word(check.severity).text : "");
    json.Text("found", check.found);
    json.Text("code", check.problem ? check.problem->code : "");
    json.Text("message", check.problem ? check.problem->message : "").EndObject();
  }
  json.EndArray();
}

Exit PrintJson(const Invocation& call, const std::string& file, const LoadedConfig& loaded) {
  const bool is_sound = loaded.problems.empty();
  JsonText json;
  json.Object().Text("file", file).Flag("ok", is_sound).Array("problems");
  for (const ConfigProblem& problem : loaded.problems) {
    json.Object().Text("file", problem.file).Count("line", problem.line);
    json.Count("column", problem.column).Text("code", problem.code);
    json.Text("message", problem.message).EndObject();
  }
  json.EndArray().Array("warnings");
  for (const ConfigProblem& warning : loaded.warnings) {
    json.Item(Place(warning) + ": " + warning.message);
  }
  json.EndArray().Array("unbound");
  if (is_sound) {
    for (const std::string& name : Unbound(loaded.config)) json.Item(name);
  }
  json.EndArray().Array("travels");
  if (is_sound) {
    for (const std::string& line : Travelling(loaded.config)) json.Item(line);
  }
  json.EndArray();
  const bool is_live = is_sound && call.Has("--live");
  const LiveChecks checks = is_live ? CheckLive(loaded.config) : LiveChecks();
  if (is_live) AddLive(json, checks);
  json.EndObject();
  call.terminal.OutRaw(std::move(json).Line());
  return is_sound ? ExitOf(checks) : Exit::kConfig;
}

Exit CheckConfig(const Invocation& call) {
  const std::string named = call.ArgumentOf("FILE");
  const std::string file = named.empty() ? call.config_file : named;
  LoadedConfig loaded = LoadUnderContract(file);
  if (loaded.problems.empty()) AddPairingProblem(loaded);
  if (call.is_json) return PrintJson(call, file, loaded);
  for (const ConfigProblem& problem : loaded.problems) {
    call.terminal.Out({{Place(problem), Style::kStrong},
                       {": "},
                       {problem.message},
                       {" [" + problem.code + "]", Style::kFaint}});
  }
  if (!loaded.problems.empty()) {
    const std::size_t count = loaded.problems.size();
    call.terminal.Note({std::to_string(count) + (count == 1 ? " problem in " : " problems in ") +
                        file});
    return Exit::kConfig;
  }
  const Config& config = loaded.config;
  call.terminal.Out({{"ok", Style::kGood},
                     {": channel " + config.channel + ", site " + config.site + ", contract " +
                      Text(config.contract.digest).substr(0, 12)}});
  for (const ConfigProblem& warning : loaded.warnings) {
    call.terminal.Out(
        {{"look", Style::kWarning}, {": " + Place(warning) + ": " + warning.message}});
  }
  for (const std::string& line : Travelling(config)) call.terminal.Out({{"travels: "}, {line}});
  for (const std::string& name : Unbound(config)) {
    call.terminal.Out({{"not bound: "}, {name}});
  }
  if (!call.Has("--live")) return Exit::kOk;
  const LiveChecks checks = CheckLive(config);
  PrintLive(call, checks);
  return ExitOf(checks);
}

}  // namespace

const Command kCheckConfig{"check-config",
                           "check channel.toml and contract.toml; exit code 78 on problems",
                           {{"--live", nullptr, "ask the servers that it names, too"}},
                           {{"FILE", false, "channel.toml to check instead of --config"}},
                           CheckConfig};

}  // namespace valise::cli
