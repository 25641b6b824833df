// Everything an agent needs, from the configuration and the state folder: for `run`, `export` and
// `import`, which differ only in what they do with it.
#pragma once

#include <memory>
#include <optional>

#include "agent/agent.h"
#include "agent/cli/carriers.h"
#include "agent/config.h"
#include "agent/contents_folder.h"
#include "agent/lock.h"
#include "agent/pairing.h"
#include "agent/parser/child_parser.h"

namespace valise::cli {

// One line on stderr per event: time, level, event, key=value.
class LineLog final : public Log {
 public:
  void Write(LogLevel level, std::string_view event, LogFields fields) override;
};

class LiveChannel {
 public:
  // Takes the state folder's lock. `needs_jira` false: no request is ever started. Errors: those of
  // LoadPaired, RequireVerified, StateLock, Store::Open, ContentsFolder::Open, CurlHttp::Open.
  static Result<std::unique_ptr<LiveChannel>> Open(const Config& config, bool needs_jira,
                                                   bool has_carrier);
  LiveChannel(const LiveChannel&) = delete;
  LiveChannel& operator=(const LiveChannel&) = delete;

  Agent& agent() { return *agent_; }
  Store& store() { return *store_; }
  Parser& parser() { return parser_; }
  Clock& clock() { return clock_; }

 private:
  LiveChannel(Paired paired, StateLock lock) : paired_(std::move(paired)), lock_(std::move(lock)) {}

  Paired paired_;
  StateLock lock_;
  SystemClock clock_;
  SystemEntropy entropy_;
  LineLog log_;
  ChildParser parser_;
  std::optional<Channel> channel_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<ContentsFolder> contents_;
  std::unique_ptr<HttpPort> jira_;
  Carriers carriers_;
  std::optional<FileFence> fence_;
  std::unique_ptr<Agent> agent_;
};

Terms TermsOf(const Config& config);

}  // namespace valise::cli
