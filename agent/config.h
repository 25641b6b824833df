// channel.toml + contract.toml -> values. Unknown keys, wrong types, missing files and readable
// secrets are errors that name file, line, column and what to do. Reads files; writes none.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/core/binding.h"
#include "agent/core/contract.h"
#include "agent/core/settings.h"
#include "packet/result.h"

namespace valise {

struct TomlDocument;

struct JiraAccess {
  std::string url;         // with context path, without trailing slash
  std::string token_file;  // bearer token; or
  std::string user;        // basic: user name and
  std::string password_file;
  std::string ca_file;
};

struct FolderCarrier {
  std::string outbox, inbox;
  std::string marker = ".valise-folder";
};

struct MailHost {
  std::string host;
  std::uint16_t port = 0;
  bool is_implicit_tls = false;  // smtps://, imaps://; else STARTTLS
};

struct MailAccess {
  MailHost smtp, imap;
  std::string user;
  std::string password_file;               // one of these three
  std::string token_file;
  std::vector<std::string> token_command;  // program, absolute, and its arguments
  std::string ca_file;
  std::string from, to;
  std::string inbox = "INBOX", junk, done = "valise-done", rejected = "valise-rejected",
              foreign = "valise-foreign";
  bool is_body_form = false;  // armoured text instead of an attachment
  std::int64_t keep_done_ms = 7LL * 24 * 3600'000;
};

struct Config {
  std::string file;     // of channel.toml
  std::string contract_file;
  std::optional<Digest> contract_agreed;  // in force by agreement after pairing
  bool is_contract_file_old = false;      // the file still holds one that was in force before
  std::string channel;  // name, for people
  std::string site;     // own name in the contract
  std::uint32_t site_index = 0;
  std::uint32_t peer_index = 1;
  std::string state_dir;  // 0700
  Contract contract;
  Binding binding;
  JiraAccess jira;
  bool has_folder = false, has_mail = false;  // neither: by hand only (export/import)
  FolderCarrier folder;
  MailAccess mail;
  bool sends_over_folder = true, sends_over_mail = true;  // of those that there are
  Settings settings;
};

// One problem of a file. `line` and `column` count from 1; 0: about the file as a whole.
struct ConfigProblem {
  std::string file;
  std::uint32_t line = 0, column = 0;
  std::string code;  // "VAL-CONFIG-KEY", "-TYPE", "-VALUE", "-MISSING", "-SECRET", "VAL-BINDING-…"
  std::string message;  // with what to do
};

// All problems at once, in file order; a Config only if there are none.
struct LoadedConfig {
  std::vector<ConfigProblem> problems;
  std::vector<ConfigProblem> warnings;  // words of another contract: they count when it is in force
  Config config;  // valid only when problems is empty
};

struct ParsedContract {
  std::vector<ConfigProblem> problems;
  Contract contract;  // its text and digest stand there in any case
};
ParsedContract ParseContract(const std::string& file_name, const std::string& toml);
// As above, of a text that was parsed elsewhere: the peer's, in the sandboxed child.
ParsedContract ParseContract(const std::string& file_name, const std::string& toml,
                             const TomlDocument& document);

// What the state folder knows of contracts; nothing: the contract file alone counts. A text of the
// peer's that nobody has accepted here is handed in read, never parsed by LoadConfig.
struct KnownContracts {
  std::optional<ParsedContract> in_force;
  std::vector<std::string> former;  // a contract file that holds one of them is read as in_force
  std::vector<Contract> waiting;    // proposed
};
LoadedConfig LoadConfig(const std::string& channel_file, const KnownContracts& known = {});

// [site] alone: what pairing needs before there is a contract, a Jira or a binding.
struct SiteFiles {
  std::string file;  // of channel.toml
  std::string site;
  std::string contract_file;  // may not exist yet
  std::string state_dir;
  std::vector<ConfigProblem> problems;
};
SiteFiles LoadSiteFiles(const std::string& channel_file);

}  // namespace valise
