// The agent of one channel: one thread, one Step that runs every stage once and says when to wake.
// `run` loops over it, `run --once` steps until nothing is left to do, the simulation steps two of
// them in any order.
#pragma once

#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "agent/carrier_watch.h"
#include "agent/health.h"
#include "agent/inbox.h"
#include "agent/issue_operation.h"
#include "agent/jira_side.h"
#include "agent/outbox.h"
#include "agent/poll.h"
#include "agent/site.h"

namespace valise {

class Agent {
 public:
  // What is handed in must outlive the agent.
  Agent(World world, const Channel& channel, Terms terms);
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;
  ~Agent();

  // Before the first Step. Errors: "VAL-RESTORED" and what the store says.
  Result<void> Start();

  struct Report {
    std::int64_t wake_at_ms = 0;          // nothing to do before, unless Jira answers
    std::optional<Error> stopped;         // the channel stands still until an operator acts
    std::optional<Error> jira_error;      // Jira cannot be used now; the exchange goes on
    std::optional<Error> carrier_error;   // the carrier cannot be used now
    std::optional<Error> content_error;   // the peer's attachments cannot be taken now
    std::optional<Error> carrier_hint;    // it works, but somebody should look
    bool is_renewal_due = false;          // another contract is in force: begin a new agent
    bool is_busy = false;                 // something is in flight or due
  };
  // Waits at most `wait` for Jira's answers, then runs every stage once.
  Report Step(std::chrono::milliseconds wait);

  // Ends captures and writes at the next safe point: no new operations begin (SIGTERM).
  void StopStarting() { is_stopping_ = true; }
  // Issues that an operation is under way for: never one twice (the simulation looks).
  std::vector<std::string> RunningIssues() const;
  bool is_idle() const { return operations_.empty() && !polling_; }
  // Something waits to be packed or sent and the windows let it; without a carrier never.
  bool has_unsent() const;

  void PollNow() { next_poll_ms_ = 0; }  // run --once, tests
  std::uint64_t jira_requests() const { return jira_.requests(); }

  // The shuttle by hand.
  // Packs whatever waits. Sealed one at a time, as the bundle asks; not beyond the agent's life.
  Result<BundleSource> ExportPackets();
  // Durable when it returns; false: these bytes were here already.
  Result<bool> ImportPacket(std::string sealed) { return inbox_.PutArrival(std::move(sealed)); }
  std::optional<Error> OpenImported();  // an Error stops the channel
  // Some attachments of the import had no room: nothing is lost, they come with the next bundle.
  const std::optional<Error>& content_error() const { return inbox_.content_error(); }

 private:
  struct Operation {
    Store::Work work;
    std::string key;
    bool is_touched = false;  // asked for again while it ran
    std::unique_ptr<IssueOperation> operation;
    std::optional<Task<OperationEnd>> task;
    std::optional<OperationEnd> end;
  };

  Task<OperationEnd> RunOperation(Operation& operation);
  static bool IsOf(const Operation& operation, const std::string& key);
  Task<Result<void>> PollAndSweep();
  void NoteMissedPeople();
  void SweepForNewNames(std::int64_t now_ms);
  void Touch(const Store::Work& work);
  void ReceiveStage(std::int64_t now_ms);
  void JiraStage(std::int64_t now_ms);
  void SendStage();
  bool IsRenewing();
  void StartOperations(std::int64_t now_ms);
  void ReapOperations();
  void EndOperation(const Operation& operation);
  void ReapPoll(std::int64_t now_ms);
  void Obey(const OperatorRequest& request);
  void ObeyRequests();
  void Retry(const std::string& issue);
  void Dismiss(const std::string& id);
  void Link(const std::string& words);
  void ObeyOnContract(const OperatorRequest& request);
  void ForgetDeadlines(std::int64_t now_ms);
  void NoteHealth(const Report& report, std::int64_t now_ms);
  void Prune(std::int64_t now_ms);
  void PruneFiles(std::int64_t now_ms);
  std::int64_t WakeAt(std::int64_t now_ms) const;
  std::int64_t NextIdleWorkAt() const;
  bool IsRunning(const std::string& key) const;
  std::string KeyOf(const Store::Work& work) const;

  World world_;
  const Channel& channel_;
  Terms terms_;
  JiraSide jira_;
  Inbox inbox_;
  Outbox outbox_;
  Poll poll_;
  Health health_;
  CarrierWatch watch_;
  std::list<Operation> operations_;
  std::optional<Task<Result<void>>> polling_;
  std::optional<Result<void>> polled_;
  std::optional<Error> stopped_, jira_error_, receive_error_, send_error_;
  std::int64_t next_poll_ms_ = 0, next_sweep_ms_ = 0, next_receive_ms_ = 0;
  std::int64_t jira_retry_ms_ = 0, carrier_retry_ms_ = 0, last_step_ms_ = 0;
  std::uint32_t poll_failures_ = 0;
  bool is_paused_ = false;
  bool is_stopping_ = false;
};

}  // namespace valise
