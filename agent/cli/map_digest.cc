// map digest: e-mail addresses as the contract may hold them. Addresses come from standard input:
// arguments are for every user of the machine to see.
#include "agent/cli/suggest.h"
#include "agent/cli/verbs.h"
#include "agent/core/people.h"
#include "agent/durable_file.h"
#include "packet/entropy.h"
#include "packet/limits.h"

namespace valise::cli {

namespace {

Exit PrintNewKey(const Invocation& call) {
  SystemEntropy entropy;
  const std::string key = Text(entropy.RandomId()) + Text(entropy.RandomId());
  call.terminal.Out({"email_key = " + TomlQuoted(key)});
  return Exit::kOk;
}

// The contract of --contract, or of the configuration.
Result<Contract> ReadContract(const Invocation& call) {
  std::string file = call.Value("--contract");
  if (file.empty()) file = LoadSiteFiles(call.config_file).contract_file;
  const std::string toml = TRY(ReadWhole(file, limits::kConfigBytesMax));
  ParsedContract parsed = ParseContract(file, toml);
  if (!parsed.problems.empty()) {
    const ConfigProblem& first = parsed.problems.front();
    return Error{Recovery::kAskOperator, first.code, Place(first) + ": " + first.message};
  }
  if (!parsed.contract.email_key.empty()) return std::move(parsed.contract);
  return Error{Recovery::kAskOperator, "VAL-CONFIG-MISSING",
               file +
                   " has no email_key; put the line above its first table that this prints: "
                   "valise map digest --new-key"};
}

Exit Digest(const Invocation& call) {
  if (call.Has("--new-key")) return PrintNewKey(call);
  const auto contract = ReadContract(call);
  if (!contract.ok()) return Fail(call, contract.error());
  while (const auto line = call.terminal.Ask("E-mail address (end with an empty line):")) {
    if (line->empty()) break;
    const auto digest = EmailDigest(contract.value().email_key, *line);
    if (!digest) {
      return Fail(call, {Recovery::kAskOperator, "VAL-USAGE",
                         "a line is no e-mail address; one address a line"});
    }
    call.terminal.Out({"email_digest = " + TomlQuoted(*digest)});
  }
  return Exit::kOk;
}

}  // namespace

const Command kMapDigest{
    "map digest",
    "digests of e-mail addresses for [people] of the contract; reads one a line",
    {{"--contract", "FILE", "take email_key from FILE instead of this site's contract"},
     {"--new-key", nullptr, "print a new email_key instead"}},
    {},
    Digest};

}  // namespace valise::cli
