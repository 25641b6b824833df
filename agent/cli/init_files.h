// The texts that `valise init` writes.
#pragma once

#include <string>

namespace valise::cli {

struct InitAnswers {
  std::string site, peer, channel;
  std::string jira_url, project, scope;
  std::string token_file, user, password_file, ca_file;
  std::string outbox, inbox;  // empty: by hand only
  std::string state_dir, contract_file;
};

// channel.toml; `binding` is appended as it is.
std::string ChannelText(const InitAnswers& answers, const std::string& binding);

}  // namespace valise::cli
