#include "agent/cli/channel.h"

#include <cstdio>

#include "agent/cli/jira_session.h"
#include "agent/cli/state.h"
#include "agent/cli/terminal.h"
#include "agent/core/times.h"

namespace valise::cli {
namespace {

// For export and import: Jira is never asked.
class NoJira final : public HttpPort {
 public:
  std::uint64_t Start(const HttpRequest&) override { return 0; }
  std::vector<HttpAnswer> Collect(std::chrono::milliseconds) override { return {}; }
};

const char* NameOf(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "info";
}

}  // namespace

void LineLog::Write(LogLevel level, std::string_view event, LogFields fields) {
  std::string line = InstantText(SystemClock().NowMs());
  line += std::string(" ") + NameOf(level) + " " + std::string(event);
  for (const auto& [key, value] : fields) {
    line += " " + std::string(key) + "=";
    const bool is_plain = value.find_first_of(" \"=") == std::string::npos;
    line += is_plain ? Printable(value) : "\"" + Printable(value) + "\"";
  }
  std::fprintf(stderr, "%s\n", line.c_str());
}

Terms TermsOf(const Config& config) {
  Terms terms;
  terms.contract = config.contract;
  terms.binding = config.binding;
  terms.settings = config.settings;
  terms.own_site = config.site_index;
  terms.peer_site = config.peer_index;
  return terms;
}

Result<std::unique_ptr<LiveChannel>> LiveChannel::Open(const Config& config, bool needs_jira,
                                                       bool has_carrier) {
  Paired paired = TRY(LoadPaired(config));
  TRY(RequireVerified(paired));
  StateLock lock = TRY(StateLock::Take(config.state_dir));
  std::unique_ptr<LiveChannel> live(new LiveChannel(std::move(paired), std::move(lock)));
  live->store_ = TRY(Store::Open(DatabaseFile(config), Store::Mode::kReadWrite));
  live->contents_ = TRY(ContentsFolder::Open(config.state_dir + "/contents"));
  if (needs_jira) live->jira_ = TRY(OpenJira(config.jira));
  else live->jira_ = std::make_unique<NoJira>();
  if (has_carrier) live->carriers_ = OpenCarriers(config, live->parser_, live->clock_);
  live->fence_.emplace(config.state_dir + "/fence");
  const Paired& known = live->paired_;
  live->channel_.emplace(
      Channel{known.keys, known.peer, known.channel, known.psk ? &*known.psk : nullptr});
  World world{live->clock_,     live->entropy_,   *live->jira_,  live->carriers_.used,
              *live->store_,    *live->contents_, live->parser_, *live->fence_,
              live->log_};
  live->agent_ = std::make_unique<Agent>(world, *live->channel_, TermsOf(config));
  TRY(live->agent_->Start());
  return live;
}

}  // namespace valise::cli
