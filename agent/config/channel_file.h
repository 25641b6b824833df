// The tables of channel.toml, one function each; LoadConfig (config.cc) puts them together.
#pragma once

#include <string>

#include "agent/config.h"
#include "agent/config/table_reader.h"

namespace valise {

// Paths in the file are relative to its folder.
class PathBase {
 public:
  explicit PathBase(const std::string& channel_file);
  std::string Absolute(const std::string& path) const;

 private:
  std::string folder_;
};

// Each reads its table from `top` and fills its part of the Config.
void ReadJira(TableReader& top, const PathBase& base, Config& config);
void ReadCarrier(TableReader& top, const PathBase& base, Config& config);
void ReadMailTable(TableReader& carrier, const PathBase& base, Config& config);
void ReadSync(TableReader& top, Config& config);
// Against the contract; null: the contract itself has problems, so only the form is checked.
void ReadBinding(TableReader& top, const Contract* contract, Config& config);

// --- keys that several tables have (file_keys.cc) ---
// A file with a secret: ours alone and not empty.
void ReadSecretPath(TableReader& table, const std::string& key, const PathBase& base,
                    std::string& into);
// Any file that can be read.
void ReadFilePath(TableReader& table, const std::string& key, const PathBase& base,
                  std::string& into);
// A problem for each of token, password.
void RefuseInlineSecrets(TableReader& table);

// Reads a file of at most limits::kConfigBytesMax. Errors: VAL-CONFIG-FILE.
Result<std::string> ReadConfigFile(const std::string& path);

}  // namespace valise
