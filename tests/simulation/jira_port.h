// The Jira port of the simulation: the agent's real requests to a model Jira, with latency and
// every way in which an answer can fail to tell what happened.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "agent/jira/http.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/random.h"
#include "tests/simulation/trace.h"
#include "tests/standin/jira.h"

namespace valise::simulation {

class SimJiraPort final : public HttpPort {
 public:
  SimJiraPort(standin::Jira& jira, Random& random, Trace& trace, std::string name,
              const std::int64_t& now_ms)
      : jira_(jira), random_(random), trace_(trace), name_(std::move(name)), now_ms_(now_ms) {}

  std::uint64_t Start(const HttpRequest& request) override;
  std::vector<HttpAnswer> Collect(std::chrono::milliseconds wait) override;

  void set_faults(const Faults& faults) { faults_ = faults; }
  // False: /rest/agile answers 404, as in a Jira without Jira Software, or whose licence ran out.
  void set_has_agile(bool has_agile) { has_agile_ = has_agile; }
  bool has_agile() const { return has_agile_; }
  // Executes what is due at Jira; requests outlive the agent that sent them.
  void Run();
  // The agent died: its answers go nowhere, its requests still run.
  void Forget();
  // The world ended for this agent between a commit and now: nothing more is sent.
  void set_is_dead(bool is_dead) { is_dead_ = is_dead; }
  // When something happens next; a large number if nothing does.
  std::int64_t NextAt() const;
  bool has_answer() const;
  // A write on an existing issue that Jira has not executed yet: path and body; nullopt: none.
  std::optional<std::pair<std::string, std::string>> PendingWrite() const;
  std::uint64_t requests() const { return next_id_; }
  std::uint64_t issue_reads() const { return issue_reads_; }  // whole reads among them

 private:
  struct Pending {
    HttpRequest request;
    standin::Request asked;        // as it was sent, with the bytes of a file
    HttpResponse broken;           // of a download whose answer is lost: some of it got through
    std::int64_t execute_at = 0;   // at Jira
    std::int64_t answer_at = 0;
    bool is_executed = false, executes = true, is_awaited = true;
    HttpAnswer answer;
    bool keeps_answer = true;      // false: the failure in `answer` stands whatever Jira says
  };
  void Draw(Pending& pending);
  void ReadRequest(Pending& pending);
  void Execute(Pending& pending);
  void Fill(Pending& pending);

  standin::Jira& jira_;
  Random& random_;
  Trace& trace_;
  std::string name_;
  const std::int64_t& now_ms_;
  Faults faults_;
  std::map<std::uint64_t, Pending> pending_;
  std::uint64_t next_id_ = 0, issue_reads_ = 0;
  bool is_dead_ = false;
  bool has_agile_ = true;
};

// One request by a person (or the agent), at once; files go and come with it.
HttpResponse Ask(standin::Jira& jira, const HttpRequest& request, const std::string& token);

}  // namespace valise::simulation
