// A temporary folder with a sound configuration that a test then spoils.
#pragma once

#include <string>

#include "agent/config.h"

namespace valise::test {

class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }
  void Write(const std::string& name, const std::string& text, unsigned mode = 0600) const;

 private:
  std::string path_;
};

std::string ReadAll(const std::string& path);
// `text` with the first `from` replaced; a test whose `from` is not there is wrong and ends.
std::string Replaced(std::string text, const std::string& from, const std::string& to);
// "line:code, line:code", for messages of failing tests.
std::string Summary(const std::vector<ConfigProblem>& problems);

extern const char* const kContract;
extern const char* const kChannel;

// kContract and kChannel with what they need beside them (token, state folder).
class SoundSite {
 public:
  SoundSite();
  LoadedConfig Load() const { return LoadConfig(folder.File("channel.toml")); }
  TempFolder folder;
};

}  // namespace valise::test
