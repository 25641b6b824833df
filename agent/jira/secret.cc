#include "agent/jira/secret.h"

#include <string.h>

#include <algorithm>
#include <fstream>

namespace valise::jira {
namespace {

constexpr std::size_t kSecretBytesMax = 65536;

Error BadSecretFile(const std::string& path, const char* why) {
  return {Recovery::kAskOperator, "VAL-JIRA-TOKEN-FILE", "credential file " + path + " " + why};
}

}  // namespace

Secret::~Secret() { explicit_bzero(text_.data(), text_.size()); }

Result<Secret> Secret::Read(const std::string& path) {
  Secret secret;
  if (path.empty()) return secret;
  std::ifstream file;
  file.rdbuf()->pubsetbuf(nullptr, 0);  // its buffer would keep a copy
  file.open(path, std::ios::binary);
  if (!file) return BadSecretFile(path, "cannot be read; check its path and owner");
  secret.text_.resize(kSecretBytesMax + 1);  // once: growing would leave copies behind
  file.read(secret.text_.data(), static_cast<std::streamsize>(secret.text_.size()));
  const auto bytes = static_cast<std::size_t>(file.gcount());
  if (bytes > kSecretBytesMax) return BadSecretFile(path, "is too long for a token or password");
  secret.text_.resize(bytes);
  const std::size_t last = secret.text_.find_last_not_of(" \t\r\n");
  secret.text_.resize(last == std::string::npos ? 0 : last + 1);
  if (secret.empty()) return BadSecretFile(path, "is empty");
  const bool is_plain = std::none_of(secret.text_.begin(), secret.text_.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (!is_plain) return BadSecretFile(path, "holds more than one line");
  return secret;
}

}  // namespace valise::jira
